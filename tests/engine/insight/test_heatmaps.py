"""The heatmaps lab: where Grad-CAM looks, what each setting changes, and the script that prints the same numbers."""

import contextlib
import io
import re

import numpy as np
import pytest

from engine.core import fields
from engine.core.attribution import METHODS
from engine.figures import heatmaps as figures
from engine.insight import heatmaps as lab
from engine.insight import heatmaps_lesson as lesson
from engine.insight import heatmaps_maps as maps
from engine.insight import heatmaps_rules as rules
from engine.insight import heatmaps_sanity as sanity
from engine.insight import heatmaps_scores as scoring
from engine.insight import heatmaps_words as words
from tests import scripts

# Inside of these boxes (top, left, bottom, right, in pixels of 224) lies the object.
SIZE = (224, 224)
OBJECTS = {"cat": (20, 0, 224, 210), "coffee": (10, 20, 215, 220)}


def found(settings: lab.Settings) -> tuple[tuple[maps.Heat, ...], ...]:
    seen = lab.recognise(lab.look(settings))
    return maps.rows(settings, seen, [verb(ask) for verb, ask in maps.wanted(settings, seen)])


def one(method: str, **changes) -> maps.Heat:
    return found(lab.Settings(methods=(method,), **changes))[0][0]


def seen_by(settings: lab.Settings) -> lab.Recognition:
    return lab.recognise(lab.look(settings))


def peak(heat: maps.Heat) -> tuple[int, int]:
    return words.peak(heat, seen_by(lab.Settings()))


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("method", ["grad_cam", "grad_cam_pp"])
def test_grad_cams_maximum_lies_in_the_object(name, method):
    top, left, bottom, right = OBJECTS[name]
    row, column = peak(one(method, image=f"photo:{name}"))
    assert top <= row < bottom
    assert left <= column < right


def test_the_coffees_maximum_is_on_the_cup_and_not_on_the_table():
    row, column = peak(one("grad_cam", image="photo:coffee"))
    assert 40 < row < 190
    assert 60 < column < 190


def test_the_guesses_are_the_likeliest_classes_and_a_class_of_ones_own_joins_them():
    settings = lab.Settings(target="c5", rival="second")
    seen = lab.recognise(lab.look(settings))
    bars, chosen, against = lab.guesses(settings, seen)
    assert [name for name, *_ in bars] == [*lab.GUESSES, "c5"]
    assert (chosen, against) == ("c5", "second")
    assert bars[0][1] == "Egyptian cat"
    assert [share for *_, share in bars[:5]] == sorted((share for *_, share in bars[:5]), reverse=True)
    by_number = lab.Settings(target=f"c{seen.ranking[1]}")
    assert lab.guesses(by_number, seen)[1] == "second"
    assert seen.probabilities.sum() == pytest.approx(1)


def test_every_method_gives_a_map_of_its_own():
    shown = found(lab.Settings(methods=tuple(METHODS), samples=4, steps=4, window=64, stride=64))[0]
    assert [heat.method for heat in shown] == list(METHODS)
    for heat in shown:
        assert np.isfinite(heat.signed).all()
        assert heat.strength.min() >= 0
        assert heat.strength.max() > 0
        assert heat.ranking("signed", SIZE).shape == SIZE
    flat = [heat.ranking("strength", SIZE).ravel() for heat in shown]
    alike = np.corrcoef(flat) - np.eye(len(flat))
    assert alike.max() < 0.999


CHANGES = {
    "gradient": {"target": "second"},
    "grad_cam": {"layer": 12},
    "grad_cam_pp": {"layer": 16},
    "smooth_grad": {"noise": 0.3},
    "integrated": {"blank": "black"},
    "occlusion": {"window": 96},
}
FEW = {"samples": 4, "steps": 4, "window": 64, "stride": 64}


@pytest.mark.parametrize("method", CHANGES)
def test_a_setting_changes_the_map_that_depends_on_it(method):
    before, after = one(method, **FEW), one(method, **FEW | CHANGES[method])
    assert not np.array_equal(before.ranking("signed", SIZE), after.ranking("signed", SIZE))


@pytest.mark.parametrize(
    ("method", "changes"), [("smooth_grad", {"samples": 8}), ("smooth_grad", {"seed": 5}), ("integrated", {"steps": 8})]
)
def test_counts_and_seed_change_the_slow_maps(method, changes):
    assert not np.array_equal(one(method, **FEW).signed, one(method, **FEW | changes).signed)


def test_what_a_map_does_not_depend_on_is_not_in_its_experiment():
    settings = lab.Settings(methods=("gradient", "grad_cam"))
    seen = lab.recognise(lab.look(settings))
    again = settings.but(opacity=0.1, view="signed", steps=8, samples=8, window=48, scored=True, smooth=False)
    assert maps.wanted(settings, seen) == maps.wanted(again, seen)
    assert maps.wanted(settings, seen) != maps.wanted(settings.but(layer=3), seen)


def test_slow_maps_come_last():
    settings = lab.Settings(methods=tuple(METHODS))
    seen = lab.recognise(lab.look(settings))
    verbs = [verb.__name__ for verb, _ in maps.wanted(settings, seen)]
    assert verbs == ["rule_maps", "cam_maps", "smooth_maps", "path_maps", "patch_maps"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"methods": ()}, "choose 1 to"),
        ({"methods": ("gradient", "magic")}, "must be names among"),
        ({"target": "c1000"}, "no entry called c1000"),
        ({"rival": "??"}, "no entry"),
        ({"layer": 201}, "between 0 and 200"),
        ({"image": "photo:dog"}, "no photo called dog"),
    ],
)
def test_impossible_settings_are_refused_with_a_sentence(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.Settings(**values)


def test_the_settings_go_into_a_link_and_back():
    settings = lab.Settings(methods=("occlusion", "gradient"), target="c281", rival="third", smooth=False, layer=4)
    assert settings.methods == ("gradient", "occlusion"), "in the order of the table"
    assert fields.decode(lab.Settings, fields.encode(settings)) == (settings, ())


def test_signed_grad_cam_is_before_the_relu_and_absolute_after():
    heat = one("grad_cam", target="c1")
    assert heat.signed.min() < 0
    assert np.array_equal(heat.strength, np.maximum(heat.signed, 0))


def test_the_difference_of_two_classes_is_grad_cam_of_the_difference():
    settings = lab.Settings(rival="second", methods=("gradient", "grad_cam"))
    rows = found(settings)
    panels = figures.panels(settings, lab.recognise(lab.look(settings)), rows)
    assert len(panels) == 2 * figures.columns(settings, seen_by(settings))
    assert panels[3].title == "One minus the other"
    assert np.allclose(panels[3].values, rows[0][1].signed - rows[1][1].signed)


def test_panels_lie_over_the_photo_and_read_as_the_map_does():
    settings = lab.Settings(methods=("gradient", "grad_cam"), view="signed", opacity=0.3)
    photo, gradient, cam = figures.panels(settings, lab.recognise(lab.look(settings)), found(settings))
    assert photo.over is None
    assert (gradient.over, gradient.opacity, gradient.smooth) == (0, 0.3, False)
    assert (cam.over, cam.smooth, cam.values.shape) == (0, True, (7, 7))
    heat = found(settings)[0][0]
    unit = gradient.numbers.scale[0]
    top = np.percentile(np.abs(heat.signed), figures.WITHIN)
    assert np.abs(gradient.values * unit - heat.signed.clip(-top, top)).max() <= unit / 2 * 1.001
    assert gradient.limits == pytest.approx((-figures.STEPS, figures.STEPS))


def test_half_of_the_strength_is_counted_from_the_strongest_on():
    assert words.half(np.array([[8.0, 1, 1, 1, 1, 1, 1, 1]])) == 1 / 8
    assert words.half(np.ones((2, 2))) == 0.5
    assert np.isnan(words.half(np.zeros((3, 3))))


def test_scores_are_numbers_for_each_map_and_for_chance():
    settings = lab.Settings(methods=("grad_cam",))
    seen = seen_by(settings)
    heats = [*found(settings)[0], scoring.chance(seen, 285)]
    done = [scoring.scoring(heat)(scoring.question(settings, seen, heat)) for heat in heats]
    table = words.score_table(done)
    assert [row[0] for row in table.rows] == ["Grad-CAM", "Random order"]
    assert done[0].curves.insertion_score > done[1].curves.insertion_score + 0.1
    assert all(0 <= float(cell) <= 1 for row in table.rows for cell in row[1:])
    figure = figures.curves(done)
    assert len(figure.data) == 4
    assert list(figure.data[0].y) == pytest.approx(list(done[0].curves.deletion * 100))


def test_a_score_is_kept_for_its_own_map_and_view_alone():
    heat = one("gradient")
    settings = lab.Settings(methods=("gradient",))
    seen = seen_by(settings)
    asked = {
        scoring.question(settings, seen, heat),
        scoring.question(settings.but(view="signed"), seen, heat),
        scoring.question(settings, seen, one("gradient", target="second")),
        scoring.question(settings, seen, scoring.chance(seen, heat.label)),
    }
    assert len(asked) == 4
    assert scoring.question(settings.but(opacity=0.1, steps=8), seen, heat) in asked


def test_the_sanity_check_is_a_film_that_starts_at_one_and_ends_low():
    result = sanity.check(sanity.question(lab.Settings(), 285))
    film = figures.sanity_film(result)
    assert len(film) == len(result.stages) == 12
    for name, rho in result.correlations.items():
        assert rho[0] == pytest.approx(1), name
        assert abs(rho[-1]) < 0.35, name
    halfway = {name: rho[4] for name, rho in result.correlations.items()}
    assert halfway["guided"] > 0.85 > 0.6 > halfway["gradient"]
    assert "Guided backprop" in film.summary
    assert "Grad-CAM" in film.summary, "a hyphen is no minus"


@pytest.mark.parametrize("capped", [False, True])
def test_the_three_rules_of_the_small_example(capped):
    settings = lab.Settings(capped=capped)
    into, arriving = rules.numbers(settings)
    given = rules.returned(settings)
    for f, r, plain, deconv, guided in zip(into.flat, arriving.flat, *(given[n].flat for n in given), strict=True):
        opened = f > 0 and not (capped and f >= 6)
        assert plain == (r if opened else 0)
        assert deconv == max(r, 0)
        assert guided == (max(r, 0) if opened else 0)
    trace = rules.trace(settings)
    assert len(trace) == 9
    assert "of them open" in trace.summary


def test_a_number_of_the_small_example_can_be_changed():
    settings = rules.with_edit(lab.Settings(), "into", 4, -3.0)
    assert rules.numbers(settings)[0][1, 1] == -3
    assert rules.returned(settings)["gradient"][1, 1] == 0
    with pytest.raises(ValueError, match="Only what goes in"):
        rules.with_edit(settings, "guided", 0, 1.0)


def test_questions_are_answered_by_their_own_numbers():
    for seed in range(40):
        question = lesson.question(seed)
        assert question.judge(question.answer)
        assert np.isfinite(question.answer)
        assert "$$$$" not in question.prompt
    assert len({lesson.question(seed).prompt for seed in range(40)}) > 30


def test_the_script_prints_the_labs_own_numbers():
    settings = lab.Settings(methods=tuple(METHODS), image="photo:coffee", target="second", **FEW, blank="black")
    said = scripts.alone(lesson.torch_code(settings))
    assert re.search(r"espresso.*: 0\.9", said.splitlines()[0])
    printed = dict(re.findall(r"^(.+): sum \S+, largest (\S+)$", said, re.MULTILINE))
    assert set(printed) == {method.title for method in METHODS.values()}
    for heat in found(settings)[0]:
        tolerance = 0.05 if heat.method == "occlusion" else 0.002  # the page occludes in bfloat16
        assert float(printed[METHODS[heat.method].title]) == pytest.approx(heat.strength.max(), rel=tolerance)


def test_looking_changes_nothing_for_the_next_reader():
    before = one("guided").signed
    with contextlib.redirect_stdout(io.StringIO()):
        found(lab.Settings(methods=("gradient", "deconvnet", "grad_cam"), target="third", layer=5))
    assert np.array_equal(before, one("guided").signed)

"""Heatmaps of other networks: LeNet, and what a visitor trained, of any size, any channels and any activation."""

import re
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from engine.core import drawings, fields, images, samples
from engine.core.attribution import METHODS
from engine.core.hooks import HOOKS
from engine.core.memo import Memo, is_private
from engine.core.networks import inspected
from engine.core.networks.building import build
from engine.core.networks.grammar import parse
from engine.core.networks.inside import stages, titles
from engine.core.networks.presets import ARCHITECTURES
from engine.core.shapes import Order, shapes
from engine.core.weights import pack
from engine.figures import heatmaps as figures
from engine.insight import heatmaps as lab
from engine.insight import heatmaps_lesson as lesson
from engine.insight import heatmaps_maps as maps
from engine.insight import heatmaps_network as networks
from engine.insight import heatmaps_sanity as sanity
from engine.insight import heatmaps_scores as scoring
from engine.insight import heatmaps_words as words
from tests import scripts
from tests.architecture.sources import ROOT
from tests.engine.insight.visitors import trained
from tests.threads import at_once

EVERY = tuple(METHODS)
FEW = {"samples": 4, "steps": 4}
LENET = {"network": "lenet", "image": "digit:test:0"}
COLOUR = (
    "INPUT 3x28x28 -> CONV 3x3 8 pad 1 no bias -> BN -> RELU -> POOL 2x2 -> DROPOUT 0.5 "
    "-> RES[ CONV 3x3 8 pad 1 -> RELU -> CONV 3x3 8 pad 1 ] -> RELU6 -> GLOBAL AVG -> FC 5"
)
TEXTS = {
    "colour": (COLOUR, (3, 28, 28)),
    "branches": ("INPUT 3x32x32 -> BRANCH[ CONV 1x1 4 | CONV 3x3 4 pad 1 ] -> RELU -> POOL 2x2 -> FC 3", (3, 32, 32)),
    "small": ("INPUT 1x8x8 -> CONV 3x3 6 -> LEAKY -> FC 10", (1, 8, 8)),
    "smooth": ("INPUT 1x8x8 -> CONV 3x3 6 -> TANH -> POOL 2x2 -> FC 4", (1, 8, 8)),
    "mlp": ("INPUT 1x8x8 -> FC 20 -> RELU -> FC 3", (1, 8, 8)),
    "plain": ("INPUT 1x8x8 -> FC 20 -> SIGMOID -> FC 2", (1, 8, 8)),
}
NO_RULES = ("small", "smooth", "plain")


def held(name: str) -> inspected.Inspected:
    text, shape = TEXTS[name]
    own = own_shapes() if name == "colour" else None
    return inspected.hold(trained(text, shape, title=f"My {name}", data="shapes", samples=own))


def own_shapes() -> samples.Samples | None:
    return samples.own(shapes(Order())[1], "shapes")


def rows_of(settings: lab.Settings) -> tuple[tuple[maps.Heat, ...], ...]:
    seen = lab.recognise(lab.look(settings))
    return maps.rows(settings, seen, [verb(ask) for verb, ask in maps.wanted(settings, seen)])


@pytest.mark.parametrize("name", TEXTS)
def test_every_method_gives_a_map_or_says_why_not(name):
    inside = held(name)
    settings = lab.Settings(network=inside.reference, methods=EVERY, rival="second", **FEW)
    seen = lab.recognise(lab.look(settings))
    rows = rows_of(settings)
    height, width = inside.shape[1:]
    shown = [heat.method for heat in rows[0]]
    missing = {*(networks.BY_RULE if name in NO_RULES else ()), *(() if inside.layers else networks.CAMS)}
    assert set(shown) == set(EVERY) - missing
    for heat in (heat for row in rows for heat in row):
        assert np.isfinite(heat.signed).all()
        assert heat.strength.min() >= 0
        assert heat.ranking("signed", (height, width)).shape == (height, width)
        if not heat.method.startswith("grad_cam"):
            assert heat.signed.shape == (height, width)
    said = words.picture_words(settings, seen, rows)
    assert ("no ReLU" in said) == (name in NO_RULES)
    assert ("no layer that gives maps" in said) == (not inside.layers)
    panels = figures.panels(settings, seen, rows)
    assert len(panels) == 2 * len(shown) + 2
    assert not any(panel.smooth for panel in panels), "small maps have square pixels"
    assert panels[0].kind == ("rgb" if inside.shape[0] == 3 else "grey")
    assert np.array_equal(panels[0].values, seen.photo)


@pytest.mark.parametrize("name", TEXTS)
def test_the_default_methods_show_something_on_every_network(name):
    mine = held(name)
    assert rows_of(lab.Settings(network=mine.reference))[0][0].method == "gradient"


def test_where_no_chosen_method_is_possible_a_sentence_says_so():
    mine = held("plain")
    settings = lab.Settings(network=mine.reference, methods=("guided", "grad_cam"))
    seen = lab.recognise(lab.look(settings))
    sentence = networks.nothing(settings, seen.inside)
    assert sentence == (
        "Guided backprop is not drawn: My plain has no ReLU whose way back could follow another rule. Grad-CAM is not "
        "drawn: My plain has no layer that gives maps. Choose another method, such as the gradient."
    )
    with pytest.raises(ValueError, match="not drawn"):
        maps.wanted(settings, seen)


@pytest.mark.parametrize("name", ["lenet", "fast_wide", "residual"])
def test_the_layers_are_the_stages_that_draw_a_digit_shows(name):
    text = ARCHITECTURES[name].text if name in ARCHITECTURES else COLOUR
    shape = (3, 28, 28) if "3x28x28" in text else (1, 28, 28)
    inside = inspected.hold(trained(text, shape))
    found = stages(inside.network, inside.module, np.zeros(shape, np.float32))
    sizes = dict(zip(titles(found), (stage.maps.shape for stage in found), strict=True))
    expected = [title for title, (_, height, width) in sizes.items() if height * width > 1 and title != "Input"]
    assert [title for title, _ in inside.layers] == expected
    mine = lab.Settings(network=inside.reference, methods=("grad_cam",))
    for number, (title, _) in enumerate(inside.layers, 1):
        assert rows_of(mine.but(layer=number))[0][0].signed.shape == sizes[title][1:]
    assert np.array_equal(rows_of(mine)[0][0].signed, rows_of(mine.but(layer=len(expected)))[0][0].signed)


def test_lenet_has_four_layers_with_maps_and_five_to_make_random():
    inside = inspected.find("lenet")
    assert [name for name, _ in inside.layers] == ["Conv 1", "Pool 1", "Conv 2", "Pool 2"]
    assert [name for name, _ in inside.weighed] == ["Classes", "FC 84", "FC 120", "Conv 2", "Conv 1"]


def test_there_are_as_many_guesses_as_classes():
    mine = held("branches")
    seen = lab.recognise(lab.Look(network=mine.reference, image="photo:cat"))
    bars, chosen, against = lab.guesses(lab.Settings(network=seen.inside.reference, rival="second"), seen)
    assert [name for name, *_ in bars] == ["first", "second", "third"]
    assert {title for _, title, *_ in bars} == set("abc")
    assert (chosen, against) == ("first", "second")
    assert list(networks.choices(seen.inside)) == ["first", "second", "third", "c0", "c1", "c2"]
    assert networks.choices(inspected.find("lite0"))["c285"] == "Egyptian cat"


@pytest.mark.parametrize(
    ("changes", "sentence", "repaired"),
    [
        ({"target": "c281"}, "LeNet-5 knows 10 classes, numbered from 0: it has no class 281.", {"target": "first"}),
        ({"rival": "c10"}, "it has no class 10. No class is set against it.", {"rival": "none"}),
        ({"layer": 5}, "LeNet-5 has 4 layers that give maps, and no 5. The last is taken.", {"layer": 0}),
        ({"window": 48}, "a patch has 2 to 14 pixels a side, not 48. The usual patch", {"window": 0, "stride": 0}),
        ({"window": 4, "stride": 9}, "Steps of 9 leave gaps between patches of 4", {"stride": 0}),
        ({"network": "lite0", "window": 16, "stride": 8}, "16 with steps of 8 has 729 places, and 400", {"stride": 0}),
        ({"network": "lite0", "layer": 19}, "EfficientNet-Lite0 has 18 layers that give maps, and no 19", {"layer": 0}),
        ({"network": "lite0", "stride": 4}, "Steps of 4 are too short for images of 224 × 224", {"stride": 0}),
    ],
)
def test_what_a_network_has_not_is_refused_with_a_sentence_and_takes_its_default(changes, sentence, repaired):
    settings = lab.Settings(**{**LENET, "methods": ("grad_cam", "occlusion"), **changes})
    suited, sentences = networks.suited(settings)
    assert len(sentences) == 1
    assert sentence in sentences[0]
    assert suited == settings.but(**repaired)
    assert networks.suited(suited) == (suited, ())
    seen = lab.recognise(lab.look(settings))
    with pytest.raises(ValueError, match=re.escape(sentences[0].split(". ")[0])):
        maps.wanted(settings, seen)


def test_old_links_mean_what_they_meant():
    texts = {"image": "photo:coffee", "target": "c504", "layer": "18", "window": "48", "methods": "grad_cam.occlusion"}
    settings, sentences = fields.decode(lab.Settings, texts)
    assert not sentences
    assert networks.suited(settings) == (settings, ())
    seen = lab.recognise(lab.look(settings))
    (_, cam), (_, patch) = maps.wanted(settings, seen)
    assert (cam.network, cam.label, cam.layer, patch.window, patch.stride) == ("lite0", 504, 18, 48, 16)


@pytest.mark.parametrize(("name", "window", "stride"), [("lite0", 32, 16), ("lenet", 4, 2), ("small", 2, 1)])
def test_the_patch_goes_with_the_size_of_the_image(name, window, stride):
    inside = held(name) if name in TEXTS else inspected.find(name)
    assert networks.patch(lab.Settings(), inside) == (window, stride)
    spans = networks.spans(lab.Settings(), inside)
    for field, value in (("window", window), ("stride", stride)):
        low, high, step = spans[field]["scale"]
        assert low <= value <= high
        assert (value - low) % step == 0
        assert spans[field]["at"] == value


def test_another_network_comes_with_an_image_of_its_own_kind():
    cat, digit = lab.Settings(target="c5", rival="second", layer=3, window=48), lab.Settings(**LENET)
    assert cat.but(network="lenet", **networks.following(cat, "lenet")) == lab.Settings(**LENET, opacity=0.8)
    assert digit.but(network="lite0", **networks.following(digit, "lite0")) == lab.Settings()
    assert "opacity" not in networks.following(cat.but(opacity=0.3), "lenet"), "the reader's own stays"
    mine = held("colour")
    after = digit.but(**networks.following(digit, mine.reference))
    assert after.image == mine.samples.reference(0)
    drawn = drawings.pack(np.full((28, 28), 255, np.uint8))
    for kept in ("digit:test:7", drawn):
        assert "image" not in networks.following(digit.but(image=kept), "lenet"), "it is of its kind, or the reader's"


def test_images_become_what_the_network_takes():
    mine = held("colour")
    digit = mine.picture("digit:test:0").pixels
    assert digit.shape == (3, 28, 28)
    assert np.array_equal(digit[0], digit[2])
    assert inspected.find("lenet").picture("photo:cat").pixels.shape == (1, 28, 28)
    own = mine.picture(mine.samples.reference(3)).pixels
    assert np.array_equal(images.to_uint8(own), mine.samples.examples.images[3])
    prepared = mine.prepared(own)
    for channel, (mean, deviation) in enumerate(zip(mine.mean, mine.deviation, strict=True)):
        np.testing.assert_allclose(prepared[channel], (own[channel] - mean) / deviation, rtol=1e-5, atol=1e-6)


def test_a_test_image_is_named_by_its_data_and_number():
    digits = inspected.find("lenet").samples
    assert (len(digits), digits.reference(12), digits.number("digit:test:12")) == (10_000, "digit:test:12", 12)
    assert digits.number("photo:cat") is digits.number("digit:train:12") is digits.number("digit:test:10000") is None
    assert digits.of_class(7) == digits.of_class(7, 1) == 0
    assert digits.of_class(7, 0) == 17
    small = samples.of_set("optdigits")
    assert images.load(small.reference(5), (8, 8)).title == f"Digit {small.examples.labels[5]}"
    last = [place for place, label in enumerate(small.examples.labels) if label == 3][-1]
    assert small.of_class(3, last) == small.of_class(3)


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("sample:optdigits:9999", "359 test images, numbered from 0, and no 9999"),
        ("sample:0123456789abcdef:1", "of another visit"),
        ("sample:cifar:1", "not fetched yet"),
    ],
)
def test_a_test_image_that_is_not_there_is_refused(reference, sentence, monkeypatch):
    monkeypatch.setattr(samples, "is_here", lambda file: False)
    with pytest.raises(ValueError, match=sentence):
        images.load(reference, (8, 8))


@pytest.mark.parametrize("reference", ["sample:", "sample:../x:1", "sample:optdigits:-1", "sample:optdigits:123456"])
def test_nonsense_is_no_test_image(reference):
    with pytest.raises(ValueError, match="named by its data and number"):
        lab.Settings(image=reference)


def test_test_images_of_a_visitor_live_as_long_as_the_network():
    own = samples.own(shapes(Order(seed=77))[1], "shapes")
    mine = inspected.hold(trained(COLOUR, (3, 28, 28), data="shapes", samples=own))
    del own
    reference = mine.samples.reference(4)
    assert images.load(reference).pixels.shape == (3, 28, 28)
    assert is_private(lab.Look(network=mine.reference, image=reference))
    del mine
    with pytest.raises(ValueError, match="another visit"):
        images.load(reference)


def test_scores_and_the_sanity_check_run_on_every_network():
    for name in ("colour", "mlp", "plain"):
        mine = held(name)
        settings = lab.Settings(network=mine.reference, methods=("gradient", "occlusion"))
        seen, heats = lab.recognise(lab.look(settings)), rows_of(settings)[0]
        for heat in (*heats, scoring.chance(seen, heats[0].label)):
            asked = scoring.question(settings, seen, heat)
            curves = scoring.scoring(heat)(asked).curves
            assert asked.network == mine.reference
            assert curves.deletion[0] == pytest.approx(seen.probabilities[heat.label], abs=1e-5)
            assert len(curves.shares) == (33 if name == "colour" else 17)
        checked = sanity.check(sanity.question(settings, heats[0].label))
        assert set(checked.maps) == {
            "gradient",
            *(() if name == "plain" else ("deconvnet", "guided")),
            *(("grad_cam",) if name == "colour" else ()),
        }
        assert checked.stages == ("trained", *(title for title, _ in mine.weighed))
        assert checked.correlations["gradient"][0] == pytest.approx(1)
        assert not np.array_equal(checked.maps["gradient"][0], checked.maps["gradient"][-1])


def test_a_deep_network_is_made_random_a_few_layers_at_a_time():
    text = "INPUT 1x8x8 -> [CONV 3x3 2 pad 1 -> RELU]*30 -> FC 3"
    inside = inspected.hold(trained(text, (1, 8, 8)))
    parts = sanity.stages_of(inside)
    assert len(inside.weighed) == 31
    assert len(parts) <= sanity.MOST_STAGES
    assert [path for _, paths in parts for path in paths] == [path for _, paths in inside.weighed for path in paths]
    assert parts[-1][0] == "Conv 1"


def test_on_digits_the_maps_beat_chance_and_a_blurred_digit_is_none():
    settings = lab.Settings(**LENET, methods=("integrated", "occlusion"), blank="black")
    seen, heats = lab.recognise(lab.look(settings)), rows_of(settings)[0]
    scored = [
        scoring.scoring(heat)(scoring.question(settings, seen, heat)).curves
        for heat in (*heats, scoring.chance(seen, 7))
    ]
    for curves in scored[:2]:
        assert curves.insertion_score > scored[2].insertion_score
        assert curves.deletion_score < scored[2].deletion_score
    assert scored[0].insertion[0] < 0.5 < scored[0].insertion[-1]


@pytest.mark.parametrize("name", ["lenet", "colour", "small", "plain"])
def test_the_script_prints_the_labs_own_numbers(name, tmp_path):
    mine, folder = inspected.find("lenet"), ROOT
    settings = lab.Settings(**LENET, methods=EVERY, **FEW, blank="black", target="second")
    if name != "lenet":
        text, shape = TEXTS[name]
        seen = own_shapes() if name == "colour" else samples.of_set("optdigits")
        own = trained(text, shape, data="shapes" if name == "colour" else "optdigits", samples=seen)
        mine, folder = inspected.hold(own), tmp_path
        (folder / "weights.safetensors").write_bytes(own.weights)
        settings = settings.but(network=mine.reference, image=mine.samples.reference(3), blank="blurred")
    said = scripts.alone(lesson.torch_code(settings), folder=folder)
    printed = dict(re.findall(r"^(.+): sum \S+, largest (\S+)$", said, re.MULTILINE))
    heats = rows_of(settings)[0]
    assert set(printed) == {METHODS[heat.method].title for heat in heats}
    for heat in heats:
        assert float(printed[METHODS[heat.method].title]) == pytest.approx(heat.strength.max(), rel=0.002), heat.method
    assert f"class: {mine.classes[heats[0].label]}" in said


def test_a_network_that_learned_nothing_has_blank_maps_and_the_words_say_so():
    text = ARCHITECTURES["lenet"].text
    mine = inspected.hold(replace(trained(text), weights=pack(build(parse(text), 0, "zero"))))
    settings = lab.Settings(network=mine.reference, image="digit:test:0", methods=EVERY, **FEW)
    seen, rows = lab.recognise(lab.look(settings)), rows_of(settings)
    assert words.answer(seen, rows[0])[1:] == ("10 %", "Grad-CAM is blank: nothing here speaks for this class")
    assert words.picture_words(settings, seen, rows).count("blank") == len(EVERY)
    film = figures.sanity_film(sanity.check(sanity.question(settings, 0)))
    assert "Gradient blank, Deconvnet blank" in film.summary
    assert all(np.isfinite(panel.values).all() for panel in figures.panels(settings, seen, rows))


def test_networks_of_two_visitors_never_mix():
    texts = [TEXTS["colour"], TEXTS["small"], TEXTS["branches"], TEXTS["mlp"]]
    mine = [inspected.hold(trained(*one, seed=seed)) for one in texts for seed in (1, 2)]
    asked = [lab.Settings(network=one.reference, methods=("gradient", "guided", "grad_cam")) for one in mine]
    alone = [[heat.signed for heat in rows_of(settings)[0]] for settings in asked]
    assert len({one.reference for one in mine}) == len(mine)
    wrong = []

    def work(place: int) -> None:
        for _ in range(5):
            found = [heat.signed for heat in rows_of(asked[place])[0]]
            if not all(map(np.array_equal, found, alone[place])):
                wrong.append(place)

    at_once([partial(work, place) for place in range(len(asked))])
    assert not wrong
    for one in mine:
        assert not any(len(getattr(module, name, ())) for module in one.module.modules() for name in HOOKS)
        assert all(not weight.requires_grad and weight.grad is None for weight in one.module.parameters())
        assert not any(module.training for module in one.module.modules())


def test_the_same_weights_with_other_names_are_another_network():
    one, other = (inspected.hold(trained(*TEXTS["mlp"], classes=names)) for names in ("abc", "xyz"))
    assert one.reference != other.reference
    assert (one.classes, other.classes) == (("a", "b", "c"), ("x", "y", "z"))
    assert inspected.hold(trained(*TEXTS["mlp"], classes="abc")) is one


def test_what_was_found_in_a_visitors_network_is_kept_for_nobody_else():
    mine = held("mlp")
    settings = lab.Settings(network=mine.reference, methods=("gradient",))
    everyones, own = Memo(), Memo(private=True)
    seen = lab.recognise(lab.look(settings))
    ((verb, ask),) = maps.wanted(settings, seen)
    assert is_private(ask)
    everyones(verb, ask)
    own(verb, ask)
    assert (everyones.size, own.size > 0) == (0, True)

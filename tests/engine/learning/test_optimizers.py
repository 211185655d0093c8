"""The race: its judge, its script, its sentences; momentum's plane; the network."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from engine.core import stacked_networks
from engine.core.descent import TITLES
from engine.core.fields import decode, encode, fields_of
from engine.core.point_clouds import CLOUDS, cloud
from engine.core.rules import RULES
from engine.learning import optimizers as lab
from engine.learning import optimizers_lesson as lesson
from engine.learning import optimizers_network as network
from engine.learning import optimizers_plane as plane
from engine.learning import optimizers_words as words
from tests import scripts
from tests.questions import assert_only_its_answer

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}
RACES = [preset.name for preset in lesson.PRESETS if not preset.part]


def arrival(race, rule):
    return race.arrivals[race.run.rules.index(rule)]


def test_newton_is_first_on_a_bowl_and_the_answer_says_so():
    race = lab.compete(lab.Settings())
    assert arrival(race, "newton") == 1
    assert words.answer(race)[:2] == ("First", "Newton")
    assert race.lowest == 0
    assert len(race.run.rules) == 10


@pytest.mark.parametrize("surface", lab.SURFACES)
def test_on_every_surface_somebody_gets_down_from_the_start(surface):
    race = lab.compete(lab.Settings(surface=surface))
    assert np.nanmin(race.gaps[-1]) < 0.2 * race.gaps[0, 0]
    assert np.isfinite(race.gaps[-1]).sum() >= 8


def test_momentums_optimum_is_reached_as_why_momentum_really_works_says():
    race = lab.compete(PRESETS["optimum"])
    assert arrival(race, "momentum") < 60
    assert arrival(race, "sgd") is None
    halves = race.gaps[[40, 80], race.run.rules.index("momentum")]
    assert (halves[1] / halves[0]) ** (1 / 80) == pytest.approx(0.75, abs=0.02)
    sgd = race.gaps[[40, 80], race.run.rules.index("sgd")]
    assert (sgd[1] / sgd[0]) ** (1 / 80) == pytest.approx(0.96, abs=0.002)


def test_the_worked_examples_show_what_their_notes_say():
    turned, straight = lab.compete(PRESETS["turned"]), lab.compete(PRESETS["ravine"])
    assert arrival(straight, "adam") is not None
    assert arrival(turned, "adam") is None
    saddle = lab.compete(PRESETS["saddle"])
    np.testing.assert_allclose(saddle.run.points[-1, saddle.run.rules.index("newton")], 0, atol=1e-6)
    too_large = lab.compete(PRESETS["too-large"])
    assert [name for name, _ in words.lost(too_large)] == ["SGD"]
    dents = lab.compete(PRESETS["dents"])
    assert np.nanargmin(dents.gaps[-1]) == dents.run.rules.index("random")
    four = lab.compete(PRESETS["four"])
    ends = {tuple(point.round(0)) for point, step in zip(four.run.points[-1], four.arrivals, strict=True) if step}
    assert len(ends) >= 3
    plateau = lab.compete(PRESETS["plateau"])
    assert arrival(plateau, "adagrad") * 4 < arrival(plateau, "sgd")


def test_one_example_is_noisy_and_a_falling_rate_settles_it():
    noisy, annealed = lab.compete(PRESETS["one-example"]), lab.compete(PRESETS["annealed"])
    late = [race.gaps[-40:, race.run.rules.index("sgd")].mean() for race in (noisy, annealed)]
    assert late[0] > 10 * late[1]
    full = lab.compete(PRESETS["one-example"].but(batch=32))
    assert full.gaps[-1, full.run.rules.index("sgd")] < 1e-9
    some = noisy.run.gradients[0, 0] - noisy.surface.slope(noisy.run.points[0, 0])
    assert np.linalg.norm(some) > 1e-3


def test_adamw_decays_the_weights_and_adam_the_gradient():
    race = lab.compete(PRESETS["adamw"])
    adam, adamw = race.run.points[-1]
    # Adam comes to rest at the minimum of f + λ|x|²/2.
    np.testing.assert_allclose(race.surface.slope(adam) + 0.3 * adam, 0, atol=5e-3)
    assert np.linalg.norm(adam - adamw) > 0.02


def numbers_of(script: str) -> dict[str, list[float]]:
    lines = (line.split() for line in scripts.here(script)[1].splitlines())
    return {name: [float(number) for number in rest] for name, *rest in lines}


TYPED = "a = 2; b = x*a - y; max(b, 0.1)**2/9 + sqrt(x*x + 1) + leaky_relu(y) + exp(1)*tanh(y)**2 + softplus(x)"
SCRIPTS = {name: PRESETS[name].but(steps=60) for name in RACES}
SCRIPTS |= {
    "typed": lab.Settings(surface="typed", steps=40),
    # Without Newton: at a kink the script's Hessian and the lab's differences do not mean the same.
    "every": lab.Settings(surface="typed", formula=TYPED, steps=20, rules="sgd momentum nesterov adagrad rmsprop adam"),
    "damped": lab.Settings(surface="saddle", steps=20, newton="damped", damping=1.5),
    "knobs": lab.Settings(weight_decay=0.05, momentum=0.8, beta2=0.9, epsilon=4, schedule="one_cycle", steps=50),
    "batch": lab.Settings(surface="himmelblau", batch=5, steps=40, seed=3, schedule="step"),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_torch_script_prints_the_labs_last_points(name):
    settings = SCRIPTS[name]
    race, printed = lab.compete(settings), numbers_of(lesson.torch_code(settings))
    assert set(printed) == set(race.run.rules)
    for at, rule in enumerate(race.run.rules):
        wanted = [*race.run.points[-1, at], race.run.losses[-1, at]]
        if not np.isfinite(wanted).all():
            assert not all(abs(number) < 1e6 for number in printed[rule][:2])
            continue
        np.testing.assert_allclose(printed[rule], wanted, rtol=1e-6, atol=1e-7, err_msg=rule)


OTHER = {
    "surface": "beale",
    "condition": 30,
    "angle": 45,
    "formula": "x*x + y*y",
    "reach": 2.0,
    "start": (1.0, 1.0),
    "rules": "sgd adam",
    "rates": (0.01,),
    "boost": -0.5,
    "steps": 40,
    "schedule": "cosine",
    "every": 10,
    "decay": 0.9,
    "warmup": 0.6,
    "momentum": 0.5,
    "beta1": 0.5,
    "beta2": 0.9,
    "smoothing": 0.9,
    "rho": 0.5,
    "weight_decay": 0.1,
    "epsilon": 2,
    "newton": "plain",
    "damping": 2.0,
    "batch": 4,
    "tolerance": 6,
    "seed": 3,
}
BASES = {
    "formula": {"surface": "typed"},
    "reach": {"surface": "typed"},
    "every": {"schedule": "step"},
    "decay": {"schedule": "step"},
    "warmup": {"schedule": "warmup"},
    "newton": {"surface": "saddle"},
    "damping": {"newton": "damped"},
    "seed": {"batch": 8},
}


@pytest.mark.parametrize("name", OTHER)
def test_every_setting_of_the_race_changes_it_and_survives_a_link(name):
    base = lab.Settings(**BASES.get(name, {}))
    changed = base.but(**{name: OTHER[name]})
    assert decode(lab.Settings, encode(changed)) == (changed, ())
    one, other = lab.compete(base), lab.compete(changed)
    same = one.run.points.tobytes() == other.run.points.tobytes() and one.arrivals == other.arrivals
    assert not same or one.surface.box != other.surface.box


@pytest.mark.parametrize(("name", "value"), [("kappa", 9), ("pace", 2.0), ("carry", 0.8)])
def test_every_setting_of_the_plane_changes_it(name, value):
    one, other = plane.survey(lab.Settings()), plane.survey(lab.Settings(**{name: value}))
    assert one.predicted != other.predicted
    assert one.run.points.tobytes() != other.run.points.tobytes()


@pytest.mark.parametrize(("name", "value"), [("task", "rings"), ("width", 4), ("rounds", 60), ("seed", 2)])
def test_every_setting_of_the_network_changes_it(name, value):
    base = lab.Settings(rounds=40)
    assert network.train(base).losses.tobytes() != network.train(base.but(**{name: value})).losses.tobytes()


def test_every_field_is_tried_by_one_of_these_tests():
    assert set(fields_of(lab.Settings)) == {*OTHER, "kappa", "pace", "carry", "task", "width", "rounds"}


def test_a_rate_of_ones_own_a_factor_for_all_and_who_runs():
    settings = lab.with_rate(lab.Settings(), "adagrad", 0.25)
    assert settings.rates == (0, 0, 0, 0.25)
    assert lab.rate_of(settings.but(boost=1.0), "adagrad") == pytest.approx(2.5)
    assert lab.rate_of(settings.but(boost=1.0), "newton") == 1
    assert lab.with_rate(settings, "adagrad", 0).rates == ()
    off = lab.with_rule(lab.Settings(), "sgd")
    assert lab.racing(off.rules) == tuple(TITLES)[1:]
    assert lab.racing(lab.with_rule(off, "sgd").rules) == tuple(TITLES)
    alone = lab.Settings(rules="adam")
    assert lab.with_rule(alone, "adam") == alone


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"rules": "walking"}, "no rule walking"),
        ({"rules": ""}, "Nobody runs"),
        ({"surface": "typed", "formula": "x +"}, "missing"),
        ({"surface": "typed", "formula": "log(x)", "start": (-1.0, 0.0)}, "no value at the start"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.compete(lab.Settings(**settings))


@pytest.mark.parametrize(("rule", "rate"), [("walking", 0.1), ("sgd", -1.0), ("sgd", math.nan), ("sgd", 1e9)])
def test_a_rate_that_cannot_be_is_refused(rule, rate):
    with pytest.raises(ValueError, match="learning rate"):
        lab.with_rate(lab.Settings(), rule, rate)


reals = st.floats(-1e3, 1e3, allow_nan=False)


@trials(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(lab.SURFACES)),
    st.tuples(st.floats(-4, 4), st.floats(-3, 3)),
    st.floats(-2, 2),
    st.integers(1, 32),
    st.sampled_from(list(lab.SCHEDULES)),
)
def test_any_race_has_a_judge_and_a_sentence(surface, start, boost, batch, schedule):
    settings = lab.Settings(surface=surface, start=start, boost=boost, batch=batch, schedule=schedule, steps=20)
    race = lab.compete(settings)
    assert np.isfinite(race.lowest)
    assert np.nanmin(race.gaps) >= 0
    said = words.summary(race)
    assert said.endswith(".")
    assert "nan" not in said
    assert "nan" not in " ".join(words.answer(race))


def test_the_lowest_of_a_typed_function_is_found_by_newton_from_the_map():
    race = lab.compete(lab.Settings(surface="typed", formula="(x - 1.234)**2 + (y + 0.777)**4 - 5", rules="sgd"))
    assert race.lowest == pytest.approx(-5, abs=1e-6)


def test_the_same_settings_give_the_same_bytes():
    settings = PRESETS["one-example"]
    assert lab.compete(settings).run.points.tobytes() == lab.compete(settings).run.points.tobytes()


@pytest.mark.parametrize("name", ["plane-optimum", "plane-plain", "plane-heavy", "plane-diverging"])
def test_the_measured_rate_is_the_predicted_one(name):
    found = plane.survey(PRESETS[name])
    assert found.measured == pytest.approx(found.predicted, abs=0.012)
    assert f"{found.predicted:.3f}" in plane.answer(found)[1]


def test_the_planes_worked_numbers():
    assert plane.survey(PRESETS["plane-optimum"]).predicted == pytest.approx(0.75, abs=1e-6)
    assert plane.survey(PRESETS["plane-plain"]).predicted == pytest.approx(0.96)
    assert plane.survey(PRESETS["plane-diverging"]).predicted > 1
    assert "does not converge" in plane.summary(plane.survey(PRESETS["plane-diverging"]))


def test_a_point_of_the_plane_can_be_raced():
    settings = plane.as_race(PRESETS["plane-optimum"])
    race = lab.compete(settings)
    np.testing.assert_allclose(
        race.run.points[: plane.STEPS + 1, race.run.rules.index("momentum")],
        plane.survey(PRESETS["plane-optimum"]).run.points[:, 0],
    )


def test_the_stacked_networks_gradients_are_torchs():
    width, random = 5, np.random.default_rng(0)
    networks = random.standard_normal((3, stacked_networks.size(width)))
    points, labels = cloud("moons", 20, 0)
    losses, slopes = stacked_networks.gradients(networks, points, labels, width)
    for row, loss, slope in zip(networks, losses, slopes, strict=True):
        part = [torch.tensor(piece[0], requires_grad=True) for piece in stacked_networks.layers(row[None], width)]
        hidden = torch.tanh(torch.tensor(points) @ part[0] + part[1])
        hidden = torch.tanh(hidden @ part[2] + part[3])
        answer = (hidden @ part[4] + part[5])[:, 0]
        theirs = torch.nn.functional.binary_cross_entropy_with_logits(answer, torch.tensor(labels))
        theirs.backward()
        assert loss == pytest.approx(theirs.item(), rel=1e-12)
        np.testing.assert_allclose(slope, np.concatenate([piece.grad.numpy().ravel() for piece in part]), atol=1e-14)


def test_all_rules_train_the_same_first_weights_and_learn():
    run = network.train(lab.Settings())
    assert run.rules == tuple(RULES)
    assert (run.weights[0] == run.weights[0, :1]).all()
    assert (run.losses[-1] < 0.5 * run.losses[0]).all()
    assert (run.accuracy > 0.9).all()


def test_the_slice_is_the_loss_on_its_plane_and_the_paths_lie_in_it():
    settings = lab.Settings(rounds=30)
    run = network.train(settings)
    centre, axes, share = network.principal(run.weights)
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-9)
    x, y = np.linspace(*run.box[:2], network.GRID[0]), np.linspace(*run.box[2:], network.GRID[1])
    for row, column in ((0, 0), (20, 31), (34, 48)):
        weights = centre + x[column] * axes[0] + y[row] * axes[1]
        wanted = stacked_networks.loss(stacked_networks.logits(weights[None], run.points, 8), run.labels)[0]
        assert run.slice[row, column] == pytest.approx(wanted, rel=1e-4)
    assert run.box[0] < run.paths[..., 0].min() < run.paths[..., 0].max() < run.box[1]
    flat = run.weights.reshape(-1, run.weights.shape[-1])
    variances = np.linalg.svd(flat - centre, compute_uv=False) ** 2
    assert share == pytest.approx(variances[:2].sum() / variances.sum())


def test_newton_alone_cannot_train_the_network():
    with pytest.raises(ValueError, match="do not run on the network"):
        network.train(lab.Settings(rules="newton random"))


@pytest.mark.parametrize("name", CLOUDS)
def test_the_clouds_have_two_classes_of_one_size_in_the_plane(name):
    points, labels = cloud(name, 40, 1)
    assert points.shape == (40, 2)
    assert labels.sum() == 20
    assert np.abs(points).max() < 1.5


@pytest.mark.parametrize("number", range(1, 31))
def test_every_question_has_its_answer(number):
    assert_only_its_answer(lesson.question(number), ".4g", "g")


def test_the_gradients_along_the_paths_are_checked_on_the_page_and_a_corner_is_named():
    smooth = lab.compete(lab.Settings())
    said = words.summary(smooth)
    assert f"Centred differences at all {150 * 10 + 10:,} points" in said
    assert "corner" not in said
    corner = lab.compete(lab.Settings(surface="typed", formula="abs(x) + y**2", steps=50))
    assert "corner" in words.checked(corner)

"""What a layer passes back: the decks' numbers, torch's numbers, traces that add up, edits, refusals, both networks."""

import contextlib
import itertools
import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.fields import decode, encode, fields_of
from engine.core.trace import Moment, Sweep
from engine.learning import layer_backprop as lab
from engine.learning import layer_backprop_landscape as landscape
from engine.learning import layer_backprop_lesson as lesson
from engine.learning import layer_backprop_network as network
from engine.learning import layer_backprop_words as words
from tests import scripts
from tests.questions import assert_only_its_answer

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}
LAYERS = [name for name, one in PRESETS.items() if one.view == "layer"]
NETWORKS = [name for name, one in PRESETS.items() if one.view == "network"]
DIGITS = [name for name, one in PRESETS.items() if one.view == "digit"]


def printed(script):
    """What a script prints: the first word of each line to the lists that follow it."""
    found = {}
    for line in scripts.here(script)[1].splitlines():
        name, _, values = line.partition(" ")
        found.setdefault(name, []).append(np.array(json.loads(values)))
    return found


def as_drawn(settings, name, values):
    """torch's shape as the lab draws it: a batch of rows stands as columns."""
    if settings.kind in ("convolution", "pool"):
        return values if name != "bias" else values[:, None, None, None]
    return (values.T if values.ndim == 2 and name == "x" else values if values.ndim == 2 else values[:, None])[
        None, None
    ]


def test_pooling_sends_the_gradient_to_the_eight_of_the_slide_and_to_the_nine():
    assert lab.differentiate(PRESETS["winner"]).gradient("x").ravel().tolist() == [0, 1, 0, 0]
    assert lab.differentiate(PRESETS["winner"]).output.item() == 8
    assert lab.differentiate(PRESETS["nine"]).output.item() == 9
    assert lab.differentiate(PRESETS["tie"]).gradient("x").ravel().tolist() == [1, 0, 0, 0]


def test_the_shared_kernel_gets_the_sum_of_what_its_four_places_give():
    passed = lab.differentiate(PRESETS["shared-kernel"])
    trace = lab.trace(passed)
    apart = next(grid for grid in trace.grids if grid.name == "apart").values[0]
    expected = [g * np.array([[a, a + 1], [a + 3, a + 4]]) for g, a in ((1, 1), (-2, 2), (3, 4), (0.5, 5))]
    np.testing.assert_array_equal(apart, expected)
    np.testing.assert_array_equal(passed.gradient("weight")[0, 0], np.sum(expected, axis=0))
    assert passed.gradient("weight")[0, 0, 1, 1] == 21.5
    after = next(grid for grid in trace.grids if grid.name == "after").values[0, 0]
    np.testing.assert_allclose(after, np.eye(2) - 0.2 * np.sum(expected, axis=0))


def test_an_input_that_two_outputs_read_gets_the_sum_and_not_the_slides_product():
    assert lab.differentiate(PRESETS["slide-sum"]).gradient("x").ravel().tolist() == [-5, 4]


def test_a_saturated_sigmoid_hardly_lets_anything_through():
    passed = lab.differentiate(PRESETS["saturated"])
    slopes = passed.gradient("x") / passed.tensor("upstream")
    np.testing.assert_allclose(slopes.ravel(), [0.25, 0.10499, 0.006648, 4.5396e-05], rtol=1e-4)


@pytest.mark.parametrize("name", ["norm", "norm-shift"])
def test_the_gradients_of_a_normalised_row_sum_to_nothing(name):
    np.testing.assert_allclose(lab.differentiate(PRESETS[name]).gradient("x").sum(axis=-1), 0, atol=1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_the_torch_script_of_a_layer_prints_its_gradients(name):
    settings = PRESETS[name]
    passed, said = lab.differentiate(settings), printed(lesson.torch_code(settings))
    assert set(said) == set(passed.sought)
    for tensor in passed.sought:
        np.testing.assert_allclose(
            as_drawn(settings, tensor, said[tensor][0]), passed.gradient(tensor), rtol=1e-9, atol=1e-12
        )


@pytest.mark.parametrize("name", NETWORKS)
def test_the_torch_script_of_the_small_network_prints_its_losses_and_gradients(name):
    settings = PRESETS[name]
    trained, said = lab.differentiate(settings), printed(lesson.torch_code(settings))
    np.testing.assert_allclose(np.stack(said["loss"]), trained.losses[: settings.update + 1], rtol=1e-9, atol=1e-12)
    for tensor in ("x", *network.PARAMETERS):
        own = getattr(trained.shown, f"d_{tensor}")
        theirs = said[tensor][0]
        np.testing.assert_allclose(
            (own.T if tensor == "x" else own).reshape(theirs.shape), theirs, rtol=1e-8, atol=1e-11
        )


@pytest.mark.parametrize("name", ["full-size", "ten-steps", "all-equal"])
def test_the_torch_script_of_the_large_network_prints_its_losses(name):
    learned, said = lab.differentiate(PRESETS[name]), printed(lesson.torch_code(PRESETS[name]))
    np.testing.assert_allclose(np.stack(said["loss"]), learned.losses, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(said["probabilities"][0], learned.after, rtol=1e-8, atol=1e-10)


SHAPES = {
    "inputs": st.integers(1, 6),
    "outputs": st.integers(1, 6),
    "examples": st.integers(1, 6),
    "jacobian": st.booleans(),
    "many": st.integers(2, 6),
    "side": st.integers(3, 6),
    "kernel": st.integers(1, 3),
    "stride": st.integers(1, 2),
    "padding": st.integers(0, 1),
    "channels": st.integers(1, 2),
    "filters": st.integers(1, 2),
    "route": st.sampled_from(["gather", "scatter"]),
    "pool_side": st.integers(3, 6),
    "window": st.integers(1, 3),
    "pool_stride": st.integers(1, 3),
    "seed": st.integers(0, 1000),
}


def replayed(trace):
    """Every grid as the steps leave it, worked out from the cells that they light where there is a closed form."""
    sheets = {grid.name: grid.values.ravel().copy() for grid in trace.grids}
    for grid in trace.grids:
        if grid.filled_by_steps:
            sheets[grid.name][:] = np.nan
    for part in trace.segments:
        if isinstance(part, Moment):
            for name, cell, value in part.writes:
                sheets[name][cell] = value
            continue
        for step, cell in enumerate(part.cells):
            sheets[part.target][cell] = explained(part, step, sheets)
            assert sheets[part.target][cell] == pytest.approx(part.results[step], rel=1e-9, abs=1e-9)
    return sheets


def explained(sweep: Sweep, step, sheets):
    kept = np.ones(len(sweep.operands[0].offset), dtype=bool) if sweep.skipped is None else ~sweep.skipped[step]
    reads = [sheets[o.grid][(o.base[step] + o.offset)[kept]] for o in sweep.operands]
    if sweep.op == "max":
        return reads[0].max()
    total = (reads[0] * reads[1]).sum() if len(reads) == 2 else reads[0].sum()
    return total + (sheets[sweep.addend[0]][sweep.addend[1][step]] if sweep.addend else 0)


@pytest.mark.parametrize("kind", lab.LAYERS)
@settings(max_examples=15, deadline=None)
@given(shapes=st.fixed_dictionaries(SHAPES))
def test_the_steps_of_any_layer_add_up_to_its_gradients_and_these_agree_with_finite_differences(kind, shapes):
    passed = lab.differentiate(lab.Settings(kind=kind, **shapes))
    sheets = replayed(lab.trace(passed))
    assert not any(np.isnan(sheet).any() for sheet in sheets.values())
    for name in passed.sought:
        np.testing.assert_allclose(sheets[f"d_{name}"], passed.gradient(name).ravel(), rtol=1e-9, atol=1e-9)
    assert all(one.agrees for one in passed.checks)


@pytest.mark.parametrize("route", ["gather", "scatter"])
@pytest.mark.parametrize("kernel", [1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2])
def test_both_ways_back_to_a_convolutions_input_add_up(kernel, stride, route):
    for padding, channels, filters in itertools.product((0, 1), (1, 2), (1, 2)):
        passed = lab.differentiate(
            lab.Settings(
                kind="convolution", side=5, kernel=kernel, stride=stride, padding=padding, channels=channels,
                filters=filters, route=route,
            )
        )  # fmt: skip
        sheets = replayed(lab.trace(passed))
        np.testing.assert_allclose(sheets["d_x"], passed.gradient("x").ravel(), atol=1e-12)
        np.testing.assert_allclose(sheets["d_weight"], passed.gradient("weight").ravel(), atol=1e-12)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_steps_of_the_network_add_up_and_every_gradient_agrees_with_finite_differences(name):
    trained = lab.differentiate(PRESETS[name])
    sheets = replayed(lab.trace(trained))
    for tensor, after in zip(network.PARAMETERS, trained.after, strict=True):
        np.testing.assert_allclose(sheets[f"new_{tensor}"], after.ravel(), rtol=1e-9, atol=1e-12)
    assert sheets["lower"].item() == trained.loss_after
    assert [one.count for one in trained.checks] == [trained.shown.x.size, 12, 3, 9, 3]
    assert all(one.agrees for one in trained.checks)


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_the_networks_losses_at_many_points_are_those_of_its_own_forward_pass(batch, activation):
    made = lab.differentiate(lab.Settings(view="network", batch=batch, activation=activation)).shown
    at = np.concatenate([getattr(made, name).ravel() for name in network.PARAMETERS])
    assert network.losses_at(at[None], made.x, made.y, activation)[0] == pytest.approx(made.loss, rel=1e-12)


def test_one_step_on_the_decks_digit_brings_the_loss_down():
    learned = lab.differentiate(PRESETS["full-size"])
    assert learned.index == 0
    assert learned.settings.label == 5
    assert learned.losses[0] == pytest.approx(np.log(10), abs=0.1)
    assert learned.losses[1] < 0.1 * learned.losses[0]
    assert learned.after[5] > 0.9


@pytest.mark.parametrize("name", DIGITS)
def test_all_407834_gradients_of_the_large_network_agree_with_finite_differences(name):
    learned = lab.differentiate(PRESETS[name])
    assert [one.count for one in learned.checks] == [401_408, 512, 5_120, 10, 784]
    assert all(one.agrees for one in learned.checks)
    slope, measured = learned.along
    assert slope == pytest.approx(measured, rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_the_large_networks_shortcut_differences_are_those_of_the_whole_network(activation):
    """The check recomputes only what a moved weight reaches: a few weights here by the whole forward pass."""
    from engine.core import backward
    from engine.learning import layer_backprop_digit_network as digit

    learned = lab.differentiate(lab.Settings(view="digit", activation=activation, label=3, nth=7))
    x, y = learned.image.reshape(-1, 1), np.eye(10)[:, [3]]
    parameters = digit.start(learned.settings)
    gradients = (learned.first.d_a @ x.T, learned.first.d_a, learned.output, learned.first.d_z)
    random = np.random.default_rng(0)
    for part, gradient in zip(parameters, gradients, strict=True):
        for _ in range(5):
            place = tuple(int(random.integers(side)) for side in part.shape)
            sides = []
            for move in (1e-5, -2e-5):
                part[place] += move
                sides.append(backward.cross_entropy(digit.forward(x, parameters, y, activation).z, y))
            part[place] += 1e-5
            assert (sides[0] - sides[1]) / 2e-5 == pytest.approx(gradient[place], rel=1e-5, abs=1e-9)


def test_a_hidden_units_gradient_is_the_digit_times_a_number():
    learned = lab.differentiate(PRESETS["full-size"])
    for unit, image in zip(learned.units, learned.hidden, strict=True):
        np.testing.assert_allclose(image, learned.first.d_a[unit, 0] * learned.image)


def test_the_pixel_gradients_are_torchs():
    learned = lab.differentiate(PRESETS["pixel-gradients"])
    from engine.learning import layer_backprop_digit_network as digit

    w1, b1, w2, b2 = (torch.tensor(part) for part in digit.start(learned.settings))
    jacobian = torch.autograd.functional.jacobian(
        lambda x: w2 @ torch.relu(w1 @ x + b1[:, 0]) + b2[:, 0], torch.tensor(learned.image.ravel())
    )
    np.testing.assert_allclose(learned.pixels.reshape(10, -1), jacobian, rtol=1e-10, atol=1e-14)


KINDS = {
    "two-layer": "Slope",
    "saddle": "Saddle",
    "left": "Near a saddle",
    "plateau": "Plateau",
    "dead": "Plateau",
}


@pytest.mark.parametrize("name", KINDS)
def test_a_place_on_the_loss_surface_is_called_what_it_is(name):
    trained = lab.differentiate(PRESETS[name])
    found = landscape.survey(trained)
    assert found.kind == KINDS[name]
    assert words.landscape_words(found, trained).startswith(KINDS[name])


def test_gradient_descent_stays_on_a_saddle_and_leaves_it_when_symmetry_is_broken():
    stuck, left = (lab.differentiate(PRESETS[name]) for name in ("saddle", "left"))
    assert np.ptp(stuck.losses) < 1e-12
    found = landscape.survey(stuck)
    assert found.curvatures[0] < -0.1 < 0.1 < found.curvatures[-1]
    down = found.losses[found.titles.index("curves down most")]
    up = found.losses[found.titles.index("curves up most")]
    assert down.max() == down[len(down) // 2]
    assert up.min() == up[len(up) // 2]
    assert left.losses[3] > 0.95 * left.losses[0]
    assert left.losses[-1] < 0.1


def test_the_hessian_is_torchs():
    trained = lab.differentiate(lab.Settings(view="network", activation="sigmoid", batch=3))
    made = trained.shown
    x, y = torch.tensor(made.x), torch.tensor(made.y)

    def loss(theta):
        w1, b1, w2, b2 = theta[:12].reshape(3, 4), theta[12:15, None], theta[15:24].reshape(3, 3), theta[24:, None]
        z = w2 @ torch.sigmoid(w1 @ x + b1) + b2
        return -(y * z.log_softmax(0)).sum() / 3

    at = np.concatenate([getattr(made, name).ravel() for name in network.PARAMETERS])
    theirs = torch.autograd.functional.hessian(loss, torch.tensor(at))
    np.testing.assert_allclose(landscape.hessian(made, at, "sigmoid"), theirs, atol=1e-7)


def test_equal_hidden_units_stay_copies():
    trained = lab.differentiate(PRESETS["copies"])
    assert np.ptp(trained.after[0], axis=0).max() < 1e-12
    assert "copies" in landscape.symmetry(trained.shown)
    assert landscape.symmetry(lab.differentiate(PRESETS["two-layer"]).shown) == ""


def test_dead_relus_pass_nothing_back():
    shown = lab.differentiate(PRESETS["dead"]).shown
    assert not shown.d_w1.any()
    assert not shown.d_x.any()
    assert "9 of 9 ReLUs are off" in lab.summary(lab.differentiate(PRESETS["dead"]))


def edit_each(settings, trace):
    for grid in trace.grids:
        if grid.editable:
            top, _, _, left = grid.padding
            cell = int(
                np.ravel_multi_index((*(side - 1 for side in grid.values.shape[:2]), top, left), grid.values.shape)
            )
            yield grid.name, cell, lab.with_edit(settings, grid.name, cell, 0.875)


@pytest.mark.parametrize(
    "settings",
    [
        *(lab.Settings(kind=kind, channels=2, filters=2, padding=1, examples=2) for kind in lab.LAYERS),
        lab.Settings(view="network", batch=2),
    ],
    ids=lambda one: one.kind + one.view,
)
def test_every_number_that_is_given_can_be_changed_and_the_gradients_follow(settings):
    before = {grid.name: grid.values for grid in lab.trace(lab.differentiate(settings)).grids}
    followed = {}
    for name, cell, changed in edit_each(settings, lab.trace(lab.differentiate(settings))):
        after = {grid.name: grid.values for grid in lab.trace(lab.differentiate(changed)).grids}
        assert after[name].ravel()[cell] == 0.875
        assert decode(lab.Settings, encode(changed)) == (changed, ())
        followed[name] = any(not np.array_equal(after[one], before[one]) for one in before if one.startswith("d_"))
    assert len(followed) == (len(lab.LAYERS[settings.kind].given) if settings.view == "layer" else 6)
    # What a layer only adds, or a unit that is switched off, leaves the gradients as they are.
    idle = {name for name, moved in followed.items() if not moved}
    assert idle <= {"bias"} | ({"x", "upstream"} if settings.kind in ("relu", "pool") else set())


def test_a_changed_number_stays_when_a_size_changes_and_belongs_to_its_layer_alone():
    changed = lab.with_edit(lab.Settings(), "weight", 4, 7)
    assert lab.differentiate(changed).matrix("weight")[1, 1] == 7
    assert lab.differentiate(changed.but(inputs=1).but(inputs=6)).matrix("weight")[1, 1] == 7
    assert 7 not in lab.differentiate(changed.but(kind="convolution")).tensor("weight")


def test_a_weight_changed_at_a_later_update_starts_a_descent_from_the_numbers_shown():
    settings = lab.Settings(view="network", update=5)
    shown = lab.differentiate(settings).shown
    changed = lab.with_edit(settings, "w2", 0, 1.5)
    again = lab.differentiate(changed).shown
    assert changed.update == 1
    np.testing.assert_allclose(again.w1, shown.w1)
    np.testing.assert_allclose(again.w2.ravel()[1:], shown.w2.ravel()[1:])
    assert again.w2[0, 0] == 1.5
    assert lab.with_edit(settings, "x", 0, 1.5).update == 5


@pytest.mark.parametrize(
    ("settings", "grid", "cell", "sentence"),
    [
        (lab.Settings(), "y", 0, "follows from the others"),
        (lab.Settings(), "d_weight", 0, "follows from the others"),
        (lab.Settings(view="network"), "d_w1", 0, "follows from the others"),
        (lab.Settings(kind="convolution", padding=1), "x", 0, "Padding is 0"),
    ],
)
def test_what_follows_from_others_cannot_be_changed(settings, grid, cell, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.with_edit(settings, grid, cell, 1.0)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (lab.Settings(kind="norm", many=1), "at least 2 examples"),
        (lab.Settings(kind="convolution", side=2, kernel=3), "does not fit"),
        (lab.Settings(kind="pool", pool_side=2, window=3), "does not fit"),
        (lab.with_edit(lab.Settings(kind="softmax"), "target", 0, -1), "0 or more"),
        (lab.with_edit(lab.Settings(view="network"), "y", 0, -1), "0 or more"),
        (lab.with_edit(lab.Settings(kind="softmax", jacobian=True), "x", 0, 1e5), "0 to all digits"),
    ],
)
def test_what_cannot_be_is_refused_in_words(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.differentiate(settings)


@pytest.mark.parametrize("value", [1e6, -1e6, 0.0])
@pytest.mark.parametrize("kind", [*lab.LAYERS, "network"])
def test_huge_and_zero_numbers_give_a_picture_or_a_sentence(kind, value):
    settings = lab.Settings(view="network") if kind == "network" else lab.Settings(kind=kind)
    for _, _, changed in [(0, 0, lab.with_edit(settings, "x", 0, value))]:
        with contextlib.suppress(ValueError):
            made = lab.differentiate(changed)
            assert all(np.isfinite(grid.values).all() for grid in lab.trace(made).grids)
            assert lab.answer(made)[1]


BASES = {
    **dict.fromkeys(("outputs", "examples", "inputs", "seed", "changes"), lab.Settings()),
    **dict.fromkeys(("view", "kind"), lab.Settings()),
    "jacobian": lab.Settings(kind="softmax"),
    "many": lab.Settings(kind="norm"),
    **dict.fromkeys(
        ("side", "kernel", "stride", "padding", "channels", "filters", "route"),
        lab.Settings(kind="convolution", side=4),
    ),
    **dict.fromkeys(("pool_side", "window", "pool_stride"), lab.Settings(kind="pool")),
    **dict.fromkeys(("activation", "start", "rate", "batch", "target", "update"), lab.Settings(view="network")),
    **dict.fromkeys(("label", "nth", "steps", "shown"), lab.Settings(view="digit")),
}
OTHER = {
    "view": "network", "kind": "relu", "inputs": 2, "outputs": 3, "examples": 2, "jacobian": True, "many": 3, "side": 5,
    "kernel": 3, "stride": 2, "padding": 1, "channels": 2, "filters": 2, "route": "scatter", "pool_side": 5,
    "window": 3, "pool_stride": 1, "activation": "sigmoid", "start": "equal", "rate": 0.5, "batch": 2, "target": 2,
    "update": 3, "label": 7, "nth": 1, "steps": 2, "shown": "pixels", "changes": ((0, 0, 0, 5.0),), "seed": 3,
}  # fmt: skip


@pytest.mark.parametrize("name", fields_of(lab.Settings))
def test_every_setting_changes_what_is_shown_and_survives_a_link(name):
    base = BASES[name]
    changed = base.but(**{name: OTHER[name]})
    assert decode(lab.Settings, encode(changed)) == (changed, ())
    one, other = (lab.differentiate(settings) for settings in (base, changed))
    shown = [(lab.summary(made), lab.answer(made), len(lab.trace(made) or ())) for made in (one, other)]
    assert shown[0] != shown[1]


def test_only_settings_that_count_have_a_control():
    for kind in lab.LAYERS:
        for name in lab.fields_shown(lab.Settings(kind=kind)):
            assert name in fields_of(lab.Settings)
    assert "examples" not in lab.fields_shown(lab.Settings(kind="softmax", jacobian=True))


@pytest.mark.parametrize("number", range(1, 41))
def test_every_question_has_the_answer_that_its_own_numbers_give(number):
    assert_only_its_answer(lesson.question(number), ".4g")


@pytest.mark.parametrize("name", ["shared-kernel", "later", "full-size"])
def test_the_same_settings_give_the_same_bytes(name):
    one, other = (lab.differentiate(PRESETS[name]) for _ in range(2))
    if name == "shared-kernel":
        assert one.gradient("x").tobytes() == other.gradient("x").tobytes()
    else:
        assert one.losses.tobytes() == other.losses.tobytes()


def number_in(text):
    """The number that a piece of a sentence ends with."""
    last = text.split("=")[-1].strip().replace("−", "-").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    mantissa, _, power = last.partition("·10")
    return float(mantissa) * 10 ** float(power or 0)


@pytest.mark.parametrize("name", [*LAYERS, "two-layer", "batch-three", "sigmoid"])
def test_a_step_without_a_closed_form_ends_with_the_number_that_it_writes(name):
    moments = [part for part in lab.trace(lab.differentiate(PRESETS[name])).segments if isinstance(part, Moment)]
    told = [one for one in moments if len(one.writes) == 1 and " = " in "".join(span.text for span in one.spans)]
    for moment in told:
        said = number_in("".join(span.text for span in moment.spans))
        assert said == pytest.approx(moment.writes[0][2], rel=1e-3, abs=1e-9)


def test_the_three_ways_through_a_batch_norm_are_said_with_their_numbers():
    moments = [part for part in lab.trace(lab.differentiate(PRESETS["norm"])).segments if isinstance(part, Moment)]
    ways = [moment for moment in moments if len(moment.lines) == 3]
    assert len(ways) == 12
    for moment in ways:
        parts = [number_in("".join(span.text for span in line)) for line in moment.lines]
        assert sum(parts) == pytest.approx(moment.writes[0][2], rel=5e-3, abs=2e-3)

"""The pooling lab: the lectures' numbers, traces that add up, shifts and turns as measured, refusals, code."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from engine.convolution import pooling as lab
from engine.convolution import pooling_films as films
from engine.convolution import pooling_lesson as lesson
from engine.core import images, shifts
from engine.core.rotations import disc, turns
from engine.core.trace import Sweep
from engine.core.unpooling import restored_words
from tests import scripts
from tests.questions import assert_only_its_answer

PRESETS = {preset.name: preset for preset in lesson.PRESETS}
SMALL = st.builds(
    dict,
    height=st.integers(1, 8),
    width=st.integers(1, 8),
    channels=st.integers(1, 2),
    kernel_height=st.integers(1, 4),
    kernel_width=st.integers(1, 4),
    stride_y=st.integers(1, 3),
    stride_x=st.integers(1, 3),
    padding_y=st.integers(0, 2),
    padding_x=st.integers(0, 2),
    dilation_y=st.integers(1, 2),
    dilation_x=st.integers(1, 2),
    ceil_mode=st.booleans(),
    count_include_pad=st.booleans(),
    operation=st.sampled_from(list(lab.OPERATIONS)),
    upstream=st.sampled_from(list(lab.UPSTREAM)),
)


def preset(name: str) -> lab.Settings:
    return PRESETS[name].settings


def pooled(name: str) -> list:
    return lab.pool(preset(name)).output[0].tolist()


def test_the_lectures_four_by_four():
    assert pooled("four") == [[6, 8], [14, 16]]
    assert pooled("four-mean") == [[3.5, 5.5], [11.5, 13.5]]


@pytest.mark.parametrize(
    ("name", "largest", "winner"), [("eight", 8, 1), ("seven", 8, 1), ("nine", 9, 1), ("tie", 8, 0)]
)
def test_the_lectures_gradient_goes_to_the_maximum_and_a_tie_to_the_first(name, largest, winner):
    made = lab.pool(preset(f"gradient-{name}"))
    assert made.output.item() == largest
    assert made.gradient.ravel().tolist() == [float(cell == winner) for cell in range(4)]


def test_the_mean_shares_its_gradient():
    assert lab.pool(preset("gradient-mean")).gradient.ravel().tolist() == [0.25] * 4


def test_padding_counts_or_not():
    counted = lab.pool(preset("padded-mean"))
    assert counted.output[0, 0, 0] == pytest.approx(14 / 9)
    assert lab.pool(preset("padded-mean").but(count_include_pad=False)).output[0, 0, 0] == 3.5


def test_rounding_up_makes_one_more_window():
    assert lab.pool(preset("floor")).output.shape == (1, 2, 2)
    ceiled = lab.pool(preset("ceil"))
    assert ceiled.output.shape == (1, 3, 3)
    assert "hang over the end" in lab.summary(ceiled)
    assert "hang over" not in lab.summary(lab.pool(preset("padded-mean")))


def test_global_pooling_gives_one_number_a_channel():
    made = lab.pool(preset("global"))
    assert np.allclose(made.output.ravel(), made.image.mean(axis=(1, 2)))


def value_of(sweep: Sweep, trace, step: int) -> float:
    """What the stepper's own arithmetic comes to at a step, from the cells that it names."""
    grids = {grid.name: grid.values.ravel() for grid in trace.grids}
    counted = np.ones(len(sweep.operands[0].offset), dtype=bool) if sweep.skipped is None else ~sweep.skipped[step]
    terms = [grids[item.grid][(item.base[step] + item.offset)[counted]] for item in sweep.operands]
    if sweep.op == "sum_products":
        return float((terms[0] * terms[1]).sum())
    if sweep.op == "max":
        return float(terms[0].max(initial=-np.inf))
    return float(terms[0].sum() / (len(terms[0]) if sweep.op == "mean" else 1))


@settings(max_examples=250, deadline=None)
@given(SMALL, st.integers(0, 99))
def test_every_step_of_every_trace_adds_up(values, seed):
    try:
        made = lab.pool(lab.Settings(image="digits", seed=seed, **values))
    except ValueError:
        return
    if not np.isfinite(made.maxima).all():
        return
    for trace in (lab.trace(made), lab.way_back(made), lab.routing(made)):
        sweep = trace.segments[0]
        for step in range(len(trace)):
            assert value_of(sweep, trace, step) == pytest.approx(sweep.results[step]), (trace.layout, step)


def test_windows_on_padding_alone_can_be_drawn():
    made = lab.pool(lab.Settings(height=1, width=1, padding_y=1, padding_x=1, dilation_y=2, dilation_x=2))
    assert made.output.item() == -np.inf
    assert made.switches.item() == -1
    for trace in (lab.trace(made), lab.way_back(made), lab.routing(made)):
        assert len(trace) == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"padding_y": 2, "padding_x": 2}, "at most half"),
        ({"kernel_height": 6}, "does not fit"),
        ({"operation": "mean", "dilation_y": 2}, "no dilation"),
    ],
)
def test_what_torch_refuses_has_its_sentence(changes, says):
    with pytest.raises(ValueError, match=says):
        lab.pool(lab.Settings(**changes))


def test_edited_cells_are_kept_through_the_padding():
    padded = preset("padded-mean")
    assert lab.pool(lab.with_edit(padded, "input", 7, 100.0)).image[0, 0, 0] == 100
    with pytest.raises(ValueError, match="Padding"):
        lab.with_edit(padded, "input", 0, 1.0)
    changed = lab.with_edit(lab.Settings(), "upstream", 3, 5.0)
    assert lab.pool(changed).gradient[0, 3, 3] == 5
    with pytest.raises(ValueError, match="follows"):
        lab.with_edit(padded, "output", 0, 1.0)


@pytest.mark.parametrize("photo", ["cat", "grass", "brick", "palace", "coins"])
@pytest.mark.parametrize("feature", list(shifts.FEATURES))
def test_a_small_shift_changes_a_pooled_map_less_than_a_strided_one(photo, feature):
    small = lab.shift(lab.Settings(photo=f"photo:{photo}", feature=feature)).small
    changes = {name: item.changes for name, item in small.items()}
    assert changes["blur"][1] < min(changes["max"][1], changes["mean"][1])
    assert max(changes["max"][1], changes["mean"][1]) < changes["strided"][1]
    assert changes["max_blur"][1] < changes["max"][1]


def test_the_photo_really_moves_to_the_right():
    full = lab.shift(lab.Settings()).full.maps
    assert np.array_equal(full[3][:, 3:], full[0][:, :-3])


def test_the_measured_change_is_the_relative_length_of_the_difference():
    moved = lab.shift(lab.Settings(factor=4))
    maps = torch.tensor(moved.full.maps)[:, None]
    theirs = functional.max_pool2d(maps, 4)[:, 0].numpy()
    assert np.array_equal(moved.small["max"].maps, theirs)
    expected = [np.linalg.norm(item - theirs[0]) / np.linalg.norm(theirs[0]) for item in theirs]
    assert np.allclose(moved.small["max"].changes, expected)


def test_a_shift_by_the_stride_only_moves_a_map():
    small = lab.shift(lab.Settings(measure="moved", factor=4)).small
    for name in ("max", "mean", "strided"):
        assert np.allclose(small[name].changes[[0, 4, 8]], 0, atol=1e-12)
        assert small[name].changes[1] > 0.01
        assert not np.nan_to_num(small[name].differences[4]).any()
        assert np.isnan(small[name].differences[8][:, :2]).all(), "new cells have nothing to be compared with"


@pytest.mark.parametrize("name", ["feature", "factor", "taps", "measure", "photo"])
def test_each_setting_of_the_shift_changes_something(name):
    other = {"feature": "edges", "factor": 4, "taps": 5, "measure": "moved", "photo": "photo:brick"}[name]
    changed, default = (
        lab.shift(item).small["blur"].changes for item in (lab.Settings(**{name: other}), lab.Settings())
    )
    assert not np.array_equal(changed, default)


def test_a_dense_bank_answers_every_turn_and_a_single_kernel_does_not():
    for count, least in ((8, 0.45), (12, 0.6), (24, 0.85)):
        turned = lab.turn(lab.Settings(orientations=count))
        assert turned.pooled.min() > least
        assert turned.responses[:, 0].min() < 0
        assert turned.responses.max() <= 1 + 1e-9


def test_a_picture_turned_by_a_kernels_angle_is_that_kernel():
    turned = lab.turn(lab.Settings(orientations=8))
    for number, angle in enumerate(turned.bank_angles):
        if angle % 7.5 == 0:
            assert turned.responses[int(angle // 7.5), number] == pytest.approx(1)
    assert turned.bank[3].sum() == pytest.approx(0, abs=1e-9)
    assert not turned.pictures[:, ~disc()].any()


def test_an_edge_turned_by_half_is_its_own_negative():
    turned = lab.turn(lab.Settings(pattern="pattern:step", orientations=2))
    assert turned.responses[24, 0] == pytest.approx(-1, abs=1e-6)


def test_an_empty_picture_cannot_be_matched():
    with pytest.raises(ValueError, match="same everywhere"):
        turns(np.ones((28, 28)), 4)


def test_the_round_trip_by_switches_keeps_every_maximum():
    back = lab.restore(lab.Settings(factor=4))
    assert back.again == 0
    assert np.count_nonzero(back.switched) <= back.pooled.size
    assert back.errors[1] < back.errors[0]
    photo = images.load("photo:cat", (72, 72), channels=1).pixels[0]
    assert np.array_equal(back.picture, photo.astype(float))
    assert "exactly the same maxima" in restored_words(back)


def test_films_show_every_shift_and_every_turn():
    settings = lab.Settings(blur="max_blur")
    film = lab.shift_film(lab.shift(settings), settings)
    assert film.labels == tuple(f"shift {shift} px" for shift in range(9))
    assert [panel.title for panel in film.panels[:5]] == ["No pooling", "Max", "Mean", "Max-blur-pool", "Strided conv."]
    assert not film.panels[7].frame(0).any(), "nothing has changed before the first shift"
    turned = lab.turn(settings)
    film = films.turn_film(turned)
    assert len(film) == len(turned.angles) == 49
    assert np.array_equal(film.curves[0].values, turned.pooled)


@pytest.mark.parametrize("name", PRESETS)
def test_the_torch_code_prints_the_labs_own_numbers(name):
    (scope, _), made = scripts.here(lesson.torch_code(preset(name))), lab.pool(preset(name))
    assert np.allclose(scope["output"][0].detach().numpy(), made.output)
    assert np.allclose(scope["flat"].view(scope["image"].shape)[0].numpy(), made.restored)
    assert np.allclose(scope["image"].grad[0].numpy(), made.gradient)


@pytest.mark.parametrize("number", range(1, 46))
def test_every_question_accepts_its_answer_and_no_other(number):
    assert_only_its_answer(lesson.question(number), ".4g")


def test_presets_are_all_different_experiments():
    assert len({item.settings for item in lesson.PRESETS}) == len(lesson.PRESETS)


def test_the_same_settings_give_the_same_bytes():
    settings = lab.Settings(image="digits", seed=4)
    assert lab.pool(settings).output.tobytes() == lab.pool(settings).output.tobytes()
    assert lab.shift(settings).small["max"].maps.tobytes() == lab.shift(settings).small["max"].maps.tobytes()

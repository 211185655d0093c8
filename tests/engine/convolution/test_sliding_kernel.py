"""The sliding kernel: the lectures' numbers, its trace, its code, its refusals."""

import numpy as np
import pytest

from engine.convolution import sliding_kernel as lab
from engine.convolution import sliding_kernel_lesson as lesson
from engine.core import convolution
from engine.core.fields import decode, encode, fields_of
from tests import scripts
from tests.questions import assert_only_its_answer

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}
DECKS = {
    "four": [[24, 40, 52, 45], [64, 96, 112, 92], [112, 160, 176, 140], [108, 152, 164, 129]],
    "four-bare": [[96, 112], [160, 176]],
    "diagonal": [[0, 0, 0], [0, 1, 0], [0, 0, 2]],
    "antidiagonal": [[0, 0, 0], [0, 0, 1], [0, 1, 0]],
    "moved": [[2, 0, 0], [0, 1, 0], [0, 0, 0]],
}


@pytest.mark.parametrize("name", DECKS)
def test_the_slides_numbers_come_out(name):
    np.testing.assert_array_equal(lab.slide(PRESETS[name]).output[0], DECKS[name])


@pytest.mark.parametrize(
    ("name", "side"), [("seven", 5), ("seven-two", 3), ("seven-pad", 7), ("floor", 2), ("dilated", 3), ("digit", 28)]
)
def test_the_slides_sizes_come_out(name, side):
    walk = lab.slide(PRESETS[name])
    assert walk.output.shape == (1, side, side)
    assert lab.shape_words(walk) == f"{side} × {side}"
    assert f"= {side}" in lab.size_rule(PRESETS[name])


def test_an_impulse_prints_the_kernel_turned_unless_it_is_flipped():
    flipped = lab.slide(PRESETS["flipped"])
    straight = lab.slide(PRESETS["flipped"].but(operation="correlation"))
    np.testing.assert_array_equal(flipped.output[0, 1:4, 1:4], flipped.kernel[0, 0])
    np.testing.assert_array_equal(straight.output[0, 1:4, 1:4], straight.kernel[0, 0, ::-1, ::-1])


def test_where_the_floor_drops_a_rest_the_last_row_and_column_are_never_read():
    unread = lab.slide(PRESETS["floor"]).unread
    assert unread[6].all()
    assert unread[:, 6].all()
    assert unread.sum() == 13
    assert "13 of the 49" in lab.summary(lab.slide(PRESETS["floor"]))


def explained(trace, step):
    """A step of the trace, worked out from its own cells as the browser shows them."""
    sweep = trace.segments[0]
    grids = {grid.name: grid.values.ravel() for grid in trace.grids}
    reads = [grids[operand.grid][operand.base[step] + operand.offset] for operand in sweep.operands]
    total = (reads[0] * reads[1]).sum()
    if sweep.addend:
        total += grids[sweep.addend[0]][sweep.addend[1][step]]
    return total


@pytest.mark.parametrize("name", PRESETS)
def test_each_step_of_the_trace_makes_its_output_cell_from_the_cells_it_lights(name):
    walk = lab.slide(PRESETS[name])
    trace = lab.trace(walk)
    sweep = trace.segments[0]
    assert len(trace) == walk.output.size
    for step in range(0, len(trace), max(1, len(trace) // 50)):
        assert explained(trace, step) == pytest.approx(walk.output.ravel()[sweep.cells[step]])
        assert sweep.results[step] == pytest.approx(explained(trace, step))


def test_several_channels_are_bracketed_and_the_kernel_of_the_right_pair_is_lit():
    settings = lab.Settings(
        image="digits", height=5, width=6, channels=4, kernel="random", outputs=3, bias=(1, 2, 3), dilation_x=2, seed=9
    )
    walk = lab.slide(settings)
    trace = lab.trace(walk)
    assert trace.segments[0].group_titles == ("channel 0", "channel 1", "channel 2", "channel 3")
    for step in range(len(trace)):
        assert explained(trace, step) == pytest.approx(walk.output.ravel()[step])


def test_an_edited_cell_changes_that_cell_and_stays_when_the_size_changes():
    settings = lab.Settings()
    padded = lab.slide(settings).padded
    cell = int(np.ravel_multi_index((0, 2, 3), padded.shape))
    changed = lab.with_edit(settings, "input", cell, -7.5)
    assert lab.image_of(changed)[0, 1, 2] == -7.5
    assert lab.image_of(changed.but(width=2)).shape == (1, 4, 2)
    assert lab.image_of(changed.but(width=2).but(width=4))[0, 1, 2] == -7.5
    wide = settings.but(channels=2, outputs=2)
    kernel_cell = int(np.ravel_multi_index((1, 0, 2, 2), (2, 2, 3, 3)))
    assert lab.kernel_of(lab.with_edit(wide, "kernel", kernel_cell, 9))[0, 1, 2, 2] == 9
    assert lab.slide(lab.with_edit(wide, "bias", 1, 4)).bias.tolist() == [0, 4]


def test_padding_and_output_cannot_be_edited():
    with pytest.raises(ValueError, match="Padding follows"):
        lab.with_edit(lab.Settings(), "input", 0, 1)
    with pytest.raises(ValueError, match="output follows"):
        lab.with_edit(lab.Settings(), "output", 0, 1)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (lab.Settings(kernel_height=9), "does not fit"),
        (lab.Settings(padding_mode="reflect", padding_x=4), "at most 3 cells"),
        (lab.Settings(padding_mode="circular", padding_x=5), "wraps at most once"),
        (lab.Settings(height=60, padding_y=5), "this page draws 64"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.slide(settings)


OTHER = {
    "image": "checker",
    "height": 9,
    "width": 9,
    "channels": 2,
    "image_edits": ((0, 0, 0, 5.0),),
    "kernel": "difference",
    "kernel_height": 2,
    "kernel_width": 2,
    "outputs": 2,
    "kernel_edits": ((0, 0, 0, 5.0),),
    "bias": (2.0,),
    "stride_y": 2,
    "stride_x": 2,
    "padding_y": 0,
    "padding_x": 0,
    "dilation_y": 2,
    "dilation_x": 2,
    "padding_mode": "replicate",
    "operation": "convolution",
    "seed": 5,
}


@pytest.mark.parametrize("name", fields_of(lab.Settings))
def test_every_setting_changes_the_output_and_survives_a_link(name):
    base = lab.Settings(image="digits", kernel="random", height=6, width=6)
    changed = base.but(**{name: OTHER[name]})
    one, other = lab.slide(base).output, lab.slide(changed).output
    assert one.shape != other.shape or not np.allclose(one, other)
    assert decode(lab.Settings, encode(changed)) == (changed, ())


@pytest.mark.parametrize("name", PRESETS)
def test_the_torch_code_prints_the_labs_own_numbers(name):
    source = lesson.torch_code(PRESETS[name])
    compile(source, "code.py", "exec")
    if name not in ("four", "channels", "flipped"):
        return
    said = scripts.alone(source + "\nprint('|', output[0].flatten().tolist())\n")
    printed = [float(number) for number in said.split("|")[1].strip(" []\n").split(",")]
    np.testing.assert_allclose(printed, lab.slide(PRESETS[name]).output.ravel(), rtol=1e-12)


def test_the_torch_code_pads_as_the_padding_mode_says():
    settings = lab.Settings(padding_mode="reflect", stride_x=2, image="digits")
    scope, _ = scripts.here(lesson.torch_code(settings))
    np.testing.assert_allclose(scope["output"][0].numpy(), lab.slide(settings).output)


@pytest.mark.parametrize("number", range(1, 41))
def test_every_question_has_the_answer_that_its_own_numbers_give(number):
    assert_only_its_answer(lesson.question(number), "g")


def test_the_same_settings_give_the_same_bytes():
    settings = lab.Settings(image="digits", kernel="random", seed=4)
    assert lab.slide(settings).output.tobytes() == lab.slide(settings).output.tobytes()


def test_the_page_shows_the_readable_code_and_it_is_the_lab():
    settings = PRESETS["channels"]
    walk = lab.slide(settings)
    readable = convolution.conv2d_readable(
        walk.image, walk.kernel, walk.bias, settings.stride, settings.padding, settings.dilation
    )
    np.testing.assert_allclose(walk.output, readable)

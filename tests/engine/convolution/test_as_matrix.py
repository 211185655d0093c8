"""A convolution as a matrix: the slides' matrices, torch's numbers in every view, equivariance where it holds."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.convolution import as_matrix as lab
from engine.convolution import as_matrix_lesson as lesson
from engine.convolution import as_matrix_shift as shift
from engine.convolution import as_matrix_traces as traces
from engine.convolution import as_matrix_ways as ways
from engine.core.convolution import PADDING_TITLES
from engine.core.fields import decode, encode, fields_of
from engine.core.trace import Sweep
from tests import scripts
from tests.questions import assert_only_its_answer

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}
NINE = [
    [1, 2, 0, 3, 4, 0, 0, 0, 0],
    [0, 1, 2, 0, 3, 4, 0, 0, 0],
    [0, 0, 0, 1, 2, 0, 3, 4, 0],
    [0, 0, 0, 0, 1, 2, 0, 3, 4],
]
# Deck C: a b c d e / f a b c d / g f a b c / h g f a b / i h g f a.
LETTERS = ["abcde", "fabcd", "gfabc", "hgfab", "ihgfa"]


def test_the_four_by_nine_matrix_comes_out():
    unrolled = lab.unroll(PRESETS["nine"])
    np.testing.assert_array_equal(unrolled.matrix, NINE)
    np.testing.assert_array_equal(unrolled.owner + 1, NINE)
    assert unrolled.output.tolist() == [[37, 47], [67, 77]]


def test_deck_cs_toeplitz_matrix_comes_out():
    expected = [["abcdefghi".index(letter) + 1 for letter in row] for row in LETTERS]
    np.testing.assert_array_equal(lab.unroll(PRESETS["letters"]).matrix, expected)


def test_a_digits_matrix_has_196_rows_256_columns_and_nine_weights():
    unrolled = lab.unroll(PRESETS["large"])
    assert unrolled.matrix.shape == (196, 256)
    assert (unrolled.owner != lab.NOTHING).sum() == 1_764
    assert set(np.unique(unrolled.owner)) == {-1, *range(9)}
    assert "196 × 256 matrix" in lab.summary(unrolled)


def test_circular_padding_makes_every_row_hold_every_weight():
    owner = lab.unroll(PRESETS["circulant"]).owner
    assert ((owner >= 0).sum(axis=1) == 9).all()
    assert ((owner >= 0).sum(axis=0) == 9).all()


def test_a_kernel_as_large_as_the_input_is_a_fully_connected_neuron_and_a_point_is_a_diagonal():
    assert (lab.unroll(PRESETS["whole"]).owner >= 0).all()
    np.testing.assert_array_equal(lab.unroll(PRESETS["point"]).matrix, 3 * np.eye(16))


experiments = st.fixed_dictionaries(
    {
        "view": st.sampled_from(list(lab.VIEWS)),
        "height": st.integers(1, 7),
        "width": st.integers(1, 7),
        "kernel_height": st.integers(1, 3),
        "kernel_width": st.integers(1, 3),
        "stride_y": st.integers(1, 3),
        "stride_x": st.integers(1, 3),
        "padding_y": st.integers(0, 3),
        "padding_x": st.integers(0, 3),
        "dilation_y": st.integers(1, 2),
        "dilation_x": st.integers(1, 2),
        "padding_mode": st.sampled_from(list(PADDING_TITLES)),
        "seed": st.integers(0, 99),
    }
)


def settled(values):
    return lab.Settings(image="digits", kernel="random", **values)


def by_torch(unrolled):
    """Output, matrix, patches and the way back, by torch in float64."""
    s = unrolled.settings
    mode = "constant" if s.padding_mode == "zeros" else s.padding_mode
    around = (s.padding_x, s.padding_x, s.padding_y, s.padding_y)
    image = torch.tensor(unrolled.image)[None, None].requires_grad_()
    kernel = torch.tensor(unrolled.kernel)[None, None]
    padded = F.pad(image, around, mode=mode)
    output = F.conv2d(padded, kernel, stride=s.stride, dilation=s.dilation)
    columns = F.unfold(padded, unrolled.kernel.shape, dilation=s.dilation, stride=s.stride)[0]
    (back,) = torch.autograd.grad(output, image, output.detach())
    basis = torch.eye(image.numel(), dtype=torch.float64).reshape(-1, 1, s.height, s.width)
    matrix = F.conv2d(F.pad(basis, around, mode=mode), kernel, stride=s.stride, dilation=s.dilation).flatten(1).T
    return [part.detach().numpy() for part in (output[0, 0], matrix, columns, back[0, 0])]


@given(experiments)
@settings(max_examples=250, deadline=None)
def test_matrix_patches_output_and_transpose_are_torchs(values):
    chosen = settled(values)
    try:
        unrolled = lab.unroll(chosen)
    except ValueError:
        return
    output, matrix, columns, back = by_torch(unrolled)
    np.testing.assert_allclose(unrolled.output, output, atol=1e-10)
    np.testing.assert_allclose(unrolled.matrix, matrix, atol=1e-10)
    np.testing.assert_allclose(lab.patches(unrolled), columns, atol=1e-10)
    np.testing.assert_allclose(unrolled.back, back, atol=1e-10)
    for way in ways.WAYS.values():
        np.testing.assert_allclose(way(unrolled), output, atol=1e-9)


def test_the_way_back_is_torchs_transposed_convolution():
    unrolled = lab.unroll(PRESETS["transposed"])
    small, kernel = torch.tensor(unrolled.output)[None, None], torch.tensor(unrolled.kernel)[None, None]
    expected = F.conv_transpose2d(small, kernel, stride=2)[0, 0].numpy()
    np.testing.assert_allclose(unrolled.back, expected)


@given(experiments)
@settings(max_examples=250, deadline=None)
def test_every_step_is_explained_by_the_cells_that_it_lights_and_ends_at_the_result(values):
    chosen = settled(values)
    try:
        unrolled = lab.unroll(chosen)
    except ValueError:
        return
    trace = traces.trace(unrolled)
    if trace is None:
        assert chosen.view == "fourier" or unrolled.matrix.size > 40 or unrolled.output.size > 40
        return
    grids = {grid.name: grid.values.ravel() for grid in trace.grids}
    written = {}
    for part in trace.segments:
        if isinstance(part, Sweep):
            for step, cell in enumerate(part.cells):
                kept = slice(None) if part.skipped is None else ~part.skipped[step]
                one, other = (
                    grids[operand.grid][(operand.base[step] + operand.offset)[kept]] for operand in part.operands
                )
                assert part.results[step] == pytest.approx((one * other).sum())
                written[cell] = part.results[step]
        else:
            written |= {cell: value for _, cell, value in part.writes}
    target = unrolled.back if chosen.view == "transposed" else unrolled.output
    for cell, value in written.items():
        assert value == pytest.approx(target.ravel()[cell])
    assert chosen.view == "transposed" or len(written) == target.size


def test_changing_a_matrix_entry_changes_every_copy_of_its_weight():
    before = PRESETS["nine"]
    changed = lab.with_edit(before, "matrix", 4, 10.0)
    expected = np.array(NINE, dtype=float)
    expected[expected == 4] = 10
    np.testing.assert_array_equal(lab.unroll(changed).matrix, expected)


def test_cells_of_image_and_kernel_can_be_changed_wherever_they_are_drawn():
    padded = lab.Settings(padding_y=1, padding_x=1)
    assert lab.unroll(lab.with_edit(padded, "input", 12, -3.0)).image[1, 1] == -3
    assert lab.unroll(lab.with_edit(padded, "vector", 4, -3.0)).image[1, 1] == -3
    assert lab.unroll(lab.with_edit(padded, "kernel", 3, 7.0)).kernel[1, 1] == 7


@pytest.mark.parametrize(
    ("grid", "cell", "sentence"),
    [("input", 0, "Padding follows"), ("matrix", 2, "zero of the structure"), ("output", 0, "output follows")],
)
def test_what_follows_from_others_cannot_be_changed(grid, cell, sentence):
    chosen = lab.Settings(padding_y=1, padding_x=1) if grid == "input" else lab.Settings()
    with pytest.raises(ValueError, match=sentence):
        lab.with_edit(chosen, grid, cell, 1.0)


def test_an_entry_that_is_a_sum_of_weights_cannot_be_changed_there():
    chosen = lab.Settings(kernel_height=3, kernel_width=3, padding_y=1, padding_x=1, padding_mode="replicate")
    entry = int(np.flatnonzero(lab.unroll(chosen).owner.ravel() == lab.SEVERAL)[0])
    with pytest.raises(ValueError, match="Several weights"):
        lab.with_edit(chosen, "matrix", entry, 1.0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kernel_height": 9}, "does not fit"),
        ({"padding_mode": "reflect", "padding_x": 5}, "at most 2 cells"),
        ({"height": 16, "width": 16, "padding_y": 8, "padding_x": 8}, "draws up to 400"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.unroll(lab.Settings(**changes))


SOBEL = lab.Settings(kernel="difference", kernel_height=3, kernel_width=3)


@pytest.mark.parametrize("border", lab.BORDERS)
@pytest.mark.parametrize("layer", lab.MOVED)
@pytest.mark.parametrize("by", [(0, 3), (-2, 5), (8, -8)])
def test_at_stride_one_every_layer_is_equivariant_inside_whatever_the_border(layer, border, by):
    moved = shift.move(SOBEL.but(layer=layer, border=border, shift_y=by[0], shift_x=by[1]))
    assert moved.inside.mean() > 0.6
    assert moved.largest_inside < 1e-12
    assert (moved.largest < 1e-12) == (border == "circular")


@pytest.mark.parametrize("layer", lab.MOVED)
@pytest.mark.parametrize("stride", [2, 3, 4])
def test_with_a_stride_it_holds_for_its_multiples_only(layer, stride):
    moved = shift.move(SOBEL.but(layer=layer, border="circular", step=stride, shift_x=stride))
    assert moved.largest < 1e-12
    assert shift.verdict(moved)[0] == "0"
    for by, (inside, anywhere) in enumerate(moved.curve):
        assert (inside > 0.05) == (anywhere > 0.05) == bool(by % stride)
    odd = shift.move(SOBEL.but(layer=layer, border="circular", step=stride, shift_x=1))
    assert "no multiple of the stride" in shift.verdict(odd)[1]


def test_both_orders_are_torchs():
    chosen = SOBEL.but(border="zeros", shift_y=2, shift_x=-3)
    moved = shift.move(chosen)
    image, kernel = torch.tensor(moved.image)[None, None], torch.tensor(lab.kernel_of(chosen))[None, None]
    one = torch.roll(F.conv2d(image, kernel, padding=1), (2, -3), (2, 3))
    other = F.conv2d(torch.roll(image, (2, -3), (2, 3)), kernel, padding=1)
    np.testing.assert_allclose(moved.then_shifted, one[0, 0].numpy(), atol=1e-12)
    np.testing.assert_allclose(moved.then_layer, other[0, 0].numpy(), atol=1e-12)
    assert moved.largest == pytest.approx(float((one - other).abs().max()))


def test_the_maximum_is_invariant_where_the_map_is_only_equivariant():
    moved = shift.move(PRESETS["wrapped"])
    assert moved.maxima[0] == pytest.approx(moved.maxima[1])
    assert (
        np.abs(moved.then_layer - shift.apply(moved.settings, moved.image, lab.kernel_of(moved.settings))).max() > 0.1
    )
    assert "equivariance, not invariance" in shift.summary(moved)


OTHER = {
    "image": "checker", "image_edits": ((0, 0, 0, 5.0),), "kernel": "random", "kernel_edits": ((0, 0, 0, 5.0),),
    "padding_mode": "replicate", "view": "im2col",
}  # fmt: skip
MOVES = {"photo": "photo:coffee", "layer": "max_pool", "step": 2, "border": "circular", "shift_y": 3, "shift_x": 1}


@pytest.mark.parametrize("name", [name for name in fields_of(lab.Settings) if name not in MOVES])
def test_every_setting_changes_something_and_survives_a_link(name):
    base = lab.Settings(image="digits", height=6, width=6, padding_y=1, padding_x=1)
    changed = base.but(**{name: OTHER[name] if name in OTHER else getattr(base, name) + 1})
    one, other = lab.unroll(base), lab.unroll(changed)
    assert name == "view" or one.matrix.shape != other.matrix.shape or not np.allclose(one.output, other.output)
    if name == "view":
        assert ways.words(one) != ways.words(other)
    assert decode(lab.Settings, encode(changed)) == (changed, ())


@pytest.mark.parametrize("name", MOVES)
def test_every_setting_of_the_shift_changes_the_difference(name):
    changed = SOBEL.but(**{name: MOVES[name]})
    one, other = shift.move(SOBEL), shift.move(changed)
    assert one.then_layer.shape != other.then_layer.shape or not np.allclose(one.then_layer, other.then_layer)
    assert decode(lab.Settings, encode(changed)) == (changed, ())


@pytest.mark.parametrize("name", [name for name in PRESETS if not name.startswith("s-")])
def test_the_torch_code_prints_the_labs_own_numbers(name):
    scope, _ = scripts.here(lesson.torch_code(PRESETS[name]))
    unrolled = lab.unroll(PRESETS[name])
    for mine, theirs in (("output", unrolled.output), ("by_matrix", unrolled.output), ("by_patches", unrolled.output)):
        np.testing.assert_allclose(scope[mine][0, 0].numpy(), theirs, atol=1e-9)
    np.testing.assert_allclose(scope["back"][0, 0].numpy(), unrolled.back, atol=1e-9)
    np.testing.assert_allclose(scope["matrix"].numpy(), unrolled.matrix, atol=1e-9)


@pytest.mark.parametrize("number", range(1, 37))
def test_every_question_has_the_answer_that_its_own_numbers_give(number):
    assert_only_its_answer(lesson.question(number), "g", ".0f")


def test_the_same_settings_give_the_same_bytes():
    assert lab.unroll(PRESETS["large"]).output.tobytes() == lab.unroll(PRESETS["large"]).output.tobytes()

"""The kernel variants: the lectures' numbers, their traces, costs, code and refusals."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from engine.convolution import kernel_variants as lab
from engine.convolution import kernel_variants_channels as channels
from engine.convolution import kernel_variants_dilated as dilated
from engine.convolution import kernel_variants_lesson as lesson
from engine.convolution import kernel_variants_separable as separable
from engine.convolution import kernel_variants_stacked as stacked
from engine.convolution import kernel_variants_transposed as transposed
from engine.convolution import kernel_variants_transposed_steps as transposed_steps
from engine.core import layer_timing
from engine.core.cost_sheet import Resize
from engine.core.fields import decode, encode, fields_of
from engine.core.trace import Moment
from engine.core.transposed import prints
from tests import scripts
from tests.questions import assert_only_its_answer

Settings = lab.Settings
PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}


def counts(settings):
    """Parameters and multiplications of each row of the cost sheet."""
    return {way.title: (way.parameters, way.multiplications) for way in lab.ways(lab.vary(settings))}


def test_depthwise_separable_needs_the_slides_53952_multiplications():
    sheet = counts(PRESETS["maps"])
    assert sheet["Full"] == (19_200, 1_228_800)
    assert sheet["Depthwise 3 → 3"] == (75, 4_800)
    assert sheet["1 × 1, 3 → 256"] == (768, 49_152)
    assert sheet["Depthwise + 1 × 1"] == (843, 53_952)


def test_stacked_kernels_have_the_slides_parameters_and_one_degree_of_freedom_less():
    two, strips = (lab.vary(PRESETS[name]) for name in ("two", "strips"))
    assert (two.coefficients, two.parameters, two.rank) == (25, 18, 17)
    assert (strips.coefficients, strips.parameters, strips.rank) == (9, 6, 5)
    assert lab.vary(PRESETS["three"]).rank == 25
    rules = [way.parameters_rule for way in lab.ways(two)]
    assert rules == ["25 C²", "18 C²"]
    squared = two.settings.stack_channels**2
    assert [way.parameters for way in lab.ways(two)] == [25 * squared, 18 * squared]


def test_scale_moves_between_stacked_kernels_without_effect():
    one, other = lab.vary(PRESETS["two"]).kernels
    moved = stacked.compose((one * 4, other / 4))
    np.testing.assert_allclose(moved, lab.vary(PRESETS["two"]).composed)


def test_equal_kernels_lose_directions_and_the_page_says_so():
    same = lab.vary(PRESETS["same"])
    np.testing.assert_array_equal(same.kernels[0], same.kernels[1])
    assert (same.rank, same.generic) == (9, 17)
    assert "9 here and 17 almost everywhere" in lab.summary(same)


@given(st.integers(0, 10**6))
@hypothesis_settings(max_examples=25, deadline=None)
def test_the_jacobian_is_torchs(number):
    random = np.random.default_rng(number)
    parts = tuple(random.normal(size=random.integers(1, 4, 2)) for _ in range(random.integers(1, 4)))

    def composed(*kernels):
        whole = kernels[0][None, None]
        for kernel in kernels[1:]:
            edge = (kernel.shape[0] - 1, kernel.shape[1] - 1)
            whole = functional.conv2d(whole, kernel.flip(0, 1)[None, None], padding=edge)
        return whole[0, 0]

    blocks = torch.autograd.functional.jacobian(composed, tuple(torch.from_numpy(part) for part in parts))
    theirs = torch.cat([block.flatten(2).flatten(0, 1) for block in blocks], dim=1)
    np.testing.assert_allclose(stacked.jacobian(parts), theirs.numpy(), atol=1e-12)


def test_sobel_is_the_slides_column_times_its_row():
    sobel = lab.vary(PRESETS["sobel"])
    assert sobel.rank == 1
    np.testing.assert_array_equal(sobel.columns[0], [1, 2, 1])
    np.testing.assert_array_equal(sobel.rows[0], [-1, 0, 1])
    np.testing.assert_allclose(sobel.kept, sobel.whole)
    assert lab.answer(sobel) == ("Rank", "1", "exact")


@given(st.integers(0, 10**6), st.integers(1, 7))
@hypothesis_settings(max_examples=40, deadline=None)
def test_the_first_pieces_are_the_best_approximation_and_all_of_them_the_kernel(number, kept):
    kernel = np.random.default_rng(number).normal(size=(7, 7))
    columns, rows = separable.pieces(kernel)
    np.testing.assert_allclose(columns.T @ rows, kernel, atol=1e-12)
    singular = np.linalg.svd(kernel, compute_uv=False)
    left_out = np.linalg.norm(kernel - columns[:kept].T @ rows[:kept])
    assert left_out == pytest.approx(np.sqrt((singular[kept:] ** 2).sum()), abs=1e-9)


@pytest.mark.parametrize("name", ["gabor", "blob", "laplacian", "gauss"])
def test_what_is_kept_of_a_kernel_does_to_the_photo_what_it_says(name):
    made = lab.vary(PRESETS[name])
    photo = torch.from_numpy(made.photo.astype(np.float64))[None, None]
    reach = len(made.kernel) // 2
    padded = functional.pad(photo, (reach,) * 4, mode="replicate")
    whole, kept = (
        functional.conv2d(padded, torch.from_numpy(np.ascontiguousarray(kernel))[None, None])[0, 0].numpy()
        for kernel in (made.kernel, made.approximation)
    )
    np.testing.assert_allclose(made.whole, whole, atol=1e-9)
    np.testing.assert_allclose(made.kept, kept, atol=1e-9)
    wanted = np.linalg.norm(whole - kept) / np.linalg.norm(whole)
    assert made.photo_errors[len(made.columns) - 1] == pytest.approx(wanted, abs=1e-9)
    assert made.kernel_errors[len(made.columns) - 1] == pytest.approx(
        np.linalg.norm(made.kernel - made.approximation) / np.linalg.norm(made.kernel), abs=1e-9
    )


@pytest.mark.parametrize(("size", "rank"), [(3, 1), (3, 2), (5, 1), (5, 3), (4, 4)])
def test_a_kernel_of_rank_r_has_as_many_free_numbers_as_its_jacobians_rank(size, rank):
    random = np.random.default_rng(0)
    columns, rows = random.normal(size=(2, rank, size))
    moves = [np.outer(np.eye(size)[i], row) for row in rows for i in range(size)]
    moves += [np.outer(column, np.eye(size)[i]) for column in columns for i in range(size)]
    free = np.linalg.matrix_rank(np.stack([move.ravel() for move in moves]))
    assert separable.freedom(size, rank) == free


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("layer", ["grouped", "pointwise", "separable"])
def test_the_drawn_layer_is_torchs(layer, groups):
    made = channels.make(Settings(layer=layer, groups=str(groups), seed=3))
    image = torch.from_numpy(made.image)[None]
    if layer == "separable":
        middle = functional.conv2d(image, torch.from_numpy(made.kernel), groups=4)
        theirs = functional.conv2d(middle, torch.from_numpy(made.mixing)[:, :, None, None])
    else:
        theirs = functional.conv2d(image, torch.from_numpy(made.kernel), groups=groups if layer == "grouped" else 1)
    np.testing.assert_allclose(made.output, theirs[0].numpy())


def test_some_outputs_of_many_are_drawn_from_different_groups():
    made = channels.make(Settings(inputs=4, outputs=64, groups="4"))
    assert made.drawn.tolist() == [0, 21, 42, 63]
    assert made.connected[made.drawn].argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_groups_that_do_not_divide_the_channels_are_refused_and_not_offered():
    with pytest.raises(ValueError, match="3 groups must divide the input channels"):
        lab.vary(Settings(groups="3"))
    assert channels.legal_groups(Settings(inputs=12, outputs=8)) == ("1", "2", "4")
    assert channels.legal_groups(Settings(groups="3")) == ("1", "2", "3", "4")


def test_from_full_to_depthwise_the_cost_falls_by_the_groups():
    base = Settings(inputs=8, outputs=8)
    spent = [next(way for way in lab.ways(lab.vary(base.but(groups=g))) if way.chosen) for g in ("1", "2", "4", "8")]
    assert [way.multiplications for way in spent] == [spent[0].multiplications // g for g in (1, 2, 4, 8)]
    assert [channels.make(base.but(groups=g)).connected.sum() for g in ("1", "2", "4", "8")] == [64, 32, 16, 8]


@pytest.mark.parametrize("name", PRESETS)
def test_the_cost_sheet_counts_as_torch_does(name):
    for way in lab.ways(lab.vary(PRESETS[name])):
        counter, steps = FlopCounterMode(display=False), [step for step in way.steps if not isinstance(step, Resize)]
        generator = torch.Generator()
        with counter:
            for step in steps:
                image = torch.zeros(1, step.given.channels, step.given.height, step.given.width, device="meta")
                run(step, generator, image)
        assert 2 * sum(step.multiplications for step in steps) == counter.get_total_flops()


def run(step, generator, image):
    """The step on the meta device: only shapes."""
    layer = step.layer
    turned = layer.kind == "transposed"
    ends = (step.given.channels, layer.outputs // layer.groups)
    ends = ends if turned else (layer.outputs, step.given.channels // layer.groups)
    weight = torch.zeros(*ends, *layer.kernel, device="meta")
    options = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation, "groups": layer.groups}
    return (functional.conv_transpose2d if turned else functional.conv2d)(image, weight, **options)


def test_times_are_measured_once_and_too_much_is_not_measured():
    made = lab.vary(PRESETS["maps"])
    spent = lab.times(made)
    assert all(time is not None and time > 0 for time in spent)
    assert lab.times(lab.vary(PRESETS["maps"])) == spent
    heavy = lab.vary(Settings(view="dilated", rates=(8, 8, 8), rate_size=5))
    assert lab.times(heavy)[2] is None
    assert "4.4% of the multiplications" in lab.time_words(made, spent)
    assert "not measured" in lab.time_words(made, (None, *spent[1:]))
    layer_timing.milliseconds.cache_clear()


def test_the_slides_dilations_see_3_7_15_and_all_of_it():
    made = lab.vary(PRESETS["growing"])
    assert [len(counted) for counted in made.paths] == [3, 7, 15]
    assert made.coverage == 1


def test_equal_dilations_leave_grids_that_never_meet():
    made = lab.vary(PRESETS["gridding"])
    assert (made.field, int((made.paths[-1] > 0).sum()), made.step, made.shared) == (13, 49, 2, 0.0)
    assert "4 grids that never meet" in lab.summary(made)
    free = lab.vary(PRESETS["sawtooth"])
    assert (free.field, free.coverage, free.step) == (13, 1, 1)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(2, 4))
@hypothesis_settings(max_examples=40, deadline=None)
def test_paths_are_the_gradient_of_a_stack_of_ones(rates, size):
    counted = dilated.paths(size, tuple(rates))
    x = torch.zeros(1, 1, *counted.shape, dtype=torch.float64, requires_grad=True)
    y = x
    for rate in rates:
        y = functional.conv2d(y, torch.ones(1, 1, size, size, dtype=torch.float64), dilation=rate)
    assert y.shape[2:] == (1, 1)
    y.sum().backward()
    np.testing.assert_allclose(counted, x.grad[0, 0].numpy())


def test_the_photo_goes_through_the_dilated_layers_themselves():
    made = lab.vary(PRESETS["gridding"])
    reach = made.field // 2
    y = functional.pad(torch.from_numpy(made.photo.astype(np.float64))[None, None], (reach,) * 4, mode="reflect")
    for rate in made.rates:
        y = functional.conv2d(y, torch.full((1, 1, 3, 3), 1 / 9, dtype=torch.float64), dilation=rate)
    np.testing.assert_allclose(made.gapped, y[0, 0].numpy(), atol=1e-9)


@pytest.mark.parametrize(("rates", "step"), [((4, 6), 2), ((2, 3), 1), ((3, 3), 3), ((2, 4, 8), 2)])
def test_grids_stay_apart_where_the_rates_have_a_common_divisor(rates, step):
    made = lab.vary(Settings(view="dilated", rates=rates))
    assert made.step == step
    assert (made.shared == 0) == (step > 1)
    assert ("never meet" in lab.summary(made)) == (step > 1)


@pytest.mark.parametrize("rates", [(1.5, 2.0), (), (0.0, 1.0)])
def test_a_dilation_that_is_no_whole_number_is_refused_in_words(rates):
    with pytest.raises(ValueError, match="Dilations are whole numbers"):
        lab.vary(Settings(view="dilated", rates=rates))


def test_two_by_two_becomes_four_by_four_both_ways():
    by_scattering, by_zeros = (lab.vary(PRESETS[name]) for name in ("plain", "zeros"))
    assert by_scattering.output.shape == (4, 4)
    np.testing.assert_array_equal(by_scattering.output, by_zeros.output)
    np.testing.assert_array_equal(by_scattering.output[0], [1, 3, 3, 2])
    assert by_scattering.output[1, 1] == 1 + 2 + 3 + 4


@pytest.mark.parametrize(
    ("number", "side"), [("plain", 4), *((f"guide-{n}", 5) for n in range(9, 14)), ("guide-14", 6)]
)
def test_the_guides_relationships_give_its_figures_sizes(number, side):
    made = lab.vary(PRESETS[number])
    assert len(made.output) == side
    assert lab.answer(made)[1] == f"{side} × {side}"
    assert lab.answer(made)[2].endswith(f"= {side}")


def test_the_ripple_is_there_exactly_where_the_stride_does_not_divide_the_kernel():
    for size in (1, 2, 3, 4, 6):
        for stride in (1, 2, 3):
            made = lab.vary(Settings(view="transposed", stamp_size=size, stride=stride))
            assert transposed.even(made) == (size % stride == 0)
            assert (made.ripples[0] < 1e-9) == (size % stride == 0)
            assert max(made.ripples[1:]) < 1e-6


@pytest.mark.parametrize(
    ("size", "stride", "spread"), [(3, 3, 3), (3, 3, 2), (4, 2, 2), (2, 2, 3), (3, 2, 3), (5, 4, 1)]
)
def test_a_dilated_kernel_ripples_exactly_where_its_prints_are_uneven(size, stride, spread):
    made = lab.vary(Settings(view="transposed", stamp_size=size, stride=stride, spread=spread))
    start = 40 * stride
    counts = prints(100, size, stride, dilation=spread)[start : start + stride]
    np.testing.assert_array_equal(made.phases, counts)
    assert (made.ripples[0] < 1e-9) == (counts.min() == counts.max())


def test_the_overlap_map_is_ones_printed_with_ones():
    made = lab.vary(Settings(view="transposed", coarse=5, stride=2, padding=1, output_padding=1, spread=2))
    ones = torch.ones(1, 1, 5, 5), torch.ones(1, 1, 3, 3)
    theirs = functional.conv_transpose2d(*ones, stride=2, padding=1, output_padding=1, dilation=2)
    np.testing.assert_array_equal(made.overlaps, theirs[0, 0].numpy())


def replayed(trace):
    """The grids after the trace's writes, and what each sweep's step adds up to from the cells it lights."""
    filled = {grid.name: np.zeros(grid.values.size) for grid in trace.grids}
    grids = {grid.name: grid.values.ravel() for grid in trace.grids}
    for part in trace.segments:
        if isinstance(part, Moment):
            for name, cell, value in part.writes:
                filled[name][cell] = value
            continue
        for step, cell in enumerate(part.cells):
            places = [operand.base[step] + operand.offset for operand in part.operands]
            kept = slice(None) if part.skipped is None else ~part.skipped[step]
            read = [grids[operand.grid][place[kept]] for operand, place in zip(part.operands, places, strict=True)]
            total = (read[0] * read[1]).sum() if part.op == "sum_products" else read[0].sum()
            assert part.results[step] == pytest.approx(total, abs=1e-9)
            filled[part.target][cell] = total
    return filled, grids


@pytest.mark.parametrize("name", PRESETS)
def test_each_step_makes_its_cells_from_the_cells_it_lights(name):
    trace = lab.trace(lab.vary(PRESETS[name]))
    if name == "wide":  # too large to be followed by eye: nothing is computed but the bill
        assert trace is None
        return
    filled, grids = replayed(trace)
    for grid in trace.grids:
        if grid.filled_by_steps:
            np.testing.assert_allclose(filled[grid.name], grids[grid.name], atol=1e-9)


@pytest.mark.parametrize("padding", [0, 1, 2])
def test_scattering_ends_with_the_output_also_where_prints_are_cut(padding):
    made = lab.vary(Settings(view="transposed", coarse=4, stride=2, padding=padding, stamp="random", spread=2, seed=5))
    filled, _ = replayed(transposed_steps.trace(made))
    np.testing.assert_allclose(filled["output"], made.output.ravel())
    inserted = lab.vary(made.settings.but(method="zeros"))
    filled, _ = replayed(transposed_steps.trace(inserted))
    np.testing.assert_allclose(filled["output"], made.output.ravel())


def test_cells_changed_by_hand_count_where_they_belong():
    wide = Settings(view="transposed", coarse=3)
    assert lab.vary(lab.with_edit(wide, "input", 5, 9.0)).image[1, 2] == 9
    assert lab.vary(lab.with_edit(wide, "print", 4, -2.0)).kernel[1, 1] == -2
    edited = lab.with_edit(PRESETS["sobel"], "kernel", 4, 1.0)
    assert lab.vary(edited).kernel[1, 1] == 1
    assert lab.vary(edited).rank == 2
    strips = lab.with_edit(PRESETS["strips"], "second", 2, 7.0)
    assert lab.vary(strips).kernels[1].tolist()[0][2] == 7
    for settings, grid in ((wide, "output"), (PRESETS["two"], "composed"), (Settings(), "kernel")):
        with pytest.raises(ValueError, match="Change a cell"):
            lab.with_edit(settings, grid, 0, 1.0)


OTHER = {
    "channels": {"layer": "separable", "side": 8, "inputs": 2, "outputs": 2, "size": 2, "groups": "2", "seed": 1},
    "separable": {"image": "photo:cat", "filter": "gabor", "filter_size": 5},
    "stacked": {"stack": "strips", "stack_size": 2, "stack_layers": 3, "stack_channels": 8, "seed": 1},
    "dilated": {"rates": (1.0, 3.0), "rate_size": 2, "image": "photo:cat", "seed": 1},
    "transposed": {
        "method": "zeros",
        "pattern": "digits",
        "coarse": 3,
        "stamp": "counting",
        "stamp_size": 2,
        "stride": 2,
        "padding": 1,
        "spread": 2,
        "image": "photo:cat",
    },
}
CASES = [(view, name, value) for view, changes in OTHER.items() for name, value in changes.items()]


def said(settings):
    """All numbers that a view shows."""
    made = lab.vary(settings)
    walk = lab.trace(made)
    grids = [grid.values.tolist() for grid in walk.grids]
    return repr((grids, lab.ways(made), lab.summary(made), np.asarray(getattr(made, "photo", 0)).sum(), pictured(made)))


def pictured(made):
    return made.small.sum() if hasattr(made, "small") else 0


@pytest.mark.parametrize(("view", "name", "value"), CASES)
def test_every_setting_of_a_view_changes_it_and_survives_a_link(view, name, value):
    base = Settings(view=view)
    changed = base.but(**{name: value})
    assert said(base) != said(changed)
    assert decode(Settings, encode(changed)) == (changed, ())


@pytest.mark.parametrize(
    ("base", "change"),
    [
        (Settings(view="separable", filter="gabor"), {"orientation": 60.0}),
        (Settings(view="separable", filter="gabor"), {"wavelength": 3.0}),
        (Settings(view="separable", filter="gabor", filter_size=7), {"kept": 2}),
        (Settings(view="transposed", stride=2), {"output_padding": 1}),
        (Settings(view="transposed", stamp="random"), {"seed": 2}),
    ],
)
def test_settings_that_depend_on_others_change_it_too(base, change):
    assert said(base) != said(base.but(**change))


def test_every_setting_is_spoken_of_in_the_tests_above():
    named = {name for changes in OTHER.values() for name in changes}
    assert named | {"view", "orientation", "wavelength", "kept", "output_padding", "changes"} == set(
        fields_of(Settings)
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (Settings(size=7), "does not fit"),
        (Settings(size=7, layer="pointwise"), "does not fit"),
        (Settings(view="transposed", output_padding=1), "Output padding must be smaller"),
        (Settings(view="transposed", padding=7), "Nothing is left"),
        (Settings(view="transposed", coarse=10, stride=5, stamp_size=8, spread=4), "output would be 74 cells wide"),
        (Settings(view="transposed", coarse=8, stride=5, stamp_size=8, spread=4, method="zeros"), "92 cells wide"),
    ],
)
def test_what_cannot_be_is_refused_in_words(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.vary(settings)


EXPECTED = {
    "maps": "parameters 19200 multiplications 1228800",
    "groups": "parameters 72 multiplications 1152",
    "depthwise-pointwise": "parameters 52 multiplications 832",
    "laplacian": "rank 2",
    "two": "degrees of freedom 17",
    "strips": "degrees of freedom 5",
    "gridding": "field (13, 13) read 49",
    "guide-14": "overlaps",
}


@pytest.mark.parametrize("name", PRESETS)
def test_the_torch_code_of_every_preset_is_python(name):
    compile(lesson.torch_code(PRESETS[name]), "code.py", "exec")


@pytest.mark.parametrize("name", EXPECTED)
def test_the_torch_code_prints_the_labs_own_numbers(name):
    said = scripts.alone("import torch\ntorch.set_printoptions(precision=12)\n" + lesson.torch_code(PRESETS[name]))
    assert EXPECTED[name] in said
    made = lab.vary(PRESETS[name])
    if name in ("groups", "depthwise-pointwise", "guide-14"):
        numbers = said.rsplit("tensor(", 1)[1].split("dtype")[0]
        found = [
            float(word) for word in numbers.replace("[", " ").replace("]", " ").replace(",", " ").split() if word != ")"
        ]
        np.testing.assert_allclose(found, made.output.ravel(), rtol=1e-9)
    if name == "laplacian":
        assert float(said.split()[-1]) == pytest.approx(made.photo_errors[0], rel=1e-5)


@pytest.mark.parametrize("number", range(1, 43))
def test_every_question_has_the_answer_that_its_own_numbers_give(number):
    assert_only_its_answer(lesson.question(number), ".0f")


@pytest.mark.parametrize("view", lab.VIEWS)
def test_the_same_settings_give_the_same_numbers(view):
    assert said(Settings(view=view)) == said(Settings(view=view))


def test_an_input_that_padding_cuts_off_wholly_still_steps():
    cut = {"coarse": 1, "stamp_size": 1, "stride": 3, "padding": 1, "output_padding": 2}
    made = lab.vary(Settings(view="transposed", method="zeros", **cut))
    assert made.output.tolist() == [[0.0]]
    replayed(lab.trace(made))

"""The volume calculator: the lectures' numbers, the guide's fifteen relationships, steps that torch agrees with."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.convolution import layer_shapes as lab
from engine.convolution import layer_shapes_guide as guide
from engine.convolution import layer_shapes_lesson as lesson
from engine.convolution import layer_shapes_steps as steps
from engine.core.fields import decode, encode, fields_of
from tests import scripts
from tests.questions import assert_only_its_answer

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}
# Weights: fully connected, locally connected, shared; then the output.
DECKS = {
    "five": ((12_042_240, 294_000, 375), "28 × 28 × 5"),
    "thirty": ((82_944_000, 2_025_000, 2_250), "30 × 30 × 30"),
    "same": ((94_371_840, 2_304_000, 2_250), "32 × 32 × 30"),
    "seven": ((49 * 25, 9 * 25, 9), "5 × 5 × 1"),
    "seven-two": ((49 * 9, 81, 9), "3 × 3 × 1"),
    "seven-three": ((49 * 4, 36, 9), "2 × 2 × 1"),
    "seven-pad": ((49 * 49, 9 * 49, 9), "7 × 7 × 1"),
    "large": ((8_100_000_000, 2_250_000, 25), "300 × 300 × 1"),
    "vgg-full": ((102_760_448,) * 3, "1 × 1 × 4096"),
    "grouped": ((69_984 * 186_624, 25 * 48 * 186_624, 307_200), "27 × 27 × 256"),
    "pool": ((64 * 224 * 224 * 64 * 112 * 112, 4 * 64 * 112 * 112, 0), "112 × 112 × 64"),
    "ceiling": ((64 * 112 * 112 * 64 * 56 * 56, 9 * 64 * 56 * 56, 0), "56 × 56 × 64"),
}


@pytest.mark.parametrize("name", DECKS)
def test_the_slides_numbers_come_out(name):
    weights, words = DECKS[name]
    shapes = lab.measure(PRESETS[name])
    assert tuple(way.cost.weights for way in shapes.ways) == weights
    assert shapes.made.words == words
    assert words in lab.summary(shapes)


def test_the_slides_single_numbers_stand_in_the_table():
    table = {row.label: row.values for row in lab.rows(lab.measure(PRESETS["large"]))}
    assert table["Weights"][2] + table["Biases"][2] == 26
    assert table["Parameters, bytes"][0] == 4 * (8_100_000_000 + 90_000)
    assert lab.measure(PRESETS["five"]).ways[2].cost.fan_in == 75
    assert lab.measure(PRESETS["maps"]).ways[2].cost.multiplications == 1_228_800
    assert lab.measure(PRESETS["vgg"]).ways[2].cost.parameters == 1_792


# Input and output side of each figure, as the guide draws them.
FIGURES = [
    (4, 2), (5, 6), (5, 5), (5, 7), (5, 2), (5, 3), (5, 3), (2, 4), (6, 5), (5, 5), (7, 5), (2, 5), (3, 5), (3, 6),
    (7, 3),
]  # fmt: skip


@pytest.mark.parametrize(("number", "sides"), enumerate(FIGURES, 1))
def test_each_relationship_is_a_preset_with_its_figures_numbers(number, sides):
    chosen = PRESETS[f"r-{number}"]
    shapes = lab.measure(chosen)
    assert (shapes.given.height, shapes.made.height) == sides
    assert f"Relationship {number} (" in guide.in_the_guide(chosen)
    assert str(sides[1]) == lab.size_rule(chosen).split("= ")[-1]
    assert len(steps.trace(shapes)) == sides[1] ** 2


def by_the_rule(number, i, k, s, p, d, a):
    """The guide's own formulas."""
    return {
        1: i - k + 1,
        2: i - k + 2 * p + 1,
        3: i,
        4: i + k - 1,
        5: (i - k) // s + 1,
        6: (i + 2 * p - k) // s + 1,
        7: (i - k) // s + 1,
        8: i + k - 1,
        9: i + k - 1 - 2 * p,
        10: i,
        11: i - (k - 1),
        12: s * (i - 1) + k,
        13: s * (i - 1) + k - 2 * p,
        14: s * (i - 1) + a + k - 2 * p,
        15: (i + 2 * p - k - (k - 1) * (d - 1)) // s + 1,
    }[number]


layers = st.fixed_dictionaries(
    {
        "layer": st.sampled_from(list(lab.LAYERS)),
        "height": st.integers(1, 12),
        "width": st.integers(1, 12),
        "kernel_height": st.integers(1, 5),
        "kernel_width": st.integers(1, 5),
        "stride_y": st.integers(1, 3),
        "stride_x": st.integers(1, 3),
        "padding_y": st.integers(0, 3),
        "padding_x": st.integers(0, 3),
        "dilation_y": st.integers(1, 3),
        "dilation_x": st.integers(1, 3),
        "output_padding_y": st.integers(0, 2),
        "output_padding_x": st.integers(0, 2),
        "ceil_mode": st.booleans(),
    }
).map(lambda values: lab.Settings(channels=1, outputs=1, **values))


@given(layers)
@settings(max_examples=400, deadline=None)
def test_the_relationship_that_is_named_gives_the_size_that_is_made(chosen):
    try:
        shapes = lab.measure(chosen)
    except ValueError:
        return
    layer = shapes.layer
    for axis, (size, made) in enumerate(
        ((shapes.given.height, shapes.made.height), (shapes.given.width, shapes.made.width))
    ):
        number = guide.number_of(layer, axis)
        if number is not None:
            more = layer.output_padding[axis]
            pairs = (layer.kernel, layer.stride, layer.padding, layer.dilation)
            kernel, stride, padding, dilation = (pair[axis] for pair in pairs)
            if number in (8, 9, 10, 11):
                assert more == 0
            assert by_the_rule(number, size, kernel, stride, padding, dilation, more) == made
        assert lab.size_rule(chosen).count(f"= {made}") >= 1


def by_torch(shapes):
    """The walk's output by torch on the same numbers."""
    layer, s = shapes.layer, shapes.settings
    image = torch.tensor(steps.tiled(steps.IMAGE, s.height, s.width))[None, None]
    kernel = torch.tensor(steps.tiled(steps.KERNEL, s.kernel_height, s.kernel_width))[None, None]
    around = {"stride": layer.stride, "padding": layer.padding}
    if layer.kind == "max_pool":
        made = F.max_pool2d(image, layer.kernel, **around, dilation=layer.dilation, ceil_mode=layer.ceil_mode)
    elif layer.kind == "mean_pool":
        made = F.avg_pool2d(image, layer.kernel, **around, ceil_mode=layer.ceil_mode)
    elif layer.kind == "convolution":
        made = F.conv2d(image, kernel, None, **around, dilation=layer.dilation)
    else:
        made = F.conv_transpose2d(
            image, kernel, None, **around, output_padding=layer.output_padding, dilation=layer.dilation
        )
    return made[0, 0].numpy()


def explained(trace, step):
    """A step worked out from the cells that it lights, as the browser shows them."""
    sweep = trace.segments[0]
    grids = {grid.name: grid.values.ravel() for grid in trace.grids}
    kept = np.ones(len(sweep.operands[0].offset), bool) if sweep.skipped is None else ~sweep.skipped[step]
    reads = [grids[operand.grid][(operand.base[step] + operand.offset)[kept]] for operand in sweep.operands]
    if sweep.op == "sum_products":
        return (reads[0] * reads[1]).sum()
    return reads[0].max() if sweep.op == "max" else reads[0].mean()


@given(layers)
@settings(max_examples=300, deadline=None)
def test_every_step_is_torchs_and_explained_by_its_cells(chosen):
    try:
        shapes = lab.measure(chosen)
    except ValueError:
        return
    trace = steps.trace(shapes)
    if trace is None:
        return
    expected = by_torch(shapes)
    np.testing.assert_allclose(trace.segments[0].results, expected.ravel())
    finite = np.isfinite(expected)
    np.testing.assert_allclose(trace.grids[-1].values[0, 0][finite], expected[finite])
    for step in np.flatnonzero(finite)[::3]:
        assert explained(trace, step) == pytest.approx(expected.ravel()[step])


def test_the_guides_own_figures_come_out():
    """Figure 1.1, 1.5 and 1.6 of the guide: a convolution, mean and max pooling of the same 5 × 5 input."""
    base = PRESETS["r-7"]
    outputs = {
        "convolution": [[12, 12, 17], [10, 17, 19], [9, 6, 14]],
        "max_pool": [[3, 3, 3], [3, 3, 3], [3, 2, 3]],
        "mean_pool": [[1.7, 1.7, 1.7], [1.0, 1.2, 1.8], [1.1, 0.8, 1.3]],
    }
    for layer, numbers in outputs.items():
        trace = steps.trace(lab.measure(base.but(layer=layer)))
        np.testing.assert_allclose(trace.grids[-1].values[0, 0], numbers, atol=0.051)


def test_a_walk_too_large_to_follow_is_not_drawn():
    assert steps.trace(lab.measure(PRESETS["five"])) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kernel_height": 31, "height": 4}, "does not fit"),
        ({"groups": 2}, "2 groups must divide"),
        ({"layer": "max_pool", "padding_x": 3}, "at most half its kernel"),
        ({"layer": "transposed", "output_padding_y": 1}, "must be smaller"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.measure(lab.Settings(**changes))


BASES = {
    "ceil_mode": lab.Settings(layer="max_pool", stride_y=2, stride_x=2, height=32),
    "output_padding_y": lab.Settings(layer="transposed", stride_y=2),
    "output_padding_x": lab.Settings(layer="transposed", stride_x=2),
    "groups": lab.Settings(channels=4, outputs=6),
}
OTHER = {"layer": "transposed", "bias": False, "ceil_mode": True, "groups": 2}


@pytest.mark.parametrize("name", fields_of(lab.Settings))
def test_every_setting_changes_something_and_survives_a_link(name):
    base = BASES.get(name, lab.Settings())
    changed = base.but(**{name: OTHER[name] if name in OTHER else getattr(base, name) + 1})
    one, other = lab.measure(base), lab.measure(changed)
    assert (one.made, one.ways) != (other.made, other.ways)
    assert decode(lab.Settings, encode(changed)) == (changed, ())


@pytest.mark.parametrize("name", PRESETS)
def test_the_torch_code_prints_the_labs_own_numbers(name):
    scope, _ = scripts.here(lesson.torch_code(PRESETS[name]))
    shapes = lab.measure(PRESETS[name])
    assert scope["shape"] == (shapes.made.channels, shapes.made.height, shapes.made.width)
    assert scope["shared"] == shapes.ways[2].cost.parameters
    assert scope["fully"] == shapes.ways[0].cost.parameters


@pytest.mark.parametrize("number", range(1, 43))
def test_every_question_has_the_answer_that_its_own_numbers_give(number):
    assert_only_its_answer(lesson.question(number), ".0f")

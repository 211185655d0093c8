"""Sizes and costs are torch's for every legal setting; what torch refuses is refused with a sentence."""

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from engine.core import arithmetic
from engine.core.arithmetic import Layer, Volume

small = st.integers(1, 5)
pairs = st.tuples(small, small)
margins = st.tuples(st.integers(0, 4), st.integers(0, 4))


@st.composite
def cases(draw, kind):
    groups = draw(st.integers(1, 3)) if kind in ("convolution", "transposed") else 1
    given_channels = draw(st.integers(1, 4)) if draw(st.booleans()) else groups * draw(st.integers(1, 2))
    outputs = draw(st.integers(1, 4)) if draw(st.booleans()) else groups * draw(st.integers(1, 2))
    volume = Volume(given_channels, draw(st.integers(1, 12)), draw(st.integers(1, 12)))
    layer = Layer(
        kind,
        outputs,
        kernel=draw(pairs),
        stride=draw(pairs),
        padding=draw(margins),
        dilation=(1, 1) if kind == "mean_pool" else draw(pairs),
        output_padding=draw(margins) if kind == "transposed" else (0, 0),
        groups=groups,
        bias=draw(st.booleans()),
        ceil_mode=draw(st.booleans()) if kind.endswith("pool") else False,
    )
    return volume, layer


def module(volume, layer):
    """The same layer of torch.nn in float64."""
    common = {"stride": layer.stride, "padding": layer.padding}
    if layer.kind == "max_pool":
        return nn.MaxPool2d(layer.kernel, **common, dilation=layer.dilation, ceil_mode=layer.ceil_mode)
    if layer.kind == "mean_pool":
        return nn.AvgPool2d(layer.kernel, **common, ceil_mode=layer.ceil_mode)
    common |= {"dilation": layer.dilation, "groups": layer.groups, "bias": layer.bias, "dtype": torch.float64}
    if layer.kind == "convolution":
        return nn.Conv2d(volume.channels, layer.outputs, layer.kernel, **common)
    return nn.ConvTranspose2d(
        volume.channels, layer.outputs, layer.kernel, output_padding=layer.output_padding, **common
    )


def check(case):
    volume, layer = case
    image = torch.zeros(1, volume.channels, volume.height, volume.width, dtype=torch.float64)
    try:
        theirs = module(volume, layer)
        made = theirs(image)
    except (RuntimeError, ValueError):
        for verb in (arithmetic.output_volume, arithmetic.cost, arithmetic.fully_connected_cost):
            with pytest.raises(ValueError, match=r"\w+ .*\.$"):
                verb(volume, layer)
        return
    ours = arithmetic.output_volume(volume, layer)
    assert (ours.channels, ours.height, ours.width) == tuple(made.shape[1:])
    spent = arithmetic.cost(volume, layer)
    assert spent.cells == made.numel()
    assert spent.output_bytes == made.numel() * 4
    assert spent.parameters == sum(parameter.numel() for parameter in theirs.parameters())
    assert spent.parameter_bytes == 4 * spent.parameters
    if not layer.pools:
        counter = FlopCounterMode(display=False)
        with counter:
            theirs(image)
        assert 2 * spent.multiplications == counter.get_total_flops()
        assert spent.fan_in == theirs.weight[0].numel() or layer.kind == "transposed"


@given(cases("convolution"))
@settings(max_examples=400, deadline=None)
def test_convolution_is_torchs(case):
    check(case)


@given(cases("max_pool"))
@example((Volume(1, 2, 2), Layer("max_pool", 1, (3, 3), (2, 2), ceil_mode=True)))
@example((Volume(1, 4, 4), Layer("max_pool", 1, (3, 3), padding=(2, 2), dilation=(2, 2))))
@settings(max_examples=400, deadline=None)
def test_max_pooling_is_torchs_with_floor_and_ceiling(case):
    check(case)


@given(cases("mean_pool"))
@settings(max_examples=300, deadline=None)
def test_mean_pooling_is_torchs_with_floor_and_ceiling(case):
    check(case)


@given(cases("transposed"))
@example((Volume(1, 1, 1), Layer("transposed", 1, (1, 1), (2, 3), output_padding=(1, 2))))
@settings(max_examples=400, deadline=None)
def test_transposed_convolution_is_torchs(case):
    check(case)


@given(st.integers(1, 30), small, small, st.integers(0, 4), small)
@settings(max_examples=200, deadline=None)
def test_a_transposed_convolution_goes_back_to_the_side_that_a_convolution_came_from(size, kernel, stride, pad, dil):
    try:
        made = arithmetic.output_size(size, kernel, stride, pad, dil)
    except ValueError:
        return
    rest = (size + 2 * pad - dil * (kernel - 1) - 1) % stride
    assert arithmetic.transposed_size(made, kernel, stride, pad, rest, dil) == size


def test_fully_connected_is_torchs_linear_and_local_has_a_weight_for_each_use():
    volume, layer = Volume(3, 8, 6), Layer("convolution", 4, (3, 2), (2, 1), (1, 0))
    made = arithmetic.output_volume(volume, layer)
    linear = nn.Linear(volume.cells, made.cells, device="meta")
    full = arithmetic.fully_connected_cost(volume, layer)
    assert full.weights == full.multiplications == linear.weight.numel()
    assert full.biases == linear.bias.numel()
    local = arithmetic.locally_connected_cost(volume, layer)
    assert local.weights == local.multiplications == made.cells * 3 * 2 * 3
    assert local.biases == made.cells
    shared = arithmetic.cost(volume, layer)
    assert shared.multiplications == local.multiplications
    assert shared.weights == 3 * 2 * 3 * 4


def test_the_lectures_numbers_come_out():
    five = arithmetic.cost(Volume(3, 32, 32), Layer("convolution", 5, (5, 5)))
    assert (five.fan_in, five.cells) == (75, 28 * 28 * 5)
    thirty = arithmetic.locally_connected_cost(Volume(3, 32, 32), Layer("convolution", 30, (5, 5), padding=(2, 2)))
    assert (thirty.cells, thirty.weights) == (30_720, 2_304_000)
    large = Layer("convolution", 1, (5, 5), padding=(2, 2))
    assert arithmetic.cost(Volume(1, 300, 300), large).parameters == 26
    assert arithmetic.fully_connected_cost(Volume(1, 300, 300), large).weights == 8_100_000_000
    wide = arithmetic.cost(Volume(3, 12, 12), Layer("convolution", 256, (5, 5)))
    assert wide.multiplications == 1_228_800


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (Layer("convolution", 2, (9, 9)), "does not fit"),
        (Layer("convolution", 2, (3, 3), groups=3), "3 groups must divide"),
        (Layer("max_pool", 1, (2, 2), padding=(2, 0)), "at most half its kernel: 1"),
        (Layer("mean_pool", 1, (2, 2), dilation=(2, 1)), "no dilation"),
        (Layer("transposed", 2, (1, 1), padding=(3, 0)), "Nothing is left"),
        (Layer("transposed", 2, (3, 3), (2, 2), output_padding=(2, 0)), "below 2 here, not 2"),
        (Layer("convolution", 2, (3, 3), output_padding=(1, 0)), "transposed convolution alone"),
    ],
)
def test_what_cannot_be_is_refused_in_words(layer, sentence):
    with pytest.raises(ValueError, match=sentence):
        arithmetic.output_volume(Volume(4, 6, 6), layer)

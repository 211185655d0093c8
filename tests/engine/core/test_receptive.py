"""Receptive fields: against gradients of torch, cell by cell, and against the published numbers of real networks."""

from copy import deepcopy
from itertools import accumulate
from operator import mul

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from engine.core import receptive, receptive_trace
from engine.core.networks import gallery
from engine.core.receptive import Field, Window
from tests.engine.core.chains import windows


def seen_by_gradient(chain, cells, cell):
    """The input cells that have a gradient: torch's own layers with weights of one, in float64."""
    signal = torch.zeros(1, 1, cells, dtype=torch.float64, requires_grad=True)
    made = signal
    for w in chain:
        ones = torch.ones(1, 1, w.kernel, dtype=torch.float64)
        layer = nn.functional.conv_transpose1d if w.transposed else nn.functional.conv1d
        made = layer(made, ones, stride=w.stride, padding=w.padding, dilation=w.dilation)
    made[0, 0, cell].backward()
    return signal.grad[0, 0].nonzero().flatten().tolist()


@settings(deadline=None, max_examples=150)
@given(chain=st.lists(windows, min_size=1, max_size=4), share=st.floats(0, 1))
def test_no_cell_of_any_chain_has_a_gradient_outside_its_field(chain, share):
    cells = 60
    counts = [cells]
    for window in chain:
        counts.append(window.size(counts[-1]))
        if not 1 <= counts[-1] <= 4000:
            return
    field = receptive.along(chain)[-1]
    cell = min(int(share * counts[-1]), counts[-1] - 1)
    low, high = field.of(cell)
    seen = seen_by_gradient(chain, cells, cell)  # at an edge a way through padding may be lost
    assert all(low <= place <= high for place in seen)


@settings(deadline=None, max_examples=150)
@given(chain=st.lists(windows, min_size=1, max_size=4))
def test_in_the_middle_of_a_long_input_the_ends_are_met_exactly(chain):
    counts = [400]
    for window in chain:
        counts.append(window.size(counts[-1]))
    if min(counts) < 40 or max(counts) > 20_000:
        return
    field = receptive.along(chain)[-1]
    for cell in range(counts[-1] // 2, counts[-1] // 2 + min(field.period, 5)):
        low, high = field.of(cell)
        seen = seen_by_gradient(chain, 400, cell)
        if low > high:
            assert not seen
        elif low >= 0 and high < 400:
            assert (low, high) == (seen[0], seen[-1])


@given(chain=st.lists(windows.filter(lambda w: not w.transposed), max_size=8))
def test_the_formula_gives_the_size_of_chains_without_transposed_layers(chain):
    field = receptive.along(chain)[-1]
    jumps = list(accumulate((window.stride for window in chain), mul, initial=1))
    assert field.size == 1 + sum(w.dilation * (w.kernel - 1) * jump for w, jump in zip(chain, jumps, strict=False))
    assert field.period == 1


@pytest.mark.parametrize(
    ("chain", "sizes"),
    [
        ([Window(3)] * 4, [3, 5, 7, 9]),
        ([Window(3, dilation=d) for d in (1, 2, 4)], [3, 7, 15]),
        ([Window(3, stride=2)] * 3, [3, 7, 15]),
        ([Window(3), Window(2, 2), Window(3)], [3, 4, 8]),
    ],
)
def test_the_lectures_sizes_come_out(chain, sizes):
    assert [field.size for field in receptive.along(chain)[1:]] == sizes


def test_enlarging_by_two_makes_the_jump_a_half_and_neighbours_differ():
    field = receptive.along([Window(3), Window(4, 2, 1, transposed=True), Window(3, padding=1)])[-1]
    assert field.jump * 2 == 1
    assert field.period == 2
    assert field.of(3)[0] - field.of(1)[0] == 1


def test_a_cell_that_no_window_writes_sees_nothing():
    field = receptive.along([Window(1, 2, transposed=True)])[-1]
    assert field.smallest == 0
    assert field.of(0) == (0, 0)
    assert field.of(1)[0] > field.of(1)[1]


def test_branches_take_the_extremes():
    narrow, wide = Field(lows=(-1,), highs=(1,)), Field(lows=(0,), highs=(4,))
    met = receptive.merge([narrow, wide])
    assert (met.start, met.size) == (-1, 6)
    with pytest.raises(ValueError, match="different strides"):
        receptive.merge([narrow, receptive.through(narrow, Window(2, 2))])


def test_too_many_transposed_layers_are_refused_in_words():
    with pytest.raises(ValueError, match="enlarge too far"):
        receptive.along([Window(4, 4, transposed=True)] * 6)


@pytest.mark.parametrize(
    ("size", "kernel", "layers"), [(300, 3, 150), (300, 5, 75), (151, 3, 75), (1, 3, 0), (4, 3, 2)]
)
def test_layers_to_cover(size, kernel, layers):
    assert receptive.layers_to_cover(size, kernel) == layers
    assert receptive.along([Window(kernel)] * layers)[-1].size >= size
    assert layers == 0 or receptive.along([Window(kernel)] * (layers - 1))[-1].size < size


PUBLISHED = {
    "vgg_d": (212, 32, 90),
    "resnet_50": (427, 32, 213),
    "resnet_50_paper": (483, 32, 241),
    "inception_v3": (1311, 32, 618),
    "mobilenet_v1": (315, 32, 157),
}


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("name", PUBLISHED)
def test_real_networks_have_their_published_size_stride_and_padding(name, axis):
    last = receptive_trace.trace(gallery.build(name, None), axis)[-1]
    assert (last.field.size, last.field.jump, -last.field.start) == PUBLISHED[name]
    assert receptive.along(list(last.widest))[-1].start == last.field.start


def positive(network):
    """A copy whose gradient shows every way from input to output: nothing cancels, nothing is cut off."""
    copy = deepcopy(network).double()
    for module in list(copy.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, (nn.BatchNorm2d, nn.ReLU)):
                setattr(module, name, nn.Identity())
            elif isinstance(child, nn.MaxPool2d):
                mean = nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode)
                setattr(module, name, mean)
            elif isinstance(child, nn.Conv2d):
                with torch.no_grad():
                    child.weight.fill_(1 / child.weight[0].numel())
                    if child.bias is not None:
                        child.bias.zero_()
    return copy


def thin(network, factor):
    """Every convolution with a `factor`-th of its channels, for speed; which cells are seen does not change."""
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Conv2d):
                inputs = max(1, child.in_channels // factor)
                outputs = max(1, child.out_channels // factor)
                groups = max(1, child.groups // factor)
                made = nn.Conv2d(
                    inputs, outputs, child.kernel_size, child.stride, child.padding, groups=groups, bias=False
                )
                setattr(module, name, made)
    return network


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        ("vgg_d", 64),
        ("resnet_18", 64),
        ("resnet_50", 64),
        ("resnet_50_paper", 64),
        ("googlenet", 16),
        ("googlenet_port", 16),
        ("inception_v3", 16),
        ("mobilenet_v1", 32),
    ],
)
@pytest.mark.parametrize("axis", [0, 1])
def test_the_traced_field_is_where_a_real_networks_gradient_is(name, factor, axis):
    network = thin(gallery.build(name, None).features, factor).to_empty(device="cpu")
    field = receptive_trace.trace(network, axis)[-1].field
    network = positive(network)
    long, short = field.size + 8 * 32, 107
    shape = (long, short) if axis == 0 else (short, long)
    channels = next(m for m in network.modules() if isinstance(m, nn.Conv2d)).in_channels
    image = torch.zeros(1, channels, *shape, dtype=torch.float64, requires_grad=True)
    made = network(image)
    cells = made.shape[2 + axis]
    cell = next(i for i in range(cells) if field.of(i)[0] >= 0)
    row, column = (cell, made.shape[3] // 2) if axis == 0 else (made.shape[2] // 2, cell)
    made[0, :, row, column].sum().backward()
    seen = image.grad[0].sum(dim=(0, 2 - axis)).nonzero().flatten()
    assert (int(seen[0]), int(seen[-1])) == field.of(cell)


def test_an_unknown_operation_is_refused_in_words():
    with pytest.raises(ValueError, match="MultiheadAttention"):
        receptive_trace.trace(nn.Sequential(nn.Conv2d(3, 4, 3), nn.MultiheadAttention(4, 1)))

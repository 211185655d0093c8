"""Transposed convolution and enlarging are torch's; overlaps are what the prints of ones add up to."""

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch.nn import functional

from engine.core import transposed, upsampling
from engine.core.arithmetic import transposed_size

WAYS = (transposed.scatter, transposed.conv_transpose2d, transposed.by_inserting_zeros)
pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))
margins = st.tuples(st.integers(0, 4), st.integers(0, 4))


@given(
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    pairs,
    pairs,
    margins,
    margins,
    pairs,
    st.sampled_from([(1, 1, 1), (1, 2, 3), (2, 2, 4), (3, 3, 3), (2, 4, 2)]),
    st.booleans(),
)
@example((1, 1), (2, 2), (3, 1), (0, 1), (2, 0), (1, 1), (1, 1, 1), True)
@example((3, 4), (2, 3), (1, 1), (3, 3), (2, 1), (3, 2), (2, 4, 2), False)
@settings(max_examples=400, deadline=None)
def test_it_is_torchs_for_every_legal_setting_and_refused_where_torch_refuses(
    size, kernel, stride, padding, more, dilation, channels, with_bias
):
    groups, inputs, outputs = channels
    random = np.random.default_rng(0)
    image = random.normal(size=(inputs, *size))
    weight = random.normal(size=(inputs, outputs // groups, *kernel))
    bias = random.normal(size=outputs) if with_bias else None
    numbers = {"stride": stride, "padding": padding, "output_padding": more, "dilation": dilation, "groups": groups}
    module = torch.nn.ConvTranspose2d(inputs, outputs, kernel, bias=with_bias, dtype=torch.float64, **numbers)
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(weight))
        if with_bias:
            module.bias.copy_(torch.from_numpy(bias))
    try:
        theirs = module(torch.from_numpy(image[None]))[0].detach().numpy()
    except (RuntimeError, ValueError):
        for verb in WAYS:
            with pytest.raises(ValueError, match=r"\w+ .*\.$"):
                verb(image, weight, bias, transposed.Printing(**numbers))
        return
    for verb in WAYS:
        np.testing.assert_allclose(verb(image, weight, bias, transposed.Printing(**numbers)), theirs, atol=1e-12)


@given(st.integers(1, 7), st.integers(1, 5), st.integers(1, 4), st.integers(0, 3), st.integers(0, 3), st.integers(1, 3))
@settings(max_examples=200, deadline=None)
def test_overlaps_are_the_prints_of_ones(size, kernel, stride, padding, more, dilation):
    try:
        made = transposed_size(size, kernel, stride, padding, more, dilation)
    except ValueError:
        return
    counts = transposed.prints(size, kernel, stride, padding, more, dilation)
    how = transposed.Printing((stride, 1), (padding, 0), (more, 0), (dilation, 1))
    sums = transposed.scatter(np.ones((1, size, 1)), np.ones((1, 1, kernel, 1)), None, how)
    assert counts.shape == (made,)
    np.testing.assert_array_equal(counts, sums[0, :, 0])


@pytest.mark.parametrize("kernel", range(1, 9))
@pytest.mark.parametrize("stride", range(1, 6))
def test_prints_lie_evenly_where_the_stride_divides_the_kernel(kernel, stride):
    counts = transposed.phases(kernel, stride)
    assert (counts.min() == counts.max()) == (kernel % stride == 0)
    assert counts.sum() == kernel
    middle = transposed.prints(30, kernel, stride)[10 * stride : 11 * stride]
    np.testing.assert_array_equal(middle, counts)


@pytest.mark.parametrize("mode", upsampling.MODES)
@pytest.mark.parametrize("factor", [1, 2, 3, 4, 5])
def test_enlarging_is_torchs(mode, factor):
    maps = np.random.default_rng(1).normal(size=(2, 5, 7))
    align = None if mode == "nearest" else False
    theirs = functional.interpolate(torch.from_numpy(maps[None]), scale_factor=factor, mode=mode, align_corners=align)
    np.testing.assert_allclose(upsampling.enlarge(maps, factor, mode), theirs[0].numpy(), atol=1e-12)


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_a_transposed_convolution_with_the_bilinear_kernel_interpolates_away_from_the_border(factor):
    image = np.random.default_rng(2).normal(size=(1, 6, 6))
    kernel = upsampling.bilinear_kernel(factor)
    padding = (len(kernel) - factor) // 2
    how = transposed.Printing((factor,) * 2, (padding,) * 2)
    made = transposed.conv_transpose2d(image, kernel[None, None], None, how)
    wanted = upsampling.enlarge(image, factor, "bilinear")
    assert made.shape == wanted.shape
    inside = np.s_[:, factor:-factor, factor:-factor]
    np.testing.assert_allclose(made[inside], wanted[inside], atol=1e-12)

"""Pooling against torch: every legal setting gives the same, and what torch refuses is refused."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from engine.core import pooling
from engine.core.pooling import Window

SIDES = st.tuples(st.integers(1, 9), st.integers(1, 9))
KERNELS = st.tuples(st.integers(1, 5), st.integers(1, 5))
STRIDES = st.tuples(st.integers(1, 4), st.integers(1, 4))
PADDINGS = st.tuples(st.integers(0, 3), st.integers(0, 3))
DILATIONS = st.tuples(st.integers(1, 3), st.integers(1, 3))
SEEDS = st.integers(0, 1000)


def image_of(size, seed: int) -> np.ndarray:
    """Small whole numbers, so that ties are common."""
    return np.random.default_rng(seed).integers(0, 4, (2, *size)).astype(float)


def outcome(make):
    """What a call gives, or None if it refuses."""
    try:
        return make()
    except (ValueError, RuntimeError):
        return None


@settings(max_examples=400, deadline=None)
@given(SIDES, KERNELS, STRIDES, PADDINGS, DILATIONS, st.booleans(), SEEDS)
def test_max_pooling_is_torchs_with_its_switches_and_its_gradient(size, kernel, stride, padding, dilation, up, seed):
    image = image_of(size, seed)
    given_image = torch.tensor(image[None], requires_grad=True)
    theirs = outcome(
        lambda: functional.max_pool2d(given_image, kernel, stride, padding, dilation, up, return_indices=True)
    )
    window = outcome(lambda: Window(size, kernel, stride, padding, dilation, up))
    assert (theirs is None) == (window is None)
    if window is None:
        return
    pooled, switches = pooling.max_pool(image, window)
    assert np.array_equal(pooled, theirs[0][0].detach().numpy())
    for fast, slow in zip((pooled, switches), pooling.max_pool_readable(image, window), strict=True):
        assert np.array_equal(fast, slow)
    if not np.isfinite(pooled).all():  # windows on padding alone: torch's switches point nowhere
        return
    assert np.array_equal(switches, theirs[1][0].numpy())
    upstream = np.random.default_rng(seed).normal(size=pooled.shape)
    theirs[0].backward(torch.tensor(upstream[None]))
    assert np.allclose(pooling.max_pool_backward(upstream, switches, size), given_image.grad[0].numpy())


@settings(max_examples=300, deadline=None)
@given(SIDES, KERNELS, STRIDES, PADDINGS, st.booleans(), st.booleans(), SEEDS)
def test_mean_pooling_is_torchs_with_its_gradient(size, kernel, stride, padding, up, count, seed):
    image = image_of(size, seed)
    given_image = torch.tensor(image[None], requires_grad=True)
    theirs = outcome(lambda: functional.avg_pool2d(given_image, kernel, stride, padding, up, count))
    window = outcome(lambda: Window(size, kernel, stride, padding, ceil_mode=up))
    assert (theirs is None) == (window is None)
    if window is None:
        return
    pooled = pooling.mean_pool(image, window, count)
    assert np.allclose(pooled, theirs[0].detach().numpy())
    upstream = np.random.default_rng(seed).normal(size=pooled.shape)
    theirs.backward(torch.tensor(upstream[None]))
    assert np.allclose(pooling.mean_pool_backward(upstream, window, count), given_image.grad[0].numpy())


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), SEEDS)
def test_unpooling_is_torchs_and_pooling_again_gives_the_same_maxima(kernel, rows, columns, seed):
    size = (rows * kernel, columns * kernel)
    window = Window(size, (kernel, kernel), (kernel, kernel))
    image = image_of(size, seed)
    pooled, switches = pooling.max_pool(image, window)
    restored = pooling.unpool(pooled, switches, size)
    theirs = functional.max_unpool2d(torch.tensor(pooled[None]), torch.tensor(switches[None]), kernel, output_size=size)
    assert np.array_equal(restored, theirs[0].numpy())
    assert np.array_equal(pooling.max_pool(restored, window)[0], pooled)


@pytest.mark.parametrize("size", [(4, 4), (7, 5), (9, 2)])
def test_nearest_is_torchs(size):
    pooled = image_of((3, 2), 1)
    theirs = functional.interpolate(torch.tensor(pooled[None]), size=size, mode="nearest")
    assert np.array_equal(pooling.nearest(pooled, size), theirs[0].numpy())


@pytest.mark.parametrize(("taps", "weights"), [(2, [1, 1]), (3, [1, 2, 1]), (5, [1, 4, 6, 4, 1])])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_blur_pool_is_a_binomial_filter_read_at_every_stride(taps, weights, stride):
    image = image_of((9, 8), 3)
    row = torch.tensor(weights, dtype=torch.float64) / sum(weights)
    kernel = torch.outer(row, row).expand(2, 1, taps, taps)
    reach = (taps - 1) // 2
    around = (reach, taps - 1 - reach) * 2
    padded = functional.pad(torch.tensor(image[None]), around, mode="reflect")
    theirs = functional.conv2d(padded, kernel, stride=stride, groups=2)
    assert np.allclose(pooling.blur_pool(image, taps, stride), theirs[0].numpy())


def test_the_first_of_equals_wins():
    window = Window((2, 2), (2, 2), (2, 2))
    _, switches = pooling.max_pool(np.array([[[8.0, 8], [3, 8]]]), window)
    assert switches.tolist() == [[[0]]]


def test_what_torch_refuses_has_its_sentence():
    with pytest.raises(ValueError, match="at most half"):
        Window((4, 4), (2, 2), (2, 2), (2, 2))
    with pytest.raises(ValueError, match="does not fit"):
        Window((2, 2), (3, 3), (1, 1))
    with pytest.raises(ValueError, match="no dilation"):
        pooling.mean_pool(np.ones((1, 5, 5)), Window((5, 5), (2, 2), (2, 2), dilation=(2, 2)))


def test_nothing_that_is_given_changes():
    image = image_of((5, 5), 2)
    before = image.copy()
    window = Window((5, 5), (3, 3), (2, 2), (1, 1))
    pooled, switches = pooling.max_pool(image, window)
    pooling.mean_pool(image, window)
    pooling.unpool(pooled, switches, (5, 5))
    pooling.blur_pool(image, 3, 2)
    assert np.array_equal(image, before)

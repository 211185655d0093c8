"""Filtering: three ways that agree with each other and with scipy and torch, at every border."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from engine.core import filtering, kernels

SCIPY = {"zeros": "constant", "replicate": "nearest", "reflect": "mirror", "circular": "wrap"}
SIZES = st.integers(0, 7).map(lambda half: 2 * half + 1)


def picture(seed: int, channels: int = 3, height: int = 24, width: int = 31) -> np.ndarray:
    return np.random.default_rng(seed).random((channels, height, width), dtype=np.float32)


def expected(image: np.ndarray, kernel: np.ndarray, border: str) -> np.ndarray:
    return np.stack([ndimage.correlate(plane, kernel, mode=SCIPY[border]) for plane in image.astype(np.float64)])


@given(SIZES, st.sampled_from(sorted(filtering.BORDERS)), st.sampled_from([1, 3]), st.booleans(), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_every_way_agrees_with_scipy_in_float64(size, border, channels, rank_one, seed):
    rng = np.random.default_rng(seed)
    kernel = rng.uniform(-1, 1, (size, size)) if not rank_one else np.outer(*rng.uniform(-1, 1, (2, size)))
    image = picture(seed, channels)
    theirs = expected(image, kernel, border)
    ways = [name for name in filtering.METHODS if name != "separable" or kernels.rank(kernel) == 1]
    for name in [*ways]:
        ours = filtering.METHODS[name](image, kernel, border)
        assert ours.dtype == np.float32
        assert ours.shape == image.shape
        assert np.abs(ours - theirs).max() < 1e-4, name
    assert np.abs(filtering.correlate(image, kernel, border) - theirs).max() < 1e-4


@pytest.mark.parametrize("border", sorted(filtering.BORDERS))
@pytest.mark.parametrize("size", [1, 3, 15])
def test_it_is_what_a_convolution_layer_does(border, size):
    image, kernel = picture(1), np.random.default_rng(2).uniform(-1, 1, (size, size))
    mode = "constant" if border == "zeros" else border
    padded = F.pad(torch.from_numpy(image)[None].double(), [size // 2] * 4, mode=mode)
    theirs = F.conv2d(padded, torch.from_numpy(kernel).expand(3, 1, -1, -1), groups=3)[0].numpy()
    assert np.abs(filtering.correlate(image, kernel, border) - theirs).max() < 1e-4


@pytest.mark.parametrize("size", [3, 7, 15])
def test_the_ways_agree_on_a_large_picture(size):
    image, kernel = picture(3, 3, 512, 512), kernels.kernel("gaussian", size)
    direct = filtering.direct(image, kernel)
    assert np.abs(filtering.separable(image, kernel) - direct).max() < 1e-4
    assert np.abs(filtering.fourier(image, kernel) - direct).max() < 1e-4


@given(st.integers(0, 99), st.floats(-2, 2), SIZES)
@settings(max_examples=25, deadline=None)
def test_filtering_is_linear(seed, factor, size):
    one, two, kernel = picture(seed), picture(seed + 1), np.random.default_rng(seed).uniform(-1, 1, (size, size))
    both = filtering.correlate(one + np.float32(factor) * two, kernel)
    apart = filtering.correlate(one, kernel) + np.float32(factor) * filtering.correlate(two, kernel)
    assert np.allclose(both, apart, atol=2e-4)


@given(st.integers(-9, 9), st.integers(-9, 9), SIZES)
@settings(max_examples=25, deadline=None)
def test_shifting_the_picture_shifts_the_output(down, right, size):
    image, kernel = picture(7), np.random.default_rng(5).uniform(-1, 1, (size, size))
    shifted = filtering.correlate(np.roll(image, (down, right), (1, 2)), kernel, "circular")
    assert np.allclose(
        shifted, np.roll(filtering.correlate(image, kernel, "circular"), (down, right), (1, 2)), atol=1e-4
    )


def test_the_kernel_is_not_flipped():
    ramp = np.broadcast_to(np.arange(9, dtype=np.float32), (1, 9, 9)).copy()
    assert filtering.correlate(ramp, kernels.kernel("sobel_x"))[0, 4, 4] == 8


def test_each_border_gives_another_rim_and_the_same_middle():
    image, kernel = picture(4), kernels.kernel("gaussian", 9)
    outputs = [filtering.correlate(image, kernel, border) for border in filtering.BORDERS]
    for i, one in enumerate(outputs):
        for two in outputs[:i]:
            assert not np.array_equal(one[:, 0], two[:, 0])
            assert np.allclose(one[:, 4:-4, 4:-4], two[:, 4:-4, 4:-4], atol=1e-6)


def test_small_kernels_go_directly_rank_one_in_two_passes_and_large_ones_by_fourier():
    def way(name: str, size: int) -> str:
        return filtering.plan(kernels.kernel(name, size, 30, 4)).method

    assert [way("gabor", size) for size in (3, 5, 7, 15)] == ["direct", "direct", "fourier", "fourier"]
    assert [way("gaussian", size) for size in (1, 3, 13, 15)] == ["direct", "separable", "separable", "fourier"]


@pytest.mark.parametrize("name", sorted(kernels.KERNELS))
def test_the_plan_names_the_cheapest_way_and_says_why(name):
    plan = filtering.plan(kernels.kernel(name, 11))
    costs = dict(plan.costs)
    assert costs[plan.method] == min(costs.values())
    assert plan.reason.endswith(".")


def test_times_are_measured_once_for_each_way_that_applies():
    times = filtering.milliseconds(1, 32, 32, 5, 1)
    assert [name for name, _ in times] == ["direct", "separable", "fourier"]
    assert all(spent > 0 for _, spent in times)
    assert filtering.milliseconds(1, 32, 32, 5, 1) is times
    assert [name for name, _ in filtering.milliseconds(1, 32, 32, 5, 2)] == ["direct", "fourier"]


def test_two_passes_are_refused_for_a_kernel_of_higher_rank():
    with pytest.raises(ValueError, match="rank 2; two passes need rank 1"):
        filtering.separable(picture(0), kernels.kernel("laplacian_4"))


def test_a_picture_too_small_to_be_reflected_is_refused():
    with pytest.raises(ValueError, match="cannot be continued"):
        filtering.correlate(picture(0, 1, 6, 6), kernels.kernel("box", 15), "reflect")


def test_the_picture_and_the_kernel_stay_as_they_were():
    image, kernel = picture(6), kernels.kernel("gaussian", 9)
    before = image.tobytes(), kernel.tobytes()
    for way in filtering.METHODS.values():
        first, second = way(image, kernel, "reflect"), way(image, kernel, "reflect")
        assert first.tobytes() == second.tobytes()
    assert before == (image.tobytes(), kernel.tobytes())

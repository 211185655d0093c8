"""Kernels: the field's own numbers, rank and factors, composition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, signal

from engine.core import filter_chain, kernels

NAMED = sorted(set(kernels.KERNELS) - {"own"})
ODD = st.integers(0, 7).map(lambda half: 2 * half + 1)


def test_sobel_is_the_outer_product_of_smoothing_and_difference():
    assert np.array_equal(kernels.kernel("sobel_x"), np.outer([1, 2, 1], [-1, 0, 1]))
    column, row = kernels.factors(kernels.kernel("sobel_x"))
    assert (column.tolist(), row.tolist()) == ([1, 2, 1], [-1, 0, 1])


def test_a_five_wide_sobel_is_the_usual_one():
    assert np.array_equal(kernels.kernel("sobel_x", 5), np.outer([1, 4, 6, 4, 1], [-1, -2, 0, 2, 1]))


def test_kernels_of_three_agree_with_scipy():
    impulse = np.zeros((5, 5))
    impulse[2, 2] = 1
    for name, theirs in (("sobel_x", ndimage.sobel), ("prewitt_x", ndimage.prewitt)):
        # The response to an impulse is the kernel turned by 180 degrees.
        assert np.allclose(theirs(impulse, axis=1, mode="constant")[1:4, 1:4][::-1, ::-1], kernels.kernel(name))
    laplace = ndimage.laplace(impulse, mode="constant")[1:4, 1:4]
    assert np.array_equal(laplace, kernels.kernel("laplacian_4"))


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("size", [1, 3, 9, 15])
def test_each_kernel_is_square_odd_and_fresh(name, size):
    first = kernels.kernel(name, size, 30, 5)
    assert first.shape[0] == first.shape[1] == kernels.KERNELS[name].nearest_size(size)
    first[:] = 99
    assert not np.array_equal(kernels.kernel(name, size, 30, 5), first)


@pytest.mark.parametrize("name", ["identity", "box", "gaussian", "sharpen", "unsharp", "emboss"])
@pytest.mark.parametrize("size", [3, 7, 15])
def test_kernels_that_keep_brightness_sum_to_one(name, size):
    assert kernels.kernel(name, size).sum() == pytest.approx(1)


@pytest.mark.parametrize("name", ["sobel_x", "sobel_y", "prewitt_x", "laplacian_4", "laplacian_8", "log", "gabor"])
@pytest.mark.parametrize("size", [3, 7, 15])
def test_kernels_that_find_changes_sum_to_zero(name, size):
    assert kernels.kernel(name, size).sum() == pytest.approx(0, abs=1e-12)


def test_the_y_kernels_are_the_x_kernels_transposed():
    for name in ("sobel", "prewitt"):
        assert np.array_equal(kernels.kernel(f"{name}_y", 7), kernels.kernel(f"{name}_x", 7).T)


def test_a_gabor_kernel_turns_by_ninety_degrees_with_its_orientation():
    upright = kernels.kernel("gabor", 15, 0, 5)
    assert np.allclose(kernels.kernel("gabor", 15, 90, 5), upright.T)
    assert (upright[7] < 0).any()
    assert (upright[:, 7] > 0).all()


def test_a_gabor_kernel_repeats_after_its_wavelength():
    middle = kernels.kernel("gabor", 15, 0, 5)[7]
    assert middle[7] > 0
    assert middle[7 + 5] > middle[7 + 4]
    assert middle[7 + 5] > middle[7 + 6]


@given(st.sampled_from(NAMED), ODD, st.floats(0, 180), st.floats(2, 12))
@settings(max_examples=60, deadline=None)
def test_the_factors_make_the_kernel_again(name, size, orientation, wavelength):
    kernel = kernels.kernel(name, size, orientation, wavelength)
    parts = kernels.factors(kernel)
    assert (parts is not None) == (np.linalg.matrix_rank(kernel, tol=1e-7 * np.abs(kernel).sum()) == 1)
    if parts is not None:
        assert np.allclose(np.outer(*parts), kernel, atol=1e-9)


def test_the_ranks_of_the_textbook():
    assert [kernels.rank(kernels.kernel(name)) for name in ("box", "gaussian", "sobel_y", "laplacian_4", "emboss")] == [
        1,
        1,
        1,
        2,
        3,
    ]
    assert kernels.rank(kernels.kernel("own")) == 0
    assert kernels.factors(kernels.kernel("own")) is None


@given(st.lists(ODD, min_size=1, max_size=4), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_composing_is_full_convolution(sizes, seed):
    rng = np.random.default_rng(seed)
    chain = tuple(rng.standard_normal((size, size)) for size in sizes)
    expected = chain[0]
    for part in chain[1:]:
        expected = signal.convolve2d(expected, part)
    whole = filter_chain.compose(chain)
    assert whole.shape == (sum(sizes) - len(sizes) + 1,) * 2
    assert np.allclose(whole, expected)


@pytest.mark.parametrize(("size", "sentence"), [(4, "odd size"), (0, "odd size"), (17, "between 1 and 15")])
def test_a_size_without_a_middle_is_refused(size, sentence):
    with pytest.raises(ValueError, match=sentence):
        kernels.kernel("box", size)


def test_an_unknown_kernel_is_refused_by_name():
    with pytest.raises(ValueError, match="no kernel called blurr"):
        kernels.kernel("blurr")

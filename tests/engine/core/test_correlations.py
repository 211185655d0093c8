"""Correlations of pixel pairs and the autocorrelation, against numpy and direct sums."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from engine.core import correlations, images

PHOTO = images.load("photo:cat", (40, 56), channels=1).pixels[0].astype(float)


@given(st.integers(0, 39), st.integers(0, 55))
@settings(max_examples=30, deadline=None)
def test_the_correlation_of_pairs_is_numpys(down, across):
    first, second = PHOTO[: 40 - down, : 56 - across], PHOTO[down:, across:]
    if first.size > 1:
        expected = np.corrcoef(first.ravel(), second.ravel())[0, 1]
        assert correlations.correlation(PHOTO, down, across) == pytest.approx(expected, abs=1e-12)


def test_pairs_of_a_slope_correlate_fully_and_of_stripes_inversely():
    slope = np.tile(np.arange(16.0), (4, 1))
    stripes = np.tile([0.0, 1.0], (4, 8))
    assert correlations.correlation(slope, 0, 3) == pytest.approx(1)
    assert correlations.correlation(stripes, 0, 1) == pytest.approx(-1)
    assert correlations.correlation(stripes, 0, 2) == pytest.approx(1)
    assert correlations.correlation(stripes, 1, 0) == pytest.approx(1)


def test_where_nothing_varies_there_is_no_correlation():
    half = np.zeros((8, 8))
    half[:, 4:] = 1
    assert np.isnan(correlations.correlation(half, 0, 5))


def test_the_curve_is_the_correlation_at_each_distance_in_its_direction():
    steps = np.array([1, 3, 9])
    for direction, (down, across) in {"across": (0, 1), "down": (1, 0), "diagonal": (1, 1)}.items():
        expected = [correlations.correlation(PHOTO, down * step, across * step) for step in (1, 3, 9)]
        assert correlations.decay(PHOTO, direction, steps).tolist() == expected


@given(st.integers(0, 10), st.integers(0, 10))
@settings(max_examples=20, deadline=None)
def test_the_joint_histogram_is_numpys_turned_up(down, across):
    counts = correlations.joint_histogram(PHOTO, down, across, (0.0, 1.0), 16)
    first, second = PHOTO[: 40 - down, : 56 - across], PHOTO[down:, across:]
    expected, _, _ = np.histogram2d(second.ravel(), first.ravel(), bins=16, range=((0, 1), (0, 1)))
    assert np.array_equal(counts[::-1], expected)
    assert counts.sum() == (40 - down) * (56 - across)


def test_the_autocorrelation_is_the_direct_sum_over_the_pairs_that_there_are():
    reach = 12
    found = correlations.autocorrelation(PHOTO, reach)
    centred = PHOTO - PHOTO.mean()
    for down in range(-reach, reach + 1):
        for across in range(reach + 1):
            here = centred[max(0, -down) : 40 - max(0, down), : 56 - across]
            there = centred[max(0, down) : 40 - max(0, -down), across:]
            expected = np.mean(here * there) / PHOTO.var()
            assert found[reach + down, reach + across] == pytest.approx(expected, abs=1e-10)
            assert found[reach - down, reach - across] == pytest.approx(expected, abs=1e-10)
    assert found[reach, reach] == pytest.approx(1)


def test_the_autocorrelation_is_scipys_divided_by_the_number_of_pairs():
    centred = PHOTO - PHOTO.mean()
    full = signal.correlate(centred, centred, mode="full")
    counts = signal.correlate(np.ones_like(PHOTO), np.ones_like(PHOTO), mode="full")
    expected = (full / np.rint(counts) / PHOTO.var())[39 - 20 : 39 + 21, 55 - 20 : 55 + 21]
    assert np.allclose(correlations.autocorrelation(PHOTO, 20), expected)


def test_the_half_distance_lies_between_pixels():
    assert correlations.half_distance(np.array([1, 0.8, 0.6, 0.4])) == pytest.approx(2.5)
    assert correlations.half_distance(np.array([1.0, 0.0])) == pytest.approx(0.5)
    assert np.isnan(correlations.half_distance(np.array([1, 0.9, 0.8])))


def test_what_cannot_be_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="no pairs 0 rows and 56 columns apart"):
        correlations.correlation(PHOTO, 0, 56)
    with pytest.raises(ValueError, match="still lie on itself"):
        correlations.autocorrelation(PHOTO, 40)
    with pytest.raises(ValueError, match="the same value"):
        correlations.autocorrelation(np.ones((8, 8)), 2)

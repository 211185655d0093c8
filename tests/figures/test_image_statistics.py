"""The pictures and curves of the statistics lab, read back from the panels and figures."""

import numpy as np
import pytest

from engine.convolution import image_statistics as lab
from engine.figures import image_statistics as figures
from engine.figures import statistics_curves as curves

BASE = lab.Settings(size=64, patch=6, components=9)


def test_a_mosaic_keeps_each_tile_on_its_own_scale_with_empty_lines_between():
    rows = np.array([[1.0, 0, 0, -2], [0, 4, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 8]])
    drawn = figures.mosaic(rows)
    assert drawn.shape == (5, 8)
    assert drawn[:2, :2].tolist() == [[0.5, 0], [0, -1]]
    assert drawn[:2, 3:5].tolist() == [[0, 1], [0, 0]]
    assert drawn[3:, :2].tolist() == [[1, 1], [1, 1]]
    assert np.isnan(drawn[2]).all()
    assert np.isnan(drawn[:, 2]).all()


@pytest.mark.parametrize("view", lab.VIEW_TITLES)
def test_the_first_panel_is_the_picture_and_every_row_is_full(view):
    result = lab.measure(BASE.but(view=view))
    panels = figures.panels(result)
    assert len(panels) % figures.SIZES[view][1] == 0
    assert panels[0].linked
    assert np.array_equal(panels[0].values, result.values)
    assert all(np.isfinite(panel.values).any() for panel in panels)


def test_the_pairs_on_the_photo_lie_in_it_at_the_displacement():
    for direction, step in (("across", (0, 9)), ("down", (9, 0)), ("diagonal", (9, 9))):
        marks = figures.pair_marks(lab.measure(BASE.but(displacement=9, direction=direction)))
        assert np.all(marks.places[:, 2:] - marks.places[:, :2] == step)
        assert marks.places.min() >= 0.5
        assert marks.places.max() <= 63.5


def test_the_boxes_on_the_photo_are_the_patches_that_are_shown():
    result = lab.measure(BASE.but(view="patches"))
    samples = result.found[0].samples[0]
    for (top, left, bottom, right), sample in zip(figures.patch_marks(result).places.astype(int), samples, strict=True):
        assert np.allclose(result.values[top:bottom, left:right].ravel(), sample)


def test_the_line_of_the_spectrum_runs_where_it_was_fitted():
    result = lab.measure(BASE.but(view="spectrum"))
    points, line = curves.curves(result).data[:2]
    slope = result.found.slopes[0]
    assert (line.x[0], line.x[-1]) == pytest.approx((slope.low, slope.high))
    assert np.polyfit(np.log(line.x), np.log(line.y), 1)[0] == pytest.approx(-slope.exponent, rel=1e-4)
    assert len(points.x) == 32


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({}, ["across", "down", "Pixels shuffled"]),
        ({"view": "autocorrelation", "block": 4}, ["across", "down", "4×4 blocks shuffled"]),
        ({"view": "patches", "method": "pca", "copy": "phases"}, ["Cat", "Phases scrambled"]),
        ({"view": "patches"}, ["Cat", "Pixels shuffled", "Gaussian"]),
    ],
)
def test_each_curve_is_named(values, names):
    result = lab.measure(BASE.but(**values))
    assert [trace.name for trace in curves.curves(result).data] == names
    assert curves.curve_words(result)


def test_the_histogram_of_a_shuffled_picture_is_the_same_and_of_scrambled_phases_is_not():
    for copy, same in (("shuffle", True), ("phases", False)):
        result = lab.measure(BASE.but(copy=copy))
        own, other = curves.histogram(result).data
        assert np.array_equal(own.y, other.y) == same
        assert ("the same to the last pixel" in curves.histogram_words(result)) == same
        assert np.sum(own.y) == pytest.approx(100, rel=1e-5)

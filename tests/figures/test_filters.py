"""The panels of the filters lab: what they hold, and that the marks lie where the numbers say."""

import numpy as np
import pytest

from engine.convolution import image_filters as lab
from engine.convolution import image_filters_lesson as lesson
from engine.core import images
from engine.figures import directions, filters

SMALL = lab.Settings(image="photo:cat", size=64, first_size=3)


def drawn(**values):
    return filters.panels(lab.apply(SMALL.but(**values)))


@pytest.mark.parametrize("preset", lesson.PRESETS, ids=lambda preset: preset.name)
def test_each_preset_shows_its_picture_first_and_names_every_panel(preset):
    result = lab.apply(preset.settings)
    shown = filters.panels(result)
    assert shown[0].values is result.picture
    assert len({panel.title for panel in shown}) == len(shown)


def test_a_sum_of_zero_is_shown_with_signs_about_zero():
    picture, output = drawn(first="sobel_x")
    assert (picture.kind, output.kind) == ("rgb", "signed")
    assert output.limits[0] == -output.limits[1]
    assert np.allclose(output.values, images.grey(lab.apply(SMALL.but(first="sobel_x")).output)[0])


@pytest.mark.parametrize(("display", "kind"), [("picture", "rgb"), ("signed", "signed"), ("magnitude", "magnitude")])
def test_the_chosen_display_decides_the_scale(display, kind):
    output = drawn(first="sharpen", display=display)[1]
    assert output.kind == kind
    assert (output.values.min() >= 0) == (kind == "magnitude")


def test_the_window_of_an_output_pixel_is_as_wide_as_the_whole_chain_sees():
    _picture, output, step = drawn(first="box", first_size=5, second="sharpen")
    assert (output.window.height, output.window.width, output.window.offset) == (7, 7, (-3, -3))
    assert step.title == "After Box blur"


def test_maps_are_reduced_by_whole_blocks():
    values = np.arange(64.0).reshape(8, 8)
    assert filters.reduced(values, 8) is not None
    assert np.array_equal(filters.reduced(values, 8), values)
    assert np.array_equal(filters.reduced(values, 4)[0, :2], [values[:2, :2].mean(), values[:2, 2:4].mean()])


def test_rings_lie_on_the_middle_of_the_strongest_corners():
    result = lab.apply(SMALL.but(view="harris", first="identity"))
    (marks,) = filters.panels(result)[0].marks
    assert np.array_equal(marks.places, result.feature.corners[:300] + 0.5)


def test_strokes_run_along_the_edge_across_the_gradient():
    cells = np.zeros((2, 3, 9))
    cells[1, 2, 4] = 1  # a gradient of 90°: a lying edge
    cells[0, 0, 0] = 0.5
    marks = filters.strokes(cells)
    top, left, bottom, right = marks.places[marks.weight.argmax()]
    assert (top, bottom) == pytest.approx((1.5, 1.5))
    assert (left, right) == pytest.approx((2.96, 2.04)) or (left, right) == pytest.approx((2.04, 2.96))
    assert sorted(marks.weight) == pytest.approx([0.5, 1], abs=0.1)


def test_a_cell_is_linked_to_its_eight_pixels():
    shown = {panel.title: panel for panel in drawn(view="hog", first="identity")}
    cells = shown["Histograms of the cells"]
    assert cells.values.shape == (8, 8)
    assert (cells.link.scale, cells.window.height, cells.window.step) == ((8, 8), 8, (8, 8))
    assert shown["Blocks"].values.shape == (7, 7)
    assert shown["Blocks"].window.height == 16


def test_the_bank_shows_every_kernel_apart():
    result = lab.apply(SMALL.but(view="gabor", orientations=4, scales=2))
    shown = filters.panels(result)
    energies = [panel for panel in shown if panel.title.endswith("px")]
    assert len(energies) == 8
    bank = filters.bank(result.feature)
    assert np.nanmax(bank) == 1
    assert np.isnan(bank[:, 25]).all()  # λ = 8 needs 25 pixels, then a gap


def test_directions_are_cyclic_equally_light_and_black_without_strength():
    table = directions.cyclic(360).astype(float)
    around = np.abs(np.diff(np.vstack([table, table[:1]]), axis=0)).max()
    assert around <= 6  # no seam anywhere, the ends included
    luma = table @ [0.2126, 0.7152, 0.0722]
    assert np.ptp(luma) < 60
    angle, one = np.array([[0.0, 360.0, 180.0]]), np.ones((1, 3))
    whole, half = directions.colours(angle, one), directions.colours(angle, one, 180)
    assert np.array_equal(whole[0, 0], whole[0, 1])
    assert not np.array_equal(whole[0, 0], whole[0, 2])
    assert np.array_equal(half[0, 0], half[0, 2])
    assert np.array_equal(whole[0, 0], directions.TABLE[0])
    assert np.array_equal(half[0, 1], directions.TABLE[0])
    assert directions.colours(angle, 0 * one).max() == 0


def test_the_wheel_has_right_at_the_right_and_down_below():
    wheel = directions.wheel(65).astype(int)
    assert np.abs(wheel[32, 63, :3] - directions.TABLE[0]).max() < 12
    assert np.abs(wheel[63, 32, :3] - directions.TABLE[directions.HUES // 4]).max() < 12
    assert wheel[0, 0, 3] == 0


def test_a_large_picture_has_no_more_strokes_than_travel_well():
    marks = filters.strokes(np.random.default_rng(0).random((64, 64, 9)) + 0.5)
    assert 1000 < len(marks.places) <= filters.MOST_SEGMENTS

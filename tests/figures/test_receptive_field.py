"""The pictures of the receptive-field lab: what they draw is what was followed and measured."""

import numpy as np
import pytest

from engine.convolution import receptive_field as lab
from engine.convolution import receptive_field_effect as effects
from engine.figures import receptive_field as figures
from engine.figures.cone import COLUMNS, cone


def test_the_cone_has_a_row_a_layer_with_its_numbers():
    laid = lab.stack(lab.Settings(chain="c3s2p1 c3"))
    drawn = cone(laid, "words")
    assert [row.title for row in drawn.rows] == ["Input", "Conv 3, s2, p1", "Conv 3"]
    assert dict(zip(COLUMNS, drawn.rows[2].numbers, strict=True)) == {
        "cells": "14",
        "jump": "2",
        "field r": "7",
        "centre": "2",
        "first sees": "−1 … 5",
    }
    assert drawn.rows[1].window == (3, 2, 1, 1, 0)
    assert (drawn.layer, drawn.cell) == (2, 6)


@pytest.mark.parametrize("chain", ["c3 t2s2", "t4s2p1 c3p1", "c3p1 t3s3 p2", "t1s2"])
def test_cells_of_an_enlarged_row_stand_one_jump_apart_and_none_hides_another(chain):
    for row in cone(lab.stack(lab.Settings(chain=chain)), "").rows:
        places = [
            row.centres[cell % len(row.centres)] + cell // len(row.centres) * len(row.centres) * row.jump
            for cell in range(row.cells)
        ]
        np.testing.assert_allclose(np.diff(places), row.jump)


def test_the_field_is_framed_on_the_photo_and_each_pixel_of_the_map_knows_its_window():
    laid = lab.stack(lab.Settings(chain="c3p1 p2", row=0, column=3))
    photo, layer = figures.photo_panels(laid)
    np.testing.assert_array_equal(photo.marks[0].places, [[0, 5, 3, 9]])
    np.testing.assert_array_equal(layer.marks[0].places, [[0, 3, 1, 4]])
    window = layer.window
    assert (window.height, window.step, window.offset) == (4, (2.0, 2.0), (-1, -1))
    for cell in range(laid.cells[-1]):
        low, high = laid.field.of(cell)
        assert window.offset[0] + cell * window.step[0] == low
        assert high - low + 1 == window.height
        middle = layer.link.offset[0] + (cell + 0.5) * layer.link.scale[0]
        assert middle == pytest.approx((low + high + 1) / 2)


def test_ways_to_see_further_end_at_the_lectures_numbers():
    figure = figures.ways_figure(lab.stack(lab.Settings()))
    ends = {trace.name: trace.y[-1] for trace in figure.data}
    assert ends == {
        "3×3": 17,
        "3×3, then pool 2×2": 46,
        "3×3, stride 2": 511,
        "3×3, dilation 1, 2, 4 …": 511,
        "5×5": 33,
        "this chain": 9,
    }


def test_each_kernels_line_ends_where_it_covers_the_image():
    figure = figures.cover_figure(lab.cover(lab.Settings()))
    for trace in figure.data:
        kernel = int(trace.name.split("×")[0])
        assert 300 <= trace.y[1] < 300 + kernel
    assert figure.layout.shapes[0].y0 == 300


def test_every_layer_of_a_network_is_drawn_once():
    grown = lab.grow(lab.Settings(network="googlenet"))
    figure = figures.growth_figure(grown)
    assert sum(len(trace.x) for trace in figure.data[1:]) == len(grown.names)
    assert max(trace.y.max() for trace in figure.data) == 715


def test_the_film_has_a_panel_for_each_kind_of_weights_and_boxes_of_the_theoretical_field():
    found = effects.affect(lab.Settings(chain="c3 c3 c3"))
    film = figures.effect_film(found)
    assert [panel.title for panel in film.panels] == list(lab.WEIGHTS.values())
    np.testing.assert_array_equal(film.panels[0].boxes, [[2, 2, 5, 5], [1, 1, 6, 6], [0, 0, 7, 7]])
    np.testing.assert_allclose(film.panels[0].values[1, 1:6, 1:6], found.measured[0].maps[1], atol=1e-6)
    assert film.curves[0].title == "theoretical field r"


def test_the_law_is_drawn_beside_what_was_measured():
    found = effects.affect(lab.Settings(chain="c3*6", weights="uniform"))
    law, twice, measured = figures.width_figure(found).data
    np.testing.assert_allclose(law.y, np.sqrt(2 * np.arange(1, 7) / 3))
    np.testing.assert_allclose(twice.y, np.sqrt(4 * np.arange(1, 7) / 3))
    np.testing.assert_allclose(measured.y, law.y, atol=1e-6)
    cut, bell = figures.section_figure(found).data
    assert cut.y.sum() == pytest.approx(1)
    np.testing.assert_allclose(cut.y, bell.y, atol=0.01)

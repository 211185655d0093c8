"""Equivariance as pictures: one scale for both orders and their difference, the table says where it holds."""

import numpy as np
import pytest

from engine.convolution import as_matrix as lab
from engine.convolution import as_matrix_shift as shift
from engine.figures import shifts

SOBEL = lab.Settings(kernel="difference", kernel_height=3, kernel_width=3)


def test_the_difference_is_drawn_on_the_scale_of_the_maps():
    moved = shift.move(SOBEL)
    panels = {panel.title: panel for panel in shifts.panels(moved)}
    limits = {panels[name].limits for name in ("Layer, then shift", "Shift, then layer", "Difference")}
    assert limits == {(-moved.reach, moved.reach)}
    drawn = panels["Difference"].values
    np.testing.assert_array_equal(drawn, moved.then_layer - moved.then_shifted)


@pytest.mark.parametrize(
    ("by", "row", "column", "says"),
    [(3, 0, 4, "everywhere"), (3, 0, 1, "inside"), (3, 1, 4, "no"), (2, 1, 4, "everywhere"), (2, 3, 0, "everywhere")],
)
def test_the_table_says_where_it_holds(by, row, column, says):
    cell = shift.verdicts(shift.move(SOBEL.but(shift_x=by))).rows[row][column + 1]
    assert cell.text.startswith(says)
    assert cell.tone == {"everywhere": "good", "inside": "even", "no": "bad"}[says]


def test_the_curve_is_in_percent_of_the_largest_output():
    moved = shift.move(SOBEL.but(step=2, border="circular"))
    anywhere, inside = shifts.curve(moved).data
    np.testing.assert_allclose(inside.y, 100 * moved.curve[:, 0] / moved.reach)
    assert list(np.asarray(anywhere.y) > 1) == [False, True] * 4 + [False]
    assert shift.curve_words(moved).count("0, 2, 4, 6, 8") == 1


def test_the_product_of_the_spectra_is_drawn_with_the_output():
    panels = shifts.spectra(lab.unroll(SOBEL.but(height=8, width=8, view="fourier")))
    assert [panel.values.shape for panel in panels] == [(8, 8)] * 4 + [(6, 6)]

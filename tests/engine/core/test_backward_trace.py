"""Pieces of backward traces: products in every orientation add up, numbers read as numbers."""

import numpy as np
import pytest

from engine.core import backward_trace as pieces
from engine.core.trace import Grid, Trace


@pytest.mark.parametrize("turned", [(False, False), (False, True), (True, False), (True, True)])
def test_a_product_reads_the_cells_of_its_factors_as_they_are_drawn(turned):
    random = np.random.default_rng(3)
    left, right, extra = random.normal(size=(2, 3)), random.normal(size=(3, 4)), random.normal(size=(2, 1))
    made = left @ right + extra
    drawn = (left.T if turned[0] else left, right.T if turned[1] else right)
    sweep = pieces.product("y", ("a", drawn[0].shape), ("b", drawn[1].shape), made, "", turned, "c")
    first, second = sweep.operands
    for step, cell in enumerate(sweep.cells):
        terms = drawn[0].ravel()[first.base[step] + first.offset] * drawn[1].ravel()[second.base[step] + second.offset]
        assert terms.sum() + extra.ravel()[sweep.addend[1][step]] == pytest.approx(made.ravel()[cell])
    grids = (Grid("a", "a", drawn[0]), Grid("b", "b", drawn[1]), Grid("c", "c", extra), Grid("y", "y", made))
    assert len(Trace(grids, (sweep,), (("a", "b", "c", "y"),), "")) == 8


def test_an_update_says_old_less_rate_times_gradient():
    (moment,) = pieces.updates("w", "new", np.array([[0.5]]), np.array([[-0.3]]), 0.2, "d_w")
    assert "".join(span.text for span in moment.spans) == "0.5 − 0.2 · (−0.3) = 0.56"
    assert moment.writes == (("new", 0, pytest.approx(0.56)),)
    assert moment.lit == {"w": (0,), "d_w": (0,)}


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, "0"), (-0.0, "0"), (-1.25, "−1.25"), (123456.0, "1.235·10⁵"), (-3e-9, "−3·10⁻⁹")]
)
def test_numbers_are_said_as_people_write_them(value, words):
    assert pieces.say(value) == words


def test_both_passes_share_a_row_only_where_there_is_room():
    small, large = (
        (Grid("a", "", np.zeros((2, 3))), Grid("b", "", np.zeros((2, 4)))),
        (
            Grid("a", "", np.zeros((2, 9))),
            Grid("b", "", np.zeros((2, 9))),
        ),
    )
    assert pieces.in_rows(("a",), ("b",), small) == (("a", "│", "b"),)
    assert pieces.in_rows(("a",), ("b",), large) == (("a",), ("b",))

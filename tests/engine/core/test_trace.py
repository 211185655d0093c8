"""A trace refuses what the browser could not play."""

from dataclasses import replace

import numpy as np
import pytest

from engine.core.trace import Grid, Moment, Operand, Span, Sweep, Trace


def grid(name: str, shape=(2, 2), **options) -> Grid:
    return Grid(name, name.title(), np.zeros(shape), **options)


def sweep(**changes) -> Sweep:
    parts = {
        "op": "sum",
        "target": "output",
        "cells": np.arange(4),
        "operands": (Operand("input", np.arange(4), np.array([0])),),
        "results": np.zeros(4),
    }
    return Sweep(**(parts | changes))


def trace(*segments, grids=("input", "output")) -> Trace:
    return Trace(tuple(grid(name) for name in grids), segments, (tuple(grids),), "Nothing much.")


@pytest.mark.parametrize(
    ("shape", "panels"), [((3, 5), (1, 1, 3, 5)), ((4, 3, 5), (4, 1, 3, 5)), ((2, 4, 3, 5), (2, 4, 3, 5))]
)
def test_a_grid_is_rows_and_columns_of_panels(shape, panels):
    assert grid("input", shape).values.shape == panels


@pytest.mark.parametrize("shape", [(3,), (1, 1, 1, 1, 1)])
def test_a_grid_has_two_to_four_dimensions(shape):
    with pytest.raises(ValueError, match="needs 2 to 4 dimensions"):
        grid("input", shape)


@pytest.mark.parametrize("shape", [(65, 1), (5, 64, 64)])
def test_a_grid_too_large_to_draw_is_refused(shape):
    with pytest.raises(ValueError, match="up to 64×64"):
        grid("input", shape)


def test_panel_titles_are_one_a_panel():
    with pytest.raises(ValueError, match="has 3 panels"):
        grid("input", (3, 2, 2), panel_titles=("Red", "Green"))
    with pytest.raises(ValueError, match="2 × 3 panels"):
        grid("kernel", (2, 3, 2, 2), panel_rows=("0 →", "1 →"), panel_columns=("→ 0", "→ 1"))


def test_padding_leaves_something_inside():
    with pytest.raises(ValueError, match="padding"):
        grid("input", (2, 2), padding=(1, 0, 2, 0))


def test_unread_cells_have_the_shape_of_a_panel():
    with pytest.raises(ValueError, match="unread"):
        grid("input", (2, 3), unread=np.zeros((3, 2), dtype=bool))


def test_a_trace_counts_sweeps_by_cells_and_moments_by_one():
    moment = Moment((Span("and so on"),), {"input": (0,)}, (("output", 1, 2.0),))
    assert len(trace(sweep(), moment, moment)) == 6


def test_two_grids_of_one_name_are_refused():
    with pytest.raises(ValueError, match="same name"):
        Trace((grid("input"), grid("input")), (), (("input",),), "")


def test_a_grid_that_the_layout_forgets_is_refused():
    with pytest.raises(ValueError, match="leaves out output"):
        Trace((grid("input"), grid("output")), (), (("input", "="),), "")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"op": "sum_products"}, "takes 2 operand"),
        ({"operands": (Operand("input", np.arange(3), np.array([0])),)}, "3 bases for 4 steps"),
        ({"operands": (Operand("input", np.arange(4), np.array([0, 1])),)}, "outside grid input"),
        ({"operands": (Operand("input", np.arange(4), np.array([-1])),)}, "outside grid input"),
        ({"operands": (Operand("kernel", np.arange(4), np.array([0])),)}, "name a grid kernel"),
        ({"cells": np.array([0, 1, 2, 4])}, "outside grid output"),
        ({"addend": ("input", np.full(4, 4))}, "outside grid input"),
        ({"results": np.zeros(3)}, "3 results for 4 steps"),
        ({"groups": np.array([0, 0])}, "2 groups for 1 term"),
        ({"groups": np.array([0]), "partials": np.zeros((4, 2))}, "partials"),
        ({"skipped": np.zeros((4, 2), dtype=bool)}, "skipped"),
    ],
)
def test_a_sweep_that_points_elsewhere_is_refused(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        trace(sweep(**changes))


def test_a_skipped_term_may_point_outside():
    operand = Operand("input", np.arange(4), np.array([0, 1]))
    skipped = np.array([[False, False]] * 3 + [[False, True]])
    assert len(trace(sweep(operands=(operand,), skipped=skipped))) == 4
    with pytest.raises(ValueError, match="outside grid input"):
        trace(sweep(operands=(operand,), skipped=~skipped))


@pytest.mark.parametrize(
    "moment",
    [
        Moment((Span("x"),), {"kernel": (0,)}),
        Moment((Span("x"),), {"input": (4,)}),
        Moment((Span("x"),), writes=(("output", -1, 0.0),)),
        Moment((Span("x", "kernel"),)),
    ],
)
def test_a_moment_that_points_elsewhere_is_refused(moment):
    with pytest.raises(ValueError, match="steps"):
        trace(moment)


def test_groups_get_their_sums_unless_they_bring_them():
    input_, kernel = np.arange(6.0).reshape(2, 3), np.array([[1.0, 10.0, 100.0]])
    grids = (Grid("input", "", input_), Grid("kernel", "", kernel), Grid("output", "", np.array([[210.0], [543.0]])))
    operands = (
        Operand("input", np.array([0, 3]), np.arange(3)),
        Operand("kernel", np.array([0, 0]), np.arange(3)),
    )
    made = Sweep("sum_products", "output", np.arange(2), operands, np.array([210.0, 543.0]), groups=np.array([0, 1, 0]))
    row = (("input", "kernel", "output"),)
    assert Trace(grids, (made,), row, "").segments[0].partials.tolist() == [[200.0, 10.0], [503.0, 40.0]]
    skipped = np.array([[False, False, True], [False, False, False]])
    given = Trace(grids, (replace(made, skipped=skipped),), row, "").segments[0].partials
    assert given.tolist() == [[0.0, 10.0], [503.0, 40.0]]
    own = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert Trace(grids, (replace(made, partials=own),), row, "").segments[0].partials is own

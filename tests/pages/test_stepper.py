"""What the stepper sends to the browser, and what it believes of the answer."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import components, stepper
from tests.browser.traces import DEMOS

KIB = 1024


def packed(name: str) -> dict:
    return components.unpack(components.pack(stepper.describe(DEMOS[name]({}))))


def expand(runs) -> np.ndarray:
    """A sequence back from its runs, as the browser does it."""
    if isinstance(runs, np.ndarray):
        return runs
    steps = np.repeat(runs["deltas"].astype(int), runs["counts"].astype(int))
    assert runs["length"] == steps.size + 1
    return np.concatenate([[runs["first"]], runs["first"] + np.cumsum(steps)])


@pytest.mark.parametrize("name", DEMOS)
def test_a_sweep_reaches_the_browser_whole(name):
    trace, sent = DEMOS[name]({}), packed(name)
    for grid, other in zip(trace.grids, sent["grids"], strict=True):
        np.testing.assert_allclose(other["values"], grid.values, rtol=1e-6)
    for sweep, other in zip(trace.segments, sent["segments"], strict=True):
        if "op" not in other:
            continue
        np.testing.assert_array_equal(expand(other["cells"]), sweep.cells)
        for operand, raw in zip(sweep.operands, other["operands"], strict=True):
            np.testing.assert_array_equal(expand(raw["base"]), operand.base)
            np.testing.assert_array_equal(raw["offset"], operand.offset)
        if other["results"] is not None:
            np.testing.assert_allclose(other["results"], sweep.results, rtol=1e-6)


@pytest.mark.parametrize(("name", "most"), [("digit", 60), ("photo", 60), ("largest", 300)])
def test_a_trace_is_small_on_the_wire(name, most):
    assert len(components.pack(stepper.describe(DEMOS[name]({})))) <= most * KIB


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [5],
        [5, 5],
        [0, 1, 2, 3, 4],
        [0, 1, 2, 10, 11, 12, 20, 21, 22],
        [3, 1, 4, 1, 5, 9, 2, 6],
        [7] * 500,
        [9, 8, 7, 6],
    ],
)
def test_runs_give_back_any_sequence(cells):
    np.testing.assert_array_equal(expand(stepper._runs(np.array(cells, dtype=np.int64))), cells)


def test_whole_numbers_stay_exact_and_small():
    assert stepper._small_numbers(np.array([0.0, 255.0])).dtype == np.uint8
    assert stepper._small_numbers(np.array([-1.0, 40000.0])).dtype == np.int32
    assert stepper._small_numbers(np.array([0.1])).dtype == np.float64
    assert np.isnan(stepper._small_numbers(np.array([1.0, np.nan]))[1])


def page() -> None:
    """A page with a stepper whose edits it shows."""
    import streamlit as st

    from pages.shared import stepper
    from tests.browser.traces import DEMOS

    st.session_state.setdefault("log", []).extend(stepper.show(DEMOS["counting"]({}), "walk"))


def answer(app: AppTest, batch: object) -> list[stepper.Edit]:
    app.session_state["walk"] = {"edits": batch}
    before = len(app.session_state["log"])
    app.run()
    assert not app.exception
    return app.session_state["log"][before:]


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page).run()


def test_a_batch_of_edits_arrives_once(app):
    batch = {"serial": 1, "cells": [{"grid": "kernel", "cell": 4, "value": 9}]}
    assert answer(app, batch) == [stepper.Edit("kernel", 4, 9.0)]
    assert answer(app, batch) == []
    assert answer(app, batch | {"serial": 2}) == [stepper.Edit("kernel", 4, 9.0)]


@pytest.mark.parametrize(
    "cell",
    [
        {"grid": "output", "cell": 0, "value": 1},  # not editable
        {"grid": "nowhere", "cell": 0, "value": 1},
        {"grid": ["kernel"], "cell": 0, "value": 1},
        {"grid": "input", "cell": 0, "value": 1},  # padding
        {"grid": "kernel", "cell": 9, "value": 1},
        {"grid": "kernel", "cell": -1, "value": 1},
        {"grid": "kernel", "cell": 1.5, "value": 1},
        {"grid": "kernel", "cell": True, "value": 1},
        {"grid": "kernel", "cell": 0, "value": "1"},
        {"grid": "kernel", "cell": 0, "value": True},
        {"grid": "kernel", "cell": 0, "value": float("nan")},
        {"grid": "kernel", "cell": 0, "value": 1.1e6},
        {"grid": "kernel", "cell": 0},
        "kernel",
        None,
    ],
)
def test_an_edit_that_cannot_be_is_dropped_alone(app, cell):
    good = {"grid": "input", "cell": 7, "value": -2.5}
    assert answer(app, {"serial": 1, "cells": [cell, good]}) == [stepper.Edit("input", 7, -2.5)]


@pytest.mark.parametrize(
    "batch", [None, 3, [], {}, {"serial": "1"}, {"serial": True}, {"serial": 1}, {"serial": 1, "cells": 5}]
)
def test_a_batch_of_another_shape_is_dropped(app, batch):
    assert answer(app, batch) == []

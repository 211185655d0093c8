"""The stepper on a page: shows a trace, and hands back the cells that the reader has edited."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np
import streamlit as st

from engine.core.trace import Grid, Moment, Operand, Span, Sweep, Trace
from pages.shared import components

LARGEST_VALUE = 1e6
MOST_EDITS = 4096
# Above this many cells a grid travels in single precision: seven digits are more than the picture shows.
EXACT_CELLS = 1024


@dataclass(frozen=True)
class Edit:
    """A cell that the reader gave another value.

    Args:
        grid: the grid's name in the trace.
        cell: flat index into its values.
        value: finite, at most a million in magnitude.
    """

    grid: str
    cell: int
    value: float


def show(trace: Trace, key: str, *, name: str = "trace", scale: float = 1.0, share: float = 0.5) -> list[Edit]:
    """Play a trace; returns the edits that came since the last look, each batch once.

    Args:
        trace: what to play.
        key: unique on the page; place, pin and playing survive under it when the trace changes.
        name: what downloaded files are called, without ending.
        scale: of text and controls, larger in a lecture hall.
        share: of the window's height that the grids may take.
    """
    st.session_state[f"{key}:editable"] = {grid.name: _editable(grid) for grid in trace.grids if grid.editable}
    data = describe(trace) | {
        "name": name,
        "scale": float(scale),
        "share": share,
        "serial": st.session_state.get(f"{key}:serial", 0),
    }
    components.mount("stepper", data, key=key, on_edits_change=_nothing)
    return take(key)


def take(key: str) -> list[Edit]:
    """The edits that wait under a key, for a page that wants them before it computes; `show` then returns none.

    What the browser sends is untrusted: only finite numbers for editable cells of the grids last shown get through.
    """
    batch = components.said_parts(key, "edits")
    serial = batch.get("serial")
    if not _whole(serial) or serial <= st.session_state.get(f"{key}:serial", 0):
        return []
    st.session_state[f"{key}:serial"] = serial
    cells = batch.get("cells")
    editable = st.session_state.get(f"{key}:editable", {})
    edits = [_edit(raw, editable) for raw in cells[:MOST_EDITS]] if isinstance(cells, list) else []
    return [edit for edit in edits if edit is not None]


def describe(trace: Trace) -> dict[str, Any]:
    """The trace as plain values and arrays for `components.mount`, as small as they go."""
    return {
        "grids": [_grid(grid) for grid in trace.grids],
        "segments": [_sweep(part, trace) if isinstance(part, Sweep) else _moment(part) for part in trace.segments],
        "layout": trace.layout,
        "summary": trace.summary,
        "digits": trace.digits,
    }


def _nothing() -> None:
    """Streamlit wants a callback for a state that is to be read."""


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _editable(grid: Grid) -> np.ndarray:
    """Which cells may be edited, flat bool: all but the padding."""
    top, right, bottom, left = grid.padding
    height, width = grid.values.shape[2:]
    free = np.zeros(grid.values.shape, dtype=bool)
    free[..., top : height - bottom, left : width - right] = True
    return free.ravel()


def _edit(raw: object, editable: dict[str, np.ndarray]) -> Edit | None:
    if not isinstance(raw, dict):
        return None
    name, cell, value = raw.get("grid"), raw.get("cell"), raw.get("value")
    if not isinstance(name, str) or name not in editable or not _whole(cell):
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not 0 <= cell < editable[name].size or not editable[name][cell]:
        return None
    if not math.isfinite(value) or abs(value) > LARGEST_VALUE:
        return None
    return Edit(name, cell, float(value))


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "name": grid.name,
        "title": grid.title,
        "subtitle": grid.subtitle,
        "values": _small_numbers(grid.values),
        "role": grid.role,
        "scale": grid.scale,
        "limits": grid.limits,
        "panelTitles": grid.panel_titles,
        "panelRows": grid.panel_rows,
        "panelColumns": grid.panel_columns,
        "rowLabels": grid.row_labels,
        "columnLabels": grid.column_labels,
        "padding": grid.padding,
        "unread": None if grid.unread is None else np.asarray(grid.unread, dtype=np.uint8).ravel(),
        "editable": grid.editable,
        "filled": grid.filled_by_steps,
    }


def _sweep(sweep: Sweep, trace: Trace) -> dict[str, Any]:
    target = next(grid for grid in trace.grids if grid.name == sweep.target)
    results = np.asarray(sweep.results, dtype=np.float64)
    # Mostly the results are what stands in the target; then they need not travel twice.
    known = np.array_equal(target.values.ravel()[np.asarray(sweep.cells)], results)
    return {
        "op": sweep.op,
        "target": sweep.target,
        "cells": _runs(sweep.cells),
        "operands": [_operand(operand) for operand in sweep.operands],
        "results": None if known else _small_numbers(results),
        "addend": None if sweep.addend is None else {"grid": sweep.addend[0], "cells": _runs(sweep.addend[1])},
        "groups": None if sweep.groups is None else _small_whole(sweep.groups),
        "groupTitles": sweep.group_titles,
        "partials": None if sweep.partials is None else _small_numbers(sweep.partials),
        "caption": sweep.caption,
        "skipped": None if sweep.skipped is None else np.packbits(sweep.skipped, axis=1).ravel(),
    }


def _operand(operand: Operand) -> dict[str, Any]:
    return {"grid": operand.grid, "base": _runs(operand.base), "offset": _small_whole(operand.offset)}


def _moment(moment: Moment) -> dict[str, Any]:
    return {
        "spans": _spans(moment.spans),
        "lit": [[grid, list(map(int, cells))] for grid, cells in moment.lit.items()],
        "writes": [[grid, int(cell), float(value)] for grid, cell, value in moment.writes],
        "caption": moment.caption,
        "lines": [_spans(line) for line in moment.lines],
    }


def _spans(spans: Iterable[Span]) -> list[dict[str, str]]:
    return [{"text": span.text, "grid": span.grid} for span in spans]


def _runs(cells: np.ndarray) -> dict[str, Any] | np.ndarray:
    """A sequence of whole numbers as runs of equal differences where that is shorter: bases of sweeps mostly are."""
    cells = np.asarray(cells, dtype=np.int64)
    if cells.size < 3:
        return _small_whole(cells)
    steps = np.diff(cells)
    starts = np.flatnonzero(np.diff(steps, prepend=steps[0] - 1))
    if 2 * starts.size >= cells.size:
        return _small_whole(cells)
    counts = np.diff(starts, append=steps.size)
    deltas, counts = _small_whole(steps[starts]), _small_whole(counts)
    return {"first": int(cells[0]), "length": cells.size, "deltas": deltas, "counts": counts}


def _small_whole(values: np.ndarray) -> np.ndarray:
    """The values in the smallest whole-number type that holds them."""
    values = np.asarray(values)
    ends = (int(values.min()), int(values.max())) if values.size else (0, 0)
    for kind in (np.int8, np.uint8, np.int16, np.uint16):
        if np.iinfo(kind).min <= ends[0] and ends[1] <= np.iinfo(kind).max:
            return values.astype(kind)
    return values.astype(np.int32)


def _small_numbers(values: np.ndarray) -> np.ndarray:
    """The values in the smallest type that keeps whole numbers exact and others to what can be seen."""
    values = np.asarray(values, dtype=np.float64)
    if values.size and np.isfinite(values).all() and (values == np.rint(values)).all() and np.abs(values).max() < 2**31:
        return _small_whole(values)
    return values if values.size <= EXACT_CELLS else values.astype(np.float32)

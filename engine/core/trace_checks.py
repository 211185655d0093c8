"""What a trace must hold to be played, and the sub-results of its sums."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.core.trace import Grid, Moment, Sweep


def check_sweep(sweep: "Sweep", grids: "dict[str, Grid]") -> None:
    """Refuse a sweep that would point outside its grids: the browser does not check again."""
    wanted = 2 if sweep.op == "sum_products" else 1
    if len(sweep.operands) != wanted:
        raise ValueError(f"{sweep.op} takes {wanted} operand(s), not {len(sweep.operands)}.")
    _check_shapes(sweep, steps=len(sweep.cells), terms=len(sweep.operands[0].offset))
    reach = [(sweep.target, np.asarray(sweep.cells))]
    for operand in sweep.operands:
        base, offset = np.asarray(operand.base), np.asarray(operand.offset)
        if sweep.skipped is not None:
            reach.append((operand.grid, (base[:, None] + offset)[~np.asarray(sweep.skipped)]))
        elif base.size and offset.size:
            reach.append((operand.grid, np.array([base.min() + offset.min(), base.max() + offset.max()])))
    if sweep.addend:
        reach.append((sweep.addend[0], np.asarray(sweep.addend[1])))
    for name, cells in reach:
        _check_cells(name, cells, grids)


def _check_shapes(sweep: "Sweep", steps: int, terms: int) -> None:
    for operand in sweep.operands:
        if len(operand.base) != steps:
            raise ValueError(f"Operand {operand.grid} has {len(operand.base)} bases for {steps} steps.")
        if len(operand.offset) != terms:
            raise ValueError(f"Operand {operand.grid} has {len(operand.offset)} offsets, another {terms}.")
    if len(sweep.results) != steps:
        raise ValueError(f"The sweep has {len(sweep.results)} results for {steps} steps.")
    if sweep.addend and len(sweep.addend[1]) != steps:
        raise ValueError(f"The sweep has {len(sweep.addend[1])} addends for {steps} steps.")
    if sweep.groups is not None and len(sweep.groups) != terms:
        raise ValueError(f"The sweep has {len(sweep.groups)} groups for {terms} term(s).")
    if sweep.partials is not None:
        count = 1 if sweep.groups is None else int(np.max(sweep.groups)) + 1
        if np.shape(sweep.partials) != (steps, count):
            raise ValueError(f"The partials are {np.shape(sweep.partials)}, not {(steps, count)}.")
    if sweep.skipped is not None and np.shape(sweep.skipped) != (steps, terms):
        raise ValueError(f"The skipped terms are {np.shape(sweep.skipped)}, not {(steps, terms)}.")


def check_moment(moment: "Moment", grids: "dict[str, Grid]") -> None:
    """Refuse a moment that lights, writes or names cells that are not there."""
    for name, cells in moment.lit.items():
        _check_cells(name, np.asarray(cells), grids)
    for name, cell, _ in moment.writes:
        _check_cells(name, np.asarray([cell]), grids)
    for span in (*moment.spans, *(span for line in moment.lines for span in line)):
        if span.grid:
            _check_cells(span.grid, np.empty(0), grids)


def _check_cells(name: str, cells: np.ndarray, grids: "dict[str, Grid]") -> None:
    if name not in grids:
        raise ValueError(f"The steps name a grid {name} that the trace does not have.")
    if cells.size and (cells.min() < 0 or cells.max() >= grids[name].values.size):
        raise ValueError(f"The steps reach outside grid {name}.")


def partial_sums(sweep: "Sweep", grids: "dict[str, Grid]") -> np.ndarray:
    """The sum of each group's terms at each step: (S, G)."""
    groups = np.asarray(sweep.groups)
    sums = np.zeros((len(sweep.cells), int(groups.max()) + 1))
    flat = [grids[operand.grid].values.ravel() for operand in sweep.operands]
    for term, group in enumerate(groups):
        product = np.ones(len(sweep.cells))
        for operand, values in zip(sweep.operands, flat, strict=True):
            # A skipped term may point outside; it counts nothing.
            product = product * values.take(operand.base + operand.offset[term], mode="clip")
        sums[:, group] += product if sweep.skipped is None else np.where(sweep.skipped[:, term], 0.0, product)
    return sums

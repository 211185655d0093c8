"""A computation as grids and steps: what the stepper plays.

A **Trace** is a set of named grids (matrices, possibly several panels each) and a row of segments. A **Sweep** is a run
of alike steps in closed form: step s puts one number into `target`, made from T terms; the cells of term t are
`base[s] + offset[t]` in each operand. Convolution, pooling, matrix products and transposed convolution (gathered) are
sweeps, and a sweep over a 64×64 map costs a few kilobytes. A **Moment** is one free step: cells to light and a sentence
with coloured terms, for whatever has no closed form.

Cells are named by their flat index into the grid's values (C order over panels, rows, columns).
"""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from engine.core.trace_checks import check_moment, check_sweep, partial_sums

Scale = Literal["signed", "magnitude", "grey", "class", "plain"]
Role = Literal["input", "kernel", "output", "bias", "other"]
Op = Literal["sum_products", "sum", "mean", "max"]
LONGEST_SIDE = 64
MOST_CELLS = 4 * LONGEST_SIDE * LONGEST_SIDE


@dataclass(frozen=True, eq=False)
class Grid:
    """A named matrix, or several panels of one (channels), drawn as cells.

    Args:
        name: unique in the trace; steps, edits and arithmetic refer to it.
        title: what stands above it.
        values: (H, W), (C, H, W) or (R, C, H, W): R rows and C columns of panels of H×W cells. (C, H, W) stacks
            its panels downwards. NaN draws an empty cell.
        role: decides the colour of its terms in the arithmetic.
        scale: how a value becomes a colour.
        limits: the values at the ends of the scale; None takes them from the values (symmetric when signed).
        panel_titles: a title for each panel, or none.
        panel_rows, panel_columns: what the rows and the columns of panels share, shown once beside and above them in
            place of the titles; or none.
        row_labels, column_labels: shown beside the rows and above the columns, or none.
        padding: how many cells at the top, right, bottom, left are padding: drawn apart, never editable. NaN there is
            no cell at all: a place outside, where a window hangs over and reads nothing.
        unread: cells that no step reads, (H, W) bool, hatched; None for none.
        editable: whether a cell may be given another value.
        filled_by_steps: whether cells appear as the steps that make them are played.
        subtitle: a short line under the title, for instance the shape.
    """

    name: str
    title: str
    values: np.ndarray
    role: Role = "other"
    scale: Scale = "signed"
    limits: tuple[float, float] | None = None
    panel_titles: tuple[str, ...] = ()
    panel_rows: tuple[str, ...] = ()
    panel_columns: tuple[str, ...] = ()
    row_labels: tuple[str, ...] = ()
    column_labels: tuple[str, ...] = ()
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    unread: np.ndarray | None = None
    editable: bool = False
    filled_by_steps: bool = False
    subtitle: str = ""

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=np.float64)
        if values.ndim not in (2, 3, 4):
            raise ValueError(f"Grid {self.name} needs 2 to 4 dimensions, not {values.ndim}.")
        while values.ndim < 4:  # (H, W) -> (1, 1, H, W); (C, H, W) -> (C, 1, H, W)
            values = values[None] if values.ndim == 2 else values[:, None]
        if max(values.shape[2:]) > LONGEST_SIDE or values.size > MOST_CELLS:
            raise ValueError(f"Grid {self.name} is {values.shape}; a panel may have up to 64×64 cells.")
        if self.panel_titles and len(self.panel_titles) != values.shape[0] * values.shape[1]:
            raise ValueError(f"Grid {self.name} has {values.shape[0] * values.shape[1]} panels.")
        if self.panel_rows and (len(self.panel_rows), len(self.panel_columns)) != values.shape[:2]:
            raise ValueError(f"Grid {self.name} has {values.shape[0]} × {values.shape[1]} panels.")
        top, right, bottom, left = self.padding
        if min(self.padding) < 0 or top + bottom >= values.shape[2] or left + right >= values.shape[3]:
            raise ValueError(f"Grid {self.name} is all padding: {self.padding} of {values.shape[2:]}.")
        if self.unread is not None and np.shape(self.unread) != values.shape[2:]:
            raise ValueError(f"Grid {self.name} marks unread cells of {np.shape(self.unread)}, not {values.shape[2:]}.")
        object.__setattr__(self, "values", values)


@dataclass(frozen=True, eq=False)
class Operand:
    """Which cells of a grid the steps of a sweep read: cell `base[s] + offset[t]` at step s, term t.

    Args:
        grid: the grid's name.
        base: (S,) int.
        offset: (T,) int.
    """

    grid: str
    base: np.ndarray
    offset: np.ndarray


@dataclass(frozen=True, eq=False)
class Sweep:
    """S alike steps, each making one cell of `target` from T terms.

    Args:
        op: how the terms become the result: the sum of products of two operands, or the sum, mean or maximum of one.
        target: name of the grid that is filled.
        cells: (S,) int, the cell that each step fills.
        operands: one for sum, mean, max; two for sum_products.
        results: (S,) float, the engine's own numbers; the browser shows these and never its own sums.
        addend: a cell added to each sum, such as the bias: (grid, (S,) int), or None.
        groups: (T,) int, the group of each term, in order of appearance: brackets with sub-results, one a channel.
        group_titles: a title for each group.
        partials: (S, G) float, the sub-result of each group; the trace works them out where groups come without.
        caption: a sentence before the arithmetic; `{row}` and `{column}` stand for the target cell's, `{panel}` for the
            panel's title, all counted from 0.
        skipped: terms that count nothing (outside the map, for instance): (S, T) bool, or None.
    """

    op: Op
    target: str
    cells: np.ndarray
    operands: tuple[Operand, ...]
    results: np.ndarray
    addend: tuple[str, np.ndarray] | None = None
    groups: np.ndarray | None = None
    group_titles: tuple[str, ...] = ()
    partials: np.ndarray | None = None
    caption: str = ""
    skipped: np.ndarray | None = None


@dataclass(frozen=True)
class Span:
    """A piece of a sentence, coloured as a term of the grid, or plain if the grid is ''."""

    text: str
    grid: str = ""


@dataclass(frozen=True, eq=False)
class Moment:
    """One free step.

    Args:
        spans: the arithmetic or sentence of the step.
        lit: grid name to the flat indices that are read.
        writes: (grid, cell, value) for each cell that gets its value in this step.
        caption: a sentence before the arithmetic.
        lines: sub-results in brackets, each a line of spans, shown above the sentence.
    """

    spans: tuple[Span, ...]
    lit: dict[str, tuple[int, ...]] = field(default_factory=dict)
    writes: tuple[tuple[str, int, float], ...] = ()
    caption: str = ""
    lines: tuple[tuple[Span, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Trace:
    """Grids, the steps over them, and how they stand beside each other.

    Args:
        grids: in no special order.
        segments: sweeps and moments, played one after the other.
        layout: rows of grid names and signs between them, e.g. (("input", "∗", "kernel", "=", "output"),).
            A word that is no grid's name is drawn as a sign.
        summary: the result in words; it is the alternative text.
        digits: significant digits of a number in a cell.
    """

    grids: tuple[Grid, ...]
    segments: tuple[Sweep | Moment, ...]
    layout: tuple[tuple[str, ...], ...]
    summary: str
    digits: int = 4

    def __post_init__(self) -> None:
        names = [grid.name for grid in self.grids]
        if len(set(names)) != len(names):
            raise ValueError("Two grids of a trace have the same name.")
        shown = {word for row in self.layout for word in row}
        if missing := [name for name in names if name not in shown]:
            raise ValueError(f"The layout leaves out {', '.join(missing)}.")
        by_name = {grid.name: grid for grid in self.grids}
        for segment in self.segments:
            if isinstance(segment, Sweep):
                check_sweep(segment, by_name)
            else:
                check_moment(segment, by_name)
        object.__setattr__(self, "segments", tuple(_with_partials(part, by_name) for part in self.segments))

    def __len__(self) -> int:
        """The number of steps."""
        return sum(len(part.cells) if isinstance(part, Sweep) else 1 for part in self.segments)


def _with_partials(part: Sweep | Moment, grids: dict[str, Grid]) -> Sweep | Moment:
    if isinstance(part, Moment) or part.groups is None or part.partials is not None or part.op == "max":
        return part
    return replace(part, partials=partial_sums(part, grids))

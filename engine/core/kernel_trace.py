"""A kernel as a trace: as one outer product, as the sum of several, or as what a chain of filters amounts to."""

from collections.abc import Sequence

import numpy as np

from engine.core import kernels
from engine.core.filter_chain import Stage
from engine.core.trace import Grid, Moment, Operand, Span, Sweep, Trace

MOST_PIECES = 4


def kernel_trace(stages: Sequence[Stage], composed: np.ndarray, names: Sequence[str]) -> Trace:
    """The chain's kernels, editable, with the arithmetic that they are made by or that joins them.

    Args:
        stages: the filters in order.
        composed: the one kernel that does all their work.
        names: the grid name of each stage's kernel, for edits.
    """
    if len(stages) > 1:
        return _joined(stages, composed, names)
    if stages[0].parts is not None and len(stages[0].kernel) > 1:
        return _outer_product(stages[0], names[0])
    return _sum_of_pieces(stages[0], names[0])


def _kernel(stage: Stage, name: str) -> Grid:
    size = len(stage.kernel)
    return Grid(
        name, stage.title, stage.kernel, role="kernel", scale="signed", subtitle=f"{size}×{size}", editable=True
    )


def _outer_product(stage: Stage, name: str) -> Trace:
    """Column ⊗ row, cell by cell."""
    assert stage.parts is not None  # noqa: S101 - for the type checker; the caller has looked
    column, row = stage.parts
    size = len(column)
    cells = np.arange(size * size)
    grids = (
        Grid("column", "Column", column[:, None], role="input", subtitle="first pass, downwards"),
        Grid("row", "Row", row[None, :], role="other", subtitle="second pass, across"),
        _kernel(stage, name),
    )
    one = np.zeros(1, dtype=int)
    sweep = Sweep(
        op="sum_products",
        target=name,
        cells=cells,
        operands=(Operand("column", cells // size, one), Operand("row", cells % size, one)),
        results=stage.kernel.ravel(),
        caption="Row {row}, column {column}: the entry of the column times the entry of the row.",
    )
    summary = (
        f"{stage.title}, {size}×{size}, has rank 1: it is the column {_numbers(column)} times the row {_numbers(row)}, "
        f"so two passes of {size} do the work of {size * size} products."
    )
    return Trace(grids, (sweep,), (("column", "×", "row", "=", name),), summary, digits=3)


def _sum_of_pieces(stage: Stage, name: str) -> Trace:
    """Σ σᵢ uᵢ vᵢᵀ by the singular value decomposition, added up cell by cell."""
    size, depth = len(stage.kernel), kernels.rank(stage.kernel)
    if depth < 2:
        sentence = "Every cell is 0 until you change one." if depth == 0 else "A single number."
        summary = f"{stage.title}, {size}×{size}. {sentence}"
        return Trace((_kernel(stage, name),), (Moment((Span(sentence),)),), ((name,),), summary)
    left, singular, right = np.linalg.svd(stage.kernel)
    pieces = [singular[i] * np.outer(left[:, i], right[i]) for i in range(min(depth, MOST_PIECES))]
    titles = [f"σ = {singular[i]:.3g}" for i in range(len(pieces))]
    if depth > MOST_PIECES:
        pieces[-1] = stage.kernel - sum(pieces[:-1])
        titles[-1] = f"the other {depth - MOST_PIECES + 1}"
    cells = np.arange(size * size)
    stack = np.stack(pieces)[None]  # (1, pieces, k, k): one row of panels
    sweep = Sweep(
        op="sum",
        target=name,
        cells=cells,
        operands=(Operand("pieces", cells, np.arange(len(pieces)) * size * size),),
        results=stage.kernel.ravel(),
        caption="Row {row}, column {column}: one cell of each outer product, added up.",
    )
    shown = ", ".join(f"{value:.3g}" for value in singular[:depth])
    summary = (
        f"{stage.title}, {size}×{size}, has rank {depth}: it is the sum of {depth} outer products, with the singular "
        f"values {shown}. One column and one row cannot do its work."
    )
    grids = (
        Grid("pieces", "Outer products", stack, role="input", scale="signed", panel_titles=tuple(titles)),
        _kernel(stage, name),
    )
    return Trace(grids, (sweep,), (("pieces", "=", name),), summary, digits=3)


def _joined(stages: Sequence[Stage], composed: np.ndarray, names: Sequence[str]) -> Trace:
    """The kernels of a chain and the one that does the same; for two of them, with each sum."""
    wide = len(composed)
    whole = Grid("composed", "The one kernel", composed, role="output", scale="signed", subtitle=f"{wide}×{wide}")
    words = ", then ".join(f"{stage.title} {len(stage.kernel)}×{len(stage.kernel)}" for stage in stages)
    summary = f"{words}: away from the border, one kernel of {wide}×{wide} does the same."
    signs = [word for name in names for word in ("∗", name)][1:]
    segment: Sweep | Moment = Moment((Span(summary),))
    if len(stages) == 2:
        segment = _convolution(stages, composed, names)
    grids = (*(_kernel(stage, name) for stage, name in zip(stages, names, strict=True)), whole)
    return Trace(grids, (segment,), ((*signs, "=", "composed"),), summary, digits=3)


def _convolution(stages: Sequence[Stage], composed: np.ndarray, names: Sequence[str]) -> Sweep:
    """composed[i] = Σⱼ first[j] · second[i − j]: the full convolution of two kernels."""
    one, two, wide = len(stages[0].kernel), len(stages[1].kernel), len(composed)
    down, across = np.divmod(np.arange(wide * wide), wide)
    j_down, j_across = np.divmod(np.arange(one * one), one)
    rows, columns = down[:, None] - j_down, across[:, None] - j_across  # (S, T): the cell of the second kernel
    return Sweep(
        op="sum_products",
        target="composed",
        cells=np.arange(wide * wide),
        operands=(
            Operand(names[0], np.zeros(wide * wide, dtype=int), np.arange(one * one)),
            Operand(names[1], down * two + across, -(j_down * two + j_across)),
        ),
        results=composed.ravel(),
        caption="Row {row}, column {column}: every way to get there, one step by each kernel.",
        skipped=(rows < 0) | (rows >= two) | (columns < 0) | (columns >= two),
    )


def _numbers(values: np.ndarray) -> str:
    """The numbers in brackets, all if they are few."""
    shown = [f"{value:.3g}".replace("-", "−") for value in values]
    return "[" + " ".join(shown if len(shown) <= 7 else [*shown[:3], "…", *shown[-3:]]) + "]"

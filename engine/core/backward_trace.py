"""Pieces of traces for forward and backward passes: matrix products, sums, products cell by cell, and numbers as words.

Grids of features are (F, N), each column one example; a grid's cell (i, j) has the flat index i·columns + j.
"""

from collections.abc import Callable, Sequence

import numpy as np

from engine.core.trace import Grid, Moment, Operand, Span, Sweep

Shape = tuple[int, int]
Words = tuple[str, ...]


def in_rows(forward: Words, back: Words, grids: Sequence[Grid], widest: int = 16) -> tuple[Words, ...]:
    """The forward pass above the backward pass, or beside it where both have room in a line.

    Args:
        forward, back: names of grids, and the signs between them.
        grids: those that are named.
        widest: how many columns of cells are room for both.
    """
    columns = {grid.name: grid.values.shape[1] * grid.values.shape[3] for grid in grids}
    if sum(columns.get(word, 0) for word in (*forward, *back)) <= widest:
        return ((*forward, "│", *back),)
    return forward, back


def say(value: float, digits: int = 4) -> str:
    """A number for reading.

    >>> say(-0.15), say(-0.0), say(2e-7)
    ('−0.15', '0', '2·10⁻⁷')
    """
    text = f"{float(value) + 0.0:.{digits}g}"
    if "e" not in text:
        return text.replace("-", "−")
    mantissa, exponent = text.split("e")
    power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}·10{power}".replace("-", "−")


def factor(value: float, digits: int = 4) -> str:
    """The same inside a product or sum: negative numbers in brackets.

    >>> factor(-0.3)
    '(−0.3)'
    """
    text = say(value, digits)
    return f"({text})" if text.startswith("−") else text


def product(
    target: str,
    left: tuple[str, Shape],
    right: tuple[str, Shape],
    results: np.ndarray,
    caption: str,
    turned: tuple[bool, bool] = (False, False),
    addend: str = "",
) -> Sweep:
    """A matrix product, one step a cell: target[i, j] = Σₖ left[i, k] · right[k, j].

    Args:
        target: the grid that is filled.
        left, right: name and shape as drawn.
        results: (I, J), with the addend.
        caption: `{row}` and `{column}` are i and j.
        turned: whether a factor enters transposed.
        addend: a grid (I, 1) that is added to each column, or "".
    """
    row, column = (axis.ravel() for axis in np.indices(results.shape))
    between = np.arange(left[1][0] if turned[0] else left[1][1])
    first = Operand(left[0], row, between * left[1][1])
    if not turned[0]:
        first = Operand(left[0], row * left[1][1], between)
    second = Operand(right[0], column, between * right[1][1])
    if turned[1]:
        second = Operand(right[0], column * right[1][1], between)
    return Sweep(
        op="sum_products",
        target=target,
        cells=np.arange(results.size),
        operands=(first, second),
        results=results.ravel(),
        addend=(addend, row) if addend else None,
        caption=caption,
    )


def row_sums(target: str, source: tuple[str, Shape], results: np.ndarray, caption: str) -> Sweep:
    """The sum of each row: (F, N) → (F, 1)."""
    rows, columns = source[1]
    operand = Operand(source[0], np.arange(rows) * columns, np.arange(columns))
    return Sweep("sum", target, np.arange(rows), (operand,), results.ravel(), caption=caption)


def cellwise(target: str, one: str, other: str, results: np.ndarray, caption: str) -> Sweep:
    """The product of two grids cell by cell."""
    cells, alone = np.arange(results.size), np.zeros(1, dtype=int)
    operands = (Operand(one, cells, alone), Operand(other, cells, alone))
    return Sweep("sum_products", target, cells, operands, results.ravel(), caption=caption)


def each_cell(
    target: str,
    results: np.ndarray,
    reads: Sequence[str],
    sentence: Callable[[int, int], Sequence[Span | str]],
    caption: str,
    lit: Callable[[str, int, int], tuple[int, ...]] | None = None,
) -> tuple[Moment, ...]:
    """A step for each cell of a matrix that has no closed form.

    Args:
        target: the grid that is filled.
        results: (I, J).
        reads: grids that are lit, each at the same cell unless `lit` says others.
        sentence: row, column → the arithmetic up to the equals sign; the result is added.
        caption: `{row}` and `{column}` are filled in.
        lit: grid, row, column → cells.
    """
    columns = results.shape[1]
    moments = []
    for row, column in np.ndindex(results.shape):
        cell = row * columns + column
        spans = [part if isinstance(part, Span) else Span(part) for part in sentence(row, column)]
        value = float(results[row, column])
        moments.append(
            Moment(
                (*spans, Span(" = "), Span(say(value), target)),
                {name: lit(name, row, column) if lit else (cell,) for name in reads},
                ((target, cell, value),),
                caption.format(row=row, column=column),
            )
        )
    return tuple(moments)


def loss_step(p: np.ndarray, y: np.ndarray, loss: float, target: str) -> Moment:
    """Cross-entropy: −Σ y·log p over the classes that have a share, the mean over the examples.

    Args:
        p, y: probabilities and targets (K, N), drawn as grids p and `target`.
        loss: what it comes to, written into the grid loss.
        target: the targets' grid.
    """
    count = y.shape[1]
    counted = [(int(i), int(j)) for j, i in np.argwhere(y.T != 0)]
    terms: list[Span] = []
    for i, j in counted:
        share = f"{say(y[i, j])}·" if y[i, j] != 1 else ""
        terms += [Span(f" − {share}log " if terms else f"−{share}log "), Span(say(p[i, j]), "p")]
    mean = f") / {count}" if count > 1 else ""
    spans = (Span("(" if count > 1 else ""), *(terms or [Span("0")]), Span(f"{mean} = "), Span(say(loss), "loss"))
    cells = tuple(i * count + j for i, j in counted)
    words = "Cross-entropy: minus the log of what the target class got" + ", mean over the examples" * (count > 1)
    return Moment(spans, {"p": cells, target: cells}, (("loss", 0, loss),), words)


def difference_steps(gradient: str, back: np.ndarray, p: np.ndarray, y: np.ndarray, target: str) -> tuple[Moment, ...]:
    """∂L/∂z = (p − y) / N, cell by cell, into the grid `gradient`; where targets do not sum to 1, p counts as often."""
    count, mass = y.shape[1], y.sum(axis=0)

    def sentence(row: int, column: int) -> tuple[Span | str, ...]:
        scaled = f" · {say(mass[column])}" if mass[column] != 1 else ""
        inner = (Span(say(p[row, column]), "p"), f"{scaled} − ", Span(factor(y[row, column]), target))
        return ("(", *inner, f") / {count}") if count > 1 else inner

    words = (
        "∂L/∂z, row {row}, column {column}: probability less target"
        if count > 1
        else "∂L/∂z[{row}]: probability less target"
    )
    return each_cell(gradient, back, ("p", target), sentence, words)


def updates(name: str, new: str, before: np.ndarray, gradient: np.ndarray, rate: float, at: str) -> tuple[Moment, ...]:
    """A step of gradient descent for each number of a matrix: new = old − η·gradient.

    Args:
        name, new: grids before and after.
        before, gradient: (I, J).
        rate: η.
        at: the gradient's grid.
    """
    after = before - rate * gradient

    def sentence(row: int, column: int) -> tuple[Span | str, ...]:
        return (
            Span(say(before[row, column]), name),
            f" − {say(rate)} · ",
            Span(factor(gradient[row, column]), at),
        )

    return each_cell(new, after, (name, at), sentence, "Row {row}, column {column}: old − η · gradient")

"""A table of numbers as colours, in which one cell is chosen by a click or the arrow keys."""

from collections.abc import Callable, Sequence

import numpy as np

from pages.shared import components


def show(
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    texts: Sequence[Sequence[str]],
    *,
    key: str,
    label: str,
    limit: float,
    chosen: tuple[int, int] | None = None,
    choose: Callable[[int, int], None],
    corner: str = "",
    words: Sequence[Sequence[str]] | None = None,
) -> None:
    """Draw the table.

    Args:
        values: (R, C), on the signed scale; what lies beyond the limit has the end's colour.
        rows, columns: their titles.
        texts: what stands in the cells.
        key: unique on the page.
        label: what the numbers are, for screen readers and in the corner's hint.
        limit: the value at the blue end; the orange end is −limit.
        chosen: row and column of the cell that stands out, None for none.
        choose: called with row and column before the next run.
        corner: what the rows and columns are, above the row titles.
        words: what a cell says to those who cannot see it, and on hover; the texts where None.
    """

    def heard() -> None:
        cell = components.said_parts(key, "cell")
        row, column = cell.get("row"), cell.get("column")
        if type(row) is int and type(column) is int and 0 <= row < len(rows) and 0 <= column < len(columns):
            choose(row, column)

    data = {
        "values": np.clip(values, -limit, limit).astype(np.float32),
        "rows": list(rows),
        "columns": list(columns),
        "texts": [list(row) for row in texts],
        "words": [list(row) for row in (words or texts)],
        "label": label,
        "limit": float(limit),
        "chosen": list(chosen) if chosen else None,
        "corner": corner,
    }
    components.mount("heat", data, key=key, on_cell_change=heard)

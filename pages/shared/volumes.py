"""Shows layers as boxes above an aligned table of their numbers, with downloads."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pages.shared import components

LONGEST = 10**13


def show(
    titles: Sequence[str],
    drawings: Sequence[str],
    rows: Sequence[Any],
    *,
    key: str,
    name: str,
    scale: float = 1.0,
) -> None:
    """Draw the columns.

    Args:
        titles: one a column.
        drawings: SVG texts in the light palette, from engine.figures; the browser swaps the colours when it is dark.
        rows: label, values and asides (a word on each value); the least of a row stands out if it is alone.
        key: unique on the page.
        name: of the downloaded files, without ending.
        scale: how much larger texts are than usual.
    """
    columns = [{"title": title, "svg": svg} for title, svg in zip(titles, drawings, strict=True)]
    data = {"columns": columns, "rows": [_row(row) for row in rows], "name": name, "scale": scale}
    components.mount("volumes", data, key=key)


def _row(row: Any) -> dict[str, Any]:
    least = int(np.argmin(row.values))
    return {
        "label": row.label,
        "values": [readable(value) for value in row.values],
        "numbers": [str(value) for value in row.values],
        "asides": list(row.asides),
        "least": least if row.values.count(row.values[least]) == 1 else None,
    }


def readable(count: int) -> str:
    """A count with separators; one too long for its column as a power of ten.

    >>> readable(30720), readable(161128710144000)
    ('30,720', '1.611·10¹⁴')
    """
    if count < LONGEST:
        return f"{count:,}"
    power = len(str(count)) - 1
    exponent = str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{count / 10**power:.4g}·10{exponent}"

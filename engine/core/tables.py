"""A small table of words and numbers, as the engine makes it and every page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell that is more than its text.

    Args:
        text: what it says.
        tone: "rule" for where a number comes from, "good", "bad" or "even" for a verdict, "" for nothing.
    """

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under a head.

    Args:
        head: a title for each column; the first column names the rows.
        rows: cells for each column, as text if there is nothing to say of them.
        chosen: the row that stands out, None for none.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str | Cell]]
    chosen: int | None = None

    def __post_init__(self) -> None:
        """A row of another length than the head would shift every number after it."""
        if wrong := [row for row in self.rows if len(row) != len(self.head)]:
            raise ValueError(f"A row has {len(wrong[0])} cells under {len(self.head)} titles.")

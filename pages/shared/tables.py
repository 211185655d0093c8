"""A table of the engine on the page: read by screen readers as one, and narrow enough for a phone."""

import html
from collections.abc import Sequence

import streamlit as st

from engine.core.tables import Cell, Table


def show(table: Table) -> None:
    """The first cell of a row names it; the chosen row stands out."""
    head = "".join(f'<th scope="col">{html.escape(title)}</th>' for title in table.head)
    rows = "".join(_row(row, index == table.chosen) for index, row in enumerate(table.rows))
    st.html(f'<div class="sheet"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>')


def _row(row: Sequence[str | Cell], chosen: bool) -> str:
    name, *cells = (cell if isinstance(cell, Cell) else Cell(cell) for cell in row)
    body = "".join(f"<td{_tone(cell)}>{html.escape(cell.text)}</td>" for cell in cells)
    return f'<tr{" class=chosen" if chosen else ""}><th scope="row">{html.escape(name.text)}</th>{body}</tr>'


def _tone(cell: Cell) -> str:
    return f' class="{html.escape(cell.tone)}"' if cell.tone else ""

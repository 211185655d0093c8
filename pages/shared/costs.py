"""What different ways to do one job cost, as a table: parameters, multiplications, and how both are worked out."""

import html
from collections.abc import Sequence

import streamlit as st

from engine.core.cost_sheet import Way, share_words


def show(ways: Sequence[Way]) -> None:
    """A row for each way; the first is what the shares are of, and the one that the page draws stands out."""
    first = ways[0].multiplications
    rows = "".join(_row(way, first) for way in ways)
    st.html(
        '<div class="sheet"><table><thead><tr><th scope="col">Way</th><th scope="col">Parameters</th><th scope="col">'
        '</th><th scope="col">Multiplications</th><th scope="col"></th><th scope="col">Share</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(way: Way, first: int) -> str:
    rules = (html.escape(way.parameters_rule), html.escape(way.multiplications_rule))
    told = share_words(way.multiplications / first)
    return (
        f'<tr{" class=chosen" if way.chosen else ""}><th scope="row">{html.escape(way.title)}</th>'
        f"<td>{way.parameters:,}</td><td class=rule-of>{rules[0]}</td>"
        f"<td>{way.multiplications:,}</td><td class=rule-of>{rules[1]}</td><td>{told}</td></tr>"
    )

"""Places beside each other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def columns(*shares: float) -> list[Any]:
    """Side by side, one below the other on a phone."""
    return list(st.columns(shares, gap="large"))


def row(key: str) -> Any:
    """What is drawn in it stands in one row as long as it fits: a switch and the worked examples of what it shows."""
    return st.container(key=key, horizontal=True, vertical_alignment="center", gap="small")


def charts(page: Any, shares: Sequence[float], height: int, *drawn: "tuple[Figure, str, str]") -> None:
    """Plotly figures in columns of these shares, one below the other on a phone; each with its name and its words."""
    for column, (figure, name, words) in zip(st.columns(shares, gap="medium"), drawn, strict=True):
        with column:
            page.figure(figure, name, words, height)

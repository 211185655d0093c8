"""Plotly figures side by side, one below the other on a phone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def row(page: Any, shares: Sequence[float], height: int, *drawn: "tuple[Figure, str, str]") -> None:
    """Figures in columns of these shares; each with its name and its words."""
    for column, (figure, name, words) in zip(st.columns(shares, gap="medium"), drawn, strict=True):
        with column:
            page.figure(figure, name, words, height)

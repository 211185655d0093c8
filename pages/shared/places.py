"""Places beside each other."""

from typing import Any

import streamlit as st


def columns(*shares: float) -> list[Any]:
    """Side by side, one below the other on a phone."""
    return list(st.columns(shares, gap="large"))


def row(key: str) -> Any:
    """What is drawn in it stands in one row as long as it fits: a switch and the worked examples of what it shows."""
    return st.container(key=key, horizontal=True, vertical_alignment="center", gap="small")

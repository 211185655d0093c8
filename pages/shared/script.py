"""A script that stands open beside what it computes."""

from typing import Any

import streamlit as st


def beside(source: str, height: int = 440) -> Any:
    """Python on the right, with its colours and a button to copy it; returns the column on the left of it."""
    left, right = st.columns([1, 1.1], gap="large")
    right.code(source, language="python", height=height)
    return left

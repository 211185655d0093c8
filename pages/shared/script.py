"""A script that stands open beside the numbers that it prints."""

import streamlit as st


def show(source: str, height: int = 440) -> None:
    """Python with its colours and a button to copy it; a long one scrolls."""
    st.code(source, language="python", height=height)

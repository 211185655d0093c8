"""What a lab says before its picture."""

import streamlit as st


def show(slug: str, text: str, formula: str) -> None:
    """The sentences, and the formula beside them."""
    with st.container(key=f"opening-{slug}"):
        if not formula:
            st.markdown(text)
            return
        words, symbols = st.columns([3, 2], gap="medium", vertical_alignment="center")
        words.markdown(text)
        symbols.latex(formula)

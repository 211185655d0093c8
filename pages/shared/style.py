"""The few rules of style that Streamlit's theme cannot say, from assets/components/page.css."""

import streamlit as st

from pages.shared.serving import ASSETS

RULES = (ASSETS / "components" / "page.css").read_text(encoding="utf-8")
LECTURE = "html { font-size: 23px; }"


def apply(lecture: bool) -> None:
    """Put the rules on the page; the lecture view makes the root font, and with it everything, larger."""
    st.html(f"<style>{RULES}{LECTURE if lecture else ''}</style>")

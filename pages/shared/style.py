"""The few rules of style that Streamlit's theme cannot say."""

import streamlit as st

RULES = """
.stMainBlockContainer { padding: 4.25rem 2.5rem 3rem; max-width: 110rem; }
h1.title { font-size: 1.75rem; line-height: 1.2; padding: 0; margin: 0; font-weight: 650; letter-spacing: -0.015em; }
h1.title small { font-size: 1.125rem; font-weight: 400; opacity: 0.75; letter-spacing: 0; margin-left: 0.6rem; white-space: nowrap; }
.answer { font-size: 1rem; margin: 0; }
.answer b { font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; margin: 0 0.5rem; }
.answer small { opacity: 0.75; font-size: 0.875rem; }
.summary { font-size: 0.875rem; opacity: 0.8; margin: 0; max-width: 52rem; }
.refusal { border-left: 3px solid var(--st-primary-color, #6d28d9); padding: 0.75rem 1rem; font-size: 1.0625rem; max-width: 46rem; }
.notice { border-left: 3px solid #c4650d; padding: 0.4rem 0.75rem; font-size: 0.9375rem; }
.rule { border-top: 1px solid rgba(128, 128, 128, 0.25); margin: 0.5rem 0 0; }
[class*="st-key-pair-"] [data-testid="stMarkdownContainer"] p { font-size: 0.875rem; margin-bottom: 0.25rem; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding: 4rem 1rem 2rem; }
  h1.title small { display: block; margin: 0.25rem 0 0; white-space: normal; }
}
"""
LECTURE = "html { font-size: 22px; }"


def apply(lecture: bool) -> None:
    """Put the rules on the page; the lecture view makes the root font, and with it everything, larger."""
    st.html(f"<style>{RULES}{LECTURE if lecture else ''}</style>")

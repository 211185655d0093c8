"""A formula on the page: typed, with a caret under a slip, and as it is printed."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from engine.core.expression_tokens import ExpressionError
from pages.shared import graph
from pages.shared.state import State


def editor(page: Any, field: str, mistake: Callable[[str], ExpressionError | None], lines: int = 1) -> None:
    """The box for a typed formula, and under it the place of a slip."""
    page.controls.text(field, lines=lines)
    graph.mistake(mistake(getattr(page.settings, field)))


def show(latex: str, key: str) -> None:
    """The formula in print; one that is wider than the page scrolls."""
    if not latex:
        return
    with st.container(key=f"formula-{key}"):
        st.html(f"<style>.st-key-formula-{key} {{ overflow-x: auto; overflow-y: hidden; }}</style>")
        st.latex(latex)


def pick(state: State[Any], field: str, names: list[str], label: str) -> None:
    """The choice of one of the names that a typed formula has; the first while the settings name none of them."""
    if not names:
        return
    key = f"{state.slug}.{field}"
    current = getattr(state.settings, field)
    current = current if current in names else names[0]
    if st.session_state.get(key) != current:
        st.session_state[key] = current

    def adopt() -> None:
        state.change(**{field: st.session_state[key]})

    st.selectbox(label, names, key=key, on_change=adopt)

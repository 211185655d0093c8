"""A part of a page that follows a pen: while somebody draws it is run alone, and the rest of the page when they rest.

A whole run sends a hundred elements, and the browser takes longer to place them than the server to make them.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

R = TypeVar("R")


def part(page: Any, drawn: Callable[[], R]) -> R:
    """Draw a part of the page. A change in it that is not `passing` runs the whole page.

    Args:
        page: the lab's.
        drawn: draws the part; what it returns is for the page below.
    """
    whole, passes = True, _key(page)
    st.session_state.pop(passes, None)

    @st.fragment
    def alone() -> R:
        nonlocal whole
        if not (whole or st.session_state.pop(passes, False)):
            st.rerun()
        whole = False
        return drawn()

    return alone()


def place() -> Any:
    """A place in a part for what does not follow the pen: what is drawn in it after the part stays as it is meanwhile.

    Streamlit takes away what a fragment has drawn and does not draw again, and lets stand what no fragment has drawn.
    """
    return st.container()


def passing(page: Any) -> None:
    """Say, before a run, that others follow it at once: the part alone is enough."""
    st.session_state[_key(page)] = True


def _key(page: Any) -> str:
    return f"passing by on {page.slug}"

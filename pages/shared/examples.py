"""The worked examples of a lab, one click each, and what to look at in the one that is on."""

import html
from typing import Any

import streamlit as st

from engine.core.lesson import Preset


def chosen(page: Any) -> Preset | None:
    """The worked example that the settings are, if they are one."""
    return next((preset for preset in page.lesson.PRESETS if preset.settings == page.settings), None)


def show(page: Any, part: str) -> None:
    """Those of a part of the page; the one that is on stands out."""
    titles = {preset.name: preset.title for preset in page.lesson.PRESETS if preset.part == part}
    key, on = f"{page.slug}.preset{part}", chosen(page)
    st.session_state[key] = on.name if on and on.name in titles else None
    with st.container(key=f"presets-{page.slug}{part}"):
        st.pills(
            "Examples",
            list(titles),
            format_func=lambda name: titles[name],
            key=key,
            on_change=_take,
            args=(page, key),
            label_visibility="collapsed",
        )


def note(page: Any, place: Any, *parts: str) -> None:
    """What to look at; the place stays when there is nothing, or all below it would be mounted anew."""
    on = chosen(page)
    if on and on.note and on.part in parts:
        place.html(f'<p class="look">{html.escape(on.note)}</p>')


def _take(page: Any, key: str) -> None:
    name = st.session_state[key]
    for preset in (preset for preset in page.lesson.PRESETS if preset.name == name):
        page.state.settings = preset.settings

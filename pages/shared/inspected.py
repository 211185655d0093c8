"""Which network a lab looks into: the LeNet that comes with the app, or one that was trained in this visit."""

from typing import Any

import streamlit as st

from engine.core.networks import inspected
from pages.shared import trained

KEY = "networks to look into"


def choose(page: Any, name: str) -> None:
    """The choice, if there is one.

    Args:
        page: the lab's.
        name: of the field that holds the network's reference.
    """
    found = []
    for run in trained.held():
        try:
            found.append(inspected.hold(run))
        except ValueError:  # it takes colour images, or what the browser drew is not what it wants
            continue
    st.session_state[KEY] = found  # somebody must hold them, or they are forgotten
    titles = {inspected.LENET: "LeNet-5, as it comes"} | {one.reference: one.title for one in found}
    now = getattr(page.settings, name)
    if len(titles) == 1 and now == inspected.LENET:
        return
    key = f"{page.slug}.{name}.of"
    options = [*titles, *([] if now in titles else [now])]
    st.session_state[key] = now
    st.selectbox(
        page.controls.fields[name].label,
        options,
        format_func=lambda reference: titles.get(reference, "of another visit"),
        key=key,
        on_change=lambda: page.state.change(**{name: st.session_state[key]}),
    )

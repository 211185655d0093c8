"""Controls for a chain of layers written as a short text: the text itself, buttons that append, and the cone."""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import streamlit as st

from engine.figures.cone import Cone
from engine.figures.panels import Panel
from pages.shared import cone, picture

# What a click appends: the button's words and the layer's.
LAYERS = {
    "Conv 3": "c3",
    "Padded": "c3p1",
    "Dilated": "c3d2",
    "Strided": "c3s2",
    "Pool 2": "p2",
    "Transposed": "t2s2",
}


def editor(page: Any, chains: ModuleType) -> None:
    """The text, a caret under what cannot be read, and a button for each kind of layer."""
    page.controls.text("chain", lines=2)
    if wrong := chains.fault(page.settings.chain):
        st.code(wrong, language=None)
    st.caption("Append a layer")
    with st.container(horizontal=True, gap="xxsmall", key=f"append-{page.slug}"):
        for title, word in LAYERS.items():
            st.button(
                title,
                key=f"{page.slug}.append.{word}",
                help=f"Appends {word}",
                on_click=_change,
                args=(page, chains.longer, word),
            )


def _change(page: Any, rule: Callable[..., str], *given: Any) -> None:
    """Rewrite the chain; what cannot be leaves its sentence."""
    try:
        page.state.change(chain=rule(page.settings.chain, *given))
    except ValueError as error:
        page.state.notice(str(error))


def draw(page: Any, drawing: Cone, chains: ModuleType) -> None:
    """The cone; a clicked cell goes into the settings, and a layer's buttons move or remove it, its chosen cell too."""

    def pin(layer: int, cell: int) -> None:
        page.state.change(layer=layer, column=cell)

    def edit(action: str, layer: int, cell: int) -> None:
        by = {"up": 1, "down": -1, "remove": 0}[action]
        _change(page, *((chains.moved, layer, by) if by else (chains.without, layer)))
        if cell >= 0:
            page.state.change(layer=max(1, min(layer + by, len(drawing.rows) - (1 if by else 2))), column=cell)

    cone.show(drawing, key=f"{page.slug}.cone", name=page.slug, scale=page.scale, pin=pin, edit=edit)
    page.summary(drawing.summary)


def photo(page: Any, panels: Sequence[Panel], summary: str, nearest: Callable[[int], int]) -> None:
    """The field on the photo: a click on a cell of the map keeps it, a click on the photo the cell nearest to it."""
    key = f"{page.slug}.photo"
    clicked = picture.show(
        panels, key=key, name=f"{page.slug}_photo", summary=summary, height=330, scale=page.scale, pick=True
    )
    page.summary(summary)
    if clicked is None or st.session_state.get(f"{key}.taken") == clicked:
        return
    st.session_state[f"{key}.taken"] = clicked
    row, column = (nearest(place) if clicked.panel == 0 else place for place in (clicked.row, clicked.column))
    page.state.change(row=row, column=column)
    st.rerun()

"""Controls that labs with a training share: the network as text, own images in a zip file, what was made of it."""

import html
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from engine.core import archives
from engine.core.carets import caret
from engine.core.networks.grammar import GrammarError, parse
from engine.core.networks.presets import ARCHITECTURES
from engine.figures.panels import Panel
from pages.shared import picture

HELD = "own archive"
OWN = "own"
SHOWN = 12  # names of skipped files


def follow(page: Any, suited: Callable[[Any], Any]) -> None:
    """Let the settings follow each other, such as the network the data; the link above must hear of it."""
    if (settings := suited(page.settings)) != page.settings:
        page.state.settings = settings
        st.rerun()


def architecture(page: Any, named: str) -> None:
    """A network to begin from, and its text to change; a caret under what cannot be read.

    Args:
        page: the lab's; its settings have `network`.
        named: what the network is called, a title in ARCHITECTURES or another word.
    """
    key = f"{page.slug}.begin"
    known = {name: one.title for name, one in ARCHITECTURES.items() if name != "convnetjs"}
    st.session_state[key] = next((name for name, title in known.items() if title == named), OWN)

    def begin() -> None:
        if (chosen := st.session_state[key]) != OWN:
            page.state.change(network=ARCHITECTURES[chosen].text)

    options = [*known, *([OWN] if st.session_state[key] == OWN else [])]
    st.selectbox("Network", options, format_func=lambda name: known.get(name, named), key=key, on_change=begin)
    page.controls.text("network", "Its layers", lines=5)
    try:
        parse(page.settings.network)
    except GrammarError as error:
        st.code(caret(page.settings.network, error.place, 30), language=None)


def own_images(page: Any) -> None:
    """A zip file with a folder for each class; what could not be used is listed."""
    key = f"{page.slug}.zip"
    file = st.file_uploader("Own images, zipped", type=["zip"], key=key, help=archives.RULES)
    if file and st.session_state.get(f"{key}.seen") != file.file_id:
        st.session_state[f"{key}.seen"] = file.file_id
        try:
            made = archives.read(file.getvalue())
        except ValueError as error:
            page.state.notice(str(error))
        else:
            st.session_state[HELD] = made
            page.state.change(images=made.reference)
        st.rerun()
    held = st.session_state.get(HELD)
    if held is not None and held.reference == page.settings.images and held.skipped:
        names = [f"{html.escape(name)}: {html.escape(why)}" for name, why in held.skipped[:SHOWN]]
        more = [f"and {len(held.skipped) - SHOWN} more"] if len(held.skipped) > SHOWN else []
        st.html(f'<p class="summary">Left out: {"<br>".join([*names, *more])}</p>')


def pick(page: Any, panel: Panel, summary: str, name: str, otherwise: tuple[int, int]) -> tuple[int, int]:
    """A picture of cells of which a click chooses one: its row and column, `otherwise` before the first click."""
    key = f"{page.slug}.{name}"
    clicked = picture.show(
        [panel], key=key, name=f"{page.slug}_{name}", summary=summary, height=420, scale=page.scale, pick=True
    )
    page.summary(summary)
    return (clicked.row, clicked.column) if clicked else otherwise


def most_frequent(counts: np.ndarray) -> tuple[int, int]:
    """The cell of the most frequent mistake."""
    row, column = np.unravel_index(int((counts * (1 - np.eye(len(counts)))).argmax()), counts.shape)
    return int(row), int(column)


def downloads(slug: str, files: Sequence[tuple[str, str, bytes | str | Callable[[], bytes], str]]) -> None:
    """Buttons that save files: words, file name, content or what makes it when it is wanted, MIME type."""
    with st.container(horizontal=True, gap="small", key=f"downloads-{slug}"):
        for words, file, content, kind in files:
            st.download_button(words, content, file, kind, key=f"{slug}.save.{file}", on_click="ignore")

"""Controls that labs with a training share: the network as text, own images in a zip file, what was made of it."""

import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from engine.core import archives
from engine.core.carets import caret
from engine.core.networks.grammar import GrammarError, parse
from engine.core.networks.presets import ARCHITECTURES
from engine.core.networks.sheet_table import sheet_table
from engine.core.networks.specification import Network
from engine.core.trained import Trained
from pages.shared import diagram, heat, inspected, tables

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

HELD = "own archive"
OWN = "own"
SHOWN = 12  # names of skipped files
HEADS, ENOUGH = 62, 10  # letters that fit above all columns together; by so many a name is known
RIGHT, SEEN = 0.6, 0.15  # of a scale: what is right at most, for mistakes are looked for; one mistake at least


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
    page.controls.text("network", "Its layers", lines=round(5 * page.scale))
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


def network(page: Any, drawn: Network | None, broken: str = "", why: str = "") -> None:
    """The network as a picture, and its layers as a table when that is asked for.

    Args:
        page: the lab's.
        drawn: what is drawn, None for nothing.
        broken: a layer that cannot stand after it, "" if all can.
        why: what is the matter with it.
    """
    if drawn is None:
        return
    named = {"key": f"{page.slug}.diagram", "name": f"{page.slug}_network"}
    words = diagram.show(drawn, "The network", **named, broken=(broken, why), scale=page.scale)
    st.html(f'<p class="aloud">{html.escape(words)}</p>')
    if (fold := page.more("Layer by layer")) is not None:
        with fold:
            tables.show(sheet_table(drawn))


def confusions(page: Any, counts: np.ndarray, classes: Sequence[str], of: object) -> tuple[int, int]:
    """The table of what was taken for what, of which a click chooses a cell: its row and column.

    Args:
        page: the lab's.
        counts: (C, C): row what it is, column what it was named.
        classes: their names.
        of: what was tested; at another the most frequent mistake is chosen again.
    """
    key = f"{page.slug}.confusions"
    tested, chosen = st.session_state.get(f"{key}.chosen", (None, (0, 0)))
    if tested is not of:
        chosen = most_frequent(counts)
    texts = [[str(count) if count else "" for count in row] for row in counts.tolist()]
    words = [[f"{count:,} times" if count != 1 else "once" for count in row] for row in counts.tolist()]
    longest = max(map(len, classes))
    upright = HEADS / len(classes) < min(ENOUGH, longest)
    with st.container(key="short" if longest < ENOUGH / 3 else "upright" if upright else "level"):
        heat.show(
            signs(counts),
            classes,
            classes,
            texts,
            key=key,
            label="Row: what it is. Column: what it was named.",
            limit=1.0,
            chosen=chosen,
            choose=lambda row, column: st.session_state.update({f"{key}.chosen": (of, (row, column))}),
            corner="" if longest < ENOUGH / 3 else "is ↓ named →",
            words=words,
        )
    return chosen


def signs(counts: np.ndarray) -> np.ndarray:
    """Colours of the table: blue for the share of a class that was named rightly, orange for mistakes by their number.

    Both ends of the scale are taken, since one right name in a hundred and one mistake must both be seen.
    """
    right = np.eye(len(counts), dtype=bool)
    wrong = np.where(right, 0, counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mistakes = np.where(wrong > 0, SEEN + (1 - SEEN) * wrong / max(1, wrong.max()), 0.0)
    return np.where(right, RIGHT * shares, -mistakes)


def most_frequent(counts: np.ndarray) -> tuple[int, int]:
    """The cell of the most frequent mistake."""
    row, column = np.unravel_index(int((counts * (1 - np.eye(len(counts)))).argmax()), counts.shape)
    return int(row), int(column)


def whole(page: Any, figure: "Figure", name: str, summary: str, height: int) -> None:
    """A figure with its words, or where nothing is drawn in it the words alone."""
    if figure.data:
        page.figure(figure, name, summary, height)
    else:
        page.summary(summary)


def onwards(slug: str, run: Trained, files: Sequence[tuple[str, str, bytes | str | Callable[[], bytes], str]]) -> None:
    """What to do with a network: links to the labs that look inside, and buttons that save files.

    Args:
        slug: of the page.
        run: the network.
        files: words, file name, content or what makes it when it is wanted, MIME type.
    """
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"downloads-{slug}"):
        inspected.ways(run)
        for words, file, content, kind in files:
            st.download_button(words, content, file, kind, key=f"{slug}.save.{file}", on_click="ignore")

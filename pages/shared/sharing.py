"""What stands at the top right of each lab: copy the link, show it as a QR code, start over, enlarge for a lecture."""

import io
from urllib.parse import urlencode

import segno
import streamlit as st

from engine.core import fields
from pages.shared import components
from pages.shared.catalogue import BY_SLUG
from pages.shared.state import State

PRESENT = "present"
LONGEST_QR = 2300  # bytes that a QR code of the largest version holds at error level M


def presenting() -> bool:
    """Whether this session shows the lecture view: larger text, for the last row."""
    if PRESENT not in st.session_state:
        st.session_state[PRESENT] = st.query_params.get(PRESENT) == "1"
    return bool(st.session_state[PRESENT])


def query_of(state: State) -> str:
    """The query string that restores the experiment: only what differs from the defaults."""
    texts = fields.encode(state.settings)
    if presenting():
        texts[PRESENT] = "1"
    return urlencode(texts)


def bar(state: State) -> None:
    """The row of buttons; also keeps the address in step with the settings."""
    slug = state.slug
    with st.container(
        horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="xsmall", key=f"bar-{slug}"
    ):
        data = {"slug": slug, "query": query_of(state), "title": BY_SLUG[slug].title}
        components.mount("link", data, key=f"{slug}.link")
        if st.button("QR code", key=f"{slug}.qr", help="The link, large enough for a lecture hall"):
            show_qr(state)
        st.button("Reset", key=f"{slug}.reset", help="Back to the first experiment", on_click=reset, args=(state,))
        st.toggle("Lecture view", key=f"{slug}.present", value=presenting(), on_change=toggle_view, args=(slug,))


def reset(state: State) -> None:
    """Back to the default settings."""
    state.settings = state.kind()


def toggle_view(slug: str) -> None:
    """Adopt the lecture switch of a page for the whole session."""
    st.session_state[PRESENT] = bool(st.session_state[f"{slug}.present"])


def link_to(state: State) -> str:
    """The whole address that restores the experiment."""
    query = query_of(state)
    base = (st.context.url or f"http://localhost/{state.slug}").split("?")[0]
    return f"{base}?{query}" if query else base


def qr_picture(address: str) -> bytes:
    """The address as a QR code: PNG, black on white with the quiet zone that scanners need.

    Raises:
        ValueError: the address is longer than a QR code holds.
    """
    if len(address.encode()) > LONGEST_QR:
        raise ValueError("This link is too long for a QR code; copy it instead, or change fewer cells by hand.")
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="png", scale=12, border=4)
    return picture.getvalue()


@st.dialog("Scan to open this experiment", width="medium")
def show_qr(state: State) -> None:
    """The link as a picture and in letters."""
    address = link_to(state)
    try:
        st.image(qr_picture(address), width="stretch", output_format="PNG", alt=f"QR code of {address}")
    except ValueError as error:
        st.markdown(str(error))
    st.code(address, language=None, wrap_lines=True)

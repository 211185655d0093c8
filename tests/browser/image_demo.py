"""An image source beside the picture of what it gives; `?image=` is the image to begin with, two pages to switch."""

import streamlit as st

from engine.core import images
from engine.figures.panels import Panel
from pages.shared import image_source, picture


def lab() -> None:
    reference = st.session_state.setdefault("reference", st.query_params.get("image", "photo:cat"))
    left, right = st.columns([1, 3], gap="medium")
    with left:
        reference = st.session_state.reference = image_source.choose(reference, key="image")
        st.button("Preset", on_click=lambda: st.session_state.update(reference="digit:test:0"))
    with right:
        shown = images.load(reference, 256)
        panel = Panel(shown.title, shown.pixels, "rgb" if len(shown.pixels) == 3 else "grey", subtitle=shown.credit)
        picture.show([panel], key="picture", name="image", summary=shown.title, height=420)
        st.write(f"reference: {reference}")


def elsewhere() -> None:
    st.write("elsewhere")


st.set_page_config(layout="wide", page_title="Image source")
st.navigation([st.Page(lab, title="Lab", default=True), st.Page(elsewhere, title="Elsewhere")], position="top").run()

"""The script that Streamlit runs: icon, style, and navigation from the catalogue; then the page that was asked for."""

from functools import cache
from pathlib import Path

import streamlit as st
from PIL import Image

from pages.shared import sharing, style
from pages.shared.catalogue import CHAPTERS, LABS

PAGES = Path(__file__).resolve().parent


@cache
def icon() -> Image.Image:
    """The page's icon, shipped with the app: Streamlit would fetch a named one from another host."""
    return Image.open(PAGES.parent / "assets" / "cards" / "icon.png").convert("RGBA")


def pages() -> dict[str, list]:
    """The home page, then one section for each chapter that has a lab."""
    sections: dict[str, list] = {"": [st.Page(PAGES / "home.py", title="Perceptorium", default=True)]}
    for lab in LABS:
        page = st.Page(PAGES / lab.page, title=lab.title, url_path=lab.slug, help=lab.question)
        sections.setdefault(CHAPTERS[lab.chapter], []).append(page)
    return sections


st.set_page_config(page_title="Perceptorium", page_icon=icon(), layout="wide")
chosen = st.navigation(pages(), position="top")
style.apply(sharing.presenting())
chosen.run()

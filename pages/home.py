"""The home page: every lab as a card with its own picture, found by words; no torch is imported here."""

import html

import streamlit as st

from pages.shared import components, serving
from pages.shared.catalogue import CHAPTERS, LABS, Lab
from pages.shared.state import ENTERED

st.session_state[ENTERED] = "home"
st.html(
    '<h1 class="title">Perceptorium</h1><p class="lead">Neural networks and convolutional networks that you can touch. '
    "Every number on every page is computed when you look at it.</p>"
)
with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
    search = st.text_input(
        "Search", placeholder="Search: stride, Sobel, padding …", label_visibility="collapsed", width=360
    )
    components.mount("resume", {"known": [lab.slug for lab in LABS]}, key="resume")


def card(lab: Lab) -> None:
    """A picture, the name, the question; the whole card is the link."""
    with st.container(key=f"card-{lab.slug}", border=True, gap="xsmall"):
        picture = f"./assets/{serving.version()}/cards/{lab.slug}.png"
        st.html(f'<img src="{picture}" alt="{html.escape(lab.title)}" loading="lazy">')
        st.page_link(lab.page, label=lab.title)
        st.caption(lab.question)


found = [lab for lab in LABS if lab.matches(search)]
for chapter, name in CHAPTERS.items():
    labs = [lab for lab in found if lab.chapter == chapter]
    if labs:
        st.subheader(name, anchor=False)
        with st.grid("auto", min_column_width=300, gap="medium", key=f"cards-{chapter}"):
            for lab in labs:
                card(lab)
if not found:
    st.markdown(f"No lab speaks of “{search.strip()}” yet. Try a shorter word.")

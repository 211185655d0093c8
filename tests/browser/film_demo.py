"""A page with one film, for the browser tests: `?demo=` chooses what it plays."""

import streamlit as st

from pages.shared import film
from tests.browser.films import DEMOS

st.set_page_config(layout="wide")
name = st.query_params.get("demo", "numbers")
film.show(DEMOS[name](), key="demo", name=name, scale=float(st.query_params.get("scale", "1")))
st.write(f"runs: {st.session_state.setdefault('runs', 0)}")
st.session_state.runs += 1
st.button("run again")

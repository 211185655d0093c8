"""A page with one stepper, for the browser tests: `?demo=` chooses what it plays, edits are applied and counted."""

import streamlit as st

from pages.shared import stepper
from tests.browser.traces import DEMOS, demo

st.set_page_config(layout="wide")
name = st.query_params.get("demo", "counting")
edits = st.session_state.setdefault("edits", {})
for edit in stepper.take("demo"):
    edits[edit.grid, edit.cell] = edit.value
trace = DEMOS["pooling"]({}) if st.session_state.get("other") else demo(name, edits)
stepper.show(trace, "demo", name=name, scale=float(st.query_params.get("scale", "1")))
if st.query_params.get("twice"):
    stepper.show(DEMOS["pooling"]({}), "second", name="pooling")
st.write(f"edits: {len(edits)}")
st.toggle("another trace", key="other")

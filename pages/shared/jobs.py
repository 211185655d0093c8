"""A job on a page: start, pause, stop, the place in the queue, and the picture of its last snapshot while it runs.

The job belongs to the reader's session, not to the page: it goes on while another page is read, and its result is there
when the reader comes back. It ends some seconds after the browser is closed.
"""

import html
import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engine.core.jobs import RefusedError, Status, Work, queue

TICK = 0.25  # seconds between two looks at a job
# Seconds that a job is kept without a sign: a hidden tab is slow to give one; a lost connection may come back.
HERE, GONE = 3600.0, 20
Draw = Callable[[Any, Status], None]
Dials = Callable[[Any], Mapping[str, tuple[str, float]]]


def owner() -> str:
    """The session, as the queue knows it."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


@cache
def grace() -> float:
    """Seconds that a job goes on without its reader: PERCEPTORIUM_GRACE, or 20."""
    text = os.environ.get("PERCEPTORIUM_GRACE", str(GONE))
    if not text.isdigit() or not 1 <= int(text) <= 3600:
        raise ValueError(f"PERCEPTORIUM_GRACE must be a whole number of seconds from 1 to 3600, not {text}.")
    return float(text)


@st.cache_resource(scope="session", on_release=lambda gone: queue().keep(gone, grace()), show_spinner=False)
def _presence(session: str) -> str:
    """Streamlit lets go of this when the connection is lost."""
    grace()  # a bad setting is told now, not when somebody leaves
    return session


def panel(page: Any, work: Work, draw: Draw, *, title: str = "Train", dials: Dials | None = None) -> Status | None:
    """Buttons, progress, and the picture of the reader's job, which may be of other settings than the page's.

    Args:
        page: the lab's.
        work: the job, a function of the engine that takes the page's Settings.
        draw: draws a snapshot; called again and again while the job runs, and once for its last.
        title: of the button that starts it; "" where these settings cannot be started.
        dials: numbers that may be changed while it runs, from the job's settings: name to title and first value.

    Returns:
        Where this page's job stands, None if it was never started.
    """
    reader = _presence(owner())
    found = queue().status(reader)
    queue().keep(reader, HERE)
    mine = found if found and type(found.settings) is type(page.settings) else None
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=f"job-{page.slug}"):
        _buttons(page, work, title, found, mine)
        if mine and mine.active and dials:
            for name, (words, first) in dials(mine.settings).items():
                _dial(page, name, words, first, mine.values.get(name, first))
    _watch(reader, page, draw, mine)
    return mine


def _buttons(page: Any, work: Work, title: str, found: Status | None, mine: Status | None) -> None:
    reader, busy = owner(), bool(found and found.active)
    if not (mine and mine.active):
        if title:
            st.button(title, key=f"{page.slug}.start", type="primary", on_click=_start, args=(page, work))
    elif mine.state == "paused":
        st.button("Resume", key=f"{page.slug}.resume", on_click=queue().resume, args=(reader,), type="primary")
    else:
        st.button("Pause", key=f"{page.slug}.pause", on_click=queue().pause, args=(reader,))
    if busy:
        words = "Stop" if mine else "Stop the run on another page"
        st.button(words, key=f"{page.slug}.stop", on_click=queue().stop, args=(reader,))


def _start(page: Any, work: Work) -> None:
    try:
        queue().start(owner(), work, page.settings)
        queue().keep(owner(), HERE)
    except RefusedError as error:
        page.state.notice(str(error))


def _dial(page: Any, name: str, words: str, first: float, now: float) -> None:
    key = f"{page.slug}.dial.{name}"

    def turn() -> None:
        queue().change(owner(), **{name: float(st.session_state[key])})

    st.number_input(words, 0.0, value=float(now), step=first / 4, format="%.4g", key=key, on_change=turn, width=200)


def _watch(reader: str, page: Any, draw: Draw, mine: Status | None) -> None:
    """Look again and again while there is something to come; then run the whole page once more."""
    if mine is None:
        return

    @st.fragment(run_every=TICK if mine.active and mine.state != "paused" else None)
    def look() -> None:
        now = queue().status(reader)
        if now is None:
            return
        if now.state != mine.state:
            st.rerun()
        st.progress(min(1.0, now.progress), words_of(now))
        if now.message:
            st.html(f'<div class="refusal" role="alert">{html.escape(now.message)}</div>')
        if now.settings != page.settings and not now.active:
            st.html('<div class="notice" role="status">The settings have changed since this run.</div>')
        if now.snapshot is not None:
            draw(now.snapshot, now)

    look()


def words_of(now: Status) -> str:
    """Where a job stands, in words."""
    spent = f"{now.seconds:.1f} s"
    if now.state == "waiting":
        before = {0: "next in the queue", 1: "1 run is before yours"}.get(
            now.ahead, f"{now.ahead} runs are before yours"
        )
        return f"Waiting: {before}." if now.seconds == 0 else f"Waiting for its next turn: {before}. {spent} so far."
    return {
        "running": f"Running, {spent}",
        "paused": f"Paused after {spent}",
        "done": f"Done in {spent}",
        "stopped": f"Stopped after {spent}",
        "failed": f"Failed after {spent}",
    }[now.state]

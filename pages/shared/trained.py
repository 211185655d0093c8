"""The networks that were trained in this visit: the newest first, few enough to be kept.

Labs that look inside a network offer them beside those that come with the app. A run that ended while its reader was
on another page is found here too.
"""

from dataclasses import replace

import streamlit as st

from engine.core.jobs import queue
from engine.core.trained import Trained
from pages.shared.jobs import owner

KEY = "trained networks"
MOST, MOST_BYTES = 8, 4 * 2**20


def held() -> tuple[Trained, ...]:
    """All that are kept, the newest first."""
    status = queue().status(owner())
    fresh = getattr(status.snapshot, "trained", None) if status else None
    if isinstance(fresh, Trained) and st.session_state.get(f"{KEY}.seen") != id(fresh):
        st.session_state[f"{KEY}.seen"] = id(fresh)
        keep(fresh)
    return st.session_state.get(KEY, ())


def keep(fresh: Trained) -> None:
    """Keep a network, and let go of the oldest when they are too many or too large; the newest always stays."""
    before: tuple[Trained, ...] = st.session_state.get(KEY, ())
    alike = sum(run.title.split(" · ")[0] == fresh.title for run in before)
    kept = (replace(fresh, title=f"{fresh.title} · {alike + 1}") if alike else fresh, *before)[:MOST]
    while len(kept) > 1 and sum(run.size for run in kept) > MOST_BYTES:
        kept = kept[:-1]
    st.session_state[KEY] = kept

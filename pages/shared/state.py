"""A lab's Settings in this session: one truth that widgets, presets, links and edited cells all change.

Widgets mirror the truth and are never it: Streamlit forgets a widget that is not drawn, and a link or a preset must be
able to change what a widget shows. The truth survives page switches; a refused change leaves it as it was.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Generic, TypeVar

import streamlit as st

from engine.core import fields
from engine.core.fields import Experiment
from engine.core.memo import Memo, compute, is_private

S = TypeVar("S", bound=Experiment)
ENTERED = "page entered"
OWN_RESULTS, OWN_BYTES = "results of own images", 7 * 2**20


class State(Generic[S]):
    """The Settings of one lab in this session, and the sentences that its student should read once."""

    def __init__(self, slug: str, kind: type[S]) -> None:
        self.slug = slug
        self.kind = kind
        self._truth = f"settings of {slug}"
        self._notices = f"notices of {slug}"

    @property
    def settings(self) -> S:
        """The experiment as it stands."""
        stored = st.session_state.get(self._truth)
        return stored if isinstance(stored, self.kind) else self.kind()

    @settings.setter
    def settings(self, value: S) -> None:
        st.session_state[self._truth] = value

    def change(self, **values: Any) -> bool:
        """Change fields; a value that the experiment refuses changes nothing and leaves its sentence."""
        try:
            self.settings = replace(self.settings, **values)
        except (ValueError, TypeError) as error:
            self.notice(str(error))
            return False
        return True

    def notice(self, sentence: str) -> None:
        """Keep a sentence for the next drawing of the page."""
        st.session_state.setdefault(self._notices, []).append(sentence)

    def notices(self) -> list[str]:
        """The sentences kept since the last time, which are then forgotten."""
        return st.session_state.pop(self._notices, [])

    def enter(self, query: Mapping[str, str]) -> None:
        """At the first run on this page since another page: take over the settings that the address carries."""
        if st.session_state.get(ENTERED) == self.slug:
            return
        st.session_state[ENTERED] = self.slug
        carried = {name: query[name] for name in fields.fields_of(self.kind) if name in query}
        if not carried:
            return
        self.settings, sentences = fields.decode(self.kind, carried)
        for sentence in sentences:
            self.notice(sentence)


def memory(of: Experiment) -> Memo:
    """Where results of this experiment are kept: with everyone's, or in this session if it looks at an own image."""
    if not is_private(of):
        return compute
    kept: Memo = st.session_state.setdefault(OWN_RESULTS, Memo(OWN_BYTES, private=True))
    return kept

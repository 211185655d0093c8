"""Waiting for work of a few seconds: a bar says how far it is, and what it is at."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from engine.core.fields import Experiment


def slowly(page: Any, verb: Callable[..., Any], of: Experiment | None = None) -> Any:
    """The result of a verb that tells an `engine.core.progress.Report` how far it is; a result that is known is there.

    The bar stands where the picture will; a change of the settings meanwhile ends the work at its next report.

    Args:
        page: the lab's.
        verb: takes the settings, or `of`, a part of them.
        of: what the work depends on, if that is less than all settings.
    """
    place, told = st.empty(), -1

    def report(share: float, words: str) -> None:
        nonlocal told
        if (percent := int(100 * share)) != told:  # each message to the browser costs
            told = percent
            place.progress(percent, words)

    try:
        return page.compute(verb, report, of=of)
    finally:
        place.empty()

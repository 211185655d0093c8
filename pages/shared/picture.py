"""Shows image panels side by side in the browser: zoom, pan, the numbers in the pixels, hover across panels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from engine.figures.codes import Codes, codes_of
from engine.figures.panels import Marks, Numbers, Panel, Window
from pages.shared import components


@dataclass(frozen=True)
class Pixel:
    """A pixel that the reader clicked: the panel's index, row and column."""

    panel: int
    row: int
    column: int


def show(
    panels: Sequence[Panel],
    *,
    key: str,
    name: str,
    summary: str,
    height: int | None = None,
    columns: int | None = None,
    scale: float = 1.0,
    pick: bool = False,
) -> Pixel | None:
    """Draw the panels, linked, in as many columns as the width allows.

    Args:
        panels: the first one's pixels are the scene's, see `engine.figures.panels`.
        key: unique on the page; zoom and pin live on under it when the panels change.
        name: of the downloaded files, without ending.
        summary: the pictures in words, for those who cannot see them.
        height: the greatest height of one panel's image in CSS pixels; None: 480.
        columns: the greatest number of panels in a row.
        scale: how much larger texts are than usual.
        pick: whether a click is answered by a run of the page, with the pixel returned; else clicks stay in the
            browser.

    Returns:
        The pinned pixel if `pick`, checked against the panels; None if there is none.
    """
    data = {
        "panels": _panels(panels, key),
        "name": name,
        "summary": summary,
        "height": round((height or 480) * scale),
        "columns": columns or len(panels),
        "scale": scale,
        "pick": pick,
    }
    events: dict[str, Any] = {"on_pin_change": lambda: None} if pick else {}
    events["on_missing_change"] = lambda: None
    state = components.mount("picture", data, key=key, **events)
    return _pixel(state.get("pin"), panels) if pick else None


def _panels(panels: Sequence[Panel], key: str) -> list[dict[str, Any]]:
    """The panels for the browser; the bytes of those that the last run sent stay out, since it has them unpacked.

    Where it has not (it was opened anew, or a message was overtaken) it says so in `missing`, and gets them all.
    A panel that is one channel of another names it instead of sending the bytes twice.
    """
    name = f"{key}.sent"
    sent, heard = st.session_state.get(name, (frozenset(), None))
    missing = components.said(key, "missing")
    known = sent if missing == heard else frozenset()
    coded = [(panel, codes_of(panel)) for panel in panels]
    names = [codes.digest() for _, codes in coded]
    st.session_state[name] = (frozenset(names), missing)
    whole = _channels([codes for _, codes in coded], names)
    return [
        _panel(panel, codes, digest) | _contents(codes, digest, known, whole)
        for (panel, codes), digest in zip(coded, names, strict=True)
    ]


def _channels(coded: Sequence[Codes], names: Sequence[str]) -> dict[str, tuple[str, int]]:
    """The names of the channels of coloured panels: the panel that each is in, and its place there."""
    if all(len(codes.planes) > 1 for codes in coded):
        return {}
    coloured = [(codes, name) for codes, name in zip(coded, names, strict=True) if len(codes.planes) > 1]
    return {
        channel.digest(): (name, place) for codes, name in coloured for place, channel in enumerate(codes.channels())
    }


def _contents(codes: Codes, digest: str, known: frozenset[str], whole: dict[str, tuple[str, int]]) -> dict[str, Any]:
    """Nothing if the browser has it, the place where it stands, or its bytes."""
    if digest in known:
        return {}
    return {"channel": list(whole[digest])} if digest in whole else {"bytes": codes.packed()}


def _panel(panel: Panel, codes: Codes, digest: str) -> dict[str, Any]:
    numbers = panel.numbers or Numbers()
    return {
        "id": digest,
        "title": panel.title,
        "subtitle": panel.subtitle,
        "kind": panel.kind,
        "shape": list(codes.planes.shape),
        "bits": codes.planes.dtype.itemsize * 8,
        "scale": codes.scale,
        "shift": codes.shift,
        "limits": list(panel.limits) if panel.limits else None,
        "numbers": {
            "scale": list(numbers.scale),
            "shift": list(numbers.shift),
            "decimals": codes.decimals if numbers.decimals is None else numbers.decimals,
        },
        "marks": [_marks(marks) for marks in panel.marks],
        "window": _window(panel.window),
        "link": {"scale": panel.link.scale, "offset": panel.link.offset} if panel.link else None,
        "linked": panel.linked,
        "over": panel.over,
        "opacity": panel.opacity,
        "smooth": panel.smooth,
    }


def _marks(marks: Marks) -> dict[str, Any]:
    return {
        "kind": marks.kind,
        "places": marks.places.astype(np.float32),
        "ink": marks.ink,
        # Opacity in 16 steps: the browser draws all marks of a step in one stroke.
        "weight": None if marks.weight is None else np.rint(np.clip(marks.weight, 0, 1) * 15).astype(np.uint8),
        "size": marks.size,
        "labels": list(marks.labels),
    }


def _window(window: Window | None) -> dict[str, Any] | None:
    if window is None:
        return None
    return {
        "panel": window.panel,
        "height": window.height,
        "width": window.width,
        "step": window.step,
        "offset": window.offset,
    }


def _pixel(answer: Any, panels: Sequence[Panel]) -> Pixel | None:
    """The pixel that the browser names, if there is such a pixel."""
    if not isinstance(answer, dict):
        return None
    place = [part for name in ("panel", "row", "column") if type(part := answer.get(name)) is int and part >= 0]
    if len(place) != 3 or place[0] >= len(panels):
        return None
    height, width = panels[place[0]].values.shape[-2:]
    return Pixel(*place) if place[1] < height and place[2] < width else None

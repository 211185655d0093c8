"""The landscape on a page: shows it, and brings a start that was moved, a rate or a rule back into the settings."""

import math
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import streamlit as st

from engine.figures.landscape import Landscape
from pages.shared import components

FLOATS = ("values", "points", "gaps", "gradients", "memories", "scales", "minima")
SPARSE = ("gradients", "memories", "scales")


def show(
    drawn: Landscape,
    *,
    key: str,
    name: str,
    scale: float = 1.0,
    move: Callable[[float, float], None] | None = None,
    change: Callable[[str, float | None], None] | None = None,
) -> None:
    """Draw the landscape.

    Args:
        drawn: what to draw.
        key: unique on the page.
        name: of the downloaded files, without ending.
        scale: of texts, larger in a lecture hall.
        move: called with the place that the reader moved the start to, before the next run.
        change: called with a rule and its new learning rate, or None when it joined or left.
    """

    def moved() -> None:
        answer = fresh(key, "start")
        x, y = answer.get("x"), answer.get("y")
        if move and inside(x, drawn.box[0], drawn.box[1]) and inside(y, drawn.box[2], drawn.box[3]):
            move(float(x), float(y))  # type: ignore[arg-type]

    def changed() -> None:
        answer = fresh(key, "change")
        rule, rate = answer.get("rule"), answer.get("rate")
        known = [entrant["rule"] for entrant in drawn.entrants or ()]
        if change is None or rule not in known:
            return
        if answer.get("join") is True:
            change(str(rule), None)
        elif inside(rate, 0.0, math.inf):
            change(str(rule), float(rate))  # type: ignore[arg-type]

    events: dict[str, Any] = {"on_start_change": moved, "on_change_change": changed}
    components.mount("landscape", describe(drawn) | {"name": name, "scale": float(scale)}, key=key, **events)


def describe(drawn: Landscape) -> dict[str, Any]:
    """The landscape as plain values and arrays of single precision; of runs without memory or scale none is sent."""
    data = {part.name: getattr(drawn, part.name) for part in fields(drawn)}
    for part in FLOATS:
        if data[part] is not None:
            data[part] = np.asarray(data[part], dtype=np.float32)
    for part in SPARSE:
        if data[part] is not None:
            there = ~np.isnan(data[part]).all(axis=(0, 2))
            data[part], data[f"{part}_of"] = data[part][:, there], np.where(there, np.cumsum(there) - 1, -1).tolist()
    return data | {"levels": np.asarray(drawn.levels, dtype=np.float64)}


def inside(value: object, low: float, high: float) -> bool:
    """Whether something the browser sent is a finite number between low and high."""
    return type(value) in (int, float) and math.isfinite(value) and low <= value <= high  # type: ignore[arg-type, operator]


def fresh(key: str, name: str) -> dict[str, Any]:
    """What the browser sent under a name, once; it is not trusted to be anything."""
    answer = components.said_parts(key, name)
    if type(answer.get("serial")) is not int:
        return {}
    taken = f"{key}:{name}:serial"
    if answer["serial"] <= st.session_state.get(taken, 0):
        return {}
    st.session_state[taken] = answer["serial"]
    return answer

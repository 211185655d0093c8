"""The computation graph on a page: shows it, and brings inputs that were dragged back into the settings."""

import math
from collections.abc import Callable
from typing import Any, Protocol

import streamlit as st

from engine.core.expression_tokens import ExpressionError
from engine.core.graph import Graph
from engine.core.graph_passes import Flow
from pages.shared import components
from pages.shared.state import State

LARGEST_INPUT = 1e6


class Drawn(Protocol):
    """What can be shown: a graph with its numbers, and the input that forward mode starts from."""

    @property
    def flow(self) -> Flow:
        """Graph and numbers."""

    @property
    def seed(self) -> int:
        """The node that forward mode starts from, or −1."""


def show(
    study: Drawn,
    state: State[Any],
    with_inputs: Callable[[Any, dict[str, float]], Any],
    summary: str,
    *,
    scale: float = 1.0,
) -> None:
    """Draw the graph.

    Args:
        study: graph and numbers.
        state: of the lab; an input that was dragged changes its settings at the next run, before anything is computed.
        with_inputs: the lab's own way from settings and new numbers to settings.
        summary: the picture in words.
        scale: of text and controls, larger in a lecture hall.
    """
    key = f"{state.slug}.graph"
    names = {study.flow.graph.nodes[at].name for at in study.flow.graph.inputs}

    def dragged() -> None:
        values = _inputs(key, names)
        if values:
            try:
                state.settings = with_inputs(state.settings, values)
            except ValueError as error:
                state.notice(str(error))

    data = describe(study.flow.graph) | {
        "seed": study.seed,
        "mode": state.settings.mode,
        "summary": summary,
        "name": state.slug,
        "scale": float(scale),
        "serial": st.session_state.get(f"{key}:serial", 0),
    }
    components.mount("graph", data, key=key, on_inputs_change=dragged)


def describe(graph: Graph) -> dict[str, Any]:
    """The graph as plain values."""
    return {
        "nodes": [
            {
                "op": node.op,
                "name": node.name,
                "formula": node.formula,
                "symbol": node.symbol,
                "args": list(node.args),
                "terms": [[factor, list(places)] for factor, places in node.terms],
                "plain": [node.plain(place) for place in range(len(node.args))],
                "value": node.value,
                "drawn": node.drawn,
            }
            for node in graph.nodes
        ],
        "inputs": list(graph.inputs),
        "output": graph.output,
    }


def _inputs(key: str, names: set[str]) -> dict[str, float]:
    """What the browser says the inputs are; it is not trusted: only finite numbers for names that there are."""
    batch = components.said_parts(key, "inputs")
    serial, values = batch.get("serial"), batch.get("values")
    if type(serial) is not int or serial <= st.session_state.get(f"{key}:serial", 0) or not isinstance(values, dict):
        return {}
    st.session_state[f"{key}:serial"] = serial
    return {
        name: float(value)
        for name, value in values.items()
        if name in names and type(value) in (int, float) and math.isfinite(value) and abs(value) <= LARGEST_INPUT
    }


def mistake(error: ExpressionError | None) -> None:
    """The place of a slip in a formula: its line, and a caret under the character."""
    if error is not None:
        st.code(error.caret(28), language=None)


def seed(state: State[Any], names: list[str]) -> None:
    """The choice of the input that forward mode starts from."""
    if not names:
        return
    key = f"{state.slug}.seed_input"
    current = state.settings.seed_input if state.settings.seed_input in names else names[0]
    if st.session_state.get(key) != current:
        st.session_state[key] = current

    def adopt() -> None:
        state.change(seed_input=st.session_state[key])

    st.selectbox("Forward from", names, key=key, on_change=adopt, help="The input that moves in forward mode.")

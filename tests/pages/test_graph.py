"""What the browser says about dragged inputs is not trusted, and what the page sends is complete."""

import pytest
import streamlit as st

from engine.learning import computation_graph as lab
from pages.shared import graph
from pages.shared.components import pack, unpack

KEY = "lab.graph"


@pytest.fixture
def session(monkeypatch):
    """A session state of our own."""
    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def test_a_batch_of_inputs_counts_once(session):
    session[KEY] = {"inputs": {"serial": 3, "values": {"a": 2, "b": -0.5}}}
    assert graph._inputs(KEY, {"a", "b"}) == {"a": 2.0, "b": -0.5}
    assert graph._inputs(KEY, {"a", "b"}) == {}


@pytest.mark.parametrize(
    "values",
    [
        {"c": 1.0},
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": 1e7},
        {"a": True},
        {"a": "1"},
        {"a": None},
        [1],
        "a",
        3,
    ],
)
def test_nonsense_from_the_browser_is_dropped(session, values):
    session[KEY] = {"inputs": {"serial": 1, "values": values}}
    assert graph._inputs(KEY, {"a", "b"}) == {}


@pytest.mark.parametrize("batch", [None, 3, [], {"values": {"a": 1.0}}, {"serial": True, "values": {"a": 1.0}}])
def test_a_batch_without_a_number_is_dropped(session, batch):
    session[KEY] = {"inputs": batch}
    assert graph._inputs(KEY, {"a"}) == {}


def test_the_page_sends_every_node_with_what_it_reads():
    made = lab.differentiate(lab.Settings()).graph
    sent = unpack(pack(graph.describe(made)))
    assert [node["name"] for node in sent["nodes"]] == [node.name for node in made.nodes]
    assert [node["args"] for node in sent["nodes"]] == [list(node.args) for node in made.nodes]
    assert sent["output"] == made.output

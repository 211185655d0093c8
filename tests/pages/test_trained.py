"""The networks of this visit: newest first, named apart, and never more than may be kept."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.core.trained import Trained
from pages.shared import trained


def network(title, size=1000):
    none = np.zeros(2)
    statistics = ((0.1,), (0.3,))
    return Trained(
        title, "INPUT 1x28x28 -> FC 10", bytes(size), "mnist", (1, 28, 28), tuple("0123456789"), statistics, 7850, 0.9,
        100, 1.0, none, none, none, none, none, none,
    )  # fmt: skip


def script():
    import streamlit as st

    from pages.shared import trained

    for run in st.session_state.pop("fresh", []):
        trained.keep(run)
    st.markdown(" | ".join(run.title for run in trained.held()))


@pytest.fixture
def app():
    return AppTest.from_function(script).run()


def kept(app, *fresh):
    app.session_state["fresh"] = list(fresh)
    return app.run().markdown[0].value.split(" | ")


def test_the_newest_stands_first_and_namesakes_are_numbered(app):
    assert kept(app, network("LeNet"), network("MLP"), network("LeNet")) == ["LeNet · 2", "MLP", "LeNet"]


def test_there_are_never_too_many(app):
    names = [f"net {number}" for number in range(20)]
    assert kept(app, *map(network, names)) == names[: -trained.MOST - 1 : -1]


def test_the_oldest_go_where_they_are_too_large_and_the_newest_stays(app):
    half = trained.MOST_BYTES // 2
    assert kept(app, network("a", half), network("b", half - 2000), network("c")) == ["c", "b"]
    assert kept(app, network("d", 3 * trained.MOST_BYTES)) == ["d"]

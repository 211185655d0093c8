"""A job on a page: it starts, shows its snapshots, pauses, stops, and says what went wrong."""

import time
from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from engine.core import jobs as core
from engine.core.jobs import Status
from engine.core.local_jobs import LocalJobs
from pages.shared import jobs


@dataclass(frozen=True)
class Count:
    """How far to count, and how fast."""

    most: int = 3
    wait: float = 0.0


def count(settings, control):
    """1, 2, 3 …, a snapshot each."""
    if settings.most < 0:
        raise ValueError("One cannot count to less than nothing.")
    for number in range(1, settings.most + 1):
        time.sleep(settings.wait)
        control.progress = number / settings.most
        yield number * control.value("rate", 1.0)


def script():
    import streamlit as st

    from pages.shared import jobs
    from tests.pages.test_jobs import Count, count

    class Page:
        """As much of a page as a job needs."""

        slug = "counting"
        settings = Count(**st.session_state.get("given", {}))

        class state:  # noqa: N801
            notice = staticmethod(st.error)

    if not st.session_state.get("away"):
        jobs.panel(
            Page(),
            count,
            lambda snapshot, status: st.markdown(f"counted {snapshot:g}"),
            title=st.session_state.get("title", "Count"),
            dials=lambda settings: {"rate": ("Rate", 1.0)},
        )


@pytest.fixture
def app(monkeypatch):
    """The page with a queue of its own."""
    own = LocalJobs()
    monkeypatch.setattr(jobs, "queue", lambda: own)
    monkeypatch.setattr(core, "queue", lambda: own)
    made = AppTest.from_function(script, default_timeout=30)
    made.own = own
    return made.run()


def settle(app, state):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        found = list(app.own._jobs.values())
        if found and found[0].state == state:
            return app.run()
        time.sleep(0.01)
    raise AssertionError(f"the job never was {state}")


def test_a_job_is_started_and_its_last_snapshot_stays(app):
    assert [button.label for button in app.button] == ["Count"]
    app.button[0].click().run()
    settle(app, "done")
    assert not app.exception
    assert app.markdown[0].value == "counted 3"
    assert [button.label for button in app.button] == ["Count"]


def test_a_job_is_paused_resumed_and_stopped(app):
    app.session_state["given"] = {"most": 10_000, "wait": 0.01}
    app.run().button[0].click().run()
    settle(app, "running")
    assert [button.label for button in app.button] == ["Pause", "Stop"]
    app.number_input[0].set_value(0.0).run()
    app.button[0].click().run()
    settle(app, "paused")
    assert app.markdown[0].value == "counted 0"
    assert [button.label for button in app.button] == ["Resume", "Stop"]
    app.button[0].click().run()
    settle(app, "running")
    app.button[1].click().run()
    settle(app, "stopped")
    assert [button.label for button in app.button] == ["Count"]


def test_what_went_wrong_is_said_in_the_pictures_place(app, words):
    app.session_state["given"] = {"most": -1}
    app.run().button[0].click().run()
    settle(app, "failed")
    assert "One cannot count to less than nothing." in words(app)


def test_results_of_other_settings_are_named_as_such(app, words):
    app.button[0].click().run()
    settle(app, "done")
    assert "settings have changed" not in words(app)
    app.session_state["given"] = {"most": 5}
    app.run()
    assert "settings have changed" in words(app)


@pytest.mark.parametrize("text", ["0", "-1", "soon", "4000"])
def test_the_grace_of_a_lost_connection_is_a_number_of_seconds(monkeypatch, text):
    read = jobs.grace.__wrapped__
    assert read() == 20
    monkeypatch.setenv("PERCEPTORIUM_GRACE", "3")
    assert read() == 3
    monkeypatch.setenv("PERCEPTORIUM_GRACE", text)
    with pytest.raises(ValueError, match="1 to 3600"):
        read()


def test_a_run_goes_on_where_its_settings_cannot_be_started(app):
    app.session_state["given"] = {"most": 10_000, "wait": 0.01}
    app.run().button[0].click().run()
    settle(app, "running")
    app.session_state["title"] = ""
    app.run()
    assert [button.label for button in app.button] == ["Pause", "Stop"]
    app.button[1].click().run()
    settle(app, "stopped")
    assert not app.button
    assert app.markdown[0].value.startswith("counted")


def test_a_changed_number_is_there_again_after_another_page(app):
    app.session_state["given"] = {"most": 10_000, "wait": 0.01}
    app.run().button[0].click().run()
    settle(app, "running")
    app.number_input[0].set_value(0.25).run()
    app.session_state["away"] = True
    assert not app.run().button
    app.session_state["away"] = False
    assert app.run().number_input[0].value == 0.25
    assert next(iter(app.own._jobs.values())).control.values == {"rate": 0.25}
    app.button[1].click().run()


def test_the_words_say_where_a_job_stands():
    def words(state, ahead=0, seconds=0.0):
        return jobs.words_of(Status(None, state, ahead, None, 0, 0.0, seconds, ""))

    assert words("waiting") == "Waiting: next in the queue."
    assert words("waiting", 1) == "Waiting: 1 run is before yours."
    assert words("waiting", 7, 2.0) == "Waiting for its next turn: 7 runs are before yours. 2.0 s so far."
    assert words("done", seconds=4.25) == "Done in 4.2 s"

"""Pages without a browser: Streamlit's own test runner on the script that the server runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import components

MAIN = Path(__file__).resolve().parents[2] / "pages" / "main.py"


@pytest.fixture
def open_lab():
    """Opens a lab's page, with a query string if there is one, and runs it."""

    def run(lab, query: str = "") -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=60).run()
        for name, value in parse_qsl(query, keep_blank_values=True):
            app.query_params[name] = value
        app.switch_page(lab.page).run()
        assert not app.exception, app.exception
        return app

    return run


class Browser:
    """Stands in for the browser: has what was mounted last, and answers as it is told to.

    Attributes:
        data: what a component was sent, as the browser unpacks it.
        memory: Streamlit's session state.
    """

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.memory: dict[str, Any] = {}
        self._events: dict[str, Callable[[], None]] = {}

    def mount(self, name: str, data: dict[str, Any], *, key: str, **events: Callable[[], None]) -> dict[str, Any]:
        """In place of components.mount."""
        self.data, self._events = components.unpack(components.pack(data)), events
        return {}

    def answer(self, key: str, **said: Any) -> None:
        """Say something under the names of events; every listener hears of it."""
        self.memory[key] = said
        for listen in self._events.values():
            listen()


@pytest.fixture
def browser(monkeypatch) -> Browser:
    """A stand-in for the browser, for components that are shown outside a page."""
    stand_in = Browser()
    monkeypatch.setattr(components, "mount", stand_in.mount)
    monkeypatch.setattr(components.st, "session_state", stand_in.memory)
    return stand_in


@pytest.fixture
def words():
    """All that a page says through st.html, as one text."""

    def read(app: AppTest) -> str:
        return "\n".join(element.proto.body for element in app.get("html"))

    return read

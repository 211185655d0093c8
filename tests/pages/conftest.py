"""Pages without a browser: Streamlit's own test runner on the script that the server runs."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

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


@pytest.fixture
def words():
    """All that a page says through st.html, as one text."""

    def read(app: AppTest) -> str:
        return "\n".join(element.proto.body for element in app.get("html"))

    return read

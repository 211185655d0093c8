"""What a film sends to the browser, and the shared pieces of style sheets."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import components, film
from tests.browser.films import DEMOS, waves


@pytest.mark.parametrize("name", DEMOS)
def test_a_film_arrives_with_all_that_it_has(name):
    made = DEMOS[name]()
    sent = components.unpack(components.pack(film.describe(made)))
    assert sent["labels"] == list(made.labels)
    assert sent["summary"] == made.summary
    assert [panel["title"] for panel in sent["panels"]] == [panel.title for panel in made.panels]
    assert len(sent["positions"]) == len(made)
    for panel, own in zip(sent["panels"], made.panels, strict=True):
        if own.exact:
            assert np.array_equal(panel["values"], own.values)
        else:
            assert panel["planes"] == (3 if own.kind == "rgb" else 1)
            assert len(panel["strip"]) < own.values.nbytes


def test_a_film_of_maps_is_sent_in_less_than_its_codes():
    made = waves()
    assert len(components.pack(film.describe(made))) < 0.6 * made.size


def test_a_film_is_shown_on_a_page():
    def script():
        from pages.shared import film
        from tests.browser.films import numbers

        film.show(numbers(), key="film", name="numbers")

    app = AppTest.from_function(script, default_timeout=30).run()
    assert not app.exception
    assert "perceptorium_film" in app.get("bidi_component")[0].proto.component_name


@pytest.mark.parametrize("name", ["stepper", "film"])
def test_style_sheets_share_the_players_bar(name):
    rules = components.stylesheet(f"{name}.css")
    assert "@import" not in rules
    assert rules.startswith(".bar{")
    assert f".{name}{{" in rules


def test_a_component_without_a_style_sheet_has_none():
    assert components.stylesheet("chart.css") is None

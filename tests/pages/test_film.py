"""What a film sends to the browser, and the shared pieces of style sheets."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.core import film as core_film
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


def test_frames_that_show_the_same_again_cost_little():
    frames = np.random.default_rng(0).integers(0, 255, (40, 40)).astype(np.float64)
    moving = core_film.panel("moves", np.stack([np.roll(frames, step, axis=0) for step in range(8)]), "grey")
    still = core_film.Film((moving,), tuple("abcdefgh"), "")
    assert len(film.describe(still)["panels"][0]["strip"]) < 2 * frames.size


def test_a_film_is_shown_on_a_page():
    def script():
        from pages.shared import film
        from tests.browser.films import numbers

        film.show(numbers(), key="film", name="numbers")

    app = AppTest.from_function(script, default_timeout=30).run()
    assert not app.exception
    assert "perceptorium_film" in app.get("bidi_component")[0].proto.component_name


@pytest.mark.parametrize("name", ["stepper", "film"])
def test_style_sheets_share_the_players_bar_and_the_frame_before_their_own_rules(name):
    rules = components.stylesheet(f"{name}.css")
    assert "@import" not in rules
    assert rules.startswith(".bar{")
    assert rules.index(".bar{") < rules.index("[data-component]{") < rules.index(f".{name} svg{{")


def test_a_component_without_a_style_sheet_has_none():
    assert components.stylesheet("chart.css") is None

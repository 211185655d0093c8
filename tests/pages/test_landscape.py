"""What the landscape believes of the browser's answers, and what it sends."""

import math

import numpy as np
import pytest

from engine.figures.landscape import race_landscape
from engine.learning import optimizers as lab
from engine.learning import optimizers_words as words
from pages.shared import components, landscape

KEY = "lab.race"


@pytest.fixture(scope="module")
def drawn():
    race = lab.compete(lab.Settings(steps=500))
    return race_landscape(race, words.summary(race))


@pytest.fixture
def answer(browser, drawn):
    """Shows the landscape and plays one answer of the browser; gives what the page was told."""

    def play(**state):
        told = []
        landscape.show(
            drawn,
            key=KEY,
            name="lab",
            move=lambda *place: told.append(place),
            change=lambda *made: told.append(made),
        )
        browser.answer(KEY, **state)
        return told

    return play


def test_a_start_a_rate_and_a_rule_are_told_once(answer):
    assert answer(start={"serial": 1, "x": 1.5, "y": -2}) == [(1.5, -2.0)]
    assert answer(start={"serial": 1, "x": 1.5, "y": -2}) == []
    assert answer(change={"serial": 2, "rule": "adam", "rate": 0.3}) == [("adam", 0.3)]
    assert answer(change={"serial": 3, "rule": "adam", "join": True}) == [("adam", None)]


@pytest.mark.parametrize(
    "state",
    [
        {"start": None},
        {"start": [1, 2]},
        {"start": {"serial": 1}},
        {"start": {"serial": "1", "x": 0, "y": 0}},
        {"start": {"serial": True, "x": 0, "y": 0}},
        {"start": {"serial": 1, "x": "0", "y": 0}},
        {"start": {"serial": 1, "x": True, "y": 0}},
        {"start": {"serial": 1, "x": math.nan, "y": 0}},
        {"start": {"serial": 1, "x": 99, "y": 0}},
        {"change": {"serial": 1, "rule": "walking", "rate": 1}},
        {"change": {"serial": 1, "rule": ["adam"], "rate": 1}},
        {"change": {"serial": 1, "rule": "adam", "rate": -1}},
        {"change": {"serial": 1, "rule": "adam", "rate": math.inf}},
        {"change": {"serial": 1, "rule": "adam", "join": 1}},
    ],
)
def test_what_cannot_be_is_not(answer, state):
    assert answer(**state) == []


def test_the_longest_race_is_small_enough_to_send(drawn):
    packed = components.pack(landscape.describe(drawn))
    assert len(packed) < 300 * 1024
    back = components.unpack(packed)
    np.testing.assert_allclose(back["points"], drawn.points, rtol=1e-6, atol=1e-30)
    assert back["kinds"] == drawn.kinds
    assert back["limit"] is None

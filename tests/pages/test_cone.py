"""What the cone believes of the browser's answers."""

import pytest

from engine.convolution import receptive_field as lab
from engine.figures.cone import cone as drawn
from pages.shared import cone

KEY = "lab.cone"


@pytest.fixture
def answer(browser):
    """Shows the cone and plays one answer of the browser; gives what the page was told."""

    def play(**state):
        told = []
        cone.show(
            drawn(lab.stack(lab.Settings()), ""),
            key=KEY,
            name="lab",
            pin=lambda *place: told.append(place),
            edit=lambda *change: told.append(change),
        )
        browser.answer(KEY, **state)
        return told

    return play


def test_a_cell_and_an_edit_that_can_be_are_told(answer):
    assert answer(pin={"layer": 4, "cell": 23}) == [(4, 23)]
    assert answer(pin={"layer": 0, "cell": 31}) == [(0, 31)]
    assert answer(edit={"layer": 4, "action": "remove", "cell": 23}) == [("remove", 4, 23)]
    assert answer(edit={"layer": 1, "action": "up", "cell": -1}) == [("up", 1, -1)]


@pytest.mark.parametrize(
    "pin",
    [
        None,
        3,
        {},
        {"layer": 4, "cell": 24},
        {"layer": 5, "cell": 0},
        {"layer": -1, "cell": 0},
        {"layer": True, "cell": 0},
        {"layer": "1", "cell": 0},
        {"layer": 1, "cell": 1.5},
        {"layer": 1, "cell": -1},
    ],
)
def test_a_cell_that_cannot_be_is_not(answer, pin):
    assert answer(pin=pin) == []


@pytest.mark.parametrize(
    "edit",
    [
        [],
        {"layer": 0, "action": "remove", "cell": -1},
        {"layer": 5, "action": "up", "cell": -1},
        {"layer": 1, "action": "explode", "cell": -1},
        {"layer": 1, "action": "up", "cell": 9999},
        {"layer": 1, "action": "up", "cell": "3"},
        {"layer": 1, "action": ["up"], "cell": -1},
        {"layer": 1, "action": "up"},
        {"layer": 1, "cell": -1},
    ],
)
def test_an_edit_that_cannot_be_is_not(answer, edit):
    assert answer(edit=edit) == []

"""What a picture sends to the browser, and what it believes of the answers."""

import numpy as np
import pytest

from engine.figures.panels import Panel
from pages.shared import picture
from pages.shared.picture import Pixel, _pixel

PANELS = (Panel("one", np.zeros((4, 6)), "signed"), Panel("two", np.zeros((3, 2, 2)), "rgb"))


def test_a_pixel_that_is_there_is_believed():
    assert _pixel({"panel": 0, "row": 3, "column": 5}, PANELS) == Pixel(0, 3, 5)
    assert _pixel({"panel": 1, "row": 1, "column": 0}, PANELS) == Pixel(1, 1, 0)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "pin",
        [],
        {},
        {"panel": 0, "row": 0},
        {"panel": 0, "row": 4, "column": 0},
        {"panel": 0, "row": 0, "column": 6},
        {"panel": 2, "row": 0, "column": 0},
        {"panel": -1, "row": 0, "column": 0},
        {"panel": 0, "row": -1, "column": 0},
        {"panel": 0, "row": 1.0, "column": 0},
        {"panel": True, "row": 0, "column": 0},
        {"panel": 0, "row": "1", "column": 0},
    ],
)
def test_a_pixel_that_cannot_be_is_not(answer):
    assert _pixel(answer, PANELS) is None


@pytest.fixture
def sent(browser):
    """The panels that a picture sends, run after run."""

    def show(*shown):
        picture.show(shown, key="lab", name="lab", summary="")
        return browser.data["panels"]

    return show


def coloured(seed=0):
    values = np.random.default_rng(seed).integers(0, 256, (3, 5, 7), dtype=np.uint8)
    apart = tuple(Panel(name, values[at], name) for at, name in enumerate(("red", "green", "blue")))
    return Panel("whole", values, "rgb"), *apart


def test_the_channels_of_a_picture_are_sent_with_it_and_not_again(sent):
    whole, *apart = sent(*coloured())
    assert "bytes" in whole
    assert [panel["channel"] for panel in apart] == [[whole["id"], place] for place in range(3)]
    assert not any("bytes" in panel for panel in apart)


def test_what_the_browser_has_is_named_alone_and_a_channel_of_nothing_brings_its_bytes(sent):
    sent(*coloured())
    assert not any("bytes" in panel or "channel" in panel for panel in sent(*coloured()))
    (alone,) = sent(coloured(1)[2])
    assert "bytes" in alone

import numpy as np
import pytest

from engine.figures.panels import Panel
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

"""What the network's picture sends, and what it believes of the browser's answers."""

import numpy as np
import pytest

from engine.core.networks.inside import titles
from engine.insight import draw_digit as lab
from pages.shared import network

KEY = "lab.network"


@pytest.fixture
def shown(browser):
    """Shows LeNet and plays one answer of the browser; gives what was sent and what the page was told."""

    def play(**state):
        told = []
        looked = lab.look(lab.Settings())
        names = tuple(map(str, range(10)))
        network.show(
            looked.stages,
            titles(looked.stages),
            names,
            looked.probabilities,
            key=KEY,
            name="lab",
            summary="words",
            chosen=looked.chosen,
            pick=lambda *place: told.append(place),
        )
        browser.answer(KEY, **state)
        return looked, browser.data, told

    return play


def test_every_map_arrives_with_its_numbers_and_shares_in_a_byte(shown):
    looked, sent, _ = shown()
    assert [stage["title"] for stage in sent["stages"]] == list(titles(looked.stages))
    np.testing.assert_array_equal(sent["stages"][0]["maps"], looked.pixels[None])
    for stage, own in zip(sent["stages"][1:], looked.stages[1:], strict=True):
        np.testing.assert_array_equal(stage["maps"], own.maps)
        if own.shares is not None:
            codes = stage["shares"].astype(float) / network.CODES * stage["most"]
            np.testing.assert_allclose(codes, own.shares, atol=stage["most"] / network.CODES)
    assert sent["stages"][3]["kernels"].shape == (16, 6, 5, 5)


def test_a_map_that_can_be_is_told(shown):
    assert shown(pick={"stage": 3, "channel": 15})[2] == [(3, 15)]


@pytest.mark.parametrize(
    "pick",
    [
        None,
        "3",
        {},
        {"stage": 0, "channel": 0},
        {"stage": 8, "channel": 0},
        {"stage": 3, "channel": 16},
        {"stage": 3, "channel": -1},
        {"stage": True, "channel": 0},
        {"stage": 3.0, "channel": 1},
    ],
)
def test_what_no_network_has_is_not_believed(shown, pick):
    assert shown(pick=pick)[2] == []

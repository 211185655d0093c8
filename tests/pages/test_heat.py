"""What the heat table and the tiles believe of the browser's answers, and what they send."""

import numpy as np
import pytest

from engine.neurons import activations as lab
from pages.shared import components, heat, tiles

KEY = "lab.component"


def show_heat(choose):
    values = np.array([[-np.inf, 0.5, 99.0], [1.0, -2.0, 3.0]])
    texts = [[f"{value:g}" for value in row] for row in values]
    heat.show(values, ["a", "b"], ["x", "y", "z"], texts, key=KEY, label="heat", limit=6, chosen=(1, 2), choose=choose)


def test_values_beyond_the_limit_have_the_ends_colour(browser):
    show_heat(lambda row, column: None)
    np.testing.assert_allclose(browser.data["values"], [[-6, 0.5, 6], [1, -2, 3]])
    assert browser.data["chosen"] == [1, 2]
    assert browser.data["texts"][0][0] == "-inf"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"row": 1, "column": 0}, [(1, 0)]),
        ({"row": 2, "column": 0}, []),
        ({"row": 0, "column": 3}, []),
        ({"row": -1, "column": 0}, []),
        ({"row": True, "column": 0}, []),
        ({"row": "1", "column": 0}, []),
        ({"row": 1.0, "column": 0}, []),
        ({"row": 1}, []),
        ([1, 0], []),
        (None, []),
    ],
)
def test_a_cell_that_cannot_be_is_not_chosen(browser, answer, told):
    heard = []
    show_heat(lambda *cell: heard.append(cell))
    browser.answer(KEY, cell=answer)
    assert heard == told


@pytest.mark.parametrize("event", ["choice", "beside"])
@pytest.mark.parametrize(
    ("answer", "told"),
    [({"name": "Tanh"}, ["Tanh"]), ({"name": "Magic"}, []), ({"name": ["Tanh"]}, []), ("Tanh", []), (None, [])],
)
def test_only_a_functions_name_is_heard(browser, event, answer, told):
    heard = {"choice": [], "beside": []}
    items = [tiles.Tile(*parts) for parts in lab.thumbnails(lab.Settings())]
    tiles.show(
        items, "ReLU", ["Tanh"], key=KEY, label="g", choose=heard["choice"].append, compare=heard["beside"].append
    )
    browser.answer(KEY, **{event: answer})
    assert heard[event] == told
    assert len(components.pack(browser.data)) < 20_000

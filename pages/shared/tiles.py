"""Small curves to choose from: one is chosen by a click, others are set beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pages.shared import components


@dataclass(frozen=True, eq=False)
class Tile:
    """One curve.

    Args:
        name: for the program.
        title: for the reader.
        values, slopes: at equal steps, (P,).
        limits: the heights of the picture's lower and upper edge.
    """

    name: str
    title: str
    values: np.ndarray
    slopes: np.ndarray
    limits: tuple[float, float]


def show(
    items: Sequence[Tile],
    chosen: str,
    beside: Sequence[str],
    *,
    key: str,
    label: str,
    choose: Callable[[str], None],
    compare: Callable[[str], None],
) -> None:
    """Draw the tiles.

    Args:
        items: in their order.
        chosen: the name of the one that stands out.
        beside: the names of those that are set beside it.
        key: unique on the page.
        label: what they are, for screen readers.
        choose: hears the name of a tile that was clicked, before the next run.
        compare: hears the name of one that is to be set beside, or no longer.
    """
    names = {item.name for item in items}

    def heard(event: str, do: Callable[[str], None]) -> None:
        name = components.said_parts(key, event).get("name")
        if isinstance(name, str) and name in names:
            do(name)

    data = {
        "items": [
            {
                "name": item.name,
                "title": item.title,
                "values": item.values.astype(np.float32),
                "slopes": item.slopes.astype(np.float32),
                "limits": list(item.limits),
            }
            for item in items
        ],
        "chosen": chosen,
        "beside": list(beside),
        "label": label,
    }
    components.mount(
        "tiles",
        data,
        key=key,
        on_choice_change=lambda: heard("choice", choose),
        on_beside_change=lambda: heard("beside", compare),
    )

"""The cone on a page: every layer a row of cells; hovering lights what a cell sees and reaches."""

from collections.abc import Callable
from dataclasses import asdict

from engine.figures.cone import COLUMNS, Cone
from pages.shared import components

ACTIONS = ("up", "down", "remove")


def show(
    cone: Cone,
    *,
    key: str,
    name: str,
    scale: float = 1.0,
    pin: Callable[[int, int], None],
    edit: Callable[[str, int, int], None],
) -> None:
    """Draw the cone.

    Args:
        cone: what to draw.
        key: unique on the page.
        name: of the downloaded files, without ending.
        scale: of texts, larger in a lecture hall.
        pin: called with the layer and the cell that the reader clicked, before the next run.
        edit: called with up, down or remove, the layer (counted from 1), and its chosen cell, −1 if it has none.
    """

    def pinned() -> None:
        place = _place(key, "pin")
        if place and 0 <= place[0] < len(cone.rows) and 0 <= place[1] < cone.rows[place[0]].cells:
            pin(*place)

    def edited() -> None:
        place, action = _place(key, "edit"), components.said_parts(key, "edit").get("action")
        if place and 1 <= place[0] < len(cone.rows) and place[1] < cone.rows[place[0]].cells and action in ACTIONS:
            edit(str(action), *place)

    data = asdict(cone) | {"columns": COLUMNS, "name": name, "scale": scale}
    components.mount("cone", data, key=key, on_pin_change=pinned, on_edit_change=edited)


def _place(key: str, name: str) -> tuple[int, int] | None:
    answer = components.said_parts(key, name)
    layer, cell = answer.get("layer"), answer.get("cell")
    return (layer, cell) if type(layer) is int and type(cell) is int else None

"""The cone of a receptive field: a chain of layers cut along one axis, each layer a row of cells."""

from dataclasses import dataclass

from engine.convolution.receptive_field import Stack
from engine.core.receptive import Field


@dataclass(frozen=True)
class Row:
    """One layer, or the input.

    Args:
        title: what it is.
        cells: how many it has.
        window: kernel, stride, padding, dilation, transposed (1 or 0); all 0 for the input.
        centres: where cell 0 … period − 1 stand, in input cells, each in the middle of what it sees.
        jump: how far apart they stand on average.
        numbers: what the table beside the row says, in the order of COLUMNS.
    """

    title: str
    cells: int
    window: tuple[int, int, int, int, int]
    centres: tuple[float, ...]
    jump: float
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Cone:
    """The rows from the input upwards, the cell that is chosen, and the picture in words."""

    rows: tuple[Row, ...]
    layer: int
    cell: int
    summary: str


COLUMNS = ("cells", "jump", "field r", "centre", "first sees")


def cone(laid: Stack, summary: str) -> Cone:
    """The drawing of a chain laid over its input."""
    rows = []
    for place, (cells, field) in enumerate(zip(laid.cells, laid.fields, strict=True)):
        layer = laid.layers[place - 1] if place else None
        low, high = field.of(0)
        size = str(field.size) if field.size == field.smallest else f"{field.smallest}–{field.size}"
        centre = f"{float(field.centre):g}" if low <= high else ""
        numbers = (str(cells), str(field.jump), size, centre, f"{low} … {high}" if low <= high else "nothing")
        w = layer.window if layer else None
        rows.append(
            Row(
                layer.brief if layer else "Input",
                cells,
                (w.kernel, w.stride, w.padding, w.dilation, int(w.transposed)) if w else (0, 0, 0, 0, 0),
                _centres(field),
                float(field.jump),
                tuple(number.replace("-", "−") for number in numbers),
            )
        )
    chosen, _, column = laid.chosen
    return Cone(tuple(rows), chosen, column, summary)


def _centres(field: Field) -> tuple[float, ...]:
    """The middles; neighbours that see the same cells are spread evenly, so that no cell hides another."""
    if field.period == 1:
        return (float(field.centre),)
    middles = [(low + high) / 2 for low, high in zip(field.lows, field.highs, strict=True) if low <= high]
    mean = sum(middles) / len(middles)
    step = float(field.jump)
    return tuple(mean + (place - (field.period - 1) / 2) * step for place in range(field.period))

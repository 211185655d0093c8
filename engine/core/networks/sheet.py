"""A network's numbers, layer by layer: shapes, parameters, multiply-adds, memory, receptive field."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from engine.core.arithmetic import FLOAT_BYTES, Pair
from engine.core.networks.layer_checks import Shape
from engine.core.networks.layers import Flatten, Layer, Linear
from engine.core.networks.meetings import Block, Residual
from engine.core.networks.sliding import Adaptive
from engine.core.networks.specification import Network, Path, number_of, visit
from engine.core.receptive import LONGEST_PERIOD, Field, merge, through

Fields = tuple[Field, Field]
Jump = tuple[Fraction, Fraction]


class Held:
    """What is counted, in bytes of float32; the activations for one image."""

    parameters: int
    activations: int

    @property
    def parameter_bytes(self) -> int:
        """Memory of the parameters."""
        return FLOAT_BYTES * self.parameters

    @property
    def activation_bytes(self) -> int:
        """Memory of the activations."""
        return FLOAT_BYTES * self.activations


@dataclass(frozen=True)
class Row(Held):
    """One layer.

    Args:
        path: where it stands, counted from 0.
        number: the same for the reader, counted from 1: 4, or 4.2.1 for layer 4, way 2, layer 1.
        name: what torch calls it in the built module: 3, or 3.body.0.
        kind: its class in torch.nn, Residual or Branches.
        text: as the grammar writes it.
        given, output: shapes for one image.
        parameters: what it learns itself.
        multiply_adds: for one image.
        activations: numbers that it makes for one image; 0 for Flatten, which only reads them in another order.
        field: height and width of what one cell of its output can see of the input, padding included; None if that is
            the whole input, whatever its size.
        jump: how far the field moves from one cell to the next, down and across; None in a vector.
    """

    path: Path
    number: str
    name: str
    kind: str
    text: str
    given: Shape
    output: Shape
    parameters: int
    multiply_adds: int
    activations: int
    field: Pair | None
    jump: Jump | None

    @property
    def depth(self) -> int:
        """How many residuals and branches it stands in."""
        return len(self.path) // 2


@dataclass(frozen=True)
class Totals(Held):
    """Sums over all rows; `parameter_bytes` and `activation_bytes` in float32, the input counted with neither."""

    parameters: int
    multiply_adds: int
    activations: int


@dataclass(frozen=True)
class Sight:
    """What the cells of a layer see: two fields; or in a vector the largest extent, None for the whole input."""

    fields: Fields | None
    extent: Pair | None

    @staticmethod
    def of(fields: Fields) -> "Sight":
        """Of maps."""
        return Sight(fields, (fields[0].size, fields[1].size))


WHOLE = Sight(None, None)


def sheet(network: Network) -> tuple[Row, ...]:
    """A row for each layer in reading order; a residual's and a branch's own row stands before those inside it."""
    return _chain(network.layers, network.input, Sight.of((Field(), Field())), (), "")[0]


def totals(rows: Sequence[Row]) -> Totals:
    """The sums."""
    return Totals(
        sum(row.parameters for row in rows),
        sum(row.multiply_adds for row in rows),
        sum(row.activations for row in rows),
    )


def _chain(
    layers: tuple[Layer, ...], given: Shape, seen: Sight, path: Path, prefix: str
) -> tuple[tuple[Row, ...], Sight]:
    rows: list[Row] = []
    for place, layer in enumerate(layers):
        own, name = (*path, place), f"{prefix}{place}"
        made = visit(layer, given, own)[0].made
        inside: tuple[Row, ...] = ()
        if isinstance(layer, Block):
            ways = [
                _chain(way, given, seen, (*own, index), f"{name}.{_way(layer, index)}.")
                for index, way in enumerate(layer.ways)
            ]
            inside = tuple(row for found, _ in ways for row in found)
            seen = _meet([end for _, end in ways], made)
        else:
            seen = _above(layer, given, seen)
        rows += [_row(layer, given, made, seen, own, name), *inside]
        given = made
    return tuple(rows), seen


def _row(layer: Layer, given: Shape, made: Shape, seen: Sight, path: Path, name: str) -> Row:
    return Row(
        path,
        number_of(path),
        name,
        getattr(layer, "function", type(layer).__name__),
        layer.text,
        given,
        made,
        layer.parameters(given),
        layer.multiply_adds(given),
        0 if isinstance(layer, Flatten) else prod(made),
        seen.extent,
        (seen.fields[0].jump, seen.fields[1].jump) if seen.fields else None,
    )


def _way(layer: Layer, index: int) -> str:
    """What torch calls a way inside."""
    return ("body", "shortcut")[index] if isinstance(layer, Residual) else f"ways.{index}"


def _above(layer: Layer, given: Shape, seen: Sight) -> Sight:
    """What is seen above one more layer."""
    windows = layer.windows()
    if isinstance(layer, Linear):
        return WHOLE
    if seen.fields is None:
        return seen
    if isinstance(layer, Flatten):
        return Sight(None, seen.extent)
    if isinstance(layer, Adaptive):
        down, across = (_cut(seen.fields[axis], given[axis + 1], layer.output_size[axis]) for axis in (0, 1))
        return Sight.of((down, across))
    if windows is None:
        return seen
    return Sight.of((through(seen.fields[0], windows[0]), through(seen.fields[1], windows[1])))


def _cut(below: Field, cells: int, parts: int) -> Field:
    """The field above an adaptive pooling: part i reads the cells from ⌊i·cells/parts⌋ to ⌈(i + 1)·cells/parts⌉."""
    count = min(parts, LONGEST_PERIOD)
    ends = [(below.of(i * cells // parts)[0], below.of(-(-(i + 1) * cells // parts) - 1)[1]) for i in range(count)]
    return Field(below.jump * cells / parts, tuple(low for low, _ in ends), tuple(high for _, high in ends))


def _meet(ends: list[Sight], made: Shape) -> Sight:
    """What is seen where ways meet."""
    if len(made) == 1:
        extents = [end.extent for end in ends if end.extent is not None]
        if len(extents) < len(ends):
            return WHOLE
        return Sight(None, (max(down for down, _ in extents), max(across for _, across in extents)))
    fields = [end.fields for end in ends if end.fields is not None]
    down, across = (_merged([pair[axis] for pair in fields], made[axis + 1]) for axis in (0, 1))
    return Sight.of((down, across))


def _merged(fields: list[Field], cells: int) -> Field:
    """As `merge`; ways of different strides may still make as many cells, which are then followed one by one."""
    if len({field.jump for field in fields}) == 1:
        return merge(fields)
    ends = [[field.of(cell) for field in fields] for cell in range(min(cells, LONGEST_PERIOD))]
    lows = tuple(min(low for low, _ in seen) for seen in ends)
    return Field(fields[0].jump, lows, tuple(max(high for _, high in seen) for seen in ends))

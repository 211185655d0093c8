"""A network as a picture: its volumes as boxes with their shapes, its layers on the arrows between them, as SVG.

The picture is as wide as it is told, and wraps into rows. Boxes have a root scale: twice the side is less than twice
as large, so that 28 and 1 can both be seen. Colours are those of the light theme; the browser swaps them in the dark.
"""

from dataclasses import dataclass
from html import escape

from engine.core.arithmetic import Volume
from engine.core.networks.layer_checks import Shape, shape_words
from engine.core.networks.layers import Activation, BatchNorm1d, BatchNorm2d, Dropout, GroupNorm
from engine.core.networks.meetings import Block
from engine.core.networks.specification import Network, Visit, number_of
from engine.figures.boxes import DEPTH, Box, solid
from engine.figures.network_pieces import INK, ROLE, ROOM, Hand, Piece, arrow, tint
from engine.figures.network_words import summary, tooltip, words

CELLWISE = (Activation, BatchNorm1d, BatchNorm2d, Dropout, GroupNorm)
TALLEST, WIDEST, LONGEST = 58.0, 34.0, 72.0  # the largest side, depth in channels, and vector, in pixels
MARGIN, BETWEEN_ROWS = 4.0, 22.0
UNFIT, USUAL = "does not fit", 13  # pixels of a text beside boxes of the size above
MOST_PIECES = 26  # more than these, and stages that repeat are drawn once


@dataclass(frozen=True)
class Diagram:
    """A picture.

    Args:
        svg: in the light palette.
        width, height: in pixels.
        summary: the picture in words.
    """

    svg: str
    width: float
    height: float
    summary: str


@dataclass(frozen=True)
class Stage:
    """Layers up to the next box: at most one that changes more than each number for itself.

    Args:
        visits: the layers, in order.
        made: the shape of the box.
        times: how often it stands in a row.
    """

    visits: tuple[Visit, ...]
    made: Shape
    times: int = 1

    @property
    def block(self) -> Block | None:
        """The residual or the branches, if it has some."""
        return next((visit.layer for visit in self.visits if isinstance(visit.layer, Block)), None)


def diagram(network: Network, width: float = 960, size: float = USUAL, broken: str = "", why: str = UNFIT) -> Diagram:
    """The picture of a network.

    Args:
        network: the specification.
        width: to wrap at, in pixels; what cannot be split may be wider.
        size: of texts, in pixels.
        broken: the words of a layer that cannot stand after the last one, drawn as a warning.
        why: what is the matter with it.
    """
    hand = Hand(size)
    scale = Scale.of(network, size / USUAL)
    pieces = [_volume(hand, scale, network.input, ROLE["input"])]
    drawn = stages(network)
    for stage in drawn:
        last = stage is drawn[-1] and not broken
        pieces += _stage(hand, scale, stage, width - 2 * MARGIN, last)
    if broken:
        pieces.append(_broken(hand, broken, why))
    rows = wrapped(pieces, width - 2 * MARGIN)
    widest = max(sum(piece.width for piece in row) for row in rows) + 2 * MARGIN
    parts, y = [], MARGIN
    for row in rows:
        x, line_height = MARGIN, y + max(piece.up for piece in row)
        for piece in row:
            parts.append(piece.draw(x, line_height))
            x += piece.width
        y = line_height + max(piece.down for piece in row) + BETWEEN_ROWS
    said = [summary(network), *([f"Then {broken} {why}."] if broken else [])]
    return _picture(parts, max(widest, 1), y - BETWEEN_ROWS + MARGIN, hand, " ".join(said))


def _picture(parts: list[str], width: float, height: float, hand: Hand, said: str) -> Diagram:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{escape(said)}" font-family="Inter, system-ui, sans-serif" '
        f'font-size="{hand.size:g}">'
    )
    return Diagram(f"{head}{''.join(parts)}</svg>", width, height, said)


def stages(network: Network) -> list[Stage]:
    """The layers in groups that end in a box; where there are too many to draw, the same in a row are one."""
    found: list[Stage] = []
    pending: list[Visit] = []
    for visit in (visit for visit in network.visits if len(visit.path) == 1):
        if isinstance(visit.layer, CELLWISE) and found and not pending:
            found[-1] = Stage((*found[-1].visits, visit), visit.made)
        else:
            pending.append(visit)
            if not isinstance(visit.layer, CELLWISE):
                found.append(Stage(tuple(pending), visit.made))
                pending = []
    if pending:
        found.append(Stage(tuple(pending), pending[-1].made))
    return found if len(found) <= MOST_PIECES else _once(found)


def _once(found: list[Stage]) -> list[Stage]:
    kept: list[Stage] = []
    for stage in found:
        same = [visit.layer for visit in stage.visits]
        if kept and stage.made == kept[-1].made and same == [visit.layer for visit in kept[-1].visits]:
            kept[-1] = Stage(kept[-1].visits, stage.made, kept[-1].times + 1)
        else:
            kept.append(stage)
    return kept


def wrapped(pieces: list[Piece], room: float) -> list[list[Piece]]:
    """As many pieces in a row as fit."""
    rows: list[list[Piece]] = [[]]
    for piece in pieces:
        if rows[-1] and sum(one.width for one in rows[-1]) + piece.width > room:
            rows.append([])
        rows[-1].append(piece)
    return rows


@dataclass(frozen=True)
class Scale:
    """The largest side, number of channels and vector of a network, to which all others are drawn; and how large."""

    side: int
    channels: int
    features: int
    zoom: float

    @staticmethod
    def of(network: Network, zoom: float) -> "Scale":
        """Of the input and every box."""
        shapes = [network.input, *(stage.made for stage in stages(network))]
        maps = [shape for shape in shapes if len(shape) == 3]
        vectors = [shape[0] for shape in shapes if len(shape) == 1]
        side, channels = max(max(one[1:]) for one in maps), max(16, *(shape[0] for shape in maps))
        return Scale(side, channels, max(vectors, default=1), zoom)

    def box(self, shape: Shape) -> tuple[float, float, float]:
        """Across, down and deep in pixels."""
        if len(shape) == 1:
            return 9.0 * self.zoom, self.zoom * (6 + LONGEST * (shape[0] / self.features) ** 0.4), 0.0
        down, deep = (self.zoom * (5 + TALLEST * (side / self.side) ** 0.6) for side in shape[1:])
        return self.zoom * (4 + WIDEST * (shape[0] / self.channels) ** 0.5), down, deep


def _volume(hand: Hand, scale: Scale, shape: Shape, color: str) -> Piece:
    """A box with its shape below."""
    across, down, deep = scale.box(shape)
    said = str(shape[0]) if len(shape) == 1 else shape_words(shape)
    wide, rise = across + deep * DEPTH[0], deep * DEPTH[1]
    width = max(wide, hand.width(said)) + 6

    def draw(x: float, y: float) -> str:
        left, top = x + (width - wide) / 2, y - (down - rise) / 2
        box = Box(Volume(1, 1, 1), left, top, across, down, deep)
        solid_box = solid(box, color, 0.2) if deep else _bar(left, y - down / 2, across, down, color)
        label = hand.text(said, x + width / 2, y + (down + rise) / 2 + 0.85 * hand.size, INK["text"])
        return solid_box + label

    half = (down + rise) / 2
    return Piece(width, half, half + 1.5 * hand.size, draw)


def _bar(x: float, y: float, width: float, height: float, color: str) -> str:
    size = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {size} fill="{color}" fill-opacity="0.26" stroke="{color}"/>'


def _stage(hand: Hand, scale: Scale, stage: Stage, room: float, last: bool) -> list[Piece]:
    """The arrow with its layers' words above, then the box; a block in between may end a row."""
    box = _volume(hand, scale, stage.made, ROLE["output"] if last else INK["muted"])
    place = next((i for i, visit in enumerate(stage.visits) if isinstance(visit.layer, Block)), None)
    if place is None or stage.block is None:
        return [_told(stage, [_labelled(hand, stage.visits, stage.times), box])]
    before = _labelled(hand, stage.visits[:place], 1)
    after = _labelled(hand, stage.visits[place + 1 :], stage.times)
    inner = hand.piece(stage.block, room - before.width)
    return [_told(stage, [before, inner]), _told(stage, [after, box])]


def _told(stage: Stage, parts: list[Piece]) -> Piece:
    """Parts side by side, which say under the pointer what layers they are."""
    ends = (stage.visits[0], stage.visits[-1])
    numbers = "-".join(dict.fromkeys(number_of(visit.path) for visit in ends))
    said = "\n".join(tooltip(visit) for visit in stage.visits)

    def draw(x: float, y: float) -> str:
        found = []
        for part in parts:
            found.append(part.draw(x, y))
            x += part.width
        return f'<g data-layers="{numbers}"><title>{escape(said)}</title>{"".join(found)}</g>'

    width = sum(part.width for part in parts)
    return Piece(width, max(part.up for part in parts), max(part.down for part in parts), draw)


def _labelled(hand: Hand, visits: tuple[Visit, ...], times: int) -> Piece:
    """An arrow with a line of words above it for each layer."""
    said = [(words(visit.layer), tint(visit.layer)) for visit in visits if not isinstance(visit.layer, Block)]
    if times > 1:
        said = [(f"{times} times", INK["accent"]), *said]
    width = max([22.0, *(hand.width(text) + 12 for text, _ in said)])

    def draw(x: float, y: float) -> str:
        top = y - 5 - hand.line * (len(said) - 0.5)
        texts = [hand.text(text, x + width / 2, top + row * hand.line, color) for row, (text, color) in enumerate(said)]
        return arrow(x + 2, y, width - 4) + "".join(texts)

    return Piece(width, 5 + hand.line * len(said), 4, draw)


def _broken(hand: Hand, text: str, why: str) -> Piece:
    """A layer that cannot be."""
    width = max(hand.width(text), hand.width(why)) + 2 * ROOM

    def draw(x: float, y: float) -> str:
        color, half = INK["warning"], hand.line + 6
        box = (
            f'<rect x="{x + 24:.1f}" y="{y - half:.1f}" width="{width:.1f}" height="{2 * half:.1f}" rx="6" fill="none" '
            f'stroke="{color}" stroke-dasharray="4 3"/>'
        )
        texts = [
            hand.text(said, x + 24 + width / 2, y + (row - 0.5) * hand.line, color)
            for row, said in enumerate((text, why))
        ]
        return arrow(x + 2, y, 22) + box + "".join(texts)

    return Piece(width + 26, hand.line + 8, hand.line + 8, draw)

"""The pieces that pictures of networks are put together of: words in frames, chains of them, residuals and branches.

A `Piece` knows how wide it is and how far it reaches above and below the line on which the network runs; `draw(x, y)`
gives its SVG with that line at y and its left end at x.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from engine.core.networks.layers import Layer, Linear
from engine.core.networks.meetings import Block, Residual
from engine.core.networks.sliding import Conv2d
from engine.figures import theme
from engine.figures.network_words import full_words

INK, ROLE = theme.INK["light"], theme.ROLES["light"]
GAP = 15.0  # an arrow between two pieces
DOT, MEETING = 2.5, 9.0  # radii: where ways part, where they meet
ROOM = 9.0  # between a frame and what it holds
LEAD = 12.0  # a straight line before and after a bend
NARROW = frozenset("il.,:|/ tfjI1×")


@dataclass(frozen=True)
class Piece:
    """Something on the line.

    Args:
        width: in pixels.
        up, down: how far it reaches above and below the line.
        draw: from the left end and the height of the line to SVG.
    """

    width: float
    up: float
    down: float
    draw: Callable[[float, float], str]

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.up + self.down


@dataclass(frozen=True)
class Hand:
    """How large everything is written.

    Args:
        size: of texts, in pixels.
    """

    size: float = 13.0

    @property
    def line(self) -> float:
        """From one line of text to the next."""
        return 1.35 * self.size

    def width(self, words: str) -> float:
        """About how wide a text is."""
        return sum(0.36 if sign in NARROW else 0.6 for sign in words) * self.size

    def text(self, words: str, x: float, y: float, color: str, anchor: str = "middle") -> str:
        """A text whose middle is at height y."""
        place = f'x="{x:.1f}" y="{y + 0.35 * self.size:.1f}"'
        return f'<text {place} text-anchor="{anchor}" fill="{color}">{escape(words)}</text>'

    def chip(self, layer: Layer) -> Piece:
        """A layer's words in a frame."""
        words, half = full_words(layer), 0.85 * self.size
        width = self.width(words) + 12

        def draw(x: float, y: float) -> str:
            return frame(x, y - half, width, 2 * half, INK["paper"], 4) + self.text(
                words, x + width / 2, y, tint(layer)
            )

        return Piece(width, half, half, draw)

    def piece(self, layer: Layer, room: float) -> Piece:
        """A layer inside a residual or a branch, no wider than the room if that can be."""
        if not isinstance(layer, Block):
            return self.chip(layer)
        inner = room - 2 * (ROOM + LEAD + MEETING) - 14
        ways = [self.chain(way, inner) for way in layer.ways]
        return residual(ways[0], ways[1]) if isinstance(layer, Residual) else branches(ways)

    def chain(self, layers: tuple[Layer, ...], room: float) -> Piece:
        """Layers one after the other, in as many lines as it takes; nothing if there are none."""
        if not layers:
            return Piece(0, 0, 0, lambda x, y: "")
        lines: list[list[Piece]] = [[]]
        for layer in layers:
            piece = self.piece(layer, room)
            if lines[-1] and sum(one.width + GAP for one in lines[-1]) + piece.width > room:
                lines.append([])
            lines[-1].append(piece)
        return stacked([joined(pieces) for pieces in lines])


def tint(layer: Layer) -> str:
    """The colour of a layer's words: what has kernels stands out."""
    return ROLE["kernel"] if isinstance(layer, Conv2d | Linear) else INK["text"]


def joined(pieces: list[Piece]) -> Piece:
    """Pieces on one line, an arrow between neighbours."""
    width = sum(piece.width for piece in pieces) + GAP * (len(pieces) - 1)

    def draw(x: float, y: float) -> str:
        parts = []
        for place, piece in enumerate(pieces):
            if place:
                parts.append(arrow(x, y, GAP))
                x += GAP
            parts.append(piece.draw(x, y))
            x += piece.width
        return "".join(parts)

    return Piece(width, max(piece.up for piece in pieces), max(piece.down for piece in pieces), draw)


def stacked(lines: list[Piece]) -> Piece:
    """Lines of a chain below each other: the first stands on the line of the network, and the last leads back to it."""
    if len(lines) == 1:
        return lines[0]
    gap, bend = 16.0, 7.0
    width = 2 * bend + max(one.width for one in lines)
    down = lines[0].down + sum(gap + one.height for one in lines[1:])

    def draw(x: float, y: float) -> str:
        parts, at = [lines[0].draw(x, y)], y
        for above, one in pairwise(lines):
            between = at + above.down + gap / 2
            below = at + above.down + gap + one.up
            parts.append(line(f"M{x + above.width:.1f} {at:.1f}h{bend}V{between:.1f}H{x - bend:.1f}V{below:.1f}h2"))
            parts += [head(x, below), one.draw(x, below)]
            at = below
        end = f"M{x + lines[-1].width:.1f} {at:.1f}H{x + width:.1f}V{y:.1f}"
        return "".join([*parts, line(end)])

    return Piece(width, lines[0].up, down, draw)


def residual(body: Piece, shortcut: Piece) -> Piece:
    """The body on the line, the shortcut over it, and a plus where they meet, in a frame."""
    inner = max(body.width, shortcut.width) + 2 * LEAD
    width = inner + 2 * (ROOM + MEETING)
    lane = body.up + 12 + shortcut.down  # the shortcut's line above the network's
    up, down = lane + max(shortcut.up, 2) + ROOM, body.down + ROOM

    def draw(x: float, y: float) -> str:
        start, end = x + ROOM, x + ROOM + inner
        at, over = start + (inner - body.width) / 2, start + (inner - shortcut.width) / 2
        r = 8.0
        return "".join(
            [
                frame(x, y - up, width, up + down, INK["faint"], 8),
                line(f"M{x:.1f} {y:.1f}H{at:.1f}M{at + body.width:.1f} {y:.1f}H{end:.1f}"),
                line(
                    f"M{start:.1f} {y:.1f}V{y - lane + r:.1f}q0 {-r} {r} {-r}H{over:.1f}M{over + shortcut.width:.1f} "
                    f"{y - lane:.1f}H{end + MEETING - r:.1f}q{r} 0 {r} {r}V{y - MEETING:.1f}",
                    INK["accent"],
                ),
                body.draw(at, y),
                shortcut.draw(over, y - lane),
                dot(start, y),
                meeting(end + MEETING, y, f"M{end + MEETING - 4:.1f} {y:.1f}h8m-4 -4v8"),
                line(f"M{end + 2 * MEETING:.1f} {y:.1f}H{x + width:.1f}"),
            ]
        )

    return Piece(width, up, down, draw)


def branches(ways: list[Piece]) -> Piece:
    """Ways below each other, and two bars where their channels are stacked, in a frame."""
    gap = 10.0
    inner = max(way.width for way in ways) + 2 * LEAD
    width = inner + 2 * (ROOM + MEETING)
    heights = [max(way.height, 12.0) for way in ways]
    half = (sum(heights) + gap * (len(ways) - 1)) / 2 + ROOM

    def draw(x: float, y: float) -> str:
        start, end, top = x + ROOM, x + ROOM + inner, y - half + ROOM
        parts = [frame(x, y - half, width, 2 * half, INK["faint"], 8), line(f"M{x:.1f} {y:.1f}H{start:.1f}")]
        for way, height in zip(ways, heights, strict=True):
            at, left = top + height / 2 + (way.up - way.down) / 2, start + (inner - way.width) / 2
            parts.append(
                line(f"M{start:.1f} {y:.1f}V{at:.1f}H{left:.1f}M{left + way.width:.1f} {at:.1f}H{end:.1f}V{y:.1f}")
            )
            parts.append(way.draw(left, at))
            top += height + gap
        parts.append(dot(start, y))
        parts.append(line(f"M{end:.1f} {y:.1f}H{x + width:.1f}"))
        parts.append(meeting(end + MEETING, y, f"M{end + MEETING - 4:.1f} {y - 2.5:.1f}h8m-8 5h8"))
        return "".join(parts)

    return Piece(width, half, half, draw)


def line(path: str, color: str = INK["muted"]) -> str:
    """A thin line."""
    return f'<path d="{path}" stroke="{color}" fill="none"/>'


def head(x: float, y: float) -> str:
    """The head of an arrow that ends at x."""
    return f'<path d="M{x - 6:.1f} {y - 3.5:.1f}L{x:.1f} {y:.1f}l-6 3.5Z" fill="{INK["muted"]}"/>'


def arrow(x: float, y: float, length: float) -> str:
    """From x to x + length."""
    return line(f"M{x:.1f} {y:.1f}h{length - 2:.1f}") + head(x + length, y)


def frame(x: float, y: float, width: float, height: float, fill: str, radius: float) -> str:
    """A rectangle with round corners."""
    size = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius:g}"'
    return f'<rect {size} fill="{fill}" stroke="{INK["line"]}"/>'


def dot(x: float, y: float) -> str:
    """Where ways part."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT}" fill="{INK["muted"]}"/>'


def meeting(x: float, y: float, sign: str) -> str:
    """Where ways meet: a sign in a circle."""
    circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{MEETING}" fill="{INK["paper"]}" stroke="{INK["accent"]}"/>'
    return circle + f'<path d="{sign}" stroke="{INK["accent"]}" stroke-width="1.5" fill="none"/>'

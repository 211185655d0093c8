"""Volumes as boxes in SVG: channels across, height down, width into the page."""

from dataclasses import dataclass

import numpy as np

from engine.core.arithmetic import Volume

DEPTH = (0.52, 0.36)  # one cell of width goes this far right and up, in cells
THINNEST = 5.0
Point = tuple[float, float]
# A place in a box: channel, row, column, each from 0 to 1.
Corner = tuple[float, float, float]


@dataclass(frozen=True)
class Box:
    """A volume on the paper: where its nearest upper left corner is, and its size in pixels, each at least a few."""

    volume: Volume
    x: float
    y: float
    across: float
    down: float
    deep: float

    def at(self, channel: float, row: float, column: float) -> Point:
        """A place inside, each coordinate from 0 to 1."""
        deep = column * self.deep
        return (
            self.x + channel * self.across + deep * DEPTH[0],
            self.y + row * self.down - deep * DEPTH[1],
        )


def solid(box: Box, color: str, opacity: float) -> str:
    """The whole box."""
    return block(box, (0, 0, 0), (1, 1, 1), color, opacity)


def block(box: Box, near: Corner, far: Corner, color: str, opacity: float) -> str:
    """The three faces that one sees of a part of a box, never thinner than can be seen."""
    (c0, r0, w0), (c1, r1, w1) = near, far
    c1 = max(c1, c0 + min(1, THINNEST / box.across))
    r0, r1 = _widened(r0, r1, THINNEST / box.down)
    w0, w1 = _widened(w0, w1, THINNEST / box.deep)
    front = [box.at(c0, r0, w0), box.at(c1, r0, w0), box.at(c1, r1, w0), box.at(c0, r1, w0)]
    roof = [box.at(c0, r0, w0), box.at(c0, r0, w1), box.at(c1, r0, w1), box.at(c1, r0, w0)]
    side = [box.at(c1, r0, w0), box.at(c1, r0, w1), box.at(c1, r1, w1), box.at(c1, r1, w0)]
    shades = ((roof, 0.7), (side, 1.0), (front, 1.3))
    return "".join(_polygon(face, color, min(1, opacity * shade), color) for face, shade in shades)


def _polygon(points: list[Point], fill: str, opacity: float, line: str) -> str:
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f'<polygon points="{text}" fill="{fill}" fill-opacity="{opacity:g}" stroke="{line}" stroke-width="1" '
        'stroke-linejoin="round"/>'
    )


def _widened(low: float, high: float, least: float) -> tuple[float, float]:
    least = min(1.0, least)
    if high - low >= least:
        return low, high
    middle = float(np.clip((low + high) / 2, least / 2, 1 - least / 2))
    return middle - least / 2, middle + least / 2

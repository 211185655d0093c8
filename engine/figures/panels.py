"""Image panels for the picture component: arrays, what they mean, and what is drawn over them.

A **Panel** is one array with a kind that decides its colours. Panels shown together are linked: zoomed and panned as
one, and the place under the pointer is read off in each. What lies where is said in **scene** pixels, the pixels of
the first panel: a panel's own pixel (row, column) covers the scene from `offset + scale · (row, column)` to
`offset + scale · (row + 1, column + 1)`. Places in marks are in the panel's own pixels, rows first, and pixel (0, 0)
covers 0 … 1, so that its centre is (0.5, 0.5).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["rgb", "grey", "signed", "positive", "magnitude", "class", "red", "green", "blue"]
MarkKind = Literal["points", "boxes", "segments"]
Ink = Literal["accent", "warning", "input", "kernel", "output", "bias", "white", "black"]
LARGEST_SIDE = 2048
MOST_MARKS = 60_000


@dataclass(frozen=True)
class Link:
    """Where a panel lies in the scene, as (rows, columns): see the module."""

    scale: tuple[float, float] = (1.0, 1.0)
    offset: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Window:
    """What one pixel of a panel was made from: rows `step · row + offset` … `+ height` of another panel, alike columns.

    Args:
        panel: the index of that other panel.
        height, width: of the window, in that panel's pixels.
        step: how far the window moves for one row, one column (the stride).
        offset: the window's first row and column for pixel (0, 0); −padding where there is padding.
    """

    panel: int
    height: int
    width: int
    step: tuple[float, float] = (1.0, 1.0)
    offset: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Numbers:
    """How a stored number is said: `scale · value + shift` for each channel (or one for all), with that many decimals.

    A photo in x/255 keeps its pixels and is read with scale 1/255; standardised with 1/(255 σ) and −μ/σ.
    """

    scale: tuple[float, ...] = (1.0,)
    shift: tuple[float, ...] = (0.0,)
    decimals: int | None = None


@dataclass(frozen=True, eq=False)
class Marks:
    """Points, boxes or line segments over a panel, drawn as vectors.

    Args:
        kind: what they are.
        places: (N, 2) row, column; or (N, 4) top, left, bottom, right; or (N, 4) row, column to row, column.
        ink: their colour, from the theme's table; white and black for what is drawn on a black or white panel.
        weight: (N,) opacity in [0, 1], or None for full.
        size: radius of a point or width of a line, in CSS pixels.
        labels: a short text for each box, or none.
    """

    kind: MarkKind
    places: np.ndarray
    ink: Ink = "accent"
    weight: np.ndarray | None = None
    size: float = 2.0
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        wide = 2 if self.kind == "points" else 4
        if self.places.ndim != 2 or self.places.shape[1] != wide:
            raise ValueError(f"{self.kind} are given as (N, {wide}), not {self.places.shape}.")
        if len(self.places) > MOST_MARKS:
            raise ValueError(f"{len(self.places)} marks are more than can be drawn: {MOST_MARKS}.")
        if self.weight is not None and self.weight.shape != (len(self.places),):
            raise ValueError("Marks need one weight each.")


@dataclass(frozen=True, eq=False)
class Panel:
    """One image.

    Args:
        title: what stands above it.
        values: (H, W), (1, H, W) or (3, H, W). "rgb", "grey", "red", "green" and "blue" take uint8, or floats in
            [0, 1] that are shown and said as 0 … 255; "signed", "positive" and "magnitude" any finite or NaN floats;
            "class" small integers.
        kind: decides the colours: "red" is that channel alone, from black to pure red; "positive" is the blue half of
            the signed scale, for magnitudes that lie over a photo.
        subtitle: a short line beside the title, for instance the shape.
        limits: values at the ends of the colour scale; None takes them from the values (symmetric when signed).
        numbers: how values are said; None says them as they are.
        marks: drawn over the image.
        window: what to outline in another panel while a pixel of this one is looked at.
        link: where it lies in the scene; None stretches it over the whole scene (linked by relative position).
        linked: False leaves it alone: no zoom, no crosshair; for a kernel beside a photo.
        over: the index of a panel that shows through, such as the photo under a map of it; None for none.
        opacity: of what lies over it, 0 … 1; where the map is strong it covers more, where it is weak less.
        smooth: whether few large pixels run into each other, and carry no numbers.
    """

    title: str
    values: np.ndarray
    kind: Kind = "grey"
    subtitle: str = ""
    limits: tuple[float, float] | None = None
    numbers: Numbers | None = None
    marks: tuple[Marks, ...] = ()
    window: Window | None = None
    link: Link | None = None
    linked: bool = True
    over: int | None = None
    opacity: float = 1.0
    smooth: bool = False

    def __post_init__(self) -> None:
        shape = self.values.shape
        channels = shape[0] if self.values.ndim == 3 else 1
        if self.values.ndim not in (2, 3) or channels != (3 if self.kind == "rgb" else 1):
            raise ValueError(f"A panel of kind {self.kind} cannot show an array of shape {shape}.")
        if not all(1 <= side <= LARGEST_SIDE for side in shape[-2:]):
            raise ValueError(f"A panel is 1 to {LARGEST_SIDE} pixels wide and high, not {shape[-2]} × {shape[-1]}.")

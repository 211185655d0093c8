"""A run as frames: what the scrubber plays, forwards and backwards, without asking the server again.

A **Film** is a row of panels (feature maps, filters, a decision boundary, an error surface) that all change from frame
to frame, a label for each frame, and, if there are numbers to follow, curves over the frames with a marker on each.
Larger panels are kept as one byte a cell between two limits, so that a whole run is one strip of bytes; small ones keep
their numbers.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["signed", "positive", "magnitude", "grey", "class", "rgb"]
MOST_FRAMES = 512
LONGEST_SIDE = 512
MOST_BYTES = 4 * 2**20
# Up to this many cells in all frames together a panel keeps its numbers as they are.
EXACT_CELLS = 8192
EMPTY = 255  # the code of a cell without a number
LEVELS = 254


@dataclass(frozen=True, eq=False)
class Panel:
    """One picture that changes. `panel` makes it from plain numbers.

    Args:
        title: what stands above it.
        values: float32 (T, H, W) as they are; or codes, uint8 (T, H, W), of which 0 … 254 lie evenly between the limits
            and 255 is no number; or, for "class", the classes, uint8; for "rgb", the colours, uint8 (T, 3, H, W).
        kind: how a value becomes a colour.
        limits: the values at the ends of the colour scale, the same in all frames.
        subtitles: a short line for each frame, or none.
        trail: (T, 2) row and column of a point that moves, in cells; its way so far is drawn. None for none.
        boxes: (T, 4) top, left, bottom, right of a box that changes, in cells. None for none.
    """

    title: str
    values: np.ndarray
    kind: Kind
    limits: tuple[float, float]
    subtitles: tuple[str, ...] = ()
    trail: np.ndarray | None = None
    boxes: np.ndarray | None = None

    def __post_init__(self) -> None:
        shape = (len(self.values), *((3,) if self.kind == "rgb" else ()), *self.values.shape[-2:])
        if self.values.shape != shape or min(self.values.shape) < 1:
            raise ValueError(f"A film's panel {self.title} of kind {self.kind} cannot be {self.values.shape}.")
        if max(shape[-2:]) > LONGEST_SIDE:
            raise ValueError(
                f"A film's panel has sides of at most {LONGEST_SIDE} cells, not {shape[-2]} × {shape[-1]}."
            )
        if self.values.dtype not in (np.uint8, np.float32):
            raise ValueError(f"A film's panel holds uint8 or float32, not {self.values.dtype}.")
        for name, given, wide in (("trail", self.trail, 2), ("boxes", self.boxes, 4)):
            if given is not None and given.shape != (len(self.values), wide):
                raise ValueError(f"The {name} of {self.title} must be {(len(self.values), wide)}, not {given.shape}.")
        if self.subtitles and len(self.subtitles) != len(self.values):
            raise ValueError(f"{self.title} has {len(self.subtitles)} subtitles for {len(self.values)} frames.")

    def __len__(self) -> int:
        """The number of frames."""
        return len(self.values)

    @property
    def exact(self) -> bool:
        """Whether it holds the numbers themselves, not codes."""
        return self.values.dtype == np.float32

    def frame(self, place: int) -> np.ndarray:
        """The numbers of one frame, as they can be read back: (H, W), or (3, H, W) of colours."""
        shown = self.values[place].astype(np.float64)
        if self.exact or self.kind in ("rgb", "class"):
            return shown
        low, high = self.limits
        return np.where(self.values[place] == EMPTY, np.nan, low + (high - low) * shown / LEVELS)


@dataclass(frozen=True, eq=False)
class Curve:
    """A number for each frame.

    Args:
        title: stands at the end of the line.
        values: (T,) finite or NaN.
        unit: said after the number, such as " %".
    """

    title: str
    values: np.ndarray
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Film:
    """Frames of a run.

    Args:
        panels: what changes; all have as many frames.
        labels: a short text for each frame, such as "shift 3 px" or "step 200".
        summary: the run in words, for those who cannot see it.
        curves: numbers over the frames, drawn in one chart, at most ten.
        positions: (T,) where the frames stand on the chart's axis; None counts them.
        axes: what the chart's two axes say.
        columns: how many panels stand in a row where there is room.
        start: the frame that is seen first.
    """

    panels: tuple[Panel, ...]
    labels: tuple[str, ...]
    summary: str
    curves: tuple[Curve, ...] = ()
    positions: np.ndarray | None = None
    axes: tuple[str, str] = ("", "")
    columns: int = 4
    start: int = 0

    def __post_init__(self) -> None:
        frames = len(self.labels)
        if not 1 <= frames <= MOST_FRAMES:
            raise ValueError(f"A film has 1 to {MOST_FRAMES} frames, not {frames}.")
        if not self.panels or {len(item) for item in self.panels} != {frames}:
            raise ValueError(f"Every panel of this film needs {frames} frames.")
        if any(len(item.values) != frames for item in self.curves) or len(self.curves) > 10:
            raise ValueError(f"A film has at most ten curves, of {frames} numbers each.")
        if self.positions is not None and len(self.positions) != frames:
            raise ValueError(f"The film has {len(self.positions)} positions for {frames} frames.")
        if self.size > MOST_BYTES:
            raise ValueError(f"The film takes {self.size / 2**20:.1f} MiB; {MOST_BYTES / 2**20:g} MiB is the most.")
        if not 0 <= self.start < frames:
            raise ValueError(f"The film cannot start at frame {self.start} of {frames}.")

    def __len__(self) -> int:
        """The number of frames."""
        return len(self.labels)

    @property
    def size(self) -> int:
        """Bytes of all panels."""
        return sum(item.values.nbytes for item in self.panels)


def panel(
    title: str,
    values: np.ndarray,
    kind: Kind = "signed",
    limits: tuple[float, float] | None = None,
    subtitles: tuple[str, ...] = (),
    trail: np.ndarray | None = None,
    boxes: np.ndarray | None = None,
) -> Panel:
    """A panel from plain numbers (T, H, W), or colours in 0 … 1 or uint8 (T, 3, H, W).

    Args:
        title, kind, subtitles, trail, boxes: as in `Panel`.
        values: any numbers; NaN draws nothing.
        limits: values at the ends of the colour scale; what lies outside is cut when it is coded. None takes them from
            the values of all frames, symmetric when signed, from zero on when all are above it.
    """
    if kind == "rgb":
        colours = values if values.dtype == np.uint8 else np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
        return Panel(title, colours, kind, (0.0, 255.0), subtitles, trail, boxes)
    if kind == "class":
        classes = np.where(np.isfinite(values), values, EMPTY).astype(np.uint8)
        return Panel(title, classes, kind, (0.0, 9.0), subtitles, trail, boxes)
    low, high = ends = limits or limits_of(values, kind)
    if values.size <= EXACT_CELLS:
        return Panel(title, values.astype(np.float32), kind, ends, subtitles, trail, boxes)
    known = np.isfinite(values)
    share = (np.where(known, values, low) - low) / (high - low)
    codes = np.where(known, np.rint(np.clip(share, 0, 1) * LEVELS), EMPTY).astype(np.uint8)
    return Panel(title, codes, kind, ends, subtitles, trail, boxes)


def limits_of(values: np.ndarray, kind: str) -> tuple[float, float]:
    """The ends of the scale that hold all finite values; never the same number twice.

    >>> limits_of(np.array([-3.0, 1.0, np.nan]), "signed")
    (-3.0, 3.0)
    """
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if kind == "signed":
        most = max(-low, high) or 1.0
        return -most, most
    low = min(0.0, low)
    return low, high if high > low else low + 1.0


def mosaic(maps: np.ndarray, columns: int | None = None) -> np.ndarray:
    """Maps side by side with one empty cell between them: (T, N, H, W) → (T, R·(H + 1) − 1, C·(W + 1) − 1).

    >>> mosaic(np.ones((1, 2, 1, 1)))[0].tolist()
    [[1.0, nan, 1.0]]
    """
    frames, count, height, width = maps.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    sheet = np.full((frames, rows * columns, height + 1, width + 1), np.nan)
    sheet[:, :count, :height, :width] = maps
    sheet = sheet.reshape(frames, rows, columns, height + 1, width + 1)  # (T, R·C, H, W) -> (T, R, C, H, W)
    sheet = sheet.transpose(0, 1, 3, 2, 4).reshape(frames, rows * (height + 1), columns * (width + 1))
    return sheet[:, :-1, :-1]

"""The pictures of the filters lab: what goes in, what comes out, and for each feature the steps on the way."""

from collections.abc import Callable

import numpy as np

from engine.convolution.image_filters import Filtered
from engine.core import images
from engine.core.features import BINS, CELL, Gradient, Harris, Hog
from engine.core.gabor import GaborBank
from engine.figures import directions
from engine.figures.panels import Link, Marks, Panel, Window

MOST_CORNERS = 300
MOST_STROKES = 4
MOST_SEGMENTS = 6000
FAINTEST = 0.12
STEP_SIDE, HUE_SIDE = 192, 256
ENERGY_SIDE, MANY_MAPS = 96, 12


def panels(result: Filtered) -> tuple[Panel, ...]:
    """The picture, the output or the feature, then the steps on the way, smaller."""
    feature = result.feature
    if feature is None:
        return _filtered(result)
    return DRAWN[type(feature)](result, feature)


def reduced(values: np.ndarray, most: int = STEP_SIDE) -> np.ndarray:
    """A map shrunk by whole factors, the mean of each block, until neither side is longer than `most`: (H, W)."""
    factor = -(-max(values.shape) // most)
    height, width = (side // factor * factor for side in values.shape)
    blocks = values[:height, :width].reshape(height // factor, factor, width // factor, factor)
    return blocks.mean(axis=(1, 3))  # (H/f, f, W/f, f) → (H/f, W/f)


def strongest(values: np.ndarray, share: float = 99.5) -> float:
    """The magnitude that all but a few pixels stay under: one bright pixel must not darken all others."""
    return max(float(np.percentile(np.abs(values), share)), 1e-9)


def shown(title: str, values: np.ndarray, display: str, **more: object) -> Panel:
    """An output (C, H, W) as a picture, on the scale with signs, or by its magnitude.

    Signs and magnitudes are drawn of the luma of a coloured output: a filter of it is the luma of the filtered.
    """
    if display == "picture":
        return Panel(title, values, "rgb" if len(values) == 3 else "grey", **more)  # type: ignore[arg-type]
    plane = images.grey(values)[0]
    limit = strongest(plane, 99.8)
    if display == "signed":
        return Panel(title, plane, "signed", limits=(-limit, limit), **more)  # type: ignore[arg-type]
    return Panel(title, np.abs(plane), "magnitude", limits=(0.0, limit), **more)  # type: ignore[arg-type]


def _input(result: Filtered, marks: tuple[Marks, ...] = ()) -> Panel:
    channels, height, width = result.picture.shape
    kind = "rgb" if channels == 3 else "grey"
    title, size = ("Picture", f"{channels} × {height} × {width}")
    return Panel(title, result.picture, kind, subtitle=size, marks=marks)  # type: ignore[arg-type]


def _filtered(result: Filtered) -> tuple[Panel, ...]:
    """Picture and output; what pixels the output came from is outlined; outputs of earlier filters are shown small."""
    wide = len(result.composed)
    window = Window(0, wide, wide, offset=(-(wide // 2), -(wide // 2)))
    subtitle = {"signed": "blue +, orange −", "magnitude": "magnitude", "picture": "cut to 0 … 1"}[result.display]
    output = shown("Output", result.output, result.display, subtitle=subtitle, window=window)
    steps = []
    for stage in result.stages[:-1]:
        signed = abs(stage.kernel.sum()) < 1e-6 * np.abs(stage.kernel).sum()
        small = np.stack([reduced(plane) for plane in stage.output])
        steps.append(shown(f"After {stage.title}", small, "signed" if signed else "picture"))
    return (_input(result), output, *steps)


def _gradient(result: Filtered, feature: Gradient) -> tuple[Panel, ...]:
    top = strongest(feature.magnitude)
    return (
        _input(result),
        Panel("Direction and magnitude", hues(feature), "rgb", subtitle="hue: uphill"),
        Panel("∂I/∂x", reduced(feature.across), "signed", limits=(-top, top)),
        Panel("∂I/∂y", reduced(feature.down), "signed", limits=(-top, top)),
        Panel("Magnitude", reduced(feature.magnitude), "magnitude", limits=(0.0, top)),
        wheel(),
    )


def hues(slopes: Gradient, period: float = 360.0) -> np.ndarray:
    """A gradient in colours, the mean vector of blocks where it is large: uint8 (3, H, W), sides of 256 at most."""
    across, down = reduced(slopes.across, HUE_SIDE), reduced(slopes.down, HUE_SIDE)
    magnitude = np.hypot(across, down)
    angle = np.rad2deg(np.arctan2(down, across))
    return directions.colours(angle, magnitude / strongest(magnitude), period).transpose(2, 0, 1)


def wheel(period: float = 360.0) -> Panel:
    """The legend of directions; black in its corners as the pictures that it explains."""
    drawn = directions.wheel(STEP_SIDE, period)
    rgb = np.rint(drawn[..., :3] * (drawn[..., 3:] / 255)).astype(np.uint8).transpose(2, 0, 1)
    return Panel("Directions", rgb, "rgb", subtitle="middle outwards", linked=False)


def _gabor(result: Filtered, feature: GaborBank) -> tuple[Panel, ...]:
    top = strongest(feature.strength)
    maps = len(feature.wavelengths) * len(feature.orientations)
    energy_side = ENERGY_SIDE if maps <= MANY_MAPS else ENERGY_SIDE // 2
    angle = feature.orientations[feature.strongest]
    hue = directions.colours(angle, feature.strength / top, 180).transpose(2, 0, 1)
    energies = tuple(
        Panel(
            f"{feature.orientations[o]:g}°, {feature.wavelengths[s]:.3g} px",
            reduced(feature.energy[s, o], energy_side),
            "magnitude",
            limits=(0.0, top),
        )
        for s in range(len(feature.wavelengths))
        for o in range(len(feature.orientations))
    )
    return (
        _input(result),
        Panel("Strongest direction", hue, "rgb", subtitle="hue: across the stripes"),
        Panel("The bank", bank(feature), "signed", linked=False),
        wheel(180),
        *energies,
    )


def bank(feature: GaborBank) -> np.ndarray:
    """All even kernels in one map, a row for each wavelength, each scaled to its own peak, NaN between them."""
    wide = max(len(kernel) for row in feature.kernels for kernel in row) + 1
    drawn = np.full((wide * len(feature.kernels) - 1, wide * len(feature.orientations) - 1), np.nan)
    for s, row in enumerate(feature.kernels):
        for o, kernel in enumerate(row):
            edge = (wide - 1 - len(kernel)) // 2
            top, left = s * wide + edge, o * wide + edge
            drawn[top : top + len(kernel), left : left + len(kernel)] = kernel / np.abs(kernel).max()
    return drawn


def _hog(result: Filtered, feature: Hog) -> tuple[Panel, ...]:
    slopes = feature.gradient
    window = Window(0, CELL, CELL, step=(CELL, CELL))
    link = Link(scale=(CELL, CELL))
    block = Window(0, 2 * CELL, 2 * CELL, step=(CELL, CELL))
    energy = np.linalg.norm(feature.normalised, axis=2)
    squares = (feature.cells**2).sum(axis=2)
    norms = np.sqrt(squares[:-1, :-1] + squares[1:, :-1] + squares[:-1, 1:] + squares[1:, 1:])
    return (
        _input(result),
        Panel(
            "Normalised cells",
            energy,
            "magnitude",
            subtitle="each as its blocks see it",
            limits=(0.0, 5 * float(energy.max()) or 1.0),  # pale, so that the strokes stand out
            marks=(strokes(feature.normalised),),
            window=window,
            link=link,
        ),
        Panel("Gradient", hues(slopes, 180), "rgb", subtitle="hue: direction, mod 180°"),
        Panel(
            "Histograms of the cells",
            feature.cells.sum(axis=2),
            "magnitude",
            subtitle="8×8 pixels each",
            marks=(strokes(feature.cells),),
            window=window,
            link=link,
        ),
        Panel("Blocks", norms, "magnitude", subtitle="what each is divided by", window=block, link=link),
    )


def strokes(cells: np.ndarray) -> Marks:
    """A star for each cell: a stroke along the edge for each of its strongest directions, as dense as it is strong.

    A gradient of 10° belongs to an edge that runs across it, at 100°; the stroke shows the edge.

    Args:
        cells: (R, C, 9).
    """
    share = np.clip(cells / strongest(cells), 0, 1)
    floor = np.sort(share, axis=2)[..., -MOST_STROKES, None]
    faintest = max(FAINTEST, np.sort(share, axis=None)[-MOST_SEGMENTS:][0])
    kept = np.argwhere((share >= floor) & (share > faintest))
    row, column, number = kept.T
    edge = np.deg2rad((number + 0.5) * 180 / BINS + 90)
    down, across = 0.46 * np.sin(edge), 0.46 * np.cos(edge)
    places = np.stack([row + 0.5 - down, column + 0.5 - across, row + 0.5 + down, column + 0.5 + across], axis=1)
    return Marks("segments", places.astype(np.float32), weight=share[row, column, number].astype(np.float32), size=1.5)


def _harris(result: Filtered, feature: Harris) -> tuple[Panel, ...]:
    corners = Marks("points", (feature.corners[:MOST_CORNERS] + 0.5).astype(np.float32), size=1.5)
    slope, product = strongest(feature.across), strongest(feature.xx)
    limit = strongest(feature.response)
    return (
        _input(result, (corners,)),
        Panel("Response", feature.response, "signed", subtitle="corners blue, edges orange", limits=(-limit, limit)),
        Panel("∂I/∂x", reduced(feature.across), "signed", limits=(-slope, slope)),
        Panel("∂I/∂y", reduced(feature.down), "signed", limits=(-slope, slope)),
        Panel("Σ Ix²", reduced(feature.xx), "magnitude", subtitle="in the window", limits=(0.0, product)),
        Panel("Σ Ix·Iy", reduced(feature.xy), "signed", subtitle="in the window", limits=(-product, product)),
        Panel("Σ Iy²", reduced(feature.yy), "magnitude", subtitle="in the window", limits=(0.0, product)),
    )


DRAWN: dict[type, Callable[..., tuple[Panel, ...]]] = {
    Gradient: _gradient,
    GaborBank: _gabor,
    Hog: _hog,
    Harris: _harris,
}

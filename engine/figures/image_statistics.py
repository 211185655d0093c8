"""The pictures of the statistics lab: scatter plots, autocorrelation, spectra, mosaics of patches and filters."""

import numpy as np

from engine.convolution.image_statistics import Statistics, copy_title, number
from engine.convolution.image_statistics_patches import MOST_PATCHES, SAMPLES, Learned
from engine.convolution.image_statistics_views import Autocorrelation, Pairs, Spectra
from engine.core import patches
from engine.core.correlations import DIRECTIONS
from engine.figures.panels import Marks, Numbers, Panel

# For each view: the greatest height of a panel in CSS pixels, and panels in a row.
SIZES = {"pairs": (150, 5), "autocorrelation": (300, 4), "spectrum": (220, 4), "patches": (320, 3)}
DRAWN_PAIRS = 12
FAINT = 0.4
TWO = Numbers(decimals=2)
ONE = Numbers(decimals=1)


def panels(result: Statistics) -> tuple[Panel, ...]:
    """The picture with what was found of it, then its copy with the same."""
    found = result.found
    if isinstance(found, Pairs):
        return _pairs(result, found)
    if isinstance(found, Autocorrelation):
        return _autocorrelation(result, found)
    if isinstance(found, Spectra):
        return _spectra(result, found)
    return _filters(result, found)


def images_of(result: Statistics, marks: tuple[Marks, ...] = ()) -> tuple[Panel, Panel]:
    """The picture and its copy, in grey."""
    size = " × ".join(map(str, result.values.shape))
    return (
        Panel(result.title or "Picture", result.values, "grey", subtitle=size, marks=marks),
        Panel(copy_title(result.settings), result.other, "grey"),
    )


def _pairs(result: Statistics, found: Pairs) -> tuple[Panel, ...]:
    """A row for the picture and a row for the copy: each with a scatter plot for every displacement."""
    pictures = images_of(result, (pair_marks(result),))
    rows = []
    for picture, counts, r in zip(pictures, found.counts, found.r, strict=True):
        rows.append(picture)
        for step, count, value in zip(found.steps, counts, r, strict=True):
            # Rounded, or the many levels of a logarithm would travel for nothing.
            shade = np.round(np.log2(1 + count), 1)
            rows.append(Panel(f"{step} apart", shade, "magnitude", f"r = {number(value)}", numbers=ONE, linked=False))
    return tuple(rows)


def pair_marks(result: Statistics) -> Marks:
    """Some pairs at the wanted displacement, as lines from one pixel's middle to the other's."""
    settings, (height, width) = result.settings, result.values.shape
    down, across = (step * settings.displacement for step in DIRECTIONS[settings.direction])
    rng = np.random.default_rng(settings.seed)
    rows, columns = (
        rng.integers(0, max(1, side - step), DRAWN_PAIRS) for side, step in ((height, down), (width, across))
    )
    places = np.stack([rows, columns, rows + down, columns + across], axis=1) + 0.5
    return Marks("segments", places.astype(np.float32), size=2)


def _autocorrelation(result: Statistics, found: Autocorrelation) -> tuple[Panel, ...]:
    pictures = images_of(result)
    maps = [
        Panel(
            f"Moved by −{found.reach} … {found.reach}",
            np.round(values, 3),
            "signed",
            limits=(-1, 1),
            numbers=TWO,
            linked=False,
        )
        for values in found.maps
    ]
    return pictures[0], maps[0], pictures[1], maps[1]


def _spectra(result: Statistics, found: Spectra) -> tuple[Panel, ...]:
    pictures = images_of(result)
    low, high = (float(value) for value in np.percentile(found.maps, (1, 99.9)))
    maps = [
        Panel(
            "log₁₀ power",
            np.round(values, 2),
            "magnitude",
            subtitle="f = 0 in the middle",
            limits=(low, high),
            numbers=ONE,
            linked=False,
        )
        for values in found.maps
    ]
    return pictures[0], maps[0], pictures[1], maps[1]


def mosaic(rows: np.ndarray, own_scale: bool = True) -> np.ndarray:
    """Square tiles in a nearly square mosaic, one empty line between them: (K, s²) → (H, W), NaN where nothing is.

    Args:
        rows: one tile each.
        own_scale: divide each by its largest magnitude, so that faint tiles are seen as well.
    """
    count, side = len(rows), round(rows.shape[1] ** 0.5)
    if own_scale:
        rows = rows / np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-12)
    across = int(np.ceil(count**0.5))
    down = -(-count // across)
    out = np.full((down * (side + 1) - 1, across * (side + 1) - 1), np.nan)
    for index, row in enumerate(rows):
        top, left = (place * (side + 1) for place in divmod(index, across))
        out[top : top + side, left : left + side] = row.reshape(side, side)
    return np.round(out, 2)


def _signed(title: str, rows: np.ndarray, subtitle: str = "", limit: float = 1.0) -> Panel:
    return Panel(title, mosaic(rows), "signed", subtitle, limits=(-limit, limit), numbers=TWO, linked=False)


def _filters(result: Statistics, found: tuple[Learned, Learned]) -> tuple[Panel, ...]:
    """The picture with the patches that are shown below, its filters, and those of the copy."""
    face, (own, other) = result.settings.face, found
    # The middle of a whitening filter outshines its surround.
    limit = FAINT if (result.settings.method, face) == ("zca", "filters") else 1.0
    return (
        images_of(result, (patch_marks(result),))[0],
        _signed(f"{face.capitalize()} of the picture", getattr(own, face), limit=limit),
        _signed(f"{face.capitalize()} of the copy", getattr(other, face), copy_title(result.settings).lower(), limit),
    )


def patch_marks(result: Statistics) -> Marks:
    """Boxes about the patches that are shown as samples."""
    settings, (height, width) = result.settings, result.values.shape
    rows, columns = patches.places((height, width), settings.patch, MOST_PATCHES, settings.seed)
    corners = np.stack([rows, columns, rows + settings.patch, columns + settings.patch], axis=1)
    return Marks("boxes", corners[:SAMPLES].astype(np.float32), size=1)


def steps(result: Statistics) -> tuple[Panel, ...]:
    """From the copy and the picture's patches to what is learned from; nothing in other views."""
    if not isinstance(result.found, tuple):
        return ()
    cut, centred, white = result.found[0].samples
    grey = np.nan_to_num(mosaic(cut, own_scale=False), nan=0.0)
    return (
        images_of(result)[1],
        Panel("Patches of the picture", np.clip(grey, 0, 1), "grey", linked=False),
        _signed("Less their mean", centred),
        _signed("Whitened", white),
    )


def step_words(result: Statistics) -> str:
    """The way from the picture to the points that are learned from."""
    return (
        "The copy; and from the picture to the points that the method sees: patches at random places, without their "
        "mean brightness, and whitened, which makes the variance of all directions alike. "
        f"{len(result.found[0].samples[0])} of {result.found[0].count:,} are shown."
        if isinstance(result.found, tuple)
        else ""
    )

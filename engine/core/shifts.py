"""What a small shift of the picture does to a map that was made smaller, in four ways of making it smaller."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.core import filtering, kernels, pooling

FEATURES = {"grey": "Brightness", "edges": "Edges"}
MEASURES = {"same": "Cell by cell", "moved": "Moved along"}


@dataclass(frozen=True)
class Way:
    """A way to make a map smaller by a factor: name, and what it does to (1, H, W), the factor and the blur's size."""

    title: str
    shrink: Callable[[np.ndarray, int, int], np.ndarray]


def _windows(maps: np.ndarray, factor: int, stride: int) -> pooling.Window:
    return pooling.Window(maps.shape[1:], (factor, factor), (stride, stride))


def maximum(maps: np.ndarray, factor: int, taps: int) -> np.ndarray:
    """The maximum of every factor × factor window."""
    return pooling.max_pool(maps, _windows(maps, factor, factor))[0]


def mean(maps: np.ndarray, factor: int, taps: int) -> np.ndarray:
    """The mean of every factor × factor window."""
    return pooling.mean_pool(maps, _windows(maps, factor, factor))


def blurred(maps: np.ndarray, factor: int, taps: int) -> np.ndarray:
    """Blur-pool: a binomial filter, then every factor-th cell."""
    return pooling.blur_pool(maps, taps, factor)


def blurred_maximum(maps: np.ndarray, factor: int, taps: int) -> np.ndarray:
    """Max-blur-pool: the maximum of 2 × 2 cells at every place, then blur-pool."""
    dense = pooling.max_pool(
        np.pad(maps, ((0, 0), (0, 1), (0, 1)), mode="edge"),
        pooling.Window((maps.shape[1] + 1, maps.shape[2] + 1), (2, 2), (1, 1)),
    )[0]
    return pooling.blur_pool(dense, taps, factor)


def strided(maps: np.ndarray, factor: int, taps: int) -> np.ndarray:
    """Strided convolution: the same filter as the others', read at every factor-th place only."""
    return maps[:, ::factor, ::factor]


WAYS = {
    "max": Way("Max", maximum),
    "mean": Way("Mean", mean),
    "blur": Way("Blur-pool", blurred),
    "max_blur": Way("Max-blur-pool", blurred_maximum),
    "strided": Way("Strided conv.", strided),
}


@dataclass(frozen=True, eq=False)
class Compared:
    """A map at shift 0 … S, and what has changed since shift 0.

    Args:
        maps: (S + 1, H, W).
        differences: (S + 1, H, W) map − before; NaN where the map before, moved along, has no cell.
        changes: (S + 1,) ‖map − before‖ / ‖before‖ over the cells that both have.
    """

    maps: np.ndarray
    differences: np.ndarray
    changes: np.ndarray


@dataclass(frozen=True, eq=False)
class Shifts:
    """Maps of a picture that moves to the right, pixel by pixel.

    Args:
        full: the map before it is made smaller.
        small: name of the way to the map that it makes.
    """

    full: Compared
    small: dict[str, Compared]


def shifts(wide: np.ndarray, most: int, factor: int, taps: int, feature: str, measure: str) -> Shifts:
    """Move a window over a picture, and see how much each small map changes.

    Args:
        wide: grey picture (1, H, W + most) in [0, 1]; the window that is seen has width W.
        most: the largest shift, pixels. New picture comes in from the left, so that no border is made up.
        factor: how much smaller the maps are.
        taps: the side of blur-pool's filter.
        feature: what is made smaller: the picture itself, or the rectified response of an edge filter.
        measure: "same" compares cell by cell; "moved" first moves the map before by the number of whole cells that
            fits the shift best: what is left is what a map cannot follow.

    Reference: R. Zhang, "Making Convolutional Networks Shift-Invariant Again", 2019.
    """
    width = wide.shape[2] - most
    windows = [wide[:, :, most - shift : most - shift + width] for shift in range(most + 1)]
    full = [_feature(window, feature) for window in windows]
    small = {name: np.concatenate([way.shrink(item, factor, taps) for item in full]) for name, way in WAYS.items()}
    return Shifts(
        full=_compared(np.concatenate(full), 1, measure),
        small={name: _compared(maps, factor, measure) for name, maps in small.items()},
    )


def _feature(picture: np.ndarray, feature: str) -> np.ndarray:
    if feature == "grey":
        return picture.astype(np.float64)
    return np.maximum(0, filtering.correlate(picture, kernels.kernel("sobel_x"), "reflect"))


def _compared(maps: np.ndarray, factor: int, measure: str) -> Compared:
    """Each map with the one at shift 0, as it stands or moved along by the whole cells that fit best."""
    differences, changes = [], []
    for shift, item in enumerate(maps):
        steps = {0} if measure == "same" else {shift // factor, -(-shift // factor)}
        change, step = min((_far(item[:, step:], maps[0][:, : maps.shape[2] - step]), step) for step in steps)
        difference = np.full(item.shape, np.nan)
        difference[:, step:] = item[:, step:] - maps[0][:, : maps.shape[2] - step]
        differences.append(difference)
        changes.append(change)
    return Compared(maps, np.stack(differences), np.array(changes))


def _far(one: np.ndarray, other: np.ndarray) -> float:
    """How far a map is from another, relative to the other's length."""
    length = float(np.linalg.norm(other))
    return float(np.linalg.norm(one - other)) / length if length else 0.0

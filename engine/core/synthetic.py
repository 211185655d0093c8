"""Synthetic images that show what a filter does: edges, stripes, a zone plate, noise. Made at the size asked for."""

from collections.abc import Callable

import numpy as np

CELLS = 8


def _places(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of each pixel's centre, measured from the image's centre: float (H, 1), (1, W)."""
    rows = np.arange(height) - (height - 1) / 2
    columns = np.arange(width) - (width - 1) / 2
    return rows[:, None], columns[None, :]


def checker(height: int, width: int) -> np.ndarray:
    """A checkerboard with CELLS fields on its shorter side."""
    side = max(1, min(height, width) // CELLS)
    rows, columns = np.arange(height)[:, None] // side, np.arange(width)[None, :] // side
    return ((rows + columns) % 2 == 0).astype(np.float32)


def stripes(height: int, width: int) -> np.ndarray:
    """Vertical stripes, CELLS to the shorter side."""
    side = max(1, min(height, width) // CELLS)
    return np.broadcast_to((np.arange(width)[None, :] // side) % 2 == 0, (height, width)).astype(np.float32)


def step(height: int, width: int) -> np.ndarray:
    """One vertical edge in the middle: 0.25 on the left, 0.75 on the right."""
    return np.where(np.broadcast_to(np.arange(width) < width // 2, (height, width)), 0.25, 0.75).astype(np.float32)


def circle(height: int, width: int) -> np.ndarray:
    """A bright disc on dark, its rim one pixel soft so that it is round at any size."""
    rows, columns = _places(height, width)
    return np.clip(0.3 * min(height, width) - np.hypot(rows, columns) + 0.5, 0, 1).astype(np.float32)


def gradient(height: int, width: int) -> np.ndarray:
    """A ramp from 0 at the left to 1 at the right."""
    return np.broadcast_to(np.linspace(0, 1, width, dtype=np.float32), (height, width)).copy()


def zone(height: int, width: int) -> np.ndarray:
    """A zone plate: rings whose frequency grows with the radius, to half a cycle a pixel at the middle of a side.

    (1 + cos(π r² / n)) / 2 with n the shorter side: its frequency at radius r is r / n cycles a pixel.
    """
    rows, columns = _places(height, width)
    return (0.5 + 0.5 * np.cos(np.pi * (rows**2 + columns**2) / min(height, width))).astype(np.float32)


def white_noise(height: int, width: int, seed: int) -> np.ndarray:
    """Independent uniform values in [0, 1)."""
    return np.random.default_rng(seed).random((height, width), dtype=np.float32)


# Name to title and maker; white noise has a seed beside its name and stands apart.
SYNTHETIC: dict[str, tuple[str, Callable[[int, int], np.ndarray]]] = {
    "checker": ("Checkerboard", checker),
    "stripes": ("Stripes", stripes),
    "step": ("Edge", step),
    "circle": ("Circle", circle),
    "gradient": ("Gradient", gradient),
    "zone": ("Zone plate", zone),
}

"""Histograms of oriented gradients as stars: a stroke for each direction, as bright as it is strong."""

import numpy as np

from engine.core.features import BINS

STROKE = 16


def strokes(side: int = STROKE) -> np.ndarray:
    """One stroke for each bin through the middle of a cell, along the edge: (9, side, side) float32 in [0, 1].

    A gradient of 10° belongs to an edge that runs across it, at 100°; the stroke shows the edge.
    """
    across = np.arange(side) - (side - 1) / 2
    gradient = np.deg2rad((np.arange(BINS) + 0.5) * 180 / BINS)[:, None, None]
    away = across[None, None, :] * np.cos(gradient) + across[None, :, None] * np.sin(gradient)
    along = np.hypot(across[None, None, :], across[None, :, None])
    line = np.clip(1.4 - np.abs(away) * 1.2, 0, 1)
    return (line * (along < side / 2 - 0.5)).astype(np.float32)


def stars(cells: np.ndarray, side: int = STROKE, *, each: bool = False) -> np.ndarray:
    """A star for every cell: (R, C, 9) → (R·side, C·side) float32 in [0, 1].

    Args:
        cells: histograms.
        side: pixels a cell.
        each: scale every star by its own strongest stroke, rather than all by the strongest of the picture.
    """
    rows, columns, _ = cells.shape
    top = cells.max(axis=2, keepdims=True) if each else np.percentile(cells, 99.5)
    shares = np.clip(cells / np.maximum(top, 1e-9), 0, 1).reshape(rows * columns, BINS)  # (R, C, 9) → (R·C, 9)
    # The strongest stroke first would hide nothing: strokes are added, and the sum is cut at white.
    drawn = shares @ strokes(side).reshape(BINS, side * side)  # (R·C, 9) · (9, side²)
    grid = drawn.reshape(rows, columns, side, side).transpose(0, 2, 1, 3)  # (R, side, C, side)
    return np.minimum(grid.reshape(rows * side, columns * side), 1)

"""Hand-crafted features, each kept with the pictures it is made through: gradients, HOG, Harris corners.

Positions are rows and columns; x runs to the right, y downwards, so angles count clockwise on the screen: 0° right,
90° down.
"""

from dataclasses import dataclass

import numpy as np
import scipy.ndimage

from engine.core import filtering, kernels

CELL = 8
BINS = 9
BLOCK = 2
CLIP = 0.2
EPSILON = 1e-3
TIE = 1e-5
# Derivative kernels to the right, scaled so that a ramp of one unit a pixel gives 1, whichever is taken.
DERIVATIVES = {
    "central": np.array([[0, 0, 0], [-1, 0, 1], [0, 0, 0]]) / 2,
    "sobel": kernels.kernel("sobel_x") / 8,
    "prewitt": kernels.kernel("prewitt_x") / 6,
}
DERIVATIVE_TITLES = {"central": "[−1 0 1]", "sobel": "Sobel", "prewitt": "Prewitt"}


@dataclass(frozen=True, eq=False)
class Gradient:
    """Which way and how fast a picture gets brighter at each pixel; in colour, of the channel where it is steepest.

    Args:
        across, down: ∂I/∂x and ∂I/∂y, (H, W) float32, intensity a pixel.
        magnitude: √(across² + down²), (H, W).
        angle: atan2(down, across), (H, W), degrees in [0, 360).
    """

    across: np.ndarray
    down: np.ndarray
    magnitude: np.ndarray
    angle: np.ndarray


def gradient(picture: np.ndarray, derivative: str = "sobel", border: str = "replicate") -> Gradient:
    """The gradient of a picture (C, H, W).

    Args:
        derivative: a key of DERIVATIVES.
        border: a key of filtering.BORDERS.
    """
    across, down = derivatives(picture, derivative, border)
    squares = across**2 + down**2
    if len(picture) == 1:
        across, down, squares = across[0], down[0], squares[0]
    else:
        steepest = squares.argmax(axis=0)[None]
        across, down, squares = (np.take_along_axis(part, steepest, 0)[0] for part in (across, down, squares))
    angle = np.rad2deg(np.arctan2(down, across)) % 360
    return Gradient(across, down, np.sqrt(squares), np.where(angle == 360, 0, angle).astype(np.float32))


def derivatives(picture: np.ndarray, derivative: str, border: str) -> tuple[np.ndarray, np.ndarray]:
    """∂I/∂x and ∂I/∂y of each channel: twice (C, H, W)."""
    across = DERIVATIVES[derivative]
    return filtering.correlate(picture, across, border), filtering.correlate(picture, across.T, border)


@dataclass(frozen=True, eq=False)
class Hog:
    """Histograms of oriented gradients, with every picture on the way.

    Args:
        gradient: of the picture.
        cells: (R, C, 9) votes: the gradient magnitude in each cell by unsigned orientation, bins at 10°, 30° … 170°.
        blocks: (R−1, C−1, 36) each 2×2 cells, normalised (L2-Hys).
        normalised: (R, C, 9) each cell as the blocks that hold it see it, averaged: what the glyphs draw.
    """

    gradient: Gradient
    cells: np.ndarray
    blocks: np.ndarray
    normalised: np.ndarray


def hog(picture: np.ndarray, derivative: str = "central", border: str = "replicate") -> Hog:
    """Dalal and Triggs' descriptor of a picture (C, H, W): 8×8 cells, 9 unsigned bins, 2×2 blocks, L2-Hys.

    As in the paper a pixel votes with its magnitude, shared between the two nearest orientation bins. Departs from it:
    a pixel votes in its own cell only (the paper shares votes between neighbouring cells too) and blocks have no
    Gaussian window; so the pictures of the steps can be read off. Rows and columns beyond the last whole cell are left.

    Reference: N. Dalal, B. Triggs, "Histograms of oriented gradients for human detection", CVPR 2005.

    Raises:
        ValueError: if there is no room for one block, 16×16 pixels.
    """
    if min(picture.shape[1:]) < BLOCK * CELL:
        raise ValueError(f"HOG needs at least {BLOCK * CELL}×{BLOCK * CELL} pixels, one block.")
    slopes = gradient(picture, derivative, border)
    cells = cell_histograms(slopes)
    blocks = normalise_blocks(cells)
    rows, columns, _ = cells.shape
    total, seen = np.zeros_like(cells), np.zeros((rows, columns, 1), dtype=np.float32)
    parts = blocks.reshape(rows - 1, columns - 1, BLOCK, BLOCK, BINS)  # (R−1, C−1, 36) → (R−1, C−1, 2, 2, 9)
    for i in range(BLOCK):
        for j in range(BLOCK):
            total[i : rows - 1 + i, j : columns - 1 + j] += parts[:, :, i, j]
            seen[i : rows - 1 + i, j : columns - 1 + j] += 1
    return Hog(slopes, cells, blocks, total / seen)


def cell_histograms(slopes: Gradient) -> np.ndarray:
    """Votes of the pixels of each 8×8 cell: (H // 8, W // 8, 9) float32.

    A pixel at angle a (mod 180°) lies between the centres of two bins and splits its magnitude in proportion.
    """
    rows, columns = (side // CELL for side in slopes.magnitude.shape)
    inside = np.s_[: rows * CELL, : columns * CELL]
    place = slopes.angle[inside] % 180 / (180 / BINS) - 0.5
    below = np.floor(place)
    share = place - below
    cell = (np.arange(rows * CELL)[:, None] // CELL) * columns + np.arange(columns * CELL)[None, :] // CELL
    votes = np.zeros(rows * columns * BINS)
    for lower, weight in ((below, 1 - share), (below + 1, share)):
        index = cell * BINS + lower.astype(np.int64) % BINS
        given = (weight * slopes.magnitude[inside]).ravel()
        votes += np.bincount(index.ravel(), weights=given, minlength=len(votes))
    return votes.reshape(rows, columns, BINS).astype(np.float32)  # (R·C·9,) → (R, C, 9)


def normalise_blocks(cells: np.ndarray) -> np.ndarray:
    """Each 2×2 block of cells by L2-Hys: v/√(‖v‖² + ε²), cut at 0.2, and once more: (R, C, 9) → (R−1, C−1, 36)."""
    rows, columns, _ = cells.shape
    corners = [cells[i : rows - 1 + i, j : columns - 1 + j] for i in range(BLOCK) for j in range(BLOCK)]
    blocks = np.concatenate(corners, axis=2)
    blocks = blocks / np.sqrt((blocks**2).sum(axis=2, keepdims=True) + EPSILON**2)
    blocks = np.minimum(blocks, CLIP)
    return blocks / np.sqrt((blocks**2).sum(axis=2, keepdims=True) + EPSILON**2)


@dataclass(frozen=True, eq=False)
class Harris:
    """Harris corners, with every picture on the way, all (H, W) float32.

    Args:
        across, down: ∂I/∂x and ∂I/∂y; in colour of the mean over the channels, for the eye only.
        xx, xy, yy: Ix², Ix·Iy, Iy², summed over the channels and the Gaussian window: the structure tensor.
        response: R = det − k·trace²: positive at corners, negative on edges, near 0 on even ground.
        corners: (N, 2) int rows and columns, the strongest first.
    """

    across: np.ndarray
    down: np.ndarray
    xx: np.ndarray
    xy: np.ndarray
    yy: np.ndarray
    response: np.ndarray
    corners: np.ndarray


def harris(
    picture: np.ndarray,
    derivative: str = "sobel",
    window: int = 7,
    k: float = 0.05,
    threshold: float = 0.01,
    border: str = "replicate",
) -> Harris:
    """Corners of a picture (C, H, W): where it changes in every direction.

    Args:
        derivative: a key of DERIVATIVES.
        window: size of the Gaussian window, odd.
        k: weight of trace², usually 0.04 … 0.06.
        threshold: corners have a response above this share of the largest.
        border: a key of filtering.BORDERS.

    Reference: C. Harris, M. Stephens, "A combined corner and edge detector", Alvey Vision Conference 1988.
    """
    across, down = derivatives(picture, derivative, border)
    blur = kernels.kernel("gaussian", window)
    products = np.stack([(across**2).sum(0), (across * down).sum(0), (down**2).sum(0)])
    xx, xy, yy = filtering.correlate(products, blur, border)
    response = xx * yy - xy**2 - np.float32(k) * (xx + yy) ** 2
    return Harris(across.mean(0), down.mean(0), xx, xy, yy, response, peaks(response, threshold))


def peaks(response: np.ndarray, threshold: float) -> np.ndarray:
    """Where the response tops its 3×3 neighbourhood and threshold · maximum: (N, 2), strongest first.

    Neighbours that are equal but for rounding, as at the corners of a checkerboard, are one corner.
    """
    highest = scipy.ndimage.maximum_filter(response, 3, mode="nearest")
    least = max(threshold * float(response.max()), 1e-12)
    top = (response > (1 - TIE) * highest) & (response > least)
    plateau, _ = scipy.ndimage.label(top, np.ones((3, 3)))
    found = np.argwhere(top)
    found = found[np.argsort(-response[found[:, 0], found[:, 1]], kind="stable")]
    _, first = np.unique(plateau[found[:, 0], found[:, 1]], return_index=True)
    return found[np.sort(first)]

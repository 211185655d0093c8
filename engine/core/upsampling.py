"""Enlarging a map by a whole factor: nearest, bilinear and bicubic, the numbers of torch's interpolate.

All three are separable: one matrix for the rows and one for the columns. Output cell o looks at the place
(o + ½) / factor − ½ of the input, so that the ends of both agree (torch's align_corners=False).

Reference: R. Keys, "Cubic convolution interpolation for digital image processing", 1981; torch takes a = −0.75.
"""

from collections.abc import Callable

import numpy as np

SHARPNESS = -0.75


def _nearest(distance: np.ndarray) -> np.ndarray:
    return ((distance > -0.5) & (distance <= 0.5)).astype(float)


def _linear(distance: np.ndarray) -> np.ndarray:
    return np.maximum(0.0, 1 - np.abs(distance))


def _cubic(distance: np.ndarray) -> np.ndarray:
    """Keys' cubic: two polynomials that meet at distance 1 with the same slope."""
    x, a = np.abs(distance), SHARPNESS
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


# How much an input cell counts by its distance, how many cells count along a side, and what the student reads.
MODES: dict[str, tuple[Callable[[np.ndarray], np.ndarray], int, str]] = {
    "nearest": (_nearest, 1, "Nearest"),
    "bilinear": (_linear, 2, "Bilinear"),
    "bicubic": (_cubic, 4, "Bicubic"),
}


def weights(size: int, factor: int, mode: str) -> np.ndarray:
    """The matrix that enlarges one side: (size · factor, size); each row sums to 1.

    What would lie outside the input counts as the cell at its end.

    >>> weights(2, 2, "bilinear").tolist()
    [[1.0, 0.0], [0.75, 0.25], [0.25, 0.75], [0.0, 1.0]]
    """
    kernel = MODES[mode][0]
    places = (np.arange(size * factor) + 0.5) / factor - 0.5
    cells = np.floor(places).astype(int)[:, None] + np.arange(-1, 3)
    shares = kernel(cells - places[:, None])
    matrix = np.zeros((len(places), size))
    np.add.at(matrix, (np.arange(len(places))[:, None], np.clip(cells, 0, size - 1)), shares)
    return matrix


def enlarge(maps: np.ndarray, factor: int, mode: str) -> np.ndarray:
    """Maps (C, H, W) → (C, H · factor, W · factor)."""
    rows, columns = (weights(side, factor, mode) for side in maps.shape[1:])
    return np.einsum("yh,chw,xw->cyx", rows, maps, columns, optimize=True)


def bilinear_kernel(factor: int) -> np.ndarray:
    """The kernel whose transposed convolution with stride `factor` interpolates linearly: (2f − f mod 2,) squared.

    Reference: J. Long, E. Shelhamer, T. Darrell, "Fully convolutional networks for semantic segmentation", 2015.

    >>> bilinear_kernel(2)[1].tolist()
    [0.1875, 0.5625, 0.5625, 0.1875]
    """
    size = 2 * factor - factor % 2
    row = 1 - np.abs(np.arange(size) - (size - 1) / 2) / factor
    return np.outer(row, row)

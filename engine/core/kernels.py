"""The named kernels of image processing: what people designed by hand before kernels were learned.

Every kernel is a float64 matrix (k, k) with k odd, meant for cross-correlation: it is laid on the picture as it stands,
not flipped. x runs to the right and y downwards, so a positive response of `sobel_x` means brighter on the right.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LARGEST = 15
RANK_TOLERANCE = 1e-7


@dataclass(frozen=True)
class Kernel:
    """One entry of KERNELS.

    Args:
        title: what the student reads.
        build: size → matrix (size, size); a Gabor kernel also takes its orientation and wavelength.
        note: what it does, in one sentence.
        smallest, largest: the sizes it exists in; a fixed kernel has one.
        turns: whether it has an orientation and a wavelength.
    """

    title: str
    build: Callable[..., np.ndarray]
    note: str
    smallest: int = 1
    largest: int = LARGEST
    turns: bool = False

    @property
    def scales(self) -> bool:
        """Whether it exists in more than one size."""
        return self.smallest < self.largest

    def nearest_size(self, size: int) -> int:
        """The nearest size that this kernel exists in."""
        return min(max(size, self.smallest), self.largest)


def kernel(name: str, size: int = 3, orientation: float = 0.0, wavelength: float = 5.0) -> np.ndarray:
    """A kernel of KERNELS by name: (k, k) float64, k the nearest size that it exists in.

    Args:
        name: a key of KERNELS.
        size: wanted width and height, odd, 1 … 15.
        orientation: of a Gabor kernel: the direction in which its wave runs, degrees, 0 to the right, 90 downwards.
        wavelength: of a Gabor kernel: pixels from one bright stripe to the next.

    Raises:
        ValueError: an unknown name, or a size that is even or outside 1 … 15.

    >>> kernel("sobel_x").astype(int).tolist()
    [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    """
    if name not in KERNELS:
        raise ValueError(f"There is no kernel called {name}; there are {', '.join(KERNELS)}.")
    if size % 2 == 0 or not 1 <= size <= LARGEST:
        raise ValueError(f"A kernel needs an odd size between 1 and {LARGEST}, not {size}: it has to have a middle.")
    entry = KERNELS[name]
    width = entry.nearest_size(size)
    return entry.build(width, orientation, wavelength) if entry.turns else entry.build(width)


def gaussian_width(size: int) -> float:
    """The σ that fills a kernel of this size, in pixels: 0.3 ((size − 1)/2 − 1) + 0.8, OpenCV's rule."""
    return 0.3 * ((size - 1) / 2 - 1) + 0.8


def gaussian_row(size: int, sigma: float | None = None) -> np.ndarray:
    """A sampled Gaussian exp(−x²/2σ²), scaled to sum 1: (size,)."""
    sigma = gaussian_width(size) if sigma is None else sigma
    row = np.exp(-(offsets(size) ** 2) / (2 * sigma**2))
    return row / row.sum()


def offsets(size: int) -> np.ndarray:
    """The distances from the middle: −r … r, r = (size − 1)/2: (size,)."""
    return np.arange(size) - (size - 1) / 2


def binomial(size: int) -> np.ndarray:
    """The row of Pascal's triangle with `size` entries: 1 2 1, 1 4 6 4 1, …: (size,)."""
    row = np.ones(1)
    for _ in range(size - 1):
        row = np.convolve(row, [1.0, 1.0])
    return row


def sobel_row(size: int) -> np.ndarray:
    """The differentiating half of a Sobel kernel: a binomial row convolved with [−1, 0, 1]: (size,)."""
    return np.convolve(binomial(size - 2), [-1.0, 0.0, 1.0])


def identity(size: int) -> np.ndarray:
    """1 in the middle and 0 elsewhere: (size, size)."""
    values = np.zeros((size, size))
    values[size // 2, size // 2] = 1
    return values


def box(size: int) -> np.ndarray:
    """The mean of the window: every entry 1/size²: (size, size)."""
    return np.full((size, size), 1 / size**2)


def gaussian(size: int) -> np.ndarray:
    """G(x, y) ∝ exp(−(x² + y²)/2σ²) with sum 1; σ from `gaussian_width`: (size, size)."""
    row = gaussian_row(size)
    return np.outer(row, row)


def unsharp(size: int) -> np.ndarray:
    """2·identity − Gaussian: the picture plus what a blur takes from it: (size, size)."""
    return 2 * identity(size) - gaussian(size)


def sobel_x(size: int) -> np.ndarray:
    """Binomial smoothing downwards ⊗ derivative to the right; at 3: [1 2 1]ᵀ [−1 0 1]: (size, size)."""
    return np.outer(binomial(size), sobel_row(size))


def prewitt_x(size: int) -> np.ndarray:
    """Ones downwards ⊗ [−r … r]: the slope of a straight line fitted to the window, unscaled: (size, size)."""
    return np.outer(np.ones(size), offsets(size))


def laplacian_of_gaussian(size: int) -> np.ndarray:
    """(x² + y² − 2σ²)/σ⁴ · G(x, y), made to sum to 0: a blur and a Laplacian in one: (size, size).

    Reference: D. Marr, E. Hildreth, "Theory of edge detection", 1980.
    """
    x, y, sigma = offsets(size)[None, :], offsets(size)[:, None], gaussian_width(size)
    values = (x**2 + y**2 - 2 * sigma**2) / sigma**4 * gaussian(size)
    return values - values.mean()


def gabor(size: int, orientation: float, wavelength: float) -> np.ndarray:
    """A wave under a Gaussian hill, with sum 0 and Σ|w| = 1: (size, size).

    w(x, y) ∝ exp(−(x² + y²)/2σ²) (cos(2π u/λ) − c) with u = x cos θ + y sin θ, σ = λ/2, and c chosen for sum 0,
    so that an even surface gives no response whatever its brightness.

    Reference: J. Daugman, "Uncertainty relation for resolution in space, spatial frequency, and orientation", 1985.
    """
    return gabor_pair(size, orientation, wavelength).real


def gabor_pair(size: int, orientation: float, wavelength: float) -> np.ndarray:
    """The even (real) and odd (imaginary) Gabor kernel of one orientation and wavelength: (size, size) complex.

    The modulus of the complex response does not depend on where in the stripes the window stands.

    Args:
        orientation: direction in which the wave runs, degrees, 0 to the right, 90 downwards.
        wavelength: λ in pixels, > 0.
    """
    x, y = offsets(size)[None, :], offsets(size)[:, None]
    angle = np.deg2rad(orientation)
    hill = np.exp(-(x**2 + y**2) / (2 * (wavelength / 2) ** 2))
    wave = hill * np.exp(2j * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / wavelength)
    wave = wave - hill * (wave.real.sum() / hill.sum())
    return wave / max(np.abs(wave.real).sum(), 1e-12)


def fixed(*rows: tuple[float, ...]) -> Callable[[int], np.ndarray]:
    """A kernel of one size, given by its rows."""
    values = np.array(rows, dtype=np.float64)
    return lambda _size: values.copy()


SHARPEN = ((0, -1, 0), (-1, 5, -1), (0, -1, 0))
LAPLACIAN_4 = ((0, 1, 0), (1, -4, 1), (0, 1, 0))
LAPLACIAN_8 = ((1, 1, 1), (1, -8, 1), (1, 1, 1))
EMBOSS = ((-2, -1, 0), (-1, 1, 1), (0, 1, 2))
KERNELS: dict[str, Kernel] = {
    "identity": Kernel("Identity", identity, "Leaves every pixel as it is."),
    "box": Kernel("Box blur", box, "The mean of the window."),
    "gaussian": Kernel("Gaussian blur", gaussian, "A weighted mean: near pixels count more, in every direction alike."),
    "sharpen": Kernel("Sharpen", fixed(*SHARPEN), "The picture minus its Laplacian: edges get steeper.", 3, 3),
    "unsharp": Kernel("Unsharp mask", unsharp, "Adds back what a Gaussian blur takes away.", 3),
    "sobel_x": Kernel("Sobel x", sobel_x, "Slope to the right, smoothed downwards: finds upright edges.", 3),
    "sobel_y": Kernel("Sobel y", lambda size: sobel_x(size).T, "Slope downwards: finds lying edges.", 3),
    "prewitt_x": Kernel("Prewitt x", prewitt_x, "Slope to the right, all rows counting alike.", 3),
    "prewitt_y": Kernel("Prewitt y", lambda size: prewitt_x(size).T, "Slope downwards, all columns counting alike.", 3),
    "laplacian_4": Kernel(
        "Laplacian, 4 neighbours", fixed(*LAPLACIAN_4), "How far a pixel lies under its 4 neighbours.", 3, 3
    ),
    "laplacian_8": Kernel(
        "Laplacian, 8 neighbours", fixed(*LAPLACIAN_8), "How far a pixel lies under its 8 neighbours.", 3, 3
    ),
    "log": Kernel(
        "Laplacian of Gaussian", laplacian_of_gaussian, "Blur and Laplacian in one: blobs and edges of one size.", 3
    ),
    "emboss": Kernel("Emboss", fixed(*EMBOSS), "Lights the relief from a corner.", 3, 3),
    "gabor": Kernel("Gabor", gabor, "A wave under a hill: stripes of one direction and width.", 3, turns=True),
    "own": Kernel("Own kernel", lambda size: np.zeros((size, size)), "Every cell is yours to fill in."),
}


def singular_values(values: np.ndarray) -> np.ndarray:
    """The singular values of a kernel, largest first: (min(H, W),); their count above 0 is its rank."""
    return np.linalg.svd(values, compute_uv=False)


def rank(values: np.ndarray) -> int:
    """How many outer products a kernel is the sum of; rank 1 means separable.

    >>> rank(kernel("sobel_x")), rank(kernel("laplacian_4"))
    (1, 2)
    """
    singular = singular_values(values)
    return int((singular > RANK_TOLERANCE * max(singular[0], 1e-300)).sum())


def factors(values: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Column (H,) and row (W,) with kernel = column ⊗ row, or None if the kernel is not of rank 1.

    All rows of a rank-1 matrix are multiples of one: row = K[i, :] and column = K[:, j] / K[i, j] at the largest entry.
    The scale is free: whole numbers where there are some, as in Sobel's [1 2 1]ᵀ [−1 0 1], else both parts as large.

    >>> [part.tolist() for part in factors(kernel("sobel_x"))]
    [[1.0, 2.0, 1.0], [-1.0, 0.0, 1.0]]
    """
    if rank(values) != 1:
        return None
    i, j = np.unravel_index(np.abs(values).argmax(), values.shape)
    row, column = values[i], values[:, j] / values[i, j]
    least = np.abs(row[row != 0]).min()
    if not np.allclose(row / least, np.rint(row / least)):
        least = np.sqrt(np.abs(row).max())
    return column * least, row / least

"""Small images and kernels with a name, of any size: what a hand-sized example starts from.

An image pattern makes (C, H, W), a kernel pattern (C_out, C_in, K_h, K_w), both float64, from the shape and a seed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np

from engine.core.fields import Edit

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Pattern:
    """A named way to fill an array of any shape."""

    title: str
    make: Callable[[Shape, int], np.ndarray]


def counting(shape: Shape, seed: int) -> np.ndarray:
    """1, 2, 3, … along the rows; each channel goes on where the last one ended."""
    return np.arange(1.0, np.prod(shape) + 1).reshape(shape)


def blank(shape: Shape, seed: int) -> np.ndarray:
    """Zeros, to fill in by hand."""
    return np.zeros(shape)


def impulse(shape: Shape, seed: int) -> np.ndarray:
    """A single 1 in the middle: its output shows the kernel itself."""
    image = np.zeros(shape)
    image[:, shape[1] // 2, shape[2] // 2] = 1
    return image


def edge(shape: Shape, seed: int) -> np.ndarray:
    """0 on the left half, 10 on the right; odd channels have it lying."""
    down, across = np.indices(shape[1:])
    halves = (across >= (shape[2] + 1) // 2, down >= (shape[1] + 1) // 2)
    return np.stack([10.0 * halves[channel % 2] for channel in range(shape[0])])


def checker(shape: Shape, seed: int) -> np.ndarray:
    """0 and 1 in turn."""
    return (np.indices(shape).sum(axis=0) % 2).astype(float)


def digits(shape: Shape, seed: int) -> np.ndarray:
    """Whole numbers from 0 to 9 at random."""
    return np.random.default_rng(seed).integers(0, 10, shape).astype(float)


def handwritten(shape: Shape, seed: int) -> np.ndarray:
    """A handwritten digit of MNIST's test set, 0 to 255; another channel is the next digit."""
    from PIL import Image

    from engine.core.datasets import mnist

    bank = mnist("test").images
    height, width = shape[1:]
    pictures = [Image.fromarray(bank[(seed + channel) % len(bank)]) for channel in range(shape[0])]
    if (height, width) != (28, 28):
        pictures = [picture.resize((width, height), Image.Resampling.LANCZOS) for picture in pictures]
    return np.stack([np.asarray(picture, dtype=float) for picture in pictures])


def _turned(flat: np.ndarray, shape: Shape) -> np.ndarray:
    """One kernel (K_h, K_w) for all pairs of channels; each output channel has it a quarter turn further, if square."""
    bank = np.empty(shape)
    for output in range(shape[0]):
        if shape[2] == shape[3]:
            bank[output] = np.rot90(flat, output)
        else:  # a lying kernel has no quarter turn of the same shape
            bank[output] = flat[::-1, ::-1] if output % 2 else flat
    return bank


def binomial(shape: Shape, seed: int) -> np.ndarray:
    """[1 2 1]ᵀ × [1 2 1] and its like for other sizes: Pascal's triangle, a small Gaussian."""
    rows, columns = ([float(comb(size - 1, place)) for place in range(size)] for size in shape[2:])
    return _turned(np.outer(rows, columns), shape)


def ones(shape: Shape, seed: int) -> np.ndarray:
    """All ones: the sum over the window."""
    return np.ones(shape)


def mean(shape: Shape, seed: int) -> np.ndarray:
    """One over the number of cells: the mean over the window."""
    return np.full(shape, 1 / (shape[2] * shape[3]))


def identity(shape: Shape, seed: int) -> np.ndarray:
    """1 in the middle: the output is the input."""
    flat = np.zeros(shape[2:])
    flat[(shape[2] - 1) // 2, (shape[3] - 1) // 2] = 1
    return _turned(flat, shape)


def diagonal(shape: Shape, seed: int) -> np.ndarray:
    """Ones on the diagonal: looks for a falling line."""
    return _turned(np.eye(shape[2], shape[3]), shape)


def difference(shape: Shape, seed: int) -> np.ndarray:
    """Right minus left, smoothed along the edge: Sobel's kernel at size 3×3."""
    smooth = np.array([float(comb(shape[2] - 1, place)) for place in range(shape[2])])
    return _turned(np.outer(smooth, np.arange(shape[3]) - (shape[3] - 1) / 2), shape)


def small_numbers(shape: Shape, seed: int) -> np.ndarray:
    """Whole numbers from −2 to 2 at random, every pair of channels its own."""
    # The stream is not the image's, or kernel and image would be the same numbers.
    return np.random.default_rng([seed, 1]).integers(-2, 3, shape).astype(float)


def edited(panels: np.ndarray, changes: tuple[Edit, ...]) -> np.ndarray:
    """Panels (P, H, W) with single cells replaced; a cell that the size has cut away waits for its return."""
    changed = panels.astype(np.float64)
    for panel, row, column, value in changes:
        if panel < changed.shape[0] and row < changed.shape[1] and column < changed.shape[2]:
            changed[panel, row, column] = value
    return changed


IMAGES: dict[str, Pattern] = {
    "counting": Pattern("Counting 1, 2, 3 …", counting),
    "digits": Pattern("Random 0 … 9", digits),
    "blank": Pattern("Zeros, to fill in", blank),
    "impulse": Pattern("A single 1", impulse),
    "edge": Pattern("An edge", edge),
    "checker": Pattern("Checkerboard", checker),
    "handwritten": Pattern("Handwritten digit", handwritten),
}
KERNELS: dict[str, Pattern] = {
    "binomial": Pattern("Binomial [1 2 1]", binomial),
    "difference": Pattern("Difference (Sobel)", difference),
    "ones": Pattern("Ones", ones),
    "mean": Pattern("Mean", mean),
    "identity": Pattern("Identity", identity),
    "diagonal": Pattern("Diagonal", diagonal),
    "counting": Pattern("Counting 1, 2, 3 …", counting),
    "random": Pattern("Random −2 … 2", small_numbers),
    "blank": Pattern("Zeros, to fill in", blank),
}

"""A picture cross-correlated with a kernel, three ways that agree: directly, as two passes, and by Fourier transform.

All three take a picture (C, H, W) and a kernel (k, k), filter each channel by itself, and give (C, H, W) again; the
border decides what stands outside the picture. Which way is fastest depends on the kernel alone: see `plan`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft

from engine.core import kernels

# What stands outside the picture: the names are torch's, the values numpy.pad's.
BORDERS = {"zeros": "constant", "replicate": "edge", "reflect": "reflect", "circular": "wrap"}
BORDER_TITLES = {
    "zeros": "zeros (black)",
    "replicate": "replicate the edge",
    "reflect": "reflect, edge once",
    "circular": "circular",
}
# What one Fourier transform there, one product and one transform back cost, in multiply-adds a pixel. Measured on one
# thread (benchmarks/filters.py): 27 to 33 from 128×128 up to 512×512, so a 5×5 kernel (25) goes directly, 7×7 does not.
FOURIER_COST = 28


def pad(picture: np.ndarray, reach: int, border: str) -> np.ndarray:
    """The picture with `reach` more pixels on each side: (C, H + 2·reach, W + 2·reach).

    Raises:
        ValueError: if the picture is too small to be reflected or wrapped that far.
    """
    if border in ("reflect", "circular") and reach >= min(picture.shape[1:]):
        raise ValueError(f"A picture of {min(picture.shape[1:])} pixels cannot be continued by {reach} more.")
    around = ((0, 0), (reach, reach), (reach, reach))
    return np.pad(picture, around, mode=BORDERS[border])  # type: ignore[call-overload]


def direct(picture: np.ndarray, kernel: np.ndarray, border: str = "replicate") -> np.ndarray:
    """Lay the kernel on every window: y[c, i, j] = Σₘₙ w[m, n] · x[c, i + m, j + n], k² multiply-adds a pixel.

    The loop runs over the kernel's cells, not over the pixels: each round adds a shifted copy of the whole picture.

    Args:
        picture: (C, H, W) float32.
        kernel: (k, k), k odd.
        border: a key of BORDERS.

    Returns:
        (C, H, W) float32.
    """
    _, height, width = picture.shape
    padded = pad(picture, kernel.shape[0] // 2, border)
    output = np.zeros_like(picture)
    for m, row in enumerate(kernel.tolist()):
        for n, weight in enumerate(row):
            output += weight * padded[:, m : m + height, n : n + width]
    return output


def separable(picture: np.ndarray, kernel: np.ndarray, border: str = "replicate") -> np.ndarray:
    """Two one-dimensional passes for a kernel of rank 1, w = column ⊗ row: 2k multiply-adds a pixel.

    Raises:
        ValueError: if the kernel is not of rank 1.
    """
    parts = kernels.factors(kernel)
    if parts is None:
        raise ValueError(f"This kernel has rank {kernels.rank(kernel)}; two passes need rank 1.")
    _, height, width = picture.shape
    padded = pad(picture, kernel.shape[0] // 2, border)
    upright = np.zeros_like(padded[:, :height])
    for m, weight in enumerate(parts[0].tolist()):
        upright += weight * padded[:, m : m + height]
    output = np.zeros_like(picture)
    for n, weight in enumerate(parts[1].tolist()):
        output += weight * upright[:, :, n : n + width]
    return output


def fourier(picture: np.ndarray, kernel: np.ndarray, border: str = "replicate") -> np.ndarray:
    """Multiply the spectra: cross-correlation is x̂ · conj(ŵ); the cost does not depend on k.

    The transform has a length with small prime factors, at least as long as the padded picture, so nothing wraps
    around into the part that is kept.
    """
    _, height, width = picture.shape
    padded = pad(picture, kernel.shape[0] // 2, border)
    shape = tuple(scipy.fft.next_fast_len(side, real=True) for side in padded.shape[1:])
    spectrum = scipy.fft.rfft2(padded, shape)
    spectrum *= np.conj(scipy.fft.rfft2(kernel.astype(picture.dtype), shape))
    return np.ascontiguousarray(scipy.fft.irfft2(spectrum, shape)[:, :height, :width])


METHODS: dict[str, Callable[..., np.ndarray]] = {"direct": direct, "separable": separable, "fourier": fourier}
METHOD_TITLES = {"direct": "directly", "separable": "in two passes", "fourier": "by Fourier transform"}


@dataclass(frozen=True)
class Plan:
    """Which way a kernel is applied, and why.

    Args:
        method: the key of METHODS with the least cost.
        costs: multiply-adds a pixel of each way that applies; the Fourier transform's is what it is worth.
        reason: one sentence for the student.
    """

    method: str
    costs: tuple[tuple[str, int], ...]
    reason: str


def plan(kernel: np.ndarray) -> Plan:
    """The cheapest way for this kernel; it depends on the kernel only, so the same settings give the same bytes.

    >>> [plan(kernels.kernel(name, size)).method for name, size in (("emboss", 3), ("gaussian", 9), ("log", 9))]
    ['direct', 'separable', 'fourier']
    """
    size = kernel.shape[0]
    costs = {"direct": size**2, "separable": 2 * size, "fourier": FOURIER_COST}
    depth = kernels.rank(kernel)
    if depth != 1:
        del costs["separable"]
    method = min(costs, key=costs.__getitem__)
    reason = {
        "direct": f"{size}×{size} = {size**2} products a pixel, fewer than a Fourier transform costs ({FOURIER_COST}).",
        "separable": f"The kernel has rank 1: a column and a row of {size} take {2 * size} products, not {size**2}.",
        "fourier": f"{size}×{size} = {size**2} products a pixel, more than a Fourier transform costs ({FOURIER_COST})"
        + (f", and so are {2 * size} in two passes." if depth == 1 else f"; rank {depth} rules out two passes."),
    }[method]
    return Plan(method, tuple(costs.items()), reason)


def correlate(picture: np.ndarray, kernel: np.ndarray, border: str = "replicate") -> np.ndarray:
    """Each channel cross-correlated with the kernel, the cheapest way: (C, H, W) → (C, H, W) float32."""
    return METHODS[plan(kernel).method](np.asarray(picture, dtype=np.float32), kernel, border)


@lru_cache(maxsize=256)
def milliseconds(channels: int, height: int, width: int, size: int, depth: int) -> tuple[tuple[str, float], ...]:
    """Measured time of each way that applies, best of three, in milliseconds, on this machine.

    Measured once for each shape and kept; no part of any result, since a time never comes out the same twice.

    Args:
        channels, height, width: of the picture.
        size: of the kernel.
        depth: the kernel's rank; the two passes are measured only for rank 1.
    """
    rng = np.random.default_rng(0)
    picture = rng.random((channels, height, width), dtype=np.float32)
    kernel = np.outer(*rng.random((2, size))) if depth == 1 else rng.random((size, size))
    ways = [name for name in METHODS if depth == 1 or name != "separable"]
    return tuple((name, min(_seconds(METHODS[name], picture, kernel) for _ in range(3)) * 1e3) for name in ways)


def _seconds(way: Callable[..., np.ndarray], picture: np.ndarray, kernel: np.ndarray) -> float:
    start = time.perf_counter()
    way(picture, kernel)
    return time.perf_counter() - start

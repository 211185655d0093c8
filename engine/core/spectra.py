"""The power spectrum of an image: how much of it varies at each spatial frequency, and how fast that falls."""

from dataclasses import dataclass

import numpy as np

LEAST_RINGS = 4


@dataclass(frozen=True, eq=False)
class Slope:
    """A straight line through log P against log f: P ≈ scale / f^exponent between the frequencies low and high.

    Args:
        exponent: 0 for white noise, about 2 to 3 for photographs.
        scale: the power that the line has at one cycle a pixel.
        low, high: the first and last frequency that were used, cycles a pixel.
        spread: root mean square distance of log₁₀ P from the line.
    """

    exponent: float
    scale: float
    low: float
    high: float
    spread: float

    def power(self, frequencies: np.ndarray) -> np.ndarray:
        """The line's power at these frequencies, (F,)."""
        return self.scale * frequencies**-self.exponent


def power_spectrum(values: np.ndarray) -> np.ndarray:
    """|DFT|² of an image seen through a Hann window: (H, W), frequency 0 in the middle (row H // 2, column W // 2).

    The weighted mean is taken off before the window, so that frequency 0 has no power, and the window fades the
    borders, whose jump (the DFT thinks that the picture repeats) would fill the spectrum with a false 1/f². Divided by
    the sum of the squared window: independent pixels of variance σ² have σ² at every frequency.
    """
    window = np.outer(*(np.hanning(side + 2)[1:-1] for side in values.shape))
    centred = values - np.sum(window * values) / window.sum()
    transform = np.fft.fft2(window * centred)
    return np.fft.fftshift(np.abs(transform) ** 2) / np.sum(window**2)


def radial_mean(power: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean power of each ring of frequencies: cycles a pixel (F,), and the means (F,).

    Ring k holds the frequencies between k − ½ and k + ½ cycles a picture, k = 1 … N/2 for a square image of N pixels.
    """
    side = power.shape[0]
    if power.shape != (side, side):
        raise ValueError("The rings are those of a square picture.")
    offsets = np.arange(side) - side // 2
    rings = np.rint(np.hypot(offsets[:, None], offsets[None, :])).astype(int).ravel()
    sums, counts = np.bincount(rings, power.ravel()), np.bincount(rings)
    kept = np.arange(1, side // 2 + 1)
    return kept / side, sums[kept] / counts[kept]


def fit(frequencies: np.ndarray, powers: np.ndarray, low: float, high: float) -> Slope:
    """Least squares through log P against log f, every ring between low and high counting once.

    Outer rings are denser on the logarithmic axis, and steadier too: they average more frequencies.

    Raises:
        ValueError: low is not below high, too few rings lie between low and high, or they hold no power.
    """
    if low >= high:
        raise ValueError(f"The fit would run from {low:.3g} to {high:.3g} cycles a pixel: it must begin below its end.")
    used = (frequencies >= low - 1e-9) & (frequencies <= high + 1e-9)
    if used.sum() < LEAST_RINGS:
        raise ValueError(
            f"Between {low:.3g} and {high:.3g} cycles a pixel lie {int(used.sum())} rings, and a line needs "
            f"{LEAST_RINGS}: widen the range of the fit or take a larger picture."
        )
    f, p = frequencies[used], powers[used]
    if p.min() <= 0:
        raise ValueError("This picture has no power at some of these frequencies, and 0 has no logarithm.")
    x, y = np.log(f), np.log(p)
    slope, offset = np.polyfit(x, y, 1)
    spread = np.sqrt(np.mean((y - slope * x - offset) ** 2)) / np.log(10)
    return Slope(float(-slope), float(np.exp(offset)), float(f[0]), float(f[-1]), float(spread))

"""The effective receptive field: how strongly each input cell moves one output cell, measured by gradients.

The theoretical field says which cells can matter. In the middle many ways lead from input to output, at the border one
alone: the gradient of the output cell falls off like a Gaussian, whose width grows with √n while the theoretical field
grows with n.

With equal weights everything is exact: the ways are counted by convolving the layers' windows, and each layer adds the
variance of its window, (d·jump)² (k² − 1) / 12. For n layers of 3×3 that is σ = √(2n/3).

Reference: W. Luo, Y. Li, R. Urtasun, R. Zemel, "Understanding the effective receptive field in deep convolutional
neural networks", NIPS 2016.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from engine.core.receptive import Window

# Luo et al. count the cells whose gradient is above this share of the largest: outside two standard deviations.
VISIBLE = 1 - 0.9545
# Digits in a step of training, see engine.core.effective_networks.
BATCH = 64


@dataclass(frozen=True, eq=False)
class Gaussian:
    """What a map of gradients looks like from afar.

    Args:
        sigma: standard deviation of the map taken as a distribution, the mean of both axes, in input cells: the
            Gaussian of greatest likelihood.
        side: the side of a square with as many cells as have more than 4.55 % of the largest gradient.
    """

    sigma: float
    side: float


def ways(chain: list[Window]) -> np.ndarray:
    """How many ways lead from each cell of the field to the output cell, as shares of all: float64 (r,).

    >>> ways([Window(3)] * 2) * 9
    array([1., 2., 3., 2., 1.])
    """
    counts = np.ones(1)
    jump = 1
    for window in chain:
        taps = np.zeros((window.reach - 1) * jump + 1)
        taps[:: window.dilation * jump] = 1 / window.kernel
        counts = np.convolve(counts, taps)
        jump *= window.stride
    return counts


def law(chain: list[Window]) -> float:
    """The standard deviation of `ways` by the formula √Σ (d·jump)² (k² − 1) / 12.

    >>> round(law([Window(3)] * 6), 9)
    2.0
    """
    variance, jump = 0.0, 1
    for window in chain:
        variance += (window.dilation * jump) ** 2 * (window.kernel**2 - 1) / 12
        jump *= window.stride
    return sqrt(variance)


def gaussian(strength: np.ndarray) -> Gaussian:
    """The width of a map of gradients.

    Args:
        strength: (r, r), not negative.
    """
    total = strength.sum()
    if total <= 0:
        return Gaussian(0.0, 0.0)
    variances = []
    for axis in (0, 1):
        share = strength.sum(axis=1 - axis) / total
        place = np.arange(len(share))
        middle = (share * place).sum()
        variances.append((share * (place - middle) ** 2).sum())
    seen = int((strength > VISIBLE * strength.max()).sum())
    return Gaussian(sqrt(sum(variances) / 2), sqrt(seen))


def uniform(chain: list[Window]) -> np.ndarray:
    """The gradient for equal weights, exactly: (r, r)."""
    counts = ways(chain)
    return np.outer(counts, counts)


def bell(size: int, sigma: float) -> np.ndarray:
    """A Gaussian of that width in the middle of `size` cells, 1 at its peak: (size,)."""
    place = np.arange(size) - (size - 1) / 2
    return np.exp(-(place**2) / (2 * max(sigma, 1e-9) ** 2))

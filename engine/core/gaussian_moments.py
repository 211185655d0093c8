"""What an activation function makes of normally distributed inputs: mean, variance, and the mean square of its slope.

The mean square of the slope is the factor by which a layer's function scales the variance of the gradient that comes
back; the mean square of the output is what the next layer's variance hangs on.

Reference: B. Poole et al., "Exponential expressivity in deep neural networks through transient chaos", 2016;
S. Schoenholz et al., "Deep information propagation", 2017.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from engine.core.nonlinearities import NONLINEARITIES, saturation

POINTS = 8000
WIDEST = 8.5  # standard deviations on either side; beyond lie 2·10⁻¹⁷ of all inputs


class Moments(NamedTuple):
    """Means over x from N(mean, deviation²).

    Args:
        mean: E[g(x)].
        square: E[g(x)²].
        slope_square: E[g′(x)²].
    """

    mean: float
    square: float
    slope_square: float

    @property
    def variance(self) -> float:
        """E[g²] − E[g]²."""
        return max(self.square - self.mean**2, 0.0)


@lru_cache(maxsize=8)
def _nodes(points: int) -> tuple[np.ndarray, np.ndarray]:
    """Midpoints of equal cells of the standard normal's axis, and their shares: each (P,)."""
    edges = np.linspace(-WIDEST, WIDEST, points + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    density = np.exp(-0.5 * middles**2)
    return middles, density / density.sum()


def moments(name: str, a: float, mean: float, deviation: float, points: int = POINTS) -> Moments:
    """The moments of a function of the table for inputs from N(mean, deviation²), by the midpoint rule.

    >>> round(moments("ReLU", 0, 0, 1).slope_square, 9)
    0.5
    """
    function = NONLINEARITIES[name]
    middles, shares = _nodes(points)
    x = mean + deviation * middles
    value, slope = function.value(x, a), function.slope(x, a)
    return Moments(float(shares @ value), float(shares @ value**2), float(shares @ slope**2))


def maxout_moments(pieces: int, mean: float, deviation: float, points: int = POINTS) -> Moments:
    """Of the largest of so many independent inputs from N(mean, deviation²); its slope is that of the one chosen, 1."""
    middles, shares = _nodes(points)
    chances = pieces * ndtr(middles) ** (pieces - 1) * shares
    value = mean + deviation * middles
    return Moments(float(chances @ value), float(chances @ value**2), 1.0)


def saturated_share(name: str, a: float, mean: float, deviation: float) -> float:
    """The share of the inputs that lie where the function saturates, 0 … 1."""
    low, high = saturation(name, a)
    if deviation == 0:
        return float(mean <= low or mean >= high)
    return float(ndtr((low - mean) / deviation) + ndtr((mean - high) / deviation))

"""Momentum on a quadratic: how fast it converges, for every step size and momentum, and the best there is.

Along an axis of curvature λ, x_{t+1} = (1 + β − αλ) x_t − β x_{t−1}; the larger root of z² − (1 + β − αλ) z + β is what
the distance is multiplied by at each step. The slowest axis counts, and it is one of the two ends of the spectrum.

Reference: B. Polyak 1964; G. Goh, "Why momentum really works", Distill 2017.
"""

import math
from typing import Any

import numpy as np

# A numpy array, or a plain number where there is one point.
Array = Any


def axis_rate(pace: Array, beta: Array) -> Array:
    """The larger root's modulus along one axis, where αλ is `pace`.

    >>> float(axis_rate(1.0, 0.0)), float(axis_rate(1.0, 0.25))
    (0.0, 0.5)
    """
    middle = 1 + np.asarray(beta) - pace
    inside = middle * middle - 4 * np.asarray(beta)
    real = (np.abs(middle) + np.sqrt(np.maximum(inside, 0))) / 2
    return np.where(inside < 0, np.sqrt(np.maximum(beta, 0)), real)


def rate(pace: Array, beta: Array, condition: float) -> Array:
    """The factor per step on a bowl of this condition number; `pace` is the step size times the largest curvature."""
    return np.maximum(axis_rate(pace, beta), axis_rate(np.asarray(pace) / condition, beta))


def optimum(low: float, high: float) -> tuple[float, float]:
    """The best for curvatures low … high: α = (2 / (√λ₁ + √λₙ))² and β = ((√λₙ − √λ₁) / (√λₙ + √λ₁))².

    >>> [round(value, 4) for value in optimum(1, 25)]
    [0.1111, 0.4444]
    """
    one, other = math.sqrt(low), math.sqrt(high)
    return (2 / (one + other)) ** 2, ((other - one) / (other + one)) ** 2

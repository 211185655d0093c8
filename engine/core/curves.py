"""Long curves made short enough to be drawn and kept."""

import numpy as np


def thinned(values: np.ndarray, most: int = 160) -> tuple[np.ndarray, np.ndarray]:
    """Means of equal stretches of a curve: where each stretch ends, counted from 1, and its mean.

    >>> thinned(np.array([4.0, 2.0, 1.0, 1.0, 7.0]), 3)
    (array([2, 4, 5]), array([3., 1., 7.]))

    Args:
        values: (S,) numbers, one a step.
        most: how many stretches there may be.
    """
    stretch = max(1, -(-len(values) // most))
    starts = np.arange(0, len(values), stretch)
    ends = np.minimum(starts + stretch, len(values))
    if not len(values):
        return ends, np.zeros(0)
    return ends, np.add.reduceat(values, starts) / (ends - starts)

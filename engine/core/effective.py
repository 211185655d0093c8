"""The effective receptive field: how strongly each input cell moves one output cell, measured by gradients.

The theoretical field says which cells can matter. In the middle many ways lead from input to output, at the border one
alone: the gradient of the output cell falls off like a Gaussian, whose width grows with √n while the theoretical field
grows with n.

With equal weights everything is exact: the ways are counted backwards, from the output cell through the cells that it
reads, and each layer adds the variance of its window, (d·jump)² (k² − 1) / 12. For n layers of 3×3 that is
σ = √(2n/3). After a transposed layer neighbouring cells see different fields; the cell that sees most is measured.

Reference: W. Luo, Y. Li, R. Urtasun, R. Zemel, "Understanding the effective receptive field in deep convolutional
neural networks", NIPS 2016.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from engine.core.receptive import Window, along

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
        middle: the mean place along a row, counted from the first cell of the field.
    """

    sigma: float
    side: float
    middle: float = 0.0


@dataclass(frozen=True)
class Sight:
    """One cell, and what it sees through the maps below, along one axis.

    Args:
        cell: its number in its own map.
        field: the first and the last input cell that it sees.
        spans: (L + 1,) of the input and of each map, the first and the last cell that is read on the way to it.
    """

    cell: int
    field: tuple[int, int]
    spans: tuple[tuple[int, int], ...]

    @property
    def largest(self) -> int:
        """Cells a side of the largest map that is needed."""
        return max(last - first + 1 for first, last in self.spans)


def sight(chain: list[Window], near: int = 0) -> Sight:
    """What a cell that sees most sees; there is one in every period, and the one nearest to `near` is taken.

    >>> sight([Window(3), Window(2, 2, transposed=True), Window(3)]).spans
    ((0, 3), (0, 1), (0, 2), (0, 0))

    Raises:
        ValueError: nothing leads from the input to the last layer.
    """
    field = along(chain)[-1]
    if field.size < 1:
        raise ValueError(
            "The last layer sees nothing: it reads only cells that no window of a transposed layer writes."
        )
    sizes = [high - low + 1 for low, high in zip(field.lows, field.highs, strict=True)]
    half = field.period // 2
    cell = near - half + (sizes.index(field.size) - near + half) % field.period
    spans = [(cell, cell)]
    for window in reversed(chain):
        first, last = spans[-1]
        cells = range(first, last + 1) if window.transposed else (first, last)
        places = [place for above in cells for place in window.reads(above)]
        spans.append((min(places), max(places)))
    return Sight(cell, field.of(cell), tuple(reversed(spans)))


def sights(chain: list[Window], depths: tuple[int, ...]) -> tuple[Sight, ...]:
    """The same after each of the depths, of a cell in the middle of those that the deepest one sees through."""
    spans = sight(chain[: depths[-1]]).spans
    return tuple(sight(chain[:depth], sum(spans[depth], 1) // 2) for depth in depths)


def ways(chain: list[Window]) -> np.ndarray:
    """How many ways lead from each cell of the field to the cell that sees most, as shares of all: float64 (r,).

    >>> ways([Window(3)] * 2) * 9
    array([1., 2., 3., 2., 1.])
    >>> ways([Window(3), Window(2, 2, transposed=True), Window(3)]) * 9
    array([2., 3., 3., 1.])
    """
    seen = sight(chain)
    counts = np.ones(1)
    for window, (first, last), (start, _) in zip(reversed(chain), seen.spans[-2::-1], seen.spans[:0:-1], strict=True):
        below = np.zeros(last - first + 1)
        for cell, count in enumerate(counts, start):
            below[np.array(window.reads(cell), dtype=int) - first] += count / window.kernel
        counts = below
    low, high = (end - seen.spans[0][0] for end in seen.field)
    return counts[low : high + 1] / counts.sum()


def law(chain: list[Window]) -> float:
    """The standard deviation of `ways`: √Σ (d·jump)² (k² − 1) / 12, without transposed layers.

    With them there is no formula, since the cells of one map see fields of different shape; then it is the exact
    standard deviation of the ways themselves.

    >>> round(law([Window(3)] * 6), 9)
    2.0
    """
    if any(window.transposed for window in chain):
        return sqrt(_moments(ways(chain))[1])
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
    (_, down), (middle, across) = (_moments(strength.sum(axis=1 - axis) / total) for axis in (0, 1))
    seen = int((strength > VISIBLE * strength.max()).sum())
    return Gaussian(sqrt((down + across) / 2), sqrt(seen), middle)


def _moments(share: np.ndarray) -> tuple[float, float]:
    """Mean and variance of a place, by the share (r,) of each place."""
    place = np.arange(len(share))
    mean = float((share * place).sum())
    return mean, float((share * (place - mean) ** 2).sum())


def uniform(chain: list[Window]) -> np.ndarray:
    """The gradient for equal weights, exactly: (r, r)."""
    counts = ways(chain)
    return np.outer(counts, counts)


def bell(size: int, sigma: float, middle: float | None = None) -> np.ndarray:
    """A Gaussian of that width over `size` cells, 1 at its peak, which is in the middle unless said: (size,)."""
    place = np.arange(size) - ((size - 1) / 2 if middle is None else middle)
    return np.exp(-(place**2) / (2 * max(sigma, 1e-9) ** 2))

"""How alike two pixels are, by how far apart they lie: pairs, their correlation, the autocorrelation of an image."""

import numpy as np

DIRECTIONS = {"across": (0, 1), "down": (1, 0), "diagonal": (1, 1)}
# A deviation as small as this is rounding, not a picture.
LEAST_VARIANCE = 1e-12


def pairs(values: np.ndarray, down: int, across: int) -> tuple[np.ndarray, np.ndarray]:
    """Every pixel that has a partner `down` rows below and `across` columns to its right, and that partner.

    Args:
        values: (H, W).
        down, across: 0 or more, less than the height, the width.

    Returns:
        Two views (H − down, W − across).
    """
    height, width = values.shape
    if not (0 <= down < height and 0 <= across < width):
        raise ValueError(f"A picture of {height}×{width} pixels has no pairs {down} rows and {across} columns apart.")
    return values[: height - down, : width - across], values[down:, across:]


def correlation(values: np.ndarray, down: int, across: int) -> float:
    r"""Pearson's r of all pairs at one displacement: $r = \mathrm{cov}(x, y) / (\sigma_x \sigma_y)$.

    NaN where all the first or all the second pixels are equal: then nothing varies that could go together.

    >>> float(round(correlation(np.array([[0.0, 1.0, 2.0, 3.0]]), 0, 1), 6))
    1.0
    """
    first, second = (np.asarray(part, dtype=np.float64) for part in pairs(values, down, across))
    first, second = first - first.mean(), second - second.mean()
    norms = np.vdot(first, first) * np.vdot(second, second)
    if norms <= (LEAST_VARIANCE * first.size) ** 2:
        return float("nan")
    return float(np.clip(np.vdot(first, second) / np.sqrt(norms), -1, 1))


def decay(values: np.ndarray, direction: str, distances: np.ndarray) -> np.ndarray:
    """The correlation at each of these distances, (D,): steps of one row, one column or both."""
    down, across = DIRECTIONS[direction]
    return np.array([correlation(values, down * step, across * step) for step in distances.tolist()])


def joint_histogram(values: np.ndarray, down: int, across: int, limits: tuple[float, float], bins: int) -> np.ndarray:
    """How many pairs have each combination of values: (bins, bins), the partner's value upwards, as in a scatter plot.

    Args:
        limits: the values at the outer edges; what lies beyond counts in the last bin.
    """
    low, high = limits
    places = np.clip((np.asarray(values) - low) * (bins / max(high - low, 1e-12)), 0, bins - 1).astype(np.int64)
    first, second = pairs(places, down, across)
    counts = np.bincount((second * bins + first).ravel(), minlength=bins * bins)
    return counts.reshape(bins, bins)[::-1]  # (bins²,) → (bins, bins), large values on top


def autocorrelation(values: np.ndarray, reach: int) -> np.ndarray:
    r"""The correlation of an image with itself moved by every (row, column) up to `reach`: (2·reach + 1, 2·reach + 1).

    $\rho(d) = \frac{1}{N(d)} \sum_p (x_p - \mu)(x_{p+d} - \mu) / \sigma^2$, where N(d) counts the pairs that there are:
    unbiased. One mean and one variance, of the whole image, serve all displacements, so far away |ρ| may exceed 1.
    Computed by the Fourier transform of the image within zeros: its squared magnitude is the transform of all sums.
    """
    height, width = values.shape
    if not 0 <= reach < min(height, width):
        raise ValueError(f"A picture of {height}×{width} pixels cannot be moved by {reach} and still lie on itself.")
    centred = np.asarray(values, dtype=np.float64) - np.mean(values, dtype=np.float64)
    variance = float(np.mean(centred**2))
    if variance <= LEAST_VARIANCE:
        raise ValueError("Every pixel of this picture has the same value: nothing varies that could go together.")
    wide = (height + reach, width + reach)
    spectrum = np.fft.rfft2(centred, wide)
    sums = np.fft.irfft2(np.abs(spectrum) ** 2, wide)
    shifts = np.arange(-reach, reach + 1)
    counts = np.outer(height - np.abs(shifts), width - np.abs(shifts))
    return sums[np.ix_(shifts, shifts)] / (counts * variance)


def half_distance(profile: np.ndarray) -> float:
    """Where a profile that starts at distance 0 first falls to one half, between its pixels; NaN if it never does."""
    below = np.flatnonzero(profile <= 0.5)
    if not below.size or below[0] == 0:
        return float("nan")
    last = int(below[0])
    before, after = float(profile[last - 1]), float(profile[last])
    return last - 1 + (before - 0.5) / (before - after)

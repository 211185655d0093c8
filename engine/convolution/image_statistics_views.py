"""What the statistics lab measures of a picture and of its spoilt copy: pairs, autocorrelation, spectrum."""

from dataclasses import dataclass

import numpy as np

from engine.core import correlations, spectra

FIRST_DISTANCES = (1, 2, 4)
FOURTH_DISTANCE = 16
BINS = 64
MOST_DISTANCES = 20
REACH = 64
FINEST_SPECTRUM = 128


@dataclass(frozen=True, eq=False)
class Pairs:
    """How pixel pairs go together, in the picture (index 0) and in its spoilt copy (index 1).

    Args:
        steps: four displacements, in rows, columns or both.
        counts: (2, 4, BINS, BINS) pairs with each combination of values, the partner's value upwards.
        r: (2, 4) their correlation.
        distances: (D,) displacements of the curves.
        across, down: (D,) correlation in the picture in either direction.
        other: (D,) across in the copy.
    """

    steps: tuple[int, ...]
    counts: np.ndarray
    r: np.ndarray
    distances: np.ndarray
    across: np.ndarray
    down: np.ndarray
    other: np.ndarray


@dataclass(frozen=True, eq=False)
class Autocorrelation:
    """The autocorrelation of the picture and of its copy.

    Args:
        reach: the farthest shift, in rows and columns.
        maps: (2, 2·reach + 1, 2·reach + 1), no shift in the middle.
        half: (2, 2) distance at which it falls to ½: picture and copy, across and down; NaN if it does not.
    """

    reach: int
    maps: np.ndarray
    half: np.ndarray


@dataclass(frozen=True, eq=False)
class Spectra:
    """The power spectrum of the picture and of its copy.

    Args:
        maps: (2, H, W) log₁₀ of the power, frequency 0 in the middle; neighbouring frequencies averaged to 128 at most.
        frequencies: (F,) cycles a pixel.
        powers: (2, F) mean power of the ring at each frequency.
        slopes: the lines through them.
    """

    maps: np.ndarray
    frequencies: np.ndarray
    powers: np.ndarray
    slopes: tuple[spectra.Slope, spectra.Slope]


def pairs(values: np.ndarray, other: np.ndarray, displacement: int, direction: str) -> Pairs:
    """Scatter plots at 1, 2, 4 and the wanted displacement (16 if that is among them), and the curves."""
    last = FOURTH_DISTANCE if displacement in FIRST_DISTANCES else displacement
    steps = tuple(sorted({*FIRST_DISTANCES, last}))
    down, across = correlations.DIRECTIONS[direction]
    limits = (float(values.min()), float(values.max()))
    counts = [
        [correlations.joint_histogram(image, down * step, across * step, limits, BINS) for step in steps]
        for image in (values, other)
    ]
    spaced = np.geomspace(1, min(values.shape) // 2, MOST_DISTANCES)
    distances = np.unique(np.rint(spaced).astype(int))
    return Pairs(
        steps=steps,
        counts=np.array(counts),
        r=np.stack([correlations.decay(image, direction, np.array(steps)) for image in (values, other)]),
        distances=distances,
        across=correlations.decay(values, "across", distances),
        down=correlations.decay(values, "down", distances),
        other=correlations.decay(other, "across", distances),
    )


def autocorrelation(values: np.ndarray, other: np.ndarray) -> Autocorrelation:
    """The maps, and where they fall to one half."""
    reach = min(REACH, min(values.shape) // 2)
    maps = np.stack([correlations.autocorrelation(image, reach) for image in (values, other)])
    half = [[correlations.half_distance(line) for line in (one[reach, reach:], one[reach:, reach])] for one in maps]
    return Autocorrelation(reach, maps, np.array(half))


def spectrum(values: np.ndarray, other: np.ndarray, low: float, high: float) -> Spectra:
    """The spectra, their rings, and the lines through these between two frequencies (cycles a pixel)."""
    powers = [spectra.power_spectrum(np.asarray(image, dtype=np.float64)) for image in (values, other)]
    rings = [spectra.radial_mean(power) for power in powers]
    frequencies = rings[0][0]
    first, second = (spectra.fit(frequencies, ring, low, high) for _, ring in rings)
    maps = np.stack([np.log10(np.maximum(_coarse(power), 1e-12)) for power in powers])
    return Spectra(maps, frequencies, np.stack([ring for _, ring in rings]), (first, second))


def _coarse(power: np.ndarray) -> np.ndarray:
    """A spectrum of at most 128×128: the mean of square groups of frequencies."""
    factor = -(-power.shape[0] // FINEST_SPECTRUM)
    side = power.shape[0] // factor
    start = (power.shape[0] - side * factor) // 2
    inner = power[start : start + side * factor, start : start + side * factor]
    return inner.reshape(side, factor, side, factor).mean(axis=(1, 3))  # (H, W) → (s, f, s, f) → (s, s)

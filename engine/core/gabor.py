"""A bank of Gabor filters: how strongly a picture is striped at each place, by direction and width of the stripes.

Orientations are the directions in which the waves run, across their stripes: degrees, 0 to the right, 90 downwards.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft

from engine.core import filtering, kernels


@dataclass(frozen=True, eq=False)
class GaborBank:
    """How strongly a picture is striped, by direction and width.

    Args:
        orientations: (O,) degrees in [0, 180): the direction in which each wave runs, across its stripes.
        wavelengths: (S,) pixels.
        kernels: (S, O) nested tuple of the even kernels.
        energy: (S, O, H, W) float32, the modulus of the even and odd responses together.
        strongest: (H, W) int8, the index of the orientation with the largest energy over all wavelengths.
        strength: (H, W) float32, that energy.
    """

    orientations: np.ndarray
    wavelengths: np.ndarray
    kernels: tuple[tuple[np.ndarray, ...], ...]
    energy: np.ndarray
    strongest: np.ndarray
    strength: np.ndarray


def gabor_bank(
    grey: np.ndarray, count: int = 8, wavelengths: tuple[float, ...] = (5.0,), border: str = "replicate"
) -> GaborBank:
    """Filter a grey picture (1, H, W) with Gabor kernels of `count` orientations at each wavelength.

    The picture is transformed once; each complex kernel costs one product and one transform back.
    """
    angles = np.arange(count) * 180 / count
    energy = np.stack([_energies(grey, angles, wavelength, border) for wavelength in wavelengths])
    best = energy.max(axis=0)
    even = tuple(tuple(_pair(angle, wavelength).real for angle in angles) for wavelength in wavelengths)
    strongest = best.argmax(axis=0).astype(np.int8)
    return GaborBank(angles, np.array(wavelengths), even, energy, strongest, best.max(axis=0))


def _pair(angle: float, wavelength: float) -> np.ndarray:
    """A Gabor pair wide enough for its hill: three σ, σ = λ/2, on each side."""
    return kernels.gabor_pair(2 * int(np.ceil(1.5 * wavelength)) + 1, angle, wavelength)


def _energies(grey: np.ndarray, angles: np.ndarray, wavelength: float, border: str) -> np.ndarray:
    """The energy at one wavelength in each orientation: (O, H, W)."""
    height, width = grey.shape[1:]
    padded = filtering.pad(grey, int(np.ceil(1.5 * wavelength)), border)[0].astype(np.complex64)
    shape = tuple(scipy.fft.next_fast_len(side) for side in padded.shape)
    spectrum = scipy.fft.fft2(padded, shape)
    energies = np.empty((len(angles), height, width), dtype=np.float32)
    for place, angle in enumerate(angles):
        # Cross-correlation multiplies by conj(ŵ); conjugating the pair instead leaves the modulus as it is.
        response = scipy.fft.ifft2(
            spectrum * np.conj(scipy.fft.fft2(_pair(angle, wavelength).astype(np.complex64), shape))
        )
        energies[place] = np.abs(response[:height, :width])
    return energies

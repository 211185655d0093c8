"""Power spectra and their slopes, against scipy and images whose spectrum is known; scrambled copies."""

import numpy as np
import pytest
from scipy import signal

from engine.core import images, scrambling, spectra

PHOTO = images.load("photo:cat", 64, channels=1).pixels[0]


def coloured(exponent: float, seed: int, side: int = 256) -> np.ndarray:
    """Noise whose power is 1/f^exponent."""
    across = np.fft.fftfreq(side)
    frequency = np.hypot(across[:, None], across[None, :])
    frequency[0, 0] = np.inf
    white = np.fft.fft2(np.random.default_rng(seed).standard_normal((side, side)))
    return np.real(np.fft.ifft2(white * frequency ** (-exponent / 2)))


def exponent_of(values: np.ndarray) -> float:
    side = len(values)
    return spectra.fit(*spectra.radial_mean(spectra.power_spectrum(values)), 4 / side, 0.35).exponent


@pytest.mark.parametrize("exponent", [0, 1, 2, 3])
def test_the_exponent_of_coloured_noise_is_found(exponent):
    found = [exponent_of(coloured(exponent, seed)) for seed in range(6)]
    assert np.mean(found) == pytest.approx(exponent, abs=0.08)
    assert np.allclose(found, exponent, atol=0.2)


def test_white_noise_has_its_variance_at_every_frequency():
    noise = np.random.default_rng(1).normal(0, 3, (256, 256))
    _, powers = spectra.radial_mean(spectra.power_spectrum(noise))
    assert powers[8:].mean() == pytest.approx(9, rel=0.03)
    assert np.all(np.abs(powers[20:] / 9 - 1) < 0.35)


def test_the_power_spectrum_is_scipys_periodogram_along_each_axis():
    values = np.random.default_rng(2).normal(size=64)
    window = np.hanning(66)[1:-1]
    picture = np.outer(np.ones(64), values)
    power = spectra.power_spectrum(picture)[32]
    centred = values - np.sum(window * values) / window.sum()
    expected = signal.periodogram(centred, window=window, detrend=False, return_onesided=False, scaling="density")[1]
    # The other axis sees its window only: |Σ w|² / Σ w² at frequency 0.
    assert np.allclose(power, np.fft.fftshift(expected) * window.sum() ** 2 / np.sum(window**2))


def test_frequency_zero_has_no_power_and_a_wave_has_one_peak():
    wave = 5 + np.cos(2 * np.pi * 8 * np.arange(64) / 64)[None, :] * np.ones((64, 1))
    power = spectra.power_spectrum(wave)
    assert power[32, 32] == pytest.approx(0, abs=1e-20)
    assert np.unravel_index(power.argmax(), power.shape) in [(32, 24), (32, 40)]
    frequencies, powers = spectra.radial_mean(power)
    assert frequencies[powers.argmax()] == 8 / 64


def test_the_rings_are_the_means_of_their_frequencies():
    power = np.random.default_rng(0).random((12, 12))
    frequencies, powers = spectra.radial_mean(power)
    for ring, (frequency, mean) in enumerate(zip(frequencies, powers, strict=True), start=1):
        places = [(i, j) for i in range(12) for j in range(12) if round(np.hypot(i - 6, j - 6)) == ring]
        assert frequency == ring / 12
        assert mean == pytest.approx(np.mean([power[place] for place in places]))


def test_the_fit_finds_an_exact_line_in_its_range_and_ignores_the_rest():
    frequencies = np.arange(1, 65) / 128
    powers = 0.3 * frequencies**-2.4
    powers[frequencies < 0.05] = 7
    powers[frequencies > 0.3] = 1e-6
    line = spectra.fit(frequencies, powers, 0.05, 0.3)
    assert line.exponent == pytest.approx(2.4)
    assert line.scale == pytest.approx(0.3)
    assert line.spread == pytest.approx(0, abs=1e-9)
    assert (line.low, line.high) == (7 / 128, 38 / 128)
    assert np.allclose(line.power(frequencies[8:30]), powers[8:30])


def test_a_fit_without_enough_rings_or_power_is_refused():
    frequencies = np.arange(1, 9) / 16
    with pytest.raises(ValueError, match="lie 2 rings, and a line needs 4"):
        spectra.fit(frequencies, np.ones(8), 0.2, 0.32)
    with pytest.raises(ValueError, match="0 has no logarithm"):
        spectra.fit(frequencies, np.zeros(8), 0.05, 0.5)


@pytest.mark.parametrize("block", [1, 3, 8, 13, 32])
def test_shuffling_keeps_every_value_and_whole_blocks(block):
    shuffled = scrambling.shuffle_blocks(PHOTO, block, 4)
    assert np.array_equal(np.sort(shuffled, axis=None), np.sort(PHOTO, axis=None))
    edge = 64 // block * block
    assert np.array_equal(shuffled[edge:], PHOTO[edge:])
    assert np.array_equal(shuffled[:, edge:], PHOTO[:, edge:])
    assert not np.array_equal(shuffled, PHOTO)

    def tiles(image):
        starts = range(0, edge, block)
        return sorted(image[i : i + block, j : j + block].tobytes() for i in starts for j in starts)

    assert tiles(shuffled) == tiles(PHOTO)


def test_scrambled_phases_keep_the_spectrum_and_the_mean_but_not_the_picture():
    scrambled = scrambling.scramble_phases(PHOTO.astype(float), 3)
    assert np.allclose(np.abs(np.fft.fft2(scrambled)), np.abs(np.fft.fft2(PHOTO)))
    assert scrambled.mean() == pytest.approx(PHOTO.mean(), rel=1e-6)
    assert abs(np.corrcoef(scrambled.ravel(), PHOTO.ravel())[0, 1]) < 0.3


def test_the_seed_alone_decides_and_the_picture_stays_as_it_was():
    before = PHOTO.tobytes()
    for spoil in (
        lambda seed: scrambling.shuffle_blocks(PHOTO, 2, seed),
        lambda seed: scrambling.scramble_phases(PHOTO, seed),
    ):
        assert spoil(1).tobytes() == spoil(1).tobytes() != spoil(2).tobytes()
    assert PHOTO.tobytes() == before


def test_one_block_alone_cannot_be_shuffled():
    with pytest.raises(ValueError, match="no two whole blocks of 40×40"):
        scrambling.shuffle_blocks(PHOTO, 40, 0)

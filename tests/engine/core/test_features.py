"""Gradient, HOG, Harris and the Gabor bank: against loops, by hand and by pictures whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import features, gabor, images


def ramp(angle: float, side: int = 32, slope: float = 0.01) -> np.ndarray:
    """A plane that rises in one direction: (1, side, side)."""
    rows, columns = np.mgrid[:side, :side]
    direction = np.deg2rad(angle)
    return (slope * (columns * np.cos(direction) + rows * np.sin(direction)))[None].astype(np.float32)


def square(side: int = 48) -> np.ndarray:
    """A bright square on dark: four corners."""
    image = np.zeros((1, side, side), dtype=np.float32)
    image[:, 16:32, 16:32] = 1
    return image


@given(st.floats(0, 359), st.sampled_from(sorted(features.DERIVATIVES)))
@settings(max_examples=30, deadline=None)
def test_a_plane_has_its_slope_and_direction_everywhere(angle, derivative):
    slopes = features.gradient(ramp(angle), derivative)
    inside = np.s_[2:-2, 2:-2]
    assert np.allclose(slopes.magnitude[inside], 0.01, atol=1e-5)
    turned = (slopes.angle[inside] - angle + 180) % 360 - 180
    assert np.abs(turned).max() < 0.1
    assert slopes.angle.min() >= 0
    assert slopes.angle.max() < 360


def test_in_colour_the_steepest_channel_counts():
    image = np.concatenate([ramp(0, slope=0.01), ramp(90, slope=0.02), ramp(0, slope=0)])
    slopes = features.gradient(image)
    assert np.allclose(slopes.magnitude[4:-4, 4:-4], 0.02, atol=1e-5)
    assert np.allclose(slopes.angle[4:-4, 4:-4], 90, atol=0.1)


def histograms_by_loop(slopes: features.Gradient) -> np.ndarray:
    """The vote of each pixel, one after the other."""
    height, width = slopes.magnitude.shape
    cells = np.zeros((height // 8, width // 8, 9))
    for row in range(height // 8 * 8):
        for column in range(width // 8 * 8):
            place = (float(slopes.angle[row, column]) % 180) / 20 - 0.5
            below = int(np.floor(place))
            for lower, weight in ((below, 1 - (place - below)), (below + 1, place - below)):
                cells[row // 8, column // 8, lower % 9] += weight * slopes.magnitude[row, column]
    return cells


def test_hog_cells_agree_with_a_loop_over_the_pixels():
    picture = np.random.default_rng(0).random((3, 27, 34), dtype=np.float32)
    result = features.hog(picture)
    assert result.cells.shape == (3, 4, 9)
    assert np.allclose(result.cells, histograms_by_loop(result.gradient), atol=1e-4)
    whole = result.gradient.magnitude[:24, :32].sum()
    assert result.cells.sum() == pytest.approx(whole, rel=1e-5)


def test_hog_blocks_agree_with_the_paper_block_by_block():
    result = features.hog(np.random.default_rng(1).random((1, 40, 32), dtype=np.float32))
    assert result.blocks.shape == (4, 3, 36)
    for i in range(4):
        for j in range(3):
            v = result.cells[i : i + 2, j : j + 2].astype(float).ravel()
            v = np.minimum(v / np.sqrt(v @ v + 1e-6), 0.2)
            assert np.allclose(result.blocks[i, j], v / np.sqrt(v @ v + 1e-6), atol=1e-5)
    corner = result.blocks[0, 0, :9]
    assert np.allclose(result.normalised[0, 0], corner)
    assert np.allclose(result.normalised[0, 1], (result.blocks[0, 0, 9:18] + result.blocks[0, 1, :9]) / 2)


@pytest.mark.parametrize(("angle", "bin_number"), [(10, 0), (90, 4), (170, 8), (190, 0)])
def test_a_plane_votes_for_the_bin_of_its_direction(angle, bin_number):
    cells = features.hog(ramp(angle), "sobel").cells
    assert (cells[1:-1, 1:-1].argmax(axis=2) == bin_number).all()
    assert np.allclose(cells[1:-1, 1:-1].sum(axis=2), cells[1:-1, 1:-1].max(axis=2), rtol=0.02)


def test_the_descriptor_of_the_papers_window_has_3780_numbers():
    person = images.load("photo:astronaut", (128, 64)).pixels
    assert features.hog(person).blocks.size == 3780


def test_hog_forgets_brightness_and_contrast():
    picture = images.load("photo:cat", 64).pixels
    plain, lit = features.hog(picture).blocks, features.hog(0.5 * picture + 0.2).blocks
    assert np.abs(plain - lit).max() < 0.02


def test_hog_without_room_for_a_block_is_refused():
    with pytest.raises(ValueError, match="16×16"):
        features.hog(np.zeros((1, 15, 40), dtype=np.float32))


def test_harris_finds_the_four_corners_of_a_square_and_nothing_else():
    result = features.harris(square(), window=5, threshold=0.1)
    found = {(round(row / 16), round(column / 16)) for row, column in result.corners}
    assert found == {(1, 1), (1, 2), (2, 1), (2, 2)}
    assert len(result.corners) == 4
    assert result.response[24, 16] < 0  # an edge
    assert result.response[24, 24] == 0
    assert result.response[4, 4] == 0


def test_each_crossing_of_a_checkerboard_is_one_corner():
    found = features.harris(images.load("pattern:checker", 64).pixels, window=5, threshold=0.2).corners
    inside = found[((found > 2) & (found < 61)).all(axis=1)]
    assert len(inside) == 7 * 7


def test_harris_response_is_det_minus_k_trace_squared_of_the_structure_tensor():
    picture = np.random.default_rng(2).random((3, 20, 20), dtype=np.float32)
    result = features.harris(picture, k=0.06)
    tensor = np.stack([np.stack([result.xx, result.xy], -1), np.stack([result.xy, result.yy], -1)], -1).astype(float)
    expected = np.linalg.det(tensor) - 0.06 * np.trace(tensor, axis1=-2, axis2=-1) ** 2
    assert np.allclose(result.response, expected, atol=1e-6)
    order = result.response[tuple(result.corners.T)]
    assert (np.diff(order) <= 0).all()


def test_an_even_picture_has_no_corner_no_gradient_and_no_stripes():
    flat = np.full((3, 32, 32), 0.4, dtype=np.float32)
    assert len(features.harris(flat, threshold=0).corners) == 0
    assert np.abs(features.gradient(flat).magnitude).max() < 1e-6
    assert features.hog(flat).blocks.max() < 1e-2
    assert gabor.gabor_bank(flat[:1]).energy.max() < 1e-6


@pytest.mark.parametrize("number", range(8))
def test_the_bank_names_the_direction_of_stripes(number):
    angle = number * 22.5
    rows, columns = np.mgrid[:64, :64]
    place = columns * np.cos(np.deg2rad(angle)) + rows * np.sin(np.deg2rad(angle))
    stripes = (0.5 + 0.5 * np.cos(2 * np.pi * place / 6))[None].astype(np.float32)
    bank = gabor.gabor_bank(stripes, 8, (6.0,))
    assert (bank.strongest[16:-16, 16:-16] == number).all()
    # The modulus does not see the phase: it is even where the stripes are not.
    assert np.ptp(bank.energy[0, number, 16:-16, 16:-16]) < 0.02 * bank.energy.max()


def test_the_bank_prefers_the_wavelength_of_the_stripes():
    _rows, columns = np.mgrid[:96, :96]
    stripes = (0.5 + 0.5 * np.cos(2 * np.pi * columns / 8))[None].astype(np.float32)
    bank = gabor.gabor_bank(stripes, 4, (4.0, 8.0, 12.0))
    assert bank.energy[:, 0, 48, 48].argmax() == 1
    assert bank.energy.shape == (3, 4, 96, 96)


def test_the_bank_agrees_with_scipy():
    from scipy import ndimage

    from engine.core import kernels

    picture = np.random.default_rng(3).random((1, 40, 37), dtype=np.float32)
    bank = gabor.gabor_bank(picture, 5, (4.0,), "reflect")
    for number, angle in enumerate(bank.orientations):
        pair = kernels.gabor_pair(13, angle, 4.0)
        even, odd = (
            ndimage.correlate(picture[0].astype(float), part, mode="mirror") for part in (pair.real, pair.imag)
        )
        assert np.allclose(bank.energy[0, number], np.hypot(even, odd), atol=1e-4)


def test_features_leave_the_picture_alone_and_give_the_same_bytes():
    picture = np.random.default_rng(4).random((3, 32, 32), dtype=np.float32)
    before = picture.tobytes()
    for take in (features.gradient, features.hog, features.harris):
        one, two = take(picture), take(picture)
        arrays = [name for name in vars(one) if isinstance(getattr(one, name), np.ndarray)]
        assert all(getattr(one, name).tobytes() == getattr(two, name).tobytes() for name in arrays)
    gabor.gabor_bank(picture[:1])
    assert picture.tobytes() == before

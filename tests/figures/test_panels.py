import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from engine.core import images
from engine.figures.codes import EMPTY, Codes, codes_of
from engine.figures.panels import Link, Marks, Panel, Window


def unpacked(raw: bytes, shape: tuple[int, ...], kind: str) -> np.ndarray:
    """What decode.js does, cell by cell."""
    channels, height, width = shape
    data = np.frombuffer(zlib.decompress(raw), dtype=np.uint8).astype(np.int64)
    count, size = height * width, np.dtype(kind).itemsize
    planes = []
    for channel in range(channels):
        part = data[channel * count * size :][: count * size]
        if size == 2:
            folded = part[:count] | (part[count:] << 8)
            part = (folded >> 1) ^ -(folded & 1)
        out = np.zeros((height + 1, width + 1), dtype=np.int64)
        for row in range(height):
            for column in range(width):
                left, above, corner = out[row + 1, column], out[row, column + 1], out[row, column]
                expected = min(max(left + above - corner, min(left, above)), max(left, above))
                out[row + 1, column + 1] = (part[row * width + column] + expected) % 256**size
        planes.append(out[1:, 1:])
    if channels == 3:
        green, red, blue = planes
        planes = [(red + green) % 256, green, (blue + green) % 256]
    return np.stack(planes).astype(kind)


def returned(panel: Panel) -> tuple[Codes, np.ndarray]:
    codes = codes_of(panel)
    return codes, unpacked(codes.packed().tobytes(), codes.planes.shape, codes.planes.dtype.name)


@given(some.integers(1, 9), some.integers(1, 9), some.sampled_from([1, 3]), some.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_bytes_come_back_exactly(height: int, width: int, channels: int, seed: int):
    pixels = np.random.default_rng(seed).integers(0, 256, (channels, height, width), dtype=np.uint8)
    codes, back = returned(Panel("p", pixels, "rgb" if channels == 3 else "grey"))
    assert np.array_equal(back, pixels)
    assert (codes.scale, codes.shift) == (1, 0)


@given(
    some.lists(some.floats(-1e6, 1e6, width=32) | some.just(float("nan")), min_size=6, max_size=6),
    some.sampled_from(["signed", "magnitude"]),
)
@settings(max_examples=100, deadline=None)
def test_values_come_back_within_a_step_and_holes_as_holes(values: list[float], kind):
    array = np.array(values).reshape(2, 3)
    codes, back = returned(Panel("p", array, kind))
    seen = np.where(back[0] == EMPTY, np.nan, codes.scale * back[0] + codes.shift)
    assert np.array_equal(np.isnan(seen), np.isnan(array))
    known = array[~np.isnan(array)]
    reach = np.ptp(known) if known.size else 0
    assert np.nan_to_num(seen) == pytest.approx(np.nan_to_num(array), abs=max(reach / 2**16, 1e-9))


def test_whole_numbers_come_back_exactly():
    array = np.array([[-20_000, 0, 7], [30_000, 1, 2]])
    codes, back = returned(Panel("p", array, "signed"))
    assert np.array_equal(codes.scale * back[0] + codes.shift, array)
    assert codes.decimals == 0


def test_no_shown_digit_is_finer_than_the_steps():
    values = np.random.default_rng(0).normal(0, 1, (300, 300))
    codes = codes_of(Panel("p", values, "signed"))
    assert codes.planes.max() < 2**12
    assert codes.scale <= 10.0**-codes.decimals
    assert np.abs(codes.scale * codes.planes[0] + codes.shift - values).max() <= codes.scale / 2 * (1 + 1e-9)


def test_a_photo_of_512_pixels_takes_a_third_of_its_bytes():
    sizes = [
        codes_of(Panel("p", images.load(f"photo:{name}", 512).pixels, "rgb")).packed().nbytes
        for name in ("cat", "coffee")
    ]
    assert max(sizes) < 300 * 1024


def test_the_same_values_have_the_same_name_and_others_another():
    values = images.load("photo:cat", 16).pixels
    other = values.copy()
    other[0, 0, 0] += 2 / 255
    names = [codes_of(Panel("p", pixels, "rgb")).digest() for pixels in (values, values.copy(), other)]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize(
    ("values", "kind"),
    [(np.zeros((2, 4, 4)), "rgb"), (np.zeros((3, 4, 4)), "grey"), (np.zeros(4), "grey"), (np.zeros((0, 4)), "signed")],
)
def test_an_array_that_is_no_image_of_its_kind_is_refused(values: np.ndarray, kind):
    with pytest.raises(ValueError, match="panel"):
        Panel("p", values, kind)


def test_marks_of_the_wrong_shape_are_refused():
    with pytest.raises(ValueError, match=r"\(N, 4\)"):
        Marks("boxes", np.zeros((3, 2)))
    with pytest.raises(ValueError, match="one weight each"):
        Marks("points", np.zeros((3, 2)), weight=np.ones(2))


def test_links_and_windows_are_plain_values():
    assert Link() == Link((1.0, 1.0), (0.0, 0.0))
    assert Window(0, 3, 3).step == (1.0, 1.0)

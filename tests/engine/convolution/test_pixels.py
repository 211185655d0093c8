"""The lab of pixels: bytes, bit depth, layout, normalising, scripts, refusals."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.convolution import pixels as lab
from engine.convolution import pixels_lesson as lesson
from engine.core import datasets, images, normalising
from engine.core.fields import decode, encode, fields_of
from tests import scripts
from tests.questions import NUMBER, assert_worked_answer

BASE = lab.Settings(image="photo:astronaut", size=48)


@pytest.mark.parametrize("preset", lesson.PRESETS, ids=lambda preset: preset.name)
def test_each_preset_is_seen_and_survives_a_link(preset):
    seen = lab.see(preset.settings)
    assert seen.tensor.size == seen.values.size == seen.counts.sum()
    assert decode(lab.Settings, encode(preset.settings)) == (preset.settings, ())


def test_a_digit_is_its_bytes_and_black_is_zero():
    seen = lab.see(lab.Settings(image="digit:test:0", size=28, scaling="bytes"))
    stored = datasets.digit("test", 0)[0]
    assert np.array_equal(seen.values[0], stored)
    assert np.array_equal(seen.tensor[0], stored)
    assert seen.values.min() == 0
    assert seen.values.max() > 250


@pytest.mark.parametrize(
    ("scaling", "low", "high"),
    [
        ("bytes", 0, 255),
        ("unit", 0, 1),
        ("centred", -0.5, 0.5),
        ("standardised", -1, 1),
        ("mnist", -0.1307 / 0.3081, (1 - 0.1307) / 0.3081),
        ("imagenet", -0.449 / 0.226, (1 - 0.449) / 0.226),
    ],
)
def test_black_and_white_become_the_slides_numbers(scaling, low, high):
    seen = lab.see(lab.Settings(image="pattern:checker", size=8, scaling=scaling))
    assert (seen.tensor.min(), seen.tensor.max()) == pytest.approx((low, high), abs=1e-6)


def test_imagenets_constants_go_to_their_own_channel():
    seen = lab.see(BASE.but(scaling="imagenet"))
    unit = seen.values / 255
    for channel, (mean, std) in enumerate(((0.485, 0.229), (0.456, 0.224), (0.406, 0.225))):
        assert np.allclose(seen.tensor[channel], (unit[channel] - mean) / std, atol=1e-5)


def test_standardising_gives_every_channel_mean_zero_and_deviation_one():
    seen = lab.see(BASE.but(scaling="standardised"))
    assert np.allclose(seen.mean, 0, atol=1e-6)
    assert np.allclose(seen.std, 1, atol=1e-6)


@given(st.floats(-0.08, 0.08), st.floats(0.5, 1))
@settings(max_examples=20, deadline=None)
def test_standardising_removes_brightness_and_contrast(brightness, contrast):
    flat = lab.Settings(image="pattern:gradient", size=64, brightness=brightness, contrast=contrast)
    plain, lit = lab.see(flat.but(scaling="unit")), lab.see(flat.but(scaling="standardised"))
    if plain.cut == 0:
        assert lit.moved < 0.02
        assert plain.moved >= 0.2 * abs(brightness) - 0.005


def test_an_even_picture_is_not_divided_by_zero():
    black = lab.see(BASE.but(brightness=-0.5, contrast=0.25, scaling="standardised"))
    values = np.full((1, 4, 4), 7, dtype=np.uint8)
    shift, scale = normalising.constants(values, "standardised")
    assert np.isfinite(black.tensor).all()
    assert normalising.normalise(values, shift, scale).tolist() == np.zeros((1, 4, 4)).tolist()


@pytest.mark.parametrize("bits", range(1, 9))
def test_n_bits_leave_at_most_two_to_the_n_levels_from_0_to_255(bits):
    values = normalising.quantise(np.linspace(0, 1, 4096), bits)
    assert len(np.unique(values)) == 2**bits
    assert (values.min(), values.max()) == (0, 255)
    assert np.abs(values / 255 - np.linspace(0, 1, 4096)).max() <= 0.5 / (2**bits - 1) + 0.5 / 255


def test_a_digit_at_its_own_size_and_a_board_have_lost_nothing():
    assert lab.see(lab.Settings(image="digit:test:0", size=28)).lost == 0
    assert lab.see(lab.Settings(image="pattern:checker", size=8)).lost == 0
    assert lab.see(lab.Settings(image="digit:test:0", size=14)).lost > 0


def test_fewer_pixels_and_fewer_bits_lose_more_and_cost_less():
    by_size = [lab.see(BASE.but(size=size)) for size in (512, 128, 32, 8)]
    by_bits = [lab.see(BASE.but(size=512, bits=bits)) for bits in (8, 4, 2, 1)]
    assert by_size[0].lost == by_bits[0].lost == 0
    for row in (by_size, by_bits):
        assert all(one.lost < two.lost for one, two in itertools.pairwise(row))
        assert all(one.stored_bits > two.stored_bits for one, two in itertools.pairwise(row))
    assert by_size[2].stored_bits == 3 * 32 * 32 * 8


@given(st.sampled_from(["chw", "hwc"]), st.integers(0, 2), st.integers(0, 47), st.integers(0, 47))
@settings(max_examples=30, deadline=None)
def test_the_flat_index_finds_the_value_in_memory(layout, channel, row, column):
    seen = lab.see(BASE.but(layout=layout))
    value = seen.tensor.ravel()[seen.flat_index(channel, row, column)]
    assert value == pytest.approx(seen.values[channel, row, column] / 255)
    assert seen.tensor.flags["C_CONTIGUOUS"]
    assert seen.tensor.shape == ((3, 48, 48) if layout == "chw" else (48, 48, 3))


@pytest.mark.parametrize(("place", "corner"), [(0, 0), (3, 0), (20, 17), (47, 42), (500, 42)])
def test_the_crop_stays_in_the_picture(place, corner):
    seen = lab.see(BASE.but(row=place, column=place, scaling="bytes"))
    assert seen.corner == (corner, corner)
    assert np.array_equal(seen.crop, seen.values[:, corner : corner + 6, corner : corner + 6])


def test_counts_mean_and_deviation_are_numpys():
    seen = lab.see(BASE)
    for channel in range(3):
        expected, _ = np.histogram(seen.values[channel], bins=256, range=(0, 256))
        assert np.array_equal(seen.counts[channel], expected)
    assert np.allclose(seen.mean, (seen.values / 255).mean(axis=(1, 2)))
    assert np.allclose(seen.std, (seen.values / 255).std(axis=(1, 2)))


CHANGED = {
    "image": "photo:cat",
    "size": 40,
    "bits": 3,
    "grey": True,
    "brightness": 0.1,
    "contrast": 1.5,
    "scaling": "centred",
    "layout": "hwc",
    "row": 30,
    "column": 30,
}


@pytest.mark.parametrize("name", list(fields_of(lab.Settings)))
def test_each_setting_changes_something(name):
    one, two = lab.see(BASE), lab.see(BASE.but(**{name: CHANGED[name]}))
    assert (one.tensor.tobytes(), one.crop.tobytes()) != (two.tensor.tobytes(), two.crop.tobytes())


def test_the_same_settings_give_the_same_bytes_and_leave_the_photo_alone():
    before = images.load("photo:astronaut", 48).pixels.tobytes()
    assert lab.see(BASE).tensor.tobytes() == lab.see(BASE).tensor.tobytes()
    assert images.load("photo:astronaut", 48).pixels.tobytes() == before


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"size": 7}, "Resolution must lie between 8 and 512"),
        ({"bits": 9}, "Bits a value must lie between 1 and 8"),
        ({"contrast": float("inf")}, "Contrast must be a number"),
        ({"scaling": "zscore"}, "Numbers for the network must be one of"),
        ({"image": "photo:dog"}, "no photo called dog"),
    ],
)
def test_a_bad_setting_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.Settings(**values)


SCRIPTS = (
    BASE.but(scaling="imagenet", layout="hwc"),
    BASE.but(size=96, grey=True, bits=3, scaling="imagenet"),
    BASE.but(size=100, contrast=1.6, brightness=-0.1, scaling="standardised"),
    lab.Settings(image="digit:train:7", size=28, scaling="mnist"),
    lab.Settings(image="digit:train:7", size=16, scaling="bytes"),
    lab.Settings(image=lesson.SMILE, size=28, scaling="centred"),
    lab.Settings(image="pattern:zone", size=64),
    lab.Settings(image="photo:palace", size=512, bits=5),
)


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """What the scripts print, all in one fresh Python: importing torch is what takes long."""
    return scripts.together([lesson.torch_code(settings) for settings in SCRIPTS])


@pytest.mark.parametrize("number", range(len(SCRIPTS)))
def test_the_torch_script_gives_the_labs_numbers(number, printed):
    seen = lab.see(SCRIPTS[number])
    shape, rest = printed[number].split("mean")
    assert tuple(map(int, re.findall(r"\d+", shape))) == seen.tensor.shape
    mean, std = (float(word) for word in re.findall(NUMBER, rest))
    expected = (seen.tensor.mean(dtype=float), seen.tensor.std(dtype=float))
    assert (mean, std) == pytest.approx(expected, abs=3e-5, rel=3e-5)


@pytest.mark.parametrize("seed", range(25))
def test_the_worked_answer_of_each_question_ends_in_its_answer(seed):
    question = lesson.question(seed)
    assert question == lesson.question(seed)
    assert_worked_answer(question)


@pytest.mark.parametrize("preset", lesson.PRESETS, ids=lambda preset: preset.name)
def test_each_step_of_the_trace_says_the_number_that_it_writes(preset):
    seen = lab.see(preset.settings)
    trace = lab.trace(seen)
    stored, tensor = (grid.values.ravel() for grid in trace.grids)
    assert len(trace) == seen.crop.size == tensor.size
    for step in trace.segments:
        ((grid, cell, value),) = step.writes
        assert (grid, step.lit) == ("tensor", {"bytes": (cell,)})
        assert tensor[cell] == value
        assert step.spans[1].text == f"{stored[cell]:g}"
        assert float(step.spans[3].text.replace("−", "-")) == pytest.approx(value, rel=1e-3, abs=1e-4)
        place = int(re.search(r"place ([\d,]+)", step.caption).group(1).replace(",", ""))
        assert seen.tensor.ravel()[place] == pytest.approx(value)


def test_a_step_does_the_arithmetic_that_it_shows():
    seen = lab.see(BASE.but(scaling="imagenet"))
    text = "".join(span.text for span in lab.trace(seen).segments[70].spans)
    left, right = text.replace("−", "-").split(" = ")
    byte, shift, scale = re.fullmatch(r"\((\d+)/255 - ([\d.]+)\) / ([\d.]+)", left).groups()
    assert (int(byte) / 255 - float(shift)) / float(scale) == pytest.approx(float(right), rel=1e-3)


def test_the_words_count_the_bytes():
    words = lab.summary(lab.see(BASE.but(bits=4, brightness=0.3)))
    assert "3 × 48 × 48 = 6,912 values need 3,456 bytes" in words
    assert "27,648 as float32" in words
    assert "The light changes" in words
    assert "off by" not in lab.summary(lab.see(BASE.but(size=512)))

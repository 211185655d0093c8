"""The lab of image filters: worked examples, chains, features, scripts, refusals."""

import dataclasses
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, signal

from engine.convolution import image_filters as lab
from engine.convolution import image_filters_lesson as lesson
from engine.convolution import image_filters_words as words
from engine.core import images
from engine.core.fields import decode, encode, fields_of
from tests import scripts
from tests.questions import NUMBER, assert_worked_answer

SMALL = lab.Settings(image="photo:cat", size=64, first="gabor", first_size=5, orientation=30, wavelength=4)


@pytest.mark.parametrize("preset", lesson.PRESETS, ids=lambda preset: preset.name)
def test_each_preset_filters_its_photo_and_survives_a_link(preset):
    result = lab.apply(preset.settings)
    assert result.output.shape == result.picture.shape
    assert np.isfinite(result.output).all()
    assert decode(lab.Settings, encode(preset.settings)) == (preset.settings, ())


def test_sobel_on_the_cameraman_is_scipys():
    result = lab.apply(lesson.PRESETS[0].settings)
    theirs = ndimage.sobel(images.load("photo:cameraman", 512).pixels[0].astype(float), axis=1, mode="nearest")
    assert np.abs(result.output[0] - theirs).max() < 1e-4
    assert result.display == "signed"
    assert [part.tolist() for part in result.stages[0].parts] == [[1, 2, 1], [-1, 0, 1]]


def test_a_chain_is_its_filters_one_after_the_other():
    four = SMALL.but(second="box", second_size=5, third="sobel_y", fourth="sharpen", border="reflect")
    result = lab.apply(four)
    expected = result.picture[0].astype(float)
    for stage in result.stages:
        expected = ndimage.correlate(expected, stage.kernel, mode="mirror")
        assert np.abs(stage.output[0] - expected).max() < 1e-4
    assert result.composed.shape == (5 + 5 + 3 + 3 - 3,) * 2
    assert result.composed_gap < 1e-4
    whole = result.stages[0].kernel
    for stage in result.stages[1:]:
        whole = signal.convolve2d(whole, stage.kernel)
    assert np.allclose(result.composed, whole)


def test_a_picture_that_is_all_border_has_no_gap_to_compare():
    wide = dict.fromkeys(lab.SLOTS, "gaussian") | {f"{slot}_size": 15 for slot in lab.SLOTS}
    assert lab.apply(lab.Settings(size=32, **wide)).composed_gap is None
    assert lab.apply(SMALL).composed_gap is None


def test_the_cells_of_an_own_kernel_stay_about_its_middle():
    settings = SMALL.but(first="own", first_size=3, changes=((0, 6, 7, -2.5), (0, 9, 9, 7), (1, 7, 7, 3)))
    assert lab.apply(settings).stages[0].kernel.tolist() == [[0, -2.5, 0], [0, 0, 0], [0, 0, 0]]
    wider = lab.apply(settings.but(first_size=5)).stages[0].kernel
    assert (wider[1, 2], wider[4, 4]) == (-2.5, 7)
    assert np.count_nonzero(wider) == 2
    assert np.count_nonzero(lab.apply(settings.but(first="sobel_x")).stages[0].kernel) == 6


@pytest.mark.parametrize("slot", ["first", "third"])
def test_an_edited_kernel_becomes_an_own_one(slot):
    before = SMALL.but(first="gaussian", first_size=5, third="sobel_y", third_size=3)
    size = len(lab.chain(before)[slot == "third"][1])
    after = lab.with_edit(before, slot, 1, -3.5)
    expected = lab.chain(before)[slot == "third"][1].copy()
    expected[0, 1] = -3.5
    assert (getattr(after, slot), getattr(after, f"{slot}_size")) == ("own", size)
    assert np.array_equal(lab.chain(after)[slot == "third"][1], expected)
    assert decode(lab.Settings, encode(after))[1] == ()
    again = lab.with_edit(after, slot, 2, 9)
    assert lab.chain(again)[slot == "third"][1][0, 1:3].tolist() == [-3.5, 9]


@pytest.mark.parametrize(("grid", "value", "sentence"), [("second", 1, "in the chain"), ("first", 1e5, "-100 and 100")])
def test_an_edit_that_cannot_be_is_refused(grid, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.with_edit(SMALL, grid, 0, value)


def played(trace) -> None:
    """Every step of the sweep, worked out from the trace's own cells."""
    sweep = trace.segments[0]
    cells = {grid.name: grid.values.ravel() for grid in trace.grids}
    for step, made in enumerate(sweep.results):
        reads = [operand.base[step] + operand.offset for operand in sweep.operands]
        kept = slice(None) if sweep.skipped is None else ~sweep.skipped[step]
        values = [cells[operand.grid][read[kept]] for operand, read in zip(sweep.operands, reads, strict=True)]
        assert np.prod(values, axis=0).sum() == pytest.approx(made, abs=1e-9)
        assert cells[sweep.target][sweep.cells[step]] == made


@pytest.mark.parametrize(
    "values",
    [
        {"first": "sobel_x"},
        {"first": "gaussian", "first_size": 15},
        {"first": "emboss"},
        {"first": "log", "first_size": 9},
        {"first": "gabor", "first_size": 15},
        {"first": "box", "second": "emboss"},
        {"first": "gaussian", "first_size": 7, "third": "sobel_y", "third_size": 5},
    ],
)
def test_each_step_of_the_kernels_trace_adds_up(values):
    result = lab.apply(SMALL.but(first_size=3).but(**values))
    trace = lab.trace(result)
    played(trace)
    last = trace.grids[-1].values[0, 0]
    assert np.array_equal(last, result.composed)


@pytest.mark.parametrize(
    "values", [{"first": "own"}, {"first": "box", "first_size": 1}, {"second": "box", "third": "box"}]
)
def test_a_trace_without_a_sum_still_says_something(values):
    trace = lab.trace(lab.apply(SMALL.but(**values)))
    assert len(trace) == 1
    assert trace.summary.endswith(".")


def test_dividing_by_the_sum_keeps_brightness_and_leaves_zero_sums_alone():
    own = SMALL.but(first="own", first_size=3, changes=((0, 6, 6, 4), (0, 7, 7, 12)), normalise=True)
    assert lab.apply(own).stages[0].kernel[1, 1] == 0.75
    mixed = own.but(changes=((0, 6, 6, -1), (0, 7, 7, 5)))
    assert lab.apply(mixed).stages[0].kernel[1, 1] == 1.25
    sobel = SMALL.but(first="sobel_x", first_size=3, normalise=True)
    assert lab.apply(sobel).stages[0].kernel[1, 2] == 2


def test_grey_comes_before_the_filter_and_it_does_not_matter():
    colour, grey = lab.apply(SMALL), lab.apply(SMALL.but(channels="grey"))
    assert grey.output.shape == (1, 64, 64)
    assert np.allclose(images.grey(colour.output), grey.output, atol=1e-5)


def test_the_display_follows_the_sum_of_the_kernel_unless_it_is_chosen():
    assert lab.apply(SMALL).display == "signed"
    assert lab.apply(SMALL.but(first="sharpen")).display == "picture"
    assert lab.apply(SMALL.but(first="sobel_x", second="gaussian")).display == "signed"
    assert lab.apply(SMALL.but(first="sharpen", display="magnitude")).display == "magnitude"


def test_the_share_outside_is_counted():
    result = lab.apply(SMALL.but(first="sharpen"))
    assert result.outside == np.mean((result.output < 0) | (result.output > 1)) > 0


def test_the_bank_looks_at_256_pixels_at_most():
    result = lab.apply(lab.Settings(view="gabor", size=512, orientations=4, scales=2))
    assert result.feature.energy.shape == (2, 4, 256, 256)
    assert result.feature.wavelengths.tolist() == [5, 8]


CHANGED = {
    "image": "photo:coffee",
    "size": 96,
    "channels": "grey",
    "first": "box",
    "first_size": 9,
    "second": "sharpen",
    "third": "box",
    "fourth": "emboss",
    "border": "zeros",
    "view": "hog",
    "display": "magnitude",
    "orientation": 75.0,
    "wavelength": 7.0,
}
# Fields that count only together with others.
TOGETHER = {
    "changes": (((0, 7, 7, 5.0),), {"first": "own"}),
    "second_size": (9, {"second": "box"}),
    "third_size": (9, {"third": "box"}),
    "fourth_size": (9, {"fourth": "box"}),
    "normalise": (True, {"first": "own", "changes": ((0, 7, 7, 5.0),)}),
    "derivative": ("central", {"view": "gradient"}),
    "orientations": (5, {"view": "gabor"}),
    "scales": (2, {"view": "gabor"}),
    "window": (11, {"view": "harris"}),
    "k": (0.2, {"view": "harris"}),
    "threshold": (0.4, {"view": "harris"}),
}


def fingerprint(thing) -> list[bytes]:
    """The bytes of all arrays in a result."""
    if isinstance(thing, np.ndarray):
        return [thing.tobytes()]
    if dataclasses.is_dataclass(thing) and not isinstance(thing, lab.Settings):
        return [part for item in dataclasses.fields(thing) for part in fingerprint(getattr(thing, item.name))] + [
            getattr(thing, "display", "").encode()
        ]
    if isinstance(thing, tuple):
        return [part for item in thing for part in fingerprint(item)]
    return []


@pytest.mark.parametrize("name", list(fields_of(lab.Settings)))
def test_each_setting_changes_something(name):
    value, others = TOGETHER.get(name) or (CHANGED[name], {})
    base = SMALL.but(**others)
    assert fingerprint(lab.apply(base)) != fingerprint(lab.apply(base.but(**{name: value})))


@given(
    st.sampled_from(sorted(lab.TITLES)), st.sampled_from([1, 3, 7, 15]), st.sampled_from(sorted(lab.filtering.BORDERS))
)
@settings(max_examples=20, deadline=None)
def test_the_same_settings_give_the_same_bytes(name, size, border):
    wanted = SMALL.but(first=name, first_size=size, border=border)
    assert fingerprint(lab.apply(wanted)) == fingerprint(lab.apply(wanted))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"first_size": 4}, "Size of the kernel must be 1, 3, 5"),
        ({"first": "none"}, "Kernel must be one of"),
        ({"first": "blurr"}, "Kernel must be one of"),
        ({"size": 31}, "Size must lie between 32 and 512"),
        ({"k": 0.3}, "k must lie between"),
        ({"wavelength": float("nan")}, "Wavelength must be a number"),
        ({"changes": ((0, 0, 0, 1e9),)}, "not between -100 and 100"),
        ({"border": "mirror"}, "Border must be one of"),
        ({"image": "photo:dog"}, "no photo called dog"),
    ],
)
def test_a_bad_setting_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.Settings(**values)


def numbers(line: str) -> list[float]:
    return [float(number) for number in re.findall(NUMBER, line)]


FEATURE_NUMBERS = {
    "gradient": lambda feature: [feature.magnitude.max(), feature.magnitude.mean()],
    "hog": lambda feature: [feature.blocks.size, feature.blocks.mean()],
    "harris": lambda feature: [len(feature.corners), feature.response.max()],
    "gabor": lambda feature: [feature.strength.mean()],
}


@pytest.mark.parametrize(
    ("view", "image", "border"),
    [
        ("gradient", "photo:cat", "reflect"),
        ("hog", "photo:astronaut", "replicate"),
        ("harris", "pattern:checker", "circular"),
        ("gabor", "digit:test:0", "zeros"),
    ],
)
def test_the_torch_script_gives_the_labs_numbers(view, image, border):
    settings = lab.Settings(
        image=image, size=96, first="gaussian", first_size=5, second="sharpen", view=view, border=border, scales=2
    )
    result = lab.apply(settings)
    output, feature = scripts.alone(lesson.torch_code(settings)).splitlines()
    assert numbers(output.split("min")[1]) == pytest.approx(
        [result.output.min(), result.output.max(), result.output.mean()], abs=2e-6
    )
    expected = FEATURE_NUMBERS[view](result.feature)
    assert numbers(feature)[: len(expected)] == pytest.approx(expected, rel=2e-4)


@pytest.mark.parametrize("preset", lesson.PRESETS, ids=lambda preset: preset.name)
def test_the_script_of_each_preset_is_python(preset):
    compile(lesson.torch_code(preset.settings), preset.name, "exec")


@pytest.mark.parametrize("seed", range(25))
def test_the_worked_answer_of_each_question_ends_in_its_answer(seed):
    question = lesson.question(seed)
    assert question == lesson.question(seed)
    assert_worked_answer(question)


def test_times_name_each_way_that_applies():
    result = lab.apply(SMALL)
    assert [name for name, _ in words.times(result)] == ["direct", "fourier"]


@pytest.mark.parametrize(
    ("name", "label", "value"),
    [
        ("sobel", "Output", "−3.38 … 3.31"),
        ("hog", "Descriptor", "34,596 numbers"),
        ("harris", "Corners", None),
        ("gradient", "Steepest", None),
        ("gabor", "Strongest direction", "0°"),
    ],
)
def test_the_answer_is_the_number_of_the_view(name, label, value):
    settings = next(preset.settings for preset in lesson.PRESETS if preset.name == name)
    result = lab.apply(settings)
    found = words.answer(result)
    assert found[0] == label
    assert value in (None, found[1])
    assert found[1] in words.summary(result)


def test_the_words_on_speed_name_the_way_taken_and_each_time():
    said = words.speed_words(lab.apply(SMALL.but(first="gaussian", first_size=9)))
    assert said.startswith("Filtered in two passes: The kernel has rank 1")
    assert re.findall(r"(directly|in two passes|by Fourier transform) [\d.]+ ms", said) == [
        "directly",
        "in two passes",
        "by Fourier transform",
    ]


def test_the_orientation_is_asked_for_where_a_gabor_kernel_is_in_the_chain():
    assert lab.fields_in_use(lab.Settings()) == ("display",)
    assert lab.fields_in_use(lab.Settings(third="gabor")) == ("orientation", "wavelength", "display")
    bank = lab.fields_in_use(lab.Settings(first="gabor", view="gabor"))
    assert bank == ("orientation", "wavelength", "orientations", "scales")


def test_the_words_on_a_chain_say_how_close_the_one_kernel_comes():
    said = words.summary(lab.apply(SMALL.but(second="box")))
    assert re.search(r"gives the same but for \de−\d\d, away from the border", said)

"""The lab of image statistics: what each view finds, the spoilt copy, learned filters, scripts, words, refusals."""

import re

import numpy as np
import pytest
from scipy import stats

from engine.convolution import image_statistics as lab
from engine.convolution import image_statistics_lesson as lesson
from engine.convolution import image_statistics_patches as learning
from engine.core import images
from engine.core.fields import decode, encode, fields_of
from tests import scripts
from tests.questions import NUMBER, assert_worked_answer

BASE = lab.Settings(size=96)
PATCHES = BASE.but(view="patches", patch=6, components=16)


@pytest.mark.parametrize("preset", lesson.PRESETS, ids=lambda preset: preset.name)
def test_each_preset_is_measured_and_survives_a_link(preset):
    result = lab.measure(preset.settings)
    assert all(lab.answer(result))
    assert "nan" not in lab.summary(result) + "".join(lab.answer(result))
    assert decode(lab.Settings, encode(preset.settings)) == (preset.settings, ())


def test_neighbours_in_a_photo_go_together_and_shuffled_ones_do_not():
    result = lab.measure(lab.Settings())
    photo = images.load("photo:cat", 256, channels=1).pixels[0].astype(float)
    assert result.neighbour[0] == pytest.approx(
        np.corrcoef(photo[:, :-1].ravel(), photo[:, 1:].ravel())[0, 1], abs=1e-6
    )
    assert lab.answer(result) == ("Neighbours correlate", "0.94", "pixels shuffled: 0.00")
    assert np.array_equal(np.sort(result.values, axis=None), np.sort(result.other, axis=None))
    assert np.all(np.diff(result.found.r[0]) < 0)
    assert np.all(np.abs(result.found.r[1]) < 0.02)


def test_in_shuffled_blocks_r_falls_with_the_share_of_pairs_across_a_border():
    found = lab.measure(lab.Settings(block=16)).found
    for step, own, other in zip(found.steps[:3], found.r[0], found.r[1], strict=False):
        assert other == pytest.approx(own * (1 - step / 16), abs=0.03)


@pytest.mark.parametrize(("displacement", "steps"), [(16, (1, 2, 4, 16)), (2, (1, 2, 4, 16)), (3, (1, 2, 3, 4))])
def test_the_scatter_plots_stand_at_1_2_4_and_the_wanted_displacement(displacement, steps):
    found = lab.measure(BASE.but(displacement=displacement)).found
    assert found.steps == steps
    assert found.counts.shape == (2, 4, 64, 64)
    assert found.counts.sum(axis=(2, 3)).tolist() == [[96 * (96 - step) for step in steps]] * 2


@pytest.mark.parametrize(("name", "low", "high"), [("cat", 2, 3.1), ("palace", 1.9, 2.3), ("coffee", 2.5, 3.1)])
def test_photos_fall_as_one_over_f_squared_to_cubed(name, low, high):
    own, other = lab.measure(lab.Settings(image=f"photo:{name}", view="spectrum")).found.slopes
    assert low < own.exponent < high
    assert abs(other.exponent) < 0.15
    assert (own.low, own.high) == (4 / 256, 89 / 256)


@pytest.mark.parametrize("seed", range(3))
def test_white_noise_is_flat_and_knows_nothing_of_its_neighbours(seed):
    noise = lab.Settings(image=f"pattern:white_noise:{seed}")
    assert abs(lab.measure(noise.but(view="spectrum")).found.slopes[0].exponent) < 0.15
    assert abs(lab.measure(noise).neighbour[0]) < 0.02


def test_the_autocorrelation_has_its_middle_and_repeats_with_the_pattern():
    found = lab.measure(lab.Settings(image="pattern:stripes", size=128, view="autocorrelation")).found
    middle = found.maps[0][found.reach]
    assert found.maps.shape == (2, 129, 129)
    assert middle[found.reach] == pytest.approx(1)
    assert middle[found.reach + 16] == pytest.approx(-1, abs=0.02)
    assert middle[found.reach + 32] == pytest.approx(1, abs=0.02)
    assert found.half[0, 0] == pytest.approx(64 / 14.5, abs=0.01), "1 − 2 · 7d / (128 − d): seven edges"


def test_scrambled_phases_keep_the_exponent_and_lose_the_edges():
    own, other = lab.measure(lab.Settings(view="spectrum", copy="phases")).found.slopes
    assert other.exponent == pytest.approx(own.exponent, abs=0.35)
    picture, copy = lab.measure(lab.Settings(view="patches", copy="phases")).found
    assert picture.figure > 5
    assert abs(copy.figure) < 0.3


def test_light_is_srgb_decoded_and_its_logarithm_spans_0_to_1():
    stored = np.array([0, 1 / 255, 0.2, 0.5, 1], dtype=np.float32)
    light = lab.toned(stored, "linear")
    assert light[3] == pytest.approx(0.2140, abs=1e-4)
    assert light[1] == pytest.approx(1 / 255 / 12.92, rel=1e-6)
    assert lab.toned(stored, "log")[[0, 1, 4]].tolist() == pytest.approx([0, 0, 1], abs=1e-6)
    assert lab.toned(stored, "stored") is stored


@pytest.mark.parametrize("method", learning.METHODS)
def test_filters_and_features_undo_each_other(method):
    own, other = lab.measure(PATCHES.but(method=method)).found
    count = 36 if method == "zca" else 16
    assert own.filters.shape == own.features.shape == other.filters.shape == (count, 36)
    if method != "kmeans":
        product = own.filters.astype(float) @ own.features.T
        inside = np.eye(count) - (np.ones((36, 36)) / 36 if method == "zca" else 0)
        assert np.allclose(product, inside, atol=1e-3)


def test_responses_of_ica_are_white_and_their_kurtosis_is_scipys():
    own, _ = lab.measure(PATCHES).found
    values = lab.measure(PATCHES).values
    points = learning.patches.centre(learning.patches.cut(values, 6, learning.MOST_PATCHES, 0))
    responses = points @ own.filters.T
    assert np.allclose(responses.T @ responses / len(points), np.eye(16), atol=1e-3)
    assert own.kurtosis == own.figure == pytest.approx(stats.kurtosis(responses, axis=0).mean(), rel=1e-3)
    assert np.all(np.diff(stats.kurtosis(responses, axis=0)) < 1e-2), "the sparsest comes first"
    inside = np.abs(responses / responses.std(axis=0)) < 8.25
    assert own.density.sum() * 0.5 == pytest.approx(inside.mean(), abs=1e-4)


def test_the_number_of_principal_components_holds_nine_tenths():
    own, other = lab.measure(PATCHES.but(method="pca")).found
    for learned in (own, other):
        share = np.cumsum(learned.variances) / learned.variances.sum()
        needed = int(learned.figure)
        assert share[needed - 1] >= 0.9 > share[needed - 2]
    assert own.figure < other.figure
    assert np.allclose(own.filters @ own.filters.T, np.eye(16), atol=1e-5)


def test_whitening_takes_away_what_neighbours_share():
    own, _ = lab.measure(PATCHES.but(method="zca", softening=0.01)).found
    assert own.neighbour > 0.6
    assert abs(own.figure) < 0.3
    middle = own.filters[14].reshape(6, 6)
    assert np.unravel_index(middle.argmax(), (6, 6)) == (2, 2)
    assert middle[2, 1] < 0
    assert middle[1, 2] < 0


def test_other_settings_of_the_drawing_do_not_learn_again():
    one = lab.measure(PATCHES).found
    assert lab.measure(PATCHES.but(face="filters", displacement=3, softening=1.5)).found is one
    assert lab.measure(PATCHES.but(components=9)).found is not one


# What each setting is compared with: itself changed, from settings in which it counts.
CHANGED = {
    "image": (BASE, "photo:coins"),
    "size": (BASE, 64),
    "tone": (BASE, "log"),
    "view": (BASE, "spectrum"),
    "copy": (BASE, "phases"),
    "block": (BASE, 8),
    "displacement": (BASE, 9),
    "direction": (BASE, "down"),
    "fit_low": (BASE.but(view="spectrum"), 8),
    "fit_high": (BASE.but(view="spectrum"), 0.2),
    "method": (PATCHES, "pca"),
    "components": (PATCHES, 9),
    "patch": (PATCHES, 8),
    "softening": (PATCHES.but(method="kmeans"), 1.0),
    "face": (PATCHES, "filters"),
    "seed": (BASE, 5),
}


@pytest.mark.parametrize("name", list(fields_of(lab.Settings)))
def test_each_setting_changes_something_that_is_said(name):
    settings, value = CHANGED[name]
    one, two = (lab.measure(each) for each in (settings, settings.but(**{name: value})))
    said = [lab.summary(result) + str(lab.answer(result)) + str(result.other.sum(axis=0)) for result in (one, two)]
    assert said[0] != said[1]


def test_the_settings_that_count_are_offered():
    assert lab.used_fields(PATCHES) == ("components", "patch", "face")
    assert lab.used_fields(PATCHES.but(method="zca")) == ("patch", "softening", "face")
    assert lab.used_fields(BASE) == ("displacement", "direction")


def test_the_same_settings_give_the_same_bytes_and_leave_the_photo_alone():
    before = images.load("photo:cat", 96).pixels.tobytes()
    one, two = (lab.learn_both(PATCHES) for _ in range(2))
    assert one[0].filters.tobytes() == two[0].filters.tobytes()
    assert one[1].samples.tobytes() == two[1].samples.tobytes()
    assert images.load("photo:cat", 96).pixels.tobytes() == before


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"size": 260}, "Size must lie between 28 and 256"),
        ({"block": 65}, "Block must lie between 1 and 64"),
        ({"method": "svm"}, "Method must be one of ica, pca, kmeans, zca"),
        ({"softening": 0}, "ε of the whitening must lie between 0.01 and 2"),
        ({"image": "photo:dog"}, "no photo called dog"),
    ],
)
def test_a_bad_setting_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.Settings(**values)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"size": 28, "displacement": 28}, "no pairs 0 rows and 28 columns apart"),
        ({"size": 64, "block": 64}, "no two whole blocks of 64×64"),
        ({"size": 64, "view": "spectrum", "fit_low": 30, "fit_high": 0.3}, "begin below its end"),
        ({"size": 64, "view": "spectrum", "fit_low": 18, "fit_high": 0.3}, "a line needs 4"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.measure(lab.Settings(**values))


def test_an_even_picture_is_refused():
    from engine.core import drawings

    blank = drawings.pack(np.zeros((28, 28), dtype=np.uint8))
    with pytest.raises(ValueError, match="the same value"):
        lab.measure(lab.Settings(image=blank, size=28))


SCRIPTS = (
    BASE.but(direction="diagonal", tone="log", block=5),
    BASE.but(displacement=2, copy="phases", tone="linear", direction="down"),
    BASE.but(view="autocorrelation", image="photo:brick"),
    BASE.but(view="spectrum", image="photo:palace", fit_low=3, fit_high=0.4),
    BASE.but(view="spectrum", image="pattern:white_noise:3", copy="phases"),
    lab.Settings(image="digit:test:0", size=28, displacement=8),
    PATCHES,
    PATCHES.but(method="pca", tone="log"),
    PATCHES.but(method="kmeans"),
    PATCHES.but(method="zca", copy="phases", seed=4),
)


def numbers_of(result: lab.Statistics) -> list[float]:
    """The numbers that the script for the same settings prints, in its order."""
    found = result.found
    if isinstance(found, lab.Pairs):
        return [value for step, pair in zip(found.steps, found.r.T, strict=True) for value in (step, *pair)]
    if isinstance(found, lab.Autocorrelation):
        lines = [line[found.reach :] for one in found.maps for line in (one[found.reach], one[:, found.reach])]
        return [value for line in lines for value in (1, 2, 4, line[1], line[2], line[4])]
    if isinstance(found, lab.Spectra):
        return [slope.exponent for slope in found.slopes]
    return [learned.figure for learned in found]


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """What the scripts print, all in one fresh Python: importing torch is what takes long."""
    return scripts.together([lesson.torch_code(settings) for settings in SCRIPTS])


@pytest.mark.parametrize("number", range(len(SCRIPTS)))
def test_the_torch_script_gives_the_labs_numbers(number, printed):
    settings = SCRIPTS[number]
    text = printed[number].replace("90 %", "")
    loose = settings.view == "patches" and settings.method in ("ica", "kmeans")
    tolerance = {"rel": 0.02} if loose else {"rel": 1e-4, "abs": 1e-4}
    assert [float(word) for word in re.findall(NUMBER, text)] == pytest.approx(
        numbers_of(lab.measure(settings)), **tolerance
    )


@pytest.mark.parametrize("seed", range(24))
def test_the_worked_answer_of_each_question_ends_in_its_answer(seed):
    question = lesson.question(seed)
    assert question == lesson.question(seed)
    assert_worked_answer(question)


@pytest.mark.parametrize("seed", range(0, 60, 6))
def test_the_four_pairs_have_the_correlation_that_numpy_finds(seed):
    question = lesson.question(seed)
    pairs = re.findall(r"\((-?\d+), (-?\d+)\)", question.prompt)
    first, second = np.array(pairs, dtype=float).T
    assert question.answer == pytest.approx(np.corrcoef(first, second)[0, 1])


def test_a_number_has_a_real_minus_and_no_negative_zero():
    assert [lab.number(value) for value in (-0.001, -0.5, float("nan"))] == ["0.00", "−0.50", "–"]

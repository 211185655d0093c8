"""Films: what a panel keeps of its numbers, what does not fit together, and what a whole film may weigh."""

import numpy as np
import pytest

from engine.core import film
from engine.core.film import Curve, Film, mosaic, panel

random = np.random.default_rng(0)
SMALL, LARGE = random.normal(size=(3, 4, 5)), random.normal(size=(3, 80, 90))


def films(**changes) -> Film:
    return Film(**({"panels": (panel("a", SMALL),), "labels": ("0", "1", "2"), "summary": "s"} | changes))


def test_a_small_panel_keeps_its_numbers():
    kept = panel("a", SMALL)
    assert kept.exact
    assert np.array_equal(kept.frame(2), SMALL[2].astype(np.float32))


@pytest.mark.parametrize("kind", ["signed", "magnitude", "grey"])
def test_a_large_panel_keeps_its_numbers_to_half_a_level(kind):
    values = LARGE if kind == "signed" else np.abs(LARGE)
    kept = panel("a", values, kind)
    low, high = kept.limits
    assert kept.values.dtype == np.uint8
    assert not kept.exact
    assert np.abs(kept.frame(1) - values[1]).max() <= (high - low) / film.LEVELS / 2 + 1e-9


def test_zero_in_a_signed_panel_stays_zero():
    values = LARGE.copy()
    values[1, 3, 4] = 0
    assert panel("a", values).frame(1)[3, 4] == 0


def test_a_missing_number_stays_missing_and_the_limits_do_not_see_it():
    values = LARGE.copy()
    values[0, 0, 0], values[0, 0, 1] = np.nan, np.inf
    kept = panel("a", values)
    assert np.isnan(kept.frame(0)[0, :2]).all()
    assert np.isfinite(kept.limits).all()


def test_limits_are_those_of_all_frames():
    rising = np.stack([np.full((60, 60), step) for step in (1.0, 2.0, 5.0)])
    assert panel("a", rising, "magnitude").limits == (0, 5)
    assert panel("a", rising).limits == (-5, 5)


def test_limits_that_are_given_cut_what_lies_outside():
    kept = panel("a", LARGE, limits=(-0.5, 0.5))
    assert kept.frame(0).max() == pytest.approx(0.5)


@pytest.mark.parametrize("values", [np.zeros((2, 70, 70)), np.full((2, 70, 70), np.nan)])
def test_a_panel_without_a_range_has_limits_all_the_same(values):
    for kind in ("signed", "magnitude", "grey"):
        low, high = panel("a", values, kind).limits
        assert low < high


def test_colours_and_classes_are_kept_as_they_are():
    colours = random.integers(0, 256, (2, 3, 8, 9)).astype(np.uint8)
    assert np.array_equal(panel("a", colours, "rgb").frame(1), colours[1])
    assert np.array_equal(panel("a", colours / 255, "rgb").values, colours)
    classes = random.integers(0, 9, (2, 8, 9))
    assert np.array_equal(panel("a", classes, "class").frame(0), classes[0])


def test_the_numbers_given_stay_unchanged():
    before = LARGE.copy()
    panel("a", LARGE)
    assert np.array_equal(before, LARGE)


def test_a_mosaic_has_an_empty_line_between_its_maps():
    maps = np.arange(2 * 5 * 3 * 4, dtype=float).reshape(2, 5, 3, 4)
    sheet = mosaic(maps, 3)
    assert sheet.shape == (2, 2 * 4 - 1, 3 * 5 - 1)
    assert np.array_equal(sheet[1, 4:7, 5:9], maps[1, 4])
    assert np.isnan(sheet[:, 3]).all()
    assert np.isnan(sheet[:, 4:, 10:]).all(), "there is no sixth map"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: films(labels=("0", "1")), "needs 2 frames"),
        (lambda: films(labels=()), "1 to 512 frames"),
        (lambda: films(panels=()), "needs 3 frames"),
        (lambda: films(curves=(Curve("c", np.zeros(2)),)), "3 numbers each"),
        (lambda: films(positions=np.zeros(4)), "4 positions for 3 frames"),
        (lambda: films(start=3), "cannot start"),
        (lambda: panel("a", np.zeros((3, 4))), "cannot be"),
        (lambda: panel("a", np.zeros((3, 4, 5)), "rgb"), "cannot be"),
        (lambda: panel("a", np.zeros((1, 600, 4))), "at most 512"),
        (lambda: panel("a", SMALL, subtitles=("x",)), "1 subtitles for 3 frames"),
        (lambda: panel("a", SMALL, trail=np.zeros((3, 4))), "trail"),
        (lambda: panel("a", SMALL, boxes=np.zeros((2, 4))), "boxes"),
        (lambda: films(panels=(panel("a", np.zeros((3, 512, 512))),) * 6), "MiB"),
    ],
)
def test_what_does_not_fit_is_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()

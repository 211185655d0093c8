"""Pooling as a reader meets it: the slides' numbers, the two films, edits, and each part's own examples."""

from urllib.parse import urlencode

import pytest

from engine.convolution import pooling_lesson as lesson
from engine.core.fields import encode
from tests.browser import demonstration

PRESETS = {preset.name: preset for preset in lesson.PRESETS}
DECKS = {"four": [6, 8, 14, 16], "four-mean": [3.5, 5.5, 11.5, 13.5]}
GRADIENTS = {"gradient-eight": [0, 1, 0, 0], "gradient-nine": [0, 1, 0, 0], "gradient-tie": [1, 0, 0, 0]}


def address(name: str) -> str:
    return "/pooling?" + urlencode(encode(PRESETS[name].settings))


def stepped(page, which: int, count: int) -> list[float]:
    return demonstration.stepped(page, page.locator(".stepper[data-frame]").nth(which), count)


@pytest.mark.parametrize("name", DECKS)
def test_a_permalink_steps_through_the_slides_numbers(visit, name):
    page = visit(address(name))
    page.locator(".stepper[data-frame]").nth(2).wait_for()
    assert stepped(page, 0, 4) == DECKS[name]


@pytest.mark.parametrize("name", GRADIENTS)
def test_the_gradient_steps_to_the_winner(visit, name):
    page = visit(address(name))
    page.locator(".stepper[data-frame]").nth(2).wait_for()
    assert stepped(page, 2, 4) == GRADIENTS[name]


def drawn_of(page) -> str:
    """What the first stepper's SVG says."""
    stepper = page.locator(".stepper[data-frame]").first
    stepper.wait_for()
    with page.expect_download() as saved:
        stepper.get_by_role("button", name="Download SVG").click()
    return saved.value.path().read_text()


def test_what_a_window_hangs_over_is_called_outside_and_not_padding(visit):
    page = visit(address("ceil"))
    drawn = drawn_of(page)
    assert "outside: nothing is read there" in drawn
    assert "padding" not in drawn
    stepper = page.locator(".stepper[data-frame]").first
    at = stepper.evaluate("host => host.cellAt('input', 35)")  # the corner of 6 × 6, behind the 5 × 5 that there are
    page.mouse.move(at["x"], at["y"])
    stepper.get_by_text("no cell").wait_for()
    stepper.get_by_text("Input, outside: nothing is read there").first.wait_for()


def test_padding_is_still_called_padding(visit):
    drawn = drawn_of(visit(address("padded-mean")))
    assert "padding" in drawn
    assert "outside" not in drawn


def test_the_maxima_step_back_to_where_they_stood(visit):
    page = visit("/pooling")
    page.locator(".stepper[data-frame]").nth(2).wait_for()
    assert stepped(page, 1, 16) == [0, 0, 0, 0, 0, 6, 0, 8, 0, 0, 0, 0, 0, 14, 0, 16]


def test_each_part_has_its_own_examples_and_says_what_to_look_at(visit):
    page = visit("/pooling")
    for name in ("shift-grass", "bank-one", "unpool-overlap", "gradient-tie", "overlapping"):
        page.get_by_role("radio", name=PRESETS[name].title, exact=True).first.click()
        page.locator(".look", has_text=PRESETS[name].note[:40]).wait_for()
        page.wait_for_function("() => document.querySelectorAll('.look').length === 1")  # the last one's goes


def test_both_films_are_scrubbed(visit):
    page = visit("/pooling")
    shift, turn = (page.locator(".film[data-ready]").nth(number) for number in (0, 1))
    for film, last, label in ((shift, 8, "shift 8 px"), (turn, 48, "360°")):
        film.focus()
        page.keyboard.press("End")
        film.locator(".count", has_text=label).wait_for()
        assert film.get_attribute("data-frame") == str(last)


def test_a_control_of_the_photo_changes_the_film_and_the_link(visit):
    page = visit("/pooling")
    page.locator(".summary", has_text="14.7 % without pooling").wait_for()
    page.locator(".film[data-ready]").nth(1).wait_for()  # what arrives late moves what is to be clicked
    page.get_by_role("radiogroup", name="What is pooled").get_by_role("radio", name="Edges").click()
    page.wait_for_function("() => location.search.includes('feature=edges')")
    page.locator(".summary", has_text="14.7 % without pooling").wait_for(state="detached")


def test_an_edited_gradient_flows_to_its_winner(visit):
    page = visit("/pooling")
    page.locator(".stepper[data-frame]").nth(2).wait_for()
    page.get_by_role("button", name="Edit Upstream").click()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_function("() => location.search.includes('upstream_edits=0_0_0_7')")
    page.locator(".summary", has_text="together 10").wait_for()


def test_what_torch_refuses_keeps_the_controls(visit):
    page = visit("/pooling?kernel_height=8&padding_y=99")
    page.locator(".refusal", has_text="does not fit").wait_for()
    page.locator(".notice", has_text="Vertical padding must lie between 0 and 4, not 99").wait_for()
    page.get_by_label("Window height").fill("2")
    page.get_by_label("Window height").press("Enter")
    page.locator(".answer b", has_text="25 %").wait_for()

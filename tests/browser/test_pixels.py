"""The pixels as a reader meets them: a click on a pixel shows its numbers, links hold, presets show the bytes."""

import re

import pytest


def caption(page) -> str:
    return page.locator(".stepper").inner_text()


def channel_place(text: str) -> tuple[int, ...]:
    """Channel, row and column of the step that the stepper explains."""
    return tuple(map(int, re.search(r"Channel (\d+), row (\d+), column (\d+)", text).groups()))


def test_a_click_on_a_pixel_brings_its_neighbourhood_and_its_link(visit, rest, fresh_page):
    page = visit("/pixels")
    canvas = page.locator(".picture canvas").first
    canvas.wait_for()
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + 0.83 * box["width"], box["y"] + 0.30 * box["height"])
    page.wait_for_url("**column=26**")
    rest(page)
    page.locator(".stepper", has_text="row 6, column 23").wait_for()
    assert channel_place(caption(page)) == (0, 6, 23)  # the crop begins three before the pixel that was clicked
    other = fresh_page()
    other.goto(page.url)
    other.locator(".stepper", has_text="row 6, column 23").wait_for()


def test_the_digits_first_white_pixel_is_worked_out_by_mnists_constants(visit):
    page = visit("/pixels?image=digit:test:0&size=28&scaling=mnist&row=8&column=10")
    page.locator(".answer b", has_text="1 × 28 × 28 = 784 numbers").wait_for()
    steps = page.locator(".stepper")
    steps.focus()
    page.keyboard.press("End")
    steps.get_by_text("/255 − 0.1307) / 0.3081").first.wait_for()


@pytest.mark.parametrize("layout", ["chw", "hwc"])
def test_the_layout_decides_the_shape(visit, layout):
    page = visit(f"/pixels?size=16&layout={layout}")
    shape = "3 × 16 × 16" if layout == "chw" else "16 × 16 × 3"
    page.locator(".answer b", has_text=shape).wait_for()

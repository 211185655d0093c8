"""The sliding kernel as a reader meets it: the slides' numbers, links that restore it, cells edited by hand."""

from urllib.parse import urlencode

import pytest

from engine.convolution import sliding_kernel_lesson as lesson
from engine.core.fields import encode
from tests.browser import demonstration

PRESETS = {preset.name: preset for preset in lesson.PRESETS}
DECKS = {
    "four": [24, 40, 52, 45, 64, 96, 112, 92, 112, 160, 176, 140, 108, 152, 164, 129],
    "four-bare": [96, 112, 160, 176],
    "diagonal": [0, 0, 0, 0, 1, 0, 0, 0, 2],
    "antidiagonal": [0, 0, 0, 0, 0, 1, 0, 1, 0],
    "moved": [2, 0, 0, 0, 1, 0, 0, 0, 0],
}
SIZES = {"seven": "5 × 5", "seven-two": "3 × 3", "seven-pad": "7 × 7", "floor": "2 × 2"}
RESULT = ".terms .sum b"


def address(name: str) -> str:
    return "/sliding_kernel?" + urlencode(encode(PRESETS[name].settings))


def stepped(page, count: int) -> list[float]:
    return demonstration.stepped(page, page.locator(".stepper"), count)


@pytest.mark.parametrize("name", DECKS)
def test_a_permalink_steps_through_the_slides_numbers(visit, name):
    page = visit(address(name))
    page.locator(RESULT).last.wait_for()
    assert stepped(page, len(DECKS[name])) == DECKS[name]


def test_presets_show_the_slides_sizes(visit, rest):
    page = visit("/sliding_kernel")
    for name, size in SIZES.items():
        page.get_by_role("radio", name=PRESETS[name].title, exact=True).click()
        page.locator(".answer b", has_text=size).wait_for()
        rest(page)
    page.get_by_role("radio", name="4 × 4 padded").click()
    page.locator(".answer b", has_text="4 × 4").wait_for()
    assert stepped(page, 16) == DECKS["four"]


def picture(page) -> bytes:
    """The stepper as it stands, as PNG."""
    canvas = page.locator(".stepper canvas").first
    canvas.wait_for()
    page.mouse.move(1, 1)
    return canvas.screenshot(animations="disabled")


def test_a_link_copied_from_a_changed_lab_gives_the_same_picture_in_a_fresh_browser(fresh_page, rest):
    first = fresh_page()
    first.goto("/sliding_kernel")
    rest(first)
    first.get_by_role("radio", name="3 → 2 channels").click()
    first.locator(".answer b", has_text="2 × 6 × 6").wait_for()
    first.get_by_label("Vertical stride").fill("2")
    first.get_by_label("Vertical stride").press("Enter")
    first.locator(".answer b", has_text="2 × 3 × 6").wait_for()
    first.wait_for_function("() => location.search.includes('stride_y=2')")
    rest(first)
    second = fresh_page()
    second.goto(first.url)
    rest(second)
    second.locator(".answer b", has_text="2 × 3 × 6").wait_for()
    assert "channels=3" in first.url
    assert picture(first) == picture(second)


def test_the_address_follows_the_settings_without_burying_the_way_back(visit, rest):
    page = visit("/sliding_kernel")
    before = page.evaluate("() => history.length")
    for name in ("Diagonal", "Digit", "Dilation 2"):
        page.get_by_role("radio", name=name, exact=True).click()
        page.wait_for_function("name => document.querySelector('[aria-checked=true]')?.innerText === name", arg=name)
        rest(page)
    page.wait_for_function("() => location.search.includes('dilation_y=2')")
    assert page.evaluate("() => history.length") == before
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("() => location.search === ''")


def test_an_edited_cell_recomputes_and_goes_into_the_link(visit):
    page = visit("/sliding_kernel")
    page.locator(RESULT).last.wait_for()
    page.get_by_role("button", name="Edit Kernel").click()
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_function("() => location.search.includes('kernel_edits=0_0_0_10')")
    page.get_by_role("button", name="To end: show everything").click()
    page.locator(RESULT, has_text="228").wait_for()  # 129 + (10 − 1) · 11


def test_an_impossible_setting_says_why_and_keeps_the_controls(visit):
    page = visit("/sliding_kernel?kernel_height=9&stride_x=99")
    page.locator(".refusal", has_text="does not fit").wait_for()
    page.locator(".notice", has_text="Horizontal stride must lie between 1 and 8, not 99").wait_for()
    page.get_by_label("Kernel height").fill("3")
    page.get_by_label("Kernel height").press("Enter")
    page.locator(".answer b", has_text="4 × 4").wait_for()
    assert page.locator(".refusal").count() == 0


def test_the_lecture_view_enlarges_everything_and_stands_in_the_link(visit, rest):
    page = visit("/sliding_kernel")
    page.locator(RESULT).last.wait_for()  # by then every component has loaded, the one that keeps the address too
    page.get_by_text("Lecture view").click()
    page.wait_for_function("() => location.search.includes('present=1')")
    rest(page)
    assert page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 18


def test_the_qr_code_shows_the_link(visit):
    page = visit(address("diagonal"))
    page.get_by_role("button", name="QR code").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("img[alt^='QR code of http']").wait_for()
    dialog.get_by_text("kernel=diagonal").first.wait_for()


def test_the_home_page_offers_to_continue(fresh_page, rest):
    page = fresh_page()
    page.goto(address("diagonal"))
    rest(page)
    page.wait_for_function("() => localStorage.getItem('perceptorium.last')")
    page.goto("/")
    page.get_by_role("link", name="Continue where you were: Sliding kernel").click()
    page.locator(".answer b", has_text="3 × 3").wait_for()
    assert "kernel=diagonal" in page.url

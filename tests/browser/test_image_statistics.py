"""The statistics lab in the browser: views, sliders, presets, links, nonsense, keyboard."""

from urllib.parse import urlencode

import pytest

from engine.convolution import image_statistics_lesson as lesson
from engine.core import fields
from tests.browser.lists import choose

ANSWER = ".answer b"


def address(name: str) -> str:
    preset = next(preset for preset in lesson.PRESETS if preset.name == name)
    return f"/image_statistics?{urlencode(fields.encode(preset.settings))}"


def slider_of(page, label: str):
    return page.locator("label", has_text=label).locator("input[type=range]")


def test_the_answer_and_both_rows_of_pictures_stand_at_once(visit):
    page = visit("/image_statistics")
    page.locator(ANSWER, has_text="0.94").wait_for()
    page.locator(".answer small", has_text="pixels shuffled: 0.00").wait_for()
    for title in ("1 apart", "2 apart", "4 apart", "16 apart"):
        page.get_by_text(title, exact=True).nth(1).wait_for()
    page.get_by_text("Pixels shuffled", exact=True).first.wait_for()
    tops = [box["y"] for box in (item.bounding_box() for item in page.get_by_text("r = 0.00").all())]
    assert len(tops) == 4
    assert max(tops) < 640, "the second row begins above the fold"


def test_every_view_has_its_own_answer(visit):
    page = visit("/image_statistics")
    for view, answer in (
        ("Autocorrelation", "8.0 px across, 10.3 px down"),
        ("Power spectrum", "2.85"),
        ("Patches and filters", "9.2"),
        ("Pairs of pixels", "0.94"),
    ):
        choose(page, "Look at", view, exact=True)
        page.locator(ANSWER, has_text=answer).wait_for()


def test_each_method_learns_and_says_its_number(visit):
    page = visit("/image_statistics?view=patches&size=96&patch=6&components=16")
    for method, words in (
        ("PCA", "90 % of the variance"),
        ("k-means", "Kurtosis"),
        ("ZCA", "Neighbours after whitening"),
    ):
        choose(page, "Method", method, exact=True)
        page.locator(".answer", has_text=words).wait_for()
    page.get_by_text("Features of the picture").wait_for()
    page.get_by_role("radio", name="filters").click()
    page.get_by_text("Filters of the picture").wait_for()
    assert "face=filters" in page.url


def test_the_block_slider_answers_by_keyboard_and_goes_into_the_link(visit):
    page = visit("/image_statistics")
    page.locator(".answer small", has_text="pixels shuffled: 0.00").wait_for()
    slider = slider_of(page, "Block")
    slider.focus()
    slider.press("End")
    page.locator(".answer small", has_text="64×64 blocks shuffled: 0.9").wait_for()
    page.wait_for_function("() => location.search.includes('block=64')")
    slider.press("Home")
    page.locator(".answer small", has_text="pixels shuffled: 0.00").wait_for()


def test_the_phases_take_the_place_of_the_blocks(visit):
    page = visit("/image_statistics")
    page.get_by_role("radio", name="phases").click()
    page.locator(".answer small", has_text="phases scrambled: 0.9").wait_for()
    assert slider_of(page, "Block").count() == 0


@pytest.mark.parametrize(("name", "answer"), [("noise", "−0.04"), ("pca", "24 components"), ("digit", "0.79")])
def test_the_link_of_a_preset_restores_its_number(name, answer, visit):
    page = visit(address(name))
    page.locator(ANSWER, has_text=answer).wait_for()


def test_another_photo_and_other_random_numbers(visit):
    page = visit("/image_statistics?view=spectrum&image=photo%3Apalace")
    page.locator(ANSWER, has_text="2.09").wait_for()
    before = page.locator(".answer small").inner_text()
    page.get_by_text("Size, light, seed").click()
    page.get_by_role("button", name="New random numbers").click()
    page.wait_for_function("(before) => document.querySelector('.answer small').innerText !== before", arg=before)
    page.wait_for_function("() => location.search.includes('seed=1')")


def test_nonsense_in_the_link_says_why_and_an_impossible_fit_too(visit):
    page = visit("/image_statistics?view=spectrum&size=64&fit_low=30&fit_high=0.3&patch=99")
    page.locator(".refusal", has_text="must begin below its end").wait_for()
    page.locator(".notice", has_text="Patch must lie between 4 and 14, not 99").wait_for()
    slider = slider_of(page, "Fit from")
    slider.focus()
    slider.press("Home")
    page.locator(".answer", has_text="Power falls as").wait_for()
    assert page.locator(".refusal").count() == 0

"""The image filters as a reader meets them: a kernel edited by hand, its link, views, words on speed."""

import re


def test_a_kernel_cell_edited_by_hand_makes_an_own_kernel_that_a_link_restores(visit, rest, fresh_page):
    page = visit("/image_filters?image=pattern:step&size=64&first=identity&first_size=1")
    page.locator(".answer b", has_text="0.25 … 0.75").wait_for()
    canvas = page.locator(".stepper canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    # One cell stands in the middle of the canvas, under its title.
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.62)
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.locator(".answer b", has_text="0.5 … 1.5").wait_for()
    rest(page)
    assert "first=own" in page.url
    other = fresh_page()
    other.goto(page.url)
    other.locator(".answer b", has_text="0.5 … 1.5").wait_for()


def test_each_view_has_its_number(visit, rest):
    page = visit("/image_filters")
    for preset, label in (("HOG", "Descriptor"), ("Harris corners", "Corners"), ("Gabor bank", "Strongest direction")):
        page.get_by_role("radio", name=preset, exact=True).click()
        page.locator(".answer", has_text=label).wait_for()
        rest(page)


def test_the_page_says_which_way_was_taken_and_each_time(visit):
    page = visit("/image_filters?first=gaussian&first_size=9&size=128")
    words = page.locator(".summary", has_text="Measured here").inner_text()
    assert words.startswith("Filtered in two passes")
    assert len(re.findall(r"[\d.]+ ms", words)) == 3

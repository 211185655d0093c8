"""Drawing a digit and looking into LeNet, in a real browser."""

import re
from urllib.parse import urlencode

import numpy as np

from engine.core import drawings
from engine.core.fields import encode
from engine.insight import draw_digit as lab
from tests.browser.sketch import Hand


def spot(page, stage: int, channel: int) -> dict[str, float]:
    """Where a map stands on the screen."""
    root = page.locator(".network")
    root.locator("canvas").first.wait_for()
    root.scroll_into_view_if_needed()
    return root.evaluate("(root, [stage, channel]) => root.mapAt(stage, channel)", [stage, channel])


def said(page, text: str) -> None:
    page.locator(".network .said", has_text=text).wait_for()


def test_hovering_a_map_says_where_it_comes_from(visit):
    page = visit("/draw_digit")
    at = spot(page, 1, 2)
    page.mouse.move(at["x"], at["y"])
    said(page, "Conv 1, map 2: from")
    said(page, "Most comes from Input")
    at = spot(page, 7, 7)
    page.mouse.move(at["x"], at["y"])
    said(page, "class 7")


def test_hovering_an_edge_says_what_it_adds(visit):
    page = visit("/draw_digit")
    left, right = spot(page, 2, 0), spot(page, 3, 0)
    page.mouse.move(left["x"] + 0.6 * (right["x"] - left["x"]), left["y"] + 0.6 * (right["y"] - left["y"]))
    said(page, "on average to Conv 2, map")
    left, right = spot(page, 1, 3), spot(page, 2, 3)
    page.mouse.move((left["x"] + right["x"]) / 2, left["y"])
    said(page, "Conv 1, map 3 is read by Pool 1, map 3")


def test_a_click_takes_the_map_apart_and_stands_in_the_link(visit):
    page = visit("/draw_digit")
    at = spot(page, 1, 4)
    page.mouse.click(at["x"], at["y"])
    page.get_by_role("heading", name="Conv 1, map 4").wait_for()
    page.wait_for_function("() => location.search.includes('stage=1') && location.search.includes('channel=4')")
    page.locator(".stepper").first.wait_for()


def test_the_arrow_keys_walk_through_the_network(visit):
    page = visit("/draw_digit")
    spot(page, 3, 6)
    page.locator(".network").focus()
    page.keyboard.press("ArrowDown")
    said(page, "Conv 2, map 7")
    page.keyboard.press("ArrowRight")
    said(page, "Pool 2, map 7")
    page.get_by_role("heading", name="Pool 2, map 7").wait_for()


def test_a_stroke_changes_the_digit_and_the_link_holds_the_drawing(visit):
    page = visit("/draw_digit")
    Hand(page).line((0.1, 0.1), (0.9, 0.9))
    page.wait_for_function("() => location.search.includes('digit=drawing')")
    reference = re.search(r"digit=(drawing%3A[^&]+)", page.url)[1].replace("%3A", ":")
    assert drawings.unpack(reference).any()


def test_while_the_pen_is_down_the_network_follows_alone_and_at_rest_the_rest_of_the_page(visit):
    page = visit("/draw_digit")
    words, below = page.locator(".summary").nth(0), page.locator(".summary").nth(1)
    before, sums = words.inner_text(), below.inner_text()
    Hand(page).begin((0.1, 0.1), (0.9, 0.9))
    page.wait_for_function(
        "([at, old]) => document.querySelectorAll('.summary')[at].innerText !== old", arg=[0, before]
    )
    assert below.inner_text() == sums
    assert "digit=drawing" not in page.url
    slider = page.locator("label", has_text="Turned by").locator("input[type=range]")
    assert slider.count() == 1, "what does not follow the pen stays"
    page.mouse.up()
    page.wait_for_function("([at, old]) => document.querySelectorAll('.summary')[at].innerText !== old", arg=[1, sums])
    page.wait_for_function("() => location.search.includes('digit=drawing')")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('angle=1')")


def test_a_digits_button_brings_an_example_and_then_the_next(visit):
    page = visit("/draw_digit")
    page.get_by_role("radio", name="3", exact=True).click()
    page.locator(".answer b", has_text="3").first.wait_for()
    page.wait_for_function("() => location.search.includes('digit=digit')")
    first = page.url
    page.get_by_role("radio", name="3", exact=True).click()
    page.wait_for_function("before => location.href !== before", arg=first)


def test_a_drawing_in_a_link_is_seen_in_a_fresh_browser(visit):
    bar = np.zeros((28, 28), np.uint8)
    bar[4:24, 13:16] = 255
    settings = lab.Settings(digit=drawings.pack(bar), stage=1, channel=0)
    page = visit("/draw_digit?" + urlencode(encode(settings)))
    page.locator(".answer b", has_text=str(lab.look(settings).best)).first.wait_for()
    page.get_by_role("heading", name="Conv 1, map 0").wait_for()


def test_nonsense_in_the_link_is_a_sentence(visit):
    page = visit("/draw_digit?digit=drawing:xyz&stage=99&strength=7")
    page.locator(".notice").first.wait_for()
    page.locator(".network canvas").first.wait_for()


def test_the_picture_is_saved_as_vectors_and_numbers(visit):
    page = visit("/draw_digit")
    spot(page, 1, 0)
    for kind, start in (("SVG", "<svg"), ("CSV", "layer,map,row,column,value")):
        with page.expect_download() as saved:
            page.locator(".network").get_by_role("button", name=f"Download {kind}").click()
        assert saved.value.path().read_text().startswith(start)


def test_on_a_phone_the_whole_network_fits(fresh_page, rest):
    page = fresh_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto("/draw_digit")
    rest(page)
    at = spot(page, 3, 9)
    page.touchscreen.tap(at["x"], at["y"])
    page.get_by_role("heading", name="Conv 2, map 9").wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

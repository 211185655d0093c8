"""The kernel variants as a reader meets them: views, worked examples, cells edited by hand, times on request."""

from urllib.parse import urlencode

import pytest

from engine.convolution import kernel_variants_lesson as lesson
from engine.core.fields import encode

PRESETS = {preset.name: preset for preset in lesson.PRESETS}
VIEWS = {"Separable": "Rank", "Stacked": "Degrees of freedom", "Dilated": "One output sees", "Transposed": "Output"}
RESULT = ".terms .sum b"


def address(name: str) -> str:
    return "/kernel_variants?" + urlencode(encode(PRESETS[name].settings))


def test_every_view_draws_its_own_picture_and_comes_back(visit, rest):
    page = visit("/kernel_variants")
    for view, label in VIEWS.items():
        page.get_by_role("radio", name=view, exact=True).click()
        page.locator(".answer span").get_by_text(label, exact=True).wait_for()
        rest(page)
        page.locator(".stepper canvas").first.wait_for()
        page.wait_for_function("name => location.search.includes('view=' + name)", arg=view.lower())
    page.get_by_role("radio", name="Channels", exact=True).click()
    page.locator(".answer span", has_text="Multiplications").wait_for()


def test_the_slides_counts_stand_in_the_bill(visit):
    page = visit("/kernel_variants")
    page.get_by_role("radio", name="256 maps, separable", exact=True).click()
    page.locator(".answer b", has_text="53,952").wait_for()
    said = page.locator(".sheet").inner_text()
    for number in ("1,228,800", "4,800", "49,152", "53,952"):
        assert number in said
    assert page.locator(".sheet tr.chosen th").inner_text() == "Depthwise + 1 × 1"


def test_groups_go_from_full_to_depthwise_by_keyboard(visit, rest):
    page = visit("/kernel_variants")
    groups = page.get_by_role("radiogroup", name="Groups").or_(page.get_by_role("group", name="Groups")).first
    groups.get_by_role("radio", name="4", exact=True).click()
    page.locator(".answer b", has_text="576").wait_for()
    rest(page)
    page.locator(".summary", has_text="its own input channel alone").wait_for()


@pytest.mark.parametrize(
    ("name", "said"), [("two", "17"), ("strips", "5"), ("gridding", "13 × 13"), ("guide-14", "6 × 6")]
)
def test_a_link_shows_the_answer(visit, name, said):
    page = visit(address(name))
    page.locator(".answer b", has_text=said).wait_for()


def test_an_edited_sobel_is_no_longer_separable(visit):
    page = visit(address("sobel"))
    page.get_by_role("button", name="Edit Sobel x").click()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_function("() => location.search.includes('changes=0_0_0_5')")
    page.locator(".answer b", has_text="2").wait_for()


def test_scattering_and_inserting_zeros_end_alike(visit, rest):
    page = visit(address("checkerboard"))
    results = []
    for way in ("By scattering", "By inserting zeros"):
        page.get_by_role("radio", name=way).click()
        rest(page)
        page.locator(".summary", has_text="36 prints of 3 × 3, 2 apart").wait_for()
        results.append(page.locator(".answer").first.inner_text())
    page.wait_for_function("() => location.search.includes('method=zeros')")
    assert results[0] == results[1]


def test_times_are_measured_when_asked_for(visit):
    page = visit("/kernel_variants")
    assert page.get_by_text("of its time").count() == 0
    page.get_by_text("Measured time, and why it does not follow the count").click()
    page.locator(".summary", has_text="of its time").wait_for()
    page.locator(".js-plotly-plot").first.wait_for()


def test_groups_that_do_not_divide_say_why_and_keep_the_controls(visit):
    page = visit("/kernel_variants?groups=3&size=99")
    page.locator(".refusal", has_text="3 groups must divide").wait_for()
    page.locator(".notice", has_text="Kernel side must lie between 1 and 11, not 99").wait_for()
    page.get_by_role("radio", name="2", exact=True).click()
    page.locator(".answer b", has_text="1,152").wait_for()
    assert page.locator(".refusal").count() == 0


@pytest.mark.parametrize("name", ["full", "depthwise", "depthwise-pointwise", "maps", "three", "checkerboard"])
def test_the_player_is_seen_at_once_however_tall_the_grids_are(visit, name):
    page = visit(address(name))
    play = page.locator(".stepper[data-frame]").first.get_by_role("button", name="Play")
    play.wait_for()
    box = play.bounding_box()
    assert box["y"] + box["height"] <= 768


def test_on_a_phone_the_view_is_chosen_above_the_picture(fresh_page, rest):
    page = fresh_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto("/kernel_variants")
    rest(page)
    stepper = page.locator(".stepper[data-frame]").first
    stepper.wait_for()
    chosen = page.get_by_role("radio", name="Transposed", exact=True)
    below = stepper.bounding_box()["y"]
    assert chosen.bounding_box()["y"] < below < page.get_by_label("Layer").first.bounding_box()["y"]
    assert chosen.bounding_box()["x"] + chosen.bounding_box()["width"] <= 390

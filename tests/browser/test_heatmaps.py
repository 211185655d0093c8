"""The heatmaps as a reader meets them: another class by click and key, maps over the photo, slow maps, both checks."""

from urllib.parse import urlencode

import pytest

from engine.core.fields import encode
from engine.insight import heatmaps_lesson as lesson
from engine.training import train_cnn_lesson as training
from tests.browser.lists import choose
from tests.browser.sketch import Hand

PRESETS = {preset.name: preset for preset in lesson.PRESETS}
LENETS = ("Guided backprop", "Grad-CAM", "Occlusion")
# The mean difference, 0 … 255, between what two panels show.
APART = """([one, other]) => {
  const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot).find(r => r?.querySelector('.picture'));
  const seen = [one, other].map(i => {
    const canvas = root.querySelectorAll('.stage canvas:first-child')[i];
    return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  });
  return seen[0].reduce((sum, value, at) => sum + Math.abs(value - seen[1][at]), 0) / seen[0].length;
}"""
# How many colours a line across a panel has, at that share of its height.
COLOURS = """([panel, share]) => {
  const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot).find(r => r?.querySelector('.picture'));
  const canvas = root.querySelectorAll('.stage canvas:first-child')[panel];
  const line = canvas.getContext('2d').getImageData(0, Math.round(canvas.height * share), canvas.width, 1).data;
  return new Set(Array.from({length: canvas.width}, (_, i) => line.slice(4 * i, 4 * i + 4).join())).size;
}"""
TITLES = """() => {
  const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot).find(r => r?.querySelector('.picture'));
  return [...root?.querySelectorAll('.title b') ?? []].map(e => e.innerText).join();
}"""


def address(name: str) -> str:
    return "/heatmaps?" + urlencode(encode(PRESETS[name].settings))


def shows(page, *titles: str) -> None:
    """Wait until the picture's panels have these titles."""
    page.wait_for_function(f"wanted => ({TITLES})() === wanted", arg=",".join(titles))


def guess(page, name: str):
    return page.locator(f".bars [role=radio][aria-label^='{name}']")


def test_a_click_on_the_runner_up_explains_it_and_goes_into_the_link(visit, rest):
    page = visit("/heatmaps")
    shows(page, "Cat", "Gradient", "Guided backprop", "Grad-CAM")
    guess(page, "tiger cat").click()
    page.locator(".answer span", has_text="tiger cat").wait_for()
    page.wait_for_function("() => location.search.includes('target=second')")
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')].some(e => e.shadowRoot?.querySelector('[aria-checked=true]"
        '[aria-label^="tiger cat"]\'))'
    )
    rest(page)


def test_the_classes_are_chosen_by_arrow_keys(visit):
    page = visit("/heatmaps?image=photo%3Acoffee")
    guess(page, "espresso").focus()
    page.keyboard.press("ArrowDown")
    page.locator(".answer span", has_text="cup").wait_for()
    page.keyboard.press("ArrowUp")
    page.locator(".answer span", has_text="espresso").wait_for()


def test_a_second_class_stands_below_the_first_until_it_is_taken_back(visit):
    page = visit("/heatmaps?methods=grad_cam")
    shows(page, "Cat", "Grad-CAM")
    page.get_by_role("button", name="vs tabby").click()
    shows(page, "Cat", "Grad-CAM", "One minus the other", "Grad-CAM")
    page.get_by_role("button", name="vs tabby", pressed=True).click()
    shows(page, "Cat", "Grad-CAM")


def test_at_opacity_nought_the_photo_alone_is_seen_and_at_one_the_map(visit):
    page = visit("/heatmaps?methods=guided.grad_cam&opacity=0")
    shows(page, "Cat", "Guided backprop", "Grad-CAM")
    page.wait_for_function(f"given => ({APART})(given) < 0.01", arg=[0, 1])
    page.wait_for_function(f"given => ({APART})(given) < 0.01", arg=[0, 2])
    page.locator("label", has_text="Opacity of the map").locator("input[type=range]").focus()
    page.keyboard.press("End")
    page.wait_for_function("() => location.search.includes('opacity=1')")
    page.wait_for_function(f"given => ({APART})(given) > 20", arg=[0, 1])
    page.wait_for_function(f"given => ({APART})(given) > 20", arg=[0, 2])


def test_cells_that_are_not_smoothed_have_edges(visit):
    page = visit("/heatmaps?methods=grad_cam&opacity=1")
    shows(page, "Cat", "Grad-CAM")
    page.wait_for_function(f"given => ({COLOURS})(given) > 60", arg=[1, 0.45])
    page.get_by_text("Any class, patch").click()
    page.get_by_text("Smooth the small maps").click()
    page.wait_for_function(f"given => ({COLOURS})(given) < 60", arg=[1, 0.45])


def test_a_slow_map_joins_the_others_when_its_button_is_pressed(visit, rest):
    page = visit("/heatmaps?methods=grad_cam&window=64&stride=40")
    shows(page, "Cat", "Grad-CAM")
    page.get_by_role("button", name="Occlusion").last.click()
    shows(page, "Cat", "Grad-CAM", "Occlusion")
    rest(page)
    assert page.get_by_role("progressbar").count() == 0
    assert "methods=grad_cam.occlusion" in page.url


def test_each_map_gets_its_scores_and_random_numbers_too(visit):
    page = visit("/heatmaps?methods=grad_cam.gradient")
    shows(page, "Cat", "Gradient", "Grad-CAM")
    page.get_by_text("Delete and insert pixels").click()
    table = page.locator(".sheet table")
    table.wait_for()
    assert table.locator("tbody tr").count() == 3
    assert table.locator("tbody tr").last.inner_text().startswith("Random order")
    page.locator(".js-plotly-plot .scatterlayer").first.wait_for()


def test_the_sanity_check_is_a_film_with_a_correlation_for_each_map(visit):
    page = visit(address("sanity"))
    page.locator(".film canvas").first.wait_for()
    page.locator(".film").get_by_text("ρ = 1.00").first.wait_for()
    assert page.locator(".film").get_by_text("ρ = 1.00").count() == 4
    page.locator(".film").focus()
    page.keyboard.press("End")
    page.locator(".film").get_by_text("random down to: stem").first.wait_for()
    page.locator(".film").get_by_text("ρ = 0.14").wait_for()


def test_a_number_of_the_small_example_is_edited(visit):
    page = visit("/heatmaps")
    page.get_by_role("button", name="Edit f, goes in").click()
    page.keyboard.type("-8")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_function("() => location.search.includes('changes=0_0_0_-8')")
    page.locator(".summary", has_text="5 of them open").wait_for()


@pytest.mark.parametrize("size", [(390, 844), (1366, 768)])
def test_the_page_does_not_scroll_sideways(fresh_page, rest, size):
    page = fresh_page(viewport={"width": size[0], "height": size[1]})
    page.goto("/heatmaps")
    page.locator(".picture[data-ready]").wait_for()
    rest(page)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1")


def test_nonsense_in_the_link_is_said_in_short_sentences(visit):
    page = visit("/heatmaps?target=c4000&rival=nobody&methods=magic&layer=99")
    notices = page.locator(".notice")
    notices.nth(3).wait_for()
    assert all(len(text) < 400 for text in notices.all_inner_texts())
    shows(page, "Cat", "Gradient", "Guided backprop", "Grad-CAM")


def test_lenets_maps_of_a_digit_have_square_pixels_and_the_patch_suits_them(visit, rest):
    page = visit(address("lenet"))
    shows(page, "Digit 7", *LENETS, "One minus the other", *LENETS)
    page.wait_for_function(f"given => ({COLOURS})(given) <= 40", arg=[4, 0.9])
    page.get_by_text("Any class, patch").click()
    patch = page.locator("label", has_text="Patch").locator("input[type=range]").first
    patch.wait_for()
    assert [patch.get_attribute(name) for name in ("min", "max", "step")] == ["2", "14", "1"]
    patch.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('window=5')")
    rest(page)


def test_a_digit_is_taken_by_number_by_class_and_drawn(visit, rest):
    page = visit("/heatmaps?network=lenet&image=digit%3Atest%3A0&methods=grad_cam")
    shows(page, "Digit 7", "Grad-CAM")
    number = page.get_by_role("spinbutton", name="Test image")
    number.fill("1")
    number.press("Enter")
    shows(page, "Digit 2", "Grad-CAM")
    page.get_by_role("radio", name="4", exact=True).click()
    shows(page, "Digit 4", "Grad-CAM")
    page.get_by_role("button", name="Choose or draw").click()
    page.get_by_text("Draw", exact=True).click()
    Hand(page).line((0.5, 0.15), (0.5, 0.85))
    shows(page, "Drawing", "Grad-CAM")
    page.wait_for_function("() => location.search.includes('drawing')")
    rest(page)


def test_a_network_that_was_trained_in_this_visit_is_looked_into(visit, rest):
    small = next(preset.settings for preset in training.PRESETS if preset.name == "small").but(epochs=4.0)
    page = visit("/train_cnn?" + urlencode(encode(small)))
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("What it gets wrong").wait_for(timeout=60_000)
    page.get_by_role("link", name="Perceptorium").first.click()
    page.get_by_role("link", name="Heatmaps").last.click()
    shows(page, "Cat", "Gradient", "Guided backprop", "Grad-CAM")
    choose(page, "Network", "(8×8 digits)")
    page.wait_for_function("() => location.search.includes('trained') && location.search.includes('sample')")
    page.locator(".summary", has_text="(8×8 digits) says").wait_for()
    root = page.locator(".picture[data-ready]")
    assert "Guided backprop" in root.first.inner_text()
    page.get_by_text("Randomise the layers").click()
    page.locator(".film").get_by_text("ρ = 1.00").first.wait_for()
    rest(page)


def test_links_below_a_run_lead_into_its_network(visit, rest):
    small = next(preset.settings for preset in training.PRESETS if preset.name == "small").but(epochs=2.0)
    page = visit("/train_cnn?" + urlencode(encode(small)))
    page.get_by_role("button", name="Train", exact=True).click()

    def leads(link: str, said: str) -> None:
        page.get_by_role("link", name=link).click(timeout=60_000)
        page.locator(".summary", has_text=said).wait_for()
        page.wait_for_function("() => location.search.includes('trained') && location.search.includes('sample')")
        rest(page)

    leads("Every map that it makes", "8 × 8 pixels become")
    page.get_by_role("link", name="Train a network").last.click()
    leads("Where it looks", "(8×8 digits) says")


def test_the_choice_of_network_brings_a_digit_and_takes_it_back(visit):
    page = visit("/heatmaps")
    choose(page, "Network", "LeNet-5")
    shows(page, "Digit 7", "Gradient", "Guided backprop", "Grad-CAM")
    choose(page, "Network", "EfficientNet-Lite0")
    shows(page, "Cat", "Gradient", "Guided backprop", "Grad-CAM")
    page.wait_for_function("() => !location.search.includes('network')")

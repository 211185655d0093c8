"""The receptive field as a reader meets it: the cone by mouse and keyboard, the editor, the other views."""

import re
import secrets
from urllib.parse import urlencode

import pytest

from engine.convolution import receptive_field_lesson as lesson
from engine.core.fields import encode

PRESETS = {preset.name: preset for preset in lesson.PRESETS}
SAID = ".cone .said"


def address(name: str) -> str:
    return "/receptive_field?" + urlencode(encode(PRESETS[name].settings))


def cell(page, layer: int, place: int) -> dict[str, float]:
    """Where a cell of the cone stands on the screen."""
    cone = page.locator(".cone")
    cone.locator("canvas").first.wait_for()
    cone.scroll_into_view_if_needed()
    return cone.evaluate("(cone, [layer, place]) => cone.cellAt(layer, place)", [layer, place])


def test_hovering_a_cell_says_what_it_sees_below_and_reaches_above(visit):
    page = visit("/receptive_field")
    at = cell(page, 2, 5)
    page.mouse.move(at["x"], at["y"])
    page.locator(SAID, has_text="Cell 5 of layer 2 (conv 3) sees 5 input cells, 5 to 9").wait_for()
    page.locator(SAID, has_text="reaches 5 of the 24 cells").wait_for()
    at = cell(page, 0, 0)
    page.mouse.move(at["x"], at["y"])
    page.locator(SAID, has_text="Cell 0 of the input reaches 1 of the 24 cells").wait_for()


def test_a_dilated_chain_names_the_cells_that_it_skips(visit):
    page = visit(address("gridding"))
    at = cell(page, 3, 4)
    page.mouse.move(at["x"], at["y"])
    page.locator(SAID, has_text="sees 7 input cells, 4 to 16, skips 6 between them").wait_for()


def test_a_click_keeps_a_cell_in_the_link_and_the_photo_follows(visit):
    page = visit("/receptive_field")
    at = cell(page, 1, 3)
    page.mouse.click(at["x"], at["y"])
    page.wait_for_function("() => location.search.includes('layer=1') && location.search.includes('column=3')")
    page.locator(".summary", has_text="of layer 1 sees rows").wait_for()
    page.locator(".summary", has_text="columns 3 to 5").wait_for()


def test_the_arrow_keys_walk_through_the_cone(visit):
    page = visit("/receptive_field")
    cell(page, 4, 11)
    page.locator(".cone").focus()
    page.keyboard.press("ArrowDown")
    page.locator(SAID, has_text="Cell 12 of layer 3").wait_for()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.locator(SAID, has_text="Cell 10 of layer 3").wait_for()
    page.wait_for_function("() => location.search.includes('layer=3') && location.search.includes('column=10')")


def test_layers_are_appended_moved_and_removed(visit):
    page = visit("/receptive_field")
    page.get_by_role("button", name="Pool 2", exact=True).click()
    page.locator(".answer b", has_text="10 × 10").wait_for()
    page.get_by_role("button", name="Move down layer 5").click()
    page.wait_for_function("() => location.search.includes('chain=c3+c3+c3+p2+c3')")
    page.locator(".answer b", has_text="12 × 12").wait_for()
    page.get_by_role("button", name="Remove layer 4").click()
    page.locator(".answer b", has_text="9 × 9").wait_for()


def test_a_chain_that_cannot_be_read_has_a_caret_and_keeps_the_controls(visit):
    page = visit("/receptive_field")
    page.get_by_role("textbox", name="Layers").fill("c3 c3k2")
    page.get_by_role("textbox", name="Layers").press("Control+Enter")
    page.locator(".refusal", has_text="k means nothing").wait_for()
    page.locator("code", has_text="^").wait_for()
    page.get_by_role("textbox", name="Layers").fill("c3 c5")
    page.get_by_role("textbox", name="Layers").press("Control+Enter")
    page.locator(".answer b", has_text="7 × 7").wait_for()


@pytest.mark.parametrize(
    ("name", "answer"),
    [("cover", "150"), ("resnet", "427 × 427"), ("resnet-paper", "483 × 483"), ("effective", "σ = 2.582")],
)
def test_the_other_views_answer(visit, name, answer):
    page = visit(address(name))
    page.locator(".answer b", has_text=answer).wait_for()


def test_the_four_weights_are_played_as_a_film(visit):
    page = visit(address("luo"))
    page.locator(".summary", has_text="MNIST digits").wait_for(timeout=30_000)
    page.locator(".film canvas").first.wait_for()


# Notes what a bar says, however briefly.
LISTEN = """window.told = [];
new MutationObserver(() => {
  const bars = document.querySelectorAll("[data-testid=stProgress]");
  if (bars.length) window.told.push([bars.length, bars[0].innerText]);
}).observe(document, { subtree: true, childList: true, characterData: true });"""


def test_training_says_how_far_it_is_and_then_the_bar_is_gone(page):
    seed = secrets.randbelow(900) + 50  # the server knows what it has computed once
    settings = PRESETS["trained"].settings.but(chain="c3 c5 c3 c3 t2s2 c3", seed=seed)
    page.add_init_script(LISTEN)
    page.goto("/receptive_field?" + urlencode(encode(settings)))
    page.locator(".summary", has_text="After a transposed layer").wait_for(timeout=30_000)
    page.get_by_role("progressbar").wait_for(state="detached")
    told = [(bars, re.search(r"Trained: step (\d+) of \d+", words)) for bars, words in page.evaluate("window.told")]
    steps = [int(step[1]) for bars, step in told if bars == 1 and step]
    assert len(set(steps)) > 3
    assert steps == sorted(steps)


def test_the_cone_is_saved_as_vectors(visit):
    page = visit("/receptive_field")
    cell(page, 4, 0)
    with page.expect_download() as saved:
        page.locator(".cone").get_by_role("button", name="Download SVG").click()
    text = saved.value.path().read_text()
    assert text.startswith("<svg")
    assert "Conv 3" in text


def test_on_a_phone_a_tap_lights_the_cone(fresh_page, rest):
    page = fresh_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto("/receptive_field")
    rest(page)
    at = cell(page, 4, 3)
    page.touchscreen.tap(at["x"], at["y"])
    page.locator(SAID, has_text="Cell 3 of layer 4").wait_for()


def test_on_a_phone_layers_are_moved_and_removed_too(fresh_page, rest):
    page = fresh_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto("/receptive_field?chain=c3+c5+p2+c7")
    rest(page)
    at = cell(page, 2, 3)
    page.touchscreen.tap(at["x"], at["y"])
    page.locator(".cone .bar", has_text="Layer 2: Conv 5").wait_for()
    up = page.get_by_role("button", name="Move up layer 2")
    size = up.bounding_box()
    assert min(size["width"], size["height"]) >= 36
    up.tap()
    page.locator(".cone .bar", has_text="Layer 3: Conv 5").wait_for()
    page.get_by_role("button", name="Move up layer 3").tap()
    page.locator(".cone .bar", has_text="Layer 4: Conv 5").wait_for()
    page.wait_for_function("() => location.search.includes('chain=c3+p2+c7+c5')")
    assert page.get_by_role("button", name="Move up layer 4").is_disabled()
    page.get_by_role("button", name="Remove layer 4").tap()
    page.wait_for_function("() => location.search.includes('chain=c3+p2+c7') && !location.search.includes('c5')")
    page.locator(".cone .bar", has_text="Layer 3: Conv 7").wait_for()
    at = cell(page, 0, 3)
    page.touchscreen.tap(at["x"], at["y"])
    page.locator(".cone .bar", has_text="Tap a layer to move or remove it").wait_for()


def test_a_button_that_moves_a_layer_goes_with_it_and_keeps_the_focus(visit):
    page = visit("/receptive_field?chain=c3+c5+p2+c7")
    cell(page, 1, 3)
    page.get_by_role("button", name="Move up layer 1").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('chain=c5+c3+p2+c7')")
    page.locator("button:focus[aria-label='Move up layer 2']").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('chain=c5+p2+c3+c7')")
    page.locator("button:focus[aria-label='Move up layer 3']").wait_for()

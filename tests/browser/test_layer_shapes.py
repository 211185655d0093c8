"""The volume calculator as a reader meets it: the slides' numbers in the table, the guide's figures in the stepper."""

from pathlib import Path
from urllib.parse import urlencode

import pytest

from engine.convolution import layer_shapes_lesson as lesson
from engine.core.fields import encode

PRESETS = {preset.name: preset for preset in lesson.PRESETS}
TABLE = """host => [...host.querySelectorAll('tbody tr')].map(row =>
  [row.querySelector('th').innerText, ...[...row.querySelectorAll('td b')].map(cell => cell.innerText)])"""


def table_of(page) -> dict[str, list[str]]:
    volumes = page.locator(".volumes")
    volumes.locator("tbody tr").first.wait_for()
    return {label: values for label, *values in volumes.evaluate(TABLE)}


def test_the_table_says_the_slides_numbers(visit, rest):
    page = visit("/layer_shapes")
    assert table_of(page)["Weights"] == ["12,042,240", "294,000", "375"]
    page.get_by_role("radio", name="Padding 2", exact=True).click()
    page.locator(".answer b", has_text="32 × 32 × 30").wait_for()
    rest(page)
    page.locator(".volumes td b", has_text="2,304,000").first.wait_for()
    assert table_of(page)["Neurons"][0] == "30,720"
    page.get_by_role("radio", name="300 × 300", exact=True).click()
    page.locator(".volumes td b", has_text="8,100,000,000").first.wait_for()
    assert table_of(page)["Weights"] == ["8,100,000,000", "2,250,000", "25"]
    assert table_of(page)["Biases"][2] == "1"


def test_a_control_changes_the_output_and_what_cannot_be_is_said(visit):
    page = visit("/layer_shapes")
    page.get_by_label("Vertical stride").fill("2")
    page.get_by_label("Vertical stride").press("Enter")
    page.locator(".answer b", has_text="14 × 28 × 5").wait_for()
    page.get_by_label("Input height").fill("3")
    page.get_by_label("Input height").press("Enter")
    page.locator(".refusal", has_text="does not fit").wait_for()
    page.get_by_label("Kernel height").fill("3")
    page.get_by_label("Kernel height").press("Enter")
    page.locator(".answer b", has_text="1 × 28 × 5").wait_for()


@pytest.mark.parametrize(
    ("name", "steps", "first"), [("r-1", 4, "12"), ("r-7", 9, "3"), ("r-14", 36, "6"), ("r-15", 9, "14")]
)
def test_a_figure_of_the_guide_is_stepped_through(visit, name, steps, first):
    page = visit("/layer_shapes?" + urlencode(encode(PRESETS[name].settings)))
    stepper = page.locator(".stepper")
    stepper.locator(".count", has_text=f"{steps} steps").wait_for()
    stepper.focus()
    page.keyboard.press("Home")
    stepper.locator(".count", has_text=f"step 1 of {steps}").wait_for()
    page.locator(".terms .sum b", has_text=first).last.wait_for()
    page.locator(".answer", has_text=f"Relationship {name[2:]} (").wait_for()


def test_the_boxes_take_the_dark_palette(fresh_page, rest):
    fills = []
    for scheme in ("light", "dark"):
        page = fresh_page(color_scheme=scheme)
        page.goto("/layer_shapes")
        rest(page)
        page.locator(".volumes svg polygon").first.wait_for()
        fills.append(page.locator(".volumes svg text").first.get_attribute("fill"))
    assert fills == ["#0b6e99", "#6cc5ee"]


@pytest.mark.parametrize("kind", ["PNG", "SVG", "CSV"])
def test_the_picture_and_the_numbers_are_saved(visit, kind):
    page = visit("/layer_shapes")
    page.locator(".volumes tbody tr").first.wait_for()
    with page.expect_download() as saved:
        page.locator(".volumes").get_by_role("button", name=f"Download {kind}").click()
    content = Path(saved.value.path()).read_bytes()
    assert saved.value.suggested_filename == f"layer_shapes.{kind.lower()}"
    wanted = {"PNG": b"\x89PNG", "SVG": b"12,042,240", "CSV": b'"Weights",12042240,294000,375'}
    assert wanted[kind] in content


def test_on_a_phone_nothing_is_cut_off(fresh_page, rest):
    page = fresh_page(viewport={"width": 390, "height": 844})
    page.goto("/layer_shapes?" + urlencode(encode(PRESETS["large"].settings)))
    rest(page)
    page.locator(".volumes tbody tr").first.wait_for()
    assert page.locator(".volumes table").evaluate("table => table.scrollWidth <= table.parentElement.clientWidth + 1")

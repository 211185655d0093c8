"""The derivatives lab as a reader meets it: four views, a sliding ε, a corner, a slip, two products."""

import math
from urllib.parse import urlencode

import pytest

from engine.core.fields import encode
from engine.learning import derivatives_lesson as lesson
from engine.learning import derivatives_products as products
from engine.learning import derivatives_settings as lab
from engine.learning import derivatives_steps as steps
from engine.learning import derivatives_words as words

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}
LOWEST = """() => document.querySelector('.js-plotly-plot')._fullData.map(
  (trace) => [trace.name, Math.min(...Array.from(trace.y).filter(Number.isFinite))])"""


def address(settings: lab.Settings) -> str:
    return "/derivatives?" + urlencode(encode(settings))


def answer(page, text: str) -> None:
    page.locator(".answer b", has_text=text).first.wait_for()


def slider(page, label: str):
    return page.locator("label", has_text=label).locator("input[type=range]")


def test_the_table_holds_five_ways_to_the_decks_slope(visit):
    page = visit("/derivatives")
    answer(page, "4.5607917907")
    rows = page.locator(".sheet tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows] == [
        "Forward difference",
        "Centred difference",
        "Symbolic",
        "Forward mode",
        "Reverse mode",
    ]
    assert all(row.split("\t")[1].startswith("4.5607917906") for row in rows[2:])
    page.locator(".katex", has_text="cos").first.wait_for()


def test_a_corner_has_no_slope_and_every_way_says_its_own(visit, rest):
    page = visit("/derivatives")
    page.locator("[class*=st-key-presets-derivatives]").get_by_text("ReLU at 0").click()
    answer(page, "none")
    rest(page)
    cells = [row.split("\t")[1] for row in page.locator(".sheet tbody tr").all_inner_texts()]
    assert cells == ["1", "0.5", "0", "0", "0"]


def test_the_slider_of_epsilon_moves_the_secant_while_it_is_dragged(visit):
    page = visit(address(PRESETS["sine"]))
    answer(page, words.number(steps.study(PRESETS["sine"]).secant.slope, 8))
    slider(page, "log₁₀ ε").focus()
    page.keyboard.press("Home")
    page.locator(".summary", has_text="rounded back to x").wait_for()
    answer(page, "0")
    page.keyboard.press("End")
    answer(page, words.number(steps.study(PRESETS["sine"].but(exponent=0.0)).secant.slope, 8))


def test_the_curves_are_drawn_and_the_other_precision_stands_higher(visit, rest):
    page = visit(address(PRESETS["sine"]))
    page.locator(".js-plotly-plot").nth(1).wait_for()
    drawn = page.evaluate(LOWEST)
    least = {name: low for name, low in drawn if name and "float" in name}
    assert len(least) == 4
    assert least["centred, float64"] < least["forward, float64"] < least["forward, float32"]


def test_more_rounds_grow_the_formula(visit):
    page = visit(address(PRESETS["logistic-map"].but(rounds=2)))
    answer(page, "44")
    slider(page, "Rounds").focus()
    page.keyboard.press("ArrowRight")
    answer(page, "166")
    page.locator(".katex", has_text="131072").first.wait_for()


def test_one_input_turns_the_cheapest_way_around(visit):
    page = visit(address(lab.Settings(view="passes")))
    answer(page, "Reverse mode")
    slider(page, "Inputs n").focus()
    page.keyboard.press("Home")
    slider(page, "Outputs m").focus()
    page.keyboard.press("End")
    answer(page, "Forward mode")


def test_the_direction_is_edited_in_the_stepper_and_the_product_follows(visit):
    page = visit(address(lab.Settings(view="passes")))
    page.locator(".stepper canvas").first.wait_for()
    box = page.get_by_role("textbox", name="Direction v")
    box.fill("0 1 0")
    box.press("Enter")
    found = products.multiply(lab.Settings(direction=(0.0, 1.0, 0.0)))
    answer(page, ", ".join(map(words.number, found.jvp)))


@pytest.mark.parametrize("walk", ["forward", "reverse"])
def test_the_walk_is_played_by_keyboard(visit, walk):
    page = visit(address(lab.Settings(walk=walk)))
    page.locator(".stepper canvas").first.wait_for()
    page.locator(".stepper").first.focus()
    page.keyboard.press("End")
    last = {"forward": "0.6441 · 7.081 = 4.561", "reverse": "2.28 · 2 = 4.561"}[walk]
    page.locator(".stepper", has_text=last).wait_for()


def test_a_slip_keeps_the_text_and_marks_the_character(visit, rest):
    page = visit("/derivatives")
    box = page.get_by_role("textbox", name="Formulas")
    box.fill("x = 2\ny = 3x")
    box.press("Control+Enter")
    page.locator(".refusal", has_text="Write * between factors").wait_for()
    line, caret = page.locator("code").first.inner_text().rstrip().split("\n")
    assert line[caret.index("^")] == "x"
    box.fill("x = 2; k = 5\ny = k*x**3")
    box.press("Control+Enter")
    answer(page, "60")


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_every_view_fits_its_window(fresh_page, rest, size):
    page = fresh_page(viewport={"width": size[0], "height": size[1]})
    for name in lab.VIEWS:
        page.goto(address(lab.Settings(view=name)), wait_until="domcontentloaded")
        rest(page)
        page.locator(".answer").first.wait_for()
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
        assert not math.isnan(page.locator(".answer").first.bounding_box()["y"])

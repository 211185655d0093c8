"""The computation graph as a reader meets it: the slides' numbers, walked, dragged, and path by path."""

import math
from urllib.parse import urlencode

import pytest

from engine.core import graph_passes
from engine.core.fields import encode
from engine.learning import computation_graph as lab
from engine.learning import computation_graph_lesson as lesson

PRESETS = {preset.name: preset for preset in lesson.PRESETS}
EVERY = (
    "x = 0.7; w = -1.3; s = 0.2\nu = exp(x) + log(x)*sin(x) - cos(w)/tan(x) + tanh(w) + sigmoid(w*2)\n"
    "v = relu(w) + leaky_relu(w) + leaky_relu(w, s) + max(x, w, 0.5) - min(x, w) + abs(w)**1.5\n"
    "r = sqrt(x) + square(w) + softplus(w) + x**w + 2**-1 + exp(1)\ny = u*v - r"
)
EDGES = "x = 0; a = 2; y = relu(x) + abs(x) + leaky_relu(x) + max(a, 2) + min(2, a)*a + x**2 + x**1 + a**0 + x**0"
TEXTS = {
    "every": EVERY,
    "apart": EVERY,
    "edges": EDGES,
    "root": "x = 0; u = x*x; y = sqrt(u) + u",
    "steep": "x = 40; y = exp(x)",
}
GRAPH = ".graph svg g[data-node]"


def address(settings: lab.Settings) -> str:
    return "/computation_graph?" + urlencode(encode(settings))


def shown(page) -> dict:
    """Every number that the browser computed, by name."""
    page.locator(GRAPH).first.wait_for()
    return page.locator(".graph").evaluate("graph => graph.numbers()")


def click(page, name: str) -> None:
    place = page.locator(".graph").evaluate("(graph, name) => graph.nodeAt(name)", name)
    page.mouse.click(place["x"], place["y"])


def same(one, other: float) -> bool:
    if one is None or math.isnan(one) or math.isnan(other):
        return (one is None or math.isnan(one)) and math.isnan(other)
    return one == pytest.approx(other, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("name", [*PRESETS, *TEXTS])
def test_the_browser_computes_what_the_engine_computes(visit, name):
    settings = PRESETS[name].settings if name in PRESETS else lab.Settings(TEXTS[name], fused=name == "every")
    page = visit(address(settings.but(mode="both")))
    found, study = shown(page), lab.differentiate(settings)
    forward = graph_passes.tangents(study.flow, study.seed)
    for at, node in enumerate(study.graph.nodes):
        if node.drawn:
            assert same(found["values"][node.name], study.flow.values[at]), node.name
            assert same(found["gradients"][node.name], study.flow.gradients[at]), node.name
            assert same(found["tangents"][node.name], forward[at]), node.name
    if not study.flow.troubles:
        page.locator(".graph .line", has_text=f"Backward, once: {study.once}.").wait_for()
        page.locator(".graph .line", has_text=f": {study.each}.").last.wait_for()


def test_the_walk_says_the_chain_rule_in_numbers_without_asking_the_server(visit):
    page = visit("/computation_graph")
    page.locator(GRAPH).first.wait_for()
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.locator(".graph").focus()
    page.keyboard.press("Home")
    page.locator(".graph .line.sum", has_text="= 2 + 1 = 3").wait_for()
    page.keyboard.press("End")
    page.locator(".graph .line", has_text="∂e/∂a = ∂e/∂c · ∂c/∂a").wait_for()
    page.keyboard.press("ArrowLeft")
    page.locator(".graph .line", has_text="∂e/∂b = ∂e/∂c · ∂c/∂b + ∂e/∂d · ∂d/∂b").wait_for()
    assert "= 2 · 1 + 3 · 1 = 5" in page.locator(".graph .line.sum").inner_text()
    assert "✓" in page.locator(".graph .aside").inner_text()
    page.keyboard.press("Escape")
    page.locator(".graph[data-all=true]").wait_for()
    assert sent == []


def test_a_click_on_a_node_lists_its_paths_and_what_they_cost(visit):
    page = visit(address(PRESETS["nine"].settings))
    page.locator(GRAPH).first.wait_for()
    click(page, "X")
    page.locator(".graph .caption", has_text="9 paths from X to Z; together ∂Z/∂X = 310").wait_for()
    products = [int(text) for text in page.locator(".graph .paths b").all_inner_texts()]
    assert sorted(products) == sorted(a * b for a in (2, 3, 5) for b in (7, 11, 13))
    words = page.locator(".graph .words").inner_text()
    assert "Each path apart: 9 multiplications and 8 additions." in words
    assert "Shared, by the backward pass: 1 multiplication and 4 additions." in words
    click(page, "X")
    page.locator(".graph[data-selected='']").wait_for()


def test_a_dragged_input_moves_everything_and_comes_to_rest_in_the_text(visit, rest):
    page = visit("/computation_graph")
    page.locator(GRAPH).first.wait_for()
    place = page.locator(".graph").evaluate("graph => graph.nodeAt('b')")
    page.mouse.move(place["x"], place["y"])
    page.mouse.down()
    page.mouse.move(place["x"] + 40, place["y"], steps=4)
    moved = shown(page)
    b = moved["values"]["b"]
    assert b > 1
    assert moved["values"]["e"] == pytest.approx((2 + b) * (b + 1))
    assert moved["gradients"]["b"] == pytest.approx(2 * b + 3)
    page.mouse.up()
    page.locator(".answer b", has_text=f"∂e/∂b = {lab.number(2 * b + 3)}").wait_for()
    rest(page)
    assert f"b = {b:.6g}" in page.get_by_role("textbox", name="Formulas").input_value()
    assert shown(page)["values"]["b"] == b


def test_a_typed_value_and_the_keyboard_change_an_input(visit):
    page = visit("/computation_graph")
    page.locator(GRAPH).first.wait_for()
    box = page.get_by_label("Value of a")
    box.fill("-4")
    box.press("Enter")
    page.locator(".answer b", has_text="∂e/∂b = −1").wait_for()
    page.locator(".graph").focus()
    page.keyboard.press("ArrowDown")
    page.locator(".graph[data-selected=a]").wait_for()
    page.keyboard.press("+")
    page.locator(".answer b", has_text="∂e/∂b = −0.9").wait_for()


def test_a_slip_keeps_the_text_and_marks_the_character(visit, rest):
    page = visit("/computation_graph")
    box = page.get_by_role("textbox", name="Formulas")
    box.fill("x = 2\ny = 3x")
    box.press("Control+Enter")
    page.locator(".refusal", has_text="Write * between factors").wait_for()
    line, caret = page.locator("code").first.inner_text().rstrip().split("\n")
    assert line[caret.index("^")] == "x"
    assert box.input_value() == "x = 2\ny = 3x"
    box.fill("x = 2\ny = 3*x")
    box.press("Control+Enter")
    page.locator(".answer b", has_text="∂y/∂x = 3").wait_for()
    rest(page)
    assert shown(page)["values"]["y"] == 6


def test_a_value_that_does_not_exist_is_explained_at_its_node(visit):
    page = visit(address(PRESETS["broken"].settings))
    page.locator(".graph .wrong-line", has_text="v has no value: division by zero: 1 / 0.").wait_for()
    assert "none" in page.locator(GRAPH, has_text="v = 1 / u").first.inner_html()


def test_the_picture_is_downloaded_as_svg_and_csv(visit):
    page = visit("/computation_graph")
    page.locator(GRAPH).first.wait_for()
    with page.expect_download() as arrived:
        page.get_by_role("button", name="Download SVG").click()
    text = arrived.value.path().read_text(encoding="utf-8")
    assert text.startswith("<svg xmlns=")
    assert ">5 ✓</text>" in text
    with page.expect_download() as arrived:
        page.get_by_role("button", name="Download CSV").click()
    assert "b,b,1,5," in arrived.value.path().read_text(encoding="utf-8")
    with page.expect_download() as arrived:
        page.get_by_role("button", name="Download PNG").click()
    assert arrived.value.path().read_bytes().startswith(b"\x89PNG")


WIDE = "y = " + " + ".join(f"sin(x*{i})" for i in range(2, 31))
LONG = (
    "u = "
    + "sin(cos(" * 9
    + "x*y"
    + "))" * 9
    + "\nv = "
    + "tanh(y + " * 11
    + "x"
    + ")" * 11
    + "\nw = u*v + u/v; z = w*x"
)
BOXES = """nodes => nodes.map(node => {
  const { x, y, width, height } = node.getBBox();
  return [x, y, width, height];
})"""


@pytest.mark.parametrize(("text", "count"), [(WIDE, 60), (LONG, 47)])
def test_large_graphs_stand_apart(visit, text, count):
    page = visit(address(lab.Settings(text)))
    page.locator(GRAPH).first.wait_for()
    boxes = page.locator(GRAPH).evaluate_all(BOXES)
    assert len(boxes) == count
    for i, (x, y, width, height) in enumerate(boxes):
        for left, top, wide, tall in boxes[:i]:
            assert x >= left + wide - 1 or left >= x + width - 1 or y >= top + tall - 1 or top >= y + height - 1

"""A layer's backward pass as a reader meets it: gradients stepped through, numbers edited, networks that learn."""

from urllib.parse import urlencode

import pytest

from engine.core.fields import encode
from engine.learning import layer_backprop_lesson as lesson

PRESETS = {preset.name: preset for preset in lesson.PRESETS}
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
RESULT = ".terms .sum"


def address(name: str) -> str:
    return "/layer_backprop?" + urlencode(encode(PRESETS[name].settings))


def said_at(page, step: int) -> str:
    """The arithmetic of a step, counted from 0, reached by keyboard."""
    page.locator(".stepper[data-frame]").wait_for()
    page.locator(".stepper").focus()
    page.keyboard.press("Home")
    for _ in range(step):
        page.keyboard.press("ArrowRight")
    page.evaluate(DRAWN)
    return page.locator(".terms").inner_text().replace("\n", " ")


def change(page, grid: str, value: str) -> None:
    """Give the first cell of a grid another number by keyboard."""
    page.get_by_role("button", name=f"Edit {grid}", exact=True).click()
    page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def test_a_step_says_the_arithmetic_of_a_weights_gradient_in_numbers(visit):
    page = visit("/layer_backprop")
    said = said_at(page, 3)  # two outputs, then ∂L/∂W row by row
    assert "∂L/∂W[0, 1] = g[0] · x[1]" in said
    assert "1.3 · (−1.6) = −2.08" in said


def test_the_shared_kernels_gradients_stand_apart_before_they_are_summed(visit):
    page = visit(address("shared-kernel"))
    assert "Place a" in said_at(page, 4)
    assert "Place d" in said_at(page, 7)
    assert "4.5 = 21.5" in said_at(page, 11)


@pytest.mark.parametrize(
    ("name", "passed"), [("winner", "0 1 0 0"), ("nine", "0 1 0 0"), ("tie", "1 0 0 0"), ("slide-sum", "−5 4")]
)
def test_a_link_shows_what_is_passed_back(visit, name, passed):
    page = visit(address(name))
    page.locator(".answer b").get_by_text(passed, exact=True).wait_for()
    assert page.locator(".sheet td.bad").count() == 0


def test_an_edited_number_moves_the_gradients_and_goes_into_the_link(visit):
    page = visit(address("slide-sum"))
    page.locator(".answer b", has_text="−5 4").wait_for()
    change(page, "Upstream g", "10")
    page.locator(".answer b", has_text="4 22").wait_for()  # 10·1 − 2·3 and 10·2 + 2·1
    page.wait_for_function("() => location.search.includes('12_0_0_10')")
    assert page.locator(".sheet td.good").count() == 3


def test_every_kind_of_layer_is_chosen_and_agrees_with_finite_differences(visit, rest):
    page = visit("/layer_backprop")
    for title in ("ReLU", "Sigmoid", "Softmax + cross-entropy", "Convolution", "Max pooling", "Batch norm", "Linear"):
        page.get_by_role("combobox").first.click()
        page.get_by_role("option", name=title, exact=True).click()
        page.locator(".summary", has_text=f"{title}: ∂L/∂").wait_for()
        rest(page)
        page.locator(".stepper canvas").first.wait_for()
        assert page.locator(".sheet td.good").count() >= 1
        assert page.locator(".sheet td.bad").count() == 0


def test_the_small_networks_step_lowers_the_loss_beside_its_torch_code(visit):
    page = visit(address("two-layer"))
    page.locator(".answer b", has_text="1.566 → 0.3962").wait_for()
    page.get_by_text("torch.autograd.grad").first.wait_for()
    page.locator(".stepper").focus()
    page.keyboard.press("End")
    assert "84" in page.locator(".stepper .count").inner_text()


def test_an_edited_weight_changes_the_loss(visit):
    page = visit(address("two-layer"))
    page.locator(".answer b", has_text="1.566").wait_for()
    change(page, "W₂", "-2")
    page.locator(".answer b", has_text="1.566").wait_for(state="detached")
    page.wait_for_function("() => location.search.includes('changes=')")


def test_the_saddle_and_the_plateau_are_told_apart(visit):
    page = visit(address("saddle"))
    page.locator(".summary", has_text="Saddle. The gradient has length 0").wait_for()
    page.get_by_role("radio", name="Plateau", exact=True).click()
    page.locator(".summary", has_text="Plateau. The gradient has length").wait_for()
    page.get_by_role("radio", name="Equal weights", exact=True).click()
    page.locator(".summary", has_text="stay copies after every update").wait_for()


def test_the_large_network_learns_one_digit_and_checks_every_weight(visit):
    page = visit("/layer_backprop")
    page.get_by_role("radio", name="Digit", exact=True).click()
    page.locator(".answer b", has_text="2.341 → 0.03846").wait_for()
    page.locator(".sheet", has_text="401,408").wait_for()
    assert page.locator(".sheet td.good").count() == 5
    page.get_by_role("radio", name="Pixels", exact=True).last.click()
    page.locator(".summary", has_text="what went back through both layers").wait_for()
    assert page.locator(".picture canvas").count() >= 12


def test_what_cannot_be_says_why_and_keeps_the_controls(visit):
    page = visit("/layer_backprop?kind=norm&many=1&rate=99")
    page.locator(".refusal", has_text="at least 2 examples").wait_for()
    page.locator(".notice", has_text="must lie between 0 and 5, not 99").wait_for()
    page.locator("label", has_text="Examples").locator("input").press("ArrowRight")
    page.locator(".answer b").wait_for()
    assert page.locator(".refusal").count() == 0

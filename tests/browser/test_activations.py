"""The activations as a reader meets them: tiles, sliders, the table of pairs, presets, links, nonsense, keyboard."""

from urllib.parse import urlencode

import pytest

from engine.core.fields import encode
from engine.neurons import activations as lab
from engine.neurons import activations_lesson as lesson
from engine.neurons import activations_words as words
from engine.neurons.activations_settings import Network, ring
from engine.neurons.activations_stack import run

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}


def address(settings: lab.Settings) -> str:
    return "/activations?" + urlencode(encode(settings))


def wait_for(page, settings: lab.Settings) -> None:
    """Until both answers on the page are the engine's for these settings."""
    _, curve, _ = lab.answer(lab.draw(settings))
    label, stack, aside = words.answer(run(ring(settings, Network)))
    page.locator(".answer", has_text=curve).first.wait_for()
    page.locator(".answer", has_text=label).and_(page.locator(".answer", has_text=aside)).wait_for()
    assert page.locator(".answer b").last.inner_text() == stack


def slider_of(page, label: str):
    return page.locator("label", has_text=label).locator("input[type=range]")


def test_the_curve_and_its_sliders_stand_above_the_fold(visit):
    page = visit("/activations")
    wait_for(page, lab.Settings())
    plot = page.locator(".js-plotly-plot").first
    plot.wait_for()
    box = plot.bounding_box()
    assert box["y"] + box["height"] < 768
    page.locator(".js-plotly-plot").nth(4).wait_for()


def test_a_tile_is_chosen_and_another_set_beside_it(visit):
    page = visit("/activations")
    page.get_by_role("radio", name="tanh", exact=True).click()
    wait_for(page, lab.Settings(activation="Tanh"))
    tile = page.locator(".tiles .tile", has=page.get_by_role("radio", name="sigmoid", exact=True))
    tile.hover()
    tile.locator(".add").click()
    page.locator("p.summary", has_text="; sigmoid 0.7311, slope 0.1966").wait_for()
    page.wait_for_function("() => location.search.includes('others=Sigmoid')")
    page.locator(".tiles .add", has_text="−").click()
    page.wait_for_function("() => !location.search.includes('others')")


def test_tiles_by_keyboard(visit):
    page = visit("/activations")
    page.get_by_role("radio", name="sigmoid", exact=True).focus()
    page.keyboard.press("ArrowRight")
    wait_for(page, lab.Settings(activation="Tanh"))
    page.keyboard.press("ArrowRight")
    wait_for(page, lab.Settings(activation="ReLU"))
    page.keyboard.press("+")
    assert page.evaluate("() => document.activeElement !== document.body")


def test_the_sliders_read_off_and_shift_the_inputs(visit):
    page = visit("/activations")
    slider = slider_of(page, "Mean μ")
    slider.focus()
    slider.press("End")
    wait_for(page, lab.Settings(mean=4.0))
    place = page.locator("label", has_text="x").locator("input[type=range]").first
    place.focus()
    place.press("Home")
    page.locator("p.summary", has_text="At x = −6: sigmoid 0.002473").wait_for()


def test_a_click_in_the_table_looks_into_that_stack(visit):
    page = visit("/activations")
    page.locator(".heat [data-cell='4 4']").click()
    settings = lab.Settings(activation="ReLU", initialisation="he")
    wait_for(page, settings)
    chosen = page.locator(".heat [aria-checked=true]")
    assert chosen.get_attribute("data-cell") == "4 4"
    chosen.press("ArrowLeft")
    wait_for(page, settings.but(initialisation="xavier"))
    page.locator(".heat [aria-checked=true]").press("ArrowUp")
    wait_for(page, settings.but(activation="Tanh", initialisation="xavier"))


def test_depth_and_width_run_the_stack_again(visit):
    page = visit("/activations")
    slider = slider_of(page, "Layers")
    slider.focus()
    slider.press("End")
    wait_for(page, lab.Settings(depth=30))
    slider = slider_of(page, "Units in a layer")
    slider.focus()
    slider.press("Home")
    wait_for(page, lab.Settings(depth=30, width=16))
    assert page.locator(".heat [data-cell='2 3']").inner_text().startswith("−1")


@pytest.mark.parametrize("name", ["relu-he", "dead", "zero", "selu", "gelu", "step"])
def test_the_link_of_a_preset_restores_both_pictures(name, visit):
    page = visit(address(PRESETS[name]))
    wait_for(page, PRESETS[name])


def test_a_preset_of_the_stack_changes_the_curve_too(visit):
    page = visit("/activations")
    page.get_by_role("button", name="Dead ReLUs").or_(page.get_by_role("radio", name="Dead ReLUs")).click()
    wait_for(page, PRESETS["dead"])
    page.locator("p.look", has_text="the more units no example wakes").wait_for()


def test_the_folds_hold_the_biases_the_layers_and_the_identities(visit):
    page = visit("/activations")
    page.get_by_text("Biases, inputs, draws, widths").click()
    slider = slider_of(page, "All biases +")
    slider.focus()
    slider.press("Home")
    wait_for(page, lab.Settings(bias=-3.0))
    page.get_by_role("button", name="New random numbers").click()
    wait_for(page, lab.Settings(bias=-3.0, seed=1))
    page.get_by_text("Layer by layer").click()
    page.locator(".sheet th", has_text="n·Var(w)·E[x²]").wait_for()
    page.get_by_text("Identities, checked on −6 … 6").click()
    page.locator(".sheet th", has_text="tanh(x) = 2σ(2x) − 1").wait_for()


@pytest.mark.parametrize("query", ["activation=Magic", "others=Magic", "depth=999", "width=17", "x=nan", "bias=1e9"])
def test_nonsense_in_the_link_says_so_and_keeps_the_page(visit, query):
    page = visit(f"/activations?{query}")
    page.locator(".notice", has_text="in the link was not usable").wait_for()
    wait_for(page, lab.Settings())

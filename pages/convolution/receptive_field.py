"""How far one cell sees: a chain of layers as a cone, real networks, and the part of the field that matters."""

from functools import partial

from engine.convolution import receptive_field as lab
from engine.convolution import receptive_field_chain as chains
from engine.convolution import receptive_field_effect as effects
from engine.convolution import receptive_field_lesson as lesson
from engine.convolution import receptive_field_words as words
from engine.core import effective, receptive
from engine.figures import receptive_field as figures
from engine.figures.cone import cone
from pages.shared import layer_chain, places, scaffold, waiting

page = scaffold.opening(
    "receptive_field",
    lab,
    lesson,
    text="A cell reads a small window of the layer below, whose cells read windows of theirs: its **receptive field** "
    "in the input grows with every layer, and faster after every stride. How far the field reaches is one question, "
    "how much of it matters another.",
    formula=r"r = 1 + \sum_{l} d_l\,(k_l - 1) \prod_{i<l} s_i",
)
controls = page.controls
controls.switch("view", hidden=True)
view = page.settings.view
beside, picture = page.bench()
with beside:
    if view in ("chain", "effective"):
        layer_chain.editor(page, chains)
    if view == "chain":
        controls.number("width")
        controls.image("photo")
    elif view == "cover":
        controls.number("size")
        controls.number("kernel")
    elif view == "networks":
        controls.choose("network")
        controls.image("photo")
    else:
        controls.choose("weights")
        controls.seed()
with picture:
    if view == "chain":
        laid = page.compute(lab.stack)
        page.answer("Receptive field", words.size_words(laid), words.size_rule(laid))
        layer_chain.draw(page, cone(laid, words.chain_words(laid)), chains)
    elif view == "cover":
        found = page.compute(lab.cover)
        page.answer("Layers", str(found.layers), f"1 + n·({page.settings.kernel} − 1) ≥ {page.settings.size}")
        page.figure(figures.cover_figure(found), "cover", words.cover_words(found), 380)
    elif view == "networks":
        grown = page.compute(lab.grow)
        page.answer("Receptive field", *words.network_answer(grown))
        chart, photo = places.columns(1.8, 1)
        with chart:
            page.figure(figures.growth_figure(grown), "growth", words.growth_words(grown), 400)
        with photo:
            seen = page.compute(lab.reach)
            page.picture((figures.reach_panel(seen),), words.reach_words(seen), "reach", height=360)
    else:
        effect = waiting.slowly(page, effects.affect)
        page.answer("Effective width", *words.effect_answer(effect))
        page.film(figures.effect_film(effect))
if view == "chain":
    below, beside = places.columns(3, 2.4)
    with below, page.section("The field on a photo"):
        layer_chain.photo(page, figures.photo_panels(laid), words.photo_words(laid), partial(lab.cell_at, laid))
    with beside, page.section("Ways to see further"):
        page.figure(figures.ways_figure(laid), "ways", words.compare_words(laid), 360)
if view == "effective":
    below, beside = places.columns(1, 1)
    with below, page.section("A cut through the field"):
        page.figure(figures.section_figure(effect), "section", words.section_words(effect))
    with beside, page.section("Width over depth"):
        page.figure(figures.width_figure(effect), "width", words.width_words(effect))

shown = (receptive.Window, receptive.through, receptive.merge, lab.stack, effective.ways, effective.law)
page.ending(shown=shown, sources=lesson.SOURCES)

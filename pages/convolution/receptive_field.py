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
from pages.shared import layer_chain, scaffold

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
controls.switch("view")
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
    else:
        controls.choose("weights")
        controls.seed()
with picture:
    if view == "chain":
        laid = page.compute(lab.stack)
        said = words.chain_words(laid)
        layer_chain.draw(page, cone(laid, said), chains)
        page.answer("Receptive field", words.size_words(laid), words.size_rule(laid))
        page.summary(said)
    elif view == "cover":
        found = page.compute(lab.cover)
        page.answer("Layers", str(found.layers), f"1 + n·({page.settings.kernel} − 1) ≥ {page.settings.size}")
        page.figure(figures.cover_figure(found), "cover", words.cover_words(found), 380)
    elif view == "networks":
        grown = page.compute(lab.grow)
        page.answer("Receptive field", *words.network_answer(grown))
        page.figure(figures.growth_figure(grown), "growth", words.growth_words(grown), 400)
    else:
        effect = page.compute(effects.affect)
        page.answer("Width", f"σ = {effect.shapes[-1].sigma:.4g}", f"of a field of {effect.theory[-1]} cells")
        page.film(figures.effect_film(effect))
if view == "chain":
    with page.section("The field on a photo"):
        layer_chain.photo(page, figures.photo_panels(laid), words.photo_words(laid), partial(lab.cell_at, laid))
    with page.section("Ways to see further"):
        page.figure(figures.ways_figure(laid), "ways", words.compare_words(laid))
if view == "effective":
    page.figure(figures.section_figure(effect), "section", words.section_words(effect), 260)
    page.figure(figures.width_figure(effect), "width", words.width_words(effect), 260)

page.ending(
    shown=(receptive.Window, receptive.through, receptive.merge, lab.stack, effective.law),
    sources=(
        (
            "Araujo, Norris & Sim 2019, Computing receptive fields",
            "https://distill.pub/2019/computing-receptive-fields/",
        ),
        ("Luo et al. 2016, the effective receptive field", "https://arxiv.org/abs/1701.04128"),
        ("Dumoulin & Visin 2016", "https://arxiv.org/abs/1603.07285"),
    ),
)

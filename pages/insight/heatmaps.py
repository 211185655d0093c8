"""Where a network looked: nine ways to ask which pixels a class score hangs on, and three ways to doubt the answer."""

from functools import partial

from engine.figures import heatmaps as figures
from engine.insight import heatmaps as lab
from engine.insight import heatmaps_lesson as lesson
from engine.insight import heatmaps_maps as maps
from engine.insight import heatmaps_network as networks
from engine.insight import heatmaps_rules as rules
from engine.insight import heatmaps_sanity as sanity
from engine.insight import heatmaps_scores as scores
from engine.insight import heatmaps_words as words
from pages.shared import bars, inspected, scaffold, tables, waiting

inspected.suit("heatmaps", lab.Settings, networks.suited)
page = scaffold.opening(
    "heatmaps",
    lab,
    lesson,
    text="A network names the image; each map says **which pixels the score of one class hangs on**. Click a class. "
    "The maps do not agree, and some would look the same for a network that has learned nothing.",
    formula=r"\text{gradient } \frac{\partial y_c}{\partial x} \qquad \text{Grad-CAM } \operatorname{ReLU}\Bigl("
    r"\sum_k \alpha_k A^k\Bigr),\ \alpha_k = \overline{\partial y_c / \partial A^k}",
)
controls, settings = page.controls, page.settings
beside, picture = page.bench(1.05, 3.3)
with beside:
    inspected.choose(page, "network", every=True, follow=partial(networks.following, settings))
    inspected.image(page, "image", "network")
with picture:
    seen = page.compute(lab.recognise, of=lab.look(settings))
with beside:
    bars.guesses(page, *lab.guesses(settings, seen))
    controls.several("methods")
    controls.switch("view")
    controls.slide("opacity")
    spans, used = networks.spans(settings, seen.inside), maps.options(settings, seen.inside, but=("seed",))
    if "layer" in used:
        controls.slide("layer", **spans["layer"])
    if fold := page.more("Any class, patch, noise, steps"):
        with fold:
            controls.choose("target", titles=networks.choices(seen.inside))
            controls.choose("rival", titles={"none": "none"} | networks.choices(seen.inside))
            for name in [name for name in used if name != "layer"]:
                controls.field(name, **spans.get(name, {}))
            if not seen.inside.small:
                controls.flag("smooth")
with picture:
    if sentence := networks.nothing(settings, seen.inside):
        page.refuse(sentence)
    found = [waiting.slowly(page, verb, of=ask) for verb, ask in maps.wanted(settings, seen)]
    rows = maps.rows(settings, seen, found)
    page.answer(*words.answer(seen, rows[0]))
    summary, columns = words.picture_words(settings, seen, rows), figures.columns(settings, seen)
    page.picture(figures.panels(settings, seen, rows), summary, height=300, columns=columns)
with page.section("Which map is right?", lesson.SCORES):
    controls.flag("scored")
    if settings.scored:
        asked = [*rows[0], scores.chance(seen, rows[0][0].label)]
        done = [waiting.slowly(page, scores.scoring(heat), of=scores.question(settings, seen, heat)) for heat in asked]
        tables.show(words.score_table(done))
        page.figure(figures.curves(done), "curves", words.score_words(done), 340)
with page.section("Does the map need a trained network?", lesson.SANITY):
    controls.flag("sanity")
    if settings.sanity:
        checked = waiting.slowly(page, sanity.check, of=sanity.question(settings, rows[0][0].label))
        page.film(figures.sanity_film(checked))
with page.section("Three rules for one ReLU", lesson.RULES_TEXT, part="rules"):
    controls.flag("capped")
    page.stepper(rules.trace(settings))
    page.summary(rules.summary(settings))
    controls.seed()
page.ending(shown=lesson.SHOWN, sources=lesson.SOURCES)

"""Where a network looked: nine ways to ask which pixels a class score hangs on, and three ways to doubt the answer."""

from engine.core import attribution, attribution_cam, attribution_occlusion, rectifier_rules
from engine.figures import heatmaps as figures
from engine.insight import heatmaps as lab
from engine.insight import heatmaps_lesson as lesson
from engine.insight import heatmaps_maps as maps
from engine.insight import heatmaps_rules as rules
from engine.insight import heatmaps_sanity as sanity
from engine.insight import heatmaps_scores as scores
from engine.insight import heatmaps_words as words
from pages.shared import bars, scaffold, tables, waiting

page = scaffold.opening(
    "heatmaps",
    lab,
    lesson,
    text="EfficientNet-Lite0 names the photo; each map says **which pixels the score of one class hangs on**. Click a "
    "class. The maps do not agree, and some would look the same for a network that has learned nothing.",
    formula=r"\text{gradient } \frac{\partial y_c}{\partial x} \qquad \text{Grad-CAM } \operatorname{ReLU}\Bigl("
    r"\sum_k \alpha_k A^k\Bigr),\ \alpha_k = \overline{\partial y_c / \partial A^k}",
)
controls, settings = page.controls, page.settings
beside, picture = page.bench(1.05, 3.3)
with beside:
    controls.image("image", digits=False, patterns=False, drawing=False)
with picture:
    seen = page.compute(lab.recognise, of=lab.look(settings))
with beside:
    bars.guesses(page, *lab.guesses(settings, seen))
    controls.several("methods")
    controls.switch("view")
    controls.slide("opacity")
    if "layer" in maps.options(settings):
        controls.slide("layer")
    if fold := page.more("Any class, patch, noise, steps"):
        with fold:
            controls.choose("target")
            controls.choose("rival")
            for name in maps.options(settings, but=("layer", "seed")):
                controls.field(name)
            controls.flag("smooth")
with picture:
    found = [waiting.slowly(page, verb, of=ask) for verb, ask in maps.wanted(settings, seen)]
    rows = maps.rows(settings, seen, found)
    page.answer(*words.answer(seen, rows[0]))
    summary = words.picture_words(settings, seen, rows)
    page.picture(figures.panels(settings, seen, rows), summary, height=300, columns=figures.columns(settings))
with page.section("Which map is right?", lesson.SCORES):
    controls.flag("scored")
    if settings.scored:
        asked = [*rows[0], scores.chance(rows[0][0].label)]
        done = [waiting.slowly(page, scores.scoring(heat), of=scores.question(settings, heat)) for heat in asked]
        tables.show(words.score_table(done))
        page.figure(figures.curves(done), "curves", words.score_words(done), 340)
with page.section("Does the map need a trained network?", lesson.SANITY):
    controls.flag("sanity")
    if settings.sanity:
        page.film(
            figures.sanity_film(waiting.slowly(page, sanity.check, of=sanity.question(settings, rows[0][0].label)))
        )
with page.section("Three rules for one ReLU", lesson.RULES_TEXT, part="rules"):
    controls.flag("capped")
    page.stepper(rules.trace(settings))
    page.summary(rules.summary(settings))
    controls.seed()

shown = (
    rectifier_rules,
    attribution.gradient,
    attribution.by_rules,
    attribution.smooth_grad,
    attribution.integrated_gradients,
    attribution_cam.Activations,
    attribution_occlusion.occlusion,
)
page.ending(shown=shown, sources=lesson.SOURCES)

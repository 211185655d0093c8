"""What happens to a digit of one's own: every map of LeNet at once, one map as a sum, one cell as arithmetic."""

from typing import Any

from engine.core.networks import inside
from engine.core.samples import of_set
from engine.figures import draw_digit as figures
from engine.insight import draw_digit as lab
from engine.insight import draw_digit_changes as changes
from engine.insight import draw_digit_lesson as lesson
from engine.insight import draw_digit_words as words
from pages.shared import digit_pad, inspected, live, network, places, samples, scaffold

page = scaffold.opening("draw_digit", lab, lesson, text=lesson.TEXT, formula=lesson.FORMULA)


def bench() -> tuple[lab.Looked | None, Any]:
    """The pad and the network: all that moves while somebody draws; and a place for what does not."""
    beside, picture = page.bench(0.85, 3.4)
    with beside:
        digit_pad.show(page, "digit")
        place = live.place()
    with picture:
        if looked := page.attempt(lab.look):
            page.answer(*words.answer(looked))
            outputs, said = (looked.inside.classes, looked.probabilities), words.summary(looked)
            network.inside(page, looked.stages, inside.titles(looked.stages), outputs, looked.chosen, said)
    return looked, place


inspected.held()
looked, place = live.part(page, bench)
with place:
    samples.of_classes(page, "digit", of_set("mnist"))
    inspected.choose(page, "network")
    for name, marks in (("angle", "°"), ("right", " px"), ("down", " px")):
        page.controls.slide(name, marks=marks)
if looked is None:
    page.end()

with page.section(words.map_name(looked)):
    if found := lab.summed(looked):
        page.picture(figures.sum_panels(looked, found), words.sum_words(looked, found), "sum", height=170, columns=8)
    elif unit := lab.weighed(looked):
        page.figure(figures.weighed_figure(looked, unit), "unit", words.weighed_words(looked, unit), 280)
    if walk := words.trace(looked):
        page.stepper(walk)

settings = page.settings
with page.section("Turn it, move it", lesson.TURNING):
    page.controls.flag("sweep")
    if settings.sweep:
        swept, (left, right) = page.compute(changes.sweep, of=changes.asked(settings)), places.columns(1, 1)
        with left:
            page.figure(figures.sweep_figure(swept, looked, "angle"), "angles", words.sweep_words(swept), 280)
        with right:
            page.figure(figures.sweep_figure(swept, looked, "move"), "moves", lesson.MOVING, 280)

with page.section("Fool it", lesson.FOOLING, part="fool"):
    page.controls.flag("fool")
    if settings.fool:
        fooled = page.compute(changes.fool, of=changes.asked(settings))
        left, right = page.bench(0.85, 3.4, part="fool")
        with left:
            page.controls.choose("wanted")
            page.controls.slide("strength")
        with right:
            page.answer(*words.fool_answer(fooled))
            strength = settings.strength
            said = words.fool_words(fooled, strength)
            page.picture(figures.fool_panels(fooled, strength), said, "fooled", height=200, columns=4)
            page.figure(figures.fool_figure(fooled, strength), "strengths", lesson.STRENGTHS, 260)

page.ending(
    shown=(inside.stages, inside.parts, lab.look, changes.loss_gradient, changes.fool, changes.stepped),
    sources=lesson.SOURCES,
)

"""What happens to a digit of one's own: every map of LeNet at once, one map as a sum, one cell as arithmetic."""

from engine.core.networks import inside
from engine.figures import draw_digit as figures
from engine.insight import draw_digit as lab
from engine.insight import draw_digit_changes as changes
from engine.insight import draw_digit_lesson as lesson
from engine.insight import draw_digit_words as words
from pages.shared import digit_pad, inspected, live, network, places, scaffold

page = scaffold.opening(
    "draw_digit",
    lab,
    lesson,
    text="Draw. LeNet was taught on 60,000 digits; here is **every map that it makes of yours**. Point at a map or an "
    "edge, click a map: below, it is taken apart into sums, and these into products.",
    formula=r"\text{map}_o = \operatorname{ReLU}\Bigl(b_o + \sum_i k_{o,i} * \text{map}_i\Bigr)",
)
controls = page.controls


def bench() -> lab.Looked:
    """The pad and the network: all that moves while somebody draws."""
    beside, picture = page.bench(0.85, 3.4)
    with beside:
        digit_pad.show(page, "digit")
        inspected.choose(page, "network")
        controls.slide("angle", marks="°")
        controls.slide("right", marks=" px")
        controls.slide("down", marks=" px")
    with picture:
        looked = page.compute(lab.look)
        page.answer(*words.answer(looked))
        outputs, said = (looked.inside.classes, looked.probabilities), words.summary(looked)
        network.inside(page, looked.stages, inside.titles(looked.stages), outputs, looked.chosen, said)
    return looked


looked = live.part(page, bench)

with page.section(words.map_name(looked)):
    if found := lab.summed(looked):
        page.picture(figures.sum_panels(looked, found), words.sum_words(looked, found), "sum", height=170, columns=8)
    elif unit := lab.weighed(looked):
        page.figure(figures.weighed_figure(looked, unit), "unit", words.weighed_words(looked, unit), 280)
    if walk := words.trace(looked):
        page.stepper(walk)

settings = page.settings
with page.section("Turn it, move it", lesson.TURNING):
    controls.flag("sweep")
    if settings.sweep:
        swept, (left, right) = page.compute(changes.sweep, of=changes.asked(settings)), places.columns(1, 1)
        with left:
            page.figure(figures.sweep_figure(swept, looked, "angle"), "angles", words.sweep_words(swept), 280)
        with right:
            page.figure(figures.sweep_figure(swept, looked, "move"), "moves", lesson.MOVING, 280)

with page.section("Fool it", lesson.FOOLING, part="fool"):
    controls.flag("fool")
    if settings.fool:
        fooled = page.compute(changes.fool, of=changes.asked(settings))
        left, right = page.bench(0.85, 3.4, part="fool")
        with left:
            controls.choose("wanted")
            controls.slide("strength")
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

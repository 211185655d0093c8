"""Which non-linearity, and what it does to the gradient: one function under the lens, then a deep stack of layers."""

from engine.core import gaussian_moments, nonlinearities
from engine.figures import activation_layers as rows
from engine.figures import activations as figures
from engine.neurons import activations as lab
from engine.neurons import activations_identities as known
from engine.neurons import activations_layers as layers
from engine.neurons import activations_lesson as lesson
from engine.neurons import activations_settings as parts
from engine.neurons import activations_stack as deep
from engine.neurons import activations_survey as wide
from engine.neurons import activations_words as words
from pages.shared import functions, places, scaffold, tables

page = scaffold.opening(
    "activations",
    lab,
    lesson,
    text="Without a non-linearity between them, layers are one layer. Going back, each multiplies the gradient by its "
    "slope: where that is small, little is left to learn from.",
    formula=r"x = g(z) \qquad \frac{\partial L}{\partial z} = g'(z)\,\frac{\partial L}{\partial x}",
)
controls, settings = page.controls, page.settings
beside, picture = page.bench(0.95, 3.2)
with beside:
    functions.choose(page)
    if settings.activation in parts.NUMBERS:
        controls.slide(parts.NUMBERS[settings.activation])
with picture:
    curve = page.compute(lab.draw)
    page.answer(*lab.answer(curve))
    functions.curve(page, figures.curve(curve), lab.summary(curve), 370, ("x", "mean", "deviation"))

with page.section("A deep stack", lesson.STACK, part="stack"):
    beside, picture = page.bench(1.15, 2.6, part="stack")
    survey = page.compute(wide.survey, of=parts.ring(settings, parts.Surroundings))
    with beside:
        functions.pairs(page, survey)
        controls.slide("depth")
        controls.slide("width")
        if fold := page.more("Biases, inputs, draws, widths"):
            with fold:
                controls.choose("initialisation")
                for name in ("bias", "gain", "scale", "taper"):
                    controls.field(name)
                controls.seed()
    with picture:
        stack = page.compute(deep.run, of=parts.ring(settings, parts.Network))
        page.answer(*words.answer(stack))
        places.charts(
            page,
            (1, 1, 1),
            rows.height(stack),
            (rows.outputs(stack), "outputs", words.output_words(stack)),
            (rows.gradients(stack), "gradients", words.gradient_words(stack)),
            (rows.sizes(stack), "sizes", words.size_words(stack)),
        )
        page.summary(words.survey_words(survey, stack))

with page.section("Xavier’s and He’s argument, checked", words.ARGUMENT):
    page.figure(rows.check(stack), "argument", words.check_words(stack), height=280)
    if fold := page.more("Layer by layer"):
        with fold:
            tables.show(words.layer_table(stack, page.compute(deep.weight_gradients, of=stack.settings)))
with page.section("All functions, for these inputs"):
    tables.show(lab.table(settings))
    if fold := page.more("Identities, checked on −6 … 6"):
        with fold:
            tables.show(known.identities())

shown = (gaussian_moments.moments, layers.forward, layers.backward, deep.variance_check, deep.back_check)
page.ending(shown=(nonlinearities.gelu, nonlinearities.elu, *shown), sources=lesson.SOURCES)

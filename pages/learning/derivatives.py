"""Four ways to differentiate: how exact each is, how its formula grows, and what it costs as inputs grow."""

from engine.figures import derivatives as figures
from engine.learning import derivatives as lab
from engine.learning import derivatives_growth as growth
from engine.learning import derivatives_lesson as lesson
from engine.learning import derivatives_passes as passes
from engine.learning import derivatives_products as products
from engine.learning import derivatives_steps as steps
from engine.learning import derivatives_timing as timing
from engine.learning import derivatives_traces as traces
from engine.learning import derivatives_words as words
from pages.shared import formula, places, scaffold, tables

page = scaffold.opening(
    "derivatives",
    lab,
    lesson,
    text="Move the input a little and divide; transform the formula; carry the slope along with every value; or send "
    "it back from the output. Four ways to one number, different in error, in size and in work.",
    formula=r"\begin{gathered} f'(x) \approx (f(x + \varepsilon) - f(x))\,/\,\varepsilon \\ "
    r"f(x + \dot x\,\varepsilon) = f(x) + f'(x)\,\dot x\,\varepsilon,\ \ \varepsilon^2 = 0 \end{gathered}",
)
controls = page.controls
controls.switch("view", hidden=True)
view = page.settings.view
beside, picture = page.bench()
with beside:
    if view in ("ways", "step"):
        formula.editor(page, "expression", lab.mistake, 5)
        formula.pick(page.state, "variable", lab.inputs(page.settings), "With respect to")
    if view == "growth":
        formula.editor(page, "rule", growth.mistake)
    for name in lab.fields_shown(page.settings):
        controls.field(name)
with picture:
    page.presets(view) if view != "ways" else None
    if view == "ways":
        compared = page.compute(lab.compare)
        page.answer(*words.ways_answer(compared))
        tables.show(words.ways_table(compared))
        page.summary(words.ways_words(compared))
        formula.show(words.derivative_formula(compared), "derivative")
    elif view == "step":
        run = page.compute(steps.study)
        page.answer(*words.step_answer(run))
        places.charts(page, (1.5, 1), 400, *figures.step_row(run))
    elif view == "growth":
        grown = page.compute(growth.grow)
        page.answer(*growth.answer(grown))
        page.figure(figures.growth(grown), "growth", growth.summary(grown), 380)
    else:
        tallied = page.compute(passes.tally)
        page.answer(*passes.answer(tallied))
        places.charts(page, (1, 1), 300, *figures.cost_row(tallied, timing.curves(tallied)))
        tables.show(passes.table(tallied, timing.here(tallied)))
if view == "ways":
    with page.section("One pass, step by step"):
        controls.switch("walk", hidden=True)
        page.stepper(traces.way_trace(compared), "walk_steps")
elif view == "step":
    with page.section("Which step is best?"):
        tables.show(words.best_table(run))
elif view == "growth":
    with page.section("Written out"):
        tables.show(growth.table(grown))
        formula.show(growth.formulas(grown), "growth")
else:
    with page.section("One pass is one product with the Jacobian"):
        left, right = page.bench(part="product")
        with left:
            formula.editor(page, "system", lab.mistake, 4)
            controls.switch("product", hidden=True)
            controls.numbers(lab.vector_field(page.settings))
        with right:
            multiplied = page.compute(products.multiply)
            page.answer(*products.answer(multiplied))
            page.stepper(traces.product_trace(multiplied), "product_steps")
page.ending(shown=lesson.SHOWN, sources=lesson.SOURCES)

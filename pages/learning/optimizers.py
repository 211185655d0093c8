"""Who reaches the minimum first? Ten rules of descent from one start, and what each step is made of."""

from engine.core import descent, heavy_ball, rules, schedules, stacked_networks
from engine.figures import landscape as views
from engine.figures import optimizers as figures
from engine.learning import optimizers as lab
from engine.learning import optimizers_lesson as lesson
from engine.learning import optimizers_network as network
from engine.learning import optimizers_plane as plane
from engine.learning import optimizers_words as words
from pages.shared import graph, runners, scaffold

page = scaffold.opening(
    "optimizers",
    lab,
    lesson,
    text="A rule knows the slope under its feet. **Momentum** adds the steps before; **Adagrad, RMSProp** and **Adam** "
    "measure the slope along each axis by how large it has been; **Newton** knows how the ground bends.",
    formula=r"x_{t+1} = x_t - \alpha_t\, m_t \big/ (\sqrt{v_t} + \varepsilon)",
)
controls, settings = page.controls, page.settings
beside, picture = page.bench(0.85, 3.6)
with beside:
    controls.choose("surface")
    if settings.surface == "typed":
        controls.text("formula", lines=2)
        graph.mistake(lab.mistake(settings))
    for name in lab.surface_fields(settings):
        controls.field(name)
    controls.slide("boost")
    controls.slide("batch")
    controls.slide("steps")
    controls.choose("schedule")
    for name in lab.schedule_fields(settings):
        controls.slide(name)
    if fold := page.more("Momentum, β, ε, decay"):
        with fold:
            for name in lab.knob_fields(settings):
                controls.field(name)
            controls.seed()
with picture:
    race = page.compute(lab.compete)
    page.answer(*words.answer(race))
    runners.race(page, views.race_landscape(race, words.summary(race)), lab)
    page.summary(words.summary(race))
if settings.schedule != "constant":
    with page.section("The schedule"):
        drawn = figures.schedule_figure(settings, settings.steps)
        page.figure(drawn, "factors", figures.schedule_words(race), height=200)

with page.section("Momentum’s plane", lesson.PLANE, part="plane"):
    beside, picture = page.bench(0.85, 3.6, part="plane")
    with beside:
        for name in ("kappa", "pace", "carry"):
            controls.slide(name)
        runners.take(page, "Race this above", plane.as_race)
    with picture:
        survey = page.compute(plane.survey)
        page.answer(*plane.answer(survey))
        runners.plane(page, figures.plane_landscape(survey), figures.plane_run_landscape(survey, plane.summary(survey)))
        page.summary(plane.summary(survey))

if fold := page.more("The same race on a network"):
    with fold:
        beside, picture = page.bench(0.85, 3.6, part="network")
        with beside:
            for name in ("task", "width", "rounds"):
                controls.field(name)
        with picture:
            training = page.compute(network.train)
            page.answer(*network.answer(training))
            runners.still(page, figures.network_landscape(training, network.summary(training)), "network")
            page.summary(network.summary(training))
            page.picture(figures.boards(training), network.board_words(training), "boards", height=110, columns=8)

shown = (rules.momentum, rules.nesterov, rules.adam, rules.newton, descent.race, heavy_ball.axis_rate)
page.ending(shown=(*shown, schedules.factors, stacked_networks.gradients), sources=lesson.SOURCES)

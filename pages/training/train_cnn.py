"""A network learns while one watches: its loss, its filters, what it gets wrong, and what it cannot bear."""

from engine.figures import train_cnn as figures
from engine.training import train_cnn as lab
from engine.training import train_cnn_confusions as confusions
from engine.training import train_cnn_data as data
from engine.training import train_cnn_lesson as lesson
from engine.training import train_cnn_words as words
from pages.shared import jobs, places, scaffold, tables, trained
from pages.shared import training as parts

lab.warm()
page = scaffold.opening("train_cnn", lab, lesson, text=lesson.TEXT, formula=lesson.FORMULA)
parts.follow(page, lab.suited)
controls, settings = page.controls, page.settings
beside, picture = page.bench(1, 2.9)
with beside:
    controls.choose("dataset")
    if settings.dataset == "own":
        parts.own_images(page)
    if settings.dataset == "shapes":
        for name in ("label", *(name for name in ("shape", "colour", "texture") if name != settings.label), "position"):
            controls.choose(name)
    parts.architecture(page, lab.networks.name_of(settings.network))
    controls.number("epochs")
    controls.number("learning_rate")
    for title, names in lesson.FOLDS.items():
        if fold := page.more(title):
            with fold:
                for name in names:
                    controls.field(name)


def draw(snapshot: lab.Snapshot, status: jobs.Status) -> None:
    """The run as far as it is; the film in full when it rests."""
    if status.active or not snapshot.words:
        page.answer(*words.answer(snapshot))
    if snapshot.frames:
        page.film(figures.film(snapshot, words.film_words(snapshot), live=not status.resting))
    if snapshot.history.done:
        right = (figures.accuracies(snapshot, not status.resting), "accuracy", words.accuracy_words(snapshot))
        places.charts(page, (1, 1), 250, right, (figures.losses(snapshot), "loss", words.loss_words(snapshot)))


with picture:
    plan = page.attempt(lab.plan)  # a run goes on whatever the controls say
    drawn = (plan.network,) if plan else lab.networks.legible(settings.network)
    title = words.button(data.missing(plan.data)) if plan else ""
    status = jobs.panel(page, lab.run, draw, title=title, dials=lesson.dials)
    if status is None:
        if plan:
            page.answer(*words.plan_answer(plan))
        parts.network(page, *drawn)
        if plan and not data.missing(plan.data):
            page.picture((figures.samples(data.samples(settings)),), words.plan_words(plan), "samples", height=300)
        elif plan:
            page.summary(words.plan_words(plan))
if status is not None:
    parts.network(page, *drawn)
if mistakes := confusions.tested(status):
    with page.section("What it gets wrong", lesson.WRONG):
        left, right = places.columns(1, 1.2)
        with left:
            cell = parts.confusions(page, mistakes.counts, mistakes.test.classes, mistakes.trained)
            page.summary(confusions.confusion_words(mistakes.counts, mistakes.test.classes))
        with right:
            found = confusions.cell_places(mistakes.labels, mistakes.last, cell)
            title, said = confusions.cell_words(mistakes.test.classes, cell, found)
            page.picture((figures.gallery(mistakes.test, found, title),), said, "gallery")
if runs := words.alike(trained.held()):
    with page.section("Runs of this visit"):
        tables.show(words.run_table(runs))
    left, right = places.columns(1, 1)
    with left:
        page.figure(figures.compared(runs), "runs", words.compare_words(runs), 360)
    with right, page.section("Why not an MLP?", lesson.MOVED):
        parts.whole(page, figures.moved(runs), "moved", words.moved_words(runs), 300)
    with page.section("Look into it, take it with you"):
        parts.onwards(page.slug, runs[0], words.files(runs[0], settings if plan else None, mistakes))
page.ending(shown=lesson.SHOWN if plan else (), sources=lesson.SOURCES)

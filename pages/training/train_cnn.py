"""A network learns while one watches: its loss, its filters, what it gets wrong, and what it cannot bear."""

from engine.core.jobs import Status
from engine.figures import train_cnn as figures
from engine.training import train_cnn as lab
from engine.training import train_cnn_data as data
from engine.training import train_cnn_lesson as lesson
from engine.training import train_cnn_words as words
from pages.shared import figures as side_by_side
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


def draw(snapshot: lab.Snapshot, status: Status) -> None:
    """The run as far as it is; the film in full when it rests."""
    known = data.data_of(status.settings)
    if status.active or not snapshot.words:
        page.answer(*words.answer(snapshot, known.noun))
    if snapshot.history.done:
        right = (figures.accuracies(snapshot), "accuracy", words.accuracy_words(snapshot))
        side_by_side.row(page, (1, 1), 250, right, (figures.losses(snapshot), "loss", words.loss_words(snapshot)))
    if snapshot.frames:
        resting = status.state in ("paused", "done", "stopped", "failed")
        page.film(figures.film(snapshot, words.film_words(snapshot, known.classes), live=not resting))


with picture:
    plan = page.compute(lab.plan)
    title = words.button(data.missing(settings))
    status = jobs.panel(page, lab.run, draw, title=title, dials=lesson.dials(settings))
    if status is None:
        page.answer(*words.plan_answer(plan))
        if not data.missing(settings):
            page.picture((figures.samples(data.samples(settings)),), words.plan_words(plan), "samples", height=420)
        else:
            page.summary(words.plan_words(plan))
runs, shown = words.alike(trained.held()), status.snapshot if status else None
if status and shown and shown.trained:
    test, last = data.load(status.settings)[1], shown.history.tests[-1]
    counts = words.confusions(test.labels, last.predicted, len(test.classes))
    with page.section("What it gets wrong", "Click a cell to see its images."):
        left, right = places.columns(1, 1.2)
        with left:
            said = words.confusion_words(counts, test.classes)
            cell = parts.pick(page, figures.confusion(counts), said, "confusion", parts.most_frequent(counts))
        with right:
            found = words.cell_places(test.labels, last, cell)
            title, said = words.cell_words(test.classes, cell, found)
            page.picture((figures.gallery(test, found, title),), said, "gallery")
if runs:
    left, right = places.columns(1, 1)
    with left, page.section("Runs of this visit"):
        tables.show(words.run_table(runs))
        page.figure(figures.compared(runs), "runs", words.compare_words(runs), 300)
    with right, page.section("Why not an MLP?", lesson.MOVED):
        page.figure(figures.moved(runs), "moved", words.moved_words(runs), 300)
    with page.section("Take it with you"):
        parts.downloads(page.slug, words.files(runs[0], settings))
page.ending(shown=lesson.SHOWN, sources=lesson.SOURCES)

"""What this lab says: before, during and after a training."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from engine.core.downloads import File
from engine.core.fields import Field, fields_of
from engine.core.tables import Cell, Table
from engine.core.trained import Trained
from engine.core.training_recipe import OPTIMIZERS
from engine.training.train_cnn import Plan, Settings, Snapshot
from engine.training.train_cnn_confusions import Confusions
from engine.training.train_cnn_data import packed

Answer = tuple[str, str, str]
Content = bytes | str | Callable[[], bytes]
MARKS = (90, 98, 99)
# Settings that are told where they are not what they are at first.
UNUSUAL = (
    "schedule", "batch", "momentum", "weight_decay", "label_smoothing", "initialisation", "normalisation", "dropout",
    "shift", "flip", "rotation", "examples", "seed",
)  # fmt: skip


def plan_answer(plan: Plan) -> Answer:
    """How large the network is."""
    return "Numbers to learn", f"{plan.parameters:,}", f"{plan.multiply_adds:,} multiply-adds for one image"


def plan_words(plan: Plan) -> str:
    """What will happen."""
    data = plan.data
    took = f"about {max(1, round(plan.seconds))} s" if plan.seconds < 90 else f"about {plan.seconds / 60:.0f} minutes"
    return (
        f"{data.title}: {data.training:,} {data.noun} to learn from and {data.testing:,} for tests, in "
        f"{len(data.classes)} classes. The run has {plan.steps:,} updates and takes {took} on one processor core."
        + (f" {data.credit}." if data.credit else "")
    )


def answer(snapshot: Snapshot) -> Answer:
    """How good it is."""
    history = snapshot.history
    if snapshot.words:
        return "", snapshot.words, ""
    if history.diverged:
        return "The loss", "is no number any more", "the updates were too large: take a smaller learning rate"
    if not history.tests:
        return "Training", f"step {history.done:,} of {history.steps:,}", _speed(snapshot)
    last, after = history.tests[-1], snapshot.times[-1]
    text = f"of {len(last.predicted):,} test {snapshot.noun}, after {after:.1f} s; {_speed(snapshot)}"
    return "Right on", percent(last.accuracy, len(last.predicted)), text


def _speed(snapshot: Snapshot) -> str:
    return f"{snapshot.speed:,.0f} images a second" if snapshot.training else ""


def percent(share: float, of: int) -> str:
    """A share of so many, with as many digits as they allow."""
    return f"{100 * share:.{2 if of >= 5000 else 1}f} %"


def loss_words(snapshot: Snapshot) -> str:
    """How far the loss has come."""
    history = snapshot.history
    recent = history.losses[-20:].mean()
    words = f"After {history.done:,} of {history.steps:,} updates the loss is {recent:.3g}"
    return f"{words}; {history.tests[-1].loss:.3g} on test images." if history.tests else f"{words}."


def accuracy_words(snapshot: Snapshot) -> str:
    """How far the accuracy has come, and when."""
    history = snapshot.history
    if not history.tests:
        return "Not tested yet."
    passed = [f"{mark} % after {when:.1f} s" for mark in MARKS if (when := reached(snapshot, mark)) is not None]
    share = percent(history.accuracy, len(history.tests[-1].predicted))
    return f"{share} on test images: {', '.join(passed)}." if passed else f"{share} on test images."


def reached(snapshot: Snapshot, mark: float) -> float | None:
    """Seconds until a test had so many per cent right, None if none had."""
    tests = zip(snapshot.times, snapshot.history.tests, strict=True)
    return next((when for when, test in tests if 100 * test.accuracy >= mark), None)


def film_words(snapshot: Snapshot) -> str:
    """What the film shows."""
    last, classes = snapshot.frames[-1], snapshot.classes
    truth, guess = classes[snapshot.truth], int(last.probabilities.argmax())
    share = 100 * last.probabilities[snapshot.truth]
    words = f"Step {last.step:,}: the right class of this image, {truth}, gets {share:.1f} %"
    return f"{words}." if guess == snapshot.truth else f"{words}, {classes[guess]} the most."


def button(missing: Sequence[File]) -> str:
    """What the button says that starts a run."""
    size = sum(file.size for file in missing)
    return f"Fetch {size / 1e6:.0f} MB and train" if missing else "Train"


def files(
    trained: Trained, settings: Settings | None, mistakes: Confusions | None
) -> tuple[tuple[str, str, Content, str], ...]:
    """What can be saved: words, file name, content or what makes it, MIME type; the script stands with the code.

    Args:
        trained: the newest run.
        settings: of the script, None where there is none.
        mistakes: of a run.
    """
    found: list[tuple[str, str, Content, str]] = [
        ("Weights (safetensors)", "weights.safetensors", trained.weights, "application/octet-stream"),
        ("Curves (CSV)", "curves.csv", csv(trained), "text/csv"),
    ]
    if mistakes and mistakes.trained.weights is trained.weights:
        found.append(("Confusions (CSV)", "confusions.csv", mistakes.csv(), "text/csv"))
    if settings:
        packing = partial(packed, settings)
        found.append(("Data for the script (npz)", "data.npz", packing, "application/octet-stream"))
    return tuple(found)


def how(settings: Settings, changed: Mapping[str, float]) -> str:
    """The recipe in a few words: what is always said, and what is unusual.

    >>> how(Settings(epochs=2.0, dropout=0.5, flip=True), {"learning_rate": 0.001})
    'Adam 0.02 → 0.001, 2 epochs, dropout 0.5, flip'

    Args:
        settings: of the run.
        changed: numbers that were changed while it went on.
    """
    rates = [settings.learning_rate, *([changed["learning_rate"]] if "learning_rate" in changed else [])]
    rate = " → ".join(f"{value:g}" for value in rates)
    said = [f"{OPTIMIZERS[settings.optimizer].title} {rate}", f"{settings.epochs:g} epochs"]
    usual = Settings()
    for name in UNUSUAL:
        if (value := getattr(settings, name)) != getattr(usual, name):
            said.append(_told(fields_of(Settings)[name], value))
    return ", ".join(said)


def _told(field: Field, value: str | float) -> str:
    if field.kind == "flag":
        return field.label.lower()
    return f"{field.label.lower()} {dict(field.choices)[str(value)].lower() if field.choices else f'{value:g}'}"


def alike(runs: Sequence[Trained]) -> tuple[Trained, ...]:
    """Those that learned from the same data as the newest, which comes first."""
    return tuple(run for run in runs if (run.data, run.classes) == (runs[0].data, runs[0].classes))


def run_table(runs: Sequence[Trained]) -> Table:
    """A row for each run, the newest first."""
    rows = [
        (
            run.title, Cell(run.how, "rule"), percent(run.accuracy, run.tested), f"{run.seconds:.1f} s",
            f"{run.parameters:,}",
        )
        for run in runs
    ]  # fmt: skip
    return Table(("Run", "", "test accuracy", "time", "parameters"), rows, chosen=0 if len(runs) > 1 else None)


def compare_words(runs: Sequence[Trained]) -> str:
    """The best run."""
    best = max(runs, key=lambda run: run.accuracy)
    wrong = round((1 - best.accuracy) * best.tested)
    said = f"names {wrong:,} of {best.tested:,} test images wrongly" if wrong else f"names all {best.tested:,} rightly"
    return f"{best.title} {said}{', the fewest' if len(runs) > 1 and wrong else ''}."


def moved_words(runs: Sequence[Trained]) -> str:
    """How much each network loses when images move; those that were stopped were not asked."""
    runs = [run for run in runs if len(run.moved)]
    if not runs:
        return "A run that comes to its end is tested on moved images too."
    place = min(4, *(len(run.shifts) - 1 for run in runs))
    said = "; ".join(f"{run.title} {100 * run.moved[0]:.1f} → {100 * run.moved[place]:.1f} %" for run in runs)
    return f"Moved by {place} pixels, with black coming in: {said}."


def csv(trained: Trained) -> str:
    """The curves as a table."""
    lines = ["curve,epoch,value"]
    lines += [f"training loss,{x:.6g},{y:.6g}" for x, y in zip(trained.epochs, trained.losses, strict=True)]
    lines += [f"test accuracy,{x:.6g},{y:.6g}" for x, y in zip(trained.looks, trained.accuracies, strict=True)]
    lines += [f"accuracy when moved by pixels,{x},{y:.6g}" for x, y in zip(trained.shifts, trained.moved, strict=True)]
    return "\n".join(lines) + "\n"

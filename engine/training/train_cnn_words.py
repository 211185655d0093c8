"""What this lab says: before, during and after a training."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from engine.core.downloads import File
from engine.core.history import Test
from engine.core.tables import Table
from engine.core.trained import Trained
from engine.training.train_cnn import Plan, Settings, Snapshot
from engine.training.train_cnn_data import packed

Answer = tuple[str, str, str]
Content = bytes | str | Callable[[], bytes]
MARKS = (90, 98, 99)


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


def answer(snapshot: Snapshot, noun: str) -> Answer:
    """How good it is."""
    history = snapshot.history
    if snapshot.words:
        return "", snapshot.words, ""
    if history.diverged:
        return "The loss", "is no number any more", "the updates were too large: take a smaller learning rate"
    if not history.tests:
        return "Training", f"step {history.done:,} of {history.steps:,}", _speed(snapshot)
    last, after = history.tests[-1], snapshot.times[-1]
    text = f"of {len(last.predicted):,} test {noun}, after {after:.1f} s; {_speed(snapshot)}"
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


def film_words(snapshot: Snapshot, classes: Sequence[str]) -> str:
    """What the film shows."""
    last = snapshot.frames[-1]
    truth, guess = classes[snapshot.truth], int(last.probabilities.argmax())
    share = 100 * last.probabilities[snapshot.truth]
    words = f"Step {last.step:,}: the right class of this image, {truth}, gets {share:.1f} %"
    return f"{words}." if guess == snapshot.truth else f"{words}, {classes[guess]} the most."


def confusions(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Counts (classes, classes): row what it is, column what it was named."""
    pairs = labels.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)  # (C·C,) → (C, C)


def confusion_words(counts: np.ndarray, classes: Sequence[str]) -> str:
    """The most frequent mistakes."""
    wrong = counts * (1 - np.eye(len(counts), dtype=counts.dtype))
    total = int(wrong.sum())
    if not total:
        return f"All {counts.sum():,} test images were named rightly."
    order = np.argsort(wrong, axis=None)[::-1][:3]
    worst = [divmod(int(place), len(counts)) for place in order if wrong.flat[place]]
    names = "" if classes[0].isdigit() else f" Rows and columns: {', '.join(classes)}."
    said = ", ".join(f"{classes[row]} taken for {classes[column]} ({wrong[row, column]})" for row, column in worst)
    were = "was" if total == 1 else "were"
    return f"{total:,} of {counts.sum():,} test images {were} named wrongly, most often {said}.{names}"


def cell_places(labels: np.ndarray, test: Test, cell: tuple[int, int]) -> np.ndarray:
    """The test images of a cell of the confusions, those first of which the network was surest."""
    found = np.flatnonzero((labels == cell[0]) & (test.predicted == cell[1]))
    return found[np.argsort(-test.confidences[found], kind="stable")]


def cell_words(classes: Sequence[str], cell: tuple[int, int], places: np.ndarray) -> tuple[str, str]:
    """A title and a summary for the images of a cell."""
    row, column = (classes[place] for place in cell)
    title = f"{row} taken for {column}" if row != column else f"{row}, named rightly"
    if not len(places):
        return title, f"{title}: no test image."
    count = "1 test image" if len(places) == 1 else f"{len(places):,} test images, the network's surest first"
    return title, f"{title}: {count}."


def button(missing: Sequence[File]) -> str:
    """What the button says that starts a run."""
    size = sum(file.size for file in missing)
    return f"Fetch {size / 1e6:.0f} MB and train" if missing else "Train"


def files(trained: Trained, settings: Settings) -> tuple[tuple[str, str, Content, str], ...]:
    """What can be saved: words, file name, content or what makes it, MIME type; the script stands with the code."""
    return (
        ("Weights (safetensors)", "weights.safetensors", trained.weights, "application/octet-stream"),
        ("Curves (CSV)", "curves.csv", csv(trained), "text/csv"),
        ("Data for the script (npz)", "data.npz", partial(packed, settings), "application/octet-stream"),
    )


def alike(runs: Sequence[Trained]) -> tuple[Trained, ...]:
    """Those that learned from the same data as the newest, which comes first."""
    return tuple(run for run in runs if (run.data, run.classes) == (runs[0].data, runs[0].classes))


def run_table(runs: Sequence[Trained]) -> Table:
    """A row for each run, the newest first."""
    rows = [
        (run.title, percent(run.accuracy, run.tested), f"{run.seconds:.1f} s", f"{run.parameters:,}") for run in runs
    ]
    return Table(("Run", "test accuracy", "time", "parameters"), rows, chosen=0 if len(runs) > 1 else None)


def compare_words(runs: Sequence[Trained]) -> str:
    """The best run, and where there are several the last."""
    best = max(runs, key=lambda run: run.accuracy)
    errors = 100 - 100 * best.accuracy
    return f"{best.title} makes the fewest mistakes: {errors:.2f} % of {best.tested:,} test images."


def moved_words(runs: Sequence[Trained]) -> str:
    """How much each network loses when images move."""
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

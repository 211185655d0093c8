"""What a trained network takes for what: counts of its last test, and the images behind each."""

import io
from collections.abc import Sequence
from csv import writer
from dataclasses import dataclass

import numpy as np

from engine.core.examples import Examples
from engine.core.history import Test
from engine.core.jobs import Status
from engine.core.trained import Trained
from engine.training.train_cnn_data import data_of


@dataclass(frozen=True, eq=False)
class Confusions:
    """The last test of a network.

    Args:
        trained: the network.
        test: the images; it was tested on the first ones, on all if the run came to its end.
        last: how it named them.
    """

    trained: Trained
    test: Examples
    last: Test

    @property
    def labels(self) -> np.ndarray:
        """The classes of the images that were tested, (N,)."""
        return self.test.labels[: len(self.last.predicted)]

    @property
    def counts(self) -> np.ndarray:
        """How often, (classes, classes): row what it is, column what it was named."""
        return confusions(self.labels, self.last.predicted, len(self.test.classes))

    def csv(self) -> str:
        """The counts as a table with the names of the classes."""
        out = io.StringIO()
        rows = writer(out, lineterminator="\n")
        rows.writerow(["is / was named", *self.test.classes])
        rows.writerows([name, *row] for name, row in zip(self.test.classes, self.counts.tolist(), strict=True))
        return out.getvalue()


def tested(status: Status | None) -> Confusions | None:
    """The confusions of a run that left a network; None if it has not, or if its images are no more."""
    snapshot = status.snapshot if status else None
    if status is None or snapshot is None or snapshot.trained is None:
        return None
    try:
        test = data_of(status.settings).read()[1]
    except ValueError:
        return None
    return Confusions(snapshot.trained, test, snapshot.history.tests[-1])


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
    said = ", ".join(f"{classes[row]} taken for {classes[column]} ({wrong[row, column]})" for row, column in worst)
    were = "was" if total == 1 else "were"
    return f"{total:,} of {counts.sum():,} test images {were} named wrongly, most often {said}."


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

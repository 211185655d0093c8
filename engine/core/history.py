"""The history of a training: plain numbers, as snapshots of a running job and as its result."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False)
class Test:
    """One test.

    Args:
        step: after how many updates.
        loss: mean cross-entropy.
        accuracy: share that is right.
        predicted: uint8 (N,), the class of each example.
        confidences: float32 (N,), its probability.
    """

    step: int
    loss: float
    accuracy: float
    predicted: np.ndarray
    confidences: np.ndarray


@dataclass(frozen=True, eq=False)
class History:
    """A run so far.

    Args:
        steps, epochs, batch: what was planned.
        losses: (S,) of each update, on its batch, with label smoothing if there is any.
        accuracies: (S,) of each update, on its batch, before it.
        tests: on held-out examples, the last one of a finished run on all of them.
        finished: whether it came to its end.
        diverged: whether it ended because the loss was no number any more.
    """

    steps: int
    epochs: float
    batch: int
    losses: np.ndarray = field(default_factory=lambda: np.zeros(0))
    accuracies: np.ndarray = field(default_factory=lambda: np.zeros(0))
    tests: tuple[Test, ...] = ()
    finished: bool = False
    diverged: bool = False

    @property
    def done(self) -> int:
        """Updates so far."""
        return len(self.losses)

    @property
    def examples(self) -> int:
        """Examples seen so far, each as often as it was seen."""
        return self.done * self.batch

    @property
    def accuracy(self) -> float:
        """Of the last test, NaN before the first."""
        return self.tests[-1].accuracy if self.tests else float("nan")

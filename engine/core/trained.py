"""A network that was trained in this visit, as plain data: for comparing, for saving, and for labs that look inside."""

from dataclasses import dataclass

import numpy as np

from engine.core.samples import Samples


@dataclass(frozen=True, eq=False)
class Trained:
    """One network.

    Args:
        title: what the reader calls it, such as "LeNet-5 (MNIST)".
        network: in the lectures' grammar; `engine.core.networks.grammar.parse(text, limits=WRITTEN)` reads it.
        weights: a safetensors file; `engine.core.weights.unpack` puts them into the network.
        data: the name of its data set in engine.core.training_sets.
        shape: channels, height, width of an image.
        classes: the names of its outputs.
        statistics: mean and standard deviation of each channel; it sees (pixel / 255 − mean) / deviation.
        parameters: how many numbers it learned.
        accuracy: share of all test examples that it names rightly.
        tested: how many those are.
        seconds: that it was trained.
        epochs, losses: (P,) the loss of training over the epochs, thinned.
        looks, accuracies: (T,) accuracies on test examples, and after how many epochs.
        shifts, moved: (D,) accuracies on test images moved by so many pixels.
        samples: test images of its own, to look at it with; None if it learned from what everybody has.
        how: the recipe in a few words, such as "Adam 0.02, 1.2 epochs".
    """

    title: str
    network: str
    weights: bytes
    data: str
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    statistics: tuple[tuple[float, ...], tuple[float, ...]]
    parameters: int
    accuracy: float
    tested: int
    seconds: float
    epochs: np.ndarray
    losses: np.ndarray
    looks: np.ndarray
    accuracies: np.ndarray
    shifts: np.ndarray
    moved: np.ndarray
    samples: Samples | None = None
    how: str = ""

    @property
    def size(self) -> int:
        """Bytes that it holds, about."""
        own = self.samples.bytes if self.samples else 0
        return len(self.weights) + own + 16 * (len(self.epochs) + len(self.looks) + len(self.shifts)) + 2048

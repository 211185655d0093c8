"""Labelled images to learn from, whatever they come from: the form that training, galleries and uploads share."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.core.datasets import MNIST_MEAN, MNIST_STD, Split, mnist


@dataclass(frozen=True, eq=False)
class Examples:
    """Images and their classes.

    Args:
        images: uint8 (N, C, H, W).
        labels: uint8 (N,), indices into `classes`.
        classes: their names.
        statistics: mean and standard deviation of each channel of the training images, of pixels / 255.
    """

    images: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    statistics: tuple[tuple[float, ...], tuple[float, ...]]

    def __post_init__(self) -> None:
        """What does not fit together would be noticed only after minutes of training."""
        if self.images.dtype != np.uint8 or self.images.ndim != 4 or len(self.images) != len(self.labels):
            raise ValueError(f"Examples are bytes (N, C, H, W) with N labels, not {self.images.shape}.")
        if len(self.labels) and int(self.labels.max()) >= len(self.classes):
            raise ValueError(f"There are {len(self.classes)} classes, and a label of {int(self.labels.max())}.")
        if any(len(numbers) != self.images.shape[1] for numbers in self.statistics):
            raise ValueError("Every channel needs a mean and a standard deviation.")

    def __len__(self) -> int:
        """How many there are."""
        return len(self.labels)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of an image."""
        _, channels, height, width = self.images.shape
        return channels, height, width


Pair = tuple[Examples, Examples]


def split(
    images: np.ndarray, labels: np.ndarray, test_images: np.ndarray, test_labels: np.ndarray, classes: tuple[str, ...]
) -> Pair:
    """Training and test examples of uint8 images (N, C, H, W), both with the statistics of the training images."""
    part = images[:: max(1, len(images) // 10_000)] / np.float32(255)
    mean, deviation = part.mean(axis=(0, 2, 3)), part.std(axis=(0, 2, 3))
    statistics = (tuple(map(float, mean)), tuple(max(1e-3, float(value)) for value in deviation))
    training = Examples(images, labels.astype(np.uint8), classes, statistics)
    return training, Examples(test_images, test_labels.astype(np.uint8), classes, statistics)


@cache
def digits(split: Split) -> Examples:
    """A split of MNIST; its bytes are those of the data set, not a copy."""
    data = mnist(split)
    names = tuple(map(str, range(10)))
    return Examples(data.images[:, None], data.labels, names, ((MNIST_MEAN,), (MNIST_STD,)))  # (N, H, W) → (N, 1, H, W)

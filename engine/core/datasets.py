"""The bundled data sets, read once and only when a lab asks.

Reference: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits"; CC BY-SA 3.0.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np

Split = Literal["train", "test"]
SPLITS: tuple[str, ...] = get_args(Split)
FOLDER = Path(__file__).parents[2] / "assets" / "datasets"
# Of the training images divided by 255; what networks on MNIST subtract and divide by.
MNIST_MEAN, MNIST_STD = 0.1307, 0.3081
MNIST_SIZES = {"train": 60_000, "test": 10_000}
MNIST_CREDIT = "MNIST, Y. LeCun, C. Cortes, C. Burges, CC BY-SA 3.0"


@dataclass(frozen=True, eq=False)
class Digits:
    """One split of MNIST, read-only.

    Args:
        split: "train" or "test".
        images: uint8 (N, 28, 28), 0 is the background.
        labels: uint8 (N,), 0 … 9.
    """

    split: str
    images: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        self.images.setflags(write=False)
        self.labels.setflags(write=False)

    def __len__(self) -> int:
        return len(self.labels)


@cache
def mnist(split: Split = "train") -> Digits:
    """A split of MNIST in its official order: 60 000 digits to train on (47 MB), 10 000 to test on (8 MB)."""
    if split not in SPLITS:
        raise ValueError(f"MNIST has the splits train and test, not {split}.")
    with np.load(FOLDER / "mnist.npz", allow_pickle=False) as stored:
        return Digits(split, stored[f"{split}_images"], stored[f"{split}_labels"])


def digit(split: Split, index: int) -> tuple[np.ndarray, int]:
    """One digit: its pixels, uint8 (28, 28), and its label.

    Raises:
        ValueError: there is no such split or index.
    """
    check_digit(split, index)
    data = mnist(split)
    return data.images[index], int(data.labels[index])


def check_digit(split: str, index: int) -> None:
    """Refuse a split or an index that MNIST does not have, without reading it."""
    if split not in SPLITS:
        raise ValueError(f"MNIST has the splits train and test, not {split}.")
    if not 0 <= index < MNIST_SIZES[split]:
        raise ValueError(f"MNIST's {split} digits are numbered 0 to {MNIST_SIZES[split] - 1}, not {index}.")


def index_of_class(split: Split, label: int, nth: int = 0) -> int:
    """The index of the nth digit of a class, counted round: after the last comes the first again.

    >>> int(mnist("test").labels[index_of_class("test", 7)])
    7
    """
    if not 0 <= label <= 9:
        raise ValueError(f"A digit is 0 to 9, not {label}.")
    found = np.flatnonzero(mnist(split).labels == label)
    return int(found[nth % len(found)])


def next_of_class(split: Split, index: int) -> int:
    """The next digit of the same class after this one; after the last comes the first again."""
    check_digit(split, index)
    labels = mnist(split).labels
    found = np.flatnonzero(labels == labels[index])
    return int(found[(np.searchsorted(found, index) + 1) % len(found)])

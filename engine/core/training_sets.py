"""Data sets to train on, by name: what they are is known before they are read.

Reference: Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998 (MNIST); E. Alpaydin,
C. Kaynak, "Cascading classifiers", 1998 (the 8 × 8 digits); H. Xiao et al., "Fashion-MNIST", 2017; A. Krizhevsky,
"Learning multiple layers of features from tiny images", 2009 (CIFAR-10).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.core.data_formats import cifar_batches, idx
from engine.core.datasets import FOLDER
from engine.core.downloads import File, fetched
from engine.core.examples import Pair, digits, split

DIGITS = tuple(map(str, range(10)))
CLOTHES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
TONES = 16  # of the 8 × 8 digits: how many of the 16 pixels of a block were ink


@dataclass(frozen=True)
class TrainingSet:
    """What is known of images to learn from before they are read.

    Args:
        title, noun: what the student reads: what they and their images are called.
        shape: channels, height, width of an image.
        classes: their names.
        training, testing: how many images there are.
        credit: who made them, and under which licence; "" where nobody is to be named.
        read: the training and the test examples; for files that must be fetched, once they are there.
        files: to be fetched first.
    """

    title: str
    noun: str
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    training: int
    testing: int
    credit: str
    read: Callable[[], Pair]
    files: tuple[File, ...] = ()


def _mnist() -> Pair:
    return digits("train"), digits("test")


@cache
def optdigits() -> Pair:
    """1,797 digits of 8 × 8 pixels; every fifth is for tests."""
    with np.load(FOLDER / "optdigits.npz", allow_pickle=False) as stored:
        images, labels = stored["images"], stored["labels"]
    pixels = np.rint(images * (255 / TONES)).astype(np.uint8)[:, None]  # (N, 8, 8) → (N, 1, 8, 8)
    held = np.arange(len(labels)) % 5 == 4
    return split(pixels[~held], labels[~held], pixels[held], labels[held], DIGITS)


@cache
def _fashion() -> Pair:
    images, labels, test_images, test_labels = (idx(fetched(file)) for file in FASHION)
    return split(images[:, None], labels, test_images[:, None], test_labels, CLOTHES)


@cache
def _cifar() -> Pair:
    return split(*cifar_batches(fetched(CIFAR)), THINGS)


FASHION_FOLDER = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
FASHION = tuple(
    File(f"fashion-{name}", FASHION_FOLDER + name, size, digest)
    for name, size, digest in (
        (
            "train-images-idx3-ubyte.gz",
            26_421_880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ),
        ("train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        ("t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        ("t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    )
)
CIFAR = File(
    "cifar-10-binary.tar.gz",
    "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    170_052_171,
    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
)
SETS: dict[str, TrainingSet] = {
    "mnist": TrainingSet(
        "MNIST", "digits", (1, 28, 28), DIGITS, 60_000, 10_000, "Y. LeCun, C. Cortes, C. Burges, CC BY-SA 3.0", _mnist
    ),
    "optdigits": TrainingSet(
        "8×8 digits", "digits", (1, 8, 8), DIGITS, 1438, 359, "E. Alpaydin, C. Kaynak, UCI, CC BY 4.0", optdigits
    ),
    "fashion": TrainingSet(
        "Fashion-MNIST", "pictures", (1, 28, 28), CLOTHES, 60_000, 10_000, "H. Xiao et al., MIT", _fashion, FASHION
    ),
    "cifar": TrainingSet(
        "CIFAR-10", "photos", (3, 32, 32), THINGS, 50_000, 10_000, "A. Krizhevsky, V. Nair, G. Hinton", _cifar, (CIFAR,)
    ),
}

"""Test images of the data that a network learned from, by number: what it is looked at with.

A reference names one, as those of engine.core.images do:

    sample:cifar:12               of a data set that comes with the app or was fetched
    sample:0123456789abcdef:12    of one visitor's data; they live in memory, for that visit only
"""

import hashlib
import re
from weakref import WeakValueDictionary

import numpy as np

from engine.core.downloads import is_here
from engine.core.examples import Examples
from engine.core.training_sets import SETS

REFERENCE = re.compile(r"sample:([a-z0-9]{1,16}):(\d{1,5})")
KEPT = 200  # of images that are nobody else's
LOST = "That image belongs to data of another visit, and they are not kept: choose another."


class Samples:
    """Test images, with a name to find them by.

    Args:
        examples: the images.
        data: their data set's name in SETS, or another word.
    """

    def __init__(self, examples: Examples, data: str) -> None:
        self.examples, self.data = examples, data
        self.name = data if data in SETS else _digest(examples)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.examples)

    @property
    def bytes(self) -> int:
        """What they hold for themselves: those of a known data set are everybody's."""
        return 0 if self.data in SETS else self.examples.images.nbytes

    def reference(self, number: int) -> str:
        """The name of one image; those of MNIST have had theirs for longer."""
        return f"digit:test:{number}" if self.data == "mnist" else f"sample:{self.name}:{number}"

    def number(self, reference: str) -> int | None:
        """Which image a name means; None if it is none of these."""
        start, _, number = reference.rpartition(":")
        known = f"{start}:" == self.reference(0)[:-1] and number.isdecimal() and int(number) < len(self)
        return int(number) if known else None

    def of_class(self, label: int, now: int | None = None) -> int | None:
        """The first image of a class; if `now` is one of it the next, and after the last the first; None if none is."""
        found = np.flatnonzero(self.examples.labels == label)
        if now is None or self.examples.labels[now] != label:
            return int(found[0]) if len(found) else None
        return int(found[(np.searchsorted(found, now) + 1) % len(found)])


# All that are somebody's, by their names.
_alive: "WeakValueDictionary[str, Samples]" = WeakValueDictionary()


def of_set(name: str) -> Samples:
    """The test images of a known data set; its files must be there."""
    return Samples(SETS[name].read()[1], name)


def own(examples: Examples, data: str) -> Samples | None:
    """What goes with a network that learned from these data: some of its test images, evenly taken.

    None of a known data set: everybody has its images.
    """
    if data in SETS:
        return None
    step = -(-len(examples) // KEPT)
    few = Examples(examples.images[::step].copy(), examples.labels[::step], examples.classes, examples.statistics)
    return Samples(few, data)


def going_with(data: str, mine: Samples | None) -> Samples | None:
    """The test images for a network: those of a known data set, or its `own`, if it has any.

    They can be found by their names as long as the caller keeps what this returns.
    """
    if data in SETS:
        return of_set(data)
    return _alive.setdefault(mine.name, mine) if mine else None


def check(reference: str) -> None:
    """Refuse what cannot name a test image, without reading it.

    Raises:
        ValueError: a sentence for the student.
    """
    _parts(reference)


def find(reference: str) -> tuple[np.ndarray, str]:
    """The pixels of a test image, uint8 (C, H, W), and its class.

    Raises:
        ValueError: it is not there, or no more.
    """
    name, number = _parts(reference)
    if name in SETS and not all(is_here(file) for file in SETS[name].files):
        raise ValueError(f"The images of {SETS[name].title} were not fetched yet: train on them first.")
    found = of_set(name) if name in SETS else _alive.get(name)
    if found is None:
        raise ValueError(LOST)
    if number >= len(found):
        raise ValueError(f"There are {len(found):,} test images, numbered from 0, and no {number}.")
    return found.examples.images[number], found.examples.classes[int(found.examples.labels[number])]


def _parts(reference: str) -> tuple[str, int]:
    if not (match := REFERENCE.fullmatch(reference)):
        raise ValueError("A test image is named by its data and number, such as sample:optdigits:12.")
    return match[1], int(match[2])


def _digest(examples: Examples) -> str:
    told = hashlib.sha256(repr((examples.classes, examples.labels.tolist(), examples.images.shape)).encode())
    told.update(np.ascontiguousarray(examples.images).tobytes())
    return told.hexdigest()[:16]

"""Networks that labs look into, by a short name: the LeNet that comes with the app, and those trained in this visit.

lenet                      for everyone
trained:0123456789abcdef   the weights of one visitor; they live in memory, for that visit only
"""

import hashlib
import re
from dataclasses import dataclass
from weakref import WeakValueDictionary

from torch import nn

from engine.core.datasets import MNIST_MEAN, MNIST_STD
from engine.core.networks.grammar import WRITTEN, parse
from engine.core.networks.shipped import lenet, specification
from engine.core.networks.specification import Network
from engine.core.trained import Trained
from engine.core.weights import unpack

LENET = "lenet"
REFERENCE = re.compile(r"lenet|trained:[0-9a-f]{16}")
LOST = "That network was trained in another visit, and they are not kept: train it again, or look into LeNet."


@dataclass(frozen=True, eq=False)
class Inspected:
    """A network at rest, with what it takes to show it an image. Nobody may change it.

    Args:
        reference: its name, see the module.
        title: what the reader calls it.
        network, module: the specification, and the module that was built from it.
        classes: the names of its outputs.
        mean, deviation: it sees (pixel in [0, 1] − mean) / deviation.
    """

    reference: str
    title: str
    network: Network
    module: nn.Sequential
    classes: tuple[str, ...]
    mean: float
    deviation: float


# Every trained network that some session still holds.
_alive: "WeakValueDictionary[str, Inspected]" = WeakValueDictionary()


def check(reference: str) -> str:
    """Refuse what cannot be a network's name, without looking for it.

    Raises:
        ValueError: a sentence for the student.
    """
    if not REFERENCE.fullmatch(reference):
        raise ValueError("There is no such network: look into LeNet, or train one.")
    return reference


def find(reference: str) -> Inspected:
    """The network of that name.

    Raises:
        ValueError: nobody holds it any more.
    """
    if check(reference) == LENET:
        return Inspected(LENET, "LeNet-5", specification(), lenet(), tuple(map(str, range(10))), MNIST_MEAN, MNIST_STD)
    if (found := _alive.get(reference)) is None:
        raise ValueError(LOST)
    return found


def hold(trained: Trained) -> Inspected:
    """A trained network for looking into; it is there as long as the caller keeps it.

    Raises:
        ValueError: it takes images of several channels.
    """
    if trained.shape[0] != 1:
        raise ValueError(f"{trained.title} takes images of {trained.shape[0]} channels; this needs one.")
    reference = f"trained:{hashlib.sha256(trained.weights).hexdigest()[:16]}"
    if (found := _alive.get(reference)) is not None:
        return found
    network = parse(trained.network, limits=WRITTEN)
    module = unpack(trained.weights, network)
    (mean,), (deviation,) = trained.statistics
    made = Inspected(reference, trained.title, network, module, trained.classes, mean, deviation)
    return _alive.setdefault(reference, made)

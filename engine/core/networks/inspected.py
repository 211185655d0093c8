"""Networks that labs look into, by a short name: those that come with the app, and those trained in this visit.

lite0, lenet               for everyone
trained:0123456789abcdef   the weights of one visitor; they live in memory, for that visit only
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from weakref import WeakValueDictionary

import numpy as np
import torch
from torch import nn

from engine.core import images, samples
from engine.core.datasets import MNIST_MEAN, MNIST_STD
from engine.core.device import device
from engine.core.hooks import map_layers
from engine.core.networks import efficientnet
from engine.core.networks.grammar import WRITTEN, parse
from engine.core.networks.inside import names
from engine.core.networks.shipped import lenet, specification
from engine.core.networks.specification import Network
from engine.core.resizing import SMALL
from engine.core.samples import Samples
from engine.core.trained import Trained
from engine.core.weights import unpack

LITE0, LENET = "lite0", "lenet"
SHIPPED = {LITE0: "EfficientNet-Lite0", LENET: "LeNet-5"}
REFERENCE = re.compile(r"lite0|lenet|trained:[0-9a-f]{16}")
LOST = "That network was trained in another visit, and they are not kept: train it again, or look into another."


@dataclass(frozen=True, eq=False)
class Inspected:
    """A network at rest, with what it takes to show it an image. Nobody may change it.

    Args:
        reference: its name, see the module.
        title: what the reader calls it.
        module: takes (N, C, H, W), gives the scores of the classes.
        quick: the same, for many passes that are only compared with each other; faster where halves are.
        network: the specification that the module was built from, if it was.
        shape: channels, height, width of an image.
        classes: the names of its outputs.
        mean, deviation: of each channel; it sees (pixel in [0, 1] − mean) / deviation.
        layers: those that give maps of more than one cell, from the pixels upwards: what a reader calls them, and the
            path of the module.
        weighed: the layers that have weights, from the classes downwards: what a reader calls them, and the paths.
        samples: test images of its own data.
    """

    reference: str
    title: str
    module: nn.Module
    quick: nn.Module
    network: Network | None
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    layers: tuple[tuple[str, str], ...]
    weighed: tuple[tuple[str, tuple[str, ...]], ...]
    samples: Samples | None = None

    @property
    def small(self) -> bool:
        """Whether its images are so small that their pixels are seen one by one."""
        return max(self.shape[1:]) <= SMALL

    def picture(self, reference: str) -> images.Picture:
        """An image at the network's size, with as many channels as it takes.

        Raises:
            ValueError: there is no such image.
        """
        return images.load(reference, self.shape[1:], channels=self.shape[0])

    def prepared(self, pixels: np.ndarray) -> np.ndarray:
        """Pixels in [0, 1] as the network was taught to see them: (…, C, H, W) float32."""
        mean, deviation = (np.array(each, np.float32)[:, None, None] for each in (self.mean, self.deviation))
        return ((pixels - mean) / deviation).astype(np.float32)


# Every trained network that some session still holds.
_alive: "WeakValueDictionary[str, Inspected]" = WeakValueDictionary()


def check(reference: str) -> str:
    """Refuse what cannot be a network's name, without looking for it.

    Raises:
        ValueError: a sentence for the student.
    """
    if not REFERENCE.fullmatch(reference):
        raise ValueError("There is no such network: look into one that comes with the app, or train one.")
    return reference


def find(reference: str) -> Inspected:
    """The network of that name.

    Raises:
        ValueError: nobody holds it any more.
    """
    if check(reference) in SHIPPED:
        return _lite0() if reference == LITE0 else _lenet()
    if (found := _alive.get(reference)) is None:
        raise ValueError(LOST)
    return found


def grey(reference: str) -> tuple[Inspected, Network]:
    """The network of that name with its specification, if it takes images of one channel.

    Raises:
        ValueError: it takes others, or nobody holds it any more.
    """
    found = find(reference)
    if found.shape[0] != 1 or found.network is None:
        raise ValueError(f"{found.title} takes images of {found.shape[0]} channels; this needs one.")
    return found, found.network


def hold(trained: Trained) -> Inspected:
    """A trained network for looking into; it is there as long as the caller keeps it."""
    known = repr((trained.network, trained.shape, trained.classes, trained.statistics, trained.data)).encode()
    reference = f"trained:{hashlib.sha256(known + trained.weights).hexdigest()[:16]}"
    if (found := _alive.get(reference)) is not None:
        return found
    network = parse(trained.network, limits=WRITTEN)
    seen, module = samples.going_with(trained.data, trained.samples), unpack(trained.weights, network)
    made = _chain(reference, trained.title, network, module, trained.classes, trained.statistics, seen)
    return _alive.setdefault(reference, made)


@cache
def _lenet() -> Inspected:
    digits = samples.of_set("mnist")
    classes, statistics = digits.examples.classes, ((MNIST_MEAN,), (MNIST_STD,))
    return _chain(LENET, SHIPPED[LENET], specification(), lenet(), classes, statistics, digits)


@cache
def _lite0() -> Inspected:
    shape, blocks = (3, efficientnet.SIDE, efficientnet.SIDE), range(efficientnet.BLOCKS, 0, -2)
    # Two blocks at a time are enough to see what becomes of a map; the lower one names them.
    pairs = ((f"block {top - 1}", (f"blocks.{top - 1}", f"blocks.{top - 2}")) for top in blocks)
    weighed = (("classes", ("fc",)), ("head", ("conv_head",)), *pairs, ("stem", ("conv_stem",)))
    return Inspected(
        LITE0, SHIPPED[LITE0], efficientnet.lite0(), efficientnet.quick(), None, shape, efficientnet.labels(),
        (efficientnet.MEAN,) * 3, (efficientnet.STD,) * 3, efficientnet.LAYERS, weighed,
    )  # fmt: skip


def _chain(
    reference: str,
    title: str,
    network: Network,
    module: nn.Sequential,
    classes: tuple[str, ...],
    statistics: tuple[tuple[float, ...], tuple[float, ...]],
    seen: Samples | None,
) -> Inspected:
    """A network of the grammar, its stages named as everywhere."""
    sizes = map_layers(module, torch.zeros(1, *network.input, device=device()))
    layers, weighed = [], []
    for group, name in names(network).items():
        maps = [str(place) for place in group if max(sizes.get(str(place), (0, 0))) > 1]
        learned = tuple(str(place) for place in group if any(True for _ in module[place].parameters()))
        layers += [(name, maps[-1])] if maps else []
        weighed += [(name, learned)] if learned else []
    return Inspected(
        reference, title, module, module, network, network.input, classes, *statistics,
        tuple(layers), tuple(reversed(weighed)), seen,
    )  # fmt: skip

"""Networks as a visitor might have trained them, or not much."""

from collections.abc import Sequence

import numpy as np

from engine.core.networks.building import build
from engine.core.networks.grammar import parse, write
from engine.core.samples import Samples
from engine.core.trained import Trained
from engine.core.weights import pack


def trained(
    text: str,
    shape: tuple[int, int, int] = (1, 28, 28),
    *,
    title: str = "mine",
    classes: Sequence[str] = "abcdefghij",
    data: str = "mnist",
    samples: Samples | None = None,
    seed: int = 5,
) -> Trained:
    """A network with random weights; the channels' means and deviations all differ."""
    network, none = parse(text), np.zeros(0)
    statistics = (tuple(0.2 + 0.1 * i for i in range(shape[0])), tuple(0.4 - 0.1 * i for i in range(shape[0])))
    named = tuple(classes[: network.output[0]])
    return Trained(
        title, write(network), pack(build(network, seed, "he")), data, shape, named, statistics, 0, 0.5, 10, 1.0,
        none, none, none, none, none, none, samples,
    )  # fmt: skip

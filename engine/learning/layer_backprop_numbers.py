"""The numbers that an experiment starts from: drawn from the seed, some changed by hand, each in its place.

Every tensor is (A, B, H, W), A rows and B columns of panels, as the stepper draws it. It is cut out of a larger one, so
that its numbers stay when a size changes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.learning.layer_backprop_settings import Settings

LARGEST = (2, 2, 8, 8)
PANELS = LARGEST[0] * LARGEST[1]
Shape = tuple[int, int, int, int]
Fill = Callable[[np.random.Generator], np.ndarray]


def decimals(random: np.random.Generator) -> np.ndarray:
    """One decimal, from −2 to 2 without 0."""
    return random.choice([-1, 1], LARGEST) * random.integers(1, 21, LARGEST) / 10


def units(random: np.random.Generator) -> np.ndarray:
    """One decimal, from −1 to 1 without 0: weights that do not saturate."""
    return random.choice([-1, 1], LARGEST) * random.integers(1, 11, LARGEST) / 10


def shuffled(random: np.random.Generator) -> np.ndarray:
    """Whole numbers from 1 to 64, each once in a panel: no ties."""
    return np.broadcast_to(random.permutation(64).reshape(8, 8) + 1.0, LARGEST).copy()


def small(random: np.random.Generator) -> np.ndarray:
    """Whole numbers from −2 to 2."""
    return random.integers(-2, 3, LARGEST).astype(float)


def digits(random: np.random.Generator) -> np.ndarray:
    """Whole numbers from 0 to 9."""
    return random.integers(0, 10, LARGEST).astype(float)


def tenths(random: np.random.Generator) -> np.ndarray:
    """One decimal, from −0.5 to 0.5."""
    return random.integers(-5, 6, LARGEST) / 10


def nonzero(random: np.random.Generator) -> np.ndarray:
    """Whole numbers from −3 to 3 without 0: an upstream gradient that is easy to follow."""
    return random.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], LARGEST)


def ones(random: np.random.Generator) -> np.ndarray:
    """All 1."""
    return np.ones(LARGEST)


def zeros(random: np.random.Generator) -> np.ndarray:
    """All 0."""
    return np.zeros(LARGEST)


def classes(random: np.random.Generator) -> np.ndarray:
    """One 1 in each column: example n belongs to class n, counted round."""
    return np.broadcast_to(np.eye(LARGEST[2]), LARGEST).copy()


@dataclass(frozen=True)
class Given:
    """A tensor that a layer or a network is given, and that may be changed by hand.

    Args:
        name: in the trace.
        symbol: in formulas.
        title: above its grid.
        shape: Settings → (A, B, H, W).
        fill: its numbers, (2, 2, 8, 8), from a random generator.
    """

    name: str
    symbol: str
    title: str
    shape: Callable[[Settings], Shape]
    fill: Fill


# Where the changed numbers of each tensor stand in `Settings.changes`: at its place here, times four panels.
SLOTS = (
    *("linear.x", "linear.weight", "linear.bias", "linear.upstream", "relu.x", "relu.upstream"),
    *("sigmoid.x", "sigmoid.upstream", "softmax.x", "softmax.target"),
    *("convolution.x", "convolution.weight", "convolution.bias", "convolution.upstream"),
    *("pool.x", "pool.upstream", "norm.x", "norm.weight", "norm.bias", "norm.upstream"),
    *("network.x", "network.w1", "network.b1", "network.w2", "network.b2", "network.y"),
)


def numbers(settings: Settings, owner: str, given: Given, fill: Fill | None = None) -> np.ndarray:
    """A tensor (A, B, H, W): drawn, cut to size, then the numbers changed by hand."""
    slot = SLOTS.index(f"{owner}.{given.name}")
    whole = (fill or given.fill)(np.random.default_rng([settings.seed, slot])).astype(np.float64)
    for place, row, column, value in settings.changes:
        if place // PANELS == slot and row < LARGEST[2] and column < LARGEST[3]:
            whole[(*divmod(place % PANELS, LARGEST[1]), row, column)] = value
    return whole[tuple(slice(side) for side in given.shape(settings))].copy()


def change(owner: str, name: str, place: tuple[int, int, int, int], value: float) -> tuple[int, int, int, float]:
    """A changed number as `Settings.changes` keeps it; the place is (row and column of panels, row, column)."""
    slot = SLOTS.index(f"{owner}.{name}")
    return slot * PANELS + place[0] * LARGEST[1] + place[1], place[2], place[3], value

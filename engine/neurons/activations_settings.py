"""The settings of the activations' lab, in three rings: what all networks share, one network, and the curve above it.

A ring is an experiment of its own, so that what does not depend on the outer ones is not computed again.
"""

from dataclasses import dataclass
from typing import TypeVar

from engine.core.fields import Experiment, choice, fields_of, real, seed, text, whole
from engine.core.networks.initialisations import INITIALISATIONS
from engine.core.nonlinearities import NONLINEARITIES

E = TypeVar("E", bound=Experiment)
FUNCTIONS = {name: function.title for name, function in NONLINEARITIES.items()}
STARTS = {name: start.title for name, start in INITIALISATIONS.items()}
TAPERS = {"none": "equal", "narrower": "narrowing", "wider": "widening"}
TAPER = 4  # the last layer's width against the first
MOST_COMPARED = 3
MOST_EXAMPLES, MOST_SUMS = 256, 330_000  # examples; sums of all units for all examples
NUMBERS = {"LeakyReLU": "negative_slope", "PReLU": "weight", "ELU": "alpha", "Maxout": "pieces"}


def compared(words: str) -> tuple[str, ...]:
    """The functions that a text names, in its order.

    >>> compared("Tanh ReLU")
    ('Tanh', 'ReLU')
    """
    named = tuple(dict.fromkeys(words.split()))
    for name in named:
        if name not in FUNCTIONS:
            raise ValueError(f"There is no activation function {name[:20]}; there are {', '.join(FUNCTIONS)}.")
    if len(named) > MOST_COMPARED:
        raise ValueError(f"At most {MOST_COMPARED} functions can be set against one.")
    return named


@dataclass(frozen=True)
class Surroundings(Experiment):
    """What every network of the comparison shares."""

    depth: int = whole(10, 2, 30, "Layers")
    width: int = whole(128, 16, 256, "Units in a layer", step=8)
    taper: str = choice("none", TAPERS, "Widths", "From layer to layer: equal, or to a quarter or from a quarter.")
    scale: float = real(1.0, 0.1, 5.0, "Inputs’ deviation", "Inputs are normal, with mean 0.")
    gain: float = real(1.0, 0.1, 3.0, "All weights ×", "On top of the initialisation.", step=0.05)
    bias: float = real(0.0, -3.0, 3.0, "All biases +", "The same number for every unit.")
    negative_slope: float = real(0.01, 0.0, 1.0, "Leaky ReLU’s slope a", "Left of 0; fixed.", step=0.01)
    weight: float = real(0.25, -1.0, 1.0, "PReLU’s slope a", "Left of 0; learned. torch begins with 0.25.", step=0.01)
    alpha: float = real(1.0, 0.1, 2.0, "ELU’s α", "Left of 0 it goes to −α.")
    pieces: int = whole(2, 2, 4, "Maxout’s pieces k", "Linear functions of which the largest counts.")
    seed: int = seed()


@dataclass(frozen=True)
class Network(Surroundings):
    """One network of them."""

    activation: str = choice("Sigmoid", FUNCTIONS, "Activation function")
    initialisation: str = choice("xavier", STARTS, "Initialisation", "How the weights begin.")


@dataclass(frozen=True)
class Settings(Network):
    """And the curve: where it is read, what it is compared with, and which inputs it gets."""

    others: str = text("", 60, "Compared with", "Other functions in the same chart.", parse=compared)
    x: float = real(1.0, -6.0, 6.0, "x", step=0.05)
    mean: float = real(0.0, -4.0, 4.0, "Mean μ", "Of the inputs.")
    deviation: float = real(1.0, 0.1, 4.0, "Deviation σ", "Of the inputs.")


def ring(settings: Experiment, kind: type[E]) -> E:
    """The part of settings that an inner ring holds."""
    return kind(**{name: getattr(settings, name) for name in fields_of(kind)})


def number_of(settings: Surroundings, name: str) -> float:
    """The number that shapes a function, 0 where none does."""
    return float(getattr(settings, NUMBERS[name])) if name in NUMBERS else 0.0


def widths(settings: Surroundings) -> tuple[int, ...]:
    """Inputs, then the units of each layer: depth + 1 numbers.

    >>> widths(Surroundings(depth=2, width=64, taper="narrower"))
    (64, 32, 16)
    """
    if settings.taper == "none":
        return (settings.width,) * (settings.depth + 1)
    sides = [round(settings.width / TAPER ** (at / settings.depth)) for at in range(settings.depth + 1)]
    return tuple(sides if settings.taper == "narrower" else sides[::-1])


def examples(settings: Network) -> int:
    """How many examples go through: 256, fewer through a large network, so that it always answers at once.

    >>> examples(Network()), examples(Network(depth=30, width=256))
    (256, 40)
    """
    pieces = settings.pieces if settings.activation == "Maxout" else 1
    return min(MOST_EXAMPLES, MOST_SUMS // (settings.depth * settings.width * pieces) // 8 * 8)

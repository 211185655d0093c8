"""A deep stack of layers, forward and backward by hand: z = xW + b, x = g(z), and the gradient the same way back."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.core.networks.initialisations import INITIALISATIONS, Initialisation
from engine.core.nonlinearities import NONLINEARITIES
from engine.neurons.activations_settings import Network, Surroundings, examples, number_of, widths

WEIGHTS, UNIFORM, BIASES, UPSTREAM = 1, 2, 3, 4
FEWEST = 2  # pieces that are drawn at once: those of maxout, of which others take the first


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer as it stands at the start.

    Args:
        weights: (K, n, m), K pieces of maxout, else 1.
        biases: (K, m).
        variance: of a weight, as it was meant.
        spread: variance of a bias, as it was meant.
    """

    weights: np.ndarray
    biases: np.ndarray
    variance: float
    spread: float


@dataclass(frozen=True, eq=False)
class Flow:
    """What went through one layer.

    Args:
        layer: its weights.
        inputs: x, (B, n).
        sums: z = xW + b, (K, B, m).
        outputs: g(z), or the largest of the pieces, (B, m).
        slopes: ∂ output / ∂ z, (K, B, m).
    """

    layer: Layer
    inputs: np.ndarray
    sums: np.ndarray
    outputs: np.ndarray
    slopes: np.ndarray


@dataclass(frozen=True, eq=False)
class Return:
    """What came back through one layer.

    Args:
        arriving: ∂L/∂ outputs, (B, m).
        gradient: ∂L/∂z, (K, B, m).
    """

    arriving: np.ndarray
    gradient: np.ndarray


def random(settings: Surroundings, layer: int, what: int) -> np.random.Generator:
    """The random numbers of one thing in one layer: the same for every function and initialisation."""
    return np.random.default_rng([settings.seed, layer, what])


def standard(settings: Surroundings, at: int, uniform: bool, pieces: int = 1) -> np.ndarray:
    """Weights of layer `at` (from 1) with variance 1, before an initialisation scales them: (K, n, m)."""
    n, m = widths(settings)[at - 1 : at + 1]
    if uniform:
        return random(settings, at, UNIFORM).uniform(-np.sqrt(3), np.sqrt(3), (pieces, n, m))
    return normals(settings.seed, at, max(pieces, FEWEST), n, m)[:pieces]


@lru_cache(maxsize=30)  # the layers of one stack: drawing them takes longer than going through them
def normals(seed: int, at: int, pieces: int, n: int, m: int) -> np.ndarray:
    """Standard normal weights of layer `at`, (K, n, m), not to be written to; all functions start from the same."""
    drawn = np.random.default_rng([seed, at, WEIGHTS]).standard_normal((pieces, n, m))
    drawn.setflags(write=False)
    return drawn


def shifts(settings: Surroundings, start: Initialisation, at: int, pieces: int = 1) -> np.ndarray:
    """Biases of layer `at`: (K, m)."""
    n, m = widths(settings)[at - 1 : at + 1]
    if not start.biases:
        return np.full((pieces, m), settings.bias)
    return settings.bias + random(settings, at, BIASES).uniform(-1, 1, (pieces, m)) / np.sqrt(n)


def deviation(settings: Surroundings, start: Initialisation, at: int) -> float:
    """Standard deviation of a weight of layer `at`."""
    n, m = widths(settings)[at - 1 : at + 1]
    return settings.gain * start.deviation(n, m)


def built(settings: Network) -> Iterator[Layer]:
    """The layers from the first to the last."""
    start = INITIALISATIONS[settings.initialisation]
    pieces = settings.pieces if settings.activation == "Maxout" else 1
    for at in range(1, settings.depth + 1):
        wide = deviation(settings, start, at)
        spread = 1 / (3 * widths(settings)[at - 1]) if start.biases else 0.0
        yield Layer(
            wide * standard(settings, at, start.uniform, pieces),
            shifts(settings, start, at, pieces),
            wide**2,
            spread,
        )


def inputs_of(settings: Surroundings, batch: int) -> np.ndarray:
    """The network's inputs, (B, n): normal, with mean 0."""
    return settings.scale * random(settings, 0, WEIGHTS).standard_normal((batch, widths(settings)[0]))


def upstream_of(settings: Surroundings, batch: int) -> np.ndarray:
    """What comes back from above the last layer, (B, m): normal, with variance 1."""
    return random(settings, settings.depth, UPSTREAM).standard_normal((batch, widths(settings)[-1]))


def activate(name: str, a: float, sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Outputs (…, m) and slopes (K, …, m) of sums (K, …, m)."""
    if name == "Maxout":
        chosen = sums.argmax(axis=0)
        return sums.max(axis=0), (chosen == np.arange(len(sums)).reshape(-1, *[1] * chosen.ndim)).astype(float)  # (K,)
    function = NONLINEARITIES[name]
    return function.value(sums[0], a), function.slope(sums[0], a)[None]


def forward(settings: Network) -> list[Flow]:
    """Through all layers."""
    a, x, flows = number_of(settings, settings.activation), inputs_of(settings, examples(settings)), []
    for layer in built(settings):
        sums = x @ layer.weights + layer.biases[:, None]
        outputs, slopes = activate(settings.activation, a, sums)
        flows.append(Flow(layer, x, sums, outputs, slopes))
        x = outputs
    return flows


def backward(flows: list[Flow], upstream: np.ndarray) -> list[Return]:
    """Back through all layers: ∂L/∂z = ∂L/∂x · g′(z), then ∂L/∂x of the layer below = ∂L/∂z · Wᵀ; first layer first."""
    arriving, found = upstream, []
    for flow in reversed(flows):
        gradient = arriving * flow.slopes
        found.append(Return(arriving, gradient))
        arriving = (gradient @ flow.layer.weights.swapaxes(1, 2)).sum(axis=0)
    return found[::-1]


def weight_gradient(flow: Flow, back: Return) -> np.ndarray:
    """∂L/∂W = xᵀ · ∂L/∂z, (K, n, m)."""
    return flow.inputs.T @ back.gradient

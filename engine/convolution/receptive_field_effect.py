"""How much each cell of the field matters: the gradient of one cell at the end of the chain, measured."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.convolution import receptive_field_chain as chains
from engine.convolution.receptive_field import Settings
from engine.core import effective, receptive
from engine.core.receptive import Window

MOST_DEPTHS = 8
LARGEST_MAP = 161


@dataclass(frozen=True, eq=False)
class Effect:
    """How strongly each cell of the field moves the output cell.

    Args:
        settings: the experiment.
        depths: (D,) numbers of layers.
        maps: (D) maps (r, r), the largest value of each is 1.
        shapes: (D) their Gaussian widths.
        laws: (D,) σ by the formula for equal weights.
        theory: (D,) the theoretical field.
        samples, steps, accuracy: see engine.core.effective_networks.
    """

    settings: Settings
    depths: tuple[int, ...]
    maps: tuple[np.ndarray, ...]
    shapes: tuple[effective.Gaussian, ...]
    laws: tuple[float, ...]
    theory: tuple[int, ...]
    samples: int = 0
    steps: int = 0
    accuracy: float = float("nan")


def affect(settings: Settings) -> Effect:
    """Measure |∂ output / ∂ input| of one cell after up to eight depths of the chain.

    Raises:
        ValueError: the chain cannot be read, enlarges, or sees more than can be drawn.
    """
    layers = chains.parse(settings.chain)
    if any(layer.kind == "t" for layer in layers):
        raise ValueError("The effective field is measured for chains without transposed layers.")
    windows = tuple(layer.window for layer in layers)
    sizes = [field.size for field in receptive.along(list(windows))]
    if sizes[-1] > LARGEST_MAP:
        raise ValueError(f"This cell sees {sizes[-1]} cells; the effective field is measured up to {LARGEST_MAP}.")
    count = len(layers)
    depths = tuple(sorted({max(1, round(count * part / MOST_DEPTHS)) for part in range(1, MOST_DEPTHS + 1)}))
    kinds = tuple(layer.kind for layer in layers)
    found, samples, steps, accuracy = _strengths(kinds, windows, depths, settings.weights, settings.seed)
    peaks = (max(float(strength.max()), 1e-300) for strength in found)
    return Effect(
        settings,
        depths,
        tuple(strength / peak for strength, peak in zip(found, peaks, strict=True)),
        tuple(effective.gaussian(strength) for strength in found),
        tuple(effective.law(list(windows[:depth])) for depth in depths),
        tuple(sizes[depth] for depth in depths),
        samples,
        steps,
        accuracy,
    )


@lru_cache(maxsize=64)
def _strengths(
    kinds: tuple[str, ...], windows: tuple[Window, ...], depths: tuple[int, ...], weights: str, number: int
) -> tuple[tuple[np.ndarray, ...], int, int, float]:
    """The maps, the samples, the training steps and the accuracy; only equal weights need no torch."""
    if weights == "uniform":
        return tuple(effective.uniform(list(windows[:depth])) for depth in depths), 1, 0, float("nan")
    from engine.core import effective_networks

    if weights == "trained":
        made = effective_networks.measure_trained(kinds, windows, depths, seed=number)
    else:
        made = effective_networks.measure(kinds, windows, depths, relu=weights == "relu", seed=number)
    return made.maps, made.samples, made.steps, made.accuracy

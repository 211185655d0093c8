"""How much each cell of the field matters: the gradient of one cell at the end of the chain, measured."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.convolution import receptive_field_chain as chains
from engine.convolution.receptive_field import WEIGHTS, Settings
from engine.core import effective, receptive
from engine.core.receptive import Window

MOST_DEPTHS = 8
LARGEST_MAP = 129


@dataclass(frozen=True, eq=False)
class Measured:
    """The field of one kind of weights.

    Args:
        weights: a name of WEIGHTS.
        maps: (D) maps (r, r), the largest value of each is 1.
        shapes: (D) their Gaussian widths.
        samples, steps, accuracy: see engine.core.effective_networks.
    """

    weights: str
    maps: tuple[np.ndarray, ...]
    shapes: tuple[effective.Gaussian, ...]
    samples: int
    steps: int
    accuracy: float


@dataclass(frozen=True, eq=False)
class Effect:
    """How strongly each cell of the field moves the output cell.

    Args:
        settings: the experiment.
        depths: (D,) numbers of layers.
        theory: (D,) the theoretical field.
        laws: (D,) σ by the formula for equal weights.
        measured: for each kind of weights that was asked for.
        missing: why one kind is not there, or "".
    """

    settings: Settings
    depths: tuple[int, ...]
    theory: tuple[int, ...]
    laws: tuple[float, ...]
    measured: tuple[Measured, ...]
    missing: str = ""


def affect(settings: Settings) -> Effect:
    """Measure |∂ output / ∂ input| of one cell after up to eight depths of the chain.

    Raises:
        ValueError: the chain cannot be read, enlarges, sees more than can be drawn, or is too large to be trained here.
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
    measured, missing = [], ""
    for weights in WEIGHTS if settings.weights == "all" else (settings.weights,):
        try:
            measured.append(_measured(kinds, windows, depths, weights, settings.seed))
        except ValueError as error:
            if settings.weights != "all":
                raise
            missing = str(error)
    laws = tuple(effective.law(list(windows[:depth])) for depth in depths)
    return Effect(settings, depths, tuple(sizes[depth] for depth in depths), laws, tuple(measured), missing)


@lru_cache(maxsize=32)
def _measured(
    kinds: tuple[str, ...], windows: tuple[Window, ...], depths: tuple[int, ...], weights: str, number: int
) -> Measured:
    """One kind of weights; only equal ones need no torch."""
    samples, steps, accuracy = 1, 0, float("nan")
    if weights == "uniform":
        maps = tuple(effective.uniform(list(windows[:depth])) for depth in depths)
    else:
        from engine.core import effective_networks

        if weights == "trained":
            made = effective_networks.measure_trained(kinds, windows, depths, seed=number)
        else:
            made = effective_networks.measure(kinds, windows, depths, relu=weights == "relu", seed=number)
        maps, samples, steps, accuracy = made.maps, made.samples, made.steps, made.accuracy
    shapes = tuple(effective.gaussian(strength) for strength in maps)
    scaled = tuple(strength / max(float(strength.max()), 1e-300) for strength in maps)
    return Measured(weights, scaled, shapes, samples, steps, accuracy)

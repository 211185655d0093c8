"""How much each cell of the field matters: the gradient of one cell at the end of the chain, measured."""

from dataclasses import dataclass

import numpy as np

from engine.convolution import receptive_field_chain as chains
from engine.convolution.receptive_field import WEIGHTS, Settings
from engine.core import effective, receptive
from engine.core.memo import compute
from engine.core.progress import Report, part, silent

MOST_DEPTHS = 8
LARGEST_MAP = 129
# Roughly how long each kind of weights takes, for the share of the work that is done.
EFFORT = {"uniform": 0, "random": 1, "relu": 1, "trained": 8}


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
        fields: (D, 2) the first and the last input cell that the measured cell of each depth sees.
        laws: (D,) σ by the formula for equal weights; with transposed layers exactly, without a formula.
        exact: whether there are transposed layers.
        measured: for each kind of weights that was asked for.
        missing: why one kind is not there, or "".
    """

    settings: Settings
    depths: tuple[int, ...]
    fields: np.ndarray
    laws: tuple[float, ...]
    exact: bool
    measured: tuple[Measured, ...]
    missing: str = ""

    @property
    def theory(self) -> tuple[int, ...]:
        """(D,) the theoretical field, of the cell that sees most."""
        return tuple((self.fields[:, 1] - self.fields[:, 0] + 1).tolist())


def affect(settings: Settings, report: Report = silent) -> Effect:
    """Measure |∂ output / ∂ input| of one cell after up to eight depths of the chain.

    Args:
        settings: the experiment.
        report: hears how far it is.

    Raises:
        ValueError: the chain cannot be read, sees more than can be drawn, or is too large to be measured here.
    """
    layers = chains.parse(settings.chain)
    windows = [layer.window for layer in layers]
    _check(windows)
    depths = depths_of(len(layers))
    wanted = tuple(WEIGHTS) if settings.weights == "all" else (settings.weights,)
    effort, done = max(1, sum(EFFORT[weights] for weights in wanted)), 0
    measured, missing = [], ""
    for weights in wanted:
        share = part(report, done / effort, (done + EFFORT[weights]) / effort, WEIGHTS[weights])
        done += EFFORT[weights]
        # What does not change this measurement is set back, so that it is made once only.
        alone = Settings(view="effective", chain=chains.write(layers), weights=weights, seed=settings.seed)
        try:
            measured.append(compute(measure, alone, share))
        except ValueError as error:
            if settings.weights != "all":
                raise
            missing = str(error)
    return Effect(
        settings,
        depths,
        np.array([one.field for one in effective.sights(windows, depths)]),
        tuple(effective.law(windows[:depth]) for depth in depths),
        any(window.transposed for window in windows),
        tuple(measured),
        missing,
    )


def depths_of(count: int) -> tuple[int, ...]:
    """Up to eight numbers of layers, the last one all of them."""
    return tuple(sorted({max(1, round(count * share / MOST_DEPTHS)) for share in range(1, MOST_DEPTHS + 1)}))


def _check(windows: list[receptive.Window]) -> None:
    """Refuse what cannot be drawn, and what would need larger maps between the layers than can be drawn."""
    seen = receptive.along(windows)[-1].size
    if seen > LARGEST_MAP:
        raise ValueError(f"This cell sees {seen} cells; the effective field is measured up to {LARGEST_MAP}.")
    needed = effective.sight(windows).largest
    if needed > LARGEST_MAP:
        raise ValueError(
            f"This cell sees through {needed} cells of a map; the effective field is measured up to {LARGEST_MAP}."
        )


def measure(settings: Settings, report: Report = silent) -> Measured:
    """One kind of weights; only equal ones need no torch."""
    layers = chains.parse(settings.chain)
    kinds, windows = tuple(layer.kind for layer in layers), tuple(layer.window for layer in layers)
    depths, weights, number = depths_of(len(layers)), settings.weights, settings.seed
    samples, steps, accuracy = 1, 0, float("nan")
    if weights == "uniform":
        maps = tuple(effective.uniform(list(windows[:depth])) for depth in depths)
    else:
        from engine.core import effective_networks, effective_training

        if weights == "trained":
            made = effective_training.measure_trained(kinds, windows, depths, seed=number, report=report)
        else:
            relu = weights == "relu"
            made = effective_networks.measure(kinds, windows, depths, relu=relu, seed=number, report=report)
        maps, samples, steps, accuracy = made.maps, made.samples, made.steps, made.accuracy
    shapes = tuple(effective.gaussian(strength) for strength in maps)
    scaled = tuple(strength / max(float(strength.max()), 1e-300) for strength in maps)
    return Measured(weights, scaled, shapes, samples, steps, accuracy)

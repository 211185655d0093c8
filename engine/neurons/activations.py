"""One activation function and others beside it: value, slope, where it is flat, and what normal inputs become."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from engine.core.gaussian_moments import Moments, moments, saturated_share
from engine.core.nonlinearities import NONLINEARITIES, prelu_gradient, saturation
from engine.core.tables import Cell, Table
from engine.neurons.activations_identities import IDENTITIES, POINTS, RANGE, number, said
from engine.neurons.activations_settings import Network, Settings, Surroundings, compared, number_of, ring

__all__ = ["Curve", "Network", "Settings", "Surroundings", "answer", "draw", "ring", "summary", "table"]
SAMPLES = 4000


class Reading(NamedTuple):
    """What one function says.

    Args:
        name: in the table of functions.
        value, slope: at the settings' x.
        found: for inputs from N(μ, σ²).
        saturated: share of those inputs, 0 … 1.
        flat: it saturates at x ≤ the first and at x ≥ the second.
    """

    name: str
    value: float
    slope: float
    found: Moments
    saturated: float
    flat: tuple[float, float]

    @property
    def title(self) -> str:
        """As the student reads it."""
        return NONLINEARITIES[self.name].title


@dataclass(frozen=True, eq=False)
class Curve:
    """The functions over the drawn range.

    Args:
        settings: the experiment.
        x: (P,).
        values, slopes: of the chosen function, then of those beside it, (F, P).
        readings: in the same order.
        inputs, outputs: a sample of N(μ, σ²) in equal shares, and what the chosen function makes of it, (S,).
    """

    settings: Settings
    x: np.ndarray
    values: np.ndarray
    slopes: np.ndarray
    readings: tuple[Reading, ...]
    inputs: np.ndarray
    outputs: np.ndarray


def draw(settings: Settings) -> Curve:
    """The chosen function and those beside it, with their readings."""
    names = tuple(dict.fromkeys((settings.activation, *compared(settings.others))))
    x = np.linspace(-RANGE, RANGE, POINTS)
    # Equal shares of the normal distribution: a sample without noise.
    inputs = settings.mean + settings.deviation * _quantiles()
    chosen, a = NONLINEARITIES[names[0]], number_of(settings, names[0])
    return Curve(
        settings,
        x,
        np.stack([NONLINEARITIES[name].value(x, number_of(settings, name)) for name in names]),
        np.stack([NONLINEARITIES[name].slope(x, number_of(settings, name)) for name in names]),
        tuple(read(settings, name) for name in names),
        inputs,
        chosen.value(inputs, a),
    )


def _quantiles() -> np.ndarray:
    return ndtri((np.arange(SAMPLES) + 0.5) / SAMPLES)


def read(settings: Settings, name: str) -> Reading:
    """One function at the settings' x and for their inputs."""
    function, a = NONLINEARITIES[name], number_of(settings, name)
    at = np.array([settings.x])
    return Reading(
        name,
        float(function.value(at, a)[0]),
        float(function.slope(at, a)[0]),
        moments(name, a, settings.mean, settings.deviation),
        saturated_share(name, a, settings.mean, settings.deviation),
        saturation(name, a),
    )


def thumbnails(settings: Settings) -> list[tuple[str, str, np.ndarray, np.ndarray, tuple[float, float]]]:
    """Every function small: name, title, values, slopes, and the heights of the picture's edges."""
    x, found = np.linspace(-4, 4, 49), []
    for name, function in NONLINEARITIES.items():
        a = number_of(settings, name)
        values = function.value(x, a)
        limits = (-1.25, 1.25) if np.abs(values).max() < 1.25 else (-1.5, 3.5)
        found.append((name, function.title, values, function.slope(x, a), limits))
    return found


def with_other(settings: Settings, name: str) -> Settings:
    """The settings with a function set beside the chosen one, or no longer.

    Raises:
        ValueError: there are enough already.
    """
    others = [other for other in compared(settings.others) if other != settings.activation]
    others = [other for other in others if other != name] if name in others else [*others, name]
    return settings.but(others=" ".join(compared(" ".join(others))))


def answer(curve: Curve) -> tuple[str, str, str]:
    """The factor on the gradient's variance, and what else the inputs become."""
    first, found = curve.readings[0], curve.readings[0].found
    aside = f"output mean {number(found.mean)}, variance {number(found.variance)}"
    if first.saturated > 0.0005:
        aside += f"; {100 * first.saturated:.3g} % of the inputs saturated"
    return f"{first.title} scales the gradient’s variance by", number(found.slope_square), aside


def summary(curve: Curve) -> str:
    """The chart in words: the reading at x, the other functions, and what is checked."""
    s, first = curve.settings, curve.readings[0]
    words = f"At x = {number(s.x)}: " + "; ".join(
        f"{reading.title} {number(reading.value, 4)}, slope {number(reading.slope, 4)}" for reading in curve.readings
    )
    if first.name in ("PReLU", "LeakyReLU"):
        words += f"; the slope a has ∂g/∂a = {number(float(prelu_gradient(np.array(s.x))))}"
    words += f". Inputs from N({number(s.mean)}, {number(s.deviation)}²). "
    words += " ".join(said(identity) for identity in IDENTITIES if first.name in identity.names)
    return words


def table(settings: Settings) -> Table:
    """All functions in numbers, for these inputs."""
    rows, chosen = [], None
    for place, (name, function) in enumerate(NONLINEARITIES.items()):
        a = number_of(settings, name)
        found = moments(name, a, settings.mean, settings.deviation)
        steepest = np.abs(function.slope(np.linspace(-RANGE, RANGE, POINTS), a)).max()
        ends = {(True, True): "both sides", (True, False): "left", (False, True): "right"}.get(function.ends, "no")
        rows.append(
            (
                function.title,
                Cell(function.span, "rule"),
                number(float(steepest)),
                Cell(ends, "rule"),
                number(0.0 if abs(found.mean) < 1e-6 else found.mean),
                number(found.variance),
                number(found.slope_square),
                Cell(function.cost, "rule"),
            )
        )
        chosen = place if name == settings.activation else chosen
    head = ("function", "values", "largest slope", "saturates", "output mean", "variance", "mean g′²", "cost")
    return Table(head, rows, chosen)

"""How small a step should be: the error of difference quotients over ε, in float32 and in float64, and the theory."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.core import exact, graph_passes
from engine.core.duals import through
from engine.core.graph import Graph
from engine.learning.derivatives_settings import PRECISIONS, SCHEMES, Settings, kinks, moving

EXPONENTS = np.round(np.arange(-170, 1) / 10, 1)
UNITS = {"float32": 2.0**-24, "float64": 2.0**-53}
KINDS: dict[str, Any] = {"float32": np.float32, "float64": np.float64}
ORDERS = {"forward": 1, "centred": 2}
SAMPLES = 97
WINDOW = 1.6


@dataclass(frozen=True, eq=False)
class Curve:
    """The error of one quotient in one precision over ε.

    Args:
        scheme, precision: which one.
        errors: (E,) |quotient − f′|; NaN where there is no quotient.
        truncation: what the formula leaves out is this times ε^order; NaN where theory says nothing.
        rounding: what rounding does is this over ε.
        best: the ε with the smallest error measured; NaN if none.
        least: that error.
    """

    scheme: str
    precision: str
    errors: np.ndarray
    truncation: float
    rounding: float
    best: float
    least: float

    @property
    def order(self) -> int:
        """The power of ε that the truncation grows with."""
        return ORDERS[self.scheme]

    @property
    def predicted(self) -> float:
        """The ε at which truncation and rounding together are least by the theory; NaN if it never turns."""
        if not (self.truncation > 0 and self.rounding > 0):
            return math.nan
        return float((self.rounding / (self.order * self.truncation)) ** (1 / (self.order + 1)))


@dataclass(frozen=True, eq=False)
class Secant:
    """The quotient drawn: the function near x, the two points, and both slopes.

    Args:
        offsets: (S,) t − x of the samples as they are in this precision.
        computed: (S,) f(t) − f(x) as this precision computes it.
        curve: (S,) the same without rounding.
        points: offsets and heights of the two ends of the secant.
        slope: of the secant; NaN if there is none.
    """

    offsets: np.ndarray
    computed: np.ndarray
    curve: np.ndarray
    points: tuple[tuple[float, float], tuple[float, float]]
    slope: float


@dataclass(frozen=True, eq=False)
class Steps:
    """Errors over ε.

    Args:
        settings: the experiment.
        name, output: of the input that moves, and of the output.
        x: where the input stands.
        derivatives: f, f′, f″, f‴ to double precision; shorter where there are no more.
        epsilons: (E,).
        curves: forward and centred in float32 and float64.
        secant: at the chosen ε, precision and scheme.
        kink: the node with a corner here, or "".
    """

    settings: Settings
    name: str
    output: str
    x: float
    derivatives: tuple[float, ...]
    epsilons: np.ndarray
    curves: tuple[Curve, ...]
    secant: Secant
    kink: str

    @property
    def slope(self) -> float:
        """f′, or at a corner what forward mode says."""
        return self.derivatives[1]

    @property
    def chosen(self) -> Curve:
        """The curve of the chosen precision and scheme."""
        s = self.settings
        return next(curve for curve in self.curves if (curve.scheme, curve.precision) == (s.scheme, s.precision))

    @property
    def error(self) -> float:
        """The error at the chosen ε."""
        return float(abs(self.secant.slope - self.slope))


class _Line:
    """The output over the one input that moves, computed in one precision throughout."""

    def __init__(self, graph: Graph, at: int, precision: str) -> None:
        self.graph, self.at, self.kind = graph, at, KINDS[precision]
        self.values = [self.kind(graph.nodes[source].value) for source in graph.inputs]
        self.x = self.values[at]

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """F at points (P,)."""
        inputs = [np.asarray(points) if place == self.at else value for place, value in enumerate(self.values)]
        found = through(self.graph, inputs, self.kind)[self.graph.output]
        return np.broadcast_to(found, np.shape(points))


def quotients(line: _Line, epsilons: np.ndarray, scheme: str, taken: bool) -> np.ndarray:
    """Difference quotients for every ε, each operation rounded to the line's precision: (E,).

    Args:
        line: the function in its precision.
        epsilons: (E,).
        scheme: forward or centred.
        taken: divide by the step between the rounded points instead of by ε.
    """
    epsilon = epsilons.astype(line.kind)
    above = line.x + epsilon
    below = line.x - epsilon if scheme == "centred" else np.full_like(epsilon, line.x)
    width = above - below if taken else epsilon * line.kind(ORDERS[scheme])
    with np.errstate(all="ignore"):
        return (line(above) - line(below)) / width


def study(settings: Settings) -> Steps:
    """The error of both quotients in both precisions over ε from 10⁻¹⁷ to 1.

    Raises:
        ValueError: the formulas cannot be read, have no input, or no value or slope here.
    """
    program, graph, at = moving(settings)
    flow = graph_passes.flow(graph)
    corners = kinks(flow, graph.inputs[at])
    found = exact.derivatives(graph, list(program.inputs.values()), at, 3)
    numbers = tuple(float(number) for number in found)
    name = list(program.inputs)[at]
    if len(numbers) < 2 or not all(map(math.isfinite, numbers[:2])):
        raise ValueError(f"At {name} = {graph.nodes[graph.inputs[at]].value:g} there is no slope to approach.")
    epsilons = 10.0**EXPONENTS
    curves = tuple(
        _curve(_Line(graph, at, precision), scheme, precision, epsilons, numbers, settings.taken, bool(corners))
        for precision in PRECISIONS
        for scheme in SCHEMES
    )
    return Steps(
        settings=settings,
        name=name,
        output=program.output,
        x=float(program.inputs[name]),
        derivatives=numbers,
        epsilons=epsilons,
        curves=curves,
        secant=_secant(graph, at, settings, numbers, bool(corners)),
        kink=corners[0] if corners else "",
    )


def _curve(
    line: _Line,
    scheme: str,
    precision: str,
    epsilons: np.ndarray,
    numbers: tuple[float, ...],
    taken: bool,
    corner: bool,
) -> Curve:
    errors = np.abs(quotients(line, epsilons, scheme, taken).astype(np.float64) - numbers[1])
    errors[~np.isfinite(errors)] = np.nan
    order = ORDERS[scheme]
    truncation = math.nan
    if not corner and len(numbers) > order + 1:
        truncation = abs(numbers[order + 1]) / math.factorial(order + 1)
    # Each of the two values is off by up to u·|f|, and each rounded point by u·|x|, which moves f by |f′| times that.
    spread = abs(numbers[0]) + (0.0 if taken else abs(float(line.x) * numbers[1]))
    rounding = UNITS[precision] * spread * 2 / order
    place = int(np.nanargmin(errors)) if np.isfinite(errors).any() else -1
    best, least = (float(epsilons[place]), float(errors[place])) if place >= 0 else (math.nan, math.nan)
    return Curve(scheme, precision, errors, truncation, rounding, best, least)


def _secant(graph: Graph, at: int, settings: Settings, numbers: tuple[float, ...], corner: bool) -> Secant:
    line, epsilon = _Line(graph, at, settings.precision), settings.epsilon
    wanted = np.linspace(-WINDOW * epsilon, WINDOW * epsilon, SAMPLES)
    points = (np.float64(line.x) + wanted).astype(line.kind)
    offsets = (points - line.x).astype(np.float64)
    computed = (line(points) - line(np.full_like(points, line.x))).astype(np.float64)
    if corner or epsilon >= 1e-4 * max(1.0, abs(float(line.x))) or len(numbers) < 4:
        true = _Line(graph, at, "float64")
        curve = true(true.x + wanted) - true(np.full_like(wanted, true.x))
    else:  # so near, that four terms of Taylor's series are exact and float64 is not
        curve = wanted * (numbers[1] + wanted * (numbers[2] / 2 + wanted * numbers[3] / 6))
    step = line.kind(epsilon)
    ends = [line.x if settings.scheme == "forward" else line.x - step, line.x + step]
    heights = line(np.array(ends)) - line(np.full(2, line.x, dtype=line.kind))
    two = tuple((float(end - line.x), float(height)) for end, height in zip(ends, heights, strict=True))
    slope = quotients(line, np.array([epsilon]), settings.scheme, settings.taken)[0]
    return Secant(offsets, computed, curve, (two[0], two[1]), float(slope))


def rule_of_thumb(curve: Curve, x: float) -> float:
    """√u for forward, ∛u for centred differences, times |x| where x is large."""
    return float(UNITS[curve.precision] ** (1 / (curve.order + 1)) * max(1.0, abs(x)))


def error_at(run: Steps, curve: Curve, epsilon: float) -> float:
    """The measured error at the ε of the grid that is nearest."""
    return float(curve.errors[int(np.abs(np.log10(run.epsilons) - math.log10(epsilon)).argmin())])

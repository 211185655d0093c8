"""One derivative, four ways: finite differences, symbolic, forward mode with dual numbers, reverse mode."""

import math
from dataclasses import dataclass

import numpy as np

from engine.core import exact, graph_passes, operation_counts
from engine.core.duals import Dual, tangent, through
from engine.core.expressions import Program
from engine.core.graph import Graph
from engine.core.graph_passes import Flow
from engine.learning.derivatives_products import with_edit
from engine.learning.derivatives_settings import (
    Settings,
    fields_shown,
    inputs,
    kinks,
    mistake,
    moving,
    vector_field,
)

__all__ = [
    "Settings",
    "Way",
    "Ways",
    "compare",
    "fields_shown",
    "inputs",
    "mistake",
    "vector_field",
    "with_edit",
]


@dataclass(frozen=True)
class Way:
    """One way to the derivative.

    Args:
        title: its name.
        value: what it finds in float64; NaN where there is none.
        error: distance from the exact derivative.
        one, all: operations for this derivative, and for those by all inputs.
        runs: how often the formula is run for all inputs.
    """

    title: str
    value: float
    error: float
    one: int | None
    all: int | None
    runs: str


@dataclass(frozen=True, eq=False)
class Ways:
    """The derivative of the output by one input, every way.

    Args:
        settings: the experiment.
        program: what was read.
        flow: the graph with values, local derivatives, gradients.
        at: the place of the input that moves among the inputs.
        exact: the derivative to forty digits, as text and as the nearest float64; NaN where there is none.
        digits: as text.
        ways: finite differences twice, symbolic, forward mode, reverse mode.
        kink: the node at which the formula has no derivative, or "".
        formula: the symbolic derivative in LaTeX, "" when it is too long, and why not.
        nodes: its nodes.
    """

    settings: Settings
    program: Program
    flow: Flow
    at: int
    exact: float
    digits: str
    ways: tuple[Way, ...]
    kink: str
    formula: str
    nodes: int


def compare(settings: Settings) -> Ways:
    """The derivative four ways, each held against the exact one.

    Raises:
        ValueError: the formulas cannot be read, have no input, or no value.
    """
    program, graph, at = moving(settings)
    values, flow = list(program.inputs.values()), graph_passes.flow(graph)
    corners = kinks(flow, graph.inputs[at])
    found = [] if corners else exact.derivatives(graph, values, at, 1)
    true = found[1] if len(found) > 1 and exact.CONTEXT.isfinite(found[1]) else None
    kept = graph_passes.reaching(graph, graph.output) & set(graph.inputs)
    formula, nodes, written = _symbolic(graph, at, len(kept))
    found_ways = (*_differences(settings, graph, at), written, *_passes(graph, flow, at))
    digits = exact.CONTEXT.nstr(true, 20) if true is not None else ""
    return Ways(
        settings=settings,
        program=program,
        flow=flow,
        at=at,
        exact=float(true) if true is not None else math.nan,
        digits=digits,
        ways=tuple(_judged(way, true) for way in found_ways),
        kink=corners[0] if corners else "",
        formula=formula,
        nodes=nodes,
    )


def _judged(way: Way, true: object) -> Way:
    if not math.isfinite(way.value):
        return Way(way.title, math.nan, math.nan, way.one, way.all, way.runs)
    if true is None:
        return way
    return Way(way.title, way.value, float(abs(exact.Exact(way.value) - true)), way.one, way.all, way.runs)


def finite_difference(graph: Graph, values: list[float], at: int, epsilon: float) -> tuple[float, float]:
    """The forward and the centred difference quotient in float64."""

    def f(shift: float) -> np.float64:
        moved = [np.float64(value + shift * (place == at)) for place, value in enumerate(values)]
        return np.float64(through(graph, moved)[graph.output])

    with np.errstate(all="ignore"):
        here, above, below = f(0.0), f(epsilon), f(-epsilon)
        return float((above - here) / epsilon), float((above - below) / (2 * epsilon))


def forward_mode(graph: Graph, values: list[float], at: int) -> float:
    """The derivative by one run in dual numbers: the input that moves has tangent 1."""
    inputs = [np.float64(value) for value in values]
    moved = [Dual(value, 1.0) if place == at else value for place, value in enumerate(inputs)]
    return float(tangent(through(graph, moved)[graph.output]))


def _differences(settings: Settings, graph: Graph, at: int) -> tuple[Way, Way]:
    values = [graph.nodes[source].value for source in graph.inputs]
    forward, centred = finite_difference(graph, values, at, settings.epsilon)
    count, counts = len(values), operation_counts
    one, all_ = counts.forward_difference(graph), counts.forward_difference(graph, count)
    return (
        Way("Forward difference", forward, math.nan, one, all_, _times(count + 1, "evaluation")),
        Way(
            "Centred difference",
            centred,
            math.nan,
            counts.centred_difference(graph),
            counts.centred_difference(graph, count),
            _times(2 * count, "evaluation"),
        ),
    )


def _passes(graph: Graph, flow: Flow, at: int) -> tuple[Way, Way]:
    values = [graph.nodes[source].value for source in graph.inputs]
    start, count, counts = graph.inputs[at], len(values), operation_counts
    each = sum(counts.forward(graph, source) for source in graph.inputs)
    dual = forward_mode(graph, values, at)
    back = float(flow.gradients[start])
    return (
        Way("Forward mode", dual, math.nan, counts.forward(graph, start), each, _times(count, "forward pass", "es")),
        Way("Reverse mode", back, math.nan, counts.reverse(graph), counts.reverse(graph), "1 backward pass"),
    )


def _times(count: int, what: str, many: str = "s") -> str:
    return f"{count} {what}{many if count != 1 else ''}"


def _symbolic(graph: Graph, at: int, count: int) -> tuple[str, int, Way]:
    """The derivative's formula, its nodes, and what it is worth here."""
    from engine.core import symbolic

    symbols = symbolic.symbols(graph)
    numbers = {symbol: graph.nodes[source].value for source, symbol in symbols.items()}
    try:
        formula = symbolic.formula(graph, symbols)
        each = {source: symbolic.derivative(formula, symbol) for source, symbol in symbols.items()}
    except symbolic.LargeFormulaError as error:
        return str(error), 0, Way("Symbolic", math.nan, math.nan, None, None, "too long")
    own = each[graph.inputs[at]]
    said = symbolic.latex(own) if symbolic.nodes(own) <= symbolic.MOST_PRINTED else ""
    one, all_ = symbolic.operations(own), sum(symbolic.operations(formula) for formula in each.values())
    runs = _times(len(each), "formula")
    return said, symbolic.nodes(own), Way("Symbolic", symbolic.value(own, numbers), math.nan, one, all_, runs)

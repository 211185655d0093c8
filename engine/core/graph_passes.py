"""Through the graph forward and backward: values, gradients, tangents, paths, what each costs, and the check."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.core.graph import Graph, Node
from engine.core.graph_rules import NoValueError, checked, slopes_of, value_of

STEPS = (1e-3, 1e-4, 1e-5)


@dataclass(frozen=True, eq=False)
class Flow:
    """A graph with numbers.

    Args:
        graph: the nodes.
        values: (N,), NaN where there is none.
        slopes: for each node its local derivatives, one an operand.
        gradients: (N,) ∂output/∂node by reverse mode; NaN where there is none.
        troubles: for each node without a value, why.
    """

    graph: Graph
    values: np.ndarray
    slopes: tuple[tuple[float, ...], ...]
    gradients: np.ndarray
    troubles: dict[int, str]


@dataclass(frozen=True)
class Cost:
    """How many products and sums a way of differentiating takes."""

    multiplications: int
    additions: int

    @property
    def short(self) -> str:
        """In few words."""
        return f"{self.multiplications} × and {self.additions} +"

    def __str__(self) -> str:
        return (
            f"{self.multiplications} multiplication{'s' * (self.multiplications != 1)}"
            f" and {self.additions} addition{'s' * (self.additions != 1)}"
        )


def sum_value(node: Node, operands: list[float]) -> float:
    """Σ factor · Π operands of a sum node."""
    return checked(sum(factor * math.prod(operands[place] for place in places) for factor, places in node.terms))


def _sum_slopes(node: Node, operands: list[float]) -> tuple[float, ...]:
    slopes = [0.0] * len(operands)
    for factor, places in node.terms:
        for place in places:
            slopes[place] = factor * math.prod(operands[other] for other in places if other != place)
    return tuple(slopes)


def evaluate(graph: Graph, fixed: Mapping[int, float] | None = None) -> tuple[np.ndarray, dict[int, str]]:
    """The value of every node (N,), and why some have none.

    Args:
        graph: the nodes.
        fixed: nodes whose value is given, whatever they would compute.
    """
    values = np.full(len(graph.nodes), np.nan)
    troubles: dict[int, str] = {}
    for at, node in enumerate(graph.nodes):
        if fixed and at in fixed:
            values[at] = fixed[at]
            continue
        if node.op in ("input", "number"):
            values[at] = node.value
            continue
        waits = [graph.nodes[source].name for source in node.args if np.isnan(values[source])]
        if waits:
            troubles[at] = f"waits for {waits[0]}, which has no value"
            continue
        operands = [float(values[source]) for source in node.args]
        try:
            values[at] = sum_value(node, operands) if node.op == "sum" else value_of(node.op, operands)
        except NoValueError as error:
            troubles[at] = str(error)
    return values, troubles


def flow(graph: Graph) -> Flow:
    """Forward, then backward: ∂out/∂node = Σ over its readers of ∂out/∂reader · ∂reader/∂node.

    Reference: Linnainmaa 1970; Griewank & Walther 2008, Evaluating Derivatives, chapter 3.
    """
    values, troubles = evaluate(graph)
    slopes = []
    for at, node in enumerate(graph.nodes):
        operands = [float(values[source]) for source in node.args]
        if np.isnan(values[at]):
            slopes.append((math.nan,) * len(operands))
        elif node.op == "sum":
            slopes.append(_sum_slopes(node, operands))
        else:
            slopes.append(slopes_of(node.op, operands, float(values[at])) if operands else ())
    return Flow(graph, values, tuple(slopes), reverse(graph, tuple(slopes), graph.output), troubles)


def reverse(graph: Graph, slopes: tuple[tuple[float, ...], ...], output: int) -> np.ndarray:
    """∂output/∂node for every node (N,): each node hands its gradient on to what it read, last node first."""
    gradients = np.zeros(len(graph.nodes))
    gradients[output] = 1.0
    on_the_way = reaching(graph, output)
    for at in range(output, -1, -1):
        if at not in on_the_way:
            continue
        for place, source in enumerate(graph.nodes[at].args):
            if graph.nodes[source].drawn:
                gradients[source] += gradients[at] * slopes[at][place]
    return gradients


def tangents(run: Flow, seed: int) -> np.ndarray:
    """∂node/∂seed for every node (N,) by forward mode: first node first, each from what it reads."""
    graph = run.graph
    found = np.zeros(len(graph.nodes))
    moved = {seed}
    found[seed] = 1.0
    for at, node in enumerate(graph.nodes):
        reads = [(place, source) for place, source in enumerate(node.args) if source in moved]
        if reads and at != seed:
            moved.add(at)
            found[at] = sum(run.slopes[at][place] * found[source] for place, source in reads)
    return found


def reaching(graph: Graph, output: int) -> set[int]:
    """The nodes that a node depends on, itself among them."""
    found = {output}
    for at in range(output, -1, -1):
        if at in found:
            found |= set(graph.nodes[at].args)
    return found


def between(graph: Graph, start: int, output: int) -> list[int]:
    """The nodes on any path from start to output, in the order of computing; empty if there is none."""
    after = {start}
    for at in range(start + 1, output + 1):
        if after & set(graph.nodes[at].args):
            after.add(at)
    return sorted(after & reaching(graph, output)) if output in after else []


def difference(graph: Graph, at: int) -> float:
    """∂output/∂node by a centred difference of fourth order; NaN where it has no value here or beside.

    (8·(f(x + h) − f(x − h)) − (f(x + 2h) − f(x − 2h))) / 12h for three steps h; of those, one that the step before
    agrees with best: a long step misses bends, a short one drowns in rounding.
    """
    values, _ = evaluate(graph)
    here = float(values[at])
    if math.isnan(here) or math.isnan(values[graph.output]):
        return math.nan
    found = []
    for step in STEPS:
        h = step * max(min(abs(here), 1.0), 1e-2)
        one, other, far, further = (
            float(evaluate(graph, {at: here + shift * h})[0][graph.output]) for shift in (1, -1, 2, -2)
        )
        found.append((8 * (one - other) - (far - further)) / (12 * h))
    gaps = [abs(after - before) for before, after in itertools.pairwise(found)]
    return found[1] if gaps[0] <= gaps[1] else found[2]


def count_paths(graph: Graph, start: int) -> int:
    """How many paths lead from a node to the output; parallel edges are different paths."""
    ways = {graph.output: 1}
    for at in reversed(between(graph, start, graph.output)):
        for source in graph.nodes[at].args:
            ways[source] = ways.get(source, 0) + ways.get(at, 0)
    return ways.get(start, 0)

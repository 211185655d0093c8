"""One pass is one product with the Jacobian: J·v forward in dual numbers, uᵀ·J backward in adjoints."""

from dataclasses import dataclass

import numpy as np

from engine.core import graph_passes
from engine.core.duals import Dual, tangent, through
from engine.core.expressions import parse
from engine.core.graph import Graph, build
from engine.core.graph_passes import Flow
from engine.learning.derivatives_settings import Settings
from engine.learning.derivatives_words import number

Vector = np.ndarray


@dataclass(frozen=True, eq=False)
class Products:
    """Formulas with several outputs, and the products of their Jacobian with a vector on either side.

    Args:
        settings: the experiment.
        flow: the graph with values and local derivatives.
        outputs: the nodes of the outputs.
        jacobian: (m, n), a row for each output.
        direction: v (n,).
        weights: u (m,).
        tangents: (N,) of every node for inputs that move along v.
        adjoints: (N,) of every node for u at the outputs.
    """

    settings: Settings
    flow: Flow
    outputs: tuple[int, ...]
    jacobian: np.ndarray
    direction: Vector
    weights: Vector
    tangents: Vector
    adjoints: Vector

    @property
    def jvp(self) -> Vector:
        """J·v (m,): the outputs' tangents after one forward pass."""
        return self.tangents[list(self.outputs)]

    @property
    def vjp(self) -> Vector:
        """uᵀ·J (n,): the inputs' adjoints after one backward pass."""
        return self.adjoints[list(self.flow.graph.inputs)]


def pushforward(graph: Graph, values: Vector, direction: Vector) -> Vector:
    """Every node's tangent (N,) when the inputs move along v: one run in dual numbers."""
    inputs = [Dual(value, speed) if speed else value for value, speed in zip(values, direction, strict=True)]
    return np.array([float(tangent(number)) for number in through(graph, inputs)])


def pullback(flow: Flow, seeds: dict[int, float]) -> Vector:
    """Every node's adjoint (N,): each node, last first, gives its own times the local derivative to what it read."""
    adjoints = np.zeros(len(flow.graph.nodes))
    for at, seed in seeds.items():
        adjoints[at] += seed
    for at in range(len(adjoints) - 1, -1, -1):
        if adjoints[at] == 0:
            continue
        for slope, source in zip(flow.slopes[at], flow.graph.nodes[at].args, strict=True):
            if flow.graph.nodes[source].drawn:
                adjoints[source] += adjoints[at] * slope
    return adjoints


def multiply(settings: Settings) -> Products:
    """One forward pass along v and one backward pass from u; the whole Jacobian beside them.

    Raises:
        ValueError: the formulas cannot be read, have no input, or no value or slope here.
    """
    graph, outputs = several(settings.system)
    flow = graph_passes.flow(graph)
    if flow.troubles:
        at = next(at for at, why in flow.troubles.items() if not why.startswith("waits"))
        raise ValueError(f"{graph.nodes[at].name} = {graph.nodes[at].formula} has no value: {flow.troubles[at]}.")
    inputs = list(graph.inputs)
    direction = _filled(settings.direction, len(inputs))
    weights = _filled(settings.weights, len(outputs))
    jacobian = np.stack([pullback(flow, {output: 1.0})[inputs] for output in outputs])
    if not np.isfinite(jacobian).all():
        raise ValueError("A slope is missing here: one of the functions has none at this point. Change an input.")
    return Products(
        settings=settings,
        flow=flow,
        outputs=outputs,
        jacobian=jacobian,
        direction=direction,
        weights=weights,
        tangents=pushforward(graph, flow.values[inputs], direction),
        adjoints=pullback(flow, dict(zip(outputs, map(float, weights), strict=True))),
    )


def several(words: str) -> tuple[Graph, tuple[int, ...]]:
    """The graph of formulas of which every one that no other reads is an output.

    Raises:
        ValueError: they cannot be read, or there is no input.
    """
    program = parse(words)
    graph = build(program, share=False)
    if not graph.inputs:
        raise ValueError("These formulas have no input: begin for instance with x = 2.")
    read = {source for node in graph.nodes for source in node.args}
    named = {node.name: at for at, node in enumerate(graph.nodes) if node.drawn}
    if missing := [name for name, _ in program.formulas if name not in named]:
        raise ValueError(f"{missing[0]} is another name for a number that has one: leave it out, or write 1*…")
    return graph, tuple(named[name] for name, _ in program.formulas if named[name] not in read)


def _filled(given: tuple[float, ...], count: int) -> Vector:
    """As many numbers as there are places: the first given ones, then zeros."""
    return np.array([*given, *[0.0] * count][:count])


def with_edit(settings: Settings, grid: str, cell: int, value: float) -> Settings:
    """The settings after a number of v or u was changed by hand."""
    if grid not in ("v", "u"):
        raise ValueError("Only v and u can be changed here; the inputs stand in the formulas.")
    name = "direction" if grid == "v" else "weights"
    numbers = [*getattr(settings, name), *[0.0] * 16][: max(cell + 1, len(getattr(settings, name)))]
    numbers[cell] = value
    return settings.but(**{name: tuple(numbers)})


def summary(found: Products) -> str:
    """The chosen product in words."""
    rows, columns = found.jacobian.shape
    shape = f"{rows} output{'s' * (rows != 1)} by {columns} input{'s' * (columns != 1)}"
    forward = found.settings.product == "jvp"
    said = ", ".join(map(number, found.jvp if forward else found.vjp))
    if forward:
        words = f"One forward pass gives the Jacobian-vector product J·v = ({said})"
    else:
        words = f"One backward pass gives the vector-Jacobian product uᵀ·J = ({said})"
    return f"{words}. J is {shape}; all of it takes {columns if forward else rows} such passes."


def answer(found: Products) -> tuple[str, str, str]:
    """The chosen product."""
    forward = found.settings.product == "jvp"
    said = ", ".join(map(number, found.jvp if forward else found.vjp))
    if forward:
        return "Jacobian-vector product J·v", said, "one forward pass"
    return "Vector-Jacobian product uᵀ·J", said, "one backward pass"

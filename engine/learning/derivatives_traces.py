"""The passes step by step: dual numbers forward, adjoints backward, and the same product by the matrix."""

import numpy as np

from engine.core.graph import Graph
from engine.core.graph_passes import Flow
from engine.core.trace import Grid, Moment, Operand, Span, Sweep, Trace
from engine.learning.derivatives import Ways
from engine.learning.derivatives_products import Products, Vector, pullback, pushforward, summary
from engine.learning.derivatives_words import DIGITS, number


def product_trace(found: Products) -> Trace:
    """The pass over the nodes, then the same product by the matrix."""
    graph, nodes = found.flow.graph, _drawn(found.flow.graph)
    names = [graph.nodes[at].name for at in graph.inputs]
    ends = [graph.nodes[at].name for at in found.outputs]
    forward = found.settings.product == "jvp"
    table = _table(found.flow, nodes, found.tangents if forward else found.adjoints, forward)
    matrix = Grid("J", "J", found.jacobian, "kernel", row_labels=tuple(ends), column_labels=tuple(names))
    if forward:
        vector = Grid("v", "v", found.direction[:, None], "input", row_labels=tuple(names), editable=True)
        result = Grid("Jv", "J·v", found.jvp[:, None], "output", row_labels=tuple(ends), filled_by_steps=True)
        steps = _forward_steps(found.flow, nodes, found.tangents)
        layout = (("values", "moves"), ("J", "·", "v", "=", "Jv"))
    else:
        vector = Grid("u", "uᵀ", found.weights[None], "input", column_labels=tuple(ends), editable=True)
        result = Grid("uJ", "uᵀ·J", found.vjp[None], "output", column_labels=tuple(names), filled_by_steps=True)
        steps = _backward_steps(found.flow, nodes, dict(zip(found.outputs, found.weights, strict=True)))
        layout = (("values", "moves"), ("u", "·", "J", "=", "uJ"))
    return Trace(
        (*table, matrix, vector, result), (*steps, _matrix_sweep(found, forward)), layout, summary(found), DIGITS
    )


def way_trace(ways: Ways) -> Trace:
    """The formula of the first view, forward in dual numbers from the input that moves, or backward from the output."""
    graph, nodes = ways.flow.graph, _drawn(ways.flow.graph)
    start, forward = graph.inputs[ways.at], ways.settings.walk == "forward"
    names = (graph.nodes[graph.output].name, graph.nodes[start].name)
    if forward:
        direction = np.array([float(source == start) for source in graph.inputs])
        numbers = pushforward(graph, ways.flow.values[list(graph.inputs)], direction)
        steps = _forward_steps(ways.flow, nodes, numbers)
        words = f"Forward: {names[1]} has tangent 1, and the tangent of {names[0]} is {number(numbers[graph.output])}."
    else:
        numbers = pullback(ways.flow, {graph.output: 1.0})
        steps = _backward_steps(ways.flow, nodes, {graph.output: 1.0})
        words = f"Backward: {names[0]} has adjoint 1, and the adjoint of {names[1]} is {number(numbers[start])}."
    return Trace(_table(ways.flow, nodes, numbers, forward), steps, (("values", "moves"),), words, DIGITS)


def _drawn(graph: Graph) -> list[int]:
    return [at for at, node in enumerate(graph.nodes) if node.drawn]


def _table(flow: Flow, nodes: list[int], numbers: Vector, forward: bool) -> tuple[Grid, Grid]:
    """Two columns: each node's value, and beside it its tangent or adjoint."""
    labels = tuple(_formula(flow.graph, at) for at in nodes)
    title = "tangent" if forward else "adjoint"
    return (
        Grid("values", "value", flow.values[nodes][:, None], "input", row_labels=labels, filled_by_steps=forward),
        Grid("moves", title, numbers[nodes][:, None], "output", filled_by_steps=True),
    )


def _formula(graph: Graph, at: int) -> str:
    node = graph.nodes[at]
    return node.name if node.op == "input" else f"{node.name} = {node.formula}"


def _forward_steps(flow: Flow, nodes: list[int], tangents: Vector) -> tuple[Moment, ...]:
    """A step for each node: its dual number from those that it reads."""
    row = {at: place for place, at in enumerate(nodes)}
    steps = []
    for at in nodes:
        node = flow.graph.nodes[at]
        writes = (("values", row[at], float(flow.values[at])), ("moves", row[at], float(tangents[at])))
        read = [(slope, source) for slope, source in zip(flow.slopes[at], node.args, strict=True) if source in row]
        said = f"{_formula(flow.graph, at)} = {number(flow.values[at])}"
        spans: list[Span] = [Span("tangent  ")]
        for place, (slope, source) in enumerate(read):
            spans += [
                Span(f"{' + ' if place else ''}{_bracketed(slope)} · "),
                Span(_bracketed(tangents[source]), "moves"),
            ]
        spans += [Span(" = " if read else ""), Span(number(tangents[at]), "moves")]
        cells = tuple(row[source] for _, source in read)
        steps.append(Moment(tuple(spans), {"values": cells, "moves": cells}, writes, said))
    return tuple(steps)


def _backward_steps(flow: Flow, nodes: list[int], seeds: dict[int, float]) -> tuple[Moment, ...]:
    """The seeds, then a step for each node, last first: what it adds to the adjoints of those that it reads."""
    row = {at: place for place, at in enumerate(nodes)}
    adjoints = dict.fromkeys(nodes, 0.0) | {at: float(seed) for at, seed in seeds.items()}
    writes = tuple(("moves", row[at], adjoints[at]) for at in nodes)
    steps = [Moment((Span("All adjoints are 0, the outputs’ as given."),), {}, writes, "Start")]
    for at in reversed(nodes):
        node = flow.graph.nodes[at]
        if not node.args or adjoints[at] == 0:
            continue
        lines, changed = [], {}
        for slope, source in zip(flow.slopes[at], node.args, strict=True):
            if source not in row:
                continue
            added = adjoints[at] * slope
            name = flow.graph.nodes[source].name
            adjoints[source] += added
            changed[source] = adjoints[source]
            own = (Span(f"{name} += "), Span(_bracketed(adjoints[at]), "moves"), Span(f" · {_bracketed(slope)}"))
            lines.append((*own, Span(f" = {number(added)},  now "), Span(number(adjoints[source]), "moves")))
        if lines:
            given = tuple(("moves", row[source], value) for source, value in changed.items())
            said = f"From {_formula(flow.graph, at)}"
            steps.append(Moment(lines[-1], {"moves": (row[at],)}, given, said, tuple(lines[:-1])))
    return tuple(steps)


def _bracketed(value: float) -> str:
    return number(value) if value >= 0 else f"({number(value)})"


def _matrix_sweep(found: Products, forward: bool) -> Sweep:
    rows, columns = found.jacobian.shape
    if forward:
        cells = np.arange(rows)
        first = Operand("J", cells * columns, np.arange(columns))
        second = Operand("v", np.zeros(rows, dtype=int), np.arange(columns))
        return Sweep("sum_products", "Jv", cells, (first, second), found.jvp, caption="Row {row} of J times v")
    cells = np.arange(columns)
    first = Operand("u", np.zeros(columns, dtype=int), np.arange(rows))
    second = Operand("J", cells, np.arange(rows) * columns)
    return Sweep("sum_products", "uJ", cells, (first, second), found.vjp, caption="uᵀ times column {column} of J")

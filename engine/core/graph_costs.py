"""What differentiating costs: every path apart, or shared; from the output back, or from each input forward.

A factor that is 1 or −1 whatever the numbers (a plain sum's) costs nothing, and neither does the leading ∂out/∂out = 1.
Parallel edges between the same two nodes are added before they are multiplied, so the graph with nine paths takes
(α + β + γ)·(δ + ε + ζ): one multiplication and four additions.
"""

from collections.abc import Iterable

from engine.core.graph import Graph
from engine.core.graph_passes import Cost, between, reaching


def path_cost(graph: Graph, start: int) -> Cost:
    """Every path multiplied out on its own, then all added up."""
    # For each node: paths to the output, factors on them in all, and paths without a factor.
    tally = {graph.output: (1, 0, 1)}
    for at in reversed(between(graph, start, graph.output)):
        ways, factors, free = tally.get(at, (0, 0, 0))
        for place, source in enumerate(graph.nodes[at].args):
            plain = graph.nodes[at].plain(place)
            before = tally.get(source, (0, 0, 0))
            new = (ways, factors + (0 if plain else ways), free if plain else 0)
            tally[source] = (before[0] + new[0], before[1] + new[1], before[2] + new[2])
    ways, factors, free = tally.get(start, (0, 0, 0))
    return Cost(factors - (ways - free), max(ways - 1, 0))


def shared_cost(graph: Graph, starts: Iterable[int]) -> Cost:
    """One backward pass that reaches only the given nodes."""
    inside = set().union(*(between(graph, start, graph.output) for start in starts))
    return _pass_cost(graph, inside, graph.output, _readers(graph), sorted(inside, reverse=True))


def forward_cost(graph: Graph, start: int) -> Cost:
    """One forward pass from one input."""
    inside = set(between(graph, start, graph.output))
    sources = {at: [(at, place, source) for place, source in enumerate(graph.nodes[at].args)] for at in inside}
    return _pass_cost(graph, inside, start, sources, sorted(inside))


def forward_costs(graph: Graph) -> Cost:
    """Forward passes from every input that the output depends on, one after the other."""
    each = [forward_cost(graph, start) for start in graph.inputs if start in reaching(graph, graph.output)]
    return Cost(sum(cost.multiplications for cost in each), sum(cost.additions for cost in each))


def _readers(graph: Graph) -> dict[int, list[tuple[int, int, int]]]:
    """For each node the edges (reader, place, reader) that leave it."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    for source, at, place in graph.edges:
        found.setdefault(source, []).append((at, place, at))
    return found


def _pass_cost(
    graph: Graph, inside: set[int], first: int, edges: dict[int, list[tuple[int, int, int]]], order: list[int]
) -> Cost:
    """Count a pass: for each node the edges (reader, place, neighbour) over which its sum goes."""
    ones = {first}  # nodes whose derivative is 1 or −1 whatever the numbers
    multiplications = additions = 0
    for at in order:
        if at == first:
            continue
        parallel: dict[int, list[bool]] = {}
        for reader, place, neighbour in edges.get(at, []):
            if neighbour in inside:
                parallel.setdefault(neighbour, []).append(graph.nodes[reader].plain(place))
        additions += sum(len(group) for group in parallel.values()) - 1
        for neighbour, group in parallel.items():
            free = group == [True]
            multiplications += not free and neighbour not in ones
            if free and neighbour in ones and len(parallel) == 1:
                ones.add(at)
    return Cost(multiplications, additions)

"""How many operations each way of differentiating a graph takes: every +, ×, ÷, power and function counts one.

Signs cost nothing, and neither does a factor that is 1 whatever the numbers. Local derivatives are made from what the
evaluation left (exp′ = exp costs nothing, log′ = 1/x costs a division); a pass then multiplies and adds along edges.
"""

from engine.core import graph_costs
from engine.core.graph import Graph, Node
from engine.core.graph_passes import Cost, between, reaching

# Operations for all local derivatives of a node, its value being there already.
SLOPE_COSTS = {
    "product": 0,
    "quotient": 2,
    "power": 4,
    "exp": 0,
    "log": 1,
    "sin": 1,
    "cos": 1,
    "tan": 2,
    "tanh": 2,
    "sigmoid": 2,
    "softplus": 1,
    "sqrt": 1,
    "square": 1,
    "relu": 1,
    "leaky_relu": 1,
    "abs": 1,
    "max": 1,
    "min": 1,
}


def of_node(node: Node) -> int:
    """Operations for a node's value."""
    if node.op in ("input", "number"):
        return 0
    if node.op != "sum":
        return 1
    products = sum(max(len(places) - (abs(factor) == 1), 0) for factor, places in node.terms)
    return len(node.terms) - 1 + products


def evaluation(graph: Graph) -> int:
    """Operations for the output's value."""
    return sum(of_node(graph.nodes[at]) for at in reaching(graph, graph.output))


def _slopes(graph: Graph, nodes: set[int]) -> int:
    total = 0
    for at in nodes:
        node = graph.nodes[at]
        constant = node.op == "power" and graph.nodes[node.args[1]].op == "number"
        total += 2 if constant else SLOPE_COSTS.get(node.op, 0)  # c·x**(c − 1)
    return total


def forward(graph: Graph, start: int) -> int:
    """Operations for the value and one forward pass from an input."""
    moved = set(between(graph, start, graph.output)) - {start}
    cost = graph_costs.forward_cost(graph, start) if moved else Cost(0, 0)
    return evaluation(graph) + _slopes(graph, moved) + cost.multiplications + cost.additions


def reverse(graph: Graph) -> int:
    """Operations for the value and the one backward pass that reaches all inputs."""
    moved = set().union(*(between(graph, start, graph.output) for start in graph.inputs)) - set(graph.inputs)
    cost = graph_costs.shared_cost(graph, graph.inputs)
    return evaluation(graph) + _slopes(graph, moved) + cost.multiplications + cost.additions


def forward_difference(graph: Graph, inputs: int = 1) -> int:
    """Operations for (f(x + ε) − f(x)) / ε along so many inputs; f(x) is computed once."""
    return (inputs + 1) * evaluation(graph) + 3 * inputs


def centred_difference(graph: Graph, inputs: int = 1) -> int:
    """Operations for (f(x + ε) − f(x − ε)) / 2ε along so many inputs."""
    return 2 * inputs * evaluation(graph) + 4 * inputs

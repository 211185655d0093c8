"""A formula at many points at once: its graph forward for the values, backward for the gradient, on whole arrays.

>>> f = Formula("x**2*y + sin(y)")
>>> f.value(np.array([1.0, 2.0]), np.array([0.0, 0.0]))
array([0., 0.])
>>> f.gradient(np.array([1.0, 2.0]), np.array([0.0, 0.0]))
(array([0., 0.]), array([2., 5.]))
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from engine.core.expression_tokens import ExpressionError
from engine.core.expressions import parse
from engine.core.graph import Graph, Node, build
from engine.core.graph_rules import LARGEST_VALUE, LEAK
from engine.core.surfaces import Surface

# A numpy array, or a plain number where there is one point.
Array = Any
Parts = Sequence[Array]
DIFFERENCE = 1e-5
VARIABLES = ("x", "y")


def _sigmoid(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(x / 2))


def _leak(x: Parts) -> Array | float:
    return x[1] if len(x) > 1 else LEAK


def _leaky_slopes(x: Parts, v: Array) -> list[Array]:
    first = np.where(x[0] > 0, 1.0, _leak(x))
    return [first, np.minimum(x[0], 0)][: len(x)]


def _power_slopes(x: Parts, v: Array) -> list[Array]:
    base, exponent = x
    first = np.where(exponent == 0, 0.0, exponent * base ** (exponent - 1))
    return [first, np.where(base > 0, v * np.log(base), np.where((base == 0) & (exponent > 0), 0.0, np.nan))]


def _winner(x: Parts, sign: float) -> list[Array]:
    first = np.where(x[0] == x[1], 0.5, (sign * x[0] > sign * x[1]).astype(float))  # a tie: each gets half
    return [first, 1 - first]


# For each kind of node its value, and its slopes from operands and value: engine.core.graph_rules on arrays.
VALUES: dict[str, Callable[[Parts], Array]] = {
    "product": lambda x: x[0] * x[1],
    "quotient": lambda x: x[0] / x[1],
    "power": lambda x: x[0] ** x[1],
    "exp": lambda x: np.exp(x[0]),
    "log": lambda x: np.log(x[0]),
    "sin": lambda x: np.sin(x[0]),
    "cos": lambda x: np.cos(x[0]),
    "tan": lambda x: np.tan(x[0]),
    "tanh": lambda x: np.tanh(x[0]),
    "sigmoid": lambda x: _sigmoid(x[0]),
    "relu": lambda x: np.maximum(x[0], 0),
    "leaky_relu": lambda x: np.where(x[0] > 0, x[0], _leak(x) * x[0]),
    "max": lambda x: np.maximum(x[0], x[1]),
    "min": lambda x: np.minimum(x[0], x[1]),
    "abs": lambda x: np.abs(x[0]),
    "sqrt": lambda x: np.sqrt(x[0]),
    "square": lambda x: x[0] * x[0],
    "softplus": lambda x: np.logaddexp(0, x[0]),
}
SLOPES: dict[str, Callable[[Parts, Array], list[Array]]] = {
    "product": lambda x, v: [x[1], x[0]],
    "quotient": lambda x, v: [1 / x[1], -v / x[1]],
    "power": _power_slopes,
    "exp": lambda x, v: [v],
    "log": lambda x, v: [1 / x[0]],
    "sin": lambda x, v: [np.cos(x[0])],
    "cos": lambda x, v: [-np.sin(x[0])],
    "tan": lambda x, v: [1 + v * v],
    "tanh": lambda x, v: [1 - v * v],
    "sigmoid": lambda x, v: [v * (1 - v)],
    "relu": lambda x, v: [(x[0] > 0).astype(float)],
    "leaky_relu": _leaky_slopes,
    "max": lambda x, v: _winner(x, 1),
    "min": lambda x, v: _winner(x, -1),
    "abs": lambda x, v: [np.sign(x[0])],
    "sqrt": lambda x, v: [0.5 / v],
    "square": lambda x, v: [2 * x[0]],
    "softplus": lambda x, v: [_sigmoid(x[0])],
}


class Formula:
    """A formula in x and y, ready for arrays. A value that does not exist, or is larger than 10¹⁵, is NaN.

    Raises:
        ExpressionError: it cannot be read, or has a name beside x and y without a number.
    """

    def __init__(self, text: str) -> None:
        program = parse(text)
        for name in program.inputs:
            if name not in (*VARIABLES, *program.spans):
                sentence = f"{name} has no number: the function is one of x and y."
                raise ExpressionError(sentence, text, max(0, text.find(name)))
        for name in VARIABLES:
            if name in program.spans:
                raise ExpressionError(f"{name} is a coordinate: it takes no number.", text, program.spans[name][0])
        self.graph: Graph = build(program, fused=True)
        self.places = [self.graph.index(name) if name in program.inputs else None for name in VARIABLES]
        self.rules = [self._rules(node) for node in self.graph.nodes]

    def _rules(self, node: Node) -> "tuple[Callable[[Parts], Array], Callable[[Parts, Array], Sequence[Array]]]":
        """Value and slopes of a node. A power with a number for exponent has no slope by it, which would be dear."""
        if node.op == "sum":
            return partial(_sum, node), lambda parts, value: _sum_slopes(node, parts)
        if node.op != "power" or self.graph.nodes[node.args[1]].drawn:
            return VALUES.get(node.op, len), SLOPES.get(node.op, lambda parts, value: [])
        exponent = float(self.graph.nodes[node.args[1]].value)
        if exponent == 2:
            return lambda x: x[0] * x[0], lambda x, v: (x[0] + x[0], 0.0)
        if exponent == 0:
            return VALUES["power"], lambda x, v: (0.0 * x[0], 0.0)
        return VALUES["power"], lambda x, v: (exponent * x[0] ** (exponent - 1), 0.0)

    def _forward(self, x: Array, y: Array) -> list[Array]:
        values: list[Array] = []
        # A plain number of Python would raise where an array is silent.
        given = dict(zip(self.places, (np.asarray(x)[()], np.asarray(y)[()]), strict=True))
        for at, node in enumerate(self.graph.nodes):
            if at in given:
                values.append(given[at])
            elif node.op in ("input", "number"):
                values.append(np.float64(node.value))
            else:
                parts = [values[source] for source in node.args]
                values.append(self.rules[at][0](parts))
        return values

    def value(self, x: Array, y: Array) -> Array:
        """The value at every point."""
        with np.errstate(all="ignore"):
            found = self._forward(x, y)[self.graph.output] + 0.0 * (x + y)
            return np.where(np.abs(found) <= LARGEST_VALUE, found, np.nan)

    def gradient(self, x: Array, y: Array) -> tuple[Array, Array]:
        """∂f/∂x and ∂f/∂y at every point: one pass forward, one backward (reverse mode)."""
        nodes = self.graph.nodes
        with np.errstate(all="ignore"):
            values = self._forward(x, y)
            back: list[Array | float] = [0.0] * len(nodes)
            back[self.graph.output] = 1.0
            for at in range(self.graph.output, -1, -1):
                node = nodes[at]
                if not node.args or (isinstance(back[at], float) and back[at] == 0):
                    continue
                parts = [values[source] for source in node.args]
                slopes = self.rules[at][1](parts, values[at])
                for source, slope in zip(node.args, slopes, strict=True):
                    if nodes[source].drawn:
                        back[source] = back[source] + back[at] * slope
            found = tuple((0.0 if place is None else back[place]) + 0.0 * (x + y) for place in self.places)
        return found[0], found[1]

    def hessian(self, x: Array, y: Array) -> tuple[Array, Array, Array]:
        """The second derivatives by centred differences of the gradient: good to about ten digits."""
        h = DIFFERENCE * np.maximum(1.0, np.maximum(np.abs(x), np.abs(y)))
        gx, gy = self.gradient(np.stack([x + h, x - h, x, x]), np.stack([y, y, y + h, y - h]))
        xx, xy, yx, yy = ((g[i] - g[i + 1]) / (2 * h) for g, i in ((gx, 0), (gy, 0), (gx, 2), (gy, 2)))
        return xx, (xy + yx) / 2, yy


def _sum(node: Node, parts: Parts) -> Array:
    total: Array = 0.0
    for factor, places in node.terms:
        term: Array = np.float64(factor)
        for place in places:
            term = term * parts[place]
        total = total + term
    return total


def _sum_slopes(node: Node, parts: Parts) -> list[Array | float]:
    slopes: list[Array | float] = [0.0] * len(parts)
    for factor, places in node.terms:
        for place in places:
            slope: Array | float = factor
            for other in places:
                slope = slope if other == place else slope * parts[other]
            slopes[place] = slopes[place] + slope
    return slopes


def typed(text: str, reach: float = 4.0) -> Surface:
    """The surface of a typed formula over −reach … reach; its lowest value is not known beforehand.

    Raises:
        ExpressionError: see Formula.
    """
    formula = Formula(text)
    box = (-reach, reach, -0.75 * reach, 0.75 * reach)
    return Surface(
        "Typed function",
        text,
        formula.value,
        formula.gradient,
        formula.hessian,
        box=box,
        start=(-0.75 * reach, 0.5 * reach),
        lowest=float("nan"),
    )

"""Dual numbers: a value and how fast it moves. Computing with them is forward-mode differentiation.

    (a + ȧε)(b + ḃε) = ab + (aḃ + ȧb)ε   because ε² = 0

>>> x = Dual(3.0, 1.0)
>>> x * x + 2 * x
Dual(value=15.0, tangent=8.0)

The parts may be floats, numpy arrays of any precision, exact numbers (engine.core.exact), or dual numbers again: a dual
number of dual numbers carries the second derivative.

Reference: W. K. Clifford 1873; R. E. Wengert, "A simple automatic derivative evaluation program", CACM 7, 1964.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np

from engine.core.graph import Graph, Node
from engine.core.graph_rules import LEAK

Number = Any  # float, array, exact number or Dual: whatever has + − × ÷ and powers


@dataclass(frozen=True, eq=False)
class Dual:
    """A number that moves.

    Args:
        value: where it is.
        tangent: how fast it moves.
    """

    value: Number
    tangent: Number
    __array_ufunc__ = None  # numpy hands the arithmetic over to us

    def __add__(self, other: Number) -> "Dual":
        if not isinstance(other, Dual):
            return Dual(self.value + other, self.tangent)
        return Dual(self.value + other.value, self.tangent + other.tangent)

    __radd__ = __add__

    def __neg__(self) -> "Dual":
        return Dual(-self.value, -self.tangent)

    def __sub__(self, other: Number) -> "Dual":
        return self + -other

    def __rsub__(self, other: Number) -> "Dual":
        return -self + other

    def __mul__(self, other: Number) -> "Dual":
        if not isinstance(other, Dual):
            return Dual(self.value * other, self.tangent * other)
        return Dual(self.value * other.value, self.value * other.tangent + self.tangent * other.value)

    __rmul__ = __mul__

    def __rmatmul__(self, matrix: np.ndarray) -> "Dual":
        return Dual(matrix @ self.value, matrix @ self.tangent)

    def __truediv__(self, other: Number) -> "Dual":
        if not isinstance(other, Dual):
            return Dual(self.value / other, self.tangent / other)
        value = self.value / other.value
        return Dual(value, (self.tangent - value * other.tangent) / other.value)

    def __rtruediv__(self, other: Number) -> "Dual":
        value = other / self.value
        return Dual(value, -value / self.value * self.tangent)

    def __pow__(self, other: Number) -> "Dual":
        if isinstance(other, Dual):  # x**y moves with both
            value = self.value**other.value
            by_base = other.value * self.value ** (other.value - 1) * self.tangent
            return Dual(value, by_base + value * call("log", self.value) * other.tangent)
        if plain(other) == 0:  # a constant, even where the base is 0
            return Dual(self.value**other, 0 * self.tangent)
        return Dual(self.value**other, other * self.value ** (other - 1) * self.tangent)

    def __rpow__(self, other: Number) -> "Dual":
        value = other**self.value
        base = other + 0 * plain(self.value)  # as exact as the exponent
        return Dual(value, value * call("log", base) * self.tangent)


# f′(x) of each function, from x and y = f(x), in functions again: so it can itself be differentiated.
SLOPES: dict[str, Callable[[Number, Number], Number]] = {
    "exp": lambda x, y: y,
    "log": lambda x, y: 1 / x,
    "sin": lambda x, y: call("cos", x),
    "cos": lambda x, y: -call("sin", x),
    "tan": lambda x, y: 1 + y * y,
    "tanh": lambda x, y: 1 - y * y,
    "sigmoid": lambda x, y: y * call("sigmoid", -x),
    "softplus": lambda x, y: call("sigmoid", x),
    "sqrt": lambda x, y: 0.5 / y,
    "square": lambda x, y: 2 * x,
    "relu": lambda x, y: call("step", x),
    "abs": lambda x, y: call("sign", x),
    "step": lambda x, y: 0 * x,
    "sign": lambda x, y: 0 * x,
}
FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
    "sqrt": np.sqrt,
    "square": lambda x: x * x,
    "relu": lambda x: np.maximum(x, 0),
    "abs": np.abs,
    "step": lambda x: np.heaviside(x, 0 * x),
    "sign": np.sign,
}


def call(name: str, x: Number) -> Number:
    """A function of one number, whatever the kind of number."""
    return apply(x, name)


@singledispatch
def apply(x: Number, name: str) -> Number:
    """The function by its name; each kind of number registers its own way."""
    return FUNCTIONS[name](x)


@apply.register
def _of_dual(x: Dual, name: str) -> Dual:
    value = call(name, x.value)
    return Dual(value, SLOPES[name](x.value, value) * x.tangent)


def plain(x: Number) -> Number:
    """The number without its tangents."""
    return plain(x.value) if isinstance(x, Dual) else x


def tangent(x: Number) -> Number:
    """How fast a number moves; one that is not dual does not."""
    return x.tangent if isinstance(x, Dual) else 0.0 * x


def _blend(share: Number, first: Number, second: Number) -> Number:
    """The first where share is 1, the second where it is 0, their mean at a tie."""
    if isinstance(first, Dual) or isinstance(second, Dual):
        value = _blend(share, getattr(first, "value", first), getattr(second, "value", second))
        return Dual(value, _blend(share, tangent(first), tangent(second)))
    if isinstance(share, (np.ndarray, np.generic)):
        return np.where(share == 1, first, np.where(share == 0, second, (first + second) / 2))
    return first if share == 1 else second if share == 0 else (first + second) / 2


def _larger(first: Number, second: Number) -> Number:
    return _blend((1 + call("sign", plain(first) - plain(second))) / 2, first, second)


def _leaky(x: Number, leak: Number = LEAK) -> Number:
    return _blend(call("step", plain(x)), x, leak * x)


def _sum(node: Node, operands: Sequence[Number], number: Callable[[float], Number]) -> Number:
    """Σ factor · Π operands; a factor of 1 or −1 is a sign and no product."""
    total: Number = None
    for factor, places in node.terms:
        term: Number = number(abs(factor)) if abs(factor) != 1 or not places else None
        for place in places:
            term = operands[place] if term is None else term * operands[place]
        if total is None or factor > 0:
            term = -term if factor < 0 else term
            total = term if total is None else total + term
        else:
            total = total - term
    return total


OPERATIONS: dict[str, Callable[..., Number]] = {
    "product": lambda a, b: a * b,
    "quotient": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "max": _larger,
    "min": lambda a, b: -_larger(-a, -b),
    "leaky_relu": _leaky,
}


def through(graph: Graph, inputs: Sequence[Number], number: Callable[[float], Number] = float) -> list[Number]:
    """Every node's number, in whatever kind of number the inputs are: floats, arrays, exact, dual.

    Args:
        graph: the nodes.
        inputs: a number for each input, in order.
        number: makes the formula's own numbers; np.float32 keeps a computation in float32.
    """
    given = dict(zip(graph.inputs, inputs, strict=True))
    found: list[Number] = []
    with np.errstate(all="ignore"):
        for at, node in enumerate(graph.nodes):
            operands = [found[source] for source in node.args]
            if at in given:
                found.append(given[at])
            elif node.op == "number":
                found.append(number(node.value))
            elif node.op == "sum":
                found.append(_sum(node, operands, number))
            elif node.op in OPERATIONS:
                found.append(OPERATIONS[node.op](*operands))
            else:
                found.append(call(node.op, operands[0]))
    return found

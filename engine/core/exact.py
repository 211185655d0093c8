"""Derivatives to forty digits: the yardstick that every other way is held against.

Nested dual numbers over arbitrary-precision floats; the numbers in a formula and at its inputs are taken as the
float64 numbers that they are.

Reference: mpmath.
"""

from collections.abc import Callable, Sequence
from typing import Any

import mpmath

from engine.core.duals import Dual, apply, plain, tangent, through
from engine.core.graph import Graph

# A context of our own, its precision set once: mpmath's global one is shared by all threads.
CONTEXT = mpmath.MPContext()
CONTEXT.dps = 40
Exact = CONTEXT.mpf
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": CONTEXT.exp,
    "log": CONTEXT.log,
    "sin": CONTEXT.sin,
    "cos": CONTEXT.cos,
    "tan": CONTEXT.tan,
    "tanh": CONTEXT.tanh,
    "sigmoid": lambda x: 1 / (1 + CONTEXT.exp(-x)),
    "softplus": lambda x: max(x, 0) + CONTEXT.log(1 + CONTEXT.exp(-abs(x))),
    "sqrt": CONTEXT.sqrt,
    "square": lambda x: x * x,
    "relu": lambda x: max(x, Exact(0)),
    "abs": abs,
    "step": lambda x: Exact(int(x > 0)),
    "sign": CONTEXT.sign,
}


@apply.register(Exact)
def _of_exact(x: Any, name: str) -> Any:
    return FUNCTIONS[name](x)


def derivatives(graph: Graph, values: Sequence[float], at: int, order: int = 3) -> list[Any]:
    """f, f′, f″, … of the output by one input, to forty digits; fewer where a derivative has no value.

    Args:
        graph: the nodes.
        values: a number for each input.
        at: the place of the input that moves.
        order: the highest derivative.
    """
    inputs: list[Any] = [Exact(value) for value in values]
    for _ in range(order):
        inputs[at] = Dual(inputs[at], _one(inputs[at]))
    try:
        number = through(graph, inputs, Exact)[graph.output]
        found = []
        for _ in range(order + 1):
            found.append(Exact(plain(number)))
            number = tangent(number)
    except (ZeroDivisionError, ValueError, TypeError):
        return derivatives(graph, values, at, order - 1) if order else []
    return found


def _one(x: Any) -> Any:
    """The 1 that is of x's kind: it moves, and evenly."""
    return Dual(_one(x.value), 0 * _one(x.value)) if isinstance(x, Dual) else Exact(1)


def value(graph: Graph, values: Sequence[Any]) -> Any:
    """The output to forty digits."""
    return Exact(plain(through(graph, [Exact(number) for number in values], Exact)[graph.output]))

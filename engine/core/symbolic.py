"""Symbolic differentiation by sympy: formulas in, formulas out, every node counted.

sympy never reads a text here: its expressions are put together from our own graph, node by node.

Reference: sympy; A. G. Baydin et al., "Automatic differentiation in machine learning: a survey", JMLR 18, 2018, 2.2.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy

from engine.core.duals import FUNCTIONS
from engine.core.graph import Graph
from engine.core.graph_passes import evaluate, reaching
from engine.core.graph_rules import LEAK

Expression = Any  # sympy has no types
MOST_WRITTEN = 4000
MOST_PRINTED = 90


class LargeFormulaError(ValueError):
    """A formula that is too long to be written out."""


class Sigmoid(sympy.Function):
    """1 / (1 + exp(−x)), kept as one node."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """σ(x)·(1 − σ(x))."""
        return self * (1 - self)


class Softplus(sympy.Function):
    """log(1 + exp(x)), kept as one node."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """σ(x)."""
        return Sigmoid(self.args[0])


class Step(sympy.Function):
    """1 where x > 0, else 0."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """0, also at the step."""
        return sympy.Integer(0)


class Sign(sympy.Function):
    """1, 0 or −1."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """0, also at the jump."""
        return sympy.Integer(0)


class Abs(sympy.Function):
    """|x|, kept as one node."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """sign(x)."""
        return Sign(self.args[0])


class Relu(sympy.Function):
    """max(x, 0), kept as one node."""

    def fdiff(self, argindex: int = 1) -> Expression:
        """1 where x > 0."""
        return Step(self.args[0])


def _larger(a: Expression, b: Expression) -> Expression:
    return (a + b + Abs(a - b)) / 2


FROM_GRAPH: dict[str, Callable[..., Expression]] = {
    "product": lambda a, b: a * b,
    "quotient": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "exp": sympy.exp,
    "log": sympy.log,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "tanh": sympy.tanh,
    "sigmoid": Sigmoid,
    "softplus": Softplus,
    "sqrt": sympy.sqrt,
    "square": lambda a: a**2,
    "relu": Relu,
    "abs": Abs,
    "max": _larger,
    "min": lambda a, b: (a + b - Abs(a - b)) / 2,
    "leaky_relu": lambda a, leak=None: (leak or constant(LEAK)) * a + (1 - (leak or constant(LEAK))) * Relu(a),
}
TO_NUMBERS = {
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "Sigmoid": FUNCTIONS["sigmoid"],
    "Softplus": FUNCTIONS["softplus"],
    "Relu": FUNCTIONS["relu"],
    "Step": FUNCTIONS["step"],
    "Sign": np.sign,
    "Abs": np.abs,
}


def constant(value: float) -> Expression:
    """A number of a formula as sympy's: whole numbers and short decimals as exact fractions, π as π."""
    if value == math.pi:
        return sympy.pi
    if value == int(value) and abs(value) < 1e15:
        return sympy.Integer(int(value))
    short = sympy.Rational(repr(value))
    return short if abs(value) > 1e-6 and short.q <= 10**6 else sympy.Float(value)


def written(graph: Graph) -> int:
    """How many nodes the output has when it is written out as one formula, shared parts every time."""
    sizes: list[int] = []
    for node in graph.nodes:
        terms = max(len(node.terms) - 1, 0)
        sizes.append(1 + terms + sum(sizes[source] for source in node.args))
    return sizes[graph.output]


def formula(graph: Graph, symbols: Mapping[int, Expression]) -> Expression:
    """The output as a formula in the inputs.

    Args:
        graph: the nodes.
        symbols: for each input its symbol.

    Raises:
        LargeFormulaError: it would have more nodes than can be handled while a reader waits.
    """
    if (size := written(graph)) > MOST_WRITTEN:
        raise LargeFormulaError(
            f"Written out, this formula has {size:,} nodes; at most {MOST_WRITTEN:,} are differentiated symbolically."
        )
    values, _ = evaluate(graph)
    free = _moving(graph)
    found: list[Expression] = []
    for at, node in enumerate(graph.nodes):
        parts = [found[source] for source in node.args]
        if at in symbols:
            found.append(symbols[at])
        elif at not in free:
            # Numbers among themselves are added up first: exact powers of powers could grow without end.
            found.append(constant(float(values[at])) if math.isfinite(values[at]) else sympy.nan)
        elif node.op == "sum":
            terms = [constant(factor) * sympy.Mul(*(parts[place] for place in places)) for factor, places in node.terms]
            found.append(sympy.Add(*terms))
        else:
            found.append(FROM_GRAPH[node.op](*parts))
    return found[graph.output]


def _moving(graph: Graph) -> set[int]:
    """The nodes that depend on an input."""
    inputs = set(graph.inputs)
    return {at for at in range(len(graph.nodes)) if reaching(graph, at) & inputs}


def symbols(graph: Graph) -> dict[int, Expression]:
    """A real symbol for each input."""
    return {at: sympy.Symbol(graph.nodes[at].name, real=True) for at in graph.inputs}


def derivative(expression: Expression, variable: Expression) -> Expression:
    """What sympy's rules make of it."""
    return sympy.diff(expression, variable)


def nodes(expression: Expression) -> int:
    """Nodes of the formula as a tree: numbers, symbols, sums, products, powers, functions."""
    known: dict[Expression, int] = {}

    def count(part: Expression) -> int:
        if part not in known:
            known[part] = 1 + sum(count(inner) for inner in part.args)
        return known[part]

    return count(expression)


def distinct(expression: Expression) -> int:
    """Different parts: the nodes that are left when equal parts are written once."""
    found: set[Expression] = set()
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting += part.args
    return len(found)


def operations(expression: Expression) -> int:
    """Operations to compute the formula as it is written: +, ×, powers, functions; signs are free."""
    known: dict[Expression, int] = {}

    def count(part: Expression) -> int:
        if part not in known:
            inner = sum(count(argument) for argument in part.args)
            if part.is_Add or part.is_Mul:
                inner += len(part.args) - 1 - (part.is_Mul and part.args[0] == -1)
            elif part.args:
                inner += 1
            known[part] = inner
        return known[part]

    return count(expression)


def value(expression: Expression, numbers: Mapping[Expression, float]) -> float:
    """The formula in float64, part by part as it is written; NaN where it has no value."""
    known: dict[Expression, Any] = {symbol: np.float64(number) for symbol, number in numbers.items()}

    def compute(part: Expression) -> Any:
        if part not in known:
            parts = [compute(inner) for inner in part.args]
            if part.is_Add:
                known[part] = sum(parts[1:], parts[0])
            elif part.is_Mul:
                known[part] = math.prod(parts[1:], start=parts[0])
            elif part.is_Pow:
                known[part] = parts[0] ** parts[1]
            elif parts:
                known[part] = TO_NUMBERS[part.func.__name__](*parts)
            else:
                known[part] = np.float64(float(part) if part.is_extended_real else math.nan)
        return known[part]

    with np.errstate(all="ignore"):
        return float(compute(expression))


def latex(expression: Expression) -> str:
    """The formula for KaTeX."""
    return str(sympy.latex(expression))

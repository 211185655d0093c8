"""Symbolic differentiation by sympy: formulas in, formulas out, every node counted.

sympy never reads a text here: its expressions are put together from our own graph, node by node.

Reference: sympy; A. G. Baydin et al., "Automatic differentiation in machine learning: a survey", JMLR 18, 2018, 2.2.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy

from engine.core import symbolic_functions as functions
from engine.core.duals import FUNCTIONS
from engine.core.graph import Graph
from engine.core.graph_passes import evaluate, reaching
from engine.core.graph_rules import LEAK
from engine.core.symbolic_functions import Expression

MOST_WRITTEN = 2000
MOST_PRINTED = 90


class LargeFormulaError(ValueError):
    """A formula that is too long to be written out."""


FROM_GRAPH: dict[str, Callable[..., Expression]] = {
    "product": lambda a, b: a * b,
    "quotient": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "exp": functions.Exp,
    "log": functions.Log,
    "sin": functions.Sin,
    "cos": functions.Cos,
    "tan": functions.Tan,
    "tanh": functions.Tanh,
    "sigmoid": functions.Sigmoid,
    "softplus": functions.Softplus,
    "sqrt": functions.Sqrt,
    "square": lambda a: a**2,
    "relu": functions.Relu,
    "abs": functions.Abs,
    "max": functions.Max,
    "min": functions.Min,
    "leaky_relu": lambda a, leak=None: functions.Leaky(a, constant(LEAK) if leak is None else leak),
}
TO_NUMBERS: dict[str, Callable[..., Any]] = {name.capitalize(): compute for name, compute in FUNCTIONS.items()} | {
    "Leaky": lambda x, leak: np.where(x > 0, x, leak * x),
    "Max": np.maximum,
    "Min": np.minimum,
    "sign": np.sign,  # sympy's own: it writes (x²)ʸ as |x|²ʸ
    "log": np.log,
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
    """The rules of differentiation, part by part; sums, products and powers are tidied by sympy, no more.

    sympy.diff arrives at the same, and on the way asks about signs and zeros more often than there are nodes.
    """
    known: dict[Expression, Expression] = {variable: sympy.Integer(1)}

    def slope(part: Expression) -> Expression:
        if part not in known:
            known[part] = rule(part) if part.args else sympy.Integer(0)
        return known[part]

    def rule(part: Expression) -> Expression:
        moving = [(place, inner) for place, inner in enumerate(part.args) if slope(inner) != 0]
        if part.is_Add:
            return sympy.Add(*(slope(inner) for _, inner in moving))
        if part.is_Mul:
            rest = [(part.args[:place], part.args[place + 1 :], inner) for place, inner in moving]
            return sympy.Add(*(sympy.Mul(*before, slope(inner), *after) for before, after, inner in rest))
        if part.is_Pow:
            base, exponent = part.args
            if slope(exponent) == 0:
                return exponent * base ** (exponent - 1) * slope(base)
            return part * (slope(exponent) * functions.Log(base) + exponent * slope(base) / base)
        return sympy.Add(*(part.fdiff(place + 1) * slope(inner) for place, inner in moving))

    return slope(expression)


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


def _unknown(*parts: Any) -> float:
    return math.nan


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
                known[part] = TO_NUMBERS.get(part.func.__name__, _unknown)(*parts)
            else:
                known[part] = np.float64(float(part) if part.is_extended_real else math.nan)
        return known[part]

    with np.errstate(all="ignore"):
        return float(compute(expression))


def latex(expression: Expression) -> str:
    """The formula for KaTeX."""
    return str(sympy.latex(expression))

"""Formulas made shorter by sympy, in bounded time."""

import math
from collections.abc import Callable
from typing import Any

import sympy

from engine.core.symbolic import Expression, nodes

MOST_SIMPLIFIED = 600
MOST_TOGETHER = 120
MOST_DEPTH = 400.0
MOST_DEGREE = 128
FACTORED_DEGREE = 16


def polynomial(expression: Expression, variable: Expression) -> Expression | None:
    """The formula as a polynomial in one variable, part by part; None if it is none, or of too high a degree."""
    known: dict[Expression, Any] = {}

    def expand(part: Expression) -> Any:
        if part not in known:
            known[part] = _expanded(part, variable, expand)
        return known[part]

    try:
        return expand(expression)
    except _NoPolynomialError:
        return None


class _NoPolynomialError(Exception):
    """This formula is no polynomial that can be written out."""


def _expanded(part: Expression, variable: Expression, expand: Callable[[Expression], Any]) -> Any:
    if part == variable or part.is_Rational:
        return sympy.Poly(part, variable, domain="QQ")
    if part.is_Add:
        return sum((expand(inner) for inner in part.args[1:]), expand(part.args[0]))
    if part.is_Mul:
        made = [expand(inner) for inner in part.args]
        if sum(max(inner.degree(), 0) for inner in made) > MOST_DEGREE:
            raise _NoPolynomialError
        return math.prod(made[1:], start=made[0])
    if part.is_Pow and part.exp.is_Integer and part.exp >= 0:
        base = expand(part.base)
        if max(base.degree(), 0) * int(part.exp) > MOST_DEGREE:
            raise _NoPolynomialError
        return base ** int(part.exp)
    raise _NoPolynomialError


def _depth(expression: Expression) -> float:
    """How high the powers in powers are: what sympy takes out of them are numbers to that power."""
    known: dict[Expression, float] = {}

    def measure(part: Expression) -> float:
        if part not in known:
            inner = [measure(one) for one in part.args]
            if part.is_Pow:
                known[part] = inner[0] * max(1.0, abs(float(part.exp)) if part.exp.is_Rational else inner[1])
            else:
                known[part] = (sum(inner) if part.is_Mul else max(inner, default=1.0)) if inner else 1.0
        return known[part]

    return measure(expression)


def simplified(expression: Expression, variable: Expression) -> Expression:
    """The shortest of what sympy makes of a formula in bounded time.

    A polynomial is multiplied out, and factored up to degree 16; from other formulas common factors are taken out,
    and short ones get one denominator.
    """
    made = [expression]
    expanded = polynomial(expression, variable)
    if expanded is not None:
        made.append(expanded.as_expr())
        if expanded.degree() <= FACTORED_DEGREE:
            made += [sympy.factor_terms(made[1]), sympy.factor(made[1])]
    elif nodes(expression) <= MOST_SIMPLIFIED and _depth(expression) <= MOST_DEPTH:
        made.append(sympy.factor_terms(expression))
        if nodes(expression) <= MOST_TOGETHER:
            made.append(sympy.together(expression))
    return min(made, key=nodes)

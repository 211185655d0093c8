"""What each kind of node computes, and its local derivatives: one table for the engine, the tests and the browser.

The browser's copy is assets/components/graph/rules.js; a browser test holds the two together.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LARGEST_VALUE = 1e15
LEAK = 0.01

Values = Sequence[float]


class NoValueError(ValueError):
    """A node whose numbers allow no value; the sentence says why."""


@dataclass(frozen=True)
class Rule:
    """One kind of node.

    Args:
        value: the operands' numbers to the node's number; raises NoValueError.
        slopes: operands and the node's number to one local derivative an operand; NaN where there is none.
        symbol: what stands on the node.
    """

    value: Callable[[Values], float]
    slopes: Callable[[Values, float], Sequence[float]]
    symbol: str


def _quotient(x: Values) -> float:
    if x[1] == 0:
        raise NoValueError(f"division by zero: {_say(x[0])} / 0")
    return x[0] / x[1]


def _logarithm(x: Values) -> float:
    if x[0] <= 0:
        raise NoValueError("the logarithm of zero is minus infinity" if x[0] == 0 else f"no logarithm of {_say(x[0])}")
    return math.log(x[0])


def _root(x: Values) -> float:
    if x[0] < 0:
        raise NoValueError(f"no square root of {_say(x[0])}")
    return math.sqrt(x[0])


def _power(x: Values) -> float:
    if x[0] == 0 and x[1] < 0:
        raise NoValueError(f"division by zero: 0 to the power {_say(x[1])}")
    if x[0] < 0 and not float(x[1]).is_integer():
        raise NoValueError(f"no power {_say(x[1])} of {_say(x[0])}")
    return math.pow(x[0], x[1])


def _power_slopes(x: Values, value: float) -> tuple[float, float]:
    base, exponent = x
    if exponent == 0:
        first = 0.0
    elif base == 0:
        first = 1.0 if exponent == 1 else 0.0 if exponent > 1 else math.nan
    else:
        first = exponent * _clipped(lambda: math.pow(base, exponent - 1))
    second = value * math.log(base) if base > 0 else 0.0 if base == 0 and exponent > 0 else math.nan
    return first, second


def _clipped(compute: Callable[[], float]) -> float:
    try:
        return compute()
    except (OverflowError, ValueError):
        return math.nan


def _say(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def sigmoid(x: float) -> float:
    """1 / (1 + exp(−x)), without overflow on either side."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def softplus(x: float) -> float:
    """log(1 + exp(x)), without overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _leak(x: Values) -> float:
    return x[1] if len(x) > 1 else LEAK


def _leaky_slopes(x: Values, value: float) -> tuple[float, ...]:
    first = 1.0 if x[0] > 0 else _leak(x)
    return (first, min(x[0], 0.0)) if len(x) > 1 else (first,)


def _winner(sign: float) -> Callable[[Values, float], tuple[float, float]]:
    def slopes(x: Values, value: float) -> tuple[float, float]:
        if x[0] == x[1]:
            return 0.5, 0.5  # a tie: each gets half, as torch.maximum has it
        first = float(sign * x[0] > sign * x[1])
        return first, 1 - first

    return slopes


def _tangent_slope(x: Values, value: float) -> tuple[float]:
    return (1 + value * value,)


RULES: dict[str, Rule] = {
    "product": Rule(lambda x: x[0] * x[1], lambda x, v: (x[1], x[0]), "×"),
    "quotient": Rule(_quotient, lambda x, v: (1 / x[1], -v / x[1]), "÷"),
    "power": Rule(_power, _power_slopes, "**"),
    "exp": Rule(lambda x: math.exp(x[0]), lambda x, v: (v,), "exp"),
    "log": Rule(_logarithm, lambda x, v: (1 / x[0],), "log"),
    "sin": Rule(lambda x: math.sin(x[0]), lambda x, v: (math.cos(x[0]),), "sin"),
    "cos": Rule(lambda x: math.cos(x[0]), lambda x, v: (-math.sin(x[0]),), "cos"),
    "tan": Rule(lambda x: math.tan(x[0]), _tangent_slope, "tan"),
    "tanh": Rule(lambda x: math.tanh(x[0]), lambda x, v: (1 - v * v,), "tanh"),
    "sigmoid": Rule(lambda x: sigmoid(x[0]), lambda x, v: (sigmoid(x[0]) * sigmoid(-x[0]),), "σ"),
    "relu": Rule(lambda x: max(x[0], 0.0), lambda x, v: (float(x[0] > 0),), "relu"),
    "leaky_relu": Rule(lambda x: x[0] if x[0] > 0 else _leak(x) * x[0], _leaky_slopes, "leaky"),
    "max": Rule(lambda x: max(x), _winner(1.0), "max"),
    "min": Rule(lambda x: min(x), _winner(-1.0), "min"),
    "abs": Rule(lambda x: abs(x[0]), lambda x, v: (float((x[0] > 0) - (x[0] < 0)),), "| |"),
    "sqrt": Rule(_root, lambda x, v: (0.5 / v if v > 0 else math.nan,), "√"),
    "square": Rule(lambda x: x[0] * x[0], lambda x, v: (2 * x[0],), "x²"),
    "softplus": Rule(lambda x: softplus(x[0]), lambda x, v: (sigmoid(x[0]),), "s⁺"),
}


def value_of(op: str, operands: Values) -> float:
    """The value of a node.

    Raises:
        NoValueError: there is none, or it is too large for this page.
    """
    try:
        value = RULES[op].value(operands)
    except (OverflowError, ZeroDivisionError):
        raise NoValueError("overflow: the number is too large") from None
    return checked(value)


def checked(value: float) -> float:
    """A value that this page can show."""
    if not abs(value) <= LARGEST_VALUE:
        raise NoValueError("overflow: the number is larger than 10¹⁵")
    return value


def slopes_of(op: str, operands: Values, value: float) -> tuple[float, ...]:
    """The local derivatives of a node, one an operand; NaN where there is none."""
    try:
        found = tuple(RULES[op].slopes(operands, value))
    except (OverflowError, ZeroDivisionError):
        return (math.nan,) * len(operands)
    return tuple(slope if abs(slope) <= LARGEST_VALUE else math.nan for slope in found)

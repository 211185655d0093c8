"""Statements about activation functions, each checked on the drawn range: exact ones, and approximations."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from engine.core.nonlinearities import NONLINEARITIES, gelu
from engine.core.tables import Table

RANGE = 6.0
POINTS = 481


class Identity(NamedTuple):
    """Two ways to write the same thing, or nearly.

    Args:
        names: whose it is.
        words: the statement.
        left, right: both sides, of x.
        exact: whether they are the same, or one is an approximation.
    """

    names: tuple[str, ...]
    words: str
    left: Callable[[np.ndarray], np.ndarray]
    right: Callable[[np.ndarray], np.ndarray]
    exact: bool = True


def _value(name: str) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: NONLINEARITIES[name].value(x, NONLINEARITIES[name].default)


def _slope(name: str) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: NONLINEARITIES[name].slope(x, NONLINEARITIES[name].default)


IDENTITIES = (
    Identity(("Tanh", "Sigmoid"), "tanh(x) = 2σ(2x) − 1", _value("Tanh"), lambda x: 2 * expit(2 * x) - 1),
    Identity(("Sigmoid",), "σ′(x) = σ(x)(1 − σ(x))", _slope("Sigmoid"), lambda x: expit(x) * (1 - expit(x))),
    Identity(("Tanh",), "tanh′(x) = 1 − tanh²(x)", _slope("Tanh"), lambda x: 1 / np.cosh(x) ** 2),
    Identity(("Softplus", "Sigmoid"), "softplus′(x) = σ(x)", _slope("Softplus"), lambda x: 1 / (1 + np.exp(-x))),
    Identity(("SiLU",), "SiLU(x) = x·σ(x)", _value("SiLU"), lambda x: x * 0.5 * (1 + np.tanh(x / 2))),
    Identity(("Maxout",), "maxout of x and −x = |x|", _value("Maxout"), np.abs),
    Identity(
        ("ReLU", "LeakyReLU"), "ReLU(x) − ReLU(−x) = x", lambda x: _value("ReLU")(x) - _value("ReLU")(-x), np.copy
    ),
    Identity(("GELU", "GELU_tanh"), "GELU(x) ≈ its tanh form", gelu, _value("GELU_tanh"), False),
    Identity(("GELU", "SiLU"), "GELU(x) ≈ x·σ(1.702x)", gelu, lambda x: x * expit(1.702 * x), False),
)


def number(value: float, digits: int = 3) -> str:
    """A number with a real minus sign, short.

    >>> number(-0.25), number(1e-16), number(398.7, 2)
    ('−0.25', '1·10⁻¹⁶', '400')
    """
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        mantissa, power = f"{value:.{max(digits - 1, 0)}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{mantissa}·10{raised}".replace("-", "−")
    rounded = float(f"{value:.{digits}g}")
    text = f"{rounded:.{digits}g}" if abs(rounded) < 10**digits else f"{rounded:.0f}"
    return text.replace("-", "−")


def apart(identity: Identity) -> tuple[float, float]:
    """The largest difference between both sides on the drawn range, and where it is."""
    x = np.linspace(-RANGE, RANGE, POINTS)
    difference = np.abs(identity.left(x) - identity.right(x))
    at = int(difference.argmax())
    return float(difference[at]), float(x[at])


def said(identity: Identity) -> str:
    """An identity with what was measured."""
    most, at = apart(identity)
    if most == 0:
        return f"{identity.words}: no difference anywhere."
    return f"{identity.words}: at most {number(most, 2)} apart{'' if identity.exact else f', at x = {number(at)}'}."


def identities() -> Table:
    """All identities, each checked on the drawn range."""
    rows = []
    for identity in IDENTITIES:
        most, at = apart(identity)
        rows.append(
            (
                identity.words,
                number(most, 2),
                number(at) if most else "",
                "rounding" if identity.exact else "an approximation",
            )
        )
    return Table(("on −6 … 6", "largest difference", "at x", "why"), rows)

"""Activation functions as one table: value, derivative, where they saturate, what they cost; with torch's names.

Every function takes an array and one number a that shapes it (a slope, a count of pieces), which most do not need. At
a kink the derivative is the one that torch takes: ReLU′(0) = 0, for a leaky ReLU the slope of the left side.

References: D. Clevert et al., "ELU", 2016; G. Klambauer et al., "Self-normalizing neural networks", 2017; D. Hendrycks,
K. Gimpel, "GELU", 2016; I. Goodfellow et al., "Maxout networks", 2013; K. He et al., "Delving deep into rectifiers",
2015; P. Ramachandran et al., "Searching for activation functions", 2017; D. Misra, "Mish", 2020.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import inf, pi, sqrt

import numpy as np
from scipy.special import erf, expit

from engine.core.networks.activations import ACTIVATIONS

Rule = Callable[[np.ndarray, float], np.ndarray]
SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
FLAT = 0.05  # saturated: the slope is under this share of the largest, from here to the end of the axis
REACH = 20.0


@dataclass(frozen=True)
class Nonlinearity:
    """One activation function.

    Args:
        title: what the student reads.
        formula: LaTeX of the value.
        value: x, a → g(x).
        slope: x, a → g′(x).
        span: the values that it takes, in words.
        ends: whether the slope goes to 0 towards −∞, towards +∞.
        cost: what it takes to compute, in words.
        torch: the same in torch, of x, with {a} for the number.
        argument: the name of the number a, "" if there is none.
        default: that number.
    """

    title: str
    formula: str
    value: Rule
    slope: Rule
    span: str
    ends: tuple[bool, bool]
    cost: str
    torch: str
    argument: str = ""
    default: float = 0.0


def heaviside(x: np.ndarray) -> np.ndarray:
    """1 where x > 0, else 0.

    >>> heaviside(np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 1.])
    """
    return (x > 0).astype(float)


def elu(x: np.ndarray, alpha: float) -> np.ndarray:
    """The line x where x > 0, else α(eˣ − 1)."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_slope(x: np.ndarray, alpha: float) -> np.ndarray:
    """1 where x > 0, else αeˣ."""
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


def silu_slope(x: np.ndarray) -> np.ndarray:
    """σ(x)·(1 + x·σ(−x))."""
    return expit(x) * (1 + x * expit(-x))


def gelu(x: np.ndarray) -> np.ndarray:
    """x·Φ(x), exactly: Φ, the share of a normal distribution below x, from the error function."""
    return 0.5 * x * (1 + erf(x / sqrt(2)))


def gelu_slope(x: np.ndarray) -> np.ndarray:
    """Φ(x) + x·φ(x)."""
    return 0.5 * (1 + erf(x / sqrt(2))) + x * np.exp(-0.5 * np.minimum(np.abs(x), 40.0) ** 2) / sqrt(2 * pi)


def gelu_tanh(x: np.ndarray) -> np.ndarray:
    """GELU's approximation x/2·(1 + tanh u) with u = √(2/π)·(x + 0.044715x³)."""
    near = np.clip(x, -40.0, 40.0)
    return 0.5 * x * (1 + np.tanh(sqrt(2 / pi) * (near + 0.044715 * near**3)))


def gelu_tanh_slope(x: np.ndarray) -> np.ndarray:
    """(1 + t)/2 + x/2·(1 − t²)·u′ with t = tanh u."""
    x = np.clip(x, -40.0, 40.0)  # beyond, it is 0 or 1
    t = np.tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * sqrt(2 / pi) * (1 + 3 * 0.044715 * x * x)


def mish_slope(x: np.ndarray) -> np.ndarray:
    """Slope t + x·(1 − t²)·σ(x) with t = tanh(ln(1 + eˣ))."""
    t = np.tanh(np.logaddexp(0, x))
    return t + x * (1 - t * t) * expit(x)


def hardswish_slope(x: np.ndarray) -> np.ndarray:
    """0, then x/3 + 1/2 between −3 and 3, then 1."""
    return np.where(x <= -3, 0.0, np.where(x < 3, x / 3 + 0.5, 1.0))


def lines(pieces: float) -> tuple[np.ndarray, np.ndarray]:
    """Maxout's lines for a picture in one dimension: slopes from −1 to 1, and offsets (1 − slope²)/2.

    A real maxout unit learns them; these make |x| of two lines, and a rounder bowl of more.

    >>> lines(3)
    (array([-1.,  0.,  1.]), array([0. , 0.5, 0. ]))
    """
    slopes = np.linspace(-1, 1, int(pieces))
    return slopes, (1 - slopes**2) / 2


def maxout(x: np.ndarray, pieces: float) -> np.ndarray:
    """The highest of the lines at each x."""
    slopes, offsets = lines(pieces)
    return (x[..., None] * slopes + offsets).max(axis=-1)


def maxout_slope(x: np.ndarray, pieces: float) -> np.ndarray:
    """The slope of the highest line; of the first, where two are equally high."""
    slopes, offsets = lines(pieces)
    return slopes[(x[..., None] * slopes + offsets).argmax(axis=-1)]


def prelu_gradient(x: np.ndarray) -> np.ndarray | np.generic:
    """∂g/∂a of PReLU: how its value changes with the slope a of its left side; x where x < 0, else 0."""
    return np.minimum(x, 0)


def _leaky(title: str, torch: str, argument: str, default: float) -> Nonlinearity:
    return Nonlinearity(
        title,
        r"\max(0, x) + a \min(0, x)",
        lambda x, a: np.where(x > 0, x, a * x),
        lambda x, a: np.where(x > 0, 1.0, a),
        "all numbers",
        (False, False),
        "a comparison, a product",
        torch,
        argument,
        default,
    )


def _own(name: str) -> tuple[str, float]:
    """Torch's name and default of a function's number, from the table of the networks."""
    return ACTIVATIONS[name].argument, float(ACTIVATIONS[name].default or 0.0)


# fmt: off
NONLINEARITIES: dict[str, Nonlinearity] = {
    "Linear": Nonlinearity("linear", "x", lambda x, a: x + 0.0, lambda x, a: np.ones_like(x),
        "all numbers", (False, False), "nothing", "x * 1"),
    "Step": Nonlinearity("step", r"[x > 0]", lambda x, a: heaviside(x), lambda x, a: np.zeros_like(x),
        "0 or 1", (True, True), "a comparison", "(x > 0).double() + 0 * x"),
    "Sigmoid": Nonlinearity("sigmoid", r"\frac{1}{1 + e^{-x}}",
        lambda x, a: expit(x), lambda x, a: expit(x) * expit(-x),
        "(0, 1)", (True, True), "an exponential, a quotient", "torch.sigmoid(x)"),
    "Tanh": Nonlinearity("tanh", r"\frac{e^x - e^{-x}}{e^x + e^{-x}}",
        lambda x, a: np.tanh(x), lambda x, a: 1 - np.tanh(x) ** 2,
        "(−1, 1)", (True, True), "an exponential, a quotient", "torch.tanh(x)"),
    "ReLU": Nonlinearity("ReLU", r"\max(0, x)", lambda x, a: np.maximum(x, 0), lambda x, a: heaviside(x),
        "[0, ∞)", (True, False), "a comparison", "F.relu(x)"),
    "LeakyReLU": _leaky("leaky ReLU", "F.leaky_relu(x, {a})", *_own("LeakyReLU")),
    "PReLU": _leaky("PReLU", "F.prelu(x, torch.tensor({a}))", "weight", 0.25),
    "ELU": Nonlinearity("ELU", r"x > 0:\ x,\quad \text{else}\ \alpha(e^x - 1)", elu, elu_slope,
        "(−α, ∞)", (True, False), "an exponential", "F.elu(x, {a})", *_own("ELU")),
    "SELU": Nonlinearity("SELU", r"\lambda\,\mathrm{ELU}_{1.673}(x),\quad \lambda = 1.0507",
        lambda x, a: SELU_SCALE * elu(x, SELU_ALPHA), lambda x, a: SELU_SCALE * elu_slope(x, SELU_ALPHA),
        "(−1.758, ∞)", (True, False), "an exponential", "F.selu(x)"),
    "Maxout": Nonlinearity("maxout", r"\max_i (w_i x + b_i)", maxout, maxout_slope,
        "as learned", (False, False), "k times the weights", "maxout(x)", "pieces", 2.0),
    "Softplus": Nonlinearity("softplus", r"\ln(1 + e^x)",
        lambda x, a: np.logaddexp(0, x), lambda x, a: expit(x),
        "(0, ∞)", (True, False), "an exponential, a logarithm", "F.softplus(x, threshold=500.0)"),
    "GELU": Nonlinearity("GELU", r"x\,\Phi(x)", lambda x, a: gelu(x), lambda x, a: gelu_slope(x),
        "[−0.17, ∞)", (True, False), "an error function", "F.gelu(x)"),
    "GELU_tanh": Nonlinearity("GELU, tanh", r"\tfrac{x}{2}\bigl(1 + \tanh\sqrt{2/\pi}(x + 0.044715\,x^3)\bigr)",
        lambda x, a: gelu_tanh(x), lambda x, a: gelu_tanh_slope(x),
        "[−0.17, ∞)", (True, False), "a tanh, a cube", 'F.gelu(x, approximate="tanh")'),
    "SiLU": Nonlinearity("SiLU", r"x\,\sigma(x)", lambda x, a: x * expit(x), lambda x, a: silu_slope(x),
        "[−0.278, ∞)", (True, False), "an exponential, a quotient", "F.silu(x)"),
    "Mish": Nonlinearity("Mish", r"x \tanh(\ln(1 + e^x))",
        lambda x, a: x * np.tanh(np.logaddexp(0, x)), lambda x, a: mish_slope(x),
        "[−0.309, ∞)", (True, False), "an exponential, a logarithm, a tanh", "F.mish(x)"),
    "Hardswish": Nonlinearity("hard swish", r"\tfrac{x}{6}\,\mathrm{ReLU6}(x + 3)",
        lambda x, a: x * np.clip(x + 3, 0, 6) / 6, lambda x, a: hardswish_slope(x),
        "[−0.375, ∞)", (True, False), "two comparisons, a product", "F.hardswish(x)"),
    "ReLU6": Nonlinearity("ReLU6", r"\min(\max(0, x), 6)",
        lambda x, a: np.clip(x, 0, 6), lambda x, a: ((x > 0) & (x < 6)).astype(float),
        "[0, 6]", (True, True), "two comparisons", "F.relu6(x)"),
}
# fmt: on


@lru_cache(maxsize=256)
def saturation(name: str, a: float) -> tuple[float, float]:
    """Where a function saturates: at x ≤ the first number and at x ≥ the second; ∓∞ where it does not.

    The slope must go to 0 towards that end, and from there to the end stay below a twentieth of the largest slope.

    >>> saturation("ReLU", 0.0)
    (0.0, inf)
    """
    function = NONLINEARITIES[name]
    x = np.arange(-REACH * 1000, REACH * 1000 + 1) / 1000
    slope = np.abs(function.slope(x, a))
    steep = np.flatnonzero(slope > FLAT * slope.max())
    if not steep.size:  # flat everywhere
        return 0.0, 0.0
    low = float(x[max(steep[0] - 1, 0)]) if function.ends[0] else -inf
    return low, float(x[min(steep[-1] + 1, x.size - 1)]) if function.ends[1] else inf

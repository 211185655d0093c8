"""Around the derivatives: the worked examples, questions, and the same numbers in PyTorch."""

import numpy as np

from engine.core import duals, symbolic
from engine.core.lesson import Preset, Question
from engine.learning import derivatives, derivatives_products
from engine.learning.derivatives_scripts import torch_code
from engine.learning.derivatives_settings import Settings

__all__ = ["PRESETS", "SHOWN", "SOURCES", "question", "torch_code"]


def question(number: int) -> Question:
    """A difference quotient, a dual number, a best step, or a number of passes, in turn, with random numbers."""
    random = np.random.default_rng(number)
    return (_quotient_question, _dual_question, _step_question, _pass_question)[number % 4](random)


def _quotient_question(random: np.random.Generator) -> Question:
    x, tenths = int(random.integers(2, 7)), int(random.integers(1, 6))
    epsilon = tenths / 10
    return Question(
        f"$f(x) = x^2$ at $x = {x}$ with $\\varepsilon = {epsilon:g}$: by how much does the forward difference miss"
        " $f'(x)$?",
        epsilon,
        f"$\\frac{{(x + \\varepsilon)^2 - x^2}}{{\\varepsilon}} = 2x + \\varepsilon = {2 * x + epsilon:g}$, and $f' ="
        f" {2 * x}$: the error is $\\varepsilon f''/2 = \\varepsilon = {epsilon:g}$.",
        hint="Multiply (x + ε)² out.",
    )


def _dual_question(random: np.random.Generator) -> Question:
    a, da, b, db = (int(value) for value in random.integers(1, 8, 4))
    return Question(
        f"What is the tangent of $({a} + {da}\\varepsilon) \\cdot ({b} + {db}\\varepsilon)$, if $\\varepsilon^2 = 0$?",
        a * db + da * b,
        f"$a\\dot b + \\dot a b = {a} \\cdot {db} + {da} \\cdot {b} = {a * db + da * b}$",
        hint="Multiply out; what stands before ε is the tangent.",
    )


def _step_question(random: np.random.Generator) -> Question:
    digits = int(random.choice([8, 10, 12, 14, 16]))
    return Question(
        f"A computer rounds to a relative $u = 10^{{-{digits}}}$. By the rule of thumb $\\sqrt{{u}}$, which"
        " power of ten is the best step of a forward difference at $x = 1$?",
        -digits / 2,
        f"$\\sqrt{{10^{{-{digits}}}}} = 10^{{-{digits // 2}}}$: about half the digits are left.",
        hint="Write the square root as a power of ten; answer with the exponent.",
    )


def _pass_question(random: np.random.Generator) -> Question:
    n, m = (int(value) for value in random.integers(2, 60, 2))
    forward = bool(random.integers(2))
    mode, answer, side = ("forward", n, "input") if forward else ("reverse", m, "output")
    return Question(
        f"A function has {n} inputs and {m} outputs. How many {mode}-mode passes give its whole Jacobian?",
        answer,
        f"One pass {'along each' if forward else 'back from each'} {side}: {answer}.",
        hint="A forward pass gives a column of the Jacobian, a backward pass a row.",
    )


_LOGISTIC = (
    "θ0 = 0.5; θ1 = -1; θ2 = 1.5\nx1 = 2; x2 = -1; t = 1\na = θ0 + θ1*x1 + θ2*x2\ny = sigmoid(a)\n"
    "J = t*log(y) + (1 - t)*log(1 - y)"
)
_NETWORK = "r = 0.5; s = -1; t = 2\nh1 = tanh(r + 2*s - t)\nh2 = tanh(2*r - s)\np = h1 + 3*h2\nq = h1*h2"
PRESETS = (
    Preset(
        "cosine",
        "cos(sin x² + 3x²)",
        Settings(),
        "The lecture’s example: dJ/dx = 4.5608. With one input every way costs about the same.",
    ),
    Preset(
        "product",
        "(a+b)·(b+1)",
        Settings(expression="a = 2; b = 1\nc = a + b\nd = b + 1\ne = c*d", variable="b", walk="reverse"),
        "One backward pass has ∂e/∂a = 2 and ∂e/∂b = 5; every other way starts again for each input.",
    ),
    Preset(
        "logistic",
        "Logistic regression",
        Settings(expression=_LOGISTIC, variable="θ1", walk="reverse"),
        "Six inputs: six forward passes, or one backward. The slide’s J is the log-likelihood; the loss is −J.",
    ),
    Preset(
        "relu",
        "ReLU at 0",
        Settings(expression="x = 0\ny = relu(x)"),
        "A corner has no derivative: the quotients say 1 and ½. The slide’s ReLU′(0) is 1; here, as in torch, it is 0.",
    ),
    Preset(
        "gradcheck",
        "x² at 3",
        Settings(view="step", expression="x = 3\ny = x**2", exponent=-1.0),
        "The centred difference of a parabola is exact but for rounding. Move ε.",
        part="step",
    ),
    Preset(
        "sine",
        "sin at 1",
        Settings(view="step", expression="x = 1\ny = sin(x)", exponent=-8.0),
        "The classic U. The lecture asks for an “appropriately chosen” ε: here it is near 10⁻⁸, centred near 10⁻⁵.",
        part="step",
    ),
    Preset(
        "single",
        "float32",
        Settings(view="step", expression="x = 1\ny = sin(x)", exponent=-6.5, precision="float32"),
        "Near x only a few numbers exist: the secant stands on stairs.",
        part="step",
    ),
    Preset(
        "large",
        "Large x",
        Settings(view="step", expression="x = 1000000\ny = sqrt(x)", exponent=-8.0, taken=False),
        "At 10⁶ the step is rounded itself. Divide by the step taken, or take a longer one.",
        part="step",
    ),
    Preset(
        "corner",
        "|x| near 0",
        Settings(view="step", expression="x = 0.001\ny = abs(x)", exponent=-2.0, scheme="centred"),
        "A step over the corner sees both slopes: exact once ε is below 0.001.",
        part="step",
    ),
    Preset(
        "steep",
        "exp at 20",
        Settings(view="step", expression="x = 20\ny = exp(x)", exponent=-6.0),
        "f is large, so its rounding is: the U keeps its shape and stands higher.",
        part="step",
    ),
    Preset(
        "logistic-map",
        "Logistic map",
        Settings(view="growth"),
        "Baydin et al., table 1: y becomes 4y(1 − y). Their lₙ is round n − 1.",
        part="growth",
    ),
    Preset(
        "factors",
        "A product of factors",
        Settings(view="growth", rule="y*sin(k*x)", rounds=6),
        "The product rule writes every factor again in every term: n² nodes.",
        part="growth",
    ),
    Preset(
        "layers",
        "Nested tanh",
        Settings(view="growth", rule="tanh(y)", rounds=6),
        "The chain rule writes every inner layer again: simplifying does not help, sharing does.",
        part="growth",
    ),
    Preset(
        "twice",
        "y·sin y",
        Settings(view="growth", rule="y*sin(y)", rounds=6),
        "y stands in it twice: every round more than doubles the formula.",
        part="growth",
    ),
    Preset(
        "loss",
        "One loss, many weights",
        Settings(view="passes", inputs=256, outputs=1),
        "Training: one output. One backward pass does, forward mode needs 256.",
        part="passes",
    ),
    Preset(
        "field",
        "One input, many outputs",
        Settings(view="passes", inputs=1, outputs=256, system="t = 0.5\nx = cos(3*t)\ny = sin(2*t)\nz = t*t*t"),
        "One input: forward mode needs one pass, reverse mode 256.",
        part="passes",
    ),
    Preset(
        "square",
        "As many in as out",
        Settings(
            view="passes", inputs=64, outputs=64, system=_NETWORK, product="vjp", weights=(1.0, 1.0), direction=(1.0,)
        ),
        "Equal passes either way. The backward pass below mixes two outputs with u.",
        part="passes",
    ),
)
SOURCES = (
    ("Baydin et al. 2018, Automatic differentiation in machine learning", "https://arxiv.org/abs/1502.05767"),
    ("Griewank & Walther 2008, Evaluating Derivatives", "https://doi.org/10.1137/1.9780898717761"),
    ("Wengert 1964, A simple automatic derivative evaluation program", "https://doi.org/10.1145/355586.364791"),
    ("Goldberg 1991, Floating-point arithmetic", "https://doi.org/10.1145/103162.103163"),
    ("JAX, The autodiff cookbook", "https://docs.jax.dev/en/latest/notebooks/autodiff_cookbook.html"),
)
# The engine's own source, as the page shows it.
SHOWN = (
    duals.Dual,
    duals.call,
    duals.through,
    derivatives.finite_difference,
    derivatives.forward_mode,
    derivatives_products.pullback,
    symbolic.derivative,
)

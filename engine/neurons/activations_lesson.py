"""Around the activations: questions with numbers made at random; examples and scripts stand beside."""

import numpy as np

from engine.core.gaussian_moments import moments
from engine.core.lesson import Question
from engine.core.nonlinearities import NONLINEARITIES
from engine.neurons.activations_presets import PRESETS
from engine.neurons.activations_scripts import torch_code

__all__ = ["PRESETS", "SOURCES", "STACK", "question", "torch_code"]
STACK = (
    "Layers $z = xW + b$, $x = g(z)$ with random weights, and a random gradient from above. A cell is the power of ten "
    "between the gradient at the last layer and at the first: orange vanishes, blue explodes."
)
SOURCES = (
    (
        "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks",
        "https://proceedings.mlr.press/v9/glorot10a.html",
    ),
    ("He et al. 2015, Delving deep into rectifiers", "https://arxiv.org/abs/1502.01852"),
    ("Clevert et al. 2016, ELU", "https://arxiv.org/abs/1511.07289"),
    ("Goodfellow et al. 2013, Maxout networks", "https://arxiv.org/abs/1302.4389"),
    ("Hendrycks & Gimpel 2016, GELU", "https://arxiv.org/abs/1606.08415"),
    ("Klambauer et al. 2017, Self-normalizing neural networks", "https://arxiv.org/abs/1706.02515"),
    ("Schoenholz et al. 2017, Deep information propagation", "https://arxiv.org/abs/1611.01232"),
)


def question(number: int) -> Question:
    """One question; the kind goes round with the number, which is also the seed of what it asks about."""
    return KINDS[number % len(KINDS)](np.random.default_rng(number))


def _sigmoid_slope(random: np.random.Generator) -> Question:
    value = float(random.integers(5, 96)) / 100
    return Question(
        f"A sigmoid unit puts out {value:g}. What is its slope there?",
        value * (1 - value),
        f"$\\sigma' = \\sigma(1 - \\sigma) = {value:g} \\cdot {1 - value:g} = {value * (1 - value):.4g}$",
        tolerance=5e-4,
        hint="The slope needs only the output, not x.",
    )


def _best_case(random: np.random.Generator) -> Question:
    depth = int(random.integers(2, 11))
    return Question(
        f"A gradient passes {depth} sigmoids, no weights in between. How much of it is left at best? Give the power of "
        "ten, log₁₀.",
        float(depth * np.log10(0.25)),
        f"Each leaves at most $1/4$: $4^{{-{depth}}} = 10^{{{depth * np.log10(0.25):.3g}}}$.",
        tolerance=0.02,
        hint="The sigmoid is steepest at 0.",
    )


def _from_sigmoid(random: np.random.Generator) -> Question:
    x = float(random.integers(1, 16)) / 10
    found = 1 / (1 + np.exp(-2 * x))
    return Question(
        f"σ({2 * x:g}) = {found:.4f}. What is tanh({x:g})?",
        float(np.tanh(x)),
        f"$\\tanh(x) = 2\\sigma(2x) - 1 = 2 \\cdot {found:.4f} - 1 = {np.tanh(x):.4f}$",
        tolerance=5e-4,
        hint="A tanh is a sigmoid, stretched.",
    )


def _he(random: np.random.Generator) -> Question:
    n = int(random.choice((8, 18, 32, 50, 72, 128, 200, 288, 512)))
    return Question(
        f"A ReLU layer reads {n} numbers. What standard deviation should its weights have, after He?",
        float(np.sqrt(2 / n)),
        f"$n \\cdot \\mathrm{{Var}}(w) \\cdot \\tfrac12 = 1$, so $\\sqrt{{2/{n}}} = {np.sqrt(2 / n):.4g}$.",
        tolerance=5e-4,
        hint="ReLU keeps half of the mean square.",
    )


def _xavier(random: np.random.Generator) -> Question:
    n, m = (int(side) for side in random.choice((16, 32, 48, 64, 100, 128, 256), 2))
    return Question(
        f"A layer has {n} inputs and {m} outputs. Which variance do its weights get, after Xavier?",
        2 / (n + m),
        f"$2/(n + m) = 2/{n + m} = {2 / (n + m):.4g}$: between $1/{n}$, for the way forward, and $1/{m}$, back.",
        tolerance=2e-4,
        hint="A compromise between both ways.",
    )


def _variance(random: np.random.Generator) -> Question:
    n, wide, square = (
        int(random.integers(10, 200)),
        float(random.integers(1, 30)) / 100,
        float(random.integers(1, 9)) / 4,
    )
    found = n * wide**2 * square
    return Question(
        f"{n} inputs with mean square {square:g}, weights with mean 0 and deviation {wide:g}, no bias. What is Var(z)?",
        found,
        f"$n \\cdot \\mathrm{{Var}}(w) \\cdot E[x^2] = {n} \\cdot {wide:g}^2 \\cdot {square:g} = {found:.4g}$",
        tolerance=max(2e-3 * found, 1e-4),
        hint="A sum of independent terms: the variances add.",
    )


def _factor(random: np.random.Generator) -> Question:
    name = str(random.choice(("LeakyReLU", "PReLU")))
    a = float(random.integers(1, 60)) / 100
    found = moments(name, a, 0.0, 1.0).slope_square
    return Question(
        f"{NONLINEARITIES[name].title} with slope a = {a:g}, inputs with mean 0: by what does it multiply the variance "
        "of the gradient?",
        found,
        f"Half of the inputs have slope 1, half $a$: $(1 + a^2)/2 = {(1 + a * a) / 2:.4g}$",
        tolerance=1e-3,
        hint="The mean square of the slope.",
    )


KINDS = (_sigmoid_slope, _best_case, _from_sigmoid, _he, _xavier, _variance, _factor)

"""Around the race: the worked examples of the lectures, and questions."""

import math
from collections.abc import Callable

import numpy as np

from engine.core import heavy_ball
from engine.core.lesson import Preset, Question
from engine.core.schedules import SCHEDULES, factors
from engine.learning.optimizers import Settings
from engine.learning.optimizers_scripts import torch_code

__all__ = ["PLANE", "PRESETS", "SOURCES", "question", "torch_code"]

_SLOPES = "sgd momentum nesterov adagrad rmsprop adam newton"
PRESETS = (
    Preset(
        "all-ten",
        "All ten",
        Settings(),
        "A bowl ten times as steep along y as along x. Newton needs one step. Who of those that only know the slope?",
    ),
    Preset(
        "optimum",
        "Optimum",
        Settings(condition=49, rules="sgd momentum nesterov", rates=(0.04, 0.0625), momentum=0.5625, tolerance=6),
        "Why momentum really works: at κ = 49 the best α = 1/16, β = 9/16 leave 0.75 of the distance at each step; the "
        "best rate without momentum leaves 0.96.",
    ),
    Preset(
        "ravine",
        "Ravine",
        Settings(condition=100, rules=_SLOPES, start=(-4.5, 1.0)),
        "κ = 100: SGD leaps from wall to wall and hardly moves along the floor.",
    ),
    Preset(
        "turned",
        "Turned ravine",
        Settings(condition=100, angle=35, rules=_SLOPES, start=(-3.5, 0.5)),
        "The same ravine, turned. SGD and Newton do not notice; rules that scale each axis on its own lose their help.",
    ),
    Preset(
        "rosenbrock",
        "Rosenbrock",
        Settings(surface="rosenbrock", steps=500),
        "Down to the valley is quick, along it slow: its floor hardly falls, and it bends.",
    ),
    Preset(
        "beale",
        "Beale",
        Settings(surface="beale", steps=300),
        "A flat middle between steep corners: one learning rate does not suit both.",
    ),
    Preset(
        "four",
        "Four minima",
        Settings(surface="himmelblau", start=(0.0, 0.25)),
        "Four minima, all equally deep. Who goes where depends on the rule as much as on the start: move it a little.",
    ),
    Preset(
        "saddle",
        "Saddle",
        Settings(surface="saddle", newton="plain"),
        "Plain Newton jumps right onto the saddle and stays: the slope there is nothing. Choose saddle-free, below.",
    ),
    Preset(
        "plateau",
        "Plateau",
        Settings(surface="plateau", start=(-3.4, 1.4), steps=300),
        "Hardly any slope: SGD waits. Rules that divide by the slope’s size walk as fast here as anywhere.",
    ),
    Preset(
        "dents",
        "Dents",
        Settings(surface="rastrigin", steps=300),
        "Whoever follows the slope ends in the next dent. Random search jumps over them.",
    ),
    Preset(
        "too-large",
        "Rate too large",
        Settings(rules="sgd momentum nesterov adagrad adam", boost=0.1),
        "A quarter more than SGD’s best rate is beyond 2/λₙ: each leap lands higher. Momentum bears (2 + 2μ)/λₙ.",
    ),
    Preset(
        "one-example",
        "One example",
        Settings(surface="line", batch=1, rules="sgd momentum adagrad adam newton", steps=200, tolerance=2),
        "Batch: x ← x − α∇F(x). Single example: x ← x − α∇Fᵢ(x): cheaper by 32, noisy, and it never comes to rest.",
    ),
    Preset(
        "annealed",
        "Annealed",
        Settings(surface="line", batch=1, rules="sgd momentum adagrad adam", steps=200, schedule="cosine", tolerance=2),
        "The same noise, but the rate falls to nothing along a cosine: now they settle.",
    ),
    Preset(
        "adamw",
        "AdamW",
        Settings(surface="line", rules="adam adamw", weight_decay=0.3, steps=300),
        "Adam divides the decay λx by √v, like the gradient; AdamW takes it from the weights, whatever the gradient.",
    ),
    Preset(
        "plane-optimum",
        "The optimum",
        Settings(pace=3.0625, carry=0.5625),
        "α = (2 / (√λ₁ + √λₙ))² = 1/16 and β = ((√κ − 1) / (√κ + 1))² = 9/16: all axes shrink alike, by √β = 0.75.",
        part="plane",
    ),
    Preset(
        "plane-plain",
        "No momentum",
        Settings(pace=1.96, carry=0.0),
        "The best without momentum: α = 2 / (λ₁ + λₙ) leaves (κ − 1) / (κ + 1) = 0.96.",
        part="plane",
    ),
    Preset(
        "plane-heavy",
        "Too much momentum",
        Settings(pace=1.0, carry=0.95),
        "Complex roots: the rate is √β whatever the curvature, and the ball swings about the minimum.",
        part="plane",
    ),
    Preset(
        "plane-diverging",
        "Too large a step",
        Settings(pace=3.4, carry=0.5),
        "α·λₙ = 3.4 is more than 2 + 2β = 3: the steep axis grows at each step.",
        part="plane",
    ),
)
PLANE = (
    "On a bowl with curvatures from $\\lambda_1$ to $\\lambda_n$ it is known what each step leaves of the distance for "
    "every α and β: the larger root of $z^2 - (1 + \\beta - \\alpha\\lambda)\\,z + \\beta$, at the slower end. It is "
    "least at the optimum. Click a point to run it."
)
SOURCES = (
    ("Goh 2017, Why momentum really works", "https://distill.pub/2017/momentum/"),
    ("Ruder 2016, An overview of gradient descent optimization algorithms", "https://arxiv.org/abs/1609.04747"),
    ("Kingma & Ba 2015, Adam", "https://arxiv.org/abs/1412.6980"),
    ("Loshchilov & Hutter 2019, Decoupled weight decay", "https://arxiv.org/abs/1711.05101"),
    ("Dauphin et al. 2014, Attacking the saddle point problem", "https://arxiv.org/abs/1406.2572"),
    ("Li et al. 2018, Visualizing the loss landscape", "https://arxiv.org/abs/1712.09913"),
)


def question(number: int) -> Question:
    """A step of momentum, Adam's first, the largest rate, the best momentum, or a schedule, in turn."""
    made: tuple[Callable[[np.random.Generator], Question], ...] = (_ball, _first, _largest, _best, _scheduled)
    return made[number % len(made)](np.random.default_rng(number))


def _ball(random: np.random.Generator) -> Question:
    curvature, x = (int(value) for value in random.integers(1, 5, 2))
    rate, beta = 0.1, float(random.choice([0.5, 0.8, 0.9]))
    first = x - rate * curvature * x
    buffer = beta * curvature * x + curvature * first
    second = first - rate * buffer
    return Question(
        f"$f(x) = {curvature}x^2/2$, $x_0 = {x}$, momentum $\\mu = {beta:g}$, $\\alpha = {rate}$. Where is $x_2$?",
        second,
        f"$b_1 = {curvature * x}$, $x_1 = {x} - {rate} \\cdot {curvature * x} = {first:g}$; "
        f"$b_2 = {beta:g} \\cdot {curvature * x} + {curvature * first:g} = {buffer:g}$, "
        f"$x_2 = {first:g} - {rate} \\cdot {buffer:g} = {second:g}$",
        tolerance=1e-4,
        hint="The first b is the gradient itself; after that b ← μb + g.",
    )


def _first(random: np.random.Generator) -> Question:
    gradient, rate = int(random.integers(2, 900)), float(random.choice([0.001, 0.01, 0.1]))
    return Question(
        f"Adam with $\\alpha = {rate:g}$ meets the gradient $g = {gradient}$ in its very first step. How long is that "
        "step (ε is as good as 0)?",
        rate,
        f"$\\hat m = g$ and $\\hat v = g^2$ after the correction: the step is $\\alpha g / |g| = \\alpha = {rate:g}$, "
        "whatever the gradient.",
        tolerance=1e-6,
        hint="Bias correction undoes the zeros that both averages begin with.",
    )


def _largest(random: np.random.Generator) -> Question:
    high = int(random.integers(3, 60))
    low = int(random.integers(1, high))
    return Question(
        f"A bowl has curvatures {low} and {high}. Above which learning rate does plain gradient descent diverge?",
        2 / high,
        f"$|1 - \\alpha\\lambda| < 1$ needs $\\alpha < 2/\\lambda_n = 2/{high} = {2 / high:.4g}$",
        tolerance=5e-4,
        hint="Along an axis of curvature λ each step multiplies the distance by 1 − αλ; the steepest goes first.",
    )


def _best(random: np.random.Generator) -> Question:
    root = int(random.integers(2, 12))
    _, beta = heavy_ball.optimum(1.0, float(root * root))
    return Question(
        f"Condition number $\\kappa = {root * root}$. What does each step leave of the distance at the best α and β?",
        math.sqrt(beta),
        f"$\\sqrt{{\\beta}} = (\\sqrt\\kappa - 1)/(\\sqrt\\kappa + 1) = {root - 1}/{root + 1} = {math.sqrt(beta):.4g}$",
        tolerance=5e-4,
        hint="At the optimum the roots are complex: their modulus is √β.",
    )


def _scheduled(random: np.random.Generator) -> Question:
    name, steps = str(random.choice(["step", "cosine"])), 100
    at = int(random.choice([25, 50, 75]))
    value = float(factors(name, steps)[at])
    how = {
        "step": f"$0.5^{{\\lfloor {at}/30 \\rfloor}} = {value:.4g}$",
        "cosine": f"$(1 + \\cos(\\pi \\cdot {at}/100))/2 = {value:.4g}$",
    }
    rule = "halved every 30 steps" if name == "step" else "along half a cosine from 1 to 0"
    return Question(
        f"{SCHEDULES[name]} schedule, {rule}, 100 steps counted from 0. By what is the learning rate multiplied at "
        f"step {at}?",
        value,
        how[name],
        tolerance=5e-4,
        hint="Count how often it was halved." if name == "step" else "Which share of the half cosine is done?",
    )

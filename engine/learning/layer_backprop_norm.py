"""What batch norm passes back: directly, and through the mean and the variance that every example moved."""

from collections.abc import Callable

import numpy as np

from engine.core import backward
from engine.core.backward_trace import each_cell, factor, row_sums, say
from engine.core.trace import Grid, Moment, Span, Trace
from engine.learning.layer_backprop_layer import Layer, Passed, Tensors, given_grid, gradient_grid
from engine.learning.layer_backprop_numbers import Given, decimals, nonzero, ones, zeros
from engine.learning.layer_backprop_settings import Settings

EPSILON = 1e-5  # torch's default
GIVEN = (
    Given("x", "x", "Input x", lambda s: (1, 1, s.inputs, s.many), decimals),
    Given("weight", "γ", "γ", lambda s: (1, 1, s.inputs, 1), ones),
    Given("bias", "β", "β", lambda s: (1, 1, s.inputs, 1), zeros),
    Given("upstream", "y", "Upstream g", lambda s: (1, 1, s.inputs, s.many), nonzero),
)


def _made(t: Tensors) -> backward.Normalised:
    return backward.batch_norm(t["x"][0, 0], t["weight"][0, 0], t["bias"][0, 0], EPSILON)


def forward(settings: Settings, t: Tensors) -> np.ndarray:
    """γ · (x − μ) / √(σ² + ε) + β."""
    return _made(t).output[None, None]


def gradients(settings: Settings, t: Tensors) -> Tensors:
    """By the rule."""
    back = backward.batch_norm_backward(_made(t), t["weight"][0, 0], t["upstream"][0, 0])
    return {"x": back.x[None, None], "weight": back.gamma[None, None], "bias": back.beta[None, None]}


def trace(passed: Passed, summary: str) -> Trace:
    """Statistics and output, then β, γ, x̂, σ², μ, and the three ways back to x."""
    t = dict(zip(passed.names, passed.given, strict=True))
    made = _made(t)
    back = backward.batch_norm_backward(made, passed.matrix("weight"), passed.matrix("upstream"))
    layout = (
        ("x", "→", "mean", "variance", "→", "normal", "·", "weight", "+", "bias", "=", "y"),
        ("upstream", "→", "d_weight", "d_bias", "d_normal", "→", "d_variance", "d_mean", "→", "d_x"),
    )
    steps = (*_forward(passed, made), *_backward(passed, made, back))
    return Trace(_grids(passed, made, back), steps, layout, summary)


def _grids(passed: Passed, made: backward.Normalised, back: backward.NormalisedBack) -> tuple[Grid, ...]:
    return (
        given_grid(passed, GIVEN[0]),
        given_grid(passed, GIVEN[1], subtitle=""),
        given_grid(passed, GIVEN[2], subtitle=""),
        given_grid(passed, GIVEN[3]),
        Grid("mean", "μ", made.mean, filled_by_steps=True),
        Grid("variance", "σ²", made.variance, filled_by_steps=True),
        Grid("normal", "x̂", made.normal, "input", filled_by_steps=True, subtitle="(x − μ) / √(σ² + ε)"),
        Grid("y", "Output y", made.output, "output", filled_by_steps=True),
        gradient_grid(passed, GIVEN[1]),
        gradient_grid(passed, GIVEN[2]),
        Grid("d_normal", "∂L/∂x̂", back.normal, "input", filled_by_steps=True, subtitle="g · γ"),
        Grid("d_variance", "∂L/∂σ²", back.variance, filled_by_steps=True),
        Grid("d_mean", "∂L/∂μ", back.mean, filled_by_steps=True),
        gradient_grid(passed, GIVEN[0], subtitle="three ways, summed"),
    )


def _row(columns: int) -> Callable[[str, int, int], tuple[int, ...]]:
    def cells(name: str, row: int, column: int) -> tuple[int, ...]:
        return (row,) if name in ("mean", "variance") else tuple(row * columns + j for j in range(columns))

    return cells


def _forward(passed: Passed, made: backward.Normalised) -> tuple[Moment, ...]:
    x, gamma, beta = passed.matrix("x"), passed.matrix("weight"), passed.matrix("bias")
    count = x.shape[1]

    def mean(i: int, j: int) -> tuple[Span | str, ...]:
        return ("(", Span(" + ".join(factor(v) if n else say(v) for n, v in enumerate(x[i])), "x"), f") / {count}")

    def variance(i: int, j: int) -> tuple[Span | str, ...]:
        squares = " + ".join(f"{factor(v)}²" for v in made.centred[i])
        return ("(", Span(squares, "x"), f") / {count}")

    def normal(i: int, j: int) -> tuple[Span | str, ...]:
        parts = (Span(say(x[i, j]), "x"), " − ", Span(factor(made.mean[i, 0]), "mean"))
        return ("(", *parts, ") / √(", Span(say(made.variance[i, 0]), "variance"), " + ε)")

    def output(i: int, j: int) -> tuple[Span | str, ...]:
        scaled = (Span(say(gamma[i, 0]), "weight"), " · ", Span(factor(made.normal[i, j]), "normal"))
        return (*scaled, " + ", Span(factor(beta[i, 0]), "bias"))

    def own(name: str, i: int, j: int) -> tuple[int, ...]:
        return (i,) if name in ("mean", "variance", "weight", "bias") else (i * count + j,)

    rows = _row(count)
    return (
        *each_cell("mean", made.mean, ("x",), mean, "Mean of feature {row} over the batch", rows),
        *each_cell("variance", made.variance, ("x", "mean"), variance, "Its variance: squares of x − μ, over N", rows),
        *each_cell("normal", made.normal, ("x", "mean", "variance"), normal, "x̂[{row}, {column}]", own),
        *each_cell("y", made.output, ("normal", "weight", "bias"), output, "y[{row}, {column}] = γ · x̂ + β", own),
    )


def _backward(passed: Passed, made: backward.Normalised, back: backward.NormalisedBack) -> tuple:
    upstream, gamma = passed.matrix("upstream"), passed.matrix("weight")
    count, shape = upstream.shape[1], upstream.shape
    rows = _row(count)

    def scale(i: int, j: int) -> tuple[Span | str, ...]:
        return (_sum(upstream[i], made.normal[i], "upstream"),)

    def through(i: int, j: int) -> tuple[Span | str, ...]:
        return (Span(say(upstream[i, j]), "upstream"), " · ", Span(factor(gamma[i, 0]), "weight"))

    def variance(i: int, j: int) -> tuple[Span | str, ...]:
        return ("(", _sum(back.normal[i], made.centred[i], "d_normal"), f") · (−½) · {say(made.inverse[i, 0])}³")

    def mean(i: int, j: int) -> tuple[Span | str, ...]:
        total = " + ".join(factor(v) if n else say(v) for n, v in enumerate(back.normal[i]))
        return ("−(", Span(total, "d_normal"), f") · {say(made.inverse[i, 0])}")

    def own(name: str, i: int, j: int) -> tuple[int, ...]:
        return (i,) if name == "weight" else (i * count + j,)

    return (
        row_sums("d_bias", ("upstream", shape), back.beta, "∂L/∂β[{row}] = Σ g over the batch"),
        *each_cell("d_weight", back.gamma, ("upstream", "normal"), scale, "∂L/∂γ[{row}] = Σ g · x̂", rows),
        *each_cell("d_normal", back.normal, ("upstream", "weight"), through, "∂L/∂x̂[{row}, {column}] = g · γ", own),
        *each_cell(
            "d_variance",
            back.variance,
            ("d_normal", "x", "mean"),
            variance,
            "∂L/∂σ²[{row}] = Σ ∂L/∂x̂ · (x − μ) · (−½)(σ² + ε)^(−3/2)",
            rows,
        ),
        *each_cell("d_mean", back.mean, ("d_normal", "variance"), mean, "∂L/∂μ[{row}] = −Σ ∂L/∂x̂ / √(σ² + ε)", rows),
        *_ways(made, back, count),
    )


def _sum(left: np.ndarray, right: np.ndarray, grid: str) -> Span:
    terms = (f"{factor(a) if n else say(a)}·{factor(b)}" for n, (a, b) in enumerate(zip(left, right, strict=True)))
    return Span(" + ".join(terms), grid)


def _ways(made: backward.Normalised, back: backward.NormalisedBack, count: int) -> tuple[Moment, ...]:
    """∂L/∂x, one step a cell: three lines and their sum."""
    moments = []
    for cell, (i, j) in enumerate(np.ndindex(*back.normal.shape)):
        parts = [float(part) for part in back.parts[:, i, j]]
        inverse, variance, mean = (float(numbers[i, 0]) for numbers in (made.inverse, back.variance, back.mean))
        direct = (
            Span("directly: "),
            Span(say(float(back.normal[i, j])), "d_normal"),
            Span(f" · {say(inverse)} = {say(parts[0])}"),
        )
        spread = (
            Span("through σ²: "),
            Span(say(variance), "d_variance"),
            Span(f" · 2 · {factor(float(made.centred[i, j]))} / {count} = {say(parts[1])}"),
        )
        shift = (Span("through μ: "), Span(say(mean), "d_mean"), Span(f" / {count} = {say(parts[2])}"))
        total = (Span(f"{say(parts[0])} + {factor(parts[1])} + {factor(parts[2])} = "), Span(say(sum(parts)), "d_x"))
        lit: dict[str, tuple[int, ...]] = {"d_normal": (cell,), "d_variance": (i,), "d_mean": (i,), "x": (cell,)}
        moments.append(Moment(total, lit, (("d_x", cell, sum(parts)),), f"∂L/∂x[{i}, {j}]", (direct, spread, shift)))
    return tuple(moments)


LAYER = Layer(
    "Batch norm",
    GIVEN,
    ("x", "weight", "bias"),
    forward,
    gradients,
    trace,
    "Every example moved the mean and the variance, so the gradient also comes back through both; its sum is 0.",
    ("inputs", "many"),
)

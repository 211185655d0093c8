"""What ReLU and sigmoid pass back: the upstream gradient, cell by cell, times the slope at the input."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.core import backward
from engine.core.backward_trace import cellwise, each_cell, factor, in_rows, say
from engine.core.trace import Grid, Moment, Span, Sweep, Trace
from engine.learning.layer_backprop_layer import Layer, Passed, Tensors, given_grid, gradient_grid
from engine.learning.layer_backprop_numbers import Given, decimals, nonzero
from engine.learning.layer_backprop_settings import Settings

GIVEN = (
    Given("x", "x", "Input x", lambda s: (1, 1, s.inputs, s.examples), decimals),
    Given("upstream", "y", "Upstream g", lambda s: (1, 1, s.inputs, s.examples), nonzero),
)


@dataclass(frozen=True)
class Function:
    """An activation for tables and traces.

    Args:
        title, symbol: its name in words and in formulas.
        value, slope: cell by cell.
        made: x and its value → the arithmetic of the forward step, up to the equals sign.
        sloped: x, its value → the arithmetic of the slope.
    """

    title: str
    symbol: str
    value: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]
    made: Callable[[float, str], tuple[Span | str, ...]]
    sloped: Callable[[float, str], tuple[Span | str, ...]]


def _relu_slope_words(x: float, grid: str) -> tuple[Span | str, ...]:
    side = "> 0: the slope" if x > 0 else "< 0: the slope" if x < 0 else "is the corner, where torch takes the slope"
    return (Span(say(x), grid), f" {side}")


def _sigmoid_slope_words(x: float, grid: str) -> tuple[Span | str, ...]:
    value = float(backward.sigmoid(np.array([x]))[0])
    return (Span(f"σ({say(x)})", grid), f" · (1 − σ) = {say(value)} · (1 − {say(value)})")


FUNCTIONS: dict[str, Function] = {
    "relu": Function(
        "ReLU",
        "ReLU",
        backward.relu,
        backward.relu_slope,
        lambda x, grid: ("max(0, ", Span(say(x), grid), ")"),
        _relu_slope_words,
    ),
    "sigmoid": Function(
        "Sigmoid",
        "σ",
        backward.sigmoid,
        backward.sigmoid_slope,
        lambda x, grid: ("1 / (1 + exp(−", Span(factor(x), grid), "))"),
        _sigmoid_slope_words,
    ),
}


def forward(function: Function, settings: Settings, t: Tensors) -> np.ndarray:
    """The function of each cell."""
    return function.value(t["x"])


def gradients(function: Function, settings: Settings, t: Tensors) -> Tensors:
    """Upstream times slope."""
    return {"x": t["upstream"] * function.slope(t["x"])}


def trace(function: Function, passed: Passed, summary: str) -> Trace:
    """Forward, the slopes, then the products."""
    x, made, passed_back = passed.matrix("x"), passed.output[0, 0], passed.gradient("x")[0, 0]
    slopes = function.slope(x)
    grids = (
        *(given_grid(passed, given) for given in GIVEN),
        Grid("y", "Output y", made, role="output", filled_by_steps=True),
        Grid("slope", f"Slope {function.symbol}′(x)", slopes, role="kernel", filled_by_steps=True, subtitle="∂y/∂x"),
        gradient_grid(passed, GIVEN[0]),
    )
    place = "row {row}, column {column}"
    segments: tuple[Sweep | Moment, ...] = (
        *each_cell("y", made, ("x",), lambda i, j: function.made(x[i, j], "x"), f"{function.title}, {place}"),
        *each_cell("slope", slopes, ("x",), lambda i, j: function.sloped(x[i, j], "x"), f"Its slope, {place}"),
        cellwise("d_x", "upstream", "slope", passed_back, f"∂L/∂x, {place}: upstream times slope"),
    )
    layout = in_rows(("x", "→", "y"), ("upstream", "·", "slope", "=", "d_x"), grids)
    return Trace(grids, segments, layout, summary)


def _layer(name: str, rule: str) -> Layer:
    function = FUNCTIONS[name]
    return Layer(
        function.title,
        GIVEN,
        ("x",),
        partial(forward, function),
        partial(gradients, function),
        partial(trace, function),
        rule,
        ("inputs", "examples"),
    )


RELU = _layer("relu", "Where x > 0 the upstream gradient passes unchanged; elsewhere nothing comes through.")
SIGMOID = _layer("sigmoid", "The slope σ(1 − σ) is at most 1/4, and nearly 0 far from x = 0: the gradient shrinks.")

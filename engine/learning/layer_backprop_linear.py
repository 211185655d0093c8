"""What a linear layer passes back: ∂L/∂x = Wᵀ·g, ∂L/∂W = g·xᵀ, ∂L/∂b = Σ g."""

import numpy as np

from engine.core import backward
from engine.core.backward_trace import in_rows, product, row_sums
from engine.core.trace import Grid, Trace
from engine.learning.layer_backprop_layer import Layer, Passed, Tensors, given_grid, gradient_grid
from engine.learning.layer_backprop_numbers import Given, decimals, tenths
from engine.learning.layer_backprop_settings import Settings

GIVEN = (
    Given("x", "x", "Input x", lambda s: (1, 1, s.inputs, s.examples), decimals),
    Given("weight", "W", "Weight W", lambda s: (1, 1, s.outputs, s.inputs), decimals),
    Given("bias", "b", "Bias b", lambda s: (1, 1, s.outputs, 1), tenths),
    Given("upstream", "y", "Upstream g", lambda s: (1, 1, s.outputs, s.examples), decimals),
)


def forward(settings: Settings, t: Tensors) -> np.ndarray:
    """Y = W·x + b."""
    return backward.linear(t["x"][0, 0], t["weight"][0, 0], t["bias"][0, 0])[None, None]


def gradients(settings: Settings, t: Tensors) -> Tensors:
    """By the rule."""
    found = backward.linear_backward(t["x"][0, 0], t["weight"][0, 0], t["upstream"][0, 0])
    return {name: one[None, None] for name, one in zip(("x", "weight", "bias"), found, strict=True)}


def trace(passed: Passed, summary: str) -> Trace:
    """Forward cell by cell, then each gradient cell by cell."""
    s = passed.settings
    x, weight, at = ("x", (s.inputs, s.examples)), ("weight", (s.outputs, s.inputs)), (s.outputs, s.examples)
    over = ", summed over the examples" if s.examples > 1 else ""
    grids = (
        *(given_grid(passed, given) for given in GIVEN),
        Grid("y", "Output y", passed.output, role="output", filled_by_steps=True),
        *(gradient_grid(passed, given) for given in GIVEN[:3]),
    )
    back = {name: passed.gradient(name)[0, 0] for name in passed.sought}
    segments = (
        product(
            "y", weight, x, passed.output[0, 0], "y[{row}, {column}]: row {row} of W times x, plus b", addend="bias"
        ),
        product(
            "d_weight",
            ("upstream", at),
            x,
            back["weight"],
            f"∂L/∂W[{{row}}, {{column}}] = g[{{row}}] · x[{{column}}]{over}",
            (False, True),
        ),
        row_sums("d_bias", ("upstream", at), back["bias"], f"∂L/∂b[{{row}}] = g[{{row}}]{over}"),
        product(
            "d_x",
            weight,
            ("upstream", at),
            back["x"],
            "∂L/∂x[{row}]: column {row} of W times g, over all outputs that read it",
            (True, False),
        ),
    )
    back_row = ("upstream", "→", "d_weight", "d_x", "d_bias")
    layout = in_rows(("weight", "·", "x", "+", "bias", "=", "y"), back_row, grids)
    return Trace(grids, segments, layout, summary)


LAYER = Layer(
    "Linear",
    GIVEN,
    ("x", "weight", "bias"),
    forward,
    gradients,
    trace,
    "A weight’s gradient is its input times the upstream gradient of its output; an input gathers over all outputs.",
    ("inputs", "outputs", "examples"),
)

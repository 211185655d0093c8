"""The small network step by step: forward, backward and update in one trace, gradients under what they belong to."""

from dataclasses import replace
from typing import Any

import numpy as np

from engine.core.backward_trace import (
    cellwise,
    difference_steps,
    each_cell,
    factor,
    loss_step,
    product,
    row_sums,
    say,
    updates,
)
from engine.core.trace import Grid, Moment, Role, Span, Sweep, Trace
from engine.learning.layer_backprop_elementwise import FUNCTIONS
from engine.learning.layer_backprop_network import GIVEN, PARAMETERS, SYMBOLS, Pass, Trained

ROLES: dict[str, Role] = {
    "x": "input",
    "w1": "kernel",
    "b1": "bias",
    "a": "other",
    "h": "input",
    "w2": "kernel",
    "b2": "bias",
    "z": "other",
    "p": "output",
    "y": "output",
}
BACK = {"x": "∂x", "w1": "∂W₁", "b1": "∂b₁", "a": "∂a", "h": "∂h", "w2": "∂W₂", "b2": "∂b₂", "z": "∂z"}


# By whether there are several examples: then the grids are wide, and each layer has a row forward and a row back.
LAYOUTS: dict[bool, tuple[tuple[str, ...], ...]] = {
    False: (
        ("w1", "·", "x", "+", "b1", "=", "a", "→", "h", "w2", "+", "b2", "=", "z", "→", "p"),
        ("d_w1", "d_x", "d_b1", "d_a", "=", "slope", "·", "d_h", "d_w2", "d_b2", "d_z", "= p −", "y"),
        ("new_w1", "new_b1", "new_w2", "new_b2", "loss", "→", "lower"),
    ),
    True: (
        ("w1", "·", "x", "+", "b1", "=", "a", "→", "h"),
        ("d_w1", "d_x", "d_b1", "d_a", "=", "slope", "·", "d_h"),
        ("w2", "· h +", "b2", "=", "z", "→", "p", "y"),
        ("d_w2", "d_b2", "d_z", "new_w1", "new_b1", "new_w2", "new_b2", "loss", "→", "lower"),
    ),
}
NOISE = 1e-15


def tidy(made: Pass) -> Pass:
    """The pass without the dust of rounding: 10⁻¹⁷ where exact arithmetic gives 0 would be coloured like a gradient."""
    arrays = {name: part for name, part in vars(made).items() if isinstance(part, np.ndarray)}
    clean: dict[str, Any] = {name: np.where(np.abs(part) < NOISE, 0.0, part) for name, part in arrays.items()}
    return replace(made, **clean)


def trace(trained: Trained, summary: str) -> Trace:
    """Three rows: the numbers going forward, each one's gradient below it, and the parameters after the step."""
    made = tidy(trained.shown)
    segments = (*_forward(trained, made), *_backward(made, trained.settings.activation), *_updates(trained, made))
    return Trace(_grids(trained, made), segments, LAYOUTS[made.x.shape[1] > 1], summary)


def _grids(trained: Trained, made: Pass) -> tuple[Grid, ...]:
    loss = max(made.loss, trained.loss_after, 1e-9)
    entries = [
        Grid(one.name, one.title, getattr(made, one.name), ROLES[one.name], editable=True)
        for one in GIVEN
        if one.name != "y"
    ]
    entries += [Grid(name, name, getattr(made, name), ROLES[name], filled_by_steps=True) for name in ("a", "h", "z")]
    top = max(1.0, float(made.y.max()))
    entries += [
        Grid("p", "p", made.p, "output", "magnitude", limits=(0, 1), filled_by_steps=True),
        Grid("y", "y", made.y, "output", "magnitude", limits=(0, top), editable=True),
        Grid("loss", "L", np.array([[made.loss]]), "other", "magnitude", limits=(0, loss), filled_by_steps=True),
    ]
    entries += [
        Grid(f"d_{name}", title, getattr(made, f"d_{name}"), ROLES[name], filled_by_steps=True)
        for name, title in BACK.items()
    ]
    function = FUNCTIONS[trained.settings.activation]
    entries.append(Grid("slope", f"{function.symbol}′", made.slope, "other", filled_by_steps=True))
    entries += [
        Grid(f"new_{name}", f"{SYMBOLS[name]} after", after, ROLES[name], filled_by_steps=True)
        for name, after in (
            (name, getattr(made, name) - trained.settings.rate * getattr(made, f"d_{name}")) for name in PARAMETERS
        )
    ]
    lower = np.array([[trained.loss_after]])
    entries.append(Grid("lower", "L after", lower, "other", "magnitude", limits=(0, loss), filled_by_steps=True))
    return tuple(entries)


def _forward(trained: Trained, made: Pass) -> tuple[Sweep | Moment, ...]:
    function = FUNCTIONS[trained.settings.activation]
    count = made.x.shape[1]
    powers = np.exp(made.z - made.z.max(axis=0))

    def share(i: int, j: int) -> tuple[Span | str, ...]:
        terms = " + ".join(f"e^{factor(value)}" for value in made.z[:, j])
        return (f"e^{factor(made.z[i, j])} / ({terms})",)

    def column(name: str, i: int, j: int) -> tuple[int, ...]:
        return tuple(row * count + j for row in range(len(powers)))

    shapes = {name: getattr(made, name).shape for name in ("w1", "x", "w2", "h")}
    return (
        product(
            "a",
            ("w1", shapes["w1"]),
            ("x", shapes["x"]),
            made.a,
            "Hidden sum a[{row}]: row {row} of W₁ times x, plus b₁",
            addend="b1",
        ),
        *each_cell(
            "h", made.h, ("a",), lambda i, j: function.made(made.a[i, j], "a"), f"{function.title} of a[{{row}}]"
        ),
        product(
            "z",
            ("w2", shapes["w2"]),
            ("h", shapes["h"]),
            made.z,
            "Logit z[{row}]: row {row} of W₂ times h, plus b₂",
            addend="b2",
        ),
        *each_cell("p", made.p, ("z",), share, "Softmax: probability of class {row}", column),
        loss_step(made.p, made.y, made.loss, "y"),
    )


def _backward(made: Pass, activation: str) -> tuple[Sweep | Moment, ...]:
    count, function = made.x.shape[1], FUNCTIONS[activation]
    over = " over the examples" if count > 1 else ""
    z, a, h, x = (("d_z", made.d_z.shape), ("d_a", made.d_a.shape), ("h", made.h.shape), ("x", made.x.shape))
    return (
        *difference_steps("d_z", made.d_z, made.p, made.y, "y"),
        product(
            "d_w2", z, h, made.d_w2, f"∂L/∂W₂[{{row}}, {{column}}] = ∂z[{{row}}] · h[{{column}}]{over}", (False, True)
        ),
        row_sums("d_b2", z, made.d_b2, f"∂L/∂b₂[{{row}}] = ∂z[{{row}}]{over}"),
        product("d_h", ("w2", made.w2.shape), z, made.d_h, "∂L/∂h[{row}]: column {row} of W₂ times ∂z", (True, False)),
        *each_cell(
            "slope",
            made.slope,
            ("a",),
            lambda i, j: function.sloped(made.a[i, j], "a"),
            f"Slope of {function.title} at a[{{row}}]",
        ),
        cellwise("d_a", "d_h", "slope", made.d_a, "∂L/∂a[{row}] = ∂h[{row}] · slope"),
        product(
            "d_w1", a, x, made.d_w1, f"∂L/∂W₁[{{row}}, {{column}}] = ∂a[{{row}}] · x[{{column}}]{over}", (False, True)
        ),
        row_sums("d_b1", a, made.d_b1, f"∂L/∂b₁[{{row}}] = ∂a[{{row}}]{over}"),
        product("d_x", ("w1", made.w1.shape), a, made.d_x, "∂L/∂x[{row}] = Σⱼ ∂a[j] · W₁[j, {row}]", (True, False)),
    )


def _updates(trained: Trained, made: Pass) -> tuple[Moment, ...]:
    rate = trained.settings.rate
    moments: list[Moment] = []
    for name in ("w2", "b2", "w1", "b1"):  # the deck updates parameter by parameter; the order does not matter
        moments += updates(name, f"new_{name}", getattr(made, name), getattr(made, f"d_{name}"), rate, f"d_{name}")
    change = trained.loss_after - made.loss
    verb = "falls" if change < 0 else "rises" if change else "stays"
    words = f"{say(made.loss)} → {say(trained.loss_after)}: the loss {verb}"
    new = {f"new_{name}": tuple(range(getattr(made, name).size)) for name in PARAMETERS}
    spans = (Span(words), Span(f" by {say(abs(change))}" if change else ""))
    return (
        *moments,
        Moment(spans, new, (("lower", 0, trained.loss_after),), "Forward once more, with the new parameters"),
    )

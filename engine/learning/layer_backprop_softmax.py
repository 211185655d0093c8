"""What softmax with cross-entropy passes back: p − y, or the same through the whole Jacobian."""

import numpy as np

from engine.core import backward
from engine.core.backward_trace import difference_steps, each_cell, factor, loss_step, product, say
from engine.core.trace import Grid, Moment, Span, Trace
from engine.learning.layer_backprop_layer import Layer, Passed, Tensors, given_grid, gradient_grid
from engine.learning.layer_backprop_numbers import Given, classes, decimals
from engine.learning.layer_backprop_settings import Settings


def _shape(settings: Settings) -> tuple[int, int, int, int]:
    """The Jacobian is drawn for one example."""
    return 1, 1, settings.inputs, 1 if settings.jacobian else settings.examples


GIVEN = (
    Given("x", "z", "Logits z", _shape, decimals),
    Given("target", "y", "Target y", _shape, classes),
)


def forward(settings: Settings, t: Tensors) -> np.ndarray:
    """The probabilities."""
    if (t["target"] < 0).any():
        raise ValueError("A target is a share of a class: 0 or more, usually one 1 in each column.")
    p = backward.softmax(t["x"][0, 0])
    if settings.jacobian and (p == 0).any():
        raise ValueError(
            "A probability is 0 to all digits, and −y/p has no value; p − y needs no division and has one."
        )
    return p[None, None]


def loss(settings: Settings, t: Tensors) -> float:
    """Cross-entropy, the mean over the examples."""
    return backward.cross_entropy(t["x"][0, 0], t["target"][0, 0])


def gradients(settings: Settings, t: Tensors) -> Tensors:
    """(p − y) / N."""
    return {"x": backward.cross_entropy_backward(t["x"][0, 0], t["target"][0, 0])[None, None]}


def trace(passed: Passed, summary: str) -> Trace:
    """exp, the sum, the shares, the loss; then p − y, or the first example's Jacobian."""
    z, y = passed.matrix("x"), passed.matrix("target")
    p, back = passed.output[0, 0], passed.gradient("x")[0, 0]
    lost = loss(passed.settings, dict(zip(passed.names, passed.given, strict=True)))
    grids = [
        given_grid(passed, GIVEN[0]),
        Grid("powers", "exp(z − max)", np.exp(z - z.max(axis=0)), "kernel", "magnitude", filled_by_steps=True),
        Grid("p", "Probabilities p", p, "output", "magnitude", limits=(0, 1), filled_by_steps=True),
        given_grid(passed, GIVEN[1], scale="magnitude", limits=(0.0, max(1.0, float(y.max())))),
        Grid("loss", "Loss L", np.array([[lost]]), "other", "magnitude", filled_by_steps=True),
        gradient_grid(passed, GIVEN[0]),
    ]
    steps: list[Moment] = [*_shares(z, p), loss_step(p, y, lost, "target")]
    rows: list[tuple[str, ...]] = [("x", "→", "powers", "→", "p", "−", "target", "=", "d_x", "loss")]
    if passed.settings.jacobian:
        chained = _jacobian(p, y, back)
        grids += chained[0]
        rows = [("x", "→", "powers", "→", "p", "target", "→", "loss"), ("d_p", "jacobian", "→", "d_x")]
        return Trace(tuple(grids), (*steps, *chained[1]), tuple(rows), summary)
    return Trace(tuple(grids), (*steps, *difference_steps("d_x", back, p, y, "target")), tuple(rows), summary)


def _shares(z: np.ndarray, p: np.ndarray) -> tuple[Moment, ...]:
    """Raise e to each logit, then divide by the column's sum."""
    top = z.max(axis=0)
    powers = np.exp(z - top)
    columns, rows = z.shape[1], z.shape[0]

    def share(row: int, column: int) -> tuple[Span | str, ...]:
        terms = " + ".join(say(value) for value in powers[:, column])
        return (Span(say(powers[row, column]), "powers"), f" / ({terms})")

    def column_of(name: str, row: int, column: int) -> tuple[int, ...]:
        return tuple(i * columns + column for i in range(rows))

    raised = each_cell(
        "powers",
        powers,
        ("x",),
        lambda i, j: ("exp(", Span(say(z[i, j]), "x"), f" − {factor(top[j])})"),
        "exp of the logit less the largest, row {row}, column {column}",
    )
    shared = each_cell(
        "p", p, ("powers",), share, "Its share of the column’s sum, row {row}, column {column}", column_of
    )
    return (*raised, *shared)


def _jacobian(p: np.ndarray, y: np.ndarray, back: np.ndarray) -> tuple[list[Grid], list]:
    """∂L/∂p = −y/p, the matrix ∂pᵢ/∂zⱼ, and their product: what p − y saves. One example alone."""
    classes_count, column = len(p), p[:, 0]
    matrix = backward.softmax_jacobian(column)
    at_p = -y / p
    grids = [
        Grid("d_p", "∂L/∂p = −y/p", at_p, "output", filled_by_steps=True),
        Grid("jacobian", "Jacobian ∂pᵢ/∂zⱼ", matrix, "kernel", filled_by_steps=True, subtitle="row i, column j"),
    ]

    def entry(i: int, j: int) -> tuple[Span | str, ...]:
        if i == j:
            return (Span(say(column[i]), "p"), " · (1 − ", Span(say(column[j]), "p"), ")")
        return ("−", Span(say(column[i]), "p"), " · ", Span(say(column[j]), "p"))

    entries = each_cell("jacobian", matrix, ("p",), entry, "∂p[{row}]/∂z[{column}]", lambda _, i, j: tuple({i, j}))
    first = each_cell(
        "d_p",
        at_p,
        ("p", "target"),
        lambda i, j: ("−", Span(say(y[i, j]), "target"), " / ", Span(say(p[i, j]), "p")),
        "∂L/∂p[{row}]",
    )
    shape = (classes_count, classes_count)
    words = "∂L/∂z[{row}] = Σᵢ ∂pᵢ/∂z[{row}] · ∂L/∂pᵢ, and all of it comes to p − y"
    last = product("d_x", ("jacobian", shape), ("d_p", (classes_count, 1)), back, words, (True, False))
    return grids, [*first, *entries, last]


LAYER = Layer(
    "Softmax + cross-entropy",
    GIVEN,
    ("x",),
    forward,
    gradients,
    trace,
    "The gradient at the logits is the probability less the target: what was given too much, or too little.",
    ("inputs", "examples", "jacobian"),
    loss,
)

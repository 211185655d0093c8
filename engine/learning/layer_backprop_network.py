"""A network of 4 inputs, 3 hidden units and 3 classes: forward, backward, update; many updates, and where they end."""

from dataclasses import dataclass, replace

import numpy as np

from engine.core import backward, gradient_check
from engine.core.gradient_check import Check
from engine.learning.layer_backprop_elementwise import FUNCTIONS
from engine.learning.layer_backprop_numbers import (
    Fill,
    Given,
    change,
    classes,
    decimals,
    numbers,
    ones,
    tenths,
    units,
    zeros,
)
from engine.learning.layer_backprop_settings import MOST_UPDATES, Settings

INPUTS, HIDDEN, CLASSES = 4, 3, 3
PARAMETERS = ("w1", "b1", "w2", "b2")
SYMBOLS = {"x": "x", "w1": "W₁", "b1": "b₁", "w2": "W₂", "b2": "b₂"}
EQUAL = 0.5


def _half(random: np.random.Generator) -> np.ndarray:
    return EQUAL * ones(random)


def _targets(first: int) -> Fill:
    """The first example has this class, the next ones the next, counted round."""

    def fill(random: np.random.Generator) -> np.ndarray:
        wanted = zeros(random)
        examples = np.arange(wanted.shape[3])
        wanted[..., (first + examples) % CLASSES, examples] = 1
        return wanted

    return fill


GIVEN = (
    Given("x", "x", "x", lambda s: (1, 1, INPUTS, s.batch), decimals),
    Given("w1", "W₁", "W₁", lambda s: (1, 1, HIDDEN, INPUTS), units),
    Given("b1", "b₁", "b₁", lambda s: (1, 1, HIDDEN, 1), tenths),
    Given("w2", "W₂", "W₂", lambda s: (1, 1, CLASSES, HIDDEN), units),
    Given("b2", "b₂", "b₂", lambda s: (1, 1, CLASSES, 1), tenths),
    Given("y", "y", "Target", lambda s: (1, 1, CLASSES, s.batch), classes),
)
# How the parameters start; None leaves the drawn numbers.
STARTS: dict[str, dict[str, Fill]] = {
    "random": {},
    "zeros": dict.fromkeys(PARAMETERS, zeros),
    "equal": {"w1": _half, "b1": zeros, "w2": _half, "b2": zeros},
}


@dataclass(frozen=True, eq=False)
class Pass:
    """The network's numbers, forward and backward; each column is one example.

    Args:
        x, w1, b1, w2, b2, y: what it was given.
        a, h, z, p: hidden sums and activations, logits, probabilities.
        slope: of the activation at a.
        loss: cross-entropy, the mean over the examples.
        d_x … d_b2, d_z, d_h, d_a: gradients of the loss.
    """

    x: np.ndarray
    w1: np.ndarray
    b1: np.ndarray
    w2: np.ndarray
    b2: np.ndarray
    y: np.ndarray
    a: np.ndarray
    h: np.ndarray
    z: np.ndarray
    p: np.ndarray
    slope: np.ndarray
    loss: float
    d_x: np.ndarray
    d_w1: np.ndarray
    d_b1: np.ndarray
    d_w2: np.ndarray
    d_b2: np.ndarray
    d_z: np.ndarray
    d_h: np.ndarray
    d_a: np.ndarray

    @property
    def gradient(self) -> np.ndarray:
        """Of all parameters in a row."""
        return np.concatenate([getattr(self, f"d_{name}").ravel() for name in PARAMETERS])


def run(
    x: np.ndarray, w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, b2: np.ndarray, y: np.ndarray, activation: str
) -> Pass:
    """Forward through both layers, then backward.

    Args:
        x: (I, N).
        w1: (H, I), b1: (H, 1), w2: (K, H), b2: (K, 1).
        y: (K, N).
        activation: relu or sigmoid.
    """
    function = FUNCTIONS[activation]
    a = backward.linear(x, w1, b1)
    h = function.value(a)
    z = backward.linear(h, w2, b2)
    d_z = backward.cross_entropy_backward(z, y)
    d_h, d_w2, d_b2 = backward.linear_backward(h, w2, d_z)
    slope = function.slope(a)
    d_a = d_h * slope
    d_x, d_w1, d_b1 = backward.linear_backward(x, w1, d_a)
    loss = backward.cross_entropy(z, y)
    p = backward.softmax(z)
    return Pass(x, w1, b1, w2, b2, y, a, h, z, p, slope, loss, d_x, d_w1, d_b1, d_w2, d_b2, d_z, d_h, d_a)


@dataclass(frozen=True, eq=False)
class Trained:
    """The network before, at and after the update that is shown.

    Args:
        settings: the experiment.
        shown: the pass of that update.
        after: (w1, b1, w2, b2) after it.
        losses: before the first update and after each.
        checks: every number's gradient against finite differences.
    """

    settings: Settings
    shown: Pass
    after: tuple[np.ndarray, ...]
    losses: np.ndarray
    checks: tuple[Check, ...]

    @property
    def loss_after(self) -> float:
        """After the update that is shown."""
        return float(self.losses[self.settings.update])


def given(settings: Settings) -> dict[str, np.ndarray]:
    """The numbers that the network starts from, a matrix each.

    Raises:
        ValueError: a target is negative.
    """
    fills = {**STARTS[settings.start], "y": _targets(settings.target)}
    found = {one.name: numbers(settings, "network", one, fills.get(one.name))[0, 0] for one in GIVEN}
    if (found["y"] < 0).any():
        raise ValueError("A target is a share of a class: 0 or more, usually one 1 in each column.")
    return found


def train(settings: Settings) -> Trained:
    """Gradient descent on the same examples, with the update that is shown kept whole.

    Raises:
        ValueError: a target is negative, or the numbers have grown beyond all bounds.
    """
    start = given(settings)
    x, y = start["x"], start["y"]
    parameters = (start["w1"], start["b1"], start["w2"], start["b2"])
    losses, shown, after = [], run(x, *parameters, y, settings.activation), parameters
    with np.errstate(over="ignore", invalid="ignore"):
        for count in range(1, MOST_UPDATES + 1):
            made = run(x, *parameters, y, settings.activation)
            losses.append(made.loss)
            parameters = updated(made, settings.rate)
            if count == settings.update:
                shown, after = made, parameters
        losses.append(run(x, *parameters, y, settings.activation).loss)
    if not np.isfinite(losses).all():
        raise ValueError("The numbers grow beyond all bounds: take a smaller learning rate or smaller numbers.")
    return Trained(settings, shown, after, np.array(losses), check(shown, settings.activation))


def updated(made: Pass, rate: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Every parameter a step down its gradient: θ − η·∂L/∂θ."""
    return (
        made.w1 - rate * made.d_w1,
        made.b1 - rate * made.d_b1,
        made.w2 - rate * made.d_w2,
        made.b2 - rate * made.d_b2,
    )


def check(made: Pass, activation: str) -> tuple[Check, ...]:
    """Every number of the input and of the parameters moved a little."""
    names = ("x", *PARAMETERS)
    tensors = {SYMBOLS[name]: getattr(made, name) for name in names}
    gradients = {SYMBOLS[name]: getattr(made, f"d_{name}") for name in names}
    size = made.x.size

    def losses(points: np.ndarray) -> np.ndarray:
        x = points[:, :size].reshape(-1, *made.x.shape)  # (P, I·N) -> (P, I, N)
        return losses_at(points[:, size:], x, made.y, activation)

    found = gradient_check.check(losses, tensors, gradients)
    return tuple(replace(one, name=f"∂L/∂{one.name}") for one in found)


def losses_at(points: np.ndarray, x: np.ndarray, y: np.ndarray, activation: str) -> np.ndarray:
    """The loss at many parameter vectors at once: (P, 27) → (P,).

    Args:
        points: w1, b1, w2, b2 of each in a row.
        x: (I, N), or (P, I, N) where it differs from point to point.
        y: (K, N).
        activation: relu or sigmoid.
    """
    shapes = ((HIDDEN, INPUTS), (HIDDEN, 1), (CLASSES, HIDDEN), (CLASSES, 1))
    ends = np.cumsum([height * width for height, width in shapes])[:-1]
    parts = np.split(points, ends, axis=1)
    w1, b1, w2, b2 = (part.reshape(-1, *shape) for part, shape in zip(parts, shapes, strict=True))  # (P, …)
    z = w2 @ FUNCTIONS[activation].value(w1 @ x + b1) + b2
    shifted = z - z.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -(y * logs).sum(axis=(1, 2)) / y.shape[1]


def with_edit(settings: Settings, grid: str, cell: int, value: float) -> Settings:
    """The settings after a number of the picture got another value.

    A parameter that is changed at a later update starts a new descent from the numbers shown.

    Raises:
        ValueError: the number follows from others.
    """
    entries = {one.name: one for one in GIVEN}
    if grid not in entries:
        raise ValueError("This number follows from the others; change an input, a weight, a bias or the target.")
    row, column = divmod(cell, entries[grid].shape(settings)[3])
    edits = [change("network", grid, (0, 0, row, column), value)]
    if grid in PARAMETERS and settings.update > 1:
        shown = train(settings).shown
        kept = [
            (name, spot, float(number)) for name in PARAMETERS for spot, number in np.ndenumerate(getattr(shown, name))
        ]
        edits = [change("network", name, (0, 0, *spot), number) for name, spot, number in kept] + edits
        settings = settings.but(update=1)
    return settings.but(changes=(*settings.changes, *edits))

"""A network of 784 inputs, 512 hidden units and 10 classes on one real digit: steps, gradients as images, checks."""

from dataclasses import dataclass

import numpy as np

from engine.core.gradient_check import Check
from engine.core.memo import compute
from engine.learning.layer_backprop_digit_network import Parameters, Pass, example, forward, judge, start
from engine.learning.layer_backprop_elementwise import FUNCTIONS
from engine.learning.layer_backprop_settings import Settings

SHOWN_UNITS = 6


@dataclass(frozen=True, eq=False)
class Learned:
    """What a few steps of gradient descent on one digit did.

    Args:
        settings: the experiment.
        index: of the digit in MNIST's training set.
        image: (28, 28) in 0 … 1.
        first: the pass before the first step.
        units: the hidden units with the largest gradients, largest first.
        hidden: ∂L/∂W₁ of those, (units, 28, 28).
        output: ∂L/∂W₂, (10, 512).
        pixels: ∂z/∂x of each class, (10, 28, 28).
        before, after: probabilities (10,).
        losses: before the first step and after each.
        checks: all parameters and pixels against finite differences.
        along: along one random direction over all parameters: the gradient's slope, and the finite difference.
    """

    settings: Settings
    index: int
    image: np.ndarray
    first: Pass
    units: np.ndarray
    hidden: np.ndarray
    output: np.ndarray
    pixels: np.ndarray
    before: np.ndarray
    after: np.ndarray
    losses: np.ndarray
    checks: tuple[Check, ...]
    along: tuple[float, float]


def step(x: np.ndarray, parameters: Parameters, made: Pass, rate: float) -> None:
    """θ ← θ − η·∂L/∂θ, in place: with one example each weight gradient is an outer product."""
    w1, b1, w2, b2 = parameters
    w1 -= (rate * made.d_a) @ x.T
    b1 -= rate * made.d_a
    w2 -= (rate * made.d_z) @ made.h.T
    b2 -= rate * made.d_z


def _start_of(settings: Settings) -> Settings:
    """The experiment before its first step: what only says how it goes on is set aside."""
    s = settings
    return Settings(view="digit", label=s.label, nth=s.nth, activation=s.activation, start=s.start, seed=s.seed)


def learn(settings: Settings) -> Learned:
    """A few steps on one digit, with every gradient of the first step checked."""
    index, x, y = example(settings)
    parameters = start(settings)
    first = made = forward(x, parameters, y, settings.activation)
    judged = compute(judge, _start_of(settings))  # rate and steps do not change it, and it is most of the work
    pixels = parameters[2] * FUNCTIONS[settings.activation].slope(first.a).T @ parameters[0]
    losses = [first.loss]
    for _ in range(settings.steps):
        step(x, parameters, made, settings.rate)
        made = forward(x, parameters, y, settings.activation)
        losses.append(made.loss)
    if not np.isfinite(losses).all():
        raise ValueError("The loss grew beyond all bounds: take a smaller learning rate.")
    units = np.argsort(-np.abs(first.d_a[:, 0]), kind="stable")[:SHOWN_UNITS]
    return Learned(
        settings=settings,
        index=index,
        image=x.reshape(28, 28),
        first=first,
        units=units,
        hidden=(first.d_a[units] @ x.T).reshape(-1, 28, 28),  # (units, 784) -> (units, 28, 28)
        output=first.d_z @ first.h.T,
        pixels=pixels.reshape(-1, 28, 28),  # (10, 784) -> (10, 28, 28)
        before=first.p[:, 0],
        after=made.p[:, 0],
        losses=np.array(losses),
        checks=judged.checks,
        along=judged.along,
    )

"""A network of 784 inputs, 512 hidden units and 10 classes on one real digit: steps, gradients as images, checks."""

from dataclasses import dataclass

import numpy as np

from engine.core import backward, datasets, gradient_check
from engine.core.gradient_check import STEP, Check, compare
from engine.learning.layer_backprop_elementwise import FUNCTIONS
from engine.learning.layer_backprop_settings import Settings

INPUTS, HIDDEN, CLASSES = 784, 512, 10
PARAMETERS = HIDDEN * INPUTS + HIDDEN + CLASSES * HIDDEN + CLASSES
SHOWN_UNITS = 6
EQUAL = 0.01
Parameters = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Pass:
    """One forward and backward pass for one digit; vectors are columns.

    Args:
        a, h, z, p: hidden sums and activations, logits, probabilities.
        loss: −log of the target's probability.
        d_z, d_a: gradients at the logits and at the hidden sums; with h and x all weight gradients follow from them.
        d_x: gradient at the pixels.
    """

    a: np.ndarray
    h: np.ndarray
    z: np.ndarray
    p: np.ndarray
    loss: float
    d_z: np.ndarray
    d_a: np.ndarray
    d_x: np.ndarray


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


def start(settings: Settings) -> Parameters:
    """W₁ (512, 784), b₁ (512, 1), W₂ (10, 512), b₂ (10, 1): uniform in ±1/√inputs as in torch, zero, or equal."""
    random = np.random.default_rng(settings.seed)
    shapes = ((HIDDEN, INPUTS), (HIDDEN, 1), (CLASSES, HIDDEN), (CLASSES, 1))
    reach = (INPUTS**-0.5, INPUTS**-0.5, HIDDEN**-0.5, HIDDEN**-0.5)
    if settings.start == "random":
        made = [random.uniform(-1, 1, shape) * limit for shape, limit in zip(shapes, reach, strict=True)]
    else:
        level = {"zeros": 0.0, "equal": EQUAL}[settings.start]
        made = [np.full(shape, level * (shape[1] > 1)) for shape in shapes]
    return made[0], made[1], made[2], made[3]


def forward(x: np.ndarray, parameters: Parameters, y: np.ndarray, activation: str) -> Pass:
    """Forward, then backward to the pixels; weight gradients are products of what this returns.

    Args:
        x: (784, 1).
        parameters: W₁, b₁, W₂, b₂.
        y: (10, 1).
        activation: relu or sigmoid.
    """
    w1, b1, w2, b2 = parameters
    function = FUNCTIONS[activation]
    a = backward.linear(x, w1, b1)
    h = function.value(a)
    z = backward.linear(h, w2, b2)
    d_z = backward.cross_entropy_backward(z, y)
    d_a = (w2.T @ d_z) * function.slope(a)
    return Pass(a, h, z, backward.softmax(z), backward.cross_entropy(z, y), d_z, d_a, w1.T @ d_a)


def step(x: np.ndarray, parameters: Parameters, made: Pass, rate: float) -> None:
    """θ ← θ − η·∂L/∂θ, in place: with one example each weight gradient is an outer product."""
    w1, b1, w2, b2 = parameters
    w1 -= (rate * made.d_a) @ x.T
    b1 -= rate * made.d_a
    w2 -= (rate * made.d_z) @ made.h.T
    b2 -= rate * made.d_z


def learn(settings: Settings) -> Learned:
    """A few steps on one digit, with every gradient of the first step checked."""
    index = datasets.index_of_class("train", settings.label, settings.nth)
    image = datasets.digit("train", index)[0] / 255.0
    x, y = image.reshape(INPUTS, 1), np.eye(CLASSES)[:, [settings.label]]
    parameters = start(settings)
    first = made = forward(x, parameters, y, settings.activation)
    checks = check(x, parameters, y, first, settings.activation)
    along = directional(x, parameters, y, first, settings)
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
        image=image,
        first=first,
        units=units,
        hidden=(first.d_a[units] @ x.T).reshape(-1, 28, 28),  # (units, 784) -> (units, 28, 28)
        output=first.d_z @ first.h.T,
        pixels=pixels.reshape(-1, 28, 28),  # (10, 784) -> (10, 28, 28)
        before=first.p[:, 0],
        after=made.p[:, 0],
        losses=np.array(losses),
        checks=checks,
        along=along,
    )


def _moved(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Losses of logits (…, 10) for the target y (10,)."""
    shifted = z - z.max(axis=-1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=-1)) * y.sum() - shifted @ y


def check(x: np.ndarray, parameters: Parameters, y: np.ndarray, made: Pass, activation: str) -> tuple[Check, ...]:
    """Every one of the 407,050 parameters and 784 pixels moved by ε to both sides.

    Moving one weight changes one hidden sum (or one logit), so only what follows from it is computed again; weights of
    pixels with the same value move the hidden sum alike, and that is computed once.
    """
    w1, _, w2, _ = parameters
    function, target, z = FUNCTIONS[activation], y[:, 0], made.z[:, 0]
    values, which = np.unique(x[:, 0], return_inverse=True)

    def by_hidden(moves: np.ndarray) -> np.ndarray:
        """The slope of the loss when each hidden sum moves by ε times each of these: (512, moves)."""
        sides = []
        for sign in (1, -1):
            change = function.value(made.a + sign * STEP * moves) - made.h  # (512, moves)
            sides.append(_moved(z + change[..., None] * w2.T[:, None], target))
        return (sides[0] - sides[1]) / (2 * STEP)

    def by_logit(moves: np.ndarray) -> np.ndarray:
        """The slope of the loss when each logit moves by ε times each of these: (10, moves)."""
        shift = STEP * moves[None, :, None] * np.eye(CLASSES)[:, None]  # (10, moves, 10)
        return (_moved(z + shift, target) - _moved(z - shift, target)) / (2 * STEP)

    def by_pixel() -> np.ndarray:
        sides = []
        for sign in (1, -1):
            hidden = function.value(made.a + sign * STEP * w1)  # (512, 784): column j has pixel j moved
            sides.append(_moved((w2 @ hidden).T + parameters[3][:, 0], target))
        return (sides[0] - sides[1]) / (2 * STEP)

    # (512, 1): so near ReLU's corner that a difference crosses it, and something reads the unit
    corner = (np.abs(made.a) < STEP) & (activation == "relu") & (np.abs(w2).max(axis=0) > 0)[:, None]
    ones = np.ones(1)
    found = (
        ("∂L/∂W₁", made.d_a @ x.T, by_hidden(values)[:, which], np.broadcast_to(corner, (HIDDEN, INPUTS))),
        ("∂L/∂b₁", made.d_a, by_hidden(ones), corner),
        ("∂L/∂W₂", made.d_z @ made.h.T, by_logit(made.h[:, 0]), np.zeros((CLASSES, HIDDEN), dtype=bool)),
        ("∂L/∂b₂", made.d_z, by_logit(ones), np.zeros((CLASSES, 1), dtype=bool)),
        ("∂L/∂x", made.d_x, by_pixel()[:, None], np.zeros((INPUTS, 1), dtype=bool)),
    )
    floor = gradient_check.ROUNDING * (1 + made.loss)
    return tuple(
        compare(name, gradient.ravel(), slopes.ravel(), kinks.ravel(), floor) for name, gradient, slopes, kinks in found
    )


def directional(
    x: np.ndarray, parameters: Parameters, y: np.ndarray, made: Pass, settings: Settings
) -> tuple[float, float]:
    """All parameters moved together along one random direction of length 1: ⟨∇L, u⟩, and the loss's own change."""
    random = np.random.default_rng([settings.seed, 1])
    way = [random.standard_normal(part.shape, dtype=np.float32) for part in parameters]
    length = float(np.sqrt(sum(float((part.astype(np.float64) ** 2).sum()) for part in way)))
    gradients = (made.d_a @ x.T, made.d_a, made.d_z @ made.h.T, made.d_z)
    slope = sum(float((gradient * part).sum()) for gradient, part in zip(gradients, way, strict=True)) / length
    reach = 10 * STEP
    losses = []
    for sign in (1, -1):
        w1, b1, w2, b2 = (part + sign * reach / length * turn for part, turn in zip(parameters, way, strict=True))
        losses.append(backward.cross_entropy(w2 @ FUNCTIONS[settings.activation].value(w1 @ x + b1) + b2, y))
    return slope, (losses[0] - losses[1]) / (2 * reach)

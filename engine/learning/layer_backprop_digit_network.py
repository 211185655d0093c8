"""The network of 784 inputs, 512 hidden units and 10 classes, forward and backward; every gradient of it checked."""

from dataclasses import dataclass

import numpy as np

from engine.core import backward, datasets, gradient_check
from engine.core.gradient_check import STEP, Check, compare
from engine.learning.layer_backprop_elementwise import FUNCTIONS
from engine.learning.layer_backprop_settings import Settings

INPUTS, HIDDEN, CLASSES = 784, 512, 10
PARAMETERS = HIDDEN * INPUTS + HIDDEN + CLASSES * HIDDEN + CLASSES
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


def example(settings: Settings) -> tuple[int, np.ndarray, np.ndarray]:
    """The digit's index in MNIST's training set, its pixels (784, 1) in 0 … 1, and its class as a column (10, 1)."""
    index = datasets.index_of_class("train", settings.label, settings.nth)
    image = datasets.digit("train", index)[0] / 255.0
    return index, image.reshape(INPUTS, 1), np.eye(CLASSES)[:, [settings.label]]


@dataclass(frozen=True, eq=False)
class Judged:
    """The first pass against finite differences.

    Args:
        checks: all parameters and pixels, one by one.
        along: all parameters at once along a random direction: the gradient's slope, and the finite difference.
    """

    checks: tuple[Check, ...]
    along: tuple[float, float]


def judge(settings: Settings) -> Judged:
    """Check every gradient of the first pass."""
    _, x, y = example(settings)
    parameters = start(settings)
    first = forward(x, parameters, y, settings.activation)
    checks = check(x, parameters, y, first, settings.activation)
    return Judged(checks, directional(x, parameters, y, first, settings))


def _losses(z: np.ndarray, target: int) -> np.ndarray:
    """Cross-entropy of logits (10, …) that are nowhere large; they are overwritten."""
    right = z[target].copy()
    return np.log(np.exp(z, out=z).sum(axis=0)) - right


def check(x: np.ndarray, parameters: Parameters, y: np.ndarray, made: Pass, activation: str) -> tuple[Check, ...]:
    """Every one of the 407,050 parameters and 784 pixels moved by ε to both sides.

    Moving one weight changes one hidden sum (or one logit), so only what follows from it is computed again; weights of
    pixels with the same value move the hidden sum alike, and that is computed once.
    """
    w1, _, w2, _ = parameters
    function, target, z = FUNCTIONS[activation], int(y.argmax()), made.z - made.z.max()
    values, which = np.unique(x[:, 0], return_inverse=True)

    def by_hidden(moves: np.ndarray) -> np.ndarray:
        """The slope of the loss when each hidden sum moves by ε times each of these: (512, moves)."""
        sides = [function.value(made.a + sign * STEP * moves) - made.h for sign in (1, -1)]  # (512, moves) each
        live = np.any(sides, axis=(0, 2))  # the other units stay as they are, and so does the loss
        slopes = np.zeros(sides[0].shape)
        up, down = (_losses(z[..., None] + w2[:, live, None] * change[live], target) for change in sides)
        slopes[live] = (up - down) / (2 * STEP)
        return slopes

    def by_logit(moves: np.ndarray) -> np.ndarray:
        """The slope of the loss when each logit moves by ε times each of these: (10, moves)."""
        shift = STEP * moves * np.eye(CLASSES)[..., None]  # (10 logits, 10 that move, moves)
        return (_losses(z[..., None] + shift, target) - _losses(z[..., None] - shift, target)) / (2 * STEP)

    def by_pixel() -> np.ndarray:
        sides = []
        for sign in (1, -1):
            hidden = function.value(made.a + sign * STEP * w1)  # (512, 784): column j has pixel j moved
            sides.append(_losses(z + w2 @ (hidden - made.h), target))
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
    bits = np.random.default_rng([settings.seed, 1]).integers(0, 2, PARAMETERS, dtype=np.int8)
    ends = np.cumsum([part.size for part in parameters])[:-1]
    signs = np.split(2.0 * bits - 1.0, ends)  # a corner of the cube: as long in every parameter
    way = [part.reshape(whole.shape) for part, whole in zip(signs, parameters, strict=True)]
    length = PARAMETERS**0.5
    gradients = (made.d_a @ x.T, made.d_a, made.d_z @ made.h.T, made.d_z)
    slope = sum(float((gradient * part).sum()) for gradient, part in zip(gradients, way, strict=True)) / length
    reach = 10 * STEP
    losses = []
    for sign in (1, -1):
        w1, b1, w2, b2 = (part + sign * reach / length * turn for part, turn in zip(parameters, way, strict=True))
        losses.append(backward.cross_entropy(w2 @ FUNCTIONS[settings.activation].value(w1 @ x + b1) + b2, y))
    return slope, (losses[0] - losses[1]) / (2 * reach)

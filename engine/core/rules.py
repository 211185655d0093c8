"""The rules of descent: how each turns gradients into a step. They follow torch.optim, term by term.

A rule works on its `Memory` and on points (K, D): K runs of the same rule, each in D dimensions, and says of what its
step is made. First-order rules take the gradient; Newton takes the Hessian as well; random search takes neither.

Reference: Robbins & Monro 1951; Polyak 1964; Nesterov 1983; Duchi et al. 2011; Zeiler 2012; Tieleman & Hinton 2012;
Kingma & Ba 2015; Loshchilov & Hutter 2019; Dauphin et al. 2014 for Newton's method that leaves saddles.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

Array = np.ndarray
NEWTONS = {"saddle_free": "Saddle-free", "damped": "Damped", "plain": "Plain"}


@dataclass(frozen=True)
class Knobs:
    """The hyperparameters that rules share; the defaults are torch's, and momentum 0.9.

    Args:
        momentum: μ of momentum and Nesterov.
        beta1, beta2: of Adam and AdamW.
        smoothing: α of RMSProp.
        rho: ρ of Adadelta.
        weight_decay: λ; added to the gradient as λx, by AdamW taken from the weights instead.
        epsilon: ε beside the root; None for each rule's own default.
        newton: a key of NEWTONS.
        damping: Newton: what is added to the Hessian's diagonal, or the least curvature that is believed.
    """

    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    smoothing: float = 0.99
    rho: float = 0.9
    weight_decay: float = 0.0
    epsilon: float | None = None
    newton: str = "saddle_free"
    damping: float = 1e-3


@dataclass(eq=False)
class Memory:
    """What a rule remembers: up to two moving averages, both begun at zero, and how many steps it has made."""

    shape: tuple[int, ...]
    first: Array = field(init=False)
    second: Array = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.first, self.second = np.zeros(self.shape), np.zeros(self.shape)


class Move(NamedTuple):
    """One step and what it is made of, each (K, D) or None.

    Args:
        step: added to the point, weight decay of AdamW included.
        memory: the part of the step that comes from earlier gradients.
        scale: what the gradient is measured by along each axis: the root of the second moment.
    """

    step: Array
    memory: Array | None = None
    scale: Array | None = None


Step = Callable[[Memory, Array, Array, Array | float, Knobs, float], Move]


@dataclass(frozen=True)
class Rule:
    """A first-order rule.

    Args:
        title: its name.
        step: memory, points, gradients, learning rate, hyperparameters, epsilon to a move.
        epsilon: its own default.
        decoupled: whether it takes the weight decay itself.
    """

    title: str
    step: Step
    epsilon: float = 0.0
    decoupled: bool = False

    def move(self, memory: Memory, x: Array, gradient: Array, rate: Array | float, knobs: Knobs) -> Move:
        """One step from x, the gradient's share of weight decay added first."""
        if knobs.weight_decay and not self.decoupled:
            gradient = gradient + knobs.weight_decay * x
        epsilon = self.epsilon if knobs.epsilon is None else knobs.epsilon
        made = self.step(memory, x, gradient, rate, knobs, epsilon)
        memory.count += 1
        return made


def sgd(memory: Memory, x: Array, g: Array, rate: Array | float, knobs: Knobs, epsilon: float) -> Move:
    """X ← x − α g."""
    return Move(-rate * g)


def momentum(memory: Memory, x: Array, g: Array, rate: Array | float, knobs: Knobs, epsilon: float) -> Move:
    """B ← μ b + g, x ← x − α b; the first b is g."""
    kept = knobs.momentum * memory.first
    memory.first = kept + g
    return Move(-rate * memory.first, -rate * kept)


def nesterov(memory: Memory, x: Array, g: Array, rate: Array | float, knobs: Knobs, epsilon: float) -> Move:
    """B ← μ b + g, x ← x − α (g + μ b): the step that momentum is about to make, with today's gradient twice."""
    kept = knobs.momentum * memory.first
    memory.first = kept + g
    return Move(-rate * (g + knobs.momentum * memory.first), -rate * knobs.momentum * kept)


def adagrad(memory: Memory, x: Array, g: Array, rate: Array | float, knobs: Knobs, epsilon: float) -> Move:
    """S ← s + g², x ← x − α g / (√s + ε)."""
    memory.second += g * g
    scale = np.sqrt(memory.second)
    return Move(-rate * g / (scale + epsilon), None, scale)


def adadelta(memory: Memory, x: Array, g: Array, rate: Array | float, knobs: Knobs, epsilon: float) -> Move:
    """V ← ρ v + (1 − ρ) g², Δ = √(u + ε) / √(v + ε) · g, u ← ρ u + (1 − ρ) Δ², x ← x − α Δ."""
    memory.second = knobs.rho * memory.second + (1 - knobs.rho) * g * g
    scale = np.sqrt(memory.second + epsilon)
    delta = np.sqrt(memory.first + epsilon) / scale * g
    memory.first = knobs.rho * memory.first + (1 - knobs.rho) * delta * delta
    return Move(-rate * delta, None, scale)


def rmsprop(memory: Memory, x: Array, g: Array, rate: Array | float, knobs: Knobs, epsilon: float) -> Move:
    """V ← α v + (1 − α) g², x ← x − lr g / (√v + ε)."""
    memory.second = knobs.smoothing * memory.second + (1 - knobs.smoothing) * g * g
    scale = np.sqrt(memory.second)
    return Move(-rate * g / (scale + epsilon), None, scale)


def adam(memory: Memory, x: Array, g: Array, rate: Array | float, knobs: Knobs, epsilon: float) -> Move:
    """M ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², x ← x − α m̂ / (√v̂ + ε), both corrected for their start."""
    t = memory.count + 1
    kept = knobs.beta1 * memory.first
    memory.first = kept + (1 - knobs.beta1) * g
    memory.second = knobs.beta2 * memory.second + (1 - knobs.beta2) * g * g
    scale = np.sqrt(memory.second) / (1 - knobs.beta2**t) ** 0.5
    pull = -rate / (1 - knobs.beta1**t) / (scale + epsilon)
    return Move(pull * memory.first, pull * kept, scale)


def adamw(memory: Memory, x: Array, g: Array, rate: Array | float, knobs: Knobs, epsilon: float) -> Move:
    """X ← x − α λ x, then as Adam: the decay is not divided by the root of the second moment."""
    made = adam(memory, x, g, rate, knobs, epsilon)
    return Move(made.step - rate * knobs.weight_decay * x, made.memory, made.scale)


RULES: dict[str, Rule] = {
    "sgd": Rule("SGD", sgd),
    "momentum": Rule("Momentum", momentum),
    "nesterov": Rule("Nesterov", nesterov),
    "adagrad": Rule("Adagrad", adagrad, 1e-10),
    "adadelta": Rule("Adadelta", adadelta, 1e-6),
    "rmsprop": Rule("RMSProp", rmsprop, 1e-8),
    "adam": Rule("Adam", adam, 1e-8),
    "adamw": Rule("AdamW", adamw, 1e-8, decoupled=True),
}


def curvatures(xx: float, xy: float, yy: float) -> tuple[float, float, float]:
    """Eigenvalues of a symmetric 2 × 2 matrix, the lower first, and the angle of the lower's axis."""
    middle, half = (xx + yy) / 2, math.hypot((xx - yy) / 2, xy)
    return middle - half, middle + half, 0.5 * math.atan2(2 * xy, xx - yy) + math.pi / 2


def believed(curvature: float, knobs: Knobs) -> float:
    """The curvature that Newton's method divides by.

    Plain takes it as it is, and so walks to saddles as well as to minima; damped adds δ to it; saddle-free takes its
    magnitude, at least δ, and so walks away from where the ground bends down.
    """
    if knobs.newton == "saddle_free":
        return max(abs(curvature), knobs.damping)
    return curvature + knobs.damping if knobs.newton == "damped" else curvature


def newton(g: Array, hessian: tuple[float, float, float], rate: float, knobs: Knobs) -> Move:
    """X ← x − α H⁻¹ g for one point of the plane, g (2,), along the Hessian's own axes; `scale` has its eigenvalues."""
    low, high, angle = curvatures(*hessian)
    c, s = math.cos(angle), math.sin(angle)
    along, across = c * g[0] + s * g[1], c * g[1] - s * g[0]
    one, other = believed(low, knobs), believed(high, knobs)
    if not one or not other:
        return Move(np.full(2, np.nan), None, np.array([low, high]))
    a, b = rate * along / one, rate * across / other
    return Move(np.array([s * b - c * a, -s * a - c * b]), None, np.array([low, high]))

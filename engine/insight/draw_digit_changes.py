"""Changing a digit until the network changes its mind: by turning, by moving, and by the sign of the gradient.

Reference: I. Goodfellow, J. Shlens, C. Szegedy, "Explaining and harnessing adversarial examples", 2015: one step of
size ε along the sign of the gradient, here downhill for the loss of the wanted class; A. Kurakin, I. Goodfellow,
S. Bengio, "Adversarial examples in the physical world", 2017: small steps, each along the gradient where it stands.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from engine.core.device import device
from engine.core.networks import inspected
from engine.core.networks.inspected import Inspected
from engine.insight.draw_digit import Looked, Settings, look, pixels_of, softmax, turned

ANGLES = np.arange(-180, 181, 5)
MOVES = np.arange(-12, 13)
STEP, STEPS = 0.01, 50
STRENGTHS = np.arange(STEPS + 1) * STEP


@dataclass(frozen=True, eq=False)
class Swept:
    """What the network says while one number changes and the others stay.

    Args:
        angles: (A,) degrees.
        by_angle: (A, K) probabilities.
        moves: (M,) pixels to the right.
        by_move: (M, K) probabilities.
    """

    angles: np.ndarray
    by_angle: np.ndarray
    moves: np.ndarray
    by_move: np.ndarray


@dataclass(frozen=True, eq=False)
class Fooled:
    """A digit that was changed to be taken for another.

    Args:
        before: what the network says of the digit as it is.
        wanted: the class that it is to become.
        gradient: (H, W), of the wanted class's loss by each pixel: where to take away (positive) and to add.
        strengths: (S,) how much a pixel may change.
        path: (S, H, W) in [0, 1], the digit changed by that much.
        curve: (S, K) what the network says of it.
        once: (S,) the wanted class's probability after one step of that strength.
        noise: (S,) the same if the signs are random.
    """

    before: Looked
    wanted: int
    gradient: np.ndarray
    strengths: np.ndarray
    path: np.ndarray
    curve: np.ndarray
    once: np.ndarray
    noise: np.ndarray

    def at(self, strength: float) -> int:
        """Where on the path the change is of that strength."""
        return int(np.abs(self.strengths - strength).argmin())

    @property
    def needed(self) -> float | None:
        """The smallest of the strengths that makes the wanted class the first; None if none does."""
        won = np.flatnonzero(self.curve.argmax(axis=1) == self.wanted)
        return float(self.strengths[won[0]]) if len(won) else None


def classify(pixels: np.ndarray, inside: Inspected) -> np.ndarray:
    """Probabilities (N, K) of pictures (N, H, W) in [0, 1]."""
    with torch.no_grad():
        logits = inside.module(torch.from_numpy(inside.prepared(pixels[:, None])).to(device()))
    return softmax(logits.cpu().numpy())


def sweep(settings: Settings) -> Swept:
    """Turn and move the digit through everything, in two batches."""
    pixels, s, inside = pixels_of(settings), settings, inspected.grey(settings.network)[0]
    by_angle = np.stack([turned(pixels, float(angle), s.right, s.down) for angle in ANGLES])
    by_move = np.stack([turned(pixels, s.angle, float(move), s.down) for move in MOVES])
    return Swept(ANGLES, classify(by_angle, inside), MOVES, classify(by_move, inside))


def loss_gradient(pixels: np.ndarray, wanted: int, inside: Inspected) -> np.ndarray:
    """∂ loss of the wanted class / ∂ pixel, of a picture (H, W) in [0, 1]; the network itself gets no gradient."""
    given = torch.from_numpy(inside.prepared(pixels[None, None])).to(device()).requires_grad_()
    loss = cross_entropy(inside.module(given), torch.tensor([wanted], device=given.device))
    (gradient,) = torch.autograd.grad(loss, given)
    return gradient[0, 0].cpu().numpy() / inside.deviation[0]  # the chain rule through the standardising


def fool(settings: Settings) -> Fooled:
    """Small steps along the sign of the gradient, up to half the way from black to white, beside other ways.

    After t steps no pixel has changed by more than t · 0.01.
    """
    before = look(settings)
    inside = before.inside
    wanted = before.second if settings.wanted == "second" else int(settings.wanted)
    if wanted >= len(inside.classes):
        raise ValueError(f"{inside.title} knows {len(inside.classes)} classes, and no {wanted}.")
    path = [before.pixels]
    gradient = loss_gradient(before.pixels, wanted, inside)
    for _ in range(STEPS):
        path.append(stepped(path[-1], loss_gradient(path[-1], wanted, inside), STEP))
    chance = np.random.default_rng(0).normal(size=gradient.shape)
    curve, once, noise = (
        classify(np.stack(made), inside)
        for made in (
            path,
            [stepped(before.pixels, gradient, strength) for strength in STRENGTHS],
            [stepped(before.pixels, chance, strength) for strength in STRENGTHS],
        )
    )
    return Fooled(before, wanted, gradient, STRENGTHS, np.stack(path), curve, once[:, wanted], noise[:, wanted])


def asked(settings: Settings) -> Settings:
    """As much of the settings as sweeping and fooling depend on: the rest may change, and they are known already."""
    return settings.but(stage=1, channel=0, strength=0.0)


def stepped(pixels: np.ndarray, gradient: np.ndarray, strength: float) -> np.ndarray:
    """One step downhill: each pixel by the same amount, and never below black or above white."""
    return np.clip(pixels - strength * np.sign(gradient), 0, 1).astype(np.float32)

"""Many small networks of one shape at once, each a row of numbers: two hidden layers of tanh, one logit.

A network is a vector of P numbers: W₁ (2, H), b₁, W₂ (H, H), b₂, w₃ (H), b₃. R networks are an array (R, P), and every
product is one batched product: a race of optimisers is then as fast as a single training.
"""

import math
from typing import NamedTuple

import numpy as np


class Layers(NamedTuple):
    """The numbers of R networks by layer."""

    first: np.ndarray
    first_bias: np.ndarray
    second: np.ndarray
    second_bias: np.ndarray
    last: np.ndarray
    last_bias: np.ndarray


def shapes(width: int) -> tuple[tuple[int, ...], ...]:
    """The shapes of the six parts.

    >>> size(8)
    105
    """
    return (2, width), (width,), (width, width), (width,), (width, 1), (1,)


def size(width: int) -> int:
    """P, how many numbers a network has."""
    return sum(math.prod(shape) for shape in shapes(width))


def layers(networks: np.ndarray, width: int) -> Layers:
    """The parts of networks (R, P), as views."""
    parts, at = [], 0
    for shape in shapes(width):
        count = math.prod(shape)
        parts.append(networks[:, at : at + count].reshape(len(networks), *shape))  # (R, count) -> (R, *shape)
        at += count
    return Layers(*parts)


def initial(width: int, seed: int) -> np.ndarray:
    """One network, (P,): weights normal with variance 1 / inputs (Glorot's for tanh, one way), biases zero."""
    random = np.random.default_rng([seed, 3])
    parts = [
        random.standard_normal(shape) / math.sqrt(shape[0]) if len(shape) == 2 else np.zeros(shape)
        for shape in shapes(width)
    ]
    return np.concatenate([part.ravel() for part in parts])


def logits(networks: np.ndarray, points: np.ndarray, width: int) -> np.ndarray:
    """What each network says to each point: (R, P), (N, 2) → (R, N)."""
    part = layers(networks, width)
    hidden = np.tanh(points @ part.first + part.first_bias[:, None])
    hidden = np.tanh(hidden @ part.second + part.second_bias[:, None])
    return (hidden @ part.last + part.last_bias[:, None])[..., 0]


def loss(answers: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mean cross-entropy of logits (R, N) for labels 0 or 1 (N,): (R,)."""
    return (np.logaddexp(0, answers) - labels * answers).mean(axis=1)


def gradients(
    networks: np.ndarray, points: np.ndarray, labels: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """Losses (R,) and their gradients (R, P), by backpropagation through all networks at once."""
    part = layers(networks, width)
    one = np.tanh(points @ part.first + part.first_bias[:, None])  # (R, N, H)
    two = np.tanh(one @ part.second + part.second_bias[:, None])
    answers = (two @ part.last + part.last_bias[:, None])[..., 0]
    error = (0.5 * (1 + np.tanh(answers / 2)) - labels)[..., None] / len(labels)  # (R, N, 1)
    back_two = (error @ part.last.swapaxes(1, 2)) * (1 - two * two)
    back_one = (back_two @ part.second.swapaxes(1, 2)) * (1 - one * one)
    found = (
        points.T @ back_one,
        back_one.sum(axis=1),
        one.swapaxes(1, 2) @ back_two,
        back_two.sum(axis=1),
        two.swapaxes(1, 2) @ error,
        error.sum(axis=1),
    )
    flat = np.concatenate([piece.reshape(len(networks), -1) for piece in found], axis=1)  # each (R, …) -> (R, count)
    return loss(answers, labels), flat

"""Two classes of points in the plane, about −1 … 1 each way: moons, rings, spirals."""

from collections.abc import Callable

import numpy as np

NOISE = 0.08


def moons(half: np.ndarray, label: int) -> np.ndarray:
    """Two half circles that reach into each other; `half` runs from 0 to 1 along each: (M, 2)."""
    angle = np.pi * half
    arc = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (arc if label == 0 else np.array([1, 0.5]) - arc) * 0.65 - np.array([0.33, 0.16])


def rings(half: np.ndarray, label: int) -> np.ndarray:
    """A ring around a ring."""
    angle = 2 * np.pi * half
    return (0.4 if label == 0 else 0.9) * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def spirals(half: np.ndarray, label: int) -> np.ndarray:
    """Two arms, one and a quarter turns each."""
    angle = 2.5 * np.pi * half + np.pi * label
    return (0.1 + 0.85 * half)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


CLOUDS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {"moons": moons, "rings": rings, "spirals": spirals}


def cloud(name: str, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """`count` points, half of each class, with some noise: (count, 2) and labels 0 or 1, (count,)."""
    random = np.random.default_rng([seed, 4])
    half = np.linspace(0, 1, count // 2)
    points = np.concatenate([CLOUDS[name](half, label) for label in (0, 1)])
    return points + NOISE * random.standard_normal(points.shape), np.repeat([0.0, 1.0], count // 2)

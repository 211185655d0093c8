"""Noise from mini-batches: the loss is a mean over examples, and each step sees the gradient of only some of them.

Example i has the loss fᵢ(w) = f(w) + wᵀDᵢw/2 + eᵢᵀw with ΣDᵢ = 0 and Σeᵢ = 0, so that the mean of all is f. For a line
fitted by least squares this is exact, with the D and e that its data give; elsewhere D = 0 and the tilts e are random.
"""

from dataclasses import dataclass

import numpy as np

from engine.core.surfaces import Surface

EXAMPLES = 32
TRUE_LINE = (1.0, -0.8)
SCATTER = 0.6


@dataclass(frozen=True, eq=False)
class Examples:
    """What sets single examples apart from their mean.

    Args:
        bends: Dᵢ, (N, 2, 2).
        tilts: eᵢ, (N, 2).
    """

    bends: np.ndarray
    tilts: np.ndarray


def line_data(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """EXAMPLES points about a line: inputs t and targets, each (N,)."""
    random = np.random.default_rng(seed)
    t = random.uniform(-1, 3, EXAMPLES)
    return t, TRUE_LINE[0] + TRUE_LINE[1] * t + SCATTER * random.standard_normal(EXAMPLES)


def least_squares(seed: int) -> tuple[Surface, Examples]:
    """Fit x + y·t to data: f = mean of (x + y tᵢ − targetᵢ)² / 2 over the examples; x is the intercept, y the slope."""
    t, target = line_data(seed)
    design = np.stack([np.ones_like(t), t], axis=1)  # (N, 2)
    bends = design[:, :, None] * design[:, None, :]  # (N, 2, 2)
    tilts = -design * target[:, None]
    (xx, xy), (_, yy) = bend = bends.mean(axis=0)
    ex, ey = tilt = tilts.mean(axis=0)
    best = np.linalg.solve(bend, -tilt)
    constant = float(np.mean(target**2)) / 2
    lowest = constant + float(tilt @ best) / 2
    surface = Surface(
        "Line through data",
        f"({xx:.17g}*x**2 + {2 * xy:.17g}*x*y + {yy:.17g}*y**2)/2 + {ex:.17g}*x + {ey:.17g}*y + {constant:.17g}",
        lambda x, y: 0.5 * (xx * x * x + yy * y * y) + xy * x * y + ex * x + ey * y + constant,
        lambda x, y: (xx * x + xy * y + ex, xy * x + yy * y + ey),
        lambda x, y: (xx + 0 * x, xy + 0 * x, yy + 0 * x),
        box=(-3, 5, -3.5, 2.5),
        start=(-2.2, 1.6),
        lowest=lowest,
        minima=((float(best[0]), float(best[1])),),
    )
    return surface, Examples(bends - bend, tilts - tilt)


def tilted(size: float, seed: int) -> Examples:
    """Random tilts of a given standard deviation whose mean is nothing."""
    tilts = size * np.random.default_rng(seed).standard_normal((EXAMPLES, 2))
    return Examples(np.zeros((EXAMPLES, 2, 2)), tilts - tilts.mean(axis=0))


def batches(steps: int, batch: int, seed: int) -> np.ndarray:
    """Which examples each step sees, int (steps, batch): all of them in random order, then all in another, …"""
    random = np.random.default_rng([seed, 1])
    epochs = -(-steps * batch // EXAMPLES)
    order = np.concatenate([random.permutation(EXAMPLES) for _ in range(epochs)])
    return order[: steps * batch].reshape(steps, batch)


def noise(examples: Examples, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each step's gradient is off by: D·w + e with D (steps, 2, 2) and e (steps, 2)."""
    return examples.bends[chosen].mean(axis=1), examples.tilts[chosen].mean(axis=1)

"""Is the map right about what matters? Take pixels away in its order, or put them back, and watch the probability.

Deletion: the pixels that the map ranks highest turn grey first; a good map kills the class soon, so its area under the
curve is small. Insertion: they come back first into a blurred image; a good map brings the class back soon, so its area
is large.

Reference: V. Petsiuk, A. Das, K. Saenko, "RISE: randomized input sampling for explanation of black-box models", 2018.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter
from torch import nn

from engine.core.attribution import BATCH, scores
from engine.core.progress import Report, silent
from engine.core.resizing import SMALL

BLUR = 10.0  # standard deviation in pixels of 224: enough that the class is gone
STROKE = 7  # the strokes of a digit need a seventh of the side, up to 4 pixels
STEPS, MOST_STEPS = 16, 32  # for photos, and for small images, whose passes cost little


@dataclass(frozen=True, eq=False)
class Curves:
    """The probability of the class while pixels go and come.

    Args:
        shares: (S,) share of the pixels that are gone, or back, from 0 to 1.
        deletion, insertion: (S,) probability.
    """

    shares: np.ndarray
    deletion: np.ndarray
    insertion: np.ndarray

    @property
    def deletion_score(self) -> float:
        """The area under the deletion curve, 0 … 1: smaller is better."""
        return float(np.trapezoid(self.deletion, self.shares))

    @property
    def insertion_score(self) -> float:
        """The area under the insertion curve, 0 … 1: larger is better."""
        return float(np.trapezoid(self.insertion, self.shares))


def shares_of(steps: int) -> np.ndarray:
    """Where the curves are measured: closer together at first, where most happens; (steps + 1,) from 0 to 1."""
    return np.linspace(0, 1, steps + 1) ** 2


def steps_for(height: int, width: int) -> int:
    """How many points on each curve are worth their passes.

    >>> steps_for(224, 224), steps_for(28, 28), steps_for(8, 8)
    (16, 32, 16)
    """
    return STEPS if max(height, width) > SMALL else min(MOST_STEPS, height * width // 4)


def probability(logits: np.ndarray, target: int) -> np.ndarray:
    """Softmax of one class: (N, classes) → (N,)."""
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return powers[:, target] / powers.sum(axis=1)


def blur_of(side: int) -> float:
    """The standard deviation in pixels that leaves nothing of the class.

    >>> blur_of(224), blur_of(28)
    (10.0, 4.0)
    """
    return max(BLUR * side / 224, min(4.0, side / STROKE))


def blurred(image: np.ndarray) -> np.ndarray:
    """The image without its details: (C, H, W)."""
    sigma = blur_of(image.shape[-1])
    return gaussian_filter(image, (0, sigma, sigma)).astype(np.float32)


def mixed(front: np.ndarray, back: np.ndarray, ranking: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """For each share, `front` in that share of the pixels that ranks highest, `back` in the rest: (S, C, H, W).

    Args:
        front, back: (C, H, W).
        ranking: (H, W), larger is earlier; equal values go in reading order.
        shares: (S,) 0 … 1.
    """
    order = np.argsort(-ranking.ravel(), kind="stable")
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    taken = place.reshape(ranking.shape) < np.rint(shares * order.size)[:, None, None]  # (S, H, W)
    return np.where(taken[:, None], front, back).astype(np.float32)


def perturb(
    network: nn.Module,
    image: np.ndarray,
    target: int,
    ranking: np.ndarray,
    *,
    steps: int = STEPS,
    report: Report = silent,
) -> Curves:
    """Both curves of one map.

    Args:
        network, image, target: see engine.core.attribution.
        ranking: the map, (H, W) as large as the image.
        steps: points on each curve after the first.
        report: told how far it is.
    """
    shares = shares_of(steps)
    both = ((np.zeros_like(image), image), (image, blurred(image)))
    found: list[np.ndarray] = []
    for front, back in both:
        for start in range(0, len(shares), BATCH):
            part = mixed(front, back, ranking, shares[start : start + BATCH])
            found.append(probability(scores(network, part), target))
            report(len(found) / (2 * -(-len(shares) // BATCH)), "Deletion and insertion")
    values = np.concatenate(found)
    return Curves(shares, values[: len(shares)], values[len(shares) :])

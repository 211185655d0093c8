"""Learning filters from whitened points: independent components (FastICA) and cluster centres (k-means).

References:
    A. Hyvärinen, E. Oja, "Independent component analysis: algorithms and applications", Neural Networks 13, 2000.
    A. Coates, A. Ng, "Learning feature representations with k-means", 2012.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Unmixing:
    """What FastICA found: orthonormal rows (K, K) for whitened points, the rounds it took, and whether it settled."""

    rows: np.ndarray
    rounds: int
    settled: bool


@dataclass(frozen=True, eq=False)
class Clusters:
    """What k-means found.

    Args:
        centres: (K, D), the largest cluster first.
        counts: (K,) points in each.
        inertia: mean squared distance of a point from its centre.
        rounds: how often the centres were moved.
    """

    centres: np.ndarray
    counts: np.ndarray
    inertia: float
    rounds: int


def decorrelated(rows: np.ndarray) -> np.ndarray:
    """The orthonormal matrix that is nearest to a square one: (W Wᵀ)^(−1/2) W, by the singular value decomposition."""
    left, _, right = np.linalg.svd(rows)
    return left @ right


def fast_ica(whitened: np.ndarray, seed: int, most_rounds: int = 200, tolerance: float = 1e-4) -> Unmixing:
    """Turn white points (N, K) until their coordinates are as far from Gaussian as they can be.

    All components at once: w ← E[z g(wᵀz)] − E[g′(wᵀz)] w with g = tanh, then all rows made orthonormal again. It has
    settled when no row turned by more than |1 − cos| = tolerance.
    """
    points = np.ascontiguousarray(whitened)
    count, dimensions = points.shape
    rows = decorrelated(np.random.default_rng(seed).standard_normal((dimensions, dimensions)))
    rows = rows.astype(points.dtype)
    for turn in range(1, most_rounds + 1):
        bent = np.tanh(points @ rows.T)
        slope = 1 - np.mean(bent**2, axis=0)
        turned = decorrelated(bent.T @ points / count - slope[:, None] * rows)
        change = float(np.abs(1 - np.abs(np.sum(turned * rows, axis=1))).max())
        rows = turned
        if change < tolerance:
            return Unmixing(rows, turn, True)
    return Unmixing(rows, most_rounds, False)


def nearest(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest centre of each point, (N,), and the squared distance to it, (N,)."""
    # |x − c|² = |x|² − 2 (x·c − |c|²/2): the largest bracket wins.
    score = points @ centres.T - 0.5 * np.sum(centres**2, axis=1)
    labels = score.argmax(axis=1)
    best = score[np.arange(len(points)), labels]
    return labels, np.maximum(np.sum(points**2, axis=1) - 2 * best, 0)


def k_means(points: np.ndarray, count: int, seed: int, most_rounds: int = 30) -> Clusters:
    """Lloyd's algorithm from random points: each point to its nearest centre, each centre to its points' mean.

    A centre without points moves to the point that lies farthest from its own. Ends when no point changes its centre.

    Raises:
        ValueError: there are fewer points than centres.
    """
    if count > len(points):
        raise ValueError(f"{len(points)} patches cannot be put into {count} clusters: take fewer filters.")
    start = np.random.default_rng(seed).choice(len(points), count, replace=False)
    return lloyd(points, points[start], most_rounds)


def lloyd(points: np.ndarray, centres: np.ndarray, most_rounds: int) -> Clusters:
    """k-means from given centres (K, D); see `k_means`."""
    labels, away = nearest(points, centres)
    rounds, before = 0, np.full_like(labels, -1)
    while rounds < most_rounds and not np.array_equal(labels, before):
        rounds += 1
        counts = np.bincount(labels, minlength=len(centres))
        members = np.equal.outer(np.arange(len(centres)), labels).astype(points.dtype)
        centres = members @ points / np.maximum(counts, 1)[:, None]
        empty = np.flatnonzero(counts == 0)
        centres[empty] = points[np.argsort(away)[::-1][: len(empty)]]
        before = labels
        labels, away = nearest(points, centres)
    counts = np.bincount(labels, minlength=len(centres))
    order = np.argsort(-counts, kind="stable")
    return Clusters(centres[order], counts[order], float(away.mean()), rounds)

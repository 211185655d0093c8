"""Small patches of an image as a cloud of points: cutting, centring, principal directions, whitening."""

from dataclasses import dataclass

import numpy as np

# Directions with less than this share of the largest variance are empty: the mean was taken off them.
EMPTY_SHARE = 1e-9


@dataclass(frozen=True, eq=False)
class Principal:
    """The principal axes of centred points, the most varied first.

    Args:
        variances: (K,) descending; directions without any variance are left out.
        axes: (K, D), orthonormal rows; the largest entry of each is positive.
    """

    variances: np.ndarray
    axes: np.ndarray


def places(shape: tuple[int, int], side: int, most: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The first row and column of patches at random places, each place at most once: (N,), (N,).

    N is `most`, or as many as there are.

    Raises:
        ValueError: the picture is smaller than a patch.
    """
    if side > min(shape):
        size = "×".join(map(str, shape))
        raise ValueError(f"A patch of {side}×{side} pixels does not fit in a picture of {size} pixels.")
    height, width = (length - side + 1 for length in shape)
    rows, columns = np.divmod(np.random.default_rng(seed).permutation(height * width)[:most], width)
    return rows, columns


def cut(values: np.ndarray, side: int, most: int, seed: int) -> np.ndarray:
    """The patches at these `places`: (N, side²)."""
    rows, columns = places((values.shape[0], values.shape[1]), side, most, seed)
    windows = np.lib.stride_tricks.sliding_window_view(values, (side, side))  # (H', W', side, side)
    return windows[rows, columns].reshape(len(rows), side * side).astype(np.float64)  # (N, s, s) → (N, s²)


def centre(patches: np.ndarray) -> np.ndarray:
    """Each patch less its own mean (its brightness), then each pixel less its mean over all patches: (N, D)."""
    level = patches - patches.mean(axis=1, keepdims=True)
    return level - level.mean(axis=0)


def principal(points: np.ndarray) -> Principal:
    r"""PCA: the eigenvectors of the covariance $C = \frac{1}{N} X^T X$ of centred points (N, D).

    Raises:
        ValueError: the points do not differ.
    """
    variances, vectors = np.linalg.eigh(points.T @ points / len(points))
    variances, axes = variances[::-1], vectors.T[::-1]
    if variances[0] <= 1e-12:
        raise ValueError("All patches of this picture are even: there is no direction in which they differ.")
    kept = variances > EMPTY_SHARE * variances[0]
    variances, axes = variances[kept], axes[kept]
    strongest = axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)]
    return Principal(variances, axes * np.sign(strongest)[:, None])


def whitening(found: Principal, softening: float = 0.0) -> np.ndarray:
    r"""ZCA: $W = E^T (\Lambda + \varepsilon \bar\lambda)^{-1/2} E$, the symmetric (D, D) matrix after which C = I.

    With ε = 0 the covariance of X W becomes the identity in every direction that the points fill. ε, a share of the
    mean variance, keeps the faintest directions, which are noise, from being blown up.
    """
    scale = (found.variances + softening * found.variances.mean()) ** -0.5
    return (found.axes.T * scale) @ found.axes


def excess_kurtosis(responses: np.ndarray) -> np.ndarray:
    """E[y⁴] / E[y²]² − 3 of each column, (K,): 0 for a Gaussian, large where most are near 0 and a few far off."""
    centred = responses - responses.mean(axis=0)
    squares = centred**2
    return np.mean(squares**2, axis=0) / np.maximum(np.mean(squares, axis=0) ** 2, 1e-300) - 3

"""What each kind of layer passes back: forward and backward rules, written to be read.

Feature arrays are (F, N): each column is one example. An upstream gradient is ∂L/∂output, of the output's shape; a
backward rule turns it into the gradients at the layer's input and parameters. Pooling's is in `engine.core.pooling`.

Reference: D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating errors", 1986;
S. Ioffe, C. Szegedy, "Batch Normalization", 2015.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.core.convolution import Pair, pad


def linear(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Y = W·x + b: x (I, N), weight (O, I), bias (O, 1) → (O, N)."""
    return weight @ x + bias


def linear_backward(
    x: np.ndarray, weight: np.ndarray, upstream: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """∂L/∂x = Wᵀ·g, ∂L/∂W = g·xᵀ, ∂L/∂b = Σₙ g; the products sum over the examples by themselves.

    >>> dx, dw, db = linear_backward(np.array([[0.5]]), np.array([[2.0]]), np.array([[-0.3]]))
    >>> float(dx[0, 0]), float(dw[0, 0]), float(db[0, 0])
    (-0.6, -0.15, -0.3)
    """
    return weight.T @ upstream, upstream @ x.T, upstream.sum(axis=1, keepdims=True)


def relu(x: np.ndarray) -> np.ndarray:
    """max(0, x)."""
    return np.maximum(x, 0.0)


def relu_slope(x: np.ndarray) -> np.ndarray:
    """1 where x > 0, else 0; at 0 itself there is no derivative, and 0 is torch's choice."""
    return (x > 0).astype(np.float64)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(−x)), without overflow on either side."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


def sigmoid_slope(x: np.ndarray) -> np.ndarray:
    """σ(x)·(1 − σ(x)), at most 1/4; as σ(x)·σ(−x) it stays exact where σ is almost 1."""
    return sigmoid(x) * sigmoid(-x)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Each column's exp(z) over their sum: (K, N); the largest logit is taken off first, which changes nothing."""
    powers = np.exp(logits - logits.max(axis=0, keepdims=True))
    return powers / powers.sum(axis=0, keepdims=True)


def softmax_jacobian(probabilities: np.ndarray) -> np.ndarray:
    """∂pᵢ/∂zⱼ = pᵢ·([i = j] − pⱼ) for one example (K,): (K, K)."""
    return np.diag(probabilities) - np.outer(probabilities, probabilities)


def cross_entropy(logits: np.ndarray, targets: np.ndarray) -> float:
    """The mean over the examples of −Σ y·log p with p = softmax(z): logits and targets (K, N)."""
    shifted = logits - logits.max(axis=0, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))
    return float(-(targets * logs).sum() / logits.shape[1])


def cross_entropy_backward(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """∂L/∂z = (p − y) / N where each column of y sums to 1; in general (p·Σy − y) / N."""
    return (softmax(logits) * targets.sum(axis=0, keepdims=True) - targets) / logits.shape[1]


def windows_of(image: np.ndarray, kernel: Pair, stride: int, padding: int) -> np.ndarray:
    """What each output cell of a convolution reads: (C, H, W) → (H_out, W_out, C, K_h, K_w)."""
    seen = sliding_window_view(pad(image, (padding, padding)), kernel, axis=(1, 2))[:, ::stride, ::stride]
    return seen.transpose(1, 2, 0, 3, 4)  # (C, H_out, W_out, K_h, K_w) -> (H_out, W_out, C, K_h, K_w)


def patch_gradients(image: np.ndarray, kernel: Pair, upstream: np.ndarray, stride: int, padding: int) -> np.ndarray:
    """∂L/∂kernel as if every output cell had a kernel of its own: its upstream gradient times what it read.

    Args:
        image: (C_in, H, W).
        kernel: its height and width.
        upstream: (C_out, H_out, W_out).
        stride, padding: the same both ways.

    Returns:
        (H_out, W_out, C_out, C_in, K_h, K_w); the shared kernel's gradient is the sum over the first two.
    """
    seen = windows_of(image, kernel, stride, padding)[:, :, None]  # (H_out, W_out, 1, C_in, K_h, K_w)
    return upstream.transpose(1, 2, 0)[..., None, None, None] * seen


def conv2d_backward(
    image: np.ndarray, kernel: np.ndarray, upstream: np.ndarray, stride: int = 1, padding: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gradients at the image, the kernel and the bias of a convolution (cross-correlation).

    A kernel's weight is shared by all output cells, so their gradients add up. An image cell gets from each window
    that read it that window's gradient times the weight that lay on it; with stride 1 that is the full correlation of
    the upstream gradient with the kernel turned by half.

    Args:
        image: (C_in, H, W).
        kernel: (C_out, C_in, K_h, K_w).
        upstream: (C_out, H_out, W_out).
        stride, padding: the same both ways.

    Returns:
        (C_in, H, W), (C_out, C_in, K_h, K_w) and (C_out,).
    """
    height, width = kernel.shape[2:]
    at_kernel = patch_gradients(image, (height, width), upstream, stride, padding).sum(axis=(0, 1))
    padded = np.zeros_like(pad(image, (padding, padding)), dtype=np.float64)
    for row, column in np.ndindex(upstream.shape[1:]):
        top, left = row * stride, column * stride
        handed = np.tensordot(upstream[:, row, column], kernel, axes=1)  # (C_out,) · (C_out, C_in, …)
        padded[:, top : top + height, left : left + width] += handed
    inside = padded[:, padding : padding + image.shape[1], padding : padding + image.shape[2]]
    return inside, at_kernel, upstream.sum(axis=(1, 2))


@dataclass(frozen=True, eq=False)
class Normalised:
    """A batch normalisation in training, step by step; x is (F, N), statistics are (F, 1).

    Args:
        mean, variance: of each feature over the batch, the variance over N (not N − 1).
        centred: x − mean.
        inverse: 1 / √(variance + ε).
        normal: centred · inverse.
        output: γ · normal + β.
    """

    mean: np.ndarray
    centred: np.ndarray
    variance: np.ndarray
    inverse: np.ndarray
    normal: np.ndarray
    output: np.ndarray


def batch_norm(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, epsilon: float = 1e-5) -> Normalised:
    """Each feature minus its mean over the batch, over its deviation, then scaled by γ and moved by β.

    Raises:
        ValueError: a batch of one has no variance.
    """
    if x.shape[1] < 2:
        raise ValueError("Batch norm needs at least 2 examples: the variance of one is 0, and torch refuses it too.")
    mean = x.mean(axis=1, keepdims=True)
    centred = x - mean
    variance = (centred**2).mean(axis=1, keepdims=True)
    inverse = 1 / np.sqrt(variance + epsilon)
    normal = centred * inverse
    return Normalised(mean, centred, variance, inverse, normal, gamma * normal + beta)


@dataclass(frozen=True, eq=False)
class NormalisedBack:
    """The backward pass of batch normalisation, step by step.

    Args:
        gamma, beta: ∂L/∂γ and ∂L/∂β, (F, 1).
        normal: ∂L/∂x̂ (F, N).
        variance, mean: ∂L/∂σ² and ∂L/∂μ, (F, 1).
        parts: the three ways to x: directly, through σ², through μ: (3, F, N).
    """

    gamma: np.ndarray
    beta: np.ndarray
    normal: np.ndarray
    variance: np.ndarray
    mean: np.ndarray
    parts: np.ndarray

    @property
    def x(self) -> np.ndarray:
        """∂L/∂x (F, N), the sum of the three ways."""
        return self.parts.sum(axis=0)


def batch_norm_backward(made: Normalised, gamma: np.ndarray, upstream: np.ndarray) -> NormalisedBack:
    """Every example moves the mean and the variance, so each gets gradient through both as well as directly."""
    count = upstream.shape[1]
    normal = upstream * gamma
    variance = (normal * made.centred).sum(axis=1, keepdims=True) * -0.5 * made.inverse**3
    # The variance's own share in the mean's gradient is −2/N · Σ (x − μ), which is 0.
    mean = -(normal.sum(axis=1, keepdims=True) * made.inverse)
    parts = np.stack(
        [
            normal * made.inverse,
            variance * 2 * made.centred / count,
            np.broadcast_to(mean / count, normal.shape),
        ]
    )
    at_gamma = (upstream * made.normal).sum(axis=1, keepdims=True)
    return NormalisedBack(at_gamma, upstream.sum(axis=1, keepdims=True), normal, variance, mean, parts)

"""Filters one after the other, and the one kernel that does the work of them all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.core import filtering, kernels


@dataclass(frozen=True, eq=False)
class Stage:
    """One filter of the chain.

    Args:
        title: the kernel's name for the student.
        kernel: (k, k) float64, as it was applied.
        singular: its singular values, largest first.
        parts: column and row with kernel = column ⊗ row, or None if its rank is not 1.
        plan: which way it was applied, and why.
        output: (C, H, W) float32.
    """

    title: str
    kernel: np.ndarray
    singular: np.ndarray
    parts: tuple[np.ndarray, np.ndarray] | None
    plan: filtering.Plan
    output: np.ndarray


def run(picture: np.ndarray, chain: Sequence[tuple[str, np.ndarray]], border: str) -> tuple[Stage, ...]:
    """Each kernel over the output of the one before, the first over the picture (C, H, W).

    Args:
        picture: (C, H, W) float32.
        chain: titles and kernels, in order.
        border: a key of filtering.BORDERS.
    """
    stages: list[Stage] = []
    signal = picture
    for title, kernel in chain:
        plan = filtering.plan(kernel)
        signal = filtering.METHODS[plan.method](signal, kernel, border)
        stages.append(Stage(title, kernel, kernels.singular_values(kernel), kernels.factors(kernel), plan, signal))
    return tuple(stages)


def compose(chain: tuple[np.ndarray, ...]) -> np.ndarray:
    """One kernel that does what the chain does one after the other: their full convolution, (Σk − n + 1) square.

    Cross-correlating with a, then with b, is cross-correlating with the convolution a ∗ b.

    >>> compose((np.ones((1, 3)), np.ones((3, 1)))).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    whole = np.ones((1, 1))
    for part in chain:
        grown = np.zeros((whole.shape[0] + part.shape[0] - 1, whole.shape[1] + part.shape[1] - 1))
        for i in range(part.shape[0]):
            for j in range(part.shape[1]):
                grown[i : i + whole.shape[0], j : j + whole.shape[1]] += part[i, j] * whole
        whole = grown
    return whole


def gap(picture: np.ndarray, composed: np.ndarray, output: np.ndarray) -> float | None:
    """The largest difference between a chain's output and the one composed kernel's, where no border was read.

    Away from the border the two are the same sum in another order. None if the picture is all border.
    """
    reach = len(composed) // 2
    height, width = picture.shape[1:]
    if 2 * reach >= min(height, width):
        return None
    inside = np.s_[:, reach : height - reach, reach : width - reach]
    return float(np.abs(filtering.fourier(picture, composed, "zeros")[inside] - output[inside]).max())

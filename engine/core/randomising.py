"""Is the map about what the network learned? Its weights are made random, layer by layer from the top, and it is drawn
again each time. A map that stays as it was would have come out of an untrained network too: it shows the image.

Reference: J. Adebayo et al., "Sanity checks for saliency maps", 2018 (cascading randomisation).
"""

import copy
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn


def cascade(network: nn.Module, stages: Sequence[str], seed: int = 0) -> Iterator[nn.Module]:
    """Copies of the network with more and more random weights; the network itself is not touched.

    The weights of a stage are shuffled: the same numbers, so that signals keep their size, but in no order that was
    learned. What is yielded is one copy that goes on changing: use each before asking for the next.

    Args:
        network: any.
        stages: paths of modules, the one nearest to the output first.
        seed: of the shuffling.
    """
    generator = torch.Generator().manual_seed(seed)
    own = copy.deepcopy(network)
    for stage in stages:
        with torch.no_grad():
            for weight in own.get_submodule(stage).parameters():
                order = torch.randperm(weight.numel(), generator=generator)
                weight.copy_(weight.cpu().reshape(-1)[order].reshape(weight.shape))
        yield own


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's ρ of two maps of the same shape, −1 … 1; NaN if one of them is constant.

    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 90.0]))
    1.0
    """
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(np.corrcoef(ranks(one), ranks(other))[0, 1].round(12))


def ranks(values: np.ndarray) -> np.ndarray:
    """The place of each value among all, from 1; equal ones share the mean of their places: (N,).

    >>> ranks(np.array([5.0, 9.0, 5.0])).tolist()
    [1.5, 3.0, 1.5]
    """
    _, place, counts = np.unique(values.ravel(), return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]

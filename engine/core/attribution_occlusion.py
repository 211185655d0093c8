"""Occlusion: a patch slides over the image, and each pixel gets the score that was lost while it was covered.

Reference: M. Zeiler, R. Fergus, "Visualizing and understanding convolutional networks", 2013, section 4.2.
"""

import math

import numpy as np
import torch
from torch import nn

from engine.core.attribution import BATCH, scores, tensor_for, to_numpy
from engine.core.progress import Report, silent
from engine.core.turns import turn


def places(side: int, window: int, stride: int) -> list[tuple[int, int]]:
    """First pixel and one past the last of each position of the patch; the last one is cut at the border.

    >>> places(7, 3, 3)
    [(0, 3), (3, 6), (6, 7)]

    Raises:
        ValueError: steps that are longer than the patch would leave pixels out.
    """
    if not 1 <= stride <= window:
        raise ValueError(f"Steps of {stride} leave gaps between patches of {window}: take shorter steps.")
    count = math.ceil(max(side - window, 0) / stride) + 1
    return [(at * stride, min(at * stride + window, side)) for at in range(count)]


def occlusion(
    network: nn.Module,
    image: np.ndarray,
    target: int,
    *,
    window: int = 32,
    stride: int = 16,
    fill: np.ndarray | float = 0.0,
    report: Report = silent,
) -> np.ndarray:
    """The mean loss of score over the patches that cover a pixel: (H, W).

    Args:
        network, image, target: see engine.core.attribution.
        window, stride: of the patch, in pixels.
        fill: what the patch shows, a number or an image (C, H, W).
        report: told how far it is.
    """
    whole = float(scores(network, image[None])[0, target])
    behind = np.broadcast_to(fill, image.shape)
    boxes = [
        (rows, columns)
        for rows in places(image.shape[1], window, stride)
        for columns in places(image.shape[2], window, stride)
    ]
    loss, cover = np.zeros(image.shape[1:]), np.zeros(image.shape[1:])
    for start in range(0, len(boxes), BATCH):
        part = boxes[start : start + BATCH]
        covered = np.repeat(image[None], len(part), axis=0)
        for copy, ((top, bottom), (left, right)) in zip(covered, part, strict=True):
            copy[:, top:bottom, left:right] = behind[:, top:bottom, left:right]
        with turn(), torch.inference_mode():
            left_over = to_numpy(network(tensor_for(network, covered))[:, target])
        for ((top, bottom), (left, right)), score in zip(part, left_over, strict=True):
            loss[top:bottom, left:right] += whole - score
            cover[top:bottom, left:right] += 1
        done = start + len(part)
        report(done / len(boxes), f"Occlusion: {done} of {len(boxes)} places of the patch")
    return (loss / np.maximum(cover, 1)).astype(np.float32)

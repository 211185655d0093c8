"""Examples that stay where the network is: a batch is an index into their bytes, moved, mirrored or turned there.

There is no DataLoader, because this is faster than any other way for data sets of this size.
"""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from engine.core.device import device
from engine.core.examples import Examples


@dataclass(frozen=True, eq=False)
class Resident:
    """Examples on the device.

    Args:
        images: uint8 (N, C, H, W).
        labels: int64 (N,).
        mean, scale: (1, C, 1, 1); a network sees (pixel − mean) · scale.
    """

    images: Tensor
    labels: Tensor
    mean: Tensor
    scale: Tensor

    def batch(
        self,
        index: Tensor | slice,
        shift: tuple[int, int] = (0, 0),
        mirrored: bool = False,
        degrees: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Standardised images (B, C, H, W), all moved by that many pixels or mirrored, and their labels (B,).

        Args:
            index: which ones.
            shift: down and right.
            mirrored: left and right change places.
            degrees: (B,) by how much each image is turned then.
        """
        # index_select takes a third of the time of indexing.
        pixels, labels = (
            every[index] if isinstance(index, slice) else every.index_select(0, index)
            for every in (self.images, self.labels)
        )
        if shift != (0, 0):
            pixels = moved(pixels, shift)
        if mirrored:
            pixels = pixels.flip(3)
        given = pixels if degrees is None else turned(pixels.float(), degrees)
        return torch.sub(given, self.mean).mul_(self.scale).contiguous(memory_format=torch.channels_last), labels


_held: "WeakKeyDictionary[Examples, Resident]" = WeakKeyDictionary()


def resident(examples: Examples) -> Resident:
    """Examples on the device: one copy for all runs, for as long as the examples themselves are kept."""
    if examples not in _held:
        _held[examples] = _bring(examples)
    return _held[examples]


def _bring(examples: Examples) -> Resident:
    where = device()
    images, labels = torch.from_numpy(examples.images.copy()), torch.from_numpy(examples.labels.astype(np.int64))
    mean, std = (torch.tensor(numbers, dtype=torch.float32).view(1, -1, 1, 1) for numbers in examples.statistics)
    return Resident(images.to(where), labels.to(where), (mean * 255).to(where), (1 / (std * 255)).to(where))


def moved(pixels: Tensor, shift: tuple[int, int]) -> Tensor:
    """Images (B, C, H, W) shifted down and right; what comes in is black."""
    down, right = shift
    height, width = pixels.shape[2:]
    out = torch.zeros_like(pixels)
    rows, columns = slice(max(0, down), height + min(0, down)), slice(max(0, right), width + min(0, right))
    out[:, :, rows, columns] = pixels[
        :, :, max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)
    ]
    return out


def turned(images: Tensor, degrees: Tensor) -> Tensor:
    """Images (B, C, H, W), each turned about its centre, counter-clockwise; between pixels bilinear, outside black.

    Args:
        images: of a floating type.
        degrees: (B,).
    """
    cos, sin = degrees.deg2rad().cos(), degrees.deg2rad().sin()
    aspect, none = images.shape[2] / images.shape[3], torch.zeros_like(cos)
    # Where each pixel is read; torch counts places in halves of the sides, which differ if the image is no square.
    places = torch.stack([cos, -sin * aspect, none, sin / aspect, cos, none], dim=1)
    grid = affine_grid(places.view(-1, 2, 3), list(images.shape), align_corners=False)  # (B, 6) → (B, 2, 3)
    return grid_sample(images, grid, align_corners=False)

"""Gradients of one output cell of small real networks with random weights, linear or with ReLU.

Of every map there is just what the cell sees through, as in the middle of an endless input: padding is nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, pad

from engine.core.device import device
from engine.core.effective import Sight, sights
from engine.core.progress import Report, silent
from engine.core.receptive import Window

Kinds = tuple[str, ...]
Chain = tuple[Window, ...]
Depths = tuple[int, ...]
CHANNELS = 8
# Multiply-adds that a measurement should cost, about a second on one core of a laptop, and may cost.
MEASURE_BUDGET, MOST_COST, PER_CELL = 6e9, 2e11, 50
FEWEST_DRAWS, MOST_DRAWS = 4, 60


@dataclass(frozen=True, eq=False)
class Gradients:
    """What was measured.

    Args:
        maps: for each depth asked for, the mean magnitude of the gradient, (r, r) with the field of that depth.
        samples: how many inputs (and draws of weights) each map is the mean of.
        steps: of training, 0 if there was none.
        accuracy: on 1000 digits that were not trained on, NaN without training.
    """

    maps: tuple[np.ndarray, ...]
    samples: int
    steps: int = 0
    accuracy: float = float("nan")


class Mean(nn.Module):
    """Average pooling that may be dilated: the linear stand-in for max-pooling."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window = window

    def forward(self, maps: Tensor) -> Tensor:
        """(N, C, H, W) → (N, C, H', W')."""
        w, channels = self.window, maps.shape[1]
        weight = torch.full((channels, 1, w.kernel, w.kernel), 1 / w.kernel**2, dtype=maps.dtype, device=maps.device)
        return conv2d(maps, weight, None, w.stride, 0, w.dilation, channels)


class Stack(nn.Module):
    """The layers of a chain with 8 channels.

    Args:
        kinds, chain: what each layer is ("c", "p" or "t") and reads.
        relu: a ReLU after each convolution, transposed or not, and poolings take the maximum; else all is linear.
        norm: batch norm after each convolution, for training.
        generator: of the weights, whose variance is gain / (inputs · k²).
    """

    def __init__(self, kinds: Kinds, chain: Chain, relu: bool, norm: bool, generator: torch.Generator) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 1
        for kind, w in zip(kinds, chain, strict=True):
            if kind == "p":
                layers.append(nn.MaxPool2d(w.kernel, w.stride, 0, w.dilation) if relu else Mean(w))
                continue
            make = nn.ConvTranspose2d if kind == "t" else nn.Conv2d
            conv = make(inputs, CHANNELS, w.kernel, w.stride, dilation=w.dilation, bias=False, device="meta")
            deviation = ((2 if relu else 1) / (inputs * w.kernel**2)) ** 0.5
            conv.weight = nn.Parameter(torch.randn(conv.weight.shape, generator=generator) * deviation)
            parts = [conv, *([nn.BatchNorm2d(CHANNELS)] if norm else []), *([nn.ReLU()] if relu else [])]
            layers.append(nn.Sequential(*parts))
            inputs = CHANNELS
        self.layers = nn.ModuleList(layers)
        self.chain, self.channels = chain, inputs

    def forward(self, maps: Tensor, seen: Sight) -> Tensor:
        """The part of the input that a cell sees through, (N, 1, H, H), to that cell, (N, C, 1, 1)."""
        edges = unread(self.chain, seen)
        for layer, (before, after) in zip(self.layers, edges, strict=False):  # a sight may end before the chain
            maps = layer(maps)
            if before or after:
                maps = pad(maps, (before, after, before, after))
        return maps


def unread(chain: Chain, seen: Sight) -> list[tuple[int, int]]:
    """How many cells to add before and after each map, so that it is what the cell sees through.

    A transposed layer writes more cells than are read, then the numbers are negative; or no window of it writes the
    outermost ones, which are 0. Other layers leave just what is read.
    """
    edges = []
    for window, below, here in zip(chain, seen.spans, seen.spans[1:], strict=False):
        first, last = (window.stride * end - window.padding for end in below)
        written = (first, last + window.reach - 1)
        edges.append((written[0] - here[0], here[1] - written[1]) if window.transposed else (0, 0))
    return edges


def measure(kinds: Kinds, chain: Chain, depths: Depths, *, relu: bool, seed: int, report: Report = silent) -> Gradients:
    """Mean |∂ output / ∂ input| of one output cell after each of the depths, over random weights and normal inputs.

    Args:
        kinds, chain: see `Stack`.
        depths: numbers of layers, rising.
        relu: see `Stack`.
        seed: of weights and inputs.
        report: hears how far it is.

    Raises:
        ValueError: it would take longer than a reader waits.
    """
    inputs = 4 if relu else 1  # the gradient of a linear network does not depend on its input
    seen = sights(list(chain), depths)
    price = 3.0 * inputs * sum(cost(kinds, chain, one) for one in seen)
    if FEWEST_DRAWS * price > MOST_COST:
        raise ValueError("Measuring this chain would take too long: take fewer layers or smaller kernels.")
    draws = int(np.clip(MEASURE_BUDGET / price, FEWEST_DRAWS, MOST_DRAWS))
    generator = torch.Generator().manual_seed(seed)
    low, high = canvas(seen)
    total = [np.zeros((one.field[1] - one.field[0] + 1,) * 2) for one in seen]
    for draw in range(draws):
        report(draw / draws, f"draw {draw + 1} of {draws}")
        stack = Stack(kinds, chain, relu, False, generator).to(device())
        noise = torch.randn((inputs, 1, high - low + 1, high - low + 1), generator=generator)
        for sums, found in zip(total, gradients(stack, seen, noise, generator), strict=True):
            sums += found
    return Gradients(tuple(sums / draws for sums in total), draws * inputs)


def canvas(seen: tuple[Sight, ...]) -> tuple[int, int]:
    """The first and the last input cell that any of these cells needs."""
    return min(one.spans[0][0] for one in seen), max(one.spans[0][1] for one in seen)


def cost(kinds: Kinds, chain: Chain, seen: Sight) -> int:
    """Multiply-adds for one input as far as one cell sees it; moving a number about is as dear as PER_CELL."""
    sizes = [last - first + 1 for first, last in seen.spans]
    total, inputs = PER_CELL * sizes[0] ** 2, 1
    for kind, window, below, here in zip(kinds, chain, sizes, sizes[1:], strict=False):
        total += PER_CELL * CHANNELS * here**2
        if kind != "p":
            total += (below if window.transposed else here) ** 2 * window.kernel**2 * inputs * CHANNELS
            inputs = CHANNELS
    return total


def gradients(
    stack: Stack, seen: tuple[Sight, ...], inputs: Tensor, generator: torch.Generator
) -> Iterator[np.ndarray]:
    """Mean |gradient| of one cell after each depth, over the inputs, cut to the cell's field: (r, r) each.

    The cell's channels are weighed with random normal numbers, as the layer above would.

    Args:
        stack: the network.
        seen: what these cells see.
        inputs: (N, 1, H, H), the `canvas` of these cells.
        generator: of the numbers that weigh the channels.
    """
    start, _ = canvas(seen)
    for one in seen:
        first, last = one.spans[0]
        here = slice(first - start, last - start + 1)
        image = inputs[:, :, here, here].to(device()).requires_grad_()
        cell = stack(image, one).flatten(1)  # (N, C, 1, 1) → (N, C)
        weights = torch.randn(cell.shape, generator=generator).to(cell.device)
        (gradient,) = torch.autograd.grad((cell * weights).sum(), image)
        low, high = one.field
        field = slice(low - first, high - first + 1)
        yield gradient.abs().mean(dim=(0, 1))[field, field].double().cpu().numpy()

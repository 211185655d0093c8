"""Gradients of one output cell of small real networks: random weights, with ReLU, and taught to name digits.

Padding is left out everywhere, so that the cell sees its whole field and nothing else.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, cross_entropy

from engine.core.datasets import MNIST_MEAN, MNIST_STD, Split, mnist
from engine.core.device import device
from engine.core.effective import BATCH
from engine.core.receptive import Window, along

Kinds = tuple[str, ...]
Chain = tuple[Window, ...]
Depths = tuple[int, ...]
CHANNELS = 8
# Multiply-adds that a measurement or a training may cost: about a second, about two, on one core of a laptop.
MEASURE_BUDGET, TRAIN_BUDGET, PER_CELL = 6e9, 3.2e10, 50
MOST_STEPS, FEWEST_STEPS = 300, 40
DIGIT, TESTED = 28, 1000


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
        weight = torch.full((channels, 1, w.kernel, w.kernel), 1 / w.kernel**2, device=maps.device)
        return conv2d(maps, weight, None, w.stride, 0, w.dilation, channels)


class Stack(nn.Module):
    """The layers of a chain with 8 channels.

    Args:
        kinds, chain: what each layer is ("c" or "p") and reads.
        relu: a ReLU after each convolution, and poolings take the maximum; else all is linear.
        norm: batch norm after each convolution, for training.
        generator: of the weights, whose variance is gain / fan-in.
    """

    def __init__(self, kinds: Kinds, chain: Chain, relu: bool, norm: bool, generator: torch.Generator) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 1
        for kind, w in zip(kinds, chain, strict=True):
            if kind == "p":
                layers.append(nn.MaxPool2d(w.kernel, w.stride, 0, w.dilation) if relu else Mean(w))
                continue
            conv = nn.Conv2d(inputs, CHANNELS, w.kernel, w.stride, 0, w.dilation, bias=False, device="meta")
            deviation = ((2 if relu else 1) / (inputs * w.kernel**2)) ** 0.5
            conv.weight = nn.Parameter(torch.randn(conv.weight.shape, generator=generator) * deviation)
            parts = [conv, *([nn.BatchNorm2d(CHANNELS)] if norm else []), *([nn.ReLU()] if relu else [])]
            layers.append(nn.Sequential(*parts))
            inputs = CHANNELS
        self.layers = nn.ModuleList(layers)
        self.channels = inputs

    def forward(self, maps: Tensor) -> Tensor:
        """(N, 1, H, W) → (N, C, H', W')."""
        for layer in self.layers:
            maps = layer(maps)
        return maps


def measure(kinds: Kinds, chain: Chain, depths: Depths, *, relu: bool, seed: int) -> Gradients:
    """Mean |∂ output / ∂ input| of one output cell after each of the depths, over random weights and normal inputs.

    Args:
        kinds, chain: see `Stack`.
        depths: numbers of layers, rising.
        relu: see `Stack`.
        seed: of weights and inputs.
    """
    size = field_size(chain[: depths[-1]])
    inputs = 4 if relu else 1  # the gradient of a linear network does not depend on its input
    price = 3.0 * inputs * len(depths) * cost(kinds, chain, size)
    draws = int(np.clip(MEASURE_BUDGET / price, 4, 60))
    generator = torch.Generator().manual_seed(seed)
    total = [np.zeros((field_size(chain[:depth]),) * 2) for depth in depths]
    for _ in range(draws):
        stack = Stack(kinds, chain, relu, False, generator).to(device())
        noise = torch.randn((inputs, 1, size, size), generator=generator)
        for sums, found in zip(total, gradients(stack, chain, depths, noise, generator), strict=True):
            sums += found
    return Gradients(tuple(sums / draws for sums in total), draws * inputs)


def field_size(chain: Chain) -> int:
    """How many cells one cell above the chain sees."""
    return along(list(chain))[-1].size


def cost(kinds: Kinds, chain: Chain, size: int) -> int:
    """Multiply-adds for one input of that side through the chain; moving a number about is as dear as PER_CELL."""
    total, inputs = PER_CELL * size**2, 1
    for kind, window in zip(kinds, chain, strict=True):
        size = (size - window.reach) // window.stride + 1
        total += PER_CELL * CHANNELS * size**2
        if kind == "c":
            total += size**2 * window.kernel**2 * inputs * CHANNELS
            inputs = CHANNELS
    return total


def gradients(
    stack: Stack, chain: Chain, depths: Depths, inputs: Tensor, generator: torch.Generator
) -> list[np.ndarray]:
    """Mean |gradient| of the middle cell after each depth, over the inputs, cut to the cell's field: (r, r) each.

    The cell's channels are weighed with random normal numbers, as the layer above would.
    """
    image = inputs.to(device()).requires_grad_()
    maps = image
    fields = along(list(chain))
    found = []
    for depth, layer in enumerate(stack.layers, 1):
        maps = layer(maps)
        if depth not in depths:
            continue
        middle = maps.shape[2] // 2
        weights = torch.randn(maps.shape[:2], generator=generator).to(maps.device)
        cell = (maps[:, :, middle, middle] * weights).sum()
        (gradient,) = torch.autograd.grad(cell, image, retain_graph=depth != depths[-1])
        low, high = fields[depth].of(middle)
        strength = gradient.abs().mean(dim=(0, 1))[low : high + 1, low : high + 1]
        found.append(strength.double().cpu().numpy())
    return found


def measure_trained(kinds: Kinds, chain: Chain, depths: Depths, *, seed: int) -> Gradients:
    """The same after training: one cell at the end of the chain has learnt to name the digit in its field.

    Inputs are digits; the gradient is taken where the network was trained, with its batch norm at rest.

    Raises:
        ValueError: training would take longer than a reader waits.
    """
    stack, steps, accuracy = _taught(kinds, chain, seed)
    images, _ = _digits("test", TESTED, 2 * BATCH, field_size(chain))
    maps = gradients(stack, chain, depths, images, torch.Generator().manual_seed(seed))
    return Gradients(tuple(maps), 2 * BATCH, steps, accuracy)


def training_steps(kinds: Kinds, chain: Chain) -> int:
    """How many steps of 64 digits the budget pays for."""
    return int(min(MOST_STEPS, TRAIN_BUDGET / (3 * BATCH * cost(kinds, chain, field_size(chain)))))


@lru_cache(maxsize=16)
def _taught(kinds: Kinds, chain: Chain, seed: int) -> tuple[Stack, int, float]:
    """A chain and ten logits of its one output cell, taught in a second or two; steps and accuracy."""
    steps = training_steps(kinds, chain)
    if steps < FEWEST_STEPS:
        raise ValueError("Training this chain would take too long: its field is too large. Take fewer layers.")
    generator = torch.Generator().manual_seed(seed)
    stack = Stack(kinds, chain, True, True, generator).to(device())
    logits = nn.Linear(stack.channels, 10, device="meta").to_empty(device=device())
    nn.init.zeros_(logits.weight)
    nn.init.zeros_(logits.bias)
    optimiser = torch.optim.Adam([*stack.parameters(), *logits.parameters()], lr=0.02)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.02, total_steps=steps)
    for step in range(steps):
        images, labels = _digits("train", step * BATCH, BATCH, field_size(chain))
        optimiser.zero_grad()
        cross_entropy(logits(stack(images).flatten(1)), labels).backward()
        optimiser.step()
        pace.step()
    stack.eval()
    images, labels = _digits("test", 0, TESTED, field_size(chain))
    with torch.no_grad():
        right = logits(stack(images).flatten(1)).argmax(dim=1) == labels
    return stack.requires_grad_(False), steps, float(right.double().mean())


def _digits(split: Split, first: int, count: int, side: int) -> tuple[Tensor, Tensor]:
    """Standardised digits (N, 1, side, side), cut or padded with black around their middle, and their labels."""
    data = mnist(split)
    margin = max(0, side - DIGIT)
    cut = (DIGIT + margin - side) // 2
    around = ((0, 0), (margin // 2, margin - margin // 2), (margin // 2, margin - margin // 2))
    pixels = np.pad(data.images[first : first + count], around)[:, cut : cut + side, cut : cut + side]
    standardised = (torch.from_numpy(pixels.astype(np.float32)) / 255 - MNIST_MEAN) / MNIST_STD
    labels = torch.from_numpy(data.labels[first : first + count].astype(np.int64))
    return standardised[:, None].to(device()), labels.to(device())  # (N, H, W) → (N, 1, H, W)

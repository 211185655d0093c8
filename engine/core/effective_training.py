"""The effective field of a trained network: one cell at the end of a chain learns to name the digit in its field."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engine.core.datasets import MNIST_MEAN, MNIST_STD, Split, mnist
from engine.core.device import device
from engine.core.effective import BATCH, Sight, sights
from engine.core.effective_networks import Chain, Depths, Gradients, Kinds, Stack, canvas, cost, gradients
from engine.core.progress import Report, silent

# Multiply-adds that a training may cost: about two seconds on one core of a laptop.
TRAIN_BUDGET = 3.2e10
MOST_STEPS, FEWEST_STEPS = 300, 40
DIGIT, TESTED = 28, 1000


def measure_trained(kinds: Kinds, chain: Chain, depths: Depths, *, seed: int, report: Report = silent) -> Gradients:
    """The same as engine.core.effective_networks.measure, after training.

    Inputs are digits; the gradient is taken where the network was trained, with its batch norm at rest.

    Raises:
        ValueError: training would take longer than a reader waits.
    """
    seen = sights(list(chain), depths)
    stack, steps, accuracy = _taught(kinds, chain, seen[-1], seed, report)
    images, _ = _digits("test", TESTED, 2 * BATCH, seen[-1].field, canvas(seen))
    maps = gradients(stack, seen, images, torch.Generator().manual_seed(seed))
    return Gradients(tuple(maps), 2 * BATCH, steps, accuracy)


def training_steps(kinds: Kinds, chain: Chain, seen: Sight) -> int:
    """How many steps of 64 digits the budget pays for."""
    return int(min(MOST_STEPS, TRAIN_BUDGET / (3 * BATCH * cost(kinds, chain, seen))))


def _taught(kinds: Kinds, chain: Chain, seen: Sight, seed: int, report: Report) -> tuple[Stack, int, float]:
    """A chain and ten logits of its one output cell, taught in a few seconds; steps and accuracy."""
    steps = training_steps(kinds, chain, seen)
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
        report(step / steps, f"step {step + 1} of {steps}")
        images, labels = _digits("train", step * BATCH, BATCH, seen.field, seen.spans[0])
        optimiser.zero_grad()
        cross_entropy(logits(stack(images, seen).flatten(1)), labels).backward()
        optimiser.step()
        pace.step()
    stack.eval()
    images, labels = _digits("test", 0, TESTED, seen.field, seen.spans[0])
    with torch.no_grad():
        right = logits(stack(images, seen).flatten(1)).argmax(dim=1) == labels
    return stack.requires_grad_(False), steps, float(right.double().mean())


def _digits(
    split: Split, first: int, count: int, field: tuple[int, int], shown: tuple[int, int]
) -> tuple[Tensor, Tensor]:
    """Standardised digits (N, 1, H, H), black around them, and their labels.

    Args:
        split, first, count: which digits.
        field: the first and the last cell of the square whose middle is the digits' middle.
        shown: the first and the last cell of what is wanted.
    """
    data = mnist(split)
    side = field[1] - field[0] + 1
    corner = field[0] + int((side - DIGIT) / 2)  # where the digits begin
    low, high = shown[0] - corner, shown[1] + 1 - corner
    before, after = max(0, -low), max(0, high - DIGIT)
    padded = np.pad(data.images[first : first + count], ((0, 0), (before, after), (before, after)))
    here = slice(low + before, high + before)
    standardised = (torch.from_numpy(padded[:, here, here].astype(np.float32)) / 255 - MNIST_MEAN) / MNIST_STD
    labels = torch.from_numpy(data.labels[first : first + count].astype(np.int64))
    return standardised[:, None].to(device()), labels.to(device())  # (N, H, W) → (N, 1, H, W)

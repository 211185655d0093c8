"""Trains a network while someone watches: data on the device, one loop, a snapshot of the run whenever one is wanted.

Reference for the schedule: L. N. Smith, N. Topin, "Super-convergence", 2018; for label smoothing: C. Szegedy et al.,
"Rethinking the Inception architecture", 2016.
"""

import math
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engine.core.device import device
from engine.core.examples import Examples
from engine.core.history import History, Test
from engine.core.jobs import Control
from engine.core.resident import Resident, resident
from engine.core.schedules import factors
from engine.core.training_recipe import OPTIMIZERS, Recipe

TEST_BATCH = 100  # larger ones fall out of a processor's cache
QUICK, TESTS = 1000, 8  # examples of a test under way; how many of them a run has
SETTLED = 50  # updates that are counted at once
R = TypeVar("R")
Watch = Callable[[int, nn.Module], None]


class Run:
    """A training under way: what `train` keeps between steps.

    Args:
        module: logits (N, classes) of images (N, C, H, W); its weights change.
        training: what it learns from.
        recipe: how.
    """

    def __init__(self, module: nn.Module, training: Examples, recipe: Recipe) -> None:
        self.module = module.to(device()).to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
        self.recipe = recipe
        self.data = resident(training)
        self.count = len(training)
        self.steps = recipe.steps(self.count)
        third = -(-self.steps // 3)
        self.rates = recipe.learning_rate * factors(recipe.schedule, self.steps, every=third, decay=0.1, warmup=0.25)
        self.generator = torch.Generator().manual_seed(recipe.seed)
        self.optimizer = OPTIMIZERS[recipe.optimizer].make(list(self.module.parameters()), recipe)
        self.losses, self.right = torch.zeros(2, self.steps, device=self.data.images.device)
        self.order = torch.empty(0, dtype=torch.int64)
        self.done = 0
        self.fresh: list[tuple[Tensor, Tensor, Tensor]] = []  # loss, logits, labels of updates not yet counted
        seed_dropout(self.module, recipe.seed)

    def step(self, number: int, rate: float) -> None:
        """One update."""
        recipe, place = self.recipe, number % self.recipe.batches(self.count)
        if place == 0:  # a new epoch has a new order
            self.order = torch.randperm(self.count, generator=self.generator).to(self.data.images.device)
        index = self.order[place * recipe.batch : (place + 1) * recipe.batch]
        if len(index) == 1:  # batch norm has no variance of one example
            index = self.order[-2:]
        images, labels = self.data.batch(index, self._shift(), self._mirrored(), self._degrees(len(index)))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        with self._precision(images.device.type):
            logits = self.module(images)
            loss = cross_entropy(logits, labels, label_smoothing=recipe.label_smoothing)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.fresh.append((loss.detach(), logits.detach(), labels))
        self.done = number + 1

    def settle(self) -> None:
        """Count the last updates' losses and hits: for many at once, since for each it would cost 3 % of a step."""
        if not self.fresh:
            return
        losses, logits, labels = zip(*self.fresh, strict=True)
        part = slice(self.done - len(losses), self.done)
        hits = (torch.cat(logits).argmax(dim=1) == torch.cat(labels)).float()
        lengths = torch.tensor([len(one) for one in labels], device=hits.device)
        self.losses[part] = torch.stack(losses)
        self.right[part] = torch.segment_reduce(hits, "mean", lengths=lengths)
        self.fresh.clear()

    def _precision(self, kind: str) -> AbstractContextManager[Any]:
        if self.recipe.precision == "bfloat16":
            return torch.autocast(kind, torch.bfloat16)
        return nullcontext()

    def _shift(self) -> tuple[int, int]:
        if not (most := self.recipe.shift):
            return 0, 0
        down, right = torch.randint(-most, most + 1, (2,), generator=self.generator).tolist()
        return down, right

    def _mirrored(self) -> bool:
        return self.recipe.flip and bool(torch.randint(2, (1,), generator=self.generator))

    def _degrees(self, count: int) -> Tensor | None:
        if not (most := self.recipe.rotation):
            return None
        return (most * (2 * torch.rand(count, generator=self.generator) - 1)).to(self.data.images.device)


def train(
    run: Run, test: Examples, control: Control, watch: Watch | None = None
) -> Generator[History | None, None, None]:
    """Train a network in place.

    Args:
        run: from its beginning.
        test: what it is tested on, which it never learns from.
        control: of the job; `learning_rate` may be changed while it runs.
        watch: called before the first step and at steps that lie evenly on a logarithmic scale, with their number.

    Yields:
        The history so far after each test and where `control` wants it, None after the other steps; at the end the
        whole history, with a test on all of `test`.
    """
    recipe, held = run.recipe, resident(test)
    history = History(steps=run.steps, epochs=recipe.epochs, batch=recipe.batch)
    told = frames(run.steps) if watch else frozenset()
    looks = {round(run.steps * part / TESTS) for part in range(1, TESTS)}
    if watch:
        watch(0, run.module)
    for number in range(run.steps):
        factor = run.rates[number] / recipe.learning_rate
        run.step(number, control.value("learning_rate", recipe.learning_rate) * factor)
        done = number + 1
        control.progress = done / run.steps
        if watch and done in told:
            watch(done, run.module)
        if done in looks:
            quick = yield from evaluate(run.module, held, QUICK)
            history = replace(history, tests=(*history.tests, replace(quick, step=done)))
            yield told_of(run, history)
        if done % SETTLED == 0 or done == run.steps:
            run.settle()
        if not run.fresh and not math.isfinite(float(run.losses[number])):
            yield told_of(run, history, diverged=True)
            return
        yield told_of(run, history) if control.due() else None
    whole = yield from evaluate(run.module, held)
    tests = (*history.tests, replace(whole, step=run.steps))
    yield told_of(run, replace(history, tests=tests), finished=True)


def told_of(run: Run, history: History, **changes: Any) -> History:
    """The history with the losses of the updates done so far: numbers leave the device only here."""
    run.settle()
    losses, right = (numbers[: run.done].double().cpu().numpy() for numbers in (run.losses, run.right))
    return replace(history, losses=losses, accuracies=right, **changes)


def evaluate(module: nn.Module, held: Resident, most: int | None = None) -> Generator[None, None, Test]:
    """Test a network on the first examples, all if there is no number; the network's mode is put back.

    Yields:
        None after each batch, so that a job can be stopped.
    """
    count = min(most or len(held.labels), len(held.labels))
    classes, confidences, losses = [], [], 0.0
    for first in range(0, count, TEST_BATCH):
        part = slice(first, min(first + TEST_BATCH, count))
        before = module.training
        module.eval()
        with torch.inference_mode():
            images, labels = held.batch(part)
            logits = module(images).float()
            losses += float(cross_entropy(logits, labels, reduction="sum"))
            confidence, found = logits.softmax(dim=1).max(dim=1)
        module.train(before)
        classes.append(found)
        confidences.append(confidence)
        yield None
    predicted = torch.cat(classes)
    right = float((predicted == held.labels[:count]).double().mean())
    found = predicted.cpu().numpy().astype(np.uint8)
    return Test(0, losses / count, right, found, torch.cat(confidences).cpu().numpy().astype(np.float32))


def to_its_end(work: Generator[None, None, R]) -> R:
    """What a generator returns, for those who need not be interrupted."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            made: R = end.value
            return made


def frames(steps: int, most: int = 32) -> frozenset[int]:
    """Steps at which a film takes a frame: close together at the beginning, where most happens.

    >>> sorted(frames(100, 5))
    [1, 3, 10, 32, 100]
    """
    return frozenset(np.unique(np.rint(np.geomspace(1, steps, most)).astype(int)).tolist())


class SeededDropout(nn.Dropout):
    """Dropout with its own random numbers: torch's are shared by all that runs in this process."""

    def __init__(self, p: float, generator: torch.Generator) -> None:
        super().__init__(p)
        self.generator = generator

    def forward(self, given: Tensor) -> Tensor:
        """Each number is kept with probability 1 − p and divided by it."""
        if not self.training or self.p == 0:
            return given
        if self.p == 1:
            return torch.zeros_like(given)
        kept = torch.empty(given.shape, device=given.device).bernoulli_(1 - self.p, generator=self.generator)
        return given * kept / (1 - self.p)


def seed_dropout(module: nn.Module, seed: int) -> None:
    """Give every dropout its own random numbers, in place."""
    generator = torch.Generator(device()).manual_seed(seed)
    for parent in list(module.modules()):
        for name, child in parent.named_children():
            if type(child) is nn.Dropout:
                setattr(parent, name, SeededDropout(child.p, generator))

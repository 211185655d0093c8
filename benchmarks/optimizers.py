"""The race: all rules at once against a loop over torch.optim, and a whole change of the lab for every surface.

Targets (issue of the lab, PERFORMANCE): 9 rules × 500 steps ≤ 50 ms on the surfaces that are written out; ≥ 15 × torch.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
import torch

from engine.core.descent import race
from engine.core.rules import RULES, Knobs
from engine.core.surfaces import Surface
from engine.learning import optimizers as lab
from engine.learning import optimizers_network as network
from engine.learning import optimizers_plane as plane
from engine.learning.optimizers_surfaces import surface_of

TURNS = 7
STEPS = 500
TARGET = 50.0
NINE = (*RULES, "newton")
TORCH: dict[str, Callable[[list[torch.Tensor]], torch.optim.Optimizer]] = {
    "sgd": lambda x: torch.optim.SGD(x, 1e-3),
    "momentum": lambda x: torch.optim.SGD(x, 1e-4, momentum=0.9),
    "nesterov": lambda x: torch.optim.SGD(x, 1e-4, momentum=0.9, nesterov=True),
    "adagrad": lambda x: torch.optim.Adagrad(x, 0.1),
    "adadelta": lambda x: torch.optim.Adadelta(x),
    "rmsprop": lambda x: torch.optim.RMSprop(x, 0.01),
    "adam": lambda x: torch.optim.Adam(x, 0.05),
    "adamw": lambda x: torch.optim.AdamW(x, 0.05),
}


def median(run: Callable[[], object]) -> float:
    """Milliseconds of one run, after one that warms up."""
    spent = []
    for _ in range(TURNS + 1):
        start = time.perf_counter()
        run()
        spent.append((time.perf_counter() - start) * 1e3)
    return statistics.median(spent[1:])


def by_torch(steps: int) -> None:
    """Rosenbrock's valley with torch.optim and autograd, one rule after the other."""
    for make in TORCH.values():
        p = torch.tensor([-1.5, 1.6], dtype=torch.float64, requires_grad=True)
        optimizer = make([p])
        for _ in range(steps):
            optimizer.zero_grad()
            ((1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2).backward()
            optimizer.step()


def by_us(surface: Surface, rules: tuple[str, ...], steps: int) -> None:
    """The same, all rules at each step."""
    race(surface, surface.start, rules, np.full((len(rules), 1), 1e-3), Knobs(), steps)


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    worst = 0.0
    for name in lab.SURFACES:
        settings = lab.Settings(surface=name, steps=STEPS)
        surface = surface_of(settings)
        nine = median(lambda surface=surface: by_us(surface, NINE, STEPS))  # type: ignore[misc]
        whole = median(lambda settings=settings: lab.compete(settings))  # type: ignore[misc]
        worst = max(worst, nine if name != "typed" else 0.0)
        print(f"{name:12} 9 rules × {STEPS}: {nine:6.1f} ms;  the lab's verb, 10 rules: {whole:6.1f} ms")
    print(f"slowest written out: {worst:.1f} ms, target {TARGET:.0f} ms: {worst / TARGET:.2f} of it")
    valley = surface_of(lab.Settings(surface="rosenbrock"))
    ours, theirs = median(lambda: by_us(valley, tuple(RULES), 200)), median(lambda: by_torch(200))
    print(f"8 rules × 200 steps: torch.optim in a loop {theirs:.0f} ms, here {ours:.1f} ms: {theirs / ours:.0f} times")
    print(f"momentum's plane with its run: {median(lambda: plane.survey(lab.Settings())):.1f} ms")
    print(f"8 networks × 150 steps and the slice: {median(lambda: network.train(lab.Settings())):.0f} ms")


if __name__ == "__main__":
    main()

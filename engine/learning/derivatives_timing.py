"""How long the four ways to a Jacobian take on this machine, measured. Times are no part of any result."""

import statistics
import time
from functools import lru_cache

from engine.learning.derivatives_passes import METHODS, SIZES, Passes, layers

ROUNDS, LONG_ROUNDS = 5, 3
LONG = 1e-3  # seconds in all, after which fewer rounds do
MOST_FORMULAS = 256


@lru_cache(maxsize=1024)
def milliseconds(way: str, n: int, m: int) -> float | None:
    """The median of a few whole Jacobians; None for symbolic formulas by the hundred."""
    if way == "symbolic" and n * m > MOST_FORMULAS:
        return None
    net, compute = layers(n, m), METHODS[way]
    spent: list[float] = []
    while len(spent) < (LONG_ROUNDS if sum(spent) > LONG else ROUNDS):
        start = time.perf_counter()
        compute(net)
        spent.append(time.perf_counter() - start)
    return statistics.median(spent) * 1e3


def curves(found: Passes) -> dict[str, list[float | None]]:
    """For each way the times over the numbers of inputs that the curves run over."""
    m = found.settings.outputs
    return {way: [milliseconds(way, n, m) for n in SIZES] for way in METHODS}


def here(found: Passes) -> dict[str, float | None]:
    """For each way the time at the chosen sizes."""
    return {way: milliseconds(way, found.settings.inputs, found.settings.outputs) for way in METHODS}

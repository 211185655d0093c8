"""Times things against each other."""

import statistics
import time
from collections.abc import Callable, Mapping


def medians(
    runs: Mapping[str, Callable[[], object]], rounds: int = 7, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """The median time of each, in milliseconds, taken in turns so that a busy moment hits all alike.

    Args:
        runs: what to time, by name.
        rounds: how often each is run, after once to warm up.
        clock: seconds; time.thread_time counts only the processor's.
    """
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(rounds + 1):
        for name, run in runs.items():
            start = clock()
            run()
            if turn:  # the first turn warms up
                spent[name].append((clock() - start) * 1e3)
    return {name: statistics.median(times) for name, times in spent.items()}

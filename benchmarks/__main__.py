"""Runs every benchmark: `make bench`, or `python -m benchmarks crowd frames` for some of them."""

import asyncio
import importlib
import inspect
import sys

NAMES = (
    "footprint",
    "interactions",
    "crowd",
    "frames",
    "film",
    "filters",
    "strokes",
    "training",
    "clicks",
    "convnetjs",
    "interpretation",
    "optimizers",
)


def main() -> None:
    """Each in turn, under its name."""
    for name in sys.argv[1:] or NAMES:
        print(f"\n{name}")
        done = importlib.import_module(f"benchmarks.{name}").main()
        if inspect.iscoroutine(done):
            asyncio.run(done)


if __name__ == "__main__":
    main()

"""How long the app takes to start, its memory after start, and what an idle session keeps.

Targets (DESIGN): ≤ 600 MiB after start, ≤ 5 MiB an idle session.
"""

import asyncio
import statistics

from benchmarks.app import Session, resident, running
from pages.shared.catalogue import LABS

STARTS, SESSIONS = 3, 40


async def main() -> None:
    """Start a few times; then open idle sessions on every lab in turn and see what they add."""
    starts = []
    for _ in range(STARTS):
        with running() as (_, pid, seconds):
            starts.append((seconds, resident(pid)))
    seconds, memory = (statistics.median(column) for column in zip(*starts, strict=True))
    print(f"start: healthy after {seconds:.1f} s, {memory:.0f} MiB (median of {STARTS})")
    with running() as (port, pid, _):
        for lab in LABS:
            await Session(port, lab.slug).open()
        warm = resident(pid)
        visitors = [Session(port, LABS[number % len(LABS)].slug) for number in range(SESSIONS)]
        for visitor in visitors:
            await visitor.open()
        full = resident(pid)
        print(f"every lab opened: {warm:.0f} MiB; {SESSIONS} idle sessions add {(full - warm) / SESSIONS:.2f} MiB each")


if __name__ == "__main__":
    asyncio.run(main())

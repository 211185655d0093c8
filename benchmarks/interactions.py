"""What one change of a control costs on each lab: server run p50 and p95, bytes sent; and the first open of the page.

Targets (DESIGN): p95 ≤ 100 ms, payload ≤ 300 KiB, first open ≤ 1.5 s once the app is warm.
"""

import asyncio

from benchmarks.app import Session, percentile, running
from pages.shared.catalogue import LABS

CHANGES = 120


async def one(port: int, slug: str) -> str:
    """A line for one lab."""
    visitor = Session(port, slug)
    cold = await visitor.open()
    warm_visitor = Session(port, slug, seed=1)
    warm = await warm_visitor.open()
    times, sizes = [], []
    for _ in range(CHANGES):
        visitor.change()
        times.append(await visitor.run())
        sizes.append(visitor.bytes)
    await visitor.close()
    await warm_visitor.close()
    p50, p95 = (percentile(times, share) * 1e3 for share in (0.5, 0.95))
    usual, largest = percentile(sizes, 0.5) / 1024, max(sizes) / 1024
    return (
        f"{slug:18} open {cold * 1e3:6.0f} ms, again {warm * 1e3:5.0f} ms;  change p50 {p50:5.1f}  p95 {p95:5.1f} ms;"
        f"  payload median {usual:5.0f}, largest {largest:5.0f} KiB;  exceptions {visitor.exceptions}"
    )


async def main() -> None:
    """All labs, one after the other, in one server."""
    with running() as (port, _, _):
        for lab in LABS:
            print(await one(port, lab.slug))


if __name__ == "__main__":
    asyncio.run(main())

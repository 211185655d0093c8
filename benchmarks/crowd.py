"""A class at once: 60 readers open one lab within a second; then each changes a control about once a second.

Target (DESIGN): p95 ≤ 150 ms on a light lab, no error. Readers and server share this machine's cores. The rush of
opening and the 20 seconds after it are reported apart.
"""

import asyncio

from benchmarks.app import Session, percentile, resident, running

READERS, SECONDS = 60, 20.0


class Class:
    """What the readers saw."""

    def __init__(self) -> None:
        self.opened: list[float] = []
        self.times: list[float] = []
        self.errors: list[str] = []
        self.exceptions = 0
        self.ready = asyncio.Barrier(READERS)

    async def reader(self, port: int, page: str, number: int) -> None:
        """One reader: opens, waits for the others, and changes controls."""
        await asyncio.sleep(number / READERS)
        visitor = Session(port, page, seed=number)
        try:
            self.opened.append(await visitor.open())
            await self.ready.wait()
            await asyncio.sleep(visitor.random.random())
            end = asyncio.get_running_loop().time() + SECONDS
            while asyncio.get_running_loop().time() < end:
                visitor.change()
                self.times.append(await visitor.run())
                await asyncio.sleep(visitor.random.expovariate(1.0))
            await visitor.close()
        except (OSError, TimeoutError, asyncio.BrokenBarrierError) as error:
            self.errors.append(repr(error))
            await self.ready.abort()
        self.exceptions += visitor.exceptions


async def main(page: str = "sliding_kernel") -> None:
    """Print the percentiles, the errors and the memory."""
    with running() as (port, pid, _):
        before = resident(pid)
        room = Class()
        await asyncio.gather(*(room.reader(port, page, number) for number in range(READERS)))
        opened, changed = (
            [percentile(values, share) * 1e3 for share in (0.5, 0.95)] for values in (room.opened, room.times)
        )
        print(f"{READERS} readers on {page}: open p50 {opened[0]:.0f} ms, p95 {opened[1]:.0f} ms")
        print(f"{len(room.times)} changes: p50 {changed[0]:.0f} ms, p95 {changed[1]:.0f} ms")
        print(f"errors {len(room.errors)}, exceptions {room.exceptions}, memory {before:.0f} → {resident(pid):.0f} MiB")


if __name__ == "__main__":
    asyncio.run(main())

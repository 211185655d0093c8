"""A class at once: 60 readers on one lab, each changing a control about once a second, for 20 seconds.

Target (DESIGN): p95 ≤ 150 ms on a light lab, no error. Reader and server share this machine's cores.
"""

import asyncio

from benchmarks.app import Session, percentile, resident, running

READERS, SECONDS = 60, 20.0


async def reader(port: int, page: str, number: int, times: list[float], errors: list[str]) -> int:
    """One reader; returns the exceptions that the app showed."""
    await asyncio.sleep(number / READERS)
    visitor = Session(port, page, seed=number)
    try:
        await visitor.open()
        end = asyncio.get_running_loop().time() + SECONDS
        while asyncio.get_running_loop().time() < end:
            visitor.change()
            times.append(await visitor.run())
            await asyncio.sleep(visitor.random.expovariate(1.0))
        await visitor.close()
    except (OSError, TimeoutError) as error:
        errors.append(repr(error))
    return visitor.exceptions


async def main(page: str = "sliding_kernel") -> None:
    """Print the percentiles, the errors and the memory."""
    with running() as (port, pid, _):
        before = resident(pid)
        times: list[float] = []
        errors: list[str] = []
        shown = await asyncio.gather(*(reader(port, page, number, times, errors) for number in range(READERS)))
        print(
            f"{READERS} readers on {page}: {len(times)} changes, p50 {percentile(times, 0.5) * 1e3:.0f} ms,"
            f" p95 {percentile(times, 0.95) * 1e3:.0f} ms, errors {len(errors)}, exceptions {sum(shown)},"
            f" memory {before:.0f} → {resident(pid):.0f} MiB"
        )


if __name__ == "__main__":
    asyncio.run(main())

"""What a frame of a film costs in the browser, and a film on the way there, measured on the pooling lab.

Targets (DESIGN): scrubbing is one frame of the screen (16.7 ms) and no request; a film stays below 300 KiB.
"""

import time

from benchmarks.app import percentile
from benchmarks.browser import opened
from engine.convolution import pooling
from engine.convolution.pooling_films import turn_film
from engine.core.film import Film
from pages.shared import components, film

STEPS = 200
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def packed(run: Film) -> str:
    """Bytes and time of packing a film."""
    start = time.perf_counter()
    size = len(components.pack(film.describe(run)))
    spent = (time.perf_counter() - start) * 1e3
    return f"{run.size / 1024:5.0f} KiB of frames, {size / 1024:5.0f} KiB sent, packed in {spent:4.1f} ms"


def scrubbed() -> list[str]:
    """A line for each film of the page: how long a frame takes to draw, and how many requests scrubbing made."""
    lines = []
    with opened() as (page, address):
        page.goto(f"{address}/pooling")
        for number, name in enumerate(("shift", "turn")):
            player = page.locator(".film[data-ready]").nth(number)
            player.focus()
            requests: list[str] = []
            page.on("request", lambda request, seen=requests: seen.append(request.url))
            spent = []
            for step in range(STEPS):
                page.keyboard.press("Home" if step % 8 == 0 else "ArrowRight")
                page.evaluate(DRAWN)
                spent.append(float(player.get_attribute("data-paint") or "nan"))
            p50, p95 = (percentile(spent, share) for share in (0.5, 0.95))
            lines.append(f"{name:6} frame p50 {p50:4.1f}  p95 {p95:4.1f} ms;  {len(requests)} requests")
    return lines


def main() -> None:
    """Both films of the pooling lab."""
    settings = pooling.Settings()
    print(f"shift  {packed(pooling.shift_film(pooling.shift(settings), settings))}")
    print(f"turn   {packed(turn_film(pooling.turn(settings)))}")
    print("\n".join(scrubbed()))


if __name__ == "__main__":
    main()

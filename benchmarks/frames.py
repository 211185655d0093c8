"""How long the stepper takes to answer the pointer, and how the whole page answers, in a real Chromium.

Targets (DESIGN): hovering and stepping within one frame (16.7 ms), no round trip. The redraw times are the component's
own, kept in `data-frame`; the frame times are the gaps between animation frames while the pointer moves.
"""

from urllib.parse import urlencode

from benchmarks.app import percentile
from benchmarks.browser import opened
from engine.convolution.sliding_kernel import Settings
from engine.core.fields import encode

CASES = {
    "28 × 28, 3 × 3": Settings(image="handwritten", height=28, width=28, kernel="difference"),
    "64 × 64, 5 × 5, 4 → 3": Settings(
        image="digits", height=60, width=60, channels=4, outputs=3, kernel_height=5, kernel_width=5,
        kernel="random", padding_y=2, padding_x=2,
    ),
}  # fmt: skip
MOVES = 200
GAPS = """() => { window.gaps = []; let last = performance.now();
  const tick = now => { window.gaps.push(now - last); last = now; window.going && requestAnimationFrame(tick); };
  window.going = true; requestAnimationFrame(tick); }"""


def measure(page, address: str) -> str:
    """Move the pointer over the input grid and read the component's redraw times and the frames' gaps."""
    page.goto(address)
    stage = page.locator(".stepper canvas").first
    stage.wait_for()
    page.wait_for_timeout(1000)
    box = stage.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.evaluate(GAPS)
    redraws = []
    for move in range(MOVES):
        share = move / MOVES
        page.mouse.move(box["x"] + 20 + share * box["width"] * 0.35, box["y"] + 60 + (move * 7) % (box["height"] * 0.7))
        page.evaluate("() => new Promise(done => requestAnimationFrame(done))")
        redraws.append(float(page.locator(".stepper").get_attribute("data-frame") or "nan"))
    gaps = page.evaluate("() => { window.going = false; return window.gaps.slice(2); }")
    redraw, gap = ([percentile(values, share) for share in (0.5, 0.95)] for values in (redraws, gaps))
    return f"redraw p50 {redraw[0]:.1f}  p95 {redraw[1]:.1f} ms;  frames p50 {gap[0]:.1f}  p95 {gap[1]:.1f} ms"


def main() -> None:
    """Both sizes in one browser."""
    with opened(flags=("--disable-gpu",)) as (page, address):
        for name, settings in CASES.items():
            print(f"stepper {name:24} {measure(page, f'{address}/sliding_kernel?{urlencode(encode(settings))}')}")


if __name__ == "__main__":
    main()

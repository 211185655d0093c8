"""From the pen to the network: how long after a stroke `draw_digit` shows what LeNet makes of it, in a real Chromium.

Target (the lab's): 100 ms from stroke to bars. Timed in the page, from the pointer's event to the frame in which the
network's picture is redrawn: for the pen's touch, for its lift, and along a slow stroke for each new picture the age of
the newest ink that it can have seen.
"""

from playwright.sync_api import Page

from benchmarks.app import percentile
from benchmarks.browser import opened

STROKES = 30
LISTEN = """() => {
  window.noted = [];
  const note = (kind) => window.noted.push([kind, performance.now()]);
  const find = (root) => root.querySelector(".network") ||
    [...root.querySelectorAll("*")].map((one) => one.shadowRoot && find(one.shadowRoot)).find(Boolean);
  const frames = new MutationObserver(() => note("frame"));
  frames.observe(find(document), { attributes: true, attributeFilter: ["data-frame"] });
  for (const kind of ["down", "move", "up"].map((end) => `pointer${end}`)) {
    document.addEventListener(kind, () => note(kind), true);
  }
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (message) { note("send"); return send.call(this, message); };
}"""


def noted(page: Page, rest: int = 600) -> list[tuple[str, float]]:
    """What happened since the last time, when all has come to rest; times in milliseconds."""
    page.wait_for_timeout(rest)
    return page.evaluate("() => window.noted.splice(0)")


def after(events: list[tuple[str, float]], kind: str) -> list[float]:
    """Milliseconds from the last event of a kind to the frame that shows what was sent after it, if it changed that."""
    start = next(time for name, time in reversed(events) if name == kind)
    sent = next((time for name, time in events if name == "send" and time >= start), None)
    shown = (time for name, time in events if name == "frame" and sent is not None and time >= sent)
    return [time - start for time in shown][:1]


def ages(events: list[tuple[str, float]]) -> list[float]:
    """For each picture the age of the newest ink in it: of the last move before the last message before it."""
    found = []
    for name, shown in events:
        if name == "frame":
            sent = max((time for kind, time in events if kind == "send" and time < shown), default=None)
            moves = [time for kind, time in events if kind.startswith("pointer") and sent and time <= sent]
            found += [shown - moves[-1]] if moves else []
    return found


def main() -> None:
    """Short strokes, then slow ones."""
    with opened() as (page, address):
        page.goto(f"{address}/draw_digit")
        page.locator(".network canvas").first.wait_for()
        page.get_by_role("button", name="3", exact=True).click()
        page.wait_for_timeout(2000)
        page.evaluate(LISTEN)
        box = page.locator(".pad[data-ready]").get_by_role("application").bounding_box() or {}
        touched, lifted, along = [], [], []
        for stroke in range(STROKES):
            x, y = box["x"] + box["width"] * (0.2 + 0.015 * stroke), box["y"] + box["height"] * (0.25 + 0.017 * stroke)
            page.mouse.move(x, y)
            page.mouse.down()
            touched += after(noted(page), "pointerdown")
            page.mouse.move(x + 20, y + 10, steps=2)
            page.mouse.up()
            lifted += after(noted(page), "pointerup")
        for stroke in range(4):
            page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + (0.3 + 0.1 * stroke) * box["height"])
            page.mouse.down()
            for step in range(60):
                page.mouse.move(
                    box["x"] + (0.2 + 0.01 * step) * box["width"], box["y"] + (0.3 + 0.1 * stroke) * box["height"]
                )
                page.wait_for_timeout(16)
            along += ages(noted(page, 0))
            page.mouse.up()
            noted(page)
        for name, values in (("pen down", touched), ("pen up", lifted), ("on the way", along)):
            p50, p90, p95 = (percentile(values, share) for share in (0.5, 0.9, 0.95))
            times = f"p50 {p50:.0f}  p90 {p90:.0f}  p95 {p95:.0f} ms, {len(values)} times"
            print(f"{name:10} → network redrawn: {times} (target 100)")


if __name__ == "__main__":
    main()

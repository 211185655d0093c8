"""From the pen to the network: how long after a stroke `draw_digit` shows what LeNet makes of it, in a real Chromium.

Target (the lab's): 100 ms from stroke to bars. Timed in the page, from the pointer's event to the frame in which the
network's picture shows just that drawing: for the pen's touch, for its lift, and along a slow stroke for each new
picture the age of the newest ink in it.
"""

from playwright.sync_api import Page

from benchmarks.app import percentile
from benchmarks.browser import opened

STROKES, SIDE = 30, 28
# Notes pens, messages and frames. A frame is of the message whose drawing it shows: that on the network's input.
LISTEN = """(side) => {
  window.noted = [];
  const sent = [];
  const find = (root) => root.querySelector(".network") ||
    [...root.querySelectorAll("*")].map((one) => one.shadowRoot && find(one.shadowRoot)).find(Boolean);
  const network = find(document);
  const shown = () => {
    const { x, y, w, h } = network.mapAt(0, 0);
    const canvas = network.querySelector("canvas");
    const { left, top } = canvas.getBoundingClientRect();
    const box = canvas.getContext("2d").getImageData(x - left - w / 2, y - top - h / 2, w, h);
    const at = (part, whole) => Math.floor((part + 0.5) * whole / side);
    const value = (row, column) => box.data[4 * (at(row, box.height) * box.width + at(column, box.width))];
    return Array.from({ length: side ** 2 }, (_, i) => value(Math.floor(i / side), i % side));
  };
  const apart = (one, other) => one.reduce((sum, value, i) => sum + Math.abs(value - other[i]), 0);
  new MutationObserver(() => {
    const time = performance.now(), seen = shown();
    const gaps = sent.map(({ pixels, time }) => [apart(seen, pixels), time]);
    const [near] = gaps.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    if (near) window.noted.push(["frame", time, near[1]]);
  }).observe(network, { attributes: true, attributeFilter: ["data-frame"] });
  for (const kind of ["pointerdown", "pointermove", "pointerup"]) {
    document.addEventListener(kind, () => window.noted.push([kind, performance.now(), 0]), true);
  }
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (message) {
    const text = new TextDecoder("latin1").decode(message).match(/"pixels":\\s*"([A-Za-z0-9+/=]+)"/);
    if (text) {
      const time = performance.now();
      sent.push({ time, pixels: Array.from(atob(text[1]), (sign) => sign.charCodeAt(0)) });
      window.noted.push(["send", time, time]);
    }
    return send.call(this, message);
  };
}"""
Event = tuple[str, float, float]


def noted(page: Page, rest: int = 600) -> list[Event]:
    """What happened since the last time, when all has come to rest: what, when, of a frame when its drawing was sent.

    Times are in milliseconds.
    """
    page.wait_for_timeout(rest)
    return page.evaluate("() => window.noted.splice(0)")


def after(events: list[Event], kind: str) -> list[float]:
    """Milliseconds from the last event of a kind to the frame that shows what was sent next, if anything was."""
    start = next(time for name, time, _ in reversed(events) if name == kind)
    sent = next((time for name, time, _ in events if name == "send" and time >= start), None)
    return [time - start for name, time, of in events if name == "frame" and of == sent][:1]


def ages(events: list[Event]) -> list[float]:
    """For each drawing that is shown for the first time the age of the newest ink in it."""
    found, known = [], set()
    for name, shown, sent in events:
        moves = [time for kind, time, _ in events if kind.startswith("pointer") and time <= sent]
        if name == "frame" and sent not in known and moves:
            known.add(sent)
            found.append(shown - moves[-1])
    return found


def main() -> None:
    """Short strokes, then slow ones."""
    with opened() as (page, address):
        page.goto(f"{address}/draw_digit")
        page.locator(".network canvas").first.wait_for()
        page.get_by_role("radio", name="3", exact=True).click()
        page.wait_for_timeout(2000)
        page.evaluate(LISTEN, SIDE)
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

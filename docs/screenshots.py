"""Takes the README's pictures again from the running app: `make screenshots`."""

import io
from pathlib import Path

from PIL import Image

from benchmarks.browser import opened

FOLDER = Path(__file__).parent
PAGES = ("sliding_kernel", "draw_digit", "optimizers")


def main() -> None:
    """One picture a page, 1366 × 860."""
    with opened(height=860, flags=("--hide-scrollbars",)) as (page, address):
        for name in PAGES:
            page.goto(f"{address}/{name}")
            page.locator("[data-component] canvas").first.wait_for()
            page.wait_for_timeout(3000)  # fonts and the last frame
            Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

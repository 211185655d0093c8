"""Takes the README's pictures again from the running app: `make screenshots`."""

import io
import os
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from benchmarks.app import running

FOLDER = Path(__file__).parent
PAGES = ("sliding_kernel", "draw_digit", "optimizers")


def main() -> None:
    """One picture a page, 1366 × 860."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with running() as (port, _, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--hide-scrollbars"])
        for name in PAGES:
            page = browser.new_page(viewport={"width": 1366, "height": 860})
            page.goto(f"http://127.0.0.1:{port}/{name}")
            page.locator("[data-component] canvas").first.wait_for()
            page.wait_for_timeout(3000)  # fonts and the last frame
            Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(FOLDER / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()

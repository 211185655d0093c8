"""A real Chromium on the running app, for what only a reader's eye can time."""

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from benchmarks.app import running
from tests.conftest import FLAGS, find_chromium


@contextlib.contextmanager
def opened(width: int = 1366, height: int = 768, flags: tuple[str, ...] = ()) -> Iterator[tuple[Page, str]]:
    """An empty page of a fresh browser, and the address of the app that it can go to."""
    with running() as (port, _, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=[*FLAGS, *flags])
        try:
            yield browser.new_page(viewport={"width": width, "height": height}), f"http://127.0.0.1:{port}"
        finally:
            browser.close()

"""What the tests share: the app on a free port, a real Chromium, a page that fails the test if the browser complains.

Fixtures for browser tests:
    app_address  the address of the app, started once a worker
    fresh_page   makes a page in a context of its own: fresh_page(color_scheme="dark", viewport=…)
    page         such a page, with the defaults
    visit        visit("/pixels?k=3") opens an address in `page` and waits until the script has run
    rest         rest(page) waits until a page's script has run
Console and page errors of every page are collected; any that is left when the test ends fails it.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

import tests.architecture.shapes  # noqa: F401 - the hook below finds it as an attribute of its package

# Array shapes and types in annotations are checked in the tests, and only here: the app does not pay for it.
install_import_hook("engine", "tests.architecture.shapes.checked")

ROOT = Path(__file__).resolve().parents[1]
BROWSER_TESTS = ROOT / "tests" / "browser"
NO_BROWSER = "no Chromium on this machine"
CAUSE = 12  # lines of a failure's report that say what was tried, and what happened
REQUIRED = os.environ.get("PERCEPTORIUM_REQUIRE_BROWSER") == "1"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
# Opened below the root, Streamlit's own script first tries its health address there; the 404 is its normal way.
EXPECTED = ("/_stcore/health", "/_stcore/host-config")
DESKTOP = {"width": 1366, "height": 768}
AT_REST = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const busy = document.querySelector('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]');
  return Boolean(app) && !busy && app.getAttribute('data-test-script-state') === 'notRunning';
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: Playwright keeps an event loop running that other tests should not meet."""
    items.sort(key=lambda item: item.path.is_relative_to(BROWSER_TESTS))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why tests were tried once more, and loudly which did not run for want of a browser."""
    for report in terminalreporter.stats.get("rerun", []):
        said = [line for line in str(report.longrepr).splitlines() if line.startswith((">", "E  "))]
        terminalreporter.line("\n".join([f"TRIED AGAIN {report.nodeid}", *said[:CAUSE], ""]))
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(f"{NO_BROWSER}; install one, or name it in CHROMIUM. {len(skipped)} tests did not run:")
        for report in skipped:
            terminalreporter.line("  " + report.nodeid)


def find_chromium(playwright) -> str | None:
    """The browser of CHROMIUM, else the system's, else the one that playwright fetched."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    system = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    fetched = playwright.chromium.executable_path
    return next((path for path in system if path), fetched if Path(fetched).exists() else None)


def is_complaint(line) -> bool:
    """Whether a console message is an error that is not Streamlit's own probing."""
    return line.type == "error" and not line.location.get("url", "").endswith(EXPECTED)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_healthy(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            if answer.read() == b"ok":
                return
        time.sleep(0.1)
    pytest.fail(f"the app did not start; its log:\n{log.read_text()[-4000:]}")


@contextlib.contextmanager
def served(script: str, folder: Path) -> Iterator[str]:
    """The address of a Streamlit script while it is served; its log goes to the folder."""
    port = free_port()
    log = folder / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", script]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    with log.open("w") as sink:
        server = subprocess.Popen(command, cwd=ROOT, stdout=sink, stderr=subprocess.STDOUT)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()


@pytest.fixture(scope="session")
def app_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The running app, as a reader would start it."""
    with served("app.py", tmp_path_factory.mktemp("app")) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    """One Chromium a worker; where there is none the test is skipped, or fails if a browser is required."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        if path is None:
            if REQUIRED:
                pytest.fail(NO_BROWSER)
            pytest.skip(NO_BROWSER)
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of during this test; a test that provokes a complaint clears the list."""
    return []


@pytest.fixture
def fresh_page(browser, app_address: str, complaints: list[str]) -> Iterator[Callable]:
    """Makes pages, each in a context (cookies, storage, theme, size) of its own."""
    contexts = []

    def make(**options):
        context = browser.new_context(**({"base_url": app_address, "viewport": DESKTOP} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        page.on("console", lambda line: complaints.append(f"console: {line.text}") if is_complaint(line) else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def page(fresh_page: Callable):
    """One page with the defaults: 1366 × 768, light."""
    return fresh_page()


@pytest.fixture
def rest() -> Callable:
    """Waits until the page's script has run and no placeholder is left."""

    def wait(page, timeout: float = 30_000) -> None:
        page.wait_for_function(AT_REST, timeout=timeout)

    return wait


@pytest.fixture
def visit(page, rest: Callable) -> Callable:
    """Opens an address of the app in `page`, waits until it is at rest, and returns the page."""

    def go(address: str):
        page.goto(address, wait_until="domcontentloaded")
        rest(page)
        return page

    return go

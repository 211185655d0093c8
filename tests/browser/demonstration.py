"""What the tests of single components share: a server of one demonstration page, and a reader's hands."""

from contextlib import AbstractContextManager
from pathlib import Path

from tests import conftest

# When the browser has drawn what was asked for.
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def served(script: str, folder: Path) -> AbstractContextManager[str]:
    """The address of tests/browser/<script> while it is served; its log goes to the folder."""
    return conftest.served(f"tests/browser/{script}", folder)


class Player:
    """A page with a component that plays, and what a reader does to it."""

    def __init__(self, page, selector: str):
        self.page = page
        self.selector = selector
        self.root = page.locator(selector).first

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name: str) -> None:
        self.root.get_by_role("button", name=name).click()

    def has(self, **state: object) -> None:
        """Wait until the component's data attributes are these."""
        for name, value in state.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            self.page.locator(f"{self.selector}[data-{name}='{text}']").first.wait_for()


def stepped(page, stepper, count: int) -> list[float]:
    """The results that a stepper of the page says while it is stepped through by keyboard from its first step."""
    stepper.focus()
    page.keyboard.press("Home")
    found = []
    for step in range(count):
        page.evaluate(DRAWN)
        found.append(float(stepper.locator(".terms .sum b").last.inner_text().replace("−", "-")))
        if step < count - 1:
            page.keyboard.press("ArrowRight")
    return found

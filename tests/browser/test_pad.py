"""Drawing by mouse, finger and keys, and the image source around it, in a real browser."""

import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from engine.core import drawings
from tests.browser.demonstration import served
from tests.browser.sketch import Hand

SEVEN = [(0.25, 0.25), (0.75, 0.25), (0.45, 0.8)]


@pytest.fixture(scope="module")
def demo_address(tmp_path_factory) -> Iterator[str]:
    with served("image_app.py", tmp_path_factory.mktemp("pad")) as address:
        yield address


class Sketch(Hand):
    """The page with its pad, and what somebody draws."""

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name: str) -> None:
        self.root.get_by_role("button", name=name, exact=True).click()

    def reference(self) -> str:
        return self.page.get_by_text("reference: ").inner_text().removeprefix("reference: ")

    def pixels(self) -> np.ndarray:
        return drawings.unpack(self.reference())

    def until(self, holds: Callable[[str], bool]) -> None:
        """Wait until the page's reference is so."""
        for _ in range(100):
            if holds(self.reference()):
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"the reference stayed {self.reference()}")

    def drawn(self) -> np.ndarray:
        """Wait until Python has the final drawing: the preview's ink."""
        self.page.wait_for_timeout(150)
        ink = int(self.root.get_attribute("data-ink"))
        self.until(lambda name: name.startswith("drawing:") and abs((drawings.unpack(name) > 0).sum() - ink) <= 40)
        return self.pixels()


@pytest.fixture
def sketch(fresh_page: Callable, demo_address: str, rest: Callable) -> Callable:
    def open_pad(**options) -> Sketch:
        page = fresh_page(base_url=demo_address, **options)
        page.goto("/", wait_until="domcontentloaded")
        page.get_by_role("radio", name="Draw", exact=True).click()
        page.locator(".pad[data-ready]").wait_for()
        rest(page)
        return Sketch(page)

    return open_pad


def centre_of_mass(pixels: np.ndarray) -> tuple[float, float]:
    rows, columns = np.indices(pixels.shape)
    mass = pixels.astype(float)
    return (rows * mass).sum() / mass.sum(), (columns * mass).sum() / mass.sum()


def test_an_empty_pad_leaves_the_image(sketch: Callable):
    assert sketch().reference() == "photo:cat"


def test_a_drawn_seven_arrives_as_mnist_would_have_it(sketch: Callable):
    pad = sketch()
    pad.line(*SEVEN)
    pixels = pad.drawn()
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    assert 20 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 22
    assert centre_of_mass(pixels)[1] == pytest.approx(13.5, abs=1)
    assert pixels.max() == 255
    soft = (pixels > 0) & (pixels < 255)
    assert soft.sum() > 20, "the rims of a stroke are soft"


def test_without_centring_the_drawing_stays_where_it_is(sketch: Callable):
    pad = sketch()
    pad.root.get_by_text("Centre like MNIST").click()
    pad.line((0.2, 0.2), (0.2, 0.5))
    pixels = pad.drawn()
    assert centre_of_mass(pixels) == pytest.approx((0.35 * 28 - 0.5, 0.2 * 28 - 0.5), abs=0.5)


def test_a_finger_draws_and_does_not_scroll(sketch: Callable):
    pad = sketch(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    before = pad.canvas.bounding_box()
    pad.touch(*[(0.3, 0.2 + i / 20) for i in range(13)])
    assert pad.drawn().sum() > 5_000
    assert pad.canvas.bounding_box() == before


def test_undo_redo_and_clear(sketch: Callable):
    pad = sketch()
    pad.line((0.2, 0.2), (0.8, 0.2))
    one = pad.drawn()
    pad.line((0.2, 0.8), (0.8, 0.8))
    two = pad.drawn()
    assert not np.array_equal(one, two)
    pad.button("Undo")
    pad.until(lambda name: name == drawings.pack(one))
    pad.button("Redo")
    pad.until(lambda name: name == drawings.pack(two))
    pad.button("Clear")
    pad.until(lambda name: name.startswith("drawing:") and not drawings.unpack(name).any())
    pad.button("Undo")
    pad.until(lambda name: name == drawings.pack(two))
    pad.canvas.focus()
    pad.press("z", "z")
    pad.until(lambda name: name.startswith("drawing:") and not drawings.unpack(name).any())
    assert pad.root.get_by_role("button", name="Undo").is_disabled()


def test_the_eraser_takes_ink_away(sketch: Callable):
    pad = sketch()
    pad.root.get_by_text("Centre like MNIST").click()
    pad.line((0.2, 0.5), (0.8, 0.5))
    before = pad.drawn()
    pad.button("Erase")
    pad.line((0.5, 0.2), (0.5, 0.8))
    pad.until(lambda name: name != drawings.pack(before))
    after = pad.drawn()
    assert after[13:15, 13:15].max() == 0
    assert after[13:15, 7].max() > 100


def test_a_thicker_line_has_more_ink(sketch: Callable):
    inks = []
    for width in ("Thin line", "Thick line"):
        pad = sketch()
        pad.root.get_by_text("Centre like MNIST").click()
        pad.button(width)
        pad.line((0.2, 0.5), (0.8, 0.5))
        inks.append(int(pad.drawn().sum()))
    assert inks[1] > 1.8 * inks[0]


def test_the_keyboard_alone_draws(sketch: Callable):
    pad = sketch()
    pad.root.get_by_text("Centre like MNIST").click()
    pad.canvas.focus()
    pad.press("ArrowDown", *["ArrowUp"] * 4, "Space", *["Shift+ArrowRight"] * 6)
    pixels = pad.drawn()
    assert pixels[10, 14:21].min() > 150
    assert not pixels[14:].any()
    pad.press("e", "Space")
    pad.until(lambda name: drawings.unpack(name)[10, 20] == 0)


def test_an_example_can_be_loaded(sketch: Callable):
    pad = sketch()
    pad.button("Load an example")
    pad.until(lambda name: name.startswith("drawing:"))
    assert pad.pixels().max() == 255


def test_the_drawing_is_there_after_a_change_of_page(sketch: Callable, rest: Callable):
    pad = sketch()
    pad.line(*SEVEN)
    pad.drawn()
    drawn = pad.reference()
    pad.page.get_by_role("link", name="Elsewhere").click()
    pad.page.get_by_text("elsewhere", exact=True).wait_for()
    pad.page.get_by_role("link", name="Lab").click()
    pad.root.wait_for()
    rest(pad.page)
    assert pad.reference() == drawn
    # The link has 16 greys, the pad 256: the faintest pixels are black in the one.
    assert int(pad.root.get_attribute("data-ink")) == pytest.approx((pad.pixels() > 0).sum(), abs=25)


def test_a_link_with_a_drawing_shows_it_on_the_pad(fresh_page: Callable, demo_address: str):
    pixels = np.zeros((28, 28), dtype=np.uint8)
    pixels[5:9, 5:9] = 255
    page = fresh_page(base_url=demo_address)
    page.goto(f"/?image={drawings.pack(pixels)}")
    page.locator(".pad[data-ink='16']").wait_for()


def test_a_preset_takes_over_and_the_tabs_follow(sketch: Callable):
    pad = sketch()
    pad.line(*SEVEN)
    pad.drawn()
    pad.page.get_by_role("button", name="Preset").click()
    pad.until(lambda name: name == "digit:test:0")
    pad.page.get_by_role("button", name="Another example").wait_for()


def test_photos_are_chosen_by_mouse_and_by_arrow_keys(fresh_page: Callable, demo_address: str, rest: Callable):
    page = fresh_page(base_url=demo_address)
    page.goto("/")
    page.locator(".gallery[data-ready]").wait_for()
    rest(page)
    pad = Sketch(page)
    page.get_by_role("radio", name="Coffee").click()
    pad.until(lambda name: name == "photo:coffee")
    page.keyboard.press("ArrowRight")
    pad.until(lambda name: name == "photo:flower")
    assert page.get_by_role("radio", name="Dahlia").get_attribute("aria-checked") == "true"
    assert page.locator(".gallery [aria-checked=true]").count() == 1


@pytest.mark.parametrize(
    ("name", "data", "said"), [("cat.png", b"just text", "cat.png is not an image"), ("e.png", b"", "e.png is empty")]
)
def test_a_bad_file_has_its_sentence(sketch: Callable, name: str, data: bytes, said: str):
    pad = sketch()
    pad.page.get_by_role("radio", name="Upload", exact=True).click()
    pad.page.locator("input[type=file]").set_input_files([{"name": name, "mimeType": "image/png", "buffer": data}])
    pad.page.get_by_role("alert").filter(has_text=re.compile(said)).wait_for()
    assert pad.reference() == "photo:cat"

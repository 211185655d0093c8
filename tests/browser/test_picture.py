"""Image panels zoomed, read and saved by mouse, keyboard and finger in a real browser."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from scipy.signal import convolve2d

from engine.core import images
from tests.browser.demonstration import served

SIZE = 256
PHOTO = images.to_uint8(images.load("photo:cat", SIZE).pixels)
SOBEL = convolve2d(images.grey(images.load("photo:cat", SIZE).pixels)[0], [[1, 0, -1], [2, 0, -2], [1, 0, -1]], "valid")
# What the browser paints at a spot of panel i's canvas, given as a share of its width and height.
COLOUR = """([i, x, y]) => {
  const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot).find(r => r?.querySelector('.picture'));
  const canvas = root.querySelectorAll('.stage canvas:first-child')[i];
  const [left, top] = [Math.floor(x * canvas.width), Math.floor(y * canvas.height)];
  return [...canvas.getContext('2d').getImageData(left, top, 1, 1).data];
}"""


@pytest.fixture(scope="module")
def demo_address(tmp_path_factory) -> Iterator[str]:
    with served("picture_app.py", tmp_path_factory.mktemp("picture")) as address:
        yield address


class Viewer:
    """A page with panels, and what a reader does to them."""

    def __init__(self, page):
        self.page = page
        self.root = page.locator(".picture[data-ready]")

    def spot(self, panel: int, x: float = 0.5, y: float = 0.5) -> tuple[int, int]:
        box = self.root.locator("canvas.over").nth(panel).bounding_box()
        # Whole numbers: a wheel event has no others.
        return round(box["x"] + x * box["width"]), round(box["y"] + y * box["height"])

    def pixel(self, panel: int, row: int, column: int, sides: tuple[int, int] = (SIZE, SIZE)) -> tuple[int, int]:
        return self.spot(panel, (column + 0.5) / sides[1], (row + 0.5) / sides[0])

    def scale(self) -> float:
        return float(self.root.locator(".factor").inner_text().rstrip("×"))

    def values(self) -> list[str]:
        return [" ".join(text.split()) for text in self.root.locator(".values").all_inner_texts()]

    def place(self) -> tuple[int, int]:
        row, column = re.findall(r"\d+", self.root.locator(".place").inner_text())
        return int(row), int(column)

    def settled(self) -> None:
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def wheel(self, delta: int) -> None:
        self.page.mouse.wheel(0, delta)
        self.settled()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.settled()

    def saved(self, kind: str) -> bytes:
        with self.page.expect_download() as waiting:
            self.root.get_by_role("button", name=f"Download {kind}").click()
        assert waiting.value.suggested_filename == f"demo.{kind.lower()}"
        return waiting.value.path().read_bytes()


@pytest.fixture
def view(fresh_page: Callable, demo_address: str, rest: Callable) -> Callable:
    def show(case: str = "filter", **options) -> Viewer:
        page = fresh_page(base_url=demo_address, accept_downloads=True, **options)
        page.goto(f"/?case={case}", wait_until="domcontentloaded")
        page.locator(".picture[data-ready]").wait_for()
        rest(page)
        viewer = Viewer(page)
        viewer.settled()
        return viewer

    return show


def test_a_hovered_pixel_is_read_in_every_panel(view: Callable):
    viewer = view()
    row, column = 100, 60
    viewer.page.mouse.move(*viewer.pixel(0, row, column))
    viewer.settled()
    assert viewer.place() == (row, column)
    red, green, blue = PHOTO[:, row, column]
    expected = f"{SOBEL[row - 1, column - 1]:.2f}".replace("-", "−")
    assert viewer.values() == [f"R {red} G {green} B {blue}", expected]
    viewer.page.mouse.move(5, 5)
    viewer.settled()
    assert viewer.values() == ["", ""]


@pytest.mark.parametrize(("row", "column"), [(100, 60), (3, 250), (200, 130)])
def test_an_enlarged_pixel_is_a_sharp_square_of_its_colour(view: Callable, row: int, column: int):
    viewer = view()
    viewer.page.mouse.click(*viewer.pixel(0, row, column))
    for _ in range(7):
        viewer.wheel(-120)
    assert 8 < viewer.scale() < 12
    # Zoomed about the pointer, so that the pixel is still under it.
    assert viewer.place() == (row, column)
    colour = viewer.page.evaluate(COLOUR, [0, (column + 0.5) / SIZE, (row + 0.5) / SIZE])
    assert colour == [*PHOTO[:, row, column], 255]


def test_the_wheel_scrolls_the_page_until_the_picture_is_clicked(view: Callable):
    viewer = view()
    before = viewer.scale()
    viewer.page.mouse.move(*viewer.spot(0))
    viewer.wheel(-120)
    assert viewer.scale() == before
    viewer.root.locator(".hint.shown").first.wait_for()
    viewer.page.mouse.click(*viewer.spot(0))
    viewer.wheel(-120)
    assert viewer.scale() > before


def test_the_wheel_zooms_about_the_pointer(view: Callable):
    viewer = view()
    viewer.page.mouse.click(*viewer.pixel(0, 40, 200))
    for _ in range(10):
        viewer.wheel(-120)
        assert viewer.place() == (40, 200)
    for _ in range(12):
        viewer.wheel(120)
    assert viewer.scale() == pytest.approx(420 / SIZE, abs=0.05)


def test_a_drag_moves_all_linked_panels(view: Callable):
    viewer = view()
    viewer.root.focus()
    viewer.press("+", "+", "+", "+")
    scale = viewer.scale()
    viewer.page.mouse.move(*viewer.spot(1))
    viewer.settled()
    row, column = viewer.place()
    viewer.page.mouse.down()
    x, y = viewer.spot(1)
    viewer.page.mouse.move(x - 100, y - 50, steps=5)
    viewer.page.mouse.up()
    viewer.page.mouse.move(*viewer.spot(1))
    viewer.settled()
    assert viewer.place() == pytest.approx((row + 50 / scale, column + 100 / scale), abs=1.5)
    assert viewer.page.get_by_text("picked: None").count() == 1


def test_a_click_pins_and_python_gets_the_pixel(view: Callable):
    viewer = view()
    viewer.page.mouse.click(*viewer.pixel(0, 10, 20))
    viewer.page.get_by_text("picked: Pixel(panel=0, row=10, column=20)").wait_for()
    viewer.page.mouse.move(5, 5)
    viewer.settled()
    assert viewer.place() == (10, 20)
    viewer.press("Escape")
    viewer.page.get_by_text("picked: None").wait_for()


def test_the_keyboard_alone_walks_zooms_and_pins(view: Callable):
    viewer = view()
    viewer.root.focus()
    viewer.press("ArrowRight")
    row, column = viewer.place()
    viewer.press("ArrowDown", "ArrowDown", "Shift+ArrowLeft")
    assert viewer.place() == (row + 2, column - 10)
    whole = viewer.scale()
    viewer.press(*["+"] * 9)
    assert viewer.scale() > 20
    for _ in range(4):
        viewer.press("Shift+ArrowRight")
    assert viewer.place() == (row + 2, column + 30)
    viewer.press("Enter")
    viewer.page.get_by_text(f"picked: Pixel(panel=0, row={row + 2}, column={column + 30})").wait_for()
    viewer.page.wait_for_function(
        "text => [...document.querySelectorAll('*')].some(e => e.shadowRoot?.querySelector('.unseen')"
        "?.textContent.includes(text))",
        arg=f"Row {row + 2}, column {column + 30}: Photo",
    )
    viewer.press("0")
    assert viewer.scale() == whole


def test_numbers_are_said_as_python_asks(view: Callable):
    viewer = view("channels")
    viewer.page.mouse.move(*viewer.pixel(0, 100, 60))
    viewer.settled()
    shares = [f"{value / 255:.3f}" for value in PHOTO[:, 100, 60]]
    assert viewer.values() == ["R {} G {} B {}".format(*shares), *shares]


def test_a_panel_of_another_size_is_linked_by_relative_position(view: Callable):
    viewer = view("marks")
    viewer.page.mouse.move(*viewer.pixel(0, 100, 60))
    viewer.settled()
    quarter = images.to_uint8(images.load("photo:cat", SIZE // 4).pixels)[:, 25, 15]
    assert viewer.values()[2] == "R {} G {} B {}".format(*quarter)
    assert viewer.values()[3] == ""


def test_a_hole_is_said_to_be_none(view: Callable):
    viewer = view("digit")
    viewer.page.mouse.move(*viewer.pixel(1, 0, 0, (28, 28)))
    viewer.settled()
    assert viewer.values() == ["0", "none"]


def test_the_csv_holds_every_value(view: Callable):
    rows = list(csv.DictReader(io.StringIO(view().saved("CSV").decode())))
    photo = [int(row["value"]) for row in rows if row["panel"] == "Photo"]
    assert np.array_equal(np.reshape(photo, PHOTO.shape), PHOTO)
    sobel = [float(row["value"]) for row in rows if row["panel"] == "Sobel"]
    assert np.reshape(sobel, SOBEL.shape) == pytest.approx(SOBEL, abs=1e-4)


def test_the_png_and_the_svg_show_all_panels(view: Callable):
    viewer = view("marks")
    assert Image.open(io.BytesIO(viewer.saved("PNG"))).size[0] > 2000
    svg = viewer.saved("SVG").decode()
    assert svg.count("<image ") == 4
    assert "Corners" in svg
    assert "cat 0.93" in svg
    assert ET.fromstring(svg).tag.endswith("svg")


def test_the_phone_puts_two_panels_in_a_row_and_scrolls_past_them(view: Callable):
    viewer = view(viewport={"width": 390, "height": 844})
    first, second = (viewer.root.locator("figure").nth(i).bounding_box() for i in (0, 1))
    assert second["y"] == first["y"]
    assert second["x"] > first["x"] + first["width"]
    assert first["width"] > 140
    assert viewer.root.locator("canvas.over").first.evaluate("e => getComputedStyle(e).touchAction") == "pan-x pan-y"


def test_dark_and_light_paint_signed_values_differently(view: Callable):
    ends = [view(color_scheme=scheme).page.evaluate(COLOUR, [1, 0.95, 0.95])[:3] for scheme in ("light", "dark")]
    assert min(ends[0]) > 200
    assert max(ends[1]) < 90


def test_unchanged_panels_are_not_sent_again(view: Callable, rest: Callable):
    sizes = []
    viewer = view()
    client = viewer.page.context.new_cdp_session(viewer.page)
    client.send("Network.enable")
    client.on("Network.webSocketFrameReceived", lambda frame: sizes.append(len(frame["response"]["payloadData"])))
    viewer.page.mouse.click(*viewer.pixel(0, 10, 20))
    viewer.page.get_by_text("picked: Pixel(panel=0, row=10, column=20)").wait_for()
    rest(viewer.page)
    assert 0 < sum(sizes) < 30_000
    viewer.page.mouse.move(*viewer.pixel(0, 100, 60))
    viewer.settled()
    assert viewer.values()[0] == "R {} G {} B {}".format(*PHOTO[:, 100, 60])

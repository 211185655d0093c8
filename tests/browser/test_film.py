"""The film played by mouse, keyboard and finger in a real browser."""

import csv
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image

from tests.browser import demonstration
from tests.browser.demonstration import DRAWN
from tests.browser.films import numbers, waves

FILM = ".film[data-ready]"
PIXEL = """(canvas, [x, y]) => Array.from(canvas.getContext('2d')
  .getImageData(Math.floor(canvas.width * x), Math.floor(canvas.height * y), 1, 1).data)"""


@pytest.fixture(scope="session")
def film_address(tmp_path_factory) -> Iterator[str]:
    """A server of the demo page alone."""
    with demonstration.served("film_app.py", tmp_path_factory.mktemp("film")) as address:
        yield address


class Player(demonstration.Player):
    """A page with one film, and what a reader does to it."""

    def __init__(self, page):
        super().__init__(page, FILM)

    def says(self, text: str) -> None:
        """Wait until the label of the frame is this."""
        self.root.locator(".count", has_text=text).wait_for()

    def colour(self, panel: int, x: float, y: float) -> list[int]:
        """The colour at a share of a panel's width and height."""
        self.page.evaluate(DRAWN)
        return self.root.locator(".stage canvas:first-child").nth(panel).evaluate(PIXEL, [x, y])[:3]

    def hover(self, panel: int, x: float, y: float) -> None:
        box = self.root.locator(".over").nth(panel).bounding_box()
        self.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])

    def live(self) -> str:
        return self.root.locator("[aria-live]").inner_text()


@pytest.fixture
def play(fresh_page, film_address: str) -> Callable:
    """Opens a demo of tests/browser/films.py."""

    def run(demo: str, query: str = "", **options) -> Player:
        page = fresh_page(**options)
        page.goto(f"{film_address}/?demo={demo}{query}")
        page.locator(FILM).wait_for()
        page.evaluate(DRAWN)
        return Player(page)

    return run


def test_keys_step_to_both_ends_and_stop_there(play):
    film = play("numbers")
    film.root.focus()
    film.has(frame=0)
    film.press("ArrowRight")
    film.has(frame=1)
    film.says("step 10")
    film.press("End", "ArrowRight")
    film.has(frame=2)
    film.says("step 20")
    film.press("ArrowLeft", "Home", "ArrowLeft")
    film.has(frame=0)
    film.says("start")


def test_buttons_and_the_scrubber_do_the_same(play):
    film = play("numbers")
    film.button("To the last frame")
    film.has(frame=2)
    film.button("Step back")
    film.has(frame=1)
    film.button("Step forward")
    film.has(frame=2)
    film.button("To the first frame")
    film.has(frame=0)
    film.root.get_by_role("slider").fill("2")
    film.has(frame=2)
    assert film.root.get_by_role("slider").get_attribute("aria-valuetext") == "step 20"


def test_playing_ends_at_the_end_and_loops_when_asked(play):
    film = play("numbers")
    film.root.focus()
    film.button("Speed 4 times")
    film.root.focus()
    film.press(" ")
    film.has(frame=2, playing=False)
    film.press("l")
    film.has(loop=True)
    film.press(" ")
    film.has(frame=1, playing=True)
    film.has(frame=2)
    film.has(frame=0, playing=True)
    film.press(" ")
    film.has(playing=False)


def test_a_longer_film_starts_where_it_wants(play):
    play("kinds").has(frame=119)


def test_scrubbing_asks_the_server_nothing(play):
    film = play("waves")
    said = film.page.get_by_text("runs:").inner_text()
    sent = []
    film.page.on("request", lambda request: sent.append(request.url))
    film.root.focus()
    film.press(*["ArrowRight"] * 8)
    film.has(frame=8)
    assert not sent
    assert film.page.get_by_text("runs:").inner_text() == said


@pytest.mark.parametrize("frame", [0, 2])
def test_small_panels_show_their_very_numbers(play, frame):
    film = play("numbers")
    film.root.focus()
    film.press(*["ArrowRight"] * frame)
    film.has(frame=frame)
    film.hover(0, 0.75, 0.25)
    film.root.locator(".hint", has_text="row 0, column 1").wait_for()
    film.press("ArrowLeft", "ArrowRight", "Home", *["ArrowRight"] * frame)
    value = numbers().panels[0].frame(frame)[0, 1]
    film.root.locator("[aria-live]", has_text=f"Numbers {value:g}").wait_for(state="attached")
    film.root.locator("[aria-live]", has_text=f"Minus {'−' if value else ''}{value:g}").wait_for(state="attached")


def test_frames_are_decoded_as_they_were_packed(play):
    film = play("waves")
    film.root.focus()
    made = waves()
    for frame in (0, 5, 8):
        film.press("Home", *["ArrowRight"] * frame)
        film.has(frame=frame)
        for panel, row, column in ((0, 10, 20), (2, 50, 3), (3, 63, 63)):
            grey = film.colour(panel, (column + 0.5) / 64, (row + 0.5) / 64)
            assert np.abs(np.array(grey) - 255 * made.panels[panel].frame(frame)[row, column]).max() <= 1.5


def test_colours_classes_and_start_are_right(play):
    film = play("kinds")
    red, green, blue = film.colour(0, 0.02, 0.02)
    assert (red, green) == (0, 0)
    assert blue > 250
    assert film.colour(1, 0.02, 0.02) in ([0, 158, 115], [0, 114, 178], [230, 159, 0])


def test_a_drag_on_the_chart_scrubs(play):
    film = play("numbers")
    box = film.root.locator(".chart canvas").bounding_box()
    film.page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    film.page.mouse.down()
    film.page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=4)
    film.has(frame=2)
    film.page.mouse.up()
    film.page.mouse.move(box["x"] + 30, box["y"] + 20)
    film.page.evaluate(DRAWN)
    film.has(frame=2)


def test_the_live_region_says_the_frame_and_the_curves(play):
    film = play("numbers")
    film.root.focus()
    film.press("End")
    film.root.locator("[aria-live]", has_text="step 20, square 4 %").wait_for(state="attached")
    assert "Numbers grow." in film.root.get_attribute("aria-label")


def test_the_frame_survives_another_run_of_the_page(play):
    film = play("waves")
    film.root.focus()
    film.press("ArrowRight", "ArrowRight", "ArrowRight")
    film.has(frame=3)
    film.page.get_by_role("button", name="run again").click()
    film.page.get_by_text("runs: 1").wait_for()
    film.has(frame=3)


def test_the_csv_has_the_curves_and_the_frame(play, tmp_path):
    film = play("numbers")
    film.root.focus()
    film.press("End")
    film.has(frame=2)
    with film.page.expect_download() as arriving:
        film.button("Download CSV")
    arriving.value.save_as(tmp_path / "film.csv")
    rows = list(csv.DictReader((tmp_path / "film.csv").open()))
    curve = [(row["label"], float(row["value"])) for row in rows if row["of"] == "square"]
    assert curve == [("start", 0), ("step 10", 1), ("step 20", 4)]
    cells = [float(row["value"]) for row in rows if row["of"] == "Minus"]
    assert cells == [-200, -201, -210, -211]


def test_the_png_is_a_picture_of_the_frame(play, tmp_path):
    film = play("kinds")
    with film.page.expect_download() as arriving:
        film.button("Download PNG")
    arriving.value.save_as(tmp_path / "film.png")
    with Image.open(tmp_path / "film.png") as picture:
        assert picture.width > 1200
        colours = picture.convert("RGB").resize((64, 32)).getcolors(64 * 32)
        assert len(colours) > 100


@pytest.mark.parametrize("demo", ["waves", "kinds", "numbers"])
def test_a_phone_shows_everything_within_its_width(play, demo):
    film = play(demo, viewport={"width": 390, "height": 844}, has_touch=True)
    wide = film.page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 390
    right = [part.bounding_box() for part in film.root.locator("figure, .chart canvas, .bar > *").all()]
    assert max(box["x"] + box["width"] for box in right if box) <= 390
    film.root.locator(".over").first.tap()
    film.root.locator(".hint", has_text="row").wait_for()
    film.root.locator(".over").first.tap()
    film.root.locator(".hint", has_text="Hover").wait_for()


def test_maps_and_their_changes_stand_side_by_side_on_a_phone(play):
    film = play("waves", viewport={"width": 390, "height": 844})
    boxes = [part.bounding_box() for part in film.root.locator("figure").all()]
    assert boxes[0]["y"] == boxes[4]["y"]
    assert boxes[0]["x"] < boxes[4]["x"]


def test_dark_pages_have_dark_neutrals(play):
    light, dark = (play("waves", color_scheme=scheme).colour(4, 0.5, 0.5) for scheme in ("light", "dark"))
    assert min(light) > 200
    assert max(dark) < 80


def test_a_film_of_one_frame_has_nothing_to_play(play):
    film = play("still")
    assert not film.root.locator(".bar").is_visible()
    film.root.focus()
    film.press(" ", "ArrowRight")
    film.has(frame=0, playing=False)

"""The stepper played by mouse and keyboard in a real browser."""

import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.browser import demonstration
from tests.browser.traces import counting

STEPPER = ".stepper[data-frame]"
SUM = ".arithmetic .sum"
BINOMIAL = [24, 40, 52, 45, 64, 96, 112, 92, 112, 160, 176, 140, 108, 152, 164, 129]


@pytest.fixture(scope="session")
def demo_address(tmp_path_factory) -> Iterator[str]:
    """A server of the demo page alone."""
    with demonstration.served("stepper_app.py", tmp_path_factory.mktemp("stepper")) as address:
        yield address


class Player(demonstration.Player):
    """A page with the demo's first stepper, and what a reader does to it."""

    def __init__(self, page):
        super().__init__(page, STEPPER)

    def at(self, grid: str, cell: int) -> tuple[float, float]:
        spot = self.root.evaluate("(host, [grid, cell]) => host.cellAt(grid, cell)", [grid, cell])
        return spot["x"], spot["y"]

    def hover(self, grid: str, cell: int) -> None:
        self.page.mouse.move(*self.at(grid, cell))

    def click(self, grid: str, cell: int) -> None:
        self.page.mouse.click(*self.at(grid, cell))

    def says(self, text: str) -> None:
        """Wait until the arithmetic ends with this."""
        ending = re.compile(re.escape(text) + r"\s*$")
        self.root.locator(SUM).filter(has_text=ending).wait_for()

    def result(self) -> float:
        return float(self.root.locator(f"{SUM} b").inner_text().replace("−", "-"))

    def edit(self, grid: str, cell: int, text: str) -> None:
        self.page.mouse.dblclick(*self.at(grid, cell))
        self.root.locator("input.cell").fill(text)
        self.press("Enter")


@pytest.fixture
def play(fresh_page, demo_address: str) -> Callable:
    """Opens a demo in a fresh page: play("channels", viewport=…)."""

    def open_demo(demo: str, query: str = "", **options) -> Player:
        page = fresh_page(**options)
        page.goto(f"{demo_address}/?demo={demo}{query}")
        page.locator(STEPPER).first.wait_for()
        # A font that arrives late moves everything once.
        page.wait_for_function("document.fonts.status === 'loaded'")
        return Player(page)

    return open_demo


def test_the_walk_gives_the_slides_numbers(play):
    player = play("counting")
    player.root.focus()
    found = []
    for step in range(16):
        player.press("ArrowRight")
        player.has(step=step, all=False)
        player.has(lit=step)
        found.append(player.result())
    assert found == BINOMIAL


def test_hovering_the_output_shows_its_window_and_leaving_restores_the_step(play):
    player = play("counting")
    player.says("= 24")
    player.hover("output", 10)
    player.says("= 176")
    player.page.mouse.move(2, 2)
    player.says("= 24")


def test_hovering_an_input_cell_counts_what_it_reaches(play):
    player = play("counting")
    player.hover("input", 14)
    player.says("6 is read by 9 of 16 cells of Output.")
    player.hover("input", 0)
    player.says("0 is read by 1 of 16 cells of Output.")
    player.hover("kernel", 4)
    player.says("4 is read by 16 of 16 cells of Output.")


def test_a_stride_leaves_cells_that_nothing_reads(play):
    player = play("channels")
    player.hover("input", 7)
    player.root.locator(".tip").filter(has_text="never read").wait_for()


def test_a_click_pins_until_a_click_or_escape(play):
    player = play("counting")
    player.click("output", 5)
    player.has(pinned=True)
    player.hover("output", 0)
    player.says("= 96")
    player.click("output", 5)
    player.has(pinned=False)
    player.hover("output", 0)
    player.says("= 24")
    player.click("input", 14)
    player.says("of Output.")
    player.press("Escape")
    player.has(pinned=False)


def test_enter_pins_the_step_by_keyboard_and_arrows_go_on(play):
    player = play("counting")
    player.root.focus()
    player.press("ArrowRight", "ArrowRight", "Enter")
    player.has(pinned=True, lit=1)
    player.press("ArrowDown")
    player.has(pinned=False, step=5)
    player.says("= 96")


def test_keys_move_by_cell_by_row_and_to_the_ends(play):
    player = play("counting")
    player.root.focus()
    for key, step in [("End", 15), ("ArrowLeft", 14), ("ArrowUp", 10), ("Home", 0), ("ArrowDown", 4), ("ArrowUp", 0)]:
        player.press(key)
        player.has(step=step)


def test_playing_runs_to_the_end_and_stops(play):
    player = play("pooling")
    player.button("Speed 4 times")
    player.button("Play")
    player.has(playing=True)
    player.has(step=3, playing=False)
    player.says("= 9")
    player.root.focus()
    player.press("Home", " ")
    player.has(playing=True)
    player.press(" ")
    player.has(playing=False)


def test_the_buttons_and_the_scrubber_step(play):
    player = play("counting")
    player.button("Step forward")
    player.has(step=0, all=False)
    player.button("Step forward")
    player.has(step=1)
    player.button("Step back")
    player.has(step=0)
    player.root.get_by_label("Step", exact=True).fill("9")
    player.has(step=9)
    player.root.get_by_text("step 10 of 16").wait_for()
    player.button("To end")
    player.has(step=15)


def shown(player: Player) -> bytes:
    return player.root.locator("canvas").first.evaluate("canvas => canvas.toDataURL()")


def test_cells_appear_as_they_are_made(play):
    player = play("counting")
    player.root.focus()
    everything = shown(player)
    player.press("Home")
    player.has(step=0, all=False)
    first = shown(player)
    player.press("End")
    player.has(step=15)
    assert first != everything
    assert shown(player) == everything


def test_an_edit_reaches_python_and_comes_back_recomputed(play):
    player = play("counting")
    player.root.focus()
    player.press("Home", "ArrowRight")
    player.edit("kernel", 4, "10")
    player.page.get_by_text("edits: 1").wait_for()
    player.press("Escape")
    expected = counting({("kernel", 4): 10.0}).segments[0].results
    player.has(step=1)
    player.says(f"= {expected[1]:g}")


def test_a_number_may_be_typed_in_many_ways(play):
    player = play("pooling")
    for typed, value in [("1,5", 1.5), ("-2", -2), ("1e-3", 0.001), ("91/9", 91 / 9), ("−4", -4), (".5", 0.5)]:
        player.edit("input", 5, typed)
        player.press("Escape")
        player.hover("input", 5)
        player.says(f"{value:.4g}".replace("-", "−") + " is read by 1 of 4 cells of Max-pooled.")
        player.hover("output", 0)
        player.says(f"= {max(6, value):.4g}")


def test_rubbish_is_refused_at_the_cell(play):
    player = play("pooling")
    for typed in ["x", "1/0", "1e7", "1 2 3 x", ""]:
        player.edit("input", 5, typed)
        player.root.get_by_role("alert").filter(has_text="still 8").wait_for()
        player.press("Escape")
        player.hover("output", 0)
        player.says("= 8")
    assert player.page.get_by_text("edits: 0").is_visible()


def test_editing_moves_like_a_spreadsheet_and_sends_every_cell(play):
    player = play("counting")
    player.button("Edit Input")
    for text, key in [("5", "Tab"), ("6", "ArrowDown"), ("7", "ArrowLeft"), ("8", "Enter")]:
        player.page.keyboard.type(text)
        player.press(key)
    assert "row 2, column 0" in player.root.locator("input.cell").get_attribute("aria-label")
    player.press("Escape")
    player.page.get_by_text("edits: 4").wait_for()
    player.hover("output", 0)
    player.says(f"= {4 * 5 + 2 * 6 + 1 * 7 + 2 * 8}")


def test_padding_and_results_cannot_be_edited(play):
    player = play("counting")
    for grid, cell in [("input", 0), ("output", 3)]:
        player.page.mouse.dblclick(*player.at(grid, cell))
        assert player.root.locator("input.cell").count() == 0


def test_long_sums_are_elided_and_can_be_opened_without_moving_the_page(play):
    player = play("photo")
    before = player.root.bounding_box()["height"]
    assert player.root.locator(f"{SUM} .t").count() == 12
    player.button("show all 25 terms")
    player.root.get_by_role("button", name="show fewer terms").wait_for()
    assert player.root.locator(f"{SUM} .t").count() == 25
    player.hover("output", 1800)
    assert player.root.bounding_box()["height"] == before


def test_channels_have_a_line_each_and_the_bias_its_term(play):
    player = play("channels")
    lines = player.root.locator(".arithmetic .line").all_inner_texts()
    assert [line.split(":")[0] for line in lines[:3]] == ["Red", "Green", "Blue"]
    parts = [float(line.rsplit("=", 1)[1].replace("−", "-")) for line in lines[:3]]
    assert "0.5 (bias)" in lines[3]
    assert player.result() == sum(parts) + 0.5


def test_it_is_named_and_spoken(play):
    player = play("counting")
    assert player.root.get_attribute("aria-label") == "A convolution whose output is 4 by 4."
    assert player.root.get_by_role("img", name="Input 6 by 6").count() == 1
    player.root.focus()
    player.press("ArrowRight")
    player.root.locator("[aria-live=polite]").filter(has_text="Step 1 of 16. Output, row 0, column 0: 24").wait_for()
    controls = player.root.locator("button:visible, input:visible").all()
    assert all(control.get_attribute("aria-label") or control.inner_text() for control in controls)


@pytest.mark.parametrize("kind", ["PNG", "SVG", "CSV"])
def test_it_is_downloaded_under_its_name(play, kind):
    player = play("counting")
    with player.page.expect_download() as waiting:
        player.button(f"Download {kind}")
    assert waiting.value.suggested_filename == f"counting.{kind.lower()}"
    content = waiting.value.path().read_bytes()
    if kind == "CSV":
        lines = content.decode().splitlines()
        assert lines[0] == "grid,panel,row,column,value"
        assert [float(line.split(",")[-1]) for line in lines if line.startswith("Output")] == BINOMIAL
    elif kind == "SVG":
        assert b">Kernel</text>" in content
        assert b">176</text>" in content
    else:
        assert content.startswith(b"\x89PNG")


@pytest.mark.parametrize("demo", ["counting", "channels", "digit", "photo", "softmax"])
def test_it_fits_a_phone(play, demo):
    player = play(demo, viewport={"width": 390, "height": 844})
    wide = player.root.evaluate(
        "host => [host.querySelector('canvas').clientWidth, host.clientWidth, host.scrollWidth]"
    )
    assert wide[0] <= wide[1]
    assert wide[2] <= wide[1]


def test_a_cell_under_the_pointer_is_the_cell_that_is_drawn(play):
    player = play("channels", viewport={"width": 390, "height": 2600})
    for cell in (0, 8, 9, 17):
        player.hover("output", cell)
        player.has(lit=cell)


def test_a_shorter_trace_keeps_the_walk_inside(play):
    player = play("counting")
    player.root.focus()
    player.press("End", "ArrowLeft")
    player.has(step=14)
    player.page.get_by_text("another trace").click()
    player.root.get_by_text("step 4 of 4").wait_for()
    player.says("= 9")


def test_data_that_overtake_the_loading_leave_it_alive(fresh_page, demo_address):
    page = fresh_page(color_scheme="light")

    def dawdle(route):
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(500)
        route.continue_()

    page.route("**/components/stepper.js", dawdle)
    page.goto(f"{demo_address}/?demo=counting")
    player = Player(page)
    player.root.wait_for()
    player.has(theme="dark")
    player.hover("output", 10)
    player.says("= 176")
    assert page.locator(f"{STEPPER} .bar").count() == 1


def test_shift_and_a_drag_turn_a_number(play):
    player = play("counting")
    x, y = player.at("kernel", 4)
    player.page.keyboard.down("Shift")
    player.page.mouse.move(x, y)
    player.page.mouse.down()
    player.page.mouse.move(x, y - 24, steps=4)
    player.page.mouse.up()
    player.page.keyboard.up("Shift")
    player.page.get_by_text("edits: 1").wait_for()
    player.hover("kernel", 4)
    player.says("7 is read by 16 of 16 cells of Output.")


def test_two_on_a_page_do_not_meet(play):
    player = play("counting", "&twice=1")
    second = player.page.locator(STEPPER).nth(1)
    second.focus()
    player.press("ArrowRight", "ArrowRight")
    player.page.locator(f"{STEPPER}[data-step='1']").wait_for()
    assert player.root.get_attribute("data-step") == "0"


def test_the_theme_changes_its_colours(play):
    player = play("counting", color_scheme="light")
    light = shown(player)
    player.page.emulate_media(color_scheme="dark")
    player.has(theme="dark")
    player.page.wait_for_function(
        "before => document.querySelector('[data-testid=stApp]') && true && before.length > 0", arg=light[:20]
    )
    assert shown(player) != light


def test_moments_play_like_sweeps(play):
    player = play("softmax")
    player.root.focus()
    player.press("ArrowRight")
    player.says("exp(2) = 7.389")
    player.press("End")
    expected = np.exp([2, 1, -0.5])
    player.says(f"= {expected[2] / expected.sum():.4g}")
    player.hover("logits", 1)
    player.says("1 is read by 1 of 3 cells of exp.")

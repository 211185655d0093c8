"""The race as a reader meets it: scrubbed, hovered, restarted elsewhere, with other rates and other runners."""

from urllib.parse import urlencode

import pytest

from engine.core.fields import encode
from engine.learning import optimizers as lab
from engine.learning import optimizers_lesson as lesson
from engine.learning import optimizers_plane as plane
from engine.learning import optimizers_words as words

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}


def address(settings: lab.Settings) -> str:
    return "/optimizers?" + urlencode(encode(settings))


def first(page):
    race = page.locator(".landscape").first
    race.and_(page.locator("[data-frame]")).wait_for()
    return race


def shows(page, what: str) -> None:
    """Wait until the race, the first landscape of the page, has these data."""
    page.locator(".landscape").first.and_(page.locator(what)).wait_for()


def click(page, race, x: float, y: float) -> None:
    race.scroll_into_view_if_needed()
    place = race.evaluate("(race, [x, y]) => race.spot(x, y)", [x, y])
    page.mouse.click(place["x"], place["y"])


def test_a_click_on_the_map_starts_all_somewhere_else(visit, rest):
    page = visit("/optimizers")
    race = first(page)
    click(page, race, 3.0, -2.0)
    page.locator("p.summary", has_text="rules start at (3, −2)").or_(
        page.locator("p.summary", has_text="rules start at (2.9")
    ).or_(page.locator("p.summary", has_text="rules start at (3.0")).first.wait_for()
    rest(page)
    assert race.get_attribute("data-start").split()[0].startswith(("3", "2.9"))


def test_scrubbing_and_choosing_ask_nobody(page, visit, rest):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visit("/optimizers")
    race = first(page)
    rest(page)
    assert sent
    sent.clear()
    page.on("request", lambda request: sent.append(request.url))
    race.focus()
    page.keyboard.press("Home")
    shows(page, "[data-step='0']")
    page.keyboard.press("ArrowRight")
    shows(page, "[data-step='1']")
    page.keyboard.press("ArrowDown")
    shows(page, "[data-chosen=sgd]")
    page.keyboard.press("End")
    shows(page, "[data-step='150']")
    assert sent == []


def test_the_update_is_said_in_the_engines_numbers(visit):
    settings = lab.Settings(rules="momentum")
    race = lab.compete(settings)
    page = visit(address(settings))
    shown = first(page)
    shown.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    shows(page, "[data-step='1']")
    page.locator(".words .title", has_text="Momentum, step 2").first.wait_for()
    story = shown.evaluate("race => race.story()")
    said = {part["part"]: part["text"] for part in story["parts"]}
    before, step = race.run.memories[1, 0], race.run.points[2, 0] - race.run.points[1, 0]
    assert said["memory"] == f"from before ({words.number(before[0])}, {words.number(before[1])})"
    assert said["step"] == f"step = ({words.number(step[0])}, {words.number(step[1])})"


def test_a_rate_and_a_runner_change_in_the_table(visit, rest):
    page = visit("/optimizers")
    first(page)
    box = page.get_by_label("Learning rate of SGD")
    box.fill("0.05")
    box.press("Enter")
    wanted = words.answer(lab.compete(lab.with_rate(lab.Settings(), "sgd", 0.05)))
    page.locator(".answer small", has_text=wanted[2]).first.wait_for()
    page.get_by_label("Newton runs").uncheck()
    slower = lab.with_rule(lab.with_rate(lab.Settings(), "sgd", 0.05), "newton")
    page.locator(".answer b", has_text=words.answer(lab.compete(slower))[1]).first.wait_for()
    rest(page)
    assert box.input_value() == "0.05"


@pytest.mark.parametrize("rate", ["-1", "fast", "1e9"])
def test_nonsense_for_a_rate_changes_nothing(visit, rate):
    page = visit("/optimizers")
    first(page)
    box = page.get_by_label("Learning rate of Adam", exact=True)
    box.fill(rate)
    box.press("Enter")
    page.locator(".rate[aria-invalid]").wait_for()
    assert page.locator(".answer b").first.inner_text() == "Newton"


def test_a_click_in_the_plane_runs_that_point(visit):
    page = visit("/optimizers")
    first(page)
    plane = page.locator(".landscape").nth(1)
    plane.and_(page.locator("[data-frame]")).wait_for()
    click(page, plane, 3.6, 0.2)
    page.locator("p.summary", has_text="does not converge").wait_for()


def test_a_point_of_the_plane_is_raced_above(visit):
    page = visit(address(PRESETS["plane-optimum"]))
    first(page)
    page.get_by_role("button", name="Race this above").click()
    raced = words.answer(lab.compete(plane.as_race(PRESETS["plane-optimum"])))
    page.locator(".answer small", has_text=raced[2]).wait_for()


def test_keys_move_the_start_and_turn_the_relief(visit):
    page = visit("/optimizers")
    race = first(page)
    race.focus()
    page.keyboard.press("d")
    page.locator("p.summary", has_text="start at (−3.9, 2)").wait_for()
    page.keyboard.press(".")
    page.keyboard.press(" ")
    shows(page, "[data-playing=true]")


def test_the_typed_function_is_drawn_or_its_slip_is_marked(visit, rest):
    page = visit(address(lab.Settings(surface="typed")))
    first(page)
    box = page.get_by_role("textbox", name="f(x, y)")
    box.fill("x**2 + 3y")
    box.press("Control+Enter")
    page.locator(".refusal", has_text="Write *").wait_for()
    box.fill("x**2 + 3*y**2")
    box.press("Control+Enter")
    page.locator("p.summary", has_text="the minimum is").first.wait_for()
    rest(page)


def test_the_network_is_trained_when_its_fold_is_opened(visit, rest):
    page = visit("/optimizers")
    first(page)
    page.get_by_text("The same race on a network").click()
    page.locator("p.summary", has_text="principal directions").wait_for()
    rest(page)
    assert page.locator(".landscape").count() == 4


def test_map_and_numbers_are_downloaded(visit):
    page = visit("/optimizers")
    first(page)
    starts = {"PNG": b"\x89PNG", "SVG": b"<svg xmlns=", "CSV": b"step,rule,x,y,"}
    for kind, start in starts.items():
        with page.expect_download() as arrived:
            page.get_by_role("button", name=f"Download {kind}").first.click()
        content = arrived.value.path().read_bytes()
        assert content.startswith(start)
        assert len(content) > 5000


@pytest.mark.parametrize("query", ["start=999_1", "rules=nobody", "rates=x", "formula=import os", "condition=1e9"])
def test_nonsense_in_the_link_keeps_the_race(visit, query):
    page = visit(f"/optimizers?{query}")
    first(page)
    assert page.locator(".answer b").first.inner_text()

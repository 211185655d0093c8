"""A network is trained as a reader trains it: started, watched, paused, changed, stopped, looked through, saved."""

import io
import re
import zipfile
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load

from engine.core.fields import encode
from engine.core.local_jobs import TURN
from engine.training import train_cnn_lesson as lesson
from tests.browser.lists import choose
from tests.conftest import served

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}
LONG = 120_000
# Long enough to be met at work, on whatever machine.
ENDLESS = PRESETS["small"].but(epochs=100.0, batch=4)


def address(settings) -> str:
    return "/train_cnn?" + urlencode(encode(settings))


def button(page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def finished(page):
    page.get_by_text("Done in").wait_for(timeout=LONG)
    page.get_by_text("What it gets wrong").wait_for()
    return page


def test_a_click_trains_the_fast_network_to_99_per_cent(visit):
    page = visit("/train_cnn")
    button(page, "Train").click()
    page.locator(".film canvas").first.wait_for(timeout=LONG)
    page.locator(".answer", has_text="of 1,000 test digits").wait_for(timeout=LONG)
    finished(page)
    said = page.locator(".answer", has_text="of 10,000 test digits").inner_text()
    assert float(re.search(r"([\d.]+) %", said)[1]) >= 98.9
    page.locator(".summary", has_text="98 % after").wait_for()


def test_a_run_is_paused_scrubbed_changed_resumed_and_stopped(visit):
    page = visit(address(ENDLESS))
    button(page, "Train").click()
    page.locator(".film canvas").first.wait_for(timeout=LONG)
    button(page, "Pause").click()
    page.get_by_text("Paused after").wait_for()
    film = page.locator(".film")
    film.scroll_into_view_if_needed()
    film.focus()
    page.keyboard.press("Home")
    page.get_by_text("step 0", exact=True).wait_for()
    rate = page.get_by_label("Learning rate now")
    rate.fill("0")
    rate.press("Enter")
    button(page, "Resume").click()
    page.get_by_text("Running").wait_for()
    button(page, "Stop").click()
    page.get_by_text("Stopped after").wait_for()
    button(page, "Train").wait_for()
    page.locator(".sheet tbody th", has_text="Small CNN (8×8 digits), stopped at epoch").wait_for()
    page.get_by_text("What it gets wrong").wait_for()
    with page.expect_download() as saved:
        button(page, "Weights (safetensors)").click()
    assert load(saved.value.path().read_bytes())["0.weight"].shape == (16, 1, 3, 3)


def test_a_stopped_network_can_be_looked_into(visit):
    page = visit(address(ENDLESS))
    button(page, "Train").click()
    page.locator(".film canvas").first.wait_for(timeout=LONG)
    button(page, "Stop").click()
    page.locator(".sheet tbody th", has_text="stopped at epoch").wait_for()
    page.get_by_role("link", name="Draw a digit").last.click()
    page.locator(".stepper").first.wait_for()
    choose(page, "Network", re.compile("stopped at epoch"))
    page.wait_for_function("() => location.search.includes('trained')")


def test_the_network_is_drawn_and_its_layers_are_a_table(visit):
    page = visit("/train_cnn")
    drawn = page.locator(".diagram svg[role=img]")
    drawn.wait_for()
    assert "A network of 10 layers" in drawn.get_attribute("aria-label")
    assert min(size_of(text) for text in drawn.locator("text").all()) >= 12
    page.get_by_text("Layer by layer").click()
    last = page.locator(".sheet tbody tr").last
    assert last.inner_text().split() == ["All", "layers", "80,250", "329,216", "34.9", "kB"]
    with page.expect_download() as saved:
        page.locator(".diagram [data-file=svg]").click()
    assert "conv 5×5" in saved.value.path().read_text()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("() => document.documentElement.scrollWidth <= 390")
    assert drawn.bounding_box()["width"] <= 360


def size_of(text) -> float:
    return text.evaluate("text => parseFloat(getComputedStyle(text).fontSize)")


def test_a_run_can_be_paused_and_stopped_while_its_settings_are_being_spoilt(visit):
    page = visit(address(ENDLESS))
    button(page, "Train").click()
    page.get_by_text("Running").wait_for(timeout=LONG)
    page.get_by_label("Its layers").fill("INPUT 1x8x8 -> CONV 3x3 4 -> CONV 9x9 4 -> FC 10")
    page.get_by_label("Its layers").press("Control+Enter")
    page.locator(".refusal", has_text="Layer 2").wait_for()
    page.locator(".diagram text", has_text="does not fit").wait_for()
    page.get_by_text("Running").wait_for()
    button(page, "Pause").click()
    page.get_by_text("Paused after").wait_for()
    button(page, "Resume").click()
    page.get_by_text("Running").wait_for()
    button(page, "Stop").click()
    page.get_by_text("Stopped after").wait_for()
    assert not button(page, "Train").count()
    page.locator(".sheet tbody th", has_text="stopped at epoch").wait_for()


NOTES = r"""() => {
  window.noted = new Set();
  const note = () => {
    for (const [line] of document.body.innerText.matchAll(/(Waiting|Running)[^\n]*/g)) window.noted.add(line);
  };
  note();
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def test_a_run_ends_some_seconds_after_its_tab_was_closed(browser, tmp_path, monkeypatch, rest):
    monkeypatch.setenv("PERCEPTORIUM_GRACE", "1")
    monkeypatch.setenv("PERCEPTORIUM_JOBS", "1")
    long = address(PRESETS["tutorial"].but(epochs=20.0))
    with served("app.py", tmp_path) as server:
        leaver, stayer = (browser.new_context(base_url=server).new_page() for _ in range(2))
        for page in (leaver, stayer):
            page.goto(long)
            rest(page)
        button(leaver, "Train").click()
        leaver.get_by_text("Running").wait_for(timeout=LONG)
        button(stayer, "Train").click()
        stayer.get_by_text("Waiting: next in the queue.").wait_for(timeout=LONG)
        stayer.evaluate(NOTES)
        leaver.context.close()
        # Longer than a turn: were the other run still there, this one would have to wait for it again.
        stayer.get_by_text(re.compile(rf"Running, {round(TURN) + 2}")).wait_for(timeout=LONG)
        assert not [line for line in stayer.evaluate("() => [...window.noted]") if "its next turn" in line]
        stayer.context.close()


def test_a_run_goes_on_while_another_page_is_read(visit, rest):
    page = visit(address(ENDLESS))
    button(page, "Train").click()
    page.get_by_text("Running").wait_for(timeout=LONG)
    page.get_by_role("link", name="Perceptorium").first.click()
    page.wait_for_function("() => !location.pathname.endsWith('train_cnn')")
    rest(page)
    page.go_back()
    page.get_by_text("Running").wait_for(timeout=LONG)
    button(page, "Stop").click()
    page.get_by_text("Stopped after").wait_for()


def test_a_click_on_a_confusion_shows_its_images_and_all_can_be_saved(visit):
    page = visit(address(PRESETS["small"].but(epochs=2.0)))
    button(page, "Train").click()
    finished(page)
    page.locator(".heat button[data-cell='0 0']").click()
    page.locator(".summary", has_text="0, named rightly").wait_for()
    with page.expect_download() as saved:
        button(page, "Weights (safetensors)").click()
    weights = load(saved.value.path().read_bytes())
    assert weights["0.weight"].shape == (16, 1, 3, 3)
    with page.expect_download() as saved:
        button(page, "Curves (CSV)").click()
    assert saved.value.path().read_text().startswith("curve,epoch,value")
    with page.expect_download() as saved:
        button(page, "Confusions (CSV)").click()
    lines = saved.value.path().read_text().splitlines()
    assert lines[0] == "is / was named," + ",".join("0123456789")
    assert sum(int(count) for line in lines[1:] for count in line.split(",")[1:]) == 359
    with page.expect_download() as saved:
        button(page, "Data for the script (npz)").click()
    assert np.load(saved.value.path())["train_images"].shape == (1438, 1, 8, 8)


def test_two_runs_stand_side_by_side(visit):
    page = visit(address(PRESETS["small"].but(epochs=2.0)))
    button(page, "Train").click()
    finished(page)
    page.get_by_label("Its layers").fill("INPUT 1x8x8 -> FC 32 -> RELU -> FC 10")
    page.get_by_label("Its layers").press("Control+Enter")
    page.get_by_text("The settings have changed since this run.").wait_for()
    button(page, "Train").click()
    page.locator(".sheet tbody th", has_text="Own network").wait_for(timeout=LONG)
    names = page.locator(".sheet tbody th").all_inner_texts()
    assert names == ["Own network (8×8 digits)", "Small CNN (8×8 digits)"]
    page.locator(".summary", has_text=re.compile(r"Own network .* Small CNN .*→")).wait_for()


def test_another_data_set_brings_its_network_and_a_bad_one_a_caret(visit):
    page = visit(address(PRESETS["lenet"].but(dataset="shapes")))
    page.wait_for_function("() => location.search.includes('3x28x28')")
    page.locator(".summary", has_text="Shapes: 6,000 shapes").wait_for()
    page.get_by_label("Its layers").fill("INPUT 3x28x28 -> CONF 3x3 8 -> FC 5")
    page.get_by_label("Its layers").press("Control+Enter")
    page.locator(".refusal").wait_for()
    page.locator("code", has_text="^").wait_for()


def photos() -> bytes:
    out, rng = io.BytesIO(), np.random.default_rng(0)
    with zipfile.ZipFile(out, "w") as archive:
        for name, colour in (("red", (200, 30, 30)), ("blue", (30, 30, 200))):
            for number in range(10):
                pixels = np.clip(np.array(colour) + rng.normal(0, 20, (40, 50, 3)), 0, 255).astype(np.uint8)
                image = io.BytesIO()
                Image.fromarray(pixels).save(image, "PNG")
                archive.writestr(f"{name}/{number}.png", image.getvalue())
        archive.writestr("red/notes.txt", "no image")
    return out.getvalue()


def test_own_images_are_learned_from_and_bad_files_are_named(visit):
    page = visit("/train_cnn?dataset=own&epochs=10&batch=8")
    page.locator(".refusal", has_text="Bring your own images first").wait_for()
    file = {"name": "mine.zip", "mimeType": "application/zip", "buffer": photos()}
    page.locator("input[type=file]").set_input_files(file)
    page.locator(".summary", has_text="Left out: red/notes.txt").wait_for()
    page.locator(".summary", has_text="16 images to learn from and 4 for tests, in 2 classes").wait_for()
    button(page, "Train").click()
    finished(page)
    page.locator(".answer", has_text="of 4 test images").wait_for()


@pytest.mark.parametrize("name", ["steep", "zero"])
def test_runs_that_go_wrong_say_what_they_are(visit, name):
    page = visit(address(PRESETS[name].but(epochs=0.1)))
    button(page, "Train").click()
    page.get_by_text("Done in").wait_for(timeout=LONG)
    value = page.locator(".answer b").first.inner_text()
    assert value == "is no number any more" or float(value.split()[0]) < 60


def test_data_that_cannot_be_fetched_have_a_sentence(visit):
    page = visit("/train_cnn?dataset=cifar")
    fetch = page.get_by_role("button", name="Fetch 170 MB and train")
    if not fetch.count():
        pytest.skip("CIFAR-10 is here")
    fetch.click()
    page.locator(".refusal, .answer", has_text=re.compile("no way to the internet|Fetching|no folder")).first.wait_for()

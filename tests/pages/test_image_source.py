import base64
import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from engine.core import drawings, images

SCRIPT = """
import streamlit as st
from pages.shared import image_source
reference = st.session_state.setdefault("reference", "photo:cat")
st.session_state.reference = image_source.choose(reference, key="image")
st.write(st.session_state.reference)
"""


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_string(SCRIPT, default_timeout=20).run()


def reference_of(page: AppTest) -> str:
    assert not page.exception
    return page.session_state["reference"]


def opened(page: AppTest, source: str) -> AppTest:
    return page.button_group(key="image.source").set_value(source).run()


def png(size: tuple[int, int] = (20, 30)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 10, 10)).save(buffer, "PNG")
    return buffer.getvalue()


def answered(page: AppTest, key: str, **state) -> AppTest:
    """A component's answer, faked."""
    page.session_state[key] = state
    return page.run()


def test_the_source_of_the_image_is_open(page: AppTest):
    assert page.session_state["image.source"] == "photo"
    assert reference_of(page) == "photo:cat"


def test_opening_a_source_leaves_the_image(page: AppTest):
    for source in ("digit", "pattern", "drawing", "upload", "camera", "photo"):
        assert reference_of(opened(page, source)) == "photo:cat"


def test_an_image_from_outside_opens_its_source(page: AppTest):
    opened(page, "pattern")
    for reference, source in (("digit:test:5", "digit"), ("photo:coins", "photo"), ("pattern:zone", "pattern")):
        page.session_state["reference"] = reference
        page.run()
        assert page.session_state["image.source"] == source
        assert reference_of(page) == reference


def test_a_class_and_another_example_of_it(page: AppTest):
    opened(page, "digit")
    page.button_group(key="image.class").set_value(4).run()
    assert images.load(reference_of(page)).title == "Digit 4"
    first = reference_of(page)
    page.button(key="image.another").click().run()
    assert images.load(reference_of(page)).title == "Digit 4"
    assert reference_of(page) != first


def test_an_upload_becomes_the_image(page: AppTest):
    opened(page, "upload")
    page.file_uploader(key="image.file").upload("red.png", png(), "image/png").run()
    assert reference_of(page).startswith("upload:")
    assert images.load(reference_of(page)).title == "red.png"
    page.run()
    assert reference_of(page).startswith("upload:")


@pytest.mark.parametrize("data", [b"just text", b"", png()[:60]])
def test_a_bad_upload_leaves_the_image_and_a_sentence(page: AppTest, data: bytes):
    opened(page, "upload")
    page.file_uploader(key="image.file").upload("<b>cat</b>.png", data, "image/png").run()
    assert reference_of(page) == "photo:cat"
    said = " ".join(element.proto.body for element in page.get("html"))
    assert "&lt;b&gt;cat&lt;/b&gt;.png is" in said
    assert "earlier image stays" in said


def test_uploads_of_a_session_are_bounded(page: AppTest):
    opened(page, "upload")
    for shade in range(4):
        buffer = io.BytesIO()
        Image.new("RGB", (1000, 1000), (shade, 0, 0)).save(buffer, "PNG")
        page.file_uploader(key="image.file").upload(f"{shade}.png", buffer.getvalue(), "image/png").run()
        assert images.load(reference_of(page)).title == f"{shade}.png"
    held = page.session_state["image_source.uploads"]
    assert sum(item.pixels.nbytes for item in held) <= 5 * 2**20
    assert held[0].title == "3.png"


def test_a_drawing_becomes_the_image_and_a_link_brings_it_back(page: AppTest):
    opened(page, "drawing")
    pixels = np.zeros((28, 28), dtype=np.uint8)
    pixels[4:20, 14] = 255
    answer = {"nonce": 0, "pixels": base64.b64encode(pixels.tobytes()).decode()}
    answered(page, "image.draw.pad", drawing=answer)
    assert np.array_equal(drawings.unpack(reference_of(page)), pixels)
    other = drawings.pack(pixels.T.copy())
    page.session_state["reference"] = other
    page.run()
    assert reference_of(page) == other


@pytest.mark.parametrize(
    "drawing",
    [
        "x",
        {"nonce": 0},
        {"nonce": 0, "pixels": 5},
        {"nonce": 0, "pixels": "AAAA"},
        {"nonce": 0, "pixels": "%" * 1046},
        {"nonce": 0, "pixels": "A" * 10**6},
        {"nonce": 7, "pixels": base64.b64encode(bytes(784)).decode()},
    ],
)
def test_what_a_pad_does_not_send_changes_nothing(page: AppTest, drawing):
    opened(page, "drawing")
    answered(page, "image.draw.pad", drawing=drawing)
    assert reference_of(page) == "photo:cat"

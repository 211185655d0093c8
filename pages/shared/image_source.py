"""Where an image comes from: photos, digits, patterns, own drawing, upload, camera. One control for all labs."""

import html
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine.core import datasets, drawings, images, uploads
from engine.core.synthetic import SYNTHETIC
from pages.shared import gallery, pad

TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp"]
# Uploads that a session holds, together; the newest is held whatever its size.
MOST_HELD_BYTES = 5 * 1024 * 1024
HELD = "image_source.uploads"
NOISE = "pattern:white_noise:"


@dataclass(frozen=True)
class Ask:
    """What a source needs to know: the image as it stands, and the key that its widgets begin with."""

    reference: str
    key: str


def choose(
    reference: str,
    key: str,
    *,
    digits: bool = True,
    photos: bool = True,
    patterns: bool = True,
    drawing: bool = True,
    upload: bool = True,
    camera: bool = True,
) -> str:
    """The control, to stand in a narrow column beside the picture.

    Args:
        reference: the image as it stands, see `engine.core.images`; it may change from outside between runs (preset,
            link, reset), and the control follows.
        key: unique on the page.
        digits, photos, patterns, drawing, upload, camera: which sources are offered.

    Returns:
        The image that was chosen, always one that can be loaded; a bad upload leaves the earlier image and a sentence.
    """
    allowed = {"photo": photos, "digit": digits, "pattern": patterns, "drawing": drawing, "upload": upload}
    offered = [name for name in SOURCES if {**allowed, "camera": camera}[name]]
    tab = _tab(reference, key, offered)
    chosen = SOURCES[tab][1](Ask(reference, key)) if tab else reference
    try:
        images.validate(chosen)
    except ValueError as error:
        _refuse(str(error))
        chosen = reference
    st.session_state[f"{key}.given"] = chosen
    return chosen


def _tab(reference: str, key: str, offered: list[str]) -> str | None:
    """The source that is open: what the reader clicked, or the image's own kind once that changed from outside."""
    name = f"{key}.source"
    kind = reference.split(":", 1)[0]
    outside = st.session_state.get(f"{key}.given") != reference
    # The widget's own value is lost on a change of page; ours is not.
    wanted = kind if outside else st.session_state.get(f"{key}.open", kind)
    if wanted == "upload" and st.session_state.get(f"{key}.open") == "camera" and not outside:
        wanted = "camera"
    if name not in st.session_state or outside:
        st.session_state[name] = wanted if wanted in offered else offered[0]
    # At once: a click that interrupts this run must not find the change from outside again, and be overruled by it.
    st.session_state[f"{key}.given"] = reference
    chosen = st.pills(
        "Image",
        offered,
        format_func=lambda source: SOURCES[source][0],
        key=name,
        required=True,
        wrap=True,
        label_visibility="collapsed",
    )
    st.session_state[f"{key}.open"] = chosen
    return chosen


def _photo(ask: Ask) -> str:
    references = [f"photo:{name}" for name in images.PHOTOS]
    picked = gallery.choose(references, ask.reference, key=f"{ask.key}.photos", label="Photos")
    return picked or ask.reference


def _digit(ask: Ask) -> str:
    """A class, and the next example of it."""
    is_digit = ask.reference.startswith("digit:")
    split, index = (ask.reference.split(":")[1], int(ask.reference.split(":")[2])) if is_digit else ("test", 0)
    label = datasets.digit(split, index)[1] if is_digit else None  # type: ignore[arg-type]
    name, shown = f"{ask.key}.class", f"{ask.key}.class.shown"
    # Only where the image changed, or the reader's click would be overwritten.
    if name not in st.session_state or st.session_state.get(shown) != label:
        st.session_state[name] = st.session_state[shown] = label
    wanted = st.pills("Digit", list(range(10)), key=name, label_visibility="collapsed", required=True, wrap=True)
    # Every widget is drawn in every run, whatever was chosen, or it would be gone until the next one.
    another = st.button("Another example", key=f"{ask.key}.another", disabled=wanted is None, width="stretch")
    if wanted is not None and wanted != label:
        st.session_state[shown] = wanted
        return f"digit:test:{datasets.index_of_class('test', wanted)}"
    return f"digit:{split}:{datasets.next_of_class(split, index)}" if another else ask.reference  # type: ignore[arg-type]


def _pattern(ask: Ask) -> str:
    noise = ask.reference if ask.reference.startswith(NOISE) else f"{NOISE}0"
    references = [*(f"pattern:{name}" for name in SYNTHETIC), noise]
    chosen = gallery.choose(references, ask.reference, key=f"{ask.key}.patterns", label="Patterns") or ask.reference
    if chosen == noise and st.button("Other noise", key=f"{ask.key}.noise", width="stretch"):
        return f"{NOISE}{(int(noise.removeprefix(NOISE)) + 1) % images.LARGEST_SEED}"
    return chosen


def _drawing(ask: Ask) -> str:
    """The pad; a drawing that came from outside is put on it."""
    name = f"{ask.key}.drawn"
    pad_key = f"{ask.key}.draw"
    if ask.reference.startswith("drawing:") and st.session_state.get(name) != ask.reference:
        pad.put(pad_key, drawings.unpack(ask.reference))
        st.session_state[name] = ask.reference
    example = datasets.digit("test", datasets.index_of_class("test", 7))[0]
    pixels = pad.show(pad_key, example=example)
    if pixels is None:
        return ask.reference
    drawn = drawings.pack(pixels)
    was = st.session_state.get(name)
    st.session_state[name] = drawn
    # Opening the tab alone must not bring an old drawing back over the photo that was chosen since.
    return drawn if drawn != was or ask.reference.startswith("drawing:") else ask.reference


def _upload(ask: Ask) -> str:
    file = st.file_uploader(
        "An image of your own",
        type=TYPES,
        key=f"{ask.key}.file",
        help=f"{uploads.FORMATS_IN_WORDS}, at most {uploads.MOST_BYTES // 2**20} MB and "
        f"{uploads.MOST_PIXELS // 10**6} million pixels. It stays in memory for this visit only.",
    )
    chosen = _taken(ask, file.file_id, file.getvalue, file.name) if file else ask.reference
    held = [item.reference for item in st.session_state.get(HELD, [])]
    if held:
        return gallery.choose(held, chosen, key=f"{ask.key}.held", label="Uploaded in this visit") or chosen
    return chosen


def _camera(ask: Ask) -> str:
    shot = st.camera_input("A picture by the camera", key=f"{ask.key}.shot", label_visibility="collapsed")
    return _taken(ask, shot.file_id, shot.getvalue, "Camera picture") if shot else ask.reference


def _taken(ask: Ask, file_id: str, read: Callable[[], bytes], name: str) -> str:
    """The reference of a file that is new; one taken before changes nothing, nor does one that cannot be read."""
    seen, refusal = f"{ask.key}.seen", f"{ask.key}.refusal"
    if st.session_state.get(seen) != file_id:
        st.session_state[seen], st.session_state[refusal] = file_id, ""
        try:
            made = uploads.decode(read(), name)
        except ValueError as error:
            st.session_state[refusal] = str(error)
        else:
            _hold(made)
            return made.reference
    if st.session_state.get(refusal):
        _refuse(st.session_state[refusal])
    return ask.reference


def _hold(made: uploads.Upload) -> None:
    """Keep an upload alive for this session, and let the oldest go when they are too many."""
    held = [made, *(item for item in st.session_state.get(HELD, []) if item.reference != made.reference)]
    total = np.cumsum([item.pixels.nbytes for item in held])
    st.session_state[HELD] = [item for i, item in enumerate(held) if i == 0 or total[i] <= MOST_HELD_BYTES]


def _refuse(sentence: str) -> None:
    st.html(f'<div class="notice" role="alert">{html.escape(sentence)} The earlier image stays.</div>')


SOURCES: dict[str, tuple[str, Callable[[Ask], str]]] = {
    "photo": ("Photo", _photo),
    "digit": ("Digit", _digit),
    "pattern": ("Pattern", _pattern),
    "drawing": ("Draw", _drawing),
    "upload": ("Upload", _upload),
    "camera": ("Camera", _camera),
}


def title(reference: str) -> str:
    """What the image shows, in a word or two."""
    try:
        return images.load(reference, 8).title
    except ValueError:
        return "Choose an image"

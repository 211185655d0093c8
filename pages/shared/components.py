"""Mounts our browser components: one place that registers them, cleans what they get, and checks what they answer.

A component `name` is `assets/components/name.js` (its default export gets Streamlit's component arguments) and,
if it has one, `name.css`. Data go as JSON; arrays ride beside it as raw bytes in one buffer, see `pack`.
"""

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from pages.shared import serving

# The line break matters: Streamlit takes a one-line string with a slash for a path.
LOADER = """// loads the component from the app's own server
export default async (args) =>
  (await import(new URL("./assets/{version}/components/{name}.js", document.baseURI))).default(args);
"""
MAGIC = b"PCT1"
IMPORT = re.compile(r'^@import "([a-z/]+\.css)";$', re.MULTILINE)


@cache
def component(name: str, isolated: bool = True) -> ComponentRenderer:
    """The renderer of `assets/components/<name>.js`, registered once a process."""
    return st.components.v2.component(
        f"perceptorium_{name}",
        html=f'<div class="{name}" data-component></div>',
        css=stylesheet(f"{name}.css"),
        js=LOADER.format(version=serving.version(), name=name),
        isolate_styles=isolated,
    )


def stylesheet(name: str) -> str | None:
    """A component's style sheet, with those that it imports in their places; None if it has none."""
    path = serving.ASSETS / "components" / name
    if not path.exists():
        return None
    return IMPORT.sub(lambda found: stylesheet(found[1]) or "", path.read_text(encoding="utf-8"))


def mount(name: str, data: Mapping[str, Any], *, key: str, isolated: bool = True, **events: Any) -> Any:
    """Show a component and return its state.

    Args:
        name: the component's file name without ending.
        data: plain values and numpy arrays, nested as you like; arrays arrive in the browser as typed arrays.
        key: unique on the page; the component lives on under it and is updated in place.
        isolated: False puts it outside a shadow root (plotly.js needs that).
        **events: `on_<event>_change` callbacks; each makes `<event>` readable on the returned state.
    """
    return component(name, isolated)(key=key, data=pack(data), **events)


def said(key: str, event: str) -> Any:
    """What the browser last answered under an event's name, None if it has not; it is not trusted to be anything."""
    state = st.session_state.get(key)
    return state.get(event) if state is not None and hasattr(state, "get") else None


def said_parts(key: str, event: str) -> dict[str, Any]:
    """The same where an answer has parts; empty if there are none."""
    answer = said(key, event)
    return answer if isinstance(answer, dict) else {}


def pack(data: Mapping[str, Any]) -> bytes:
    """Data as one message: `PCT1`, the length of the JSON (uint32), the JSON, padding to 8, then the arrays.

    An array becomes `{"$array": [dtype, shape, offset]}`, its bytes at that offset of the buffer, 8-aligned.
    `assets/components/shared/unpack.js` is the other end. Streamlit would turn a nested array, a numpy scalar
    or NaN into something the browser cannot read; here an array is bytes, and a NaN outside an array is null.
    """
    chunks: list[bytes] = []
    size = 0

    def clean(value: Any) -> Any:
        nonlocal size
        if isinstance(value, np.ndarray):
            array = np.ascontiguousarray(_browser_type(value))
            entry = {"$array": [array.dtype.name, list(array.shape), size]}
            raw = array.tobytes()
            chunks.append(raw + bytes(-len(raw) % 8))
            size += len(chunks[-1])
            return entry
        if isinstance(value, Mapping):
            return {str(name): clean(item) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [clean(item) for item in value]
        return _scalar(value)

    text = json.dumps(clean(data), allow_nan=False, separators=(",", ":")).encode()
    head = MAGIC + len(text).to_bytes(4, "little") + text
    return head + bytes(-len(head) % 8) + b"".join(chunks)


def unpack(raw: bytes) -> Any:
    """The inverse of `pack`, for tests: arrays come back as numpy arrays."""
    if raw[:4] != MAGIC:
        raise ValueError("not a packed message")
    end = 8 + int.from_bytes(raw[4:8], "little")
    body = raw[end + (-end % 8) :]

    def restore(value: Any) -> Any:
        if isinstance(value, dict):
            if "$array" in value:
                kind, shape, start = value["$array"]
                count = math.prod(shape)
                return np.frombuffer(body, dtype=kind, count=count, offset=start).reshape(shape)
            return {name: restore(item) for name, item in value.items()}
        return [restore(item) for item in value] if isinstance(value, list) else value

    return restore(json.loads(raw[8:end]))


def _browser_type(array: np.ndarray) -> np.ndarray:
    """The array in a type that JavaScript has: no int64, no bool, no float16."""
    if array.dtype.kind == "b":
        return array.astype(np.uint8)
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8:
        return array.astype(np.int32)
    if array.dtype == np.float16:
        return array.astype(np.float32)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"arrays of {array.dtype} cannot go to the browser")
    return array


def _scalar(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"{type(value).__name__} cannot go to the browser")

"""The drawing pad: pixels drawn by hand in the browser, checked here."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from pages.shared import components

LARGEST_SIZE = 64


@dataclass
class Kept:
    """What the pad shows, kept over page switches: the component itself forgets.

    Args:
        pixels: uint8 (size, size), or None while nothing was drawn.
        nonce: grows when the pixels were put in from here; the browser takes them over when it sees a new one.
    """

    pixels: np.ndarray | None = None
    nonce: int = 0


def show(
    key: str,
    size: int = 28,
    example: np.ndarray | None = None,
    scale: float = 1.0,
    changed: Callable[[np.ndarray], object] | None = None,
    rests: bool = False,
) -> np.ndarray | None:
    """A pad to draw on with mouse, finger, pen or keyboard; light on dark, like MNIST.

    Args:
        key: unique on the page; the drawing lives on under it, also over a change of page.
        size: pixels on each side of the result.
        example: uint8 (size, size) that the reader can load in place of drawing; None for no such button.
        scale: how much larger texts are than usual.
        changed: hears what was drawn before the run that follows it, so that all of that run speaks of it.
        rests: asks for one more run when the pen has been up for a moment, in which nothing was drawn.

    Returns:
        uint8 (size, size), 0 is the background; None before the first stroke. While somebody draws, the page is run as
        often as it can answer, twenty times a second at most.
    """
    if not 8 <= size <= LARGEST_SIZE:
        raise ValueError(f"A pad has 8 to {LARGEST_SIZE} pixels on each side.")
    kept = _kept(key)
    answer = st.session_state.get(f"{key}.pad")
    drawn = _pixels(answer.get("drawing"), size, kept.nonce) if answer is not None else None
    if drawn is not None:
        kept.pixels = drawn
    data = {"size": size, "pixels": kept.pixels, "nonce": kept.nonce, "example": example, "scale": scale}
    data["rests"] = rests

    def heard() -> None:
        fresh = _pixels(st.session_state[f"{key}.pad"].get("drawing"), size, _kept(key).nonce)
        if fresh is not None and changed is not None:
            changed(fresh)

    components.mount("pad", data, key=f"{key}.pad", on_drawing_change=heard, on_rested_change=lambda: None)
    return kept.pixels


def put(key: str, pixels: np.ndarray | None) -> None:
    """Replace the drawing under that key: for a preset, a link, a reset. The pad shows it at the next `show`."""
    kept = _kept(key)
    kept.pixels = pixels
    kept.nonce += 1


def _kept(key: str) -> Kept:
    if f"{key}.drawing" not in st.session_state:
        st.session_state[f"{key}.drawing"] = Kept()
    kept: Kept = st.session_state[f"{key}.drawing"]
    return kept


def _pixels(answer: Any, size: int, nonce: int) -> np.ndarray | None:
    """The browser's pixels, or None if they are not what a pad sends or belong to a drawing that was replaced."""
    if not isinstance(answer, dict) or answer.get("nonce") != nonce or not isinstance(answer.get("pixels"), str):
        return None
    if len(answer["pixels"]) > 2 * size * size:
        return None
    try:
        raw = base64.b64decode(answer["pixels"], validate=True)
    except (binascii.Error, ValueError):
        return None
    return np.frombuffer(raw, dtype=np.uint8).reshape(size, size) if len(raw) == size * size else None

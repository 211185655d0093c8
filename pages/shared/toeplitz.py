"""Shows a convolution and its matrix as linked pictures, and hands back the cells that the reader has edited."""

from typing import Any

import numpy as np
import streamlit as st

from pages.shared import components

VIEWS = ("matrix", "im2col", "transposed")


def show(drawn: Any, slug: str, summary: str, scale: float = 1.0) -> None:
    """Draw the grids and the matrix. Changed cells of "input" (padded) and "kernel" come in as a stepper's do.

    Args:
        drawn: an `Unrolled` of the engine, with one of VIEWS in its settings.
        slug: the lab that it stands in.
        summary: the picture in words.
        scale: how much larger texts are than usual.
    """
    key = f"{slug}.linked"
    st.session_state.setdefault(f"steppers of {slug}", set()).add(key)
    back = drawn.settings.view == "transposed"
    inside = _inside(drawn)
    st.session_state[f"{key}:editable"] = {"kernel": np.ones(drawn.kernel.size, dtype=bool)}
    if not back:
        st.session_state[f"{key}:editable"]["input"] = inside.ravel()
    large = drawn.padded
    if back:
        large = np.full(drawn.padded.shape, np.nan)
        large[inside] = drawn.back.ravel()
    data = {
        "view": drawn.settings.view,
        "large": large,
        "origin": drawn.origin.astype(np.int16),
        "padding": list(drawn.settings.padding),
        "inputs": int(drawn.image.size),
        "kernel": drawn.kernel,
        "output": drawn.output,
        "reads": drawn.reads.astype(np.int16),
        "grey": drawn.settings.image == "handwritten" and not back,
        "name": f"{slug}_matrix",
        "summary": summary,
        "scale": float(scale),
        "serial": st.session_state.get(f"{key}:serial", 0),
    }
    components.mount("toeplitz", data, key=key, on_edits_change=lambda: None)


def _inside(drawn: Any) -> np.ndarray:
    """Which padded cells are the image's own, bool (H_p, W_p)."""
    (down, across), (height, width) = drawn.settings.padding, drawn.image.shape
    inside = np.zeros(drawn.padded.shape, dtype=bool)
    inside[down : down + height, across : across + width] = True
    return inside

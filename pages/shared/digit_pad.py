"""A pad with the digit on it, to be drawn over or anew."""

from typing import Any

import numpy as np
import streamlit as st

from engine.core import drawings, images
from pages.shared import live, pad


def show(page: Any, name: str) -> None:
    """The control; strokes and clicks change the settings before the run that follows them.

    Args:
        page: the lab's.
        name: of the field that holds the image.
    """
    key, reference = f"{page.slug}.{name}", getattr(page.settings, name)
    held = f"{key}.on the pad"
    if st.session_state.get(held) != reference:
        own = images.load(reference, drawings.SIDE, channels=1).pixels[0]
        pad.put(key, np.rint(own * 255).astype(np.uint8))
        st.session_state[held] = reference

    def drawn(pixels: np.ndarray) -> None:
        st.session_state[held] = drawings.pack(pixels)
        page.state.change(**{name: st.session_state[held]})
        live.passing(page)

    pad.show(key, scale=page.scale, changed=drawn, rests=True)

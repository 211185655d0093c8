"""Shows the picture component with what the labs give it; `?case=` chooses."""

import numpy as np
import streamlit as st
from scipy.signal import convolve2d

from engine.core import images
from engine.figures.panels import Link, Marks, Numbers, Panel, Window
from pages.shared import picture

SOBEL = np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])

st.set_page_config(layout="wide", page_title="Picture")
case = st.query_params.get("case", "filter")
size = int(st.query_params.get("size", 256))
photo = images.load("photo:cat", size)


def filtered() -> list[Panel]:
    grey = images.grey(photo.pixels)
    out = convolve2d(grey[0], SOBEL, mode="valid")
    window = Window(panel=0, height=3, width=3)
    return [
        Panel("Photo", photo.pixels, "rgb", subtitle=f"3 × {size} × {size}"),
        Panel(
            "Sobel", out, "signed", subtitle=f"{out.shape[0]} × {out.shape[1]}", window=window, link=Link(offset=(1, 1))
        ),
    ]


def channels() -> list[Panel]:
    numbers = Numbers((1 / 255,), (0.0,), 3)
    parts = [
        Panel(name.title(), photo.pixels[i], name, numbers=numbers) for i, name in enumerate(("red", "green", "blue"))
    ]
    return [Panel("Photo", photo.pixels, "rgb", numbers=numbers), *parts]


def marked() -> list[Panel]:
    rng = np.random.default_rng(0)
    places = rng.uniform(0, size, (60, 2))
    angles = rng.uniform(0, np.pi, 32 * 32)
    rows, columns = np.divmod(np.arange(32 * 32), 32)
    centres = np.stack([rows, columns], axis=1) * size / 32 + size / 64
    arm = np.stack([np.sin(angles), np.cos(angles)], axis=1) * size / 80
    glyphs = Marks("segments", np.hstack([centres - arm, centres + arm]), weight=rng.uniform(0, 1, 1024), size=1.5)
    boxes = Marks("boxes", np.array([[0.2, 0.2, 0.6, 0.7]]) * size, ink="output", labels=("cat 0.93",))
    grey = Panel("Corners", images.grey(photo.pixels), "grey", marks=(Marks("points", places, ink="warning"), boxes))
    dark = Panel("Orientation", np.zeros((size, size)), "grey", marks=(glyphs,))
    small = Panel("Quarter", images.load("photo:cat", size // 4).pixels, "rgb")
    kernel = Panel("Kernel", SOBEL, "signed", linked=False)
    return [grey, dark, small, kernel]


def digit() -> list[Panel]:
    pixels = images.load("digit:test:123").pixels
    holes = pixels[0].copy()
    holes[holes == 0] = np.nan
    return [Panel("Digit", pixels, "grey"), Panel("Standardised", (holes - 0.1307) / 0.3081, "signed")]


panels = {"filter": filtered, "channels": channels, "marks": marked, "digit": digit}[case]()
picked = picture.show(
    panels, key="picture", name="demo", summary="A cat, and what a filter makes of it.", pick=True, height=420
)
st.write(f"picked: {picked}")
if st.button("Other photo"):
    st.session_state.other = True

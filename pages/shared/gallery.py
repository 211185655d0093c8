"""A grid of small pictures of images, of which one is chosen."""

import io
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image

from engine.core import images
from pages.shared import components

SIDE = 80


def choose(references: Sequence[str], selected: str, *, key: str, label: str) -> str | None:
    """Show the images of these references; returns the one that was just clicked, else None."""
    clicked = components.said(key, "choice")
    picked = clicked if isinstance(clicked, str) and clicked in references else None
    items = [{"reference": name, "title": _title(name), "image": _thumbnail(name)} for name in references]
    data = {"label": label, "items": items, "selected": picked or selected}
    components.mount("gallery", data, key=key, on_choice_change=lambda: None)
    return picked


def _title(reference: str) -> str:
    return images.PHOTOS[reference[6:]].title if reference.startswith("photo:") else images.load(reference, 1).title


@lru_cache(maxsize=64)
def _bundled(reference: str) -> np.ndarray:
    return _encoded(reference)


def _thumbnail(reference: str) -> np.ndarray:
    """A small WebP of the image, uint8 (N,); what visitors brought is not kept here."""
    return _encoded(reference) if reference.startswith("upload:") else _bundled(reference)


def _encoded(reference: str) -> np.ndarray:
    pixels = images.to_uint8(images.load(reference, SIDE, channels=3).pixels)
    buffer = io.BytesIO()
    Image.fromarray(np.moveaxis(pixels, 0, -1)).save(buffer, "WEBP", quality=80)
    return np.frombuffer(buffer.getvalue(), dtype=np.uint8)

"""Pooling's pictures: a photo, its maxima, and the two ways back."""

from engine.core.unpooling import Restored
from engine.figures.panels import Panel


def restored(back: Restored) -> list[Panel]:
    """The photo, its maxima, and both ways back, linked by place."""
    sides = f"{back.picture.shape[0]} × {back.picture.shape[1]}"
    return [
        Panel("Photo", back.picture, subtitle=sides),
        Panel("Maxima", back.pooled, subtitle=f"{back.pooled.shape[0]} × {back.pooled.shape[1]}"),
        Panel("By switches", back.switched, subtitle=f"{100 * back.errors[0]:.0f} % off"),
        Panel("Nearest neighbour", back.nearest, subtitle=f"{100 * back.errors[1]:.0f} % off"),
    ]

"""Write every card and the icon into assets/cards."""

from pathlib import Path

import numpy as np
from PIL import Image

from engine.figures.cards import CARDS
from engine.figures.cards.drawing import paste_grid, signed_colors

CARDS_FOLDER = Path(__file__).parents[3] / "assets" / "cards"


def icon() -> Image.Image:
    """A 3 × 3 kernel of both signs."""
    picture = Image.new("RGBA", (128, 128))
    paste_grid(picture, signed_colors(np.array([[-2, -1, 1], [-3, 0.6, 3], [-1, 1, 2.0]])), (4, 4), 41, 3)
    return picture


if __name__ == "__main__":
    for slug, make in CARDS.items():
        make().save(CARDS_FOLDER / f"{slug}.png", optimize=True)
    icon().save(CARDS_FOLDER / "icon.png", optimize=True)

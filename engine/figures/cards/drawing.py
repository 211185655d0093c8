"""What every card is drawn with."""

import numpy as np
from PIL import Image, ImageDraw

from engine.figures import theme

SIZE = (640, 400)
TABLE = theme.ramp(theme.DIVERGING["light"], 256)


def signed_colors(values: np.ndarray) -> np.ndarray:
    """Values (H, W) on the diverging scale with a symmetric range: uint8 (H, W, 3)."""
    place = np.nan_to_num(values) / theme.symmetric_limit(values) * 127.5 + 127.5
    return TABLE[np.clip(np.rint(place), 0, 255).astype(int)]


def paste_grid(card: Image.Image, colors: np.ndarray, corner: tuple[int, int], cell: int, gap: int = 2) -> None:
    """Paste colours (H, W, 3) as cells of `cell` pixels, `gap` of them left free between cells."""
    draw = ImageDraw.Draw(card)
    for row, line in enumerate(colors):
        for column, color in enumerate(line):
            left, top = corner[0] + column * cell, corner[1] + row * cell
            box = (left, top, left + cell - gap - 1, top + cell - gap - 1)
            draw.rounded_rectangle(box, radius=max(1, cell // 10), fill=tuple(int(part) for part in color))

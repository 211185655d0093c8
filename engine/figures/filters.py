"""The pictures of the filters lab: output, gradient, Gabor bank, HOG and Harris corners, each with its steps."""

import numpy as np
from PIL import Image, ImageDraw

from engine.figures import theme

MOST_MARKS = 500


def strongest(values: np.ndarray, share: float = 99.5) -> float:
    """The magnitude that all but a few pixels stay under; a single bright pixel must not darken the rest."""
    return max(float(np.percentile(np.abs(values), share)), 1e-9)


def marked(picture: np.ndarray, corners: np.ndarray, side: int = 768) -> np.ndarray:
    """A picture with a ring on each of the strongest corners.

    Args:
        picture: (C, H, W) in [0, 1]; more is cut.
        corners: (N, 2) rows and columns, the strongest first.
        side: width of the drawing; the picture is enlarged to it, its pixels as blocks.

    Returns:
        uint8 (side, side, 3).
    """
    pixels = np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)
    image = Image.fromarray(np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels)
    image = image.resize((side, side), Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(image)
    zoom, radius = side / picture.shape[2], max(side / 140, 3)
    for row, column in corners[:MOST_MARKS]:
        x, y = (column + 0.5) * zoom, (row + 0.5) * zoom
        for colour, width, reach in (
            (theme.INK["dark"]["paper"], 4, radius + 1),
            (theme.INK["dark"]["accent"], 2, radius),
        ):
            draw.ellipse((x - reach, y - reach, x + reach, y + reach), outline=colour, width=width)
    return np.asarray(image)

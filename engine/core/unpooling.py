"""A picture made small by its maxima, and two ways to bring it back to its size."""

from dataclasses import dataclass

import numpy as np

from engine.core import pooling


@dataclass(frozen=True, eq=False)
class Restored:
    """A picture, its maxima, and two ways back.

    Args:
        picture: (H, W).
        switched, nearest: (H, W) it again, from its maxima by their switches and by nearest neighbour.
        pooled: (H / factor, W / factor).
        again: the largest difference between `pooled` and `switched` pooled once more.
        errors: of `switched` and `nearest`: ‖restored − picture‖ / ‖picture‖.
    """

    picture: np.ndarray
    pooled: np.ndarray
    switched: np.ndarray
    nearest: np.ndarray
    again: float
    errors: tuple[float, float]


def restored(picture: np.ndarray, factor: int) -> Restored:
    """Pool a grey picture (1, H, W) to its maxima and bring it back in two ways."""
    pixels = picture.astype(np.float64)
    window = pooling.Window(pixels.shape[1:], (factor, factor), (factor, factor))
    pooled, switches = pooling.max_pool(pixels, window)
    switched = pooling.unpool(pooled, switches, window.size)
    spread = pooling.nearest(pooled, window.size)
    length = float(np.linalg.norm(pixels)) or 1.0
    return Restored(
        picture=pixels[0],
        pooled=pooled[0],
        switched=switched[0],
        nearest=spread[0],
        again=float(np.abs(pooling.max_pool(switched, window)[0] - pooled).max()),
        errors=(float(np.linalg.norm(switched - pixels)) / length, float(np.linalg.norm(spread - pixels)) / length),
    )


def restored_words(back: Restored) -> str:
    """Both ways back in words."""
    exact = "exactly the same maxima" if back.again == 0 else f"maxima that differ by up to {back.again:.2g}"
    return (
        f"By switches {back.pooled.size} of {back.picture.size} pixels come back where they stood, the rest is 0: "
        f"pooled again that gives {exact}, but as a picture it misses {100 * back.errors[0]:.0f} %. "
        f"Nearest neighbour misses {100 * back.errors[1]:.0f} %."
    )

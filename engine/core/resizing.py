"""The one rule by which every image of the app is cropped and resized.

An image is cut about its centre to the wanted shape (height : width), then resized to it.

- Photos and uploads (`fitted`): Lanczos, because it keeps edges sharp without stairs. Shrunk to 64 pixels or fewer,
  the mean of the pixels that each new one covers (Pillow's BOX): there single pixels are looked at with their numbers,
  and Lanczos would add dark and bright rims that the photo does not have.
- Digits and drawings (`blocks`): never smoothed when enlarged (NEAREST: a pixel becomes a block), shrunk by the mean;
  black borders instead of a cut, since their background is 0.
"""

import numpy as np
from PIL import Image

Size = tuple[int, int] | None
SMALL = 64  # sides up to here are seen pixel by pixel


def fitted(pixels: np.ndarray, size: Size, crop: bool) -> np.ndarray:
    """A photo at the wanted size.

    Args:
        pixels: uint8 (H, W) or (H, W, 3).
        size: (height, width), or None to leave it.
        crop: cut to the wanted shape; False fits the whole image within the size.

    Returns:
        float32 (C, H, W) in [0, 1].
    """
    image = Image.fromarray(pixels)
    if size is not None:
        height, width = size if crop else _within(image.size, size)
        shrinks = min(height, width) <= SMALL and height <= image.height and width <= image.width
        method = Image.Resampling.BOX if shrinks else Image.Resampling.LANCZOS
        image = image.resize((width, height), method, box=_centre(image.size, height, width))
    return _channels_first(np.asarray(image))


def blocks(pixels: np.ndarray, size: Size, crop: bool) -> np.ndarray:
    """A digit or a drawing at the wanted size, its pixels as blocks, on black.

    Args:
        pixels: uint8 (H, W).
        size: (height, width), or None to leave it.
        crop: False leaves out the black borders.

    Returns:
        float32 (1, H, W) in [0, 1].
    """
    image = Image.fromarray(pixels)
    if size is None:
        return _channels_first(pixels)
    height, width = _within(image.size, size)
    enlarges = height >= image.height and width >= image.width
    resized = image.resize((width, height), Image.Resampling.NEAREST if enlarges else Image.Resampling.BOX)
    values = _channels_first(np.asarray(resized))
    if not crop:
        return values
    top, left = (size[0] - height) // 2, (size[1] - width) // 2
    return np.pad(values, ((0, 0), (top, size[0] - height - top), (left, size[1] - width - left)))


def _within(have: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """The largest (height, width) of the image's own shape (`have`: width, height) that fits in size."""
    ratio = min(size[0] / have[1], size[1] / have[0])
    return max(1, round(have[1] * ratio)), max(1, round(have[0] * ratio))


def _centre(have: tuple[int, int], height: int, width: int) -> tuple[float, float, float, float]:
    """The largest box of the shape height : width about the centre of an image of (width, height)."""
    ratio = min(have[0] / width, have[1] / height)
    left, top = (have[0] - width * ratio) / 2, (have[1] - height * ratio) / 2
    # Rounding must not put an edge outside the image, by however little.
    return max(0.0, left), max(0.0, top), min(have[0], left + width * ratio), min(have[1], top + height * ratio)


def _channels_first(pixels: np.ndarray) -> np.ndarray:
    """uint8 (H, W) or (H, W, 3) → float32 (1, H, W) or (3, H, W) in [0, 1]."""
    planes = pixels[None] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)
    return np.ascontiguousarray(planes, dtype=np.float32) / np.float32(255)

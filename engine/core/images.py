"""Every image of the app by one short name, cropped and resized by one rule.

A **reference** is a plain string that stands in Settings and in links:

    photo:cat                 a bundled photo
    digit:test:123            MNIST, split and index
    pattern:zone              synthetic, made at the size asked for
    pattern:white_noise:7     synthetic, with a seed
    drawing:…                 a 28 × 28 drawing in 16 greys, the pixels themselves in the text
    sample:cifar:12           a test image of data that a network learned from, see engine.core.samples
    upload:0123456789abcdef   pixels that a visitor brought; they live in memory, for that visit only

Cropping and resizing follow the one rule of `engine.core.resizing`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from engine.core import datasets, drawings, uploads
from engine.core.resizing import Size, blocks, fitted
from engine.core.synthetic import SYNTHETIC, white_noise

FOLDER = Path(__file__).parents[2] / "assets" / "photos"
PATTERN_SIDE = 128
LARGEST_SIDE = 2048
LARGEST_SEED = 2**31 - 1
# Rec. ITU-R BT.709 weights of red, green, blue. They belong to linear light; like most code on images we weigh the
# stored (gamma-coded) values with them, which is the usual "luma".
LUMA = (0.2126, 0.7152, 0.0722)
LOST_UPLOAD = "That image was uploaded in another visit, and uploads are not kept: choose it again or take another."


@dataclass(frozen=True)
class Photo:
    """A bundled photo: what it shows, by whom, under which licence."""

    title: str
    credit: str
    licence: str


PHOTOS = {
    "cat": Photo("Cat", "Stéfan van der Walt, through scikit-image", "CC0"),
    "astronaut": Photo("Astronaut", "NASA, through scikit-image", "public domain"),
    "coffee": Photo("Coffee", "Rachel Michetti, courtesy of Pikolo Espresso Bar, through scikit-image", "CC0"),
    "flower": Photo("Dahlia", "vultilion, through scikit-learn", "CC BY 2.0"),
    "palace": Photo("Palace", "danielbuechele, through scikit-learn", "CC BY 2.0"),
    "rocket": Photo("Rocket", "SpaceX, through scikit-image", "public domain"),
    "cameraman": Photo("Photographer", "Lav Varshney, through scikit-image", "CC0"),
    "coins": Photo("Coins", "Brooklyn Museum, through scikit-image", "no known copyright restrictions"),
    "brick": Photo("Brick", "CC0Textures, through scikit-image", "CC0"),
    "grass": Photo("Grass", "linolafett, through scikit-image", "CC0"),
    "gravel": Photo("Gravel", "CC0Textures, through scikit-image", "CC0"),
    "galaxies": Photo("Galaxies", "NASA, ESA, through scikit-image", "public domain"),
}


@dataclass(frozen=True, eq=False)
class Picture:
    """An image ready for computing.

    Args:
        pixels: float32 (C, H, W) in [0, 1], C 1 or 3, read-only.
        reference: its name.
        title, credit: what it shows, and who made it under which licence ("" where nobody needs to be named).
    """

    pixels: np.ndarray
    reference: str
    title: str
    credit: str = ""

    def __post_init__(self) -> None:
        self.pixels.setflags(write=False)


def validate(reference: str) -> None:
    """Refuse a reference that `load` could not load, without loading it.

    Raises:
        ValueError: a sentence for the student.
    """
    _kind(reference)[0](reference.split(":", 1)[1])


def load(
    reference: str, size: int | tuple[int, int] | None = None, *, channels: int | None = None, crop: bool = True
) -> Picture:
    """The image of that name, by the rule of size above.

    Args:
        reference: see the module.
        size: wanted height and width, or one number for a square, 1 to 2048; None leaves the image as it is
            (patterns: 128, digits and drawings: 28).
        channels: 1 makes it grey (`grey`), 3 repeats a grey channel, None leaves it.
        crop: False cuts nothing: the image is made to fit within the size and keeps its own shape.

    Raises:
        ValueError: no such image, or no such size.
    """
    wanted = (size, size) if isinstance(size, int) else size
    if wanted and not all(1 <= side <= LARGEST_SIDE for side in wanted):
        raise ValueError(f"An image is 1 to {LARGEST_SIDE} pixels wide and high.")
    check, read = _kind(reference)
    check(reference.split(":", 1)[1])
    picture = read(reference, wanted, crop)
    pixels = picture.pixels
    if channels == 1:
        pixels = grey(pixels)
    elif channels == 3 and len(pixels) == 1:
        pixels = np.repeat(pixels, 3, axis=0)
    return Picture(pixels, reference, picture.title, picture.credit)


def grey(pixels: np.ndarray) -> np.ndarray:
    """Rec. 709 luma 0.2126 R + 0.7152 G + 0.0722 B: (3, H, W) → (1, H, W); a grey image stays."""
    if len(pixels) == 1:
        return pixels
    return np.tensordot(np.array(LUMA, dtype=np.float32), pixels, axes=1)[None].astype(np.float32)


def to_uint8(pixels: np.ndarray) -> np.ndarray:
    """[0, 1] → 0 … 255, rounded; what lies outside is cut."""
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)


def _check_photo(name: str) -> None:
    if name not in PHOTOS:
        raise ValueError(f"There is no photo called {name[:40]}; choose one of {', '.join(PHOTOS)}.")


def _check_digit(name: str) -> None:
    split, _, index = name.partition(":")
    if not (index.isascii() and index.isdigit() and len(index) < 7):
        raise ValueError("A digit is named by its split and number, such as digit:test:123.")
    datasets.check_digit(split, int(index))


def _check_pattern(name: str) -> None:
    kind, _, seed = name.partition(":")
    if kind == "white_noise":
        if not (seed.isascii() and seed.isdigit() and len(seed) < 11 and int(seed) <= LARGEST_SEED):
            raise ValueError(f"White noise needs a seed between 0 and {LARGEST_SEED}, such as pattern:white_noise:7.")
    elif name not in SYNTHETIC:
        raise ValueError(f"There is no pattern called {name[:40]}; choose one of {', '.join(SYNTHETIC)}, white_noise.")


def _check_drawing(text: str) -> None:
    drawings.unpack(text)


def _check_sample(rest: str) -> None:
    from engine.core import samples  # data to learn from, which most labs do without

    samples.check(f"sample:{rest}")


def _check_upload(digest: str) -> None:
    if uploads.alive(f"upload:{digest}") is None:
        raise ValueError(LOST_UPLOAD)


def _read_photo(reference: str, size: Size, crop: bool) -> Picture:
    name = reference.split(":")[1]
    photo = PHOTOS[name]
    return Picture(
        fitted(_stored(name), size, crop), reference, photo.title, f"Photo: {photo.credit}, {photo.licence}."
    )


def _read_digit(reference: str, size: Size, crop: bool) -> Picture:
    _, split, index = reference.split(":")
    pixels, label = datasets.digit(split, int(index))  # type: ignore[arg-type]
    return Picture(
        blocks(pixels, size, crop), reference, f"Digit {label}", f"{split} {index} of {datasets.MNIST_CREDIT}."
    )


def _read_drawing(reference: str, size: Size, crop: bool) -> Picture:
    return Picture(blocks(drawings.unpack(reference), size, crop), reference, "Drawing")


def _read_pattern(reference: str, size: Size, _crop: bool) -> Picture:
    height, width = size or (PATTERN_SIDE, PATTERN_SIDE)
    name, _, seed = reference.removeprefix("pattern:").partition(":")
    if name == "white_noise":
        return Picture(white_noise(height, width, int(seed))[None], reference, "White noise")
    title, made = SYNTHETIC[name]
    return Picture(made(height, width)[None], reference, title)


def _read_sample(reference: str, size: Size, crop: bool) -> Picture:
    from engine.core import samples

    pixels, name = samples.find(reference)
    planes = blocks(pixels[0], size, crop) if len(pixels) == 1 else fitted(np.moveaxis(pixels, 0, -1), size, crop)
    return Picture(planes, reference, f"Digit {name}" if name.isdigit() else name.capitalize())


def _read_upload(reference: str, size: Size, crop: bool) -> Picture:
    held = uploads.alive(reference)
    if held is None:
        raise ValueError(LOST_UPLOAD)
    return Picture(fitted(held.pixels, size, crop), reference, held.title)


@cache
def _stored(name: str) -> np.ndarray:
    """A bundled photo's pixels, uint8 (H, W) or (H, W, 3), kept: all twelve are 9 MB."""
    with Image.open(FOLDER / f"{name}.jpg") as image:
        pixels = np.array(image)
    pixels.setflags(write=False)
    return pixels


KINDS: dict[str, tuple[Callable[[str], None], Callable[[str, Size, bool], Picture]]] = {
    "photo": (_check_photo, _read_photo),
    "digit": (_check_digit, _read_digit),
    "pattern": (_check_pattern, _read_pattern),
    "drawing": (_check_drawing, _read_drawing),
    "sample": (_check_sample, _read_sample),
    "upload": (_check_upload, _read_upload),
}


def _kind(reference: str) -> tuple[Callable[[str], None], Callable[[str, Size, bool], Picture]]:
    kind, colon, _ = reference.partition(":")
    if not colon or kind not in KINDS:
        raise ValueError(f"There is no image called {reference[:40]}; a name begins with {', '.join(KINDS)}.")
    return KINDS[kind]

"""Untrusted image files become pixels here: checked before they are unpacked, shrunk, stripped, kept in memory only.

What arrives is decided by its content, never by its name. Nothing of the file survives but pixels: no metadata, no
colour profile, no second frame. An upload lives as long as somebody holds its `Upload`; nothing is written to disk.
"""

import hashlib
import io
import logging
import threading
import warnings
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

import numpy as np
from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
FORMATS_IN_WORDS = "PNG, JPEG, WebP, GIF or BMP"
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1024
ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
UNREADABLE = f"{{}} is not an image that can be read here: it must be {FORMATS_IN_WORDS}."
DAMAGED = "{} is damaged or incomplete: it could not be read to its end."

log = logging.getLogger(__name__)

# The explicit check of the header below is the rule; these two catch what would come past it.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

# One file is unpacked at a time: 40 megapixels may need a quarter of a gigabyte for a moment.
_unpacking = threading.Lock()


@dataclass(frozen=True, eq=False)
class Upload:
    """The pixels of an uploaded file.

    Args:
        pixels: uint8 (H, W) or (H, W, 3), read-only, at most LONGEST_SIDE on its longer side.
        title: the file's name, shortened.
        reference: `upload:` and the first 16 hex digits of the SHA-256 of the pixels.
    """

    pixels: np.ndarray
    title: str
    reference: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(repr(self.pixels.shape).encode() + self.pixels.tobytes()).hexdigest()
        object.__setattr__(self, "reference", f"upload:{digest[:16]}")
        self.pixels.setflags(write=False)


# Every upload that somebody still holds, by its reference; the page's session holds them.
_alive: WeakValueDictionary[str, Upload] = WeakValueDictionary()


def alive(reference: str) -> Upload | None:
    """The upload of that reference, or None if nobody holds it any more."""
    return _alive.get(reference)


def decode(data: bytes, name: str = "The file") -> Upload:
    """The pixels of an untrusted image file.

    Checked in this order, each with its sentence: bytes (MOST_BYTES), kind (FORMATS, by content), width × height from
    the header (MOST_PIXELS) before anything is unpacked. Then: first frame; JPEG is unpacked at a fraction of its
    size where that is enough; shrunk to LONGEST_SIDE; 16-bit greys scaled (not cut) to 8; transparency laid on white;
    CMYK and palettes to RGB; turned upright as EXIF says.

    Args:
        data: the whole file.
        name: how the file is called in sentences and in the title; never used to decide its kind.

    Raises:
        ValueError: a sentence for the student.
    """
    title = "".join(letter for letter in name if letter.isprintable())[:60] or "The file"
    if not data:
        raise ValueError(f"{title} is empty.")
    if len(data) > MOST_BYTES:
        raise ValueError(f"{title} has {len(data) / 2**20:.1f} MB; at most {MOST_BYTES // 2**20} MB can be used.")
    with _unpacking:
        image = _opened(data, title)
        try:
            pixels = np.array(_plain(image))
        # Decoders raise whatever they like on hostile bytes; the student gets one sentence and the log the rest.
        except Exception as error:
            log.info("an upload could not be decoded: %r", error)
            raise ValueError(DAMAGED.format(title)) from error
    made = Upload(pixels, title)
    return _alive.setdefault(made.reference, made)


def _opened(data: bytes, title: str) -> Image.Image:
    """The image with only its header read, and its size within the limit."""
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif"):
        raise ValueError(f"{title} is a HEIC photo, which cannot be read here: save it as JPEG first.")
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(f"{title} has more than {MOST_PIXELS // 10**6} million pixels.") from None
    except Image.UnidentifiedImageError:
        raise ValueError(UNREADABLE.format(title)) from None
    except Exception as error:
        log.info("the header of an upload could not be read: %r", error)
        raise ValueError(DAMAGED.format(title)) from error
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise ValueError(
            f"{title} has {width} × {height} pixels; at most {MOST_PIXELS // 10**6} million pixels can be read."
        )
    if width < 1 or height < 1:
        raise ValueError(f"{title} has no pixels.")
    return image


def _plain(image: Image.Image) -> Image.Image:
    """An L or RGB image, upright, opaque, at most LONGEST_SIDE."""
    turn = UPRIGHT.get(_orientation(image))
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    factor = max(1, max(image.size) // (2 * LONGEST_SIDE))
    flat = _in_strips(image, factor) if factor > 1 else _opaque(_eight_bits(image))
    if max(flat.size) > LONGEST_SIDE:
        flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return flat.transpose(turn) if turn is not None else flat


def _in_strips(image: Image.Image, factor: int) -> Image.Image:
    """The opaque image, each factor × factor pixels their mean: strip by strip, so that a huge one is never copied."""
    rows = 32 * factor
    strips = []
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        strips.append(np.asarray(_opaque(_eight_bits(strip)).reduce(factor)))
    return Image.fromarray(np.concatenate(strips))


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 (upright) where there is none or it cannot be read."""
    try:
        return int(image.getexif().get(ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001 - hostile metadata raise anything, and a photo without them is still a photo
        return 1


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit greys as 8-bit greys: 65535 becomes 255."""
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype(np.uint32)
    return Image.fromarray(((values.clip(0, 65535) + 128) // 257).astype(np.uint8))


def _opaque(image: Image.Image) -> Image.Image:
    """L or RGB, what was transparent laid on white."""
    if not image.has_transparency_data:
        return image.convert("L" if image.mode in ("1", "L") else "RGB")
    seen = image.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    paper.alpha_composite(seen)
    return paper.convert("L" if image.mode in ("1", "L", "LA") else "RGB")

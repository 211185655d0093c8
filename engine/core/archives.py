"""Own images as a data set: a zip file whose folders are the classes.

Nothing is unpacked to disk and no path of the archive is followed: a name only says which class an image belongs to.
Every image goes through the same checks as a single upload. What cannot be read is listed and left out.
"""

import hashlib
import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from weakref import WeakValueDictionary

import numpy as np
from PIL import Image

from engine.core import uploads
from engine.core.examples import Examples, split
from engine.core.resizing import fitted

SIDE = 32
MOST_BYTES = 8 * 2**20
MOST_FILES, MOST_CLASSES = 2000, 20
MOST_UNPACKED, MOST_EACH = 64 * 2**20, 4 * 2**20
MOST_PIXELS = 4_000_000
FEWEST = 2  # images of a class: one to learn from, one to be tested on
HELD = 5  # every fifth image of a class is for tests
RULES = (
    f"A zip file of at most {MOST_BYTES // 2**20} MB with a folder for each class, 2 to {MOST_CLASSES} of them, and at "
    f"least {FEWEST} images in each, {MOST_FILES:,} in all. They are cut to squares of {SIDE} × {SIDE} pixels and stay "
    "in memory for this visit only."
)
LOST = "Those images were brought in another visit, and are not kept: choose the zip file again."


@dataclass(frozen=True, eq=False)
class Archive:
    """Images by their folders.

    Args:
        pair: training and test examples.
        skipped: what was left out: its name and why.
        reference: `upload:` and a hash of the pixels, for Settings.
    """

    pair: tuple[Examples, Examples]
    skipped: tuple[tuple[str, str], ...]
    reference: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(repr((self.pair[0].classes, self.pair[0].labels.tolist())).encode())
        for examples in self.pair:
            digest.update(examples.images.tobytes())
        object.__setattr__(self, "reference", f"upload:{digest.hexdigest()[:16]}")


# Every archive that some session still holds, by its reference.
_alive: "WeakValueDictionary[str, Archive]" = WeakValueDictionary()


def alive(reference: str) -> Archive:
    """The archive of that reference.

    Raises:
        ValueError: there is none, or nobody holds it any more.
    """
    if not reference:
        raise ValueError(f"Bring your own images first. {RULES}")
    found = _alive.get(reference)
    if found is None:
        raise ValueError(LOST)
    return found


def read(data: bytes) -> Archive:
    """Examples of an untrusted zip file.

    Raises:
        ValueError: it is no zip file, too large, or there is too little in it to learn from: a sentence.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"The zip file has {len(data) / 2**20:.1f} MB; at most {MOST_BYTES // 2**20} MB can be used.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise ValueError("This is not a zip file, or it is damaged.") from None
    with archive:
        images, skipped = _images(archive)
    few = [
        (name, f"a class needs {FEWEST} images that can be read")
        for name, found in images.items()
        if len(found) < FEWEST
    ]
    made = Archive(_examples(images), (*skipped, *few))
    return _alive.setdefault(made.reference, made)


def _images(archive: zipfile.ZipFile) -> tuple[dict[str, list[np.ndarray]], list[tuple[str, str]]]:
    """The images of each class, uint8 (3, SIDE, SIDE), and what was left out."""
    found: dict[str, list[np.ndarray]] = defaultdict(list)
    skipped: list[tuple[str, str]] = []
    unpacked = 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
        place = PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir() or place.name.startswith(".") or "__MACOSX" in place.parts:
            continue
        name = "".join(letter for letter in str(place) if letter.isprintable())[-60:]
        unpacked += min(entry.file_size, MOST_EACH)
        if unpacked > MOST_UNPACKED or sum(map(len, found.values())) >= MOST_FILES:
            skipped.append((name, "there are too many before it"))
        elif len(place.parts) < 2:
            skipped.append((name, "it is in no folder"))
        else:
            try:
                found[_class_of(place)].append(_pixels(archive, entry))
            except ValueError as error:
                skipped.append((name, str(error)))
    return {name: images for name, images in found.items() if images}, skipped


def _class_of(place: PurePosixPath) -> str:
    return "".join(letter for letter in place.parts[-2] if letter.isprintable())[:30].strip() or "?"


def _pixels(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> np.ndarray:
    """One image, cut to a square: uint8 (3, SIDE, SIDE)."""
    if entry.flag_bits & 1:
        raise ValueError("it is locked with a password")
    if entry.file_size > MOST_EACH:
        raise ValueError(f"it is larger than {MOST_EACH // 2**20} MB")
    try:
        with archive.open(entry) as stream:
            data = stream.read(MOST_EACH + 1)
    except Exception as error:  # hostile archives raise whatever they like
        raise ValueError("it cannot be unpacked") from error
    if len(data) > MOST_EACH:
        raise ValueError("it is larger than the archive says")
    _check_size(data)
    pixels = uploads.decode(data, "it").pixels
    square = np.rint(255 * fitted(pixels, (SIDE, SIDE), True)).astype(np.uint8)
    return np.broadcast_to(square, (3, SIDE, SIDE))


def _check_size(data: bytes) -> None:
    """Refuse from the header what would take long: there may be thousands."""
    try:
        with Image.open(io.BytesIO(data), formats=uploads.FORMATS) as image:
            width, height = image.size
    except Exception as error:
        raise ValueError(f"it is not an image that can be read here ({uploads.FORMATS_IN_WORDS})") from error
    if width * height > MOST_PIXELS:
        raise ValueError(f"it has more than {MOST_PIXELS // 10**6} million pixels")


def _examples(images: dict[str, list[np.ndarray]]) -> tuple[Examples, Examples]:
    """Every fifth image of a class is held out, at least one."""
    classes = tuple(sorted(name for name, found in images.items() if len(found) >= FEWEST))
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise ValueError(
            f"There must be 2 to {MOST_CLASSES} folders with at least {FEWEST} readable images each, and there are "
            f"{len(classes)}."
        )
    held = [np.arange(len(images[name])) % HELD == min(HELD, len(images[name])) - 1 for name in classes]
    pixels = np.concatenate([np.stack(images[name]) for name in classes])
    labels = np.repeat(np.arange(len(classes), dtype=np.uint8), [len(images[name]) for name in classes])
    tested = np.concatenate(held)
    if (pixels == pixels[:, :1]).all():  # all grey: one channel says it
        pixels = pixels[:, :1]
    return split(pixels[~tested], labels[~tested], pixels[tested], labels[tested], classes)

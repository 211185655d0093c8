"""The lines of a stand-alone script that load a picture as the app does: `x`, a float32 tensor (1, C, H, W) in [0, 1].

Photos and digits are read from the project's assets, so the script runs in the project's folder; drawings and test
images of other data stand in the script itself; an upload becomes a file name to fill in.
"""

import base64
import zlib

from engine.core import images, resizing

DIGIT_SIDE = 28

HEAD = "import numpy as np\nimport torch\nimport torch.nn.functional as F\nfrom PIL import Image\n"
LUMA = "x = (x * torch.tensor({weights}).view(1, 3, 1, 1)).sum(1, keepdim=True)  # grey: Rec. 709 luma\n"
PHOTO = """
image = Image.open("{path}").convert({mode})  # {note}
side = min(image.size)
left, top = (image.width - side) / 2, (image.height - side) / 2  # the largest square about the centre
image = image.resize(({size}, {size}), {filter}, box=(left, top, left + side, top + side))
x = torch.from_numpy(np.array(image)).float() / 255
x = x[None, None] if x.ndim == 2 else x.permute(2, 0, 1)[None]  # (H, W, C) -> (1, C, H, W)
"""
DIGIT = """
pixels = np.load("assets/datasets/mnist.npz")["{split}_images"][{index}]  # in the project's folder
"""
DRAWING = """
import base64, zlib

packed = base64.urlsafe_b64decode("{text}")
pairs = np.frombuffer(zlib.decompress(packed, wbits=-15), np.uint8)  # two pixels of 16 greys a byte
pixels = (np.stack([pairs >> 4, pairs & 15], 1) * 17).astype(np.uint8).reshape(28, 28)
"""
BLOCKS = """image = Image.fromarray(pixels).resize(({size}, {size}), {filter})
x = torch.from_numpy(np.array(image))[None, None].float() / 255  # (1, 1, H, W)
"""
SAMPLE = """
import base64, zlib

packed = "{text}"
pixels = np.frombuffer(zlib.decompress(base64.b64decode(packed)), np.uint8).reshape({shape})  # a test image
x = torch.from_numpy(pixels.copy())[None].float() / 255  # (1, C, H, W)
"""
PATTERN = """
from engine.core import images  # in the project's folder: this picture is computed, not loaded

x = torch.from_numpy(images.load("{reference}", {size}).pixels.copy())[None]
"""


def loading(reference: str, size: int, grey: bool = False) -> str:
    """The lines for the image of that name at size×size pixels.

    Args:
        reference: see engine.core.images.
        size: height and width.
        grey: whether it is made grey.
    """
    kind, _, rest = reference.partition(":")
    lines = HEAD + BY_KIND[kind](rest, size)
    if grey and len(images.load(reference, 8).pixels) == 3:
        lines += LUMA.format(weights=list(images.LUMA))
    return lines


def _photo(name: str, size: int) -> str:
    note = "in the project's folder, or any file of yours"
    return _file(f"photo:{name}", f"assets/photos/{name}.jpg", note, size)


def _upload(digest: str, size: int) -> str:
    return _file(f"upload:{digest}", "your-picture.png", "the file that you uploaded", size)


def _file(reference: str, path: str, note: str, size: int) -> str:
    mode = '"RGB"' if len(images.load(reference, 8).pixels) == 3 else '"L"'
    method = f"Image.Resampling.{'LANCZOS' if size > resizing.SMALL else 'BOX'}"
    return PHOTO.format(path=path, mode=mode, note=note, size=size, filter=method)


def _digit(rest: str, size: int) -> str:
    split, _, index = rest.partition(":")
    return DIGIT.format(split=split, index=index) + _blocks(size)


def _drawing(text: str, size: int) -> str:
    return DRAWING.format(text=text + "=" * (-len(text) % 4)) + _blocks(size)


def _blocks(size: int) -> str:
    method = f"Image.Resampling.{'NEAREST' if size >= DIGIT_SIDE else 'BOX'}"
    return BLOCKS.format(size=size, filter=method)


def _pattern(rest: str, size: int) -> str:
    return PATTERN.format(reference=f"pattern:{rest}", size=size)


def _sample(rest: str, size: int) -> str:
    """At the size that is asked for: small enough to stand in the script."""
    pixels = images.to_uint8(images.load(f"sample:{rest}", size).pixels)
    text = base64.b64encode(zlib.compress(pixels.tobytes(), 9)).decode()
    return SAMPLE.format(text=text, shape=pixels.shape)


BY_KIND = {
    "photo": _photo,
    "upload": _upload,
    "digit": _digit,
    "drawing": _drawing,
    "pattern": _pattern,
    "sample": _sample,
}

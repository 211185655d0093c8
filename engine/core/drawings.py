"""A small drawing as a short text that holds the pixels themselves, so that a link restores it."""

import base64
import binascii
import zlib

import numpy as np

SIDE = 28
BYTES = SIDE * SIDE // 2


def pack(pixels: np.ndarray) -> str:
    """The reference that holds a drawing itself: 16 greys, two pixels a byte, deflated, base64url.

    Args:
        pixels: uint8 (28, 28), 0 is the background.
    """
    if pixels.shape != (SIDE, SIDE):
        raise ValueError(f"A drawing has {SIDE} × {SIDE} pixels.")
    levels = ((pixels.astype(np.uint16) + 8) // 17).astype(np.uint8).reshape(-1, 2)  # (28·28,) → (392, 2)
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress((levels[:, 0] << 4 | levels[:, 1]).tobytes()) + packer.flush()
    return "drawing:" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def unpack(reference: str) -> np.ndarray:
    """The pixels of a drawing's reference: uint8 (28, 28), each a multiple of 17.

    Raises:
        ValueError: the text is not one that `pack` writes.
    """
    text = reference.removeprefix("drawing:")
    wrong = ValueError("The drawing in that link is damaged: draw it again.")
    if len(text) > 2 * BYTES:
        raise wrong
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=-15)
        # One byte more than is right, so that a bomb is seen and never unpacked.
        raw = unpacker.decompress(packed, BYTES + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise wrong from None
    if len(raw) != BYTES or not unpacker.eof:
        raise wrong
    values = np.frombuffer(raw, dtype=np.uint8)
    return (np.stack([values >> 4, values & 15], axis=1) * 17).astype(np.uint8).reshape(SIDE, SIDE)

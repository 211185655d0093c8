import gc
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from engine.core import images, uploads

PHOTO = Image.fromarray(np.random.default_rng(0).integers(0, 256, (50, 80, 3), dtype=np.uint8))


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def outcome(data: bytes) -> str:
    """Whether it is an "image", or the first two words of the refusal."""
    try:
        uploads.decode(data)
    except ValueError as error:
        return " ".join(str(error).split()[:2])
    return "image"


@pytest.mark.parametrize("kind", ["PNG", "BMP"])
def test_a_plain_image_keeps_its_pixels(kind: str):
    made = uploads.decode(encoded(PHOTO, kind), "a.jpg")
    assert np.array_equal(made.pixels, np.asarray(PHOTO))
    assert np.array_equal(images.to_uint8(images.load(made.reference).pixels), np.moveaxis(np.asarray(PHOTO), -1, 0))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_other_formats_are_read(kind: str):
    image = PHOTO.convert("P") if kind == "GIF" else PHOTO
    assert uploads.decode(encoded(image, kind)).pixels.shape == (50, 80, 3)


def test_the_content_decides_not_the_name():
    assert uploads.decode(encoded(PHOTO, "JPEG"), "notes.txt").pixels.shape == (50, 80, 3)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "cat.png is empty"),
        (b"just text, named .png", "not an image that can be read here"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image"),
        (encoded(PHOTO, "TIFF"), "not an image"),
        (bytes(4) + b"ftypheic" + bytes(40), "HEIC"),
        (encoded(PHOTO)[:3000], "damaged or incomplete"),
        (encoded(PHOTO, "JPEG")[:900], "damaged or incomplete"),
        (png_that_claims(20_000, 20_000), "more than 40 million pixels"),
        (png_that_claims(7_000, 6_000), "more than 40 million pixels|7000 × 6000"),
        (png_that_claims(0, 5), "cat.png "),
        (bytes(8 * 2**20 + 1), "8.0 MB; at most 8 MB"),
    ],
    ids=["empty", "text", "svg", "tiff", "heic", "cut png", "cut jpeg", "20000", "7000", "no width", "9 MB"],
)
def test_what_is_no_image_has_its_sentence(data: bytes, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        uploads.decode(data, "cat.png")


def test_sixteen_bits_are_scaled_not_cut():
    ramp = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (4, 1))
    pixels = uploads.decode(encoded(Image.fromarray(ramp))).pixels
    assert pixels.shape == (4, 64)
    assert np.abs(pixels[0] - np.linspace(0, 255, 64)).max() <= 0.51


def test_a_palette_becomes_its_colours():
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 10, 20, 30])
    assert np.array_equal(uploads.decode(encoded(image)).pixels[0, 0], [10, 20, 30])


@pytest.mark.parametrize(
    ("image", "options"),
    [
        (Image.new("RGBA", (4, 4), (9, 9, 9, 0)), {}),
        (Image.new("LA", (4, 4), (9, 0)), {}),
        (Image.new("P", (4, 4), 0), {"transparency": 0}),
        (Image.new("RGB", (4, 4), (1, 2, 3)), {"transparency": (1, 2, 3)}),
        (Image.new("RGBA", (4000, 4), (9, 9, 9, 0)), {}),
    ],
    ids=["RGBA", "LA", "palette", "colour key", "large"],
)
def test_what_is_transparent_lies_on_white(image: Image.Image, options: dict):
    assert uploads.decode(encoded(image, **options)).pixels.min() == 255


def test_half_transparent_red_on_white_is_pink():
    made = uploads.decode(encoded(Image.new("RGBA", (2, 2), (255, 0, 0, 128))))
    assert made.pixels[0, 0] == pytest.approx([255, 127, 127], abs=1)


def test_cmyk_becomes_rgb():
    made = uploads.decode(encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95))
    assert made.pixels[0, 0] == pytest.approx([255, 0, 0], abs=6)


def test_the_first_frame_of_an_animation_is_taken():
    frames = [Image.new("P", (6, 6), i) for i in range(3)]
    for frame in frames:
        frame.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    made = uploads.decode(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert np.array_equal(made.pixels[0, 0], [255, 0, 0])


def test_a_photo_is_turned_upright_as_its_camera_says():
    corner = np.zeros((20, 30), dtype=np.uint8)
    corner[:10, :10] = 255  # bright at the top left as stored
    places = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0), 5: (0, 0), 6: (0, -1), 7: (-1, -1), 8: (-1, 0)}
    for orientation, (row, column) in places.items():
        exif = Image.Exif()
        exif[uploads.ORIENTATION_TAG] = orientation
        pixels = uploads.decode(encoded(Image.fromarray(corner), exif=exif)).pixels
        assert pixels.shape == ((20, 30) if orientation < 5 else (30, 20))
        assert pixels[row, column] == 255, f"orientation {orientation}"
        assert (pixels == 255).mean() == pytest.approx(1 / 6)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_image_is_scaled_down(kind: str):
    made = uploads.decode(encoded(Image.new("RGB", (5000, 3000), (9, 99, 200)), kind))
    assert made.pixels.shape == (614, 1024, 3)
    assert made.pixels.reshape(-1, 3).mean(axis=0) == pytest.approx([9, 99, 200], abs=2)  # (H, W, 3) → (H·W, 3)


def test_the_same_pixels_have_the_same_name_whatever_the_file():
    one, other = uploads.decode(encoded(PHOTO, "PNG"), "a"), uploads.decode(encoded(PHOTO, "BMP"), "b")
    assert one is other
    assert one.reference.startswith("upload:")
    assert len(one.reference) == 23


def test_an_upload_lives_only_while_somebody_holds_it():
    made = uploads.decode(encoded(Image.new("RGB", (7, 7), (1, 2, 3))))
    reference = made.reference
    images.validate(reference)
    del made
    gc.collect()
    with pytest.raises(ValueError, match="uploaded in another visit"):
        images.load(reference)


def test_nothing_of_a_name_but_letters_is_kept():
    assert uploads.decode(encoded(PHOTO.rotate(90)), "a\x00\n" + "b" * 200).title == "a" + "b" * 59


@given(some.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_an_image_or_a_sentence(data: bytes):
    for head in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"BM"):
        assert outcome(head + data) in ("image", "The file")


@given(some.integers(0, 3000), some.integers(0, 255))
@settings(max_examples=100, deadline=None)
def test_a_flipped_byte_is_an_image_or_a_sentence(place: int, value: int):
    for kind in ("PNG", "JPEG", "WEBP"):
        data = bytearray(encoded(PHOTO, kind))
        data[place % len(data)] = value
        assert outcome(bytes(data)) in ("image", "The file")

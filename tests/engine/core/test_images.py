import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from engine.core import drawings, images
from engine.core.resizing import blocks, fitted
from engine.core.synthetic import SYNTHETIC

BUNDLED = [f"photo:{name}" for name in images.PHOTOS]
SYNTHETICS = [f"pattern:{name}" for name in SYNTHETIC] + ["pattern:white_noise:7"]
EVERY = [*BUNDLED, *SYNTHETICS, "digit:test:0", "digit:train:59999", drawings.pack(np.full((28, 28), 119, np.uint8))]


@pytest.mark.parametrize("reference", EVERY)
@pytest.mark.parametrize("size", [None, 28, (20, 50), 200])
def test_every_image_comes_at_the_size_asked_for(reference: str, size):
    pixels = images.load(reference, size).pixels
    assert pixels.dtype == np.float32
    assert len(pixels) in (1, 3)
    assert pixels.min() >= 0
    assert pixels.max() <= 1
    if size is not None:
        assert pixels.shape[1:] == ((size, size) if isinstance(size, int) else size)


@pytest.mark.parametrize("name", images.PHOTOS)
def test_every_photo_names_its_author_and_licence(name: str):
    picture = images.load(f"photo:{name}", 8)
    assert picture.title
    assert images.PHOTOS[name].licence in picture.credit


def test_an_image_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        images.load("photo:cat", 8).pixels[0, 0, 0] = 1


def test_the_same_name_gives_the_same_bytes():
    for reference in EVERY:
        assert images.load(reference, 40).pixels.tobytes() == images.load(reference, 40).pixels.tobytes()


def test_another_seed_gives_other_noise():
    one, other = (images.load(f"pattern:white_noise:{seed}", 16).pixels for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_grey_weighs_the_channels_by_rec_709():
    colours = np.eye(3, dtype=np.float32).reshape(3, 1, 3)  # red, green and blue pixels, (3, 1, 3)
    assert images.grey(colours)[0, 0] == pytest.approx([0.2126, 0.7152, 0.0722])


def test_one_channel_and_three_channels_on_request():
    assert images.load("photo:cat", 10, channels=1).pixels.shape == (1, 10, 10)
    three = images.load("photo:brick", 10, channels=3).pixels
    assert three.shape == (3, 10, 10)
    assert np.array_equal(three[0], three[2])


@given(some.lists(some.integers(0, 15), min_size=784, max_size=784))
@settings(max_examples=30, deadline=None)
def test_a_drawing_survives_its_link(levels: list[int]):
    pixels = (np.array(levels, dtype=np.uint8) * 17).reshape(28, 28)
    reference = drawings.pack(pixels)
    assert np.array_equal(drawings.unpack(reference), pixels)
    assert images.load(reference).pixels == pytest.approx(pixels[None] / 255)


def test_a_drawn_digit_fits_in_an_address():
    digits = [images.to_uint8(images.load(f"digit:test:{i}").pixels)[0] for i in range(50)]
    assert max(len(drawings.pack(pixels)) for pixels in digits) < 300


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("photo:dog", "There is no photo called dog; choose one of cat, "),
        ("photo:../../etc/passwd", "There is no photo called"),
        ("pattern:spiral", "There is no pattern called spiral"),
        ("pattern:white_noise", "White noise needs a seed"),
        ("pattern:white_noise:-1", "White noise needs a seed"),
        ("pattern:white_noise:99999999999", "White noise needs a seed"),
        ("digit:test:10000", "numbered 0 to 9999, not 10000"),
        ("digit:dev:1", "splits train and test, not dev"),
        ("digit:test:1e3", "named by its split and number"),
        ("digit:test:²", "named by its split and number"),
        ("digit:5", "named by its split and number"),
        ("upload:0123456789abcdef", "uploaded in another visit"),
        ("drawing:", "damaged"),
        ("drawing:AAAA", "damaged"),
        ("drawing:%%%%", "damaged"),
        ("drawing:" + "A" * 5000, "damaged"),
        ("cat", "There is no image called cat"),
        ("file:/etc/passwd", "There is no image called"),
        ("", "There is no image called"),
    ],
)
def test_a_name_of_nothing_is_refused_with_a_sentence(reference: str, sentence: str):
    for refuse in (images.validate, images.load):
        with pytest.raises(ValueError, match=sentence):
            refuse(reference)


def test_a_deflate_bomb_is_not_unpacked():
    import base64
    import zlib

    packer = zlib.compressobj(9, wbits=-15)
    bomb = packer.compress(bytes(200_000)) + packer.flush()
    with pytest.raises(ValueError, match="damaged"):
        drawings.unpack("drawing:" + base64.urlsafe_b64encode(bomb).decode().rstrip("="))


@given(some.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_an_image_or_a_sentence(text: str):
    sentence = ""
    try:
        images.validate(text)
    except ValueError as error:
        sentence = str(error)
    assert sentence == "" or sentence[0].isupper()


def test_a_size_beyond_reason_is_refused():
    for size in (0, 5000, (10, -1)):
        with pytest.raises(ValueError, match="1 to 2048 pixels"):
            images.load("photo:cat", size)


def test_a_photo_is_cut_about_its_centre():
    wide = np.zeros((10, 30), dtype=np.uint8)
    wide[:, 10:20] = 255
    assert fitted(wide, (10, 10), crop=True).min() == 1
    assert fitted(wide, (10, 10), crop=False).shape == (1, 3, 10)


def test_a_photo_shrunk_to_few_pixels_is_the_mean_of_those_it_covers():
    photo = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    small = fitted(photo, (16, 16), crop=True)[0]
    means = photo.reshape(16, 4, 16, 4).mean(axis=(1, 3))  # (64, 64) → (16, 4, 16, 4)
    assert small * 255 == pytest.approx(means, abs=1)  # Pillow rounds after rows and after columns


def test_a_photo_at_a_larger_size_is_resized_by_lanczos():
    photo = np.random.default_rng(0).integers(0, 256, (200, 200), dtype=np.uint8)
    wanted = np.asarray(Image.fromarray(photo).resize((120, 120), Image.Resampling.LANCZOS))
    assert np.array_equal(np.rint(fitted(photo, (120, 120), crop=True)[0] * 255), wanted)


def test_a_digit_is_enlarged_into_blocks_and_keeps_its_shape():
    digit = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    large = blocks(digit, (56, 100), crop=True)[0]
    assert np.array_equal(np.rint(large[::2, 22:78:2] * 255), digit)
    assert not large[:, :22].any()


def test_a_pattern_is_made_at_its_size_not_resized():
    for size in (8, 33, 128):
        assert set(np.unique(images.load("pattern:checker", size).pixels)) == {0, 1}
    step = images.load("pattern:step", 10).pixels[0]
    assert np.array_equal(np.unique(step[:, :5]), [0.25])
    assert np.array_equal(np.unique(step[:, 5:]), [0.75])


def test_the_zone_plate_reaches_half_a_cycle_a_pixel_at_the_edge():
    row = images.load("pattern:zone", 257).pixels[0, 128]
    edge = row[-4:]
    assert np.abs(np.diff(edge)).min() > 0.7
    assert np.abs(np.diff(row[126:131])).max() < 0.1

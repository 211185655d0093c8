"""Own images in a zip file: classes by folder, every limit with its sentence, bad files listed and left out."""

import gc
import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from engine.core import archives


def picture(colour, size=(40, 50), kind="PNG", **options):
    rng = np.random.default_rng(sum(colour))
    pixels = np.clip(np.array(colour) + rng.normal(0, 20, (*size, 3)), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


def blank(height, width):
    out = io.BytesIO()
    Image.new("L", (width, height)).save(out, "PNG")
    return out.getvalue()


def zipped(files, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def two_classes(count=10, top="photos/"):
    colours = {"red": (200, 30, 30), "blue": (30, 30, 200)}
    return {f"{top}{name}/{i}.png": picture(colour) for name, colour in colours.items() for i in range(count)}


def test_folders_are_the_classes_and_every_fifth_image_is_for_tests():
    training, test = archives.read(zipped(two_classes(10))).pair
    assert training.classes == ("blue", "red")
    assert (len(training), len(test)) == (16, 4)
    assert training.shape == (3, 32, 32)
    assert np.bincount(test.labels).tolist() == [2, 2]
    red = training.images[training.labels == 1].mean(axis=(0, 2, 3))
    assert red[0] > 150 > red[2]


def test_what_cannot_be_used_is_listed_and_left_out():
    files = two_classes(4) | {
        "photos/red/notes.txt": b"hello",
        "photos/red/broken.png": picture((200, 0, 0))[:200],
        "loose.png": picture((1, 2, 3)),
        "photos/red/huge.png": blank(2100, 2000),
        "__MACOSX/photos/red/._1.png": b"x",
        "photos/blue/.DS_Store": b"x",
        "photos/lonely/1.png": picture((9, 9, 9)),
    }
    archive = archives.read(zipped(files))
    left = dict(archive.skipped)
    files_left = {"photos/red/notes.txt", "photos/red/broken.png", "loose.png", "photos/red/huge.png"}
    assert set(left) == {*files_left, "lonely"}
    assert left["lonely"] == "a class needs 2 images that can be read"
    assert "not an image" in left["photos/red/notes.txt"]
    assert "damaged" in left["photos/red/broken.png"]
    assert "no folder" in left["loose.png"]
    assert "million pixels" in left["photos/red/huge.png"]
    assert len(archive.pair[0]) + len(archive.pair[1]) == 8


def test_a_path_in_the_archive_leads_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = {f"../../../etc/{name}": data for name, data in two_classes(3, "").items()}
    files |= {f"/top/{name}": data for name, data in two_classes(3, "").items()}
    archive = archives.read(zipped(files))
    assert archive.pair[0].classes == ("blue", "red")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"no zip at all", "not a zip file"),
        (b"", "not a zip file"),
        (zipped(two_classes(3))[:-60], "not a zip file"),
        (zipped({"a/1.png": picture((9, 9, 9)), "a/2.png": picture((8, 8, 8))}), "2 to 20 folders"),
        (zipped({f"c{i}/1.png": picture((i, 9, 9), (4, 4)) for i in range(3)}), "there are 0"),
        (bytes(archives.MOST_BYTES + 1), "at most 8 MB"),
        (zipped({f"c{i:02}/{j}.png": picture((i, j, 9), (4, 4)) for i in range(21) for j in range(2)}), "there are 21"),
    ],
)
def test_what_is_no_data_set_is_refused_in_words(data, says):
    with pytest.raises(ValueError, match=says):
        archives.read(data)


def test_a_file_that_unpacks_to_more_than_is_allowed_is_not_unpacked():
    bomb = zipped(two_classes(3) | {"photos/red/bomb.png": bytes(200 * 2**20)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < archives.MOST_BYTES
    assert dict(archives.read(bomb).skipped) == {"photos/red/bomb.png": "it is larger than 4 MB"}


def test_an_archive_that_lies_about_a_size_is_found_out():
    honest = zipped(two_classes(3) | {"photos/red/bomb.png": bytes(5 * 2**20)}, zipfile.ZIP_DEFLATED)
    lying = honest.replace((5 * 2**20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != honest
    left = dict(archives.read(lying).skipped)
    assert list(left) == ["photos/red/bomb.png"]


def test_there_is_an_end_to_how_many_are_read(monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 7)
    archive = archives.read(zipped(two_classes(5)))
    assert len(archive.skipped) == 3
    assert "too many" in archive.skipped[0][1]


def test_grey_images_have_one_channel():
    out = {}
    for name, level in (("dark", 40), ("bright", 200)):
        for i in range(3):
            data = io.BytesIO()
            Image.fromarray(np.full((20, 30), level + i, np.uint8)).save(data, "PNG")
            out[f"{name}/{i}.png"] = data.getvalue()
    assert archives.read(zipped(out)).pair[0].shape == (1, 32, 32)


def test_images_live_as_long_as_somebody_holds_them():
    archive = archives.read(zipped(two_classes(3)))
    reference = archive.reference
    assert archives.alive(reference) is archive
    del archive
    gc.collect()
    with pytest.raises(ValueError, match="another visit"):
        archives.alive(reference)

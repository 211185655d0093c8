"""Files that are fetched: from a server in the test, with checksum and progress, and a sentence where it fails."""

import gzip
import hashlib
import http.server
import io
import tarfile
import threading

import numpy as np
import pytest

from engine.core import data_formats, downloads, training_sets
from engine.core.downloads import File, fetch, fetched, is_here

CONTENT = np.random.default_rng(0).bytes(700_000)


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT, half of it, or waits."""

    hold = threading.Event()

    def do_GET(self):
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:350_000])
        if self.path == "/half":
            return
        if self.path == "/slow":
            self.hold.wait(20)
        self.wfile.write(CONTENT[350_000:])

    def log_message(self, *args):
        """Be quiet."""


@pytest.fixture(scope="module")
def address():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PERCEPTORIUM_DATA", str(tmp_path / "kept"))
    Handler.hold = threading.Event()
    return tmp_path / "kept"


def wanted(address, path="/all", content=CONTENT):
    return File("content.bin", address + path, len(content), hashlib.sha256(content).hexdigest())


def test_a_file_is_fetched_once_checked_and_kept(address, own_folder):
    file = wanted(address)
    assert not is_here(file)
    shares = list(fetch((file,)))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert fetched(file).read_bytes() == CONTENT
    assert [path.name for path in own_folder.iterdir()] == ["content.bin"]
    nowhere = File(file.name, "http://127.0.0.1:1/", file.size, file.digest)
    list(fetch((nowhere,)))  # it is there: nobody is asked


@pytest.mark.parametrize(
    ("path", "content", "says"),
    [
        ("/all", CONTENT[:-1] + b"!", "not the file that was meant"),
        ("/all", CONTENT[:-5], "not the file that was meant"),
        ("/half", CONTENT, "no way to the internet|not the file"),
        ("/missing", CONTENT, "no way to the internet"),
    ],
)
def test_what_is_not_the_file_that_was_meant_is_thrown_away(address, own_folder, path, content, says):
    with pytest.raises(ValueError, match=says):
        list(fetch((wanted(address, path, content),)))
    assert list(own_folder.iterdir()) == []


def test_without_a_network_a_sentence_says_so():
    with pytest.raises(ValueError, match="this server has no way to the internet"):
        list(fetch((wanted("http://127.0.0.1:1"),)))
    with pytest.raises(ValueError, match="no address on the web"):
        list(fetch((wanted("file:///etc/passwd"),)))


def test_a_folder_that_cannot_be_written_is_named(address, monkeypatch):
    def refuse(*args, **options):
        raise PermissionError

    monkeypatch.setattr(downloads.tempfile, "mkstemp", refuse)
    with pytest.raises(ValueError, match="PERCEPTORIUM_DATA"):
        list(fetch((wanted(address),)))


def test_whoever_stops_waiting_leaves_nothing_behind(address, own_folder):
    work = fetch((wanted(address, "/slow"),))
    share = 0.0
    while share == 0.0:
        share = next(work)
    work.close()
    Handler.hold.set()
    for thread in threading.enumerate():
        if thread.name == "download":
            thread.join(10)
    assert list(own_folder.iterdir()) == []


def idx(array):
    shape = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return gzip.compress(b"\0\0\x08" + bytes([array.ndim]) + shape + array.tobytes(), mtime=0)


def test_an_idx_file_is_read_in_its_shape(tmp_path):
    array = np.random.default_rng(1).integers(0, 256, (5, 28, 28)).astype(np.uint8)
    (tmp_path / "a.gz").write_bytes(idx(array))
    np.testing.assert_array_equal(data_formats.idx(tmp_path / "a.gz"), array)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"nonsense", "cannot be unpacked"),
        (idx(np.zeros((4, 4), np.uint8))[:-12], "cannot be unpacked"),
        (gzip.compress(b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0"), "no IDX file of bytes"),
        (gzip.compress(b"\0\0\x08\x01\0\0\0\x09abc"), "3 bytes for 9 numbers"),
    ],
    ids=["nonsense", "cut", "floats", "short"],  # two workers must collect the same names
)
def test_what_is_no_idx_file_is_refused(tmp_path, data, says):
    (tmp_path / "a.gz").write_bytes(data)
    with pytest.raises(ValueError, match=says):
        data_formats.idx(tmp_path / "a.gz")


def cifar(path, batches):
    with tarfile.open(path, "w:gz") as archive:
        for name, (images, labels) in batches.items():
            rows = np.concatenate([labels[:, None], images.reshape(len(labels), -1)], axis=1).astype(np.uint8)
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            member.size = rows.size
            archive.addfile(member, io.BytesIO(rows.tobytes()))


def some_photos(count, seed):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, 3, 32, 32)).astype(np.uint8), (np.arange(count) % 10).astype(np.uint8)


def test_cifars_batches_are_read_in_order(tmp_path):
    first, second, held = some_photos(20, 0), some_photos(20, 1), some_photos(10, 2)
    cifar(tmp_path / "c.tar.gz", {"data_batch_2": second, "data_batch_1": first, "test_batch": held, "readme": held})
    images, labels, test_images, test_labels = data_formats.cifar_batches(tmp_path / "c.tar.gz")
    np.testing.assert_array_equal(images, np.concatenate([first[0], second[0]]))
    np.testing.assert_array_equal(labels, np.concatenate([first[1], second[1]]))
    np.testing.assert_array_equal(test_images, held[0])
    np.testing.assert_array_equal(test_labels, held[1])


def test_what_is_no_cifar_is_refused(tmp_path):
    (tmp_path / "c.tar.gz").write_bytes(b"nonsense")
    with pytest.raises(ValueError, match="cannot be unpacked"):
        data_formats.cifar_batches(tmp_path / "c.tar.gz")
    cifar(tmp_path / "c.tar.gz", {"data_batch_1": some_photos(10, 0)})
    with pytest.raises(ValueError, match="does not hold"):
        data_formats.cifar_batches(tmp_path / "c.tar.gz")


def test_fetched_sets_become_examples(own_folder, monkeypatch):
    own_folder.mkdir()
    rng = np.random.default_rng(0)
    parts = [rng.integers(0, 256, (30, 28, 28)), np.arange(30) % 10, rng.integers(0, 256, (10, 28, 28)), np.arange(10)]
    files = []
    for number, part in enumerate(parts):
        data = idx(part.astype(np.uint8))
        (own_folder / f"{number}.gz").write_bytes(data)
        files.append(File(f"{number}.gz", "", len(data), ""))
    monkeypatch.setattr(training_sets, "FASHION", tuple(files))
    training, test = training_sets._fashion.__wrapped__()
    assert (training.shape, len(training), len(test)) == ((1, 28, 28), 30, 10)
    cifar(own_folder / "c.tar.gz", {"data_batch_1": some_photos(20, 0), "test_batch": some_photos(10, 1)})
    monkeypatch.setattr(training_sets, "CIFAR", File("c.tar.gz", "", (own_folder / "c.tar.gz").stat().st_size, ""))
    training, test = training_sets._cifar.__wrapped__()
    assert (training.shape, len(training), len(test)) == ((3, 32, 32), 20, 10)
    assert training.classes[6] == "frog"


def test_the_table_says_what_the_sets_here_are():
    for name in ("mnist", "optdigits"):
        known = training_sets.SETS[name]
        training, test = known.read()
        assert (training.shape, training.classes) == (known.shape, known.classes)
        assert (len(training), len(test)) == (known.training, known.testing)

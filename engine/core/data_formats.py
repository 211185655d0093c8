"""Reads the two file formats of the classic data sets: IDX (MNIST's own) and the binary records of CIFAR-10.

Reference: Y. LeCun's page on MNIST for IDX; A. Krizhevsky's page on CIFAR-10 for the records: one byte of label, then
3 × 32 × 32 pixels, channels first.
"""

import gzip
import re
import tarfile
from pathlib import Path

import numpy as np

MOST_BYTES = 2**29
SIDE = 32
RECORD = 1 + 3 * SIDE * SIDE
BATCH = re.compile(r"(?:.*/)?(data_batch_\d|test_batch)\.bin")


def idx(path: Path) -> np.ndarray:
    """A gzipped IDX file of bytes, in the shape that it says.

    Raises:
        ValueError: it is not one, or is cut off.
    """
    try:
        with gzip.open(path) as stream:
            data = stream.read(MOST_BYTES)
    except (OSError, EOFError) as error:
        raise ValueError(f"{path.name} cannot be unpacked.") from error
    if len(data) < 4 or data[:3] != b"\0\0\x08":
        raise ValueError(f"{path.name} is no IDX file of bytes.")
    start = 4 + 4 * data[3]
    shape = tuple(int.from_bytes(data[place : place + 4], "big") for place in range(4, start, 4))
    if len(data) - start != np.prod(shape, dtype=np.int64):
        raise ValueError(f"{path.name} has {len(data) - start:,} bytes for {' × '.join(map(str, shape))} numbers.")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def cifar_batches(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training images (N, 3, 32, 32) and labels, test images and labels, of the tar file of CIFAR-10's binary version.

    Raises:
        ValueError: it is not one.
    """
    found: dict[str, np.ndarray] = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                name = BATCH.fullmatch(member.name)
                stream = archive.extractfile(member) if name and member.isfile() and member.size < MOST_BYTES else None
                if name and stream:
                    found[name[1]] = np.frombuffer(stream.read(), np.uint8)
    except (OSError, EOFError, tarfile.TarError) as error:
        raise ValueError(f"{path.name} cannot be unpacked.") from error
    training = [records for name, records in sorted(found.items()) if name.startswith("data")]
    if not training or "test_batch" not in found or any(len(records) % RECORD for records in found.values()):
        raise ValueError(f"{path.name} does not hold CIFAR-10's batches.")
    return (*_records(np.concatenate(training)), *_records(found["test_batch"]))


def _records(data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows = data.reshape(-1, RECORD)  # (N · 3073,) → (N, 3073)
    return np.ascontiguousarray(rows[:, 1:]).reshape(-1, 3, SIDE, SIDE), rows[:, 0]  # (N, 3072) → (N, 3, 32, 32)

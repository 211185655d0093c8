"""Files that are fetched when a reader asks for them: checked by size and SHA-256, kept for everyone, once.

They lie in the folder that PERCEPTORIUM_DATA names, else in `.cache/perceptorium` of the home folder. A file that is
not the one that was meant is never kept. Where there is no network, a sentence says so.
"""

import hashlib
import http.client
import os
import tempfile
import threading
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

CHUNK = 2**18
PATIENCE = 20.0  # seconds that a server may be silent
GLANCE = 0.05  # seconds between two looks at how far it is


@dataclass(frozen=True)
class File:
    """One file.

    Args:
        name: as it is kept.
        address: http or https.
        size: bytes.
        digest: its SHA-256.
    """

    name: str
    address: str
    size: int
    digest: str


def folder() -> Path:
    """Where fetched files lie."""
    named = os.environ.get("PERCEPTORIUM_DATA", "")
    return Path(named) if named else Path.home() / ".cache" / "perceptorium"


def is_here(file: File) -> bool:
    """Whether it was fetched before; what lies there was checked when it came."""
    try:
        return (folder() / file.name).stat().st_size == file.size
    except OSError:
        return False


def fetched(file: File) -> Path:
    """Where a fetched file is.

    Raises:
        ValueError: it was not fetched.
    """
    if not is_here(file):
        raise ValueError(f"{file.name} has not been fetched yet.")
    return folder() / file.name


def fetch(files: tuple[File, ...]) -> Generator[float, None, None]:
    """Fetch what is not there yet, in a thread of its own, so that whoever waits can stop at any moment.

    Yields:
        The share that is there, 0 … 1.

    Raises:
        ValueError: there is no network, no room, or what came is not what was meant: a sentence.
    """
    missing = [file for file in files if not is_here(file)]
    work = _Work(missing)
    thread = threading.Thread(target=work.run, name="download", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(GLANCE)
            yield work.share
    finally:
        work.given_up.set()
    if work.refusal:
        raise ValueError(work.refusal)


class _Work:
    """The thread's own."""

    def __init__(self, files: list[File]) -> None:
        self.files = files
        self.done = 0
        self.refusal = ""
        self.given_up = threading.Event()

    @property
    def share(self) -> float:
        return self.done / max(1, sum(file.size for file in self.files))

    def run(self) -> None:
        for file in self.files:
            try:
                self._fetch(file)
            except _GivenUpError:
                return
            except PermissionError:
                self.refusal = "The server has no folder for downloads; PERCEPTORIUM_DATA names one where it may write."
            except (OSError, http.client.HTTPException):
                self.refusal = f"{file.name} cannot be fetched: this server has no way to the internet, or not now."
            except ValueError as error:
                self.refusal = str(error)
            if self.refusal:
                return

    def _fetch(self, file: File) -> None:
        """Into a file of its own beside its place, and there only once it is all right."""
        if not file.address.startswith(("https://", "http://")):
            raise ValueError(f"{file.address} is no address on the web.")
        folder().mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=folder(), prefix=f"{file.name}.")
        try:
            with os.fdopen(handle, "wb") as out:
                self._copy(file, out)
            Path(partial).replace(folder() / file.name)
        finally:
            Path(partial).unlink(missing_ok=True)

    def _copy(self, file: File, out: object) -> None:
        digest, size = hashlib.sha256(), 0
        request = urllib.request.Request(file.address, headers={"User-Agent": "perceptorium"})  # noqa: S310 - checked
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - the address is in our table
            while chunk := answer.read(CHUNK):
                if self.given_up.is_set():
                    raise _GivenUpError
                size += len(chunk)
                self.done += len(chunk)
                digest.update(chunk)
                if size > file.size:
                    break
                out.write(chunk)  # type: ignore[attr-defined]
        if (size, digest.hexdigest()) != (file.size, file.digest):
            raise ValueError(f"What came as {file.name} is not the file that was meant, and was thrown away.")


class _GivenUpError(Exception):
    """Whoever waited has gone."""

"""Every data file that comes with the clone is named, sourced, licensed, and the very file that was checked."""

import hashlib
import tomllib

import pytest

from tests.architecture.sources import ROOT

ASSETS = ROOT / "assets"
ENTRIES = tomllib.loads((ASSETS / "MANIFEST.toml").read_text(encoding="utf-8"))["file"]
# Our own code, and the pictures that our own code draws.
OURS = {"components", "cards"}


def data_files() -> set[str]:
    paths = (path.relative_to(ASSETS) for path in ASSETS.rglob("*") if path.is_file() and path.name[0] != ".")
    return {path.as_posix() for path in paths if path.parts[0] not in OURS} - {"MANIFEST.toml"}


def test_every_data_file_has_one_entry():
    listed = [entry["path"] for entry in ENTRIES]
    assert len(set(listed)) == len(listed)
    assert data_files() == set(listed)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["path"])
def test_a_data_file_is_what_the_manifest_says(entry: dict[str, str]):
    assert set(entry) == {"path", "what", "source", "licence", "sha256"}
    assert all(value.strip() for value in entry.values())
    assert hashlib.sha256((ASSETS / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]


def test_the_fonts_come_with_their_licence():
    for family in ("inter", "jetbrains-mono"):
        assert "SIL OPEN FONT LICENSE" in (ASSETS / "fonts" / f"{family}-OFL.txt").read_text(encoding="utf-8")

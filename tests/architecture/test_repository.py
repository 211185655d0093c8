"""What the repository says to strangers: no machine's own paths, no registry's name, pins that are exact."""

import os
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, name_of, tracked_files

TEXT = {"", ".py", ".js", ".css", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".html", ".svg", ".cfg", ".sh"}
# Written in halves, so that this file does not hold what it looks for.
REGISTRIES = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "yarnpkg" + ".com",
    "anaconda" + ".org",
    "docker" + ".io",
    "ghcr" + ".io",
    "quay" + ".io",
    "debian" + ".org",
    "ubuntu" + ".com",
    "jsdelivr" + ".net",
    "unpkg" + ".com",
    "cdnjs" + ".cloudflare",
    "googleapis" + ".com",
    "gstatic" + ".com",
    "huggingface" + ".co",
]
MACHINE_PATH = re.compile(r"(?<![\w.:/\-])/(?:work|root|home/\w+|Users/\w+|opt/(?!venv)\w+)/")
PRIVATE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE" + r" KEY-----|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}")


def tracked_texts() -> list[Path]:
    return [path for path in tracked_files() if path.suffix in TEXT]


@pytest.mark.parametrize("path", tracked_texts(), ids=name_of)
def test_a_file_names_no_registry_and_no_machine(path: Path):
    text = path.read_text(encoding="utf-8")
    assert [host for host in REGISTRIES if host in text] == []
    assert MACHINE_PATH.findall(text) == []
    assert not PRIVATE.search(text)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pins_are_exact(name: str):
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and line[0] not in "#-"]
    assert lines
    marker = r'(; sys_platform [!=]= "\w+")?'
    assert all(re.fullmatch(r"[A-Za-z0-9_\-]+==\d+(\.\d+)+" + marker, line) for line in lines)


@pytest.mark.parametrize("name", [".ci/run", ".ci/environment.py"])
def test_a_script_may_be_run(name: str):
    assert os.access(ROOT / name, os.X_OK)


def test_the_image_keeps_its_code_from_its_user():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--chown" not in text
    assert re.search(r"^USER [1-9]\d*", text, re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["python:3.11-slim"] * 2

"""Files are named by their noun."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, name_of, python_files

EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "stuff", "tools", "base", "lib"}
SCRIPTS = sorted(path for path in (ROOT / "assets/components").rglob("*") if path.is_file())
CODE = [*python_files("engine", "pages", "benchmarks", "tests"), ROOT / "app.py", *SCRIPTS]


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_file_is_named_by_its_noun(path: Path):
    words = set(re.split(r"[_\-]", path.stem.removeprefix("test_")))
    assert not words & EMPTY_NAMES


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_file_name_is_plain_lower_case_words(path: Path):
    for part in path.relative_to(ROOT).with_suffix("").parts:
        assert re.fullmatch(r"__(init|main)__|[a-z]+([_\-][a-z]+)*", part), f"{part!r} in {name_of(path)}"

"""Files and functions stay short enough to be read at once."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, chapter_files, name_of, python_files, tree_of

FUNCTION = 40
ENGINE_FILE = 250
PAGE = 80
SHARED_FILE = 250
SCRIPT = 400

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def lines_in(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def length(function: FUNCTIONS) -> int:
    """Lines from `def` to the end, without the docstring."""
    whole = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return whole
    return whole - (first.end_lineno - first.lineno + 1)


@pytest.mark.parametrize("path", [*python_files("engine", "pages", "benchmarks"), ROOT / "app.py"], ids=name_of)
def test_functions_are_short(path: Path):
    functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, FUNCTIONS)]
    long = {function.name: length(function) for function in functions if length(function) > FUNCTION}
    assert not long, f"over {FUNCTION} lines: {long}"


@pytest.mark.parametrize("path", python_files("engine"), ids=name_of)
def test_engine_files_are_short(path: Path):
    assert lines_in(path) <= ENGINE_FILE


@pytest.mark.parametrize("path", [*chapter_files("pages"), ROOT / "pages/main.py", ROOT / "pages/home.py"], ids=name_of)
def test_pages_are_short(path: Path):
    assert lines_in(path) <= PAGE


@pytest.mark.parametrize("path", python_files("pages/shared"), ids=name_of)
def test_shared_files_are_short(path: Path):
    assert lines_in(path) <= SHARED_FILE


@pytest.mark.parametrize("path", sorted((ROOT / "assets/components").rglob("*.js")), ids=name_of)
def test_component_scripts_are_short(path: Path):
    assert lines_in(path) <= SCRIPT

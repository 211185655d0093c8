"""Who may import whom, and which calls are kept out."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from pages.shared.catalogue import CHAPTERS
from tests.architecture.sources import ROOT, chapter_files, imports_of, lab_of, name_of, python_files, tree_of

FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
HOOKS = {
    "register_forward_hook",
    "register_forward_pre_hook",
    "register_full_backward_hook",
    "register_full_backward_pre_hook",
    "register_backward_hook",
    "register_module_forward_hook",
}


def every_file(*places: str):
    return pytest.mark.parametrize("path", python_files(*places), ids=name_of)


def called_name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def calls_of(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]


def test_the_import_contracts_are_kept():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("path", chapter_files("engine") + chapter_files("pages"), ids=name_of)
def test_a_lab_imports_no_other_lab(path: Path):
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] in ("engine", "pages") and len(parts) > 2 and parts[1] in CHAPTERS:
            assert parts[1] == path.parent.name, f"{name} is of another chapter"
            assert lab_of(parts[2]) == lab_of(path.stem), f"{name} is of another lab; what two labs need moves to core"


@pytest.mark.parametrize("path", [p for p in python_files("engine") if p.parent.name != "figures"], ids=name_of)
def test_only_figures_import_plotly(path: Path):
    assert not {name for name in imports_of(path) if name.split(".")[0] == "plotly"}


@every_file("engine", "pages")
def test_nothing_a_reader_can_reach_evaluates_code(path: Path):
    found = {called_name(call) for call in calls_of(path) if isinstance(call.func, ast.Name)} & FORBIDDEN_CALLS
    assert not found, f"{found} in {name_of(path)}"


@every_file("engine", "pages")
def test_nothing_a_reader_can_reach_unpickles(path: Path):
    modules = {name.split(".")[0] for name in imports_of(path)}
    assert not modules & FORBIDDEN_MODULES
    for call in calls_of(path):
        allowed = {keyword.arg: getattr(keyword.value, "value", None) for keyword in call.keywords}
        assert allowed.get("allow_pickle") is not True, f"line {call.lineno} allows pickle"
        if ast.unparse(call.func) == "torch.load":
            assert allowed.get("weights_only") is True, f"line {call.lineno}: weights are safetensors"


@pytest.mark.parametrize("path", [p for p in python_files("engine") if p.name != "device.py"], ids=name_of)
def test_only_device_chooses_a_device(path: Path):
    text = path.read_text(encoding="utf-8")
    assert "cuda.is_available" not in text
    assert "mps.is_available" not in text


@pytest.mark.parametrize("path", [p for p in python_files("engine") if p.name != "hooks.py"], ids=name_of)
def test_only_hooks_registers_hooks(path: Path):
    assert not {called_name(call) for call in calls_of(path)} & HOOKS

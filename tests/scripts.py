"""Runs the scripts that the labs hand out, and hears what they print."""

import contextlib
import io
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from tests.architecture.sources import ROOT

SECONDS = 120
BETWEEN = "==== the next script ===="


def alone(script: str, *arguments: str, folder: Path = ROOT) -> str:
    """What a script prints in a fresh Python, in the project's folder or in that where its files are."""
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    return done.stdout


def together(scripts: Sequence[str]) -> list[str]:
    """What each script prints, all in one fresh Python: importing torch is what takes long."""
    said = alone(f"for script in {list(scripts)!r}:\n    exec(script, {{}})\n    print({BETWEEN!r})\n")
    return said.split(f"{BETWEEN}\n")[:-1]


def here(script: str) -> tuple[dict[str, Any], str]:
    """The names that a script leaves, and what it prints, run in this process, which has torch already."""
    scope: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as heard:
        try:
            exec(compile(script, "script", "exec"), scope)
        finally:
            torch.set_default_dtype(torch.float32)
    return scope, heard.getvalue()

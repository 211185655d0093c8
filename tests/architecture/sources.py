"""The project's files as the architecture tests see them."""

import ast
import subprocess
from pathlib import Path

from pages.shared.catalogue import CHAPTERS, LABS

ROOT = Path(__file__).resolve().parents[2]


def python_files(*places: str) -> list[Path]:
    """Every Python file under these places, packages' empty files included."""
    return sorted(path for place in places for path in (ROOT / place).rglob("*.py"))


def tracked_files() -> list[Path]:
    """Every file that git knows and that still stands."""
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


def name_of(path: Path) -> str:
    """The path from the root, as the failing test prints it."""
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path: Path) -> set[str]:
    """The full names of all that a file imports: `from a.b import c` gives a.b.c."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def chapter_files(package: str) -> list[Path]:
    """The files of all labs in `engine` or `pages`."""
    files = [path for chapter in CHAPTERS for path in (ROOT / package / chapter).glob("*.py")]
    return sorted(path for path in files if path.name != "__init__.py")


def lab_of(stem: str) -> str | None:
    """The lab that a file belongs to: its own slug, or the slug that its name begins with (`pooling_lesson`)."""
    owners = [lab.slug for lab in LABS if stem == lab.slug or stem.startswith(lab.slug + "_")]
    return max(owners, key=len, default=None)

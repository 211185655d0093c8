"""The home page: every lab has its card and its picture, words find labs, and neither torch nor scipy is imported."""

import subprocess
import sys
from pathlib import Path

from streamlit.testing.v1 import AppTest

from engine.figures.cards import CARDS
from pages.shared.catalogue import LABS

ROOT = Path(__file__).resolve().parents[2]
MAIN = str(ROOT / "pages" / "main.py")


def titles(app):
    return [link.proto.label for link in app.get("page_link")]


def test_every_lab_has_a_card_with_a_picture():
    app = AppTest.from_file(MAIN, default_timeout=30).run()
    assert not app.exception
    assert titles(app) == [lab.title for lab in LABS]
    shown = "".join(element.proto.body for element in app.get("html"))
    for lab in LABS:
        assert (ROOT / "assets" / "cards" / f"{lab.slug}.png").exists()
        assert f"cards/{lab.slug}.png" in shown


def test_words_find_labs_and_nonsense_finds_none():
    app = AppTest.from_file(MAIN, default_timeout=30).run()
    app.text_input[0].set_value("cross-CORRELATION bias").run()
    assert titles(app) == ["Sliding kernel"]
    app.text_input[0].set_value("<b>xyzzy").run()
    assert titles(app) == []
    assert not app.exception


def test_the_home_page_imports_neither_torch_nor_scipy():
    code = (
        "import sys\nfrom streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file({MAIN!r}, default_timeout=30).run()\nassert not app.exception\n"
        "print([name for name in ('torch', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_card_can_be_drawn_again():
    assert set(CARDS) == {lab.slug for lab in LABS}

"""The home page: every lab has its card and its picture, words find labs, and neither torch nor scipy is imported."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.figures.cards import CARDS
from pages.shared.catalogue import LABS
from tests import scripts

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
    assert scripts.alone(code).strip() == "[]"


@pytest.mark.parametrize(("asked", "given"), [(None, "1"), ("2", "2")])
def test_the_server_bounds_the_threads_of_numpy_and_torch_before_either_is_loaded(monkeypatch, asked, given):
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "PERCEPTORIUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    if asked:
        monkeypatch.setenv("PERCEPTORIUM_THREADS", asked)
    code = (
        "import os, sys, threading\nimport app\n"
        "print(os.environ['OPENBLAS_NUM_THREADS'], os.environ['OMP_NUM_THREADS'], 'torch' in sys.modules)\n"
        "import torch\n"
        "fresh = threading.Thread(target=lambda: print(torch.get_num_threads()))\nfresh.start()\nfresh.join()\n"
    )
    assert scripts.alone(code).split() == ["1", given, "False", given]


def test_every_card_can_be_drawn_again():
    assert set(CARDS) == {lab.slug for lab in LABS}

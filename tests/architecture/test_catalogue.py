"""One slug, four places: engine file, page, test, address. None missing, none left over."""

import re
from pathlib import Path

import pytest

from pages.shared.catalogue import CHAPTERS, LABS, Lab
from tests.architecture.sources import ROOT, chapter_files, lab_of, name_of

every_lab = pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)


def test_slugs_are_unique_addresses():
    slugs = [lab.slug for lab in LABS]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", slug) for slug in slugs)


@every_lab
def test_a_lab_stands_in_a_known_chapter(lab: Lab):
    assert lab.chapter in CHAPTERS


@every_lab
def test_a_lab_stands_in_all_its_places(lab: Lab):
    places = [
        f"engine/{lab.chapter}/{lab.slug}.py",
        f"pages/{lab.chapter}/{lab.slug}.py",
        f"tests/engine/{lab.chapter}/test_{lab.slug}.py",
    ]
    missing = [place for place in places if not (ROOT / place).is_file()]
    assert not missing


@pytest.mark.parametrize("path", chapter_files("engine"), ids=name_of)
def test_an_engine_file_belongs_to_a_lab(path: Path):
    owner = lab_of(path.stem)
    assert owner, "no lab of the catalogue owns this file"
    assert path.parent.name == next(lab.chapter for lab in LABS if lab.slug == owner)


@pytest.mark.parametrize("path", chapter_files("pages"), ids=name_of)
def test_a_page_is_a_lab(path: Path):
    assert (path.parent.name, path.stem) in {(lab.chapter, lab.slug) for lab in LABS}


def test_the_page_tests_walk_the_catalogue():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests/pages").glob("test_*.py")]
    assert any("LABS" in text and "parametrize" in text for text in texts)


@every_lab
def test_the_readme_lists_the_lab_with_its_question(lab: Lab):
    row = f"| {CHAPTERS[lab.chapter]} | {lab.title} | {lab.question} |"
    assert row in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()

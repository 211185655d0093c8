"""Streamlit's settings: those that the app's speed and its readers' privacy hang on, and one set of colours."""

import tomllib

import pytest
from streamlit import config

from engine.figures import theme
from tests.architecture.sources import ROOT

SETTINGS = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
THEME = SETTINGS["theme"]


def test_every_setting_exists_in_this_streamlit():
    known = set(config._config_options_template)
    plain = {f"{section}.{name}" for section, table in SETTINGS.items() for name in table}
    plain -= {"theme.light", "theme.dark"}
    themed = {f"theme.{mode}.{name}" for mode in ("light", "dark") for name in THEME[mode]}
    assert (plain | themed) - known == set()


def test_the_heap_is_not_walked_after_every_rerun():
    assert SETTINGS["runner"]["postScriptGC"] is False


def test_nothing_is_told_to_others():
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["client"]["showErrorDetails"] == "none"
    assert SETTINGS["server"]["enableAgentApi"] is False


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_pages_and_figures_have_the_same_colours(mode: str):
    page, ink = THEME[mode], theme.INK[mode]
    assert page["primaryColor"] == page["linkColor"] == ink["accent"]
    assert page["textColor"] == ink["text"]
    assert page["backgroundColor"] == ink["paper"]
    assert page["secondaryBackgroundColor"] == ink["faint"]
    assert page["borderColor"] == ink["line"]
    assert page["chartDivergingColors"][0] == theme.DIVERGING[mode][0]
    assert page["chartDivergingColors"][-1] == theme.DIVERGING[mode][-1]
    assert page["chartSequentialColors"][0] == theme.SEQUENTIAL[mode][0]


def test_classes_have_one_set_of_colours():
    assert tuple(THEME["chartCategoricalColors"]) == theme.CLASSES


def test_every_font_comes_with_the_app():
    faces = THEME["fontFaces"]
    assert {face["family"] for face in faces} == {"Inter", "JetBrains Mono"}
    for face in faces:
        assert (ROOT / face["url"]).is_file()

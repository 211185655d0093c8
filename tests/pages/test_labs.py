"""Every lab in the catalogue: opens, has its parts, takes its presets and its links, and survives nonsense."""

from importlib import import_module
from urllib.parse import urlencode

import pytest

from engine.core import fields
from pages.shared.catalogue import LABS, neighbours


def modules(lab):
    """The lab's engine module, and the one that holds its presets and questions."""
    engine = import_module(f"engine.{lab.chapter}.{lab.slug}")
    try:
        return engine, import_module(f"engine.{lab.chapter}.{lab.slug}_lesson")
    except ModuleNotFoundError:
        return engine, engine


PRESETS = [(lab, preset) for lab in LABS for preset in modules(lab)[1].PRESETS]
labs = pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)


def settings_of(app, lab):
    """The experiment that the page's session holds; the default if nothing was changed."""
    key = f"settings of {lab.slug}"
    return app.session_state[key] if key in app.session_state else modules(lab)[0].Settings()


@labs
def test_a_lab_opens_with_its_title_its_question_a_summary_and_an_answer(lab, open_lab, words):
    said = words(open_lab(lab))
    assert lab.title in said
    assert lab.question in said
    assert 'class="summary"' in said
    assert 'class="answer"' in said
    assert 'class="refusal"' not in said


@labs
def test_a_lab_names_its_sources_and_the_ways_on(lab, open_lab):
    app = open_lab(lab)
    assert any(text.value.startswith("**Sources.**") for text in app.markdown)
    named = " ".join(link.proto.label for link in app.get("page_link"))
    for neighbour in neighbours(lab.slug):
        assert (neighbour.title if neighbour else "All labs") in named


@pytest.mark.parametrize(("lab", "preset"), PRESETS, ids=lambda item: getattr(item, "name", getattr(item, "slug", "")))
def test_the_link_of_a_preset_restores_it(lab, preset, open_lab, words):
    app = open_lab(lab, urlencode(fields.encode(preset.settings)))
    assert settings_of(app, lab) == preset.settings
    assert 'class="notice"' not in words(app)
    assert 'class="refusal"' not in words(app)


@labs
def test_a_click_on_a_preset_takes_it_and_reset_takes_it_back(lab, open_lab):
    app = open_lab(lab)
    engine, lesson = modules(lab)
    other = next(preset for preset in lesson.PRESETS if preset.settings != engine.Settings())
    app.button_group(key=f"{lab.slug}.preset").set_value(other.name).run()
    assert settings_of(app, lab) == other.settings
    app.button(key=f"{lab.slug}.reset").click().run()
    assert settings_of(app, lab) == engine.Settings()


@labs
def test_nonsense_in_a_link_gives_a_sentence_and_the_default(lab, open_lab, words):
    engine = modules(lab)[0]
    names = list(fields.fields_of(engine.Settings))
    app = open_lab(lab, urlencode(dict.fromkeys(names, "??")))
    said = words(app)
    assert said.count("was not usable and has its default") >= 1
    assert 'class="summary"' in said
    once_more = app.run()
    assert "was not usable" not in words(once_more), "a sentence is said once"


@labs
def test_a_question_is_checked_with_its_tolerance_and_shown_worked(lab, open_lab):
    question = modules(lab)[1].question(1)
    app = open_lab(lab)
    app.number_input(key=f"{lab.slug}.answer.1").set_value(question.answer + question.tolerance + 1).run()
    assert any("Not yet" in text.value for text in app.markdown)
    app.number_input(key=f"{lab.slug}.answer.1").set_value(question.answer).run()
    assert any("Right" in text.value for text in app.markdown)
    app.button(key=f"{lab.slug}.how").click().run()
    assert any(question.worked in text.value for text in app.markdown)
    app.button(key=f"{lab.slug}.another").click().run()
    assert any(modules(lab)[1].question(2).prompt in text.value for text in app.markdown)


@labs
def test_the_code_is_the_labs_own_and_comes_only_when_asked_for(lab, open_lab):
    app = open_lab(lab)
    assert not app.code
    app.session_state[f"{lab.slug}.code"] = True
    app.run()
    engine, lesson = modules(lab)
    shown = [block.value for block in app.code]
    assert lesson.torch_code(engine.Settings()).strip() in [text.strip() for text in shown]
    assert any(text.startswith(("def ", "class ", "@")) for text in shown)


@labs
def test_the_settings_survive_a_visit_to_another_page(lab, open_lab):
    engine, lesson = modules(lab)
    other = next(preset for preset in lesson.PRESETS if preset.settings != engine.Settings())
    app = open_lab(lab)
    app.button_group(key=f"{lab.slug}.preset").set_value(other.name).run()
    app.switch_page("home.py").run()
    app.switch_page(lab.page).run()
    assert settings_of(app, lab) == other.settings

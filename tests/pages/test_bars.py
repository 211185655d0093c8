"""Bars on a page: what the browser names is believed only if there is such a bar."""

import pytest
from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from pages.shared import bars

    items = [bars.Bar("one", "First", "60 %", 0.6), bars.Bar("two", "Second", "40 %", 0.4)]

    def hear(kind: str, name: str) -> None:
        st.session_state[kind] = name

    bars.show(
        items,
        st.session_state.get("chosen", "one"),
        key="bars",
        label="Class",
        choose=lambda name: hear("chosen", name),
        second="vs",
        oppose=lambda name: hear("rival", name),
    )


@pytest.fixture
def heard(browser):
    """What the callbacks do when the browser answers this."""
    from pages.shared import bars

    def answer(event: str, value: object) -> dict[str, str]:
        found: dict[str, str] = {}
        bars.show(
            [bars.Bar("one", "First", "", 0.6)],
            "one",
            key="bars",
            label="Class",
            choose=lambda name: found.update(chosen=name),
            oppose=lambda name: found.update(rival=name),
        )
        browser.answer("bars", **{event: value})
        return found

    return answer


def test_the_bars_are_drawn_with_their_numbers():
    from pages.shared.components import unpack

    app = AppTest.from_function(script).run()
    assert not app.exception
    data = unpack(app.get("bidi_component")[0].proto.bytes)
    assert [(item["title"], item["text"], item["share"]) for item in data["items"]] == [
        ("First", "60 %", 0.6),
        ("Second", "40 %", 0.4),
    ]
    assert (data["chosen"], data["second"]) == ("one", "vs")


@pytest.mark.parametrize(
    ("event", "value", "found"),
    [
        ("choice", "one", {"chosen": "one"}),
        ("choice", "three", {}),
        ("choice", ["one"], {}),
        ("choice", "", {}),
        ("second", "one", {"rival": "one"}),
        ("second", "", {"rival": ""}),
        ("second", 7, {}),
        ("second", None, {}),
    ],
)
def test_only_names_of_bars_are_heard(heard, event, value, found):
    assert heard(event, value) == found

"""Landscapes on the optimisers' page: what a moved start, a typed rate or a click in a plane does to the settings."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import streamlit as st

from engine.figures.landscape import Landscape
from pages.shared import landscape


def race(page: Any, drawn: Landscape, lab: ModuleType) -> None:
    """The race: the start can be moved, each rule's rate set, each rule switched on and off."""

    def move(x: float, y: float) -> None:
        page.state.change(start=(x, y))

    def change(rule: str, rate: float | None) -> None:
        try:
            was = page.state.settings
            page.state.settings = lab.with_rule(was, rule) if rate is None else lab.with_rate(was, rule, rate)
        except ValueError as error:
            page.state.notice(str(error))

    landscape.show(drawn, key=f"{page.slug}.race", name=page.slug, scale=page.scale, move=move, change=change)


def plane(page: Any, drawn: Landscape, run: Landscape) -> None:
    """The plane, whose point can be moved, and beside it the run at that point."""

    def move(pace: float, carry: float) -> None:
        page.state.change(pace=max(pace, page.controls.fields["pace"].low), carry=carry)

    left, right = st.columns([1, 1.35], gap="medium")
    with left:
        landscape.show(drawn, key=f"{page.slug}.plane", name=f"{page.slug}_plane", scale=page.scale, move=move)
    with right:
        still(page, run, "run")


def still(page: Any, drawn: Landscape, name: str) -> None:
    """A landscape in which nothing can be moved but the step that is seen."""
    landscape.show(drawn, key=f"{page.slug}.{name}", name=f"{page.slug}_{name}", scale=page.scale)


def take(page: Any, words: str, rule: Callable[[Any], Any]) -> None:
    """A button that makes other settings of these."""

    def act() -> None:
        page.state.settings = rule(page.state.settings)

    st.button(words, key=f"{page.slug}.{words}", on_click=act)

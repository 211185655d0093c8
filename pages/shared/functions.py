"""On the activations' page: tiles of all functions, the table of all pairs, the curve over its sliders."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from engine.neurons import activations as lab
from engine.neurons import activations_words as words
from pages.shared import chart, heat, tiles


def choose(page: Any) -> None:
    """All functions as small curves; a click takes one, its + sets it beside."""

    def take(name: str) -> None:
        page.state.change(activation=name)

    def compare(name: str) -> None:
        try:
            page.state.settings = lab.with_other(page.state.settings, name)
        except ValueError as error:
            page.state.notice(str(error))

    small = [tiles.Tile(*parts) for parts in lab.thumbnails(page.settings)]
    beside = page.settings.others.split()
    key = f"{page.slug}.functions"
    tiles.show(
        small, page.settings.activation, beside, key=key, label="Activation function", choose=take, compare=compare
    )


def pairs(page: Any, survey: Any) -> None:
    """Every function with every initialisation; a click looks into that stack."""
    rows, columns = words.ROWS, words.COLUMNS
    pair = (page.settings.activation, page.settings.initialisation)
    chosen = (rows.index(pair[0]), columns.index(pair[1])) if pair[0] in rows and pair[1] in columns else None

    def take(row: int, column: int) -> None:
        page.state.change(activation=rows[row], initialisation=columns[column])

    heat.show(
        survey.ratios,
        words.row_titles(),
        words.column_titles(),
        words.cell_texts(survey),
        words=words.cell_words(survey),
        key=f"{page.slug}.pairs",
        label="Gradient at layer 1 over layer n, by activation function and initialisation",
        corner="weights →",
        limit=words.LIMIT,
        chosen=chosen,
        choose=take,
    )


def curve(page: Any, drawn: Any, summary: str, height: int, names: Sequence[str]) -> None:
    """The figure, under it sliders side by side that move what is in it, then its words."""
    key = f"{page.slug}.curve"
    chart.show(drawn, key=key, name=f"{page.slug}_curve", summary=summary, height=height, scale=page.scale)
    for column, name in zip(st.columns(len(names), gap="medium"), names, strict=True):
        with column:
            page.controls.slide(name)
    page.summary(summary)

"""What stands under each lab's picture: questions to check oneself, the code, the sources, the way on."""

import inspect
import math
from collections.abc import Callable, Sequence
from importlib import import_module
from operator import attrgetter
from typing import Any

import streamlit as st

from engine.core.fields import Experiment
from engine.core.lesson import Question
from pages.shared.catalogue import Lab, neighbours

Source = tuple[str, str]


@st.fragment
def questions(slug: str, make: Callable[[int], Question]) -> None:
    """One question at a time, with numbers made from a seed: answer, check, see how, go on."""
    st.subheader("Check yourself", anchor=False)
    number = st.session_state.setdefault(f"{slug}.question", 1)
    question = make(number)
    st.markdown(question.prompt)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        given = st.number_input(
            "Your answer" + (f", {question.unit}" if question.unit else ""),
            value=None,
            key=f"{slug}.answer.{number}",
            width=240,
            format="%g",
            step=None,
        )
        checked = st.button("Check", key=f"{slug}.check", type="primary")
        shown = st.button("Show how", key=f"{slug}.how")
        st.button("Another question", key=f"{slug}.another", on_click=_next_question, args=(slug, number))
    if checked or (given is not None and not shown):
        _verdict(question, given)
    if shown:
        st.markdown(question.worked)


def _next_question(slug: str, number: int) -> None:
    st.session_state[f"{slug}.question"] = number + 1


def _verdict(question: Question, given: float | None) -> None:
    """Right, wrong with a hint, or nothing typed yet."""
    if given is None or not math.isfinite(given):
        st.markdown("Type a number first.")
    elif question.judge(given):
        st.markdown(f":green[**Right.**] {question.worked}")
    else:
        st.markdown(f":orange[**Not yet.**] {question.hint or 'Try again, or see how.'}")


@st.fragment
def code(slug: str, settings: Experiment, write: Callable[[Any], str], shown: Sequence[Any]) -> None:
    """The PyTorch script for these settings, and the engine's own source; fetched only when opened."""
    panel = st.expander("The code", key=f"{slug}.code", on_change="rerun")
    if not panel.open:
        return
    with panel:
        theirs, ours = st.tabs(["PyTorch, for these settings", "The engine's own source"])
        script = write(settings)
        with theirs:
            st.download_button("Download", script, f"{slug}.py", "text/x-python", key=f"{slug}.code.file")
            st.code(script, language="python")
        with ours:
            for thing in shown:
                st.code(inspect.getsource(_meant(thing)), language="python")


def _meant(thing: Any) -> Any:
    """What is shown, or what a name such as "engine.core.training:Run.step" means: fetched only now, torch with it."""
    if not isinstance(thing, str):
        return thing
    module, name = thing.split(":")
    return attrgetter(name)(import_module(module))


def sources(items: Sequence[Source]) -> None:
    """Where the ideas come from; the links open only when clicked."""
    st.markdown("**Sources.** " + " · ".join(f"[{title}]({address})" if address else title for title, address in items))


def ways_on(slug: str) -> None:
    """Links to the labs before and after."""
    before, after = neighbours(slug)
    with st.container(horizontal=True, horizontal_alignment="distribute", key=f"ways-{slug}"):
        _way(before, "← {}")
        _way(after, "{} →")


def _way(lab: Lab | None, words: str) -> None:
    if lab is None:
        st.page_link("home.py", label=words.format("All labs"))
    else:
        st.page_link(lab.page, label=words.format(lab.title), help=lab.question)

"""The frame of every lab: what a page gets without writing it again.

page = scaffold.opening("sliding_kernel", lab, formula=r"...", text="...")
page.stepper(lab.trace(page.compute(lab.slide)))
"""

import html
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import streamlit as st

from engine.core.fields import Experiment
from engine.core.film import Film
from engine.core.trace import Trace
from engine.figures.panels import Panel
from pages.shared import chart, examples, film, introduction, picture, sharing, stepper, study
from pages.shared.catalogue import BY_SLUG
from pages.shared.controls import Controls
from pages.shared.state import State, memory

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

R = TypeVar("R")
LECTURE_SCALE = 1.5
FAILED = "This experiment failed on the server, and the server's log says why. Change a setting or reset."
log = logging.getLogger("perceptorium")


class Page:
    """One lab on the screen."""

    def __init__(self, slug: str, lab: ModuleType, lesson: ModuleType) -> None:
        self.slug = slug
        self.lab = lab
        self.lesson = lesson
        self.state: State[Any] = State(slug, lab.Settings)
        self.state.enter(st.query_params)
        self.controls = Controls(self.state)
        self.take_edits()

    @property
    def settings(self) -> Any:
        """The experiment as it stands, of the lab's own Settings class."""
        return self.state.settings

    @property
    def scale(self) -> float:
        """How much larger pictures and texts are than usual: more in the lecture view."""
        return LECTURE_SCALE if sharing.presenting() else 1.0

    def presets(self, part: str = "", noted: bool = True) -> None:
        """The worked examples of a part of the page, one click each; the one that is on stands out and has its note."""
        examples.show(self, part)
        if part and noted:
            examples.note(self, st.empty(), part)

    def bench(self, controls: float = 1.0, picture: float = 3.2, part: str = "", notes: str = "") -> tuple[Any, Any]:
        """Two columns: the controls, and beside them the picture, headed by what to look at in a worked example.

        Args:
            controls, picture: their shares of the width.
            part: of the page, if it is not its first bench.
            notes: a part of the page whose worked examples, drawn without notes, have them here.
        """
        with st.container(key=f"bench-{self.slug}{part}"):  # on a phone the picture comes first, see page.css
            left, right = st.columns([controls, picture], gap="medium")
        if not part:
            examples.note(self, right.empty(), "", notes)
        return left.container(gap="xsmall"), right.container(gap="small")

    def compute(self, verb: Callable[..., R], *helpers: Callable[..., Any], of: Experiment | None = None) -> R:
        """The result of a verb for these settings, or `of` a part; one that cannot be has its sentence in its place."""
        if (found := self._tried(verb, helpers, of)) is None:
            self.end()
        return found[0]

    def attempt(self, verb: Callable[..., R], *helpers: Callable[..., Any], of: Experiment | None = None) -> R | None:
        """As `compute`, for a page that has more to show: None where the sentence stands."""
        found = self._tried(verb, helpers, of)
        return found[0] if found else None

    def _tried(
        self, verb: Callable[..., R], helpers: Sequence[Callable[..., Any]], of: Experiment | None
    ) -> tuple[R] | None:
        try:
            return (memory(of or self.settings)(verb, of or self.settings, *helpers),)
        except ValueError as error:
            self._refused(str(error))
        except Exception:
            log.exception("%s failed for %s", self.slug, self.settings)
            self._refused(FAILED)
        return None

    def refuse(self, sentence: str) -> NoReturn:
        """Say why there is no picture, keep the controls, and end the page here."""
        self._refused(sentence)
        self.end()

    def end(self) -> NoReturn:
        """Leave out what would come now, but for what every page ends with."""
        self.ending()
        st.stop()
        raise AssertionError("stop ends the run")

    def _refused(self, sentence: str) -> None:
        st.html(f'<div class="refusal" role="alert">{html.escape(sentence)}</div>')

    def notices(self) -> None:
        """Sentences about values that were refused, from a link or a control."""
        for sentence in dict.fromkeys(self.state.notices()):
            st.html(f'<div class="notice" role="status">{html.escape(sentence)}</div>')

    def more(self, title: str) -> Any | None:
        """A fold for controls that most visits do not need; None while closed, so that nothing hidden is drawn."""
        fold = st.expander(title, key=f"{self.slug}.more.{title}", on_change="rerun")
        return fold if fold.open else None

    def figure(self, figure: "Figure", name: str, summary: str, height: int = 320) -> None:
        """A plotly figure and, under it, its words."""
        key = f"{self.slug}.{name}"
        chart.show(figure, key=key, name=f"{self.slug}_{name}", summary=summary, height=height, scale=self.scale)
        self.summary(summary)

    def picture(
        self,
        panels: Sequence[Panel],
        summary: str,
        name: str = "picture",
        *,
        height: int | None = None,
        columns: int | None = None,
        pick: tuple[str, str] | None = None,
    ) -> None:
        """Image panels, linked, with their words under them.

        Args:
            panels: from engine.figures.
            summary: the pictures in words.
            name: unique on the page.
            height: the greatest height of a panel in CSS pixels.
            columns: the greatest number of panels in a row.
            pick: the fields of the settings, row and column, that a click on a pixel sets; None for none.
        """
        key = f"{self.slug}.{name}"
        clicked = picture.show(
            panels,
            key=key,
            name=self.slug if name == "picture" else f"{self.slug}_{name}",
            summary=summary,
            height=height,
            columns=columns,
            scale=self.scale,
            pick=pick is not None,
        )
        self.summary(summary)
        if pick and clicked and st.session_state.get(f"{key}.taken") != clicked:
            st.session_state[f"{key}.taken"] = clicked  # a click counts once: a preset after it must be able to win
            self.state.change(**dict(zip(pick, (clicked.row, clicked.column), strict=True)))
            st.rerun()

    def stepper(self, trace: Trace, name: str = "stepper", share: float = 0.5) -> None:
        """Play a trace. Cells changed by hand come in at the next run, before anything is computed.

        Args:
            trace: what to play.
            name: unique on the page.
            share: of the window's height that the grids may take, less where more stands above them.
        """
        key = f"{self.slug}.{name}"
        st.session_state.setdefault(self._steppers, set()).add(key)
        file = self.slug if name == "stepper" else f"{self.slug}_{name}"
        stepper.show(trace, key=key, name=file, scale=self.scale, share=share)

    def film(self, run: Film, name: str = "film") -> None:
        """Play a film and, under it, its words."""
        film.show(run, key=f"{self.slug}.{name}", name=f"{self.slug}_{name}", scale=self.scale)
        self.summary(run.summary)

    @property
    def _steppers(self) -> str:
        return f"steppers of {self.slug}"

    def take_edits(self) -> None:
        """Bring cells that were changed in a stepper into the settings, by the lab's own `with_edit`."""
        for key in sorted(st.session_state.get(self._steppers, ())):
            for edit in stepper.take(key):
                try:
                    self.state.settings = self.lab.with_edit(self.settings, edit.grid, edit.cell, edit.value)
                except ValueError as error:
                    self.state.notice(str(error))

    def answer(self, label: str, value: str, aside: str = "") -> None:
        """The number that answers the lab's question."""
        more = f"<small>{html.escape(aside)}</small>" if aside else ""
        st.html(f'<p class="answer"><span>{html.escape(label)}</span> <b>{html.escape(value)}</b> {more}</p>')

    def summary(self, text: str) -> None:
        """The picture above in words."""
        st.html(f'<p class="summary">{html.escape(text)}</p>')

    def ending(self, shown: Sequence[Any] = (), sources: Sequence[study.Source] = ()) -> None:
        """Questions, code, sources, and the way to the neighbouring labs."""
        st.html('<div class="rule"></div>')
        if shown:
            study.questions(self.slug, self.lesson.question)
            study.code(self.slug, self.settings, self.lesson.torch_code, shown)
        if sources:
            study.sources(sources)
        study.ways_on(self.slug)

    @contextmanager
    def section(self, title: str, text: str = "", part: str = "") -> Iterator[None]:
        """A part of the page with a heading of its own, a sentence or two, and its own worked examples."""
        st.subheader(title, anchor=False)
        if text and not sharing.presenting():
            st.markdown(text)
        if part:
            self.presets(part)
        yield


def opening(slug: str, lab: ModuleType, lesson: ModuleType | None = None, *, text: str, formula: str = "") -> Page:
    """Title, question, two or three sentences with the formula, presets; then what was refused, if anything.

    Args:
        slug: the lab's name in the catalogue.
        lab: the engine module with Settings and the verb.
        lesson: the module with PRESETS, question and torch_code; None if the lab's own has them.
        text: Markdown.
        formula: LaTeX.
    """
    entry = BY_SLUG[slug]
    page = Page(slug, lab, lesson or lab)
    with st.container(gap="xsmall"):
        title, buttons = st.columns([3, 2], vertical_alignment="center")
        title.html(f'<h1 class="title">{html.escape(entry.title)} <small>{html.escape(entry.question)}</small></h1>')
        with buttons:
            sharing.bar(page.state)
        if not sharing.presenting():
            introduction.show(slug, text, formula)
        page.presets()
        page.notices()
    return page

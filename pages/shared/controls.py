"""Controls made from the fields of a Settings: the range, the words and the link form are said once, in the engine."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from engine.core.fields import Field, fields_of
from pages.shared import components, image_source
from pages.shared.state import State

MOST_BUTTONS = 4


class Controls:
    """Draws widgets for fields of a lab's Settings, and brings what they say back into its state."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.fields = fields_of(state.kind)

    def _widget(self, name: str, wanted: Any, read: Callable[[Any], Any] = lambda value: value) -> dict[str, Any]:
        """The key and callback of the widget for a field, with the truth put into the widget beforehand."""
        key = f"{self.state.slug}.{name}"
        if st.session_state.get(key) != wanted or key not in st.session_state:
            st.session_state[key] = wanted

        def adopt() -> None:
            value = st.session_state.get(key)
            if value is not None:
                self.state.change(**{name: read(value)})

        return {"key": key, "on_change": adopt}

    def _words(self, name: str, label: str | None) -> tuple[Field, str, str | None]:
        field = self.fields[name]
        return field, field.label if label is None else label, field.help or None

    def number(self, name: str, label: str | None = None) -> None:
        """A box with − and +, for a whole or real number."""
        field, title, tip = self._words(name, label)
        kind = int if field.kind == "whole" else float
        low, high, step = kind(field.low), kind(field.high), kind(field.step)
        widget = self._widget(name, getattr(self.state.settings, name))
        written = "%d" if kind is int else "%.6g"  # Streamlit's own two decimals would show 0.008 as 0.01
        st.number_input(title, min_value=low, max_value=high, step=step, format=written, help=tip, **widget)

    def pair(self, first: str, second: str, label: str, help: str | None = None) -> None:
        """Two numbers side by side under one label, such as height × width."""
        # One row that wraps after its label: columns would be three more blocks for the browser and for the server.
        with st.container(key=f"pair-{self.state.slug}-{first}", horizontal=True, gap="xxsmall"):
            st.markdown(label, help=help)
            for name in (first, second):
                field = self.fields[name]
                widget = self._widget(name, getattr(self.state.settings, name))
                st.number_input(
                    field.label,
                    min_value=int(field.low),
                    max_value=int(field.high),
                    step=int(field.step),
                    label_visibility="collapsed",
                    width="stretch",
                    **widget,
                )

    def slide(
        self,
        name: str,
        label: str | None = None,
        marks: str = "",
        *,
        scale: tuple[float, float, float] | None = None,
        at: float | None = None,
    ) -> None:
        """A slider whose picture follows the hand: it answers while it is dragged, unlike Streamlit's own.

        Args:
            name: of the field.
            label: beside it, if not the field's own.
            marks: the unit.
            scale: lowest and highest value and the step, where what else is chosen leaves only a part of the field's.
            at: the value that is shown where the field holds one that stands for it.
        """
        field, title, tip = self._words(name, label)
        low, high, step = scale or (field.low, field.high, field.step)
        key = f"{self.state.slug}.{name}.live"
        data = {
            "label": title,
            "help": tip or "",
            "low": low,
            "high": high,
            "step": step,
            "value": getattr(self.state.settings, name) if at is None else at,
            "unit": marks,
        }

        def adopt() -> None:
            value = st.session_state[key].get("value")
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                self.state.change(**{name: int(value) if field.kind == "whole" else float(value)})

        components.mount("slider", data, key=key, on_value_change=adopt)

    def choose(
        self,
        name: str,
        label: str | None = None,
        *,
        only: Sequence[str] | None = None,
        titles: Mapping[str, str] | None = None,
    ) -> None:
        """A drop-down list of a choice's names; `titles` names those that are offered otherwise than the field does."""
        field, title, tip = self._words(name, label)
        shown = dict(field.choices) if titles is None else dict(titles)
        options = [option for option in shown if only is None or option in only]
        widget = self._widget(name, getattr(self.state.settings, name))
        st.selectbox(title, options, format_func=lambda option: shown[option], help=tip, **widget)

    def switch(
        self, name: str, label: str | None = None, *, only: Sequence[str] | None = None, hidden: bool = False
    ) -> None:
        """A choice of a few names as a row of buttons; with `hidden` its label is there for screen readers only."""
        field, title, tip = self._words(name, label)
        shown = dict(field.choices)
        options = [option for option in shown if only is None or option in only]
        widget = self._widget(name, getattr(self.state.settings, name))
        st.segmented_control(
            title,
            options,
            format_func=lambda option: shown[option],
            required=True,
            wrap=True,
            help=tip,
            label_visibility="collapsed" if hidden else "visible",
            **widget,
        )

    def several(self, name: str, label: str | None = None) -> None:
        """Some of a table's names, as buttons of which any may be on; one at least stays."""
        field, title, tip = self._words(name, label)
        shown = dict(field.choices)
        widget = self._widget(name, list(getattr(self.state.settings, name)), tuple)
        names = list(shown)
        st.pills(title, names, selection_mode="multi", format_func=shown.__getitem__, help=tip, wrap=True, **widget)

    def flag(self, name: str, label: str | None = None) -> None:
        """On or off."""
        _, title, tip = self._words(name, label)
        st.toggle(title, help=tip, **self._widget(name, getattr(self.state.settings, name)))

    def text(self, name: str, label: str | None = None, *, lines: int = 1) -> None:
        """Free text, for fields that a parser reads."""
        _, title, tip = self._words(name, label)
        widget = self._widget(name, getattr(self.state.settings, name))
        if lines == 1:
            st.text_input(title, help=tip, **widget)
        else:
            st.text_area(title, help=tip, height=24 * lines + 24, **widget)

    def numbers(self, name: str, label: str | None = None) -> None:
        """A short list of numbers in one box, apart by spaces; rubbish leaves a sentence and the earlier numbers."""
        field, title, tip = self._words(name, label)
        wanted = "  ".join(f"{value:g}" for value in getattr(self.state.settings, name))

        def read(text: str) -> tuple[float, ...]:
            try:
                return tuple(float(word.replace("−", "-")) for word in text.replace(";", " ").split())
            except ValueError:
                raise ValueError(f"{field.label} takes numbers apart by spaces, such as 0.5 -1.") from None

        def safe(text: str) -> Any:
            try:
                return read(text)
            except ValueError as error:
                self.state.notice(str(error))
                return getattr(self.state.settings, name)

        st.text_input(title, help=tip, **self._widget(name, wanted, safe))

    def image(self, name: str = "image", **kinds: bool) -> None:
        """Where the image comes from: photos, digits, patterns, a drawing, an upload, the camera."""
        current = getattr(self.state.settings, name)
        key = f"{self.state.slug}.{name}"
        # The words on the button never change: another label would be another fold, closed in the middle of a stroke.
        with st.container(key=f"image-{self.state.slug}-{name}", gap="xxsmall"):
            st.markdown(f"{self.fields[name].label}: {image_source.title(current)}")
            fold = st.popover("Choose or draw", key=f"{key}.fold", on_change="rerun", width="stretch")
        if not fold.open:
            return
        with fold:
            chosen = image_source.choose(current, key=key, **kinds)
        if chosen != current and self.state.change(**{name: chosen}):
            st.rerun()  # what was drawn above this control, the link among it, still speaks of the image before

    def field(self, name: str, **span: Any) -> None:
        """The usual control for a field of its kind; a slider's span may be said, see `slide`."""
        kind = self.fields[name].kind
        if span:
            self.slide(name, **span)
        elif kind == "choice" and len(self.fields[name].choices) <= MOST_BUTTONS:
            self.switch(name)
        else:
            drawn: dict[str, Callable[[str], None]] = {
                "whole": self.slide,
                "real": self.slide,
                "choice": self.choose,
                "flag": self.flag,
            }
            drawn |= {"text": self.text, "reals": self.numbers, "image": self.image}
            drawn[kind](name)

    def seed(self, name: str = "seed") -> None:
        """A button for other random numbers; the seed itself stands in the link."""
        current = getattr(self.state.settings, name)
        st.button(
            "New random numbers",
            help=f"Seed {current}; it is part of the link.",
            key=f"{self.state.slug}.{name}.next",
            on_click=self._renew,
            args=(name, current),
        )

    def _renew(self, name: str, current: int) -> None:
        self.state.change(**{name: (current + 1) % 2**31})

"""Test images of the data that a network learned from: by number, or the next of a class."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from engine.core.samples import Samples

MOST_CLASSES = 12


def choose(page: Any, name: str, found: Samples, asked: Callable[[], bool]) -> None:
    """The control for a field that holds an image; another image than these leaves the number empty.

    Args:
        page: the lab's.
        name: of the field.
        found: the images.
        asked: whether they still are when a click arrives: another network may have been chosen meanwhile.
    """
    key, number = f"{page.slug}.{name}.number", found.number(getattr(page.settings, name))
    st.session_state[key] = number

    def take() -> None:
        if (wanted := st.session_state[key]) is not None and asked():
            page.state.change(**{name: found.reference(wanted)})

    st.number_input(
        "Test image",
        0,
        len(found) - 1,
        step=1,
        key=key,
        placeholder="another image",
        help=f"Its number among {len(found):,} that the network has not learned from.",
        on_change=take,
    )
    if len(found.examples.classes) <= MOST_CLASSES:
        of_classes(page, name, found, asked)


def of_classes(page: Any, name: str, found: Samples, asked: Callable[[], bool] = lambda: True) -> None:
    """A button for each class, which takes an example of it, and pressed again the next; arguments as for `choose`.

    They are one element of the page: ten would take the browser 15 ms more to place.
    """
    number, classes = found.number(getattr(page.settings, name)), found.examples.classes
    now = None if number is None else int(found.examples.labels[number])
    key = f"{page.slug}.{name}.class"
    st.session_state[key] = now

    def take() -> None:
        label = now if st.session_state[key] is None else st.session_state[key]  # pressed again it is let go
        if label is not None and asked() and (wanted := found.of_class(label, number)) is not None:
            page.state.change(**{name: found.reference(wanted)})

    st.pills(
        "An example of",
        range(len(classes)),
        format_func=lambda label: classes[label],
        help="The first of its class among the test images; pressed again, the next.",
        key=key,
        on_change=take,
        wrap=True,
    )

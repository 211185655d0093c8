"""Shares of named things as bars, the class probabilities of a network for instance; one is chosen by a click."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pages.shared import components


@dataclass(frozen=True)
class Bar:
    """One bar: its name for the program, its title and number for the reader, and its length, 0 … 1."""

    name: str
    title: str
    text: str
    share: float


def show(
    items: Sequence[Bar],
    chosen: str,
    *,
    key: str,
    label: str,
    choose: Callable[[str], object],
    against: str = "",
    second: str = "",
    oppose: Callable[[str], object] | None = None,
) -> None:
    """Draw the bars; a click on one calls `choose` with its name before the next run.

    Args:
        items: in the order in which they are drawn.
        chosen: the name of the one that stands out.
        key: unique on the page.
        label: what the bars are, for screen readers.
        choose: hears the name.
        against: the name of the one that is set against it, or "".
        second: the word on the small button that does so; "" leaves the buttons out.
        oppose: hears the name of that one, or "" when it is taken back.
    """
    names = {item.name for item in items}

    def heard(event: str, do: Callable[[str], object] | None, extra: frozenset[str] = frozenset()) -> None:
        name = components.said(key, event)
        if do is not None and isinstance(name, str) and name in names | extra:
            do(name)

    data = {
        "items": [{"name": i.name, "title": i.title, "text": i.text, "share": float(i.share)} for i in items],
        "chosen": chosen,
        "against": against,
        "second": second,
        "label": label,
    }
    components.mount(
        "bars",
        data,
        key=key,
        on_choice_change=lambda: heard("choice", choose),
        on_second_change=lambda: heard("second", oppose, frozenset({""})),
    )


def guesses(page: Any, items: Sequence[tuple[str, str, str, float]], chosen: str, against: str) -> None:
    """The classes of the settings' `target` and `rival`: a click takes one, the small button sets one against it."""
    show(
        [Bar(*item) for item in items],
        chosen,
        key=f"{page.slug}.guesses",
        label="Class",
        choose=lambda name: page.state.change(target=name, **({"rival": "none"} if name == against else {})),
        against=against,
        second="vs",
        oppose=lambda name: page.state.change(rival=name or "none"),
    )

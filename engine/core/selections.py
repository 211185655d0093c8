"""Fields for long tables: several names of one, in its order, or one name of a thousand."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from engine.core.fields import Field


def several(
    default: Iterable[str], choices: Mapping[str, str], label: str, help: str = "", *, fewest: int = 1, most: int = 99
) -> Any:
    """Some of a table's names; in a link they stand with dots between.

    Args:
        default: names.
        choices: name to what the student reads.
        label, help: as for any field.
        fewest, most: how many there may be.
    """

    def check(value: Any) -> tuple[str, ...]:
        if not isinstance(value, (tuple, list)) or not all(isinstance(name, str) and name in choices for name in value):
            raise ValueError(f"{label} must be names among {', '.join(choices)}.")
        kept = tuple(name for name in choices if name in value)
        if not fewest <= len(kept) <= most:
            raise ValueError(f"{label}: choose {fewest} to {most}, not {len(kept)}.")
        return kept

    field = Field(
        "several", label, help, check, ".".join, lambda text: tuple(text.split(".")), choices=tuple(choices.items())
    )
    return dataclasses.field(default=check(tuple(default)), metadata={"field": field})


def one_of(default: str, choices: Mapping[str, str], label: str, help: str = "") -> Any:
    """One name of a table that is too long to be listed in a refusal; otherwise a choice like any other."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError(f"{label} has no entry called {str(value)[:40]}.")
        return value

    field = Field("choice", label, help, check, str, str, choices=tuple(choices.items()))
    return dataclasses.field(default=check(default), metadata={"field": field})

"""What one layer passes back: any layer's two passes, a small network's whole step, a large one on a digit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.core.trace import Trace
from engine.learning import layer_backprop_network as network
from engine.learning import layer_backprop_network_steps as network_steps
from engine.learning import layer_backprop_words as words
from engine.learning.layer_backprop_digit import Learned, learn
from engine.learning.layer_backprop_layer import Passed
from engine.learning.layer_backprop_network import Trained, train
from engine.learning.layer_backprop_numbers import change
from engine.learning.layer_backprop_passes import LAYERS, pass_back
from engine.learning.layer_backprop_settings import Settings

__all__ = [
    "LAYERS",
    "VIEWS",
    "Learned",
    "Passed",
    "Settings",
    "Trained",
    "answer",
    "differentiate",
    "fields_shown",
    "summary",
    "trace",
    "with_edit",
]
Result = Passed | Trained | Learned


@dataclass(frozen=True)
class View:
    """What there is to each view.

    Args:
        make: Settings → result.
        fields: Settings → the settings that have a control here.
        trace: the result step by step, or None where it is too large to follow.
        answer: the result → label, value, aside.
        summary: the result in words.
    """

    make: Callable[[Settings], Any]
    fields: Callable[[Settings], tuple[str, ...]]
    trace: Callable[[Any, str], Trace] | None
    answer: Callable[[Any], tuple[str, str, str]]
    summary: Callable[[Any], str]


VIEWS: dict[str, View] = {
    "layer": View(
        pass_back,
        lambda s: LAYERS[s.kind].fields,
        lambda passed, said: LAYERS[passed.settings.kind].trace(passed, said),
        words.layer_answer,
        words.layer_summary,
    ),
    "network": View(
        train,
        lambda s: ("rate", "update", "activation", "start", "batch", "target"),
        network_steps.trace,
        words.network_answer,
        words.network_summary,
    ),
    "digit": View(
        learn,
        lambda s: ("label", "nth", "rate", "steps", "activation", "start", "shown"),
        None,
        words.digit_answer,
        words.digit_summary,
    ),
}


def differentiate(settings: Settings) -> Result:
    """Forward, backward and, for a network, the update.

    Raises:
        ValueError: what cannot be, in words.
    """
    return VIEWS[settings.view].make(settings)


def fields_shown(settings: Settings) -> tuple[str, ...]:
    """The settings that have a say in this view."""
    names = VIEWS[settings.view].fields(settings)
    return tuple(
        name for name in names if not (name == "examples" and settings.kind == "softmax" and settings.jacobian)
    )


def trace(result: Result) -> Trace | None:
    """The passes step by step; None for the large network."""
    view = VIEWS[result.settings.view]
    return view.trace(result, view.summary(result)) if view.trace else None


def answer(result: Result) -> tuple[str, str, str]:
    """Label, number and aside for the line under the picture."""
    return VIEWS[result.settings.view].answer(result)


def summary(result: Result) -> str:
    """The result in words."""
    return VIEWS[result.settings.view].summary(result)


def with_edit(settings: Settings, grid: str, cell: int, value: float) -> Settings:
    """The settings after a number of the picture got another value.

    Raises:
        ValueError: the number follows from others, or is padding.
    """
    if settings.view == "network":
        return network.with_edit(settings, grid, cell, value)
    layer = LAYERS[settings.kind]
    given = layer.entry(grid)
    rows, columns, height, width = given.shape(settings)
    padding = settings.padding if (settings.kind, grid) == ("convolution", "x") else 0
    drawn = (rows, columns, height + 2 * padding, width + 2 * padding)
    a, b, row, column = (int(part) for part in np.unravel_index(cell, drawn))
    row, column = row - padding, column - padding
    if not (0 <= row < height and 0 <= column < width):
        raise ValueError("Padding is 0; change a cell of the input itself.")
    return settings.but(changes=(*settings.changes, change(settings.kind, grid, (a, b, row, column), value)))

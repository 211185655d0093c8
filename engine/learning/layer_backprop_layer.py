"""What every layer of the lab has: the tensors it is given, its two passes, its trace; and a layer that was run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.core.gradient_check import Check
from engine.core.trace import Grid, Role, Trace
from engine.learning.layer_backprop_numbers import Given
from engine.learning.layer_backprop_settings import Settings

ROLES: dict[str, Role] = {
    "x": "input",
    "weight": "kernel",
    "bias": "bias",
    "upstream": "output",
    "target": "output",
}
Tensors = dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Passed:
    """A layer that was run forward and backward.

    Args:
        settings: the experiment.
        names: of the tensors that the layer was given.
        given: those tensors, (A, B, H, W) each.
        output: what it made, (A, B, H, W).
        sought: the tensors that gradients were computed for.
        gradients: of the loss at each of these, shaped as they are.
        checks: each against finite differences.
    """

    settings: Settings
    names: tuple[str, ...]
    given: tuple[np.ndarray, ...]
    output: np.ndarray
    sought: tuple[str, ...]
    gradients: tuple[np.ndarray, ...]
    checks: tuple[Check, ...]

    def tensor(self, name: str) -> np.ndarray:
        """A given tensor (A, B, H, W)."""
        return self.given[self.names.index(name)]

    def matrix(self, name: str) -> np.ndarray:
        """A given tensor of one panel: (H, W)."""
        return self.tensor(name)[0, 0]

    def gradient(self, name: str) -> np.ndarray:
        """∂L/∂tensor (A, B, H, W)."""
        return self.gradients[self.sought.index(name)]


@dataclass(frozen=True)
class Layer:
    """One kind of layer.

    Args:
        title: its name.
        given: the tensors it is given.
        sought: the names of those that get a gradient.
        forward: settings and tensors → output (A, B, H, W).
        backward: settings and tensors → the gradients, by name.
        trace: the layer step by step, with its words.
        rule: what it passes back, in a formula and a few words.
        fields: the settings that count.
        loss: settings and tensors → the number that is differentiated; None: Σ upstream · output.
    """

    title: str
    given: tuple[Given, ...]
    sought: tuple[str, ...]
    forward: Callable[[Settings, Tensors], np.ndarray]
    backward: Callable[[Settings, Tensors], Tensors]
    trace: Callable[[Passed, str], Trace]
    rule: str
    fields: tuple[str, ...]
    loss: Callable[[Settings, Tensors], float] | None = None

    def entry(self, name: str) -> Given:
        """The given tensor of a name.

        Raises:
            ValueError: it follows from the others.
        """
        for given in self.given:
            if given.name == name:
                return given
        raise ValueError("This number follows from the others; change an input, a parameter or the upstream gradient.")

    def loss_of(self, settings: Settings, tensors: Tensors) -> float:
        """The number that is differentiated."""
        if self.loss:
            return self.loss(settings, tensors)
        return float((tensors["upstream"] * self.forward(settings, tensors)).sum())


def given_grid(passed: Passed, given: Given, **looks: Any) -> Grid:
    """A tensor that may be changed by hand."""
    values = passed.tensor(given.name)
    words = "∂L/∂y, " * (given.name == "upstream") + shape_words(values)
    shown: dict[str, Any] = {"editable": True, "subtitle": words} | looks
    return Grid(given.name, given.title, values, role=ROLES[given.name], **shown)


def gradient_grid(passed: Passed, given: Given, **looks: Any) -> Grid:
    """The gradient at a tensor, filled by the steps."""
    return Grid(
        f"d_{given.name}",
        f"∂L/∂{given.symbol}",
        passed.gradient(given.name),
        role=ROLES[given.name],
        filled_by_steps=True,
        **looks,
    )


def shape_words(values: np.ndarray) -> str:
    """H × W of a panel, with the panels before it if there are several."""
    sides = values.shape if values.shape[0] > 1 else values.shape[1:] if values.shape[1] > 1 else values.shape[2:]
    return " × ".join(map(str, sides))

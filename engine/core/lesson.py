"""What surrounds an experiment in every lab: presets to start from, and questions to check oneself with."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from engine.core.fields import Experiment

S = TypeVar("S", bound=Experiment)


@dataclass(frozen=True)
class Preset(Generic[S]):
    """A named experiment, one click away.

    Args:
        name: short, stable, for links and tests: letters, digits and dashes.
        title: what the student reads on the button.
        settings: the whole experiment.
        note: what to look at; where a slide prints another value than the right one, both, and why.
        part: the part of a long page that it belongs to, and stands with; "" for the first.
    """

    name: str
    title: str
    settings: S
    note: str = ""
    part: str = ""


@dataclass(frozen=True)
class Question:
    """One question with a number for an answer.

    Args:
        prompt: Markdown; LaTeX between dollar signs.
        answer: the right number, computed by the engine.
        worked: how to get there, in Markdown.
        tolerance: how far off still counts as right (absolute).
        unit: shown beside the box.
        hint: a nudge before the worked answer.
    """

    prompt: str
    answer: float
    worked: str
    tolerance: float = 1e-6
    unit: str = ""
    hint: str = field(default="")

    def judge(self, given: float) -> bool:
        """Whether a given number is right; NaN and infinity never are.

        >>> Question("1 + 1?", 2, "2").judge(2.0)
        True
        """
        return bool(np.isfinite(given)) and abs(given - self.answer) <= self.tolerance


def draw(random: np.random.Generator, *ranges: tuple[int, int]) -> list[int]:
    """A whole number from each range, both ends included."""
    return [int(random.integers(low, high + 1)) for low, high in ranges]


def matrix_markdown(values: np.ndarray) -> str:
    r"""A matrix of numbers as LaTeX for a question: (H, W) → `\begin{bmatrix}…`."""
    rows = (" & ".join(f"{value:g}" for value in row) for row in np.atleast_2d(values))
    return r"\begin{bmatrix}" + r" \\ ".join(rows) + r"\end{bmatrix}"

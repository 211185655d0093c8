"""Which map is right about what matters: deletion and insertion of each map, and of one of random numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.core.attribution import METHODS
from engine.core.attribution_scores import Curves, perturb, steps_for
from engine.core.fields import choice
from engine.core.progress import Report, silent
from engine.insight.heatmaps import VIEWS, Recognition, Settings
from engine.insight.heatmaps_maps import FAMILIES, Ask, Heat, looked_at

RANDOM = "random"
TITLES = {name: method.title for name, method in METHODS.items()} | {RANDOM: "Random order"}


@dataclass(frozen=True)
class Score(Ask):
    """What the score of one map depends on."""

    method: str = choice("gradient", TITLES, "Method")
    view: str = choice("strength", VIEWS, "View")


@dataclass(frozen=True, eq=False)
class Scored:
    """The curves of one map.

    Args:
        method: a key of TITLES.
        curves: of deletion and insertion.
    """

    method: str
    curves: Curves

    @property
    def title(self) -> str:
        """What the map is called."""
        return TITLES[self.method]


def question(settings: Settings, seen: Recognition, heat: Heat) -> Score:
    """The experiment that scores one map in the view that is shown."""
    known: dict[str, Any] = {
        "network": settings.network,
        "image": settings.image,
        "label": heat.label,
        "method": heat.method,
    }
    if heat.method == RANDOM:
        return Score(**known)
    family = next(family for family in FAMILIES if heat.method in family.methods)
    return Score(**known, view=settings.view, **family.given(settings, seen.inside))


def scoring(heat: Heat) -> Callable[[Score, Report], Scored]:
    """The verb that scores this map; the map is what the experiment says, so the experiment alone names the result."""

    def score(wanted: Score, report: Report = silent) -> Scored:
        inside, image = looked_at(wanted)
        height, width = image.shape[1:]

        def said(share: float, words: str) -> None:
            report(share, f"Deleting and inserting pixels: {TITLES[wanted.method]}")

        ranking, steps = heat.ranking(wanted.view, (height, width)), steps_for(height, width)
        curves = perturb(inside.quick, image, wanted.label, ranking, steps=steps, report=said)
        return Scored(wanted.method, curves)

    return score


def chance(seen: Recognition, label: int) -> Heat:
    """A map of random numbers: what every other has to beat."""
    values = np.random.default_rng(0).random(seen.photo.shape[1:], dtype=np.float32)
    return Heat(RANDOM, label, values, values)

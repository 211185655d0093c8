"""A loss as a landscape, from above and from the side, with runs that descend on it: what the browser draws."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.core.descent import NEWTON, RANDOM, TITLES
from engine.core.minibatches import EXAMPLES
from engine.core.rules import RULES
from engine.learning.optimizers import Race, rate_of, start_of

GRID = 97
LEVELS = 22
FLAT = 1e-3
MOST_SHARE = 97
# The first eight rules have the classes' colours; who takes no gradient or more than that has the inks.
COLOURS: dict[str, int | str] = {rule: at for at, rule in enumerate(RULES)} | {NEWTON: "text", RANDOM: "muted"}
KEYS = "Space plays, left and right step, up and down choose a rule, comma and full stop turn the relief."
MOVING = "W, A, S and D move the start."


@dataclass(frozen=True, eq=False)
class Landscape:
    """A surface, and runs on it.

    Args:
        values: (H, W) over the box, the lowest y first.
        levels: the heights of the contour lines, ascending, (L,).
        box: lowest and highest x, lowest and highest y.
        axes: what x and y are called.
        height: what the values are called.
        measure: what the gaps are called; empty for no chart.
        titles, kinds, colours: of the runs; a colour is a class's number or an ink's name.
        points: (T + 1, R, 2) or None; gaps: (T + 1, R).
        gradients, memories, scales: what the steps are made of, (T, R, 2); None: it is not told.
        rates, schedule, decay: learning rates (R,), their factor (T,), the decoupled weight decay.
        minima: (M, 2), marked; notes: words at places.
        start: x and y if it can be moved.
        frame: the step that is seen first.
        explained: the run whose updates are shown unless another is chosen.
        arrivals, tolerance: who arrived when, and within what gap.
        entrants: all that could run, with their learning rates, for the table.
        predicted: the factor that theory gives for each step's distance.
        limit: values from here on have no colour.
        relief, square, table: what else is drawn.
    """

    values: np.ndarray
    levels: np.ndarray
    box: tuple[float, float, float, float]
    axes: tuple[str, str]
    height: str
    summary: str
    measure: str = ""
    titles: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    colours: list[int | str] = field(default_factory=list)
    points: np.ndarray | None = None
    gaps: np.ndarray | None = None
    gradients: np.ndarray | None = None
    memories: np.ndarray | None = None
    scales: np.ndarray | None = None
    rates: np.ndarray | None = None
    schedule: np.ndarray | None = None
    decay: float = 0.0
    noisy: bool = False
    minima: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))
    notes: list[dict[str, Any]] = field(default_factory=list)
    start: tuple[float, float] | None = None
    frame: int = 0
    explained: int = 0
    arrivals: list[int | None] | None = None
    tolerance: float | None = None
    entrants: list[dict[str, Any]] | None = None
    predicted: float | None = None
    limit: float | None = None
    relief: bool = False
    square: bool = True
    table: bool = False
    hint: str = ""
    keys: str = KEYS


def levels_of(values: np.ndarray, lowest: float) -> np.ndarray:
    """Heights for contour lines, close together near the lowest value: (LEVELS,)."""
    finite = values[np.isfinite(values)]
    low = min(lowest, float(finite.min())) if np.isfinite(lowest) else float(finite.min())
    high = max(float(np.percentile(finite, MOST_SHARE)), low + 1e-9)
    # Where most of the map is high, as about a valley, the levels crowd near the floor.
    flat = max(FLAT * (high - low), (float(np.median(finite)) - low) / 8)
    return low + flat * (np.power((high - low) / flat + 1, np.linspace(0, 1, LEVELS)) - 1)


def explained(race: Race) -> int:
    """Whose updates are shown first: of those that know the slope only, the first to arrive, or the lowest."""
    slope = [at for at, rule in enumerate(race.run.rules) if rule in RULES] or list(range(len(race.run.rules)))
    ends = np.nan_to_num(race.gaps[-1], nan=np.inf)
    never = race.run.steps + 1
    return min(slope, key=lambda at: (never if race.arrivals[at] is None else race.arrivals[at], ends[at]))


def entrants(race: Race) -> list[dict[str, Any]]:
    """All rules for the table: who runs, with which learning rate, and whether that is the reader's own."""
    given, own = dict(zip(race.run.rules, race.rates, strict=True)), race.settings.rates
    return [
        {
            "rule": rule,
            "title": title,
            "on": rule in given,
            "rate": given.get(rule, rate_of(race.settings, rule)),
            "own": at < len(own) and own[at] > 0,
        }
        for at, (rule, title) in enumerate(TITLES.items())
    ]


def race_landscape(race: Race, summary: str) -> Landscape:
    """The race on its surface, with the table of all rules."""
    settings, run, surface = race.settings, race.run, race.surface
    _, _, values = surface.grid(GRID)
    shown = explained(race)
    return Landscape(
        values=values,
        levels=levels_of(values, race.lowest),
        box=surface.box,
        axes=("x", "y"),
        height="f",
        summary=summary,
        measure="f − min f",
        titles=[TITLES[rule] for rule in run.rules],
        kinds=list(run.rules),
        colours=[COLOURS[rule] for rule in run.rules],
        points=run.points,
        gaps=race.gaps,
        gradients=run.gradients,
        memories=run.memories,
        scales=run.scales,
        rates=race.rates,
        schedule=race.schedule,
        decay=settings.weight_decay,
        noisy=settings.batch < EXAMPLES,
        minima=np.array(surface.minima).reshape(-1, 2),
        start=start_of(settings, surface),
        frame=min(run.steps, max(2, min(6, (race.arrivals[shown] or 36) // 12))),
        explained=shown,
        arrivals=race.arrivals,
        tolerance=10.0**-settings.tolerance,
        entrants=entrants(race),
        relief=True,
        table=True,
        hint="Click or drag: another start",
        keys=f"{KEYS} {MOVING}",
    )

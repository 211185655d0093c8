"""Nine ReLUs with numbers small enough to follow: what each rule lets back through."""

from typing import Any

import numpy as np

from engine.core.rectifier_rules import RULES
from engine.core.trace import Grid, Moment, Span, Trace

SIDE = 3
TITLES = {"gradient": "Gradient", "deconvnet": "Deconvnet", "guided": "Guided backprop"}
SUBTITLES = {"gradient": "R · [{open}]", "deconvnet": "R · [R > 0]", "guided": "R · [{open}] · [R > 0]"}
GRIDS = ("into", "arriving")
CAP = 6.0


def numbers(settings: Any) -> tuple[np.ndarray, np.ndarray]:
    """What went into the ReLUs, and the gradient that arrives: twice (3, 3), from the seed and changed by hand."""
    rng = np.random.default_rng([7, settings.seed])
    into = rng.permutation([-5.0, -3, -2, 1, 2, 4, 5, 7, 9]).reshape(SIDE, SIDE)
    arriving = rng.permutation([-4.0, -3, -2, -1, 1, 2, 3, 4, 5]).reshape(SIDE, SIDE)
    both = (into, arriving)
    for panel, row, column, value in settings.changes:
        if panel < len(both) and max(row, column) < SIDE:
            both[panel][row, column] = value
    return both


def with_edit(settings: Any, grid: str, cell: int, value: float) -> Any:
    """The settings after one number of the example was changed.

    Raises:
        ValueError: the number cannot be changed, or not to this.
    """
    if grid not in GRIDS:
        raise ValueError("Only what goes in and what arrives can be changed.")
    return settings.but(changes=(*settings.changes, (GRIDS.index(grid), cell // SIDE, cell % SIDE, value)))


def passed(into: np.ndarray, capped: bool) -> np.ndarray:
    """Where a ReLU, or a ReLU6, is not flat."""
    return (into > 0) & (into < (CAP if capped else np.inf))


def returned(settings: Any) -> dict[str, np.ndarray]:
    """What each rule gives back: rule to (3, 3)."""
    into, arriving = numbers(settings)
    return {name: rule(arriving, passed(into, settings.capped)) + 0.0 for name, rule in RULES.items()}


def trace(settings: Any) -> Trace:
    """One step for each of the nine ReLUs."""
    into, arriving = numbers(settings)
    found = returned(settings)
    condition = f"0 < f < {CAP:g}" if settings.capped else "f > 0"
    grids = [
        Grid("into", "f, goes in", into, role="input", editable=True),
        Grid("arriving", "R, comes back", arriving, role="kernel", editable=True),
    ]
    limit = float(np.abs(arriving).max()) or 1.0
    for name, values in found.items():
        subtitle = SUBTITLES[name].format(open=condition)
        limits = (-limit, limit)
        grids.append(Grid(name, TITLES[name], values, "output", limits=limits, subtitle=subtitle, filled_by_steps=True))
    steps = tuple(_step(settings, into, arriving, found, cell) for cell in range(SIDE * SIDE))
    return Trace(tuple(grids), steps, ((*GRIDS, "→", *found),), summary(settings))


def _step(settings: Any, into: np.ndarray, arriving: np.ndarray, found: dict[str, np.ndarray], cell: int) -> Moment:
    f, r = float(into.flat[cell]), float(arriving.flat[cell])
    if f <= 0:
        state = "closed"
    elif settings.capped and f >= CAP:
        state = f"flat above {CAP:g}, so closed"
    else:
        state = "open"
    spans = [Span(f"f = {f:g}".replace("-", "−"), "into"), Span(f": the ReLU is {state}. ")]
    spans += [
        Span(f"R = {r:g}".replace("-", "−"), "arriving"),
        Span(": " + ("positive" if r > 0 else "not positive")),
    ]
    for name, values in found.items():
        spans += [Span(f" · {TITLES[name]} "), Span(f"{values.flat[cell]:g}".replace("-", "−"), name)]
    writes = tuple((name, cell, float(values.flat[cell])) for name, values in found.items())
    return Moment(tuple(spans), {"into": (cell,), "arriving": (cell,)}, writes)


def summary(settings: Any) -> str:
    """The example in words."""
    into, arriving = numbers(settings)
    counts = {name: int(np.count_nonzero(values)) for name, values in returned(settings).items()}
    kind = "ReLU6" if settings.capped else "ReLU"
    return (
        f"Nine {kind}s, {int(passed(into, settings.capped).sum())} of them open; {int((arriving > 0).sum())} of the "
        f"arriving gradients are positive. The gradient passes {counts['gradient']}, with their signs; deconvnet "
        f"{counts['deconvnet']}, whatever went in; guided backprop only the {counts['guided']} that pass both."
    )

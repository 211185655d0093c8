"""A race: every rule from one start on one surface, all at once, and everything that their steps are made of.

>>> from engine.core.surfaces import quadratic
>>> run = race(quadratic(4.0), (2.0, 1.0), ("sgd", "newton"), np.array([[0.25], [1.0]]), Knobs(), 3)
>>> run.points[1].round(9).tolist()
[[1.5, 0.0], [0.0, 0.0]]
"""

from dataclasses import dataclass

import numpy as np

from engine.core.rules import RULES, Knobs, Memory, Move, newton
from engine.core.surfaces import Point, Surface

Array = np.ndarray
FAR = 1e6
NEWTON, RANDOM = "newton", "random"
TITLES = {name: rule.title for name, rule in RULES.items()} | {NEWTON: "Newton", RANDOM: "Random search"}


@dataclass(frozen=True, eq=False)
class Descent:
    """What T steps of R rules are. NaN stands where there is nothing, and after a run has left for infinity.

    Args:
        rules: their names.
        points: (T + 1, R, 2).
        losses: f at them, (T + 1, R).
        gradients: as the rules saw them, without weight decay: (T, R, 2).
        memories: the part of each step that comes from earlier gradients; random search: what it tried. (T, R, 2)
        scales: roots of the second moment; Newton: the Hessian's eigenvalues; random search: its reach. (T, R, 2)
    """

    rules: tuple[str, ...]
    points: Array
    losses: Array
    gradients: Array
    memories: Array
    scales: Array

    @property
    def steps(self) -> int:
        """T."""
        return len(self.gradients)

    def first_below(self, level: float) -> list[int | None]:
        """For each rule the first step whose loss is at most `level`; None if there is none."""
        below = np.nan_to_num(self.losses, nan=np.inf) <= level
        return [int(np.argmax(column)) if column.any() else None for column in below.T]


def race(
    surface: Surface,
    start: Point,
    rules: tuple[str, ...],
    rates: Array,
    knobs: Knobs,
    steps: int,
    noise: tuple[Array, Array] | None = None,
    seed: int = 0,
) -> Descent:
    """Run the rules.

    Args:
        surface: what to descend on.
        start: where all begin.
        rules: names from TITLES.
        rates: the learning rate of each rule at each step, (R, T) or (R, 1).
        knobs: the other hyperparameters.
        steps: T.
        noise: D (T, 2, 2) and e (T, 2): each gradient is off by D·w + e, the same for all rules.
        seed: of random search.
    """
    rates = np.broadcast_to(rates, (len(rules), steps))
    points = np.full((steps + 1, len(rules), 2), np.nan)
    points[0] = start
    gradients, memories, scales = (np.full((steps, len(rules), 2), np.nan) for _ in range(3))
    first_order = [(i, RULES[name], Memory((1, 2))) for i, name in enumerate(rules) if name in RULES]
    second, zeroth = (rules.index(name) if name in rules else None for name in (NEWTON, RANDOM))
    best = float(surface.value(*start))
    tries = np.random.default_rng([seed, 2]).standard_normal((steps, 2)) * rates[zeroth or 0, :, None]
    with np.errstate(all="ignore"):
        for t in range(steps):
            x, g, after = points[t], gradients[t], points[t + 1]
            g[:, 0], g[:, 1] = surface.gradient(x[:, 0], x[:, 1])
            if noise is not None:
                g += x @ noise[0][t].T + noise[1][t]
            for i, rule, memory in first_order:
                move = rule.move(memory, x[i : i + 1], g[i : i + 1], rates[i, t], knobs)
                _note(move, i, x, after, memories[t], scales[t])
            if second is not None:
                bends = _hessian(surface, x[second], None if noise is None else noise[0][t])
                move = newton(g[second], bends, float(rates[second, t]), knobs)
                _note(move, second, x, after, memories[t], scales[t])
            if zeroth is not None:
                g[zeroth], scales[t, zeroth], memories[t, zeroth] = np.nan, rates[zeroth, t], tries[t]
                tried = x[zeroth] + tries[t]
                height = float(surface.value(*tried.tolist()))
                after[zeroth], best = (tried, height) if height < best else (x[zeroth], best)
            after[np.abs(after).max(axis=1) > FAR] = np.nan
        return Descent(rules, points, surface.at(points), gradients, memories, scales)


def _note(move: Move, run: int, before: Array, after: Array, memories: Array, scales: Array) -> None:
    """Write a run's move into what is kept of its step."""
    after[run] = before[run] + move.step
    if move.memory is not None:
        memories[run] = move.memory
    if move.scale is not None:
        scales[run] = move.scale


def _hessian(surface: Surface, point: Array, bend: Array | None) -> tuple[float, float, float]:
    xx, xy, yy = (float(part) for part in surface.hessian(*point.tolist()))
    return (xx, xy, yy) if bend is None else (xx + bend[0, 0], xy + bend[0, 1], yy + bend[1, 1])

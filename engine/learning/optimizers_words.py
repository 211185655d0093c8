"""The race in words: who was first, who arrived when, and who did not."""

import numpy as np

from engine.core.descent import TITLES
from engine.core.minibatches import EXAMPLES
from engine.learning.optimizers import Race

CORNER = 1e-3  # a larger gap is no error of finite differences


def number(value: float, digits: int = 3) -> str:
    """A number for reading.

    >>> number(-0.00001234)
    '−1.23e−05'
    """
    return f"{value:.{digits}g}".replace("-", "−")


def order(race: Race) -> list[tuple[str, int]]:
    """Who arrived, with the step, the first first."""
    arrived = [
        (TITLES[rule], step) for rule, step in zip(race.run.rules, race.arrivals, strict=True) if step is not None
    ]
    return sorted(arrived, key=lambda pair: pair[1])


def answer(race: Race) -> tuple[str, str, str]:
    """Label, value and aside: who first came within the tolerance of the minimum, and who then."""
    found, within = order(race), f"to 10⁻{superscript(race.settings.tolerance)}"
    if not found:
        best = int(np.argmin(np.nan_to_num(race.gaps[-1], nan=np.inf)))
        gap = number(float(race.gaps[-1, best]))
        return (
            "First",
            "nobody",
            f"{within} in {race.run.steps} steps; {TITLES[race.run.rules[best]]} is nearest, {gap}",
        )
    least = found[0][1]
    names = ", ".join(name for name, step in found if step == least)
    rest = ", ".join(f"{name} {step}" for name, step in found if step > least)
    return "First", names, f"{least} step{'s' * (least != 1)} {within}" + (f"; then {rest}" if rest else "")


def superscript(exponent: int) -> str:
    """A whole number in raised digits."""
    return str(exponent).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def lost(race: Race) -> list[tuple[str, int]]:
    """Who left for infinity, with the last step that had a number."""
    gone = np.isnan(race.run.points[..., 0])
    return [(TITLES[rule], int(np.argmax(gone[:, at])) - 1) for at, rule in enumerate(race.run.rules) if gone[-1, at]]


def summary(race: Race) -> str:
    """The picture in words."""
    x, y = race.run.points[0, 0]
    count = len(race.run.rules)
    known = "" if np.isfinite(race.surface.lowest) else ", the lowest that was found"
    here = f"({number(x)}, {number(y)}), where f = {number(float(race.run.losses[0, 0]))}"
    beginning = f"{race.surface.title}: {count} rule{'s' * (count != 1)} start{'s' * (count == 1)} at {here}"
    words = [f"{beginning}; the minimum is {number(race.lowest)}{known}."]
    if found := order(race):
        words.append("Arrived: " + ", ".join(f"{name} at step {step}" for name, step in found) + ".")
    still = [
        f"{TITLES[rule]} {number(float(gap))}"
        for rule, step, gap in zip(race.run.rules, race.arrivals, race.gaps[-1], strict=True)
        if step is None and np.isfinite(gap)
    ]
    if still:
        words.append(f"Still above it after {race.run.steps} steps: " + ", ".join(still) + ".")
    if gone := lost(race):
        words.append("Diverged: " + ", ".join(f"{name} at step {step}" for name, step in gone) + ".")
    if race.settings.batch < EXAMPLES:
        words.append(f"Each step sees {race.settings.batch} of {EXAMPLES} examples.")
    return " ".join([*words, checked(race)])


def checked(race: Race) -> str:
    """What centred differences say of the gradient at every point that a rule stood on."""
    points = race.run.points[np.isfinite(race.run.points).all(axis=-1)]
    gap = race.surface.discrepancy(points)
    told = f"Centred differences at all {len(points):,} points differ from the gradient by at most {number(gap, 2)}"
    return f"{told} of its length." if gap < CORNER else f"{told} of its length: there the function has a corner."

"""Momentum's plane: the rate of convergence for every step size and every β, and a run at the chosen point."""

from dataclasses import dataclass

import numpy as np

from engine.core import heavy_ball
from engine.core.descent import Descent, race
from engine.core.rules import Knobs
from engine.core.surfaces import Surface, quadratic
from engine.learning.optimizers import Settings

PACES, BETAS = 129, 97
WIDEST = 4.0
STEPS = 100
START = (-4.0, 2.0)


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane and the run.

    Args:
        settings: the experiment.
        rates: the factor per step, (β from 0 to 1, α·λₙ from 0 to 4).
        best: α·λₙ and β of the optimum.
        plain: α·λₙ of the best run without momentum.
        predicted: the factor that theory gives at the chosen point.
        measured: the factor that the run's second half had.
        surface: the bowl.
        run: momentum from the start.
    """

    settings: Settings
    rates: np.ndarray
    best: tuple[float, float]
    plain: float
    predicted: float
    measured: float
    surface: Surface
    run: Descent


def survey(settings: Settings) -> Plane:
    """Compute the plane, and run momentum at the chosen point."""
    kappa = float(settings.kappa)
    paces, betas = np.meshgrid(np.linspace(0, WIDEST, PACES), np.linspace(0, 1, BETAS))
    alpha, beta = heavy_ball.optimum(1.0, kappa)
    surface = quadratic(kappa)
    rates = np.array([[settings.pace / kappa]])
    run = race(surface, START, ("momentum",), rates, Knobs(momentum=settings.carry), STEPS)
    return Plane(
        settings=settings,
        rates=heavy_ball.rate(paces, betas, kappa),
        best=(alpha * kappa, beta),
        plain=2 * kappa / (1 + kappa),
        predicted=float(heavy_ball.rate(settings.pace, settings.carry, kappa)),
        measured=measured_rate(run.points[:, 0]),
        surface=surface,
        run=run,
    )


def measured_rate(points: np.ndarray) -> float:
    """The factor per step of the distance to (0, 0) in the second half of a run (T + 1, 2); of two points at a time.

    Two at a time, because the distance itself swings where the roots are complex.
    """
    both = np.linalg.norm(np.concatenate([points[1:], points[:-1]], axis=1), axis=1)
    known = np.flatnonzero(np.isfinite(both) & (both > 0))
    late = known[len(known) // 2 :]
    if len(late) < 2:
        return 0.0
    return float(np.exp(np.polyfit(late, np.log(both[late]), 1)[0]))


def numbers(plane: Plane) -> tuple[float, float]:
    """The learning rate α and β at the chosen point."""
    return plane.settings.pace / plane.settings.kappa, plane.settings.carry


def steps_for(rate: float, factor: float = 10.0) -> float:
    """How many steps make the distance so many times smaller; infinite if it does not shrink."""
    return float("inf") if rate >= 1 else float(np.log(factor) / -np.log(max(rate, 1e-12)))


def answer(plane: Plane) -> tuple[str, str, str]:
    """Label, value and aside."""
    alpha, beta = numbers(plane)
    best = heavy_ball.rate(*plane.best, plane.settings.kappa)
    said = f"measured {plane.measured:.3f}; α = {alpha:.4g}, β = {beta:.3g}. Best there is: {best:.3f}"
    return "Each step leaves", f"× {plane.predicted:.3f}", said


def summary(plane: Plane) -> str:
    """The plane in words."""
    kappa = plane.settings.kappa
    best, plain = float(heavy_ball.rate(*plane.best, kappa)), (kappa - 1) / (kappa + 1)
    words = (
        f"Condition number {kappa}. The optimum is at α = {plane.best[0] / kappa:.4g} (α·λₙ = {plane.best[0]:.3g}), "
        f"β = {plane.best[1]:.3g}: each step leaves {best:.3f} of the distance. Without momentum the best is "
        f"{plain:.3f}, at α = {plane.plain / kappa:.4g}. "
    )
    if best > 0:
        words += f"A tenth takes {steps_for(best):.0f} steps with momentum, {steps_for(plain):.0f} without. "
    if plane.predicted >= 1:
        return words + "The chosen point does not converge: it needs 0 < αλ < 2 + 2β and β < 1."
    return words + f"The chosen point: {plane.predicted:.3f} predicted, {plane.measured:.3f} measured."


def as_race(settings: Settings) -> Settings:
    """The chosen point as a race above: the same bowl, the same learning rate for SGD, Momentum and Nesterov."""
    rate = settings.pace / settings.kappa
    return settings.but(
        surface="quadratic",
        condition=settings.kappa,
        angle=0,
        rules="sgd momentum nesterov",
        rates=(rate, rate, rate),
        momentum=min(settings.carry, 0.999),
        start=(),
        boost=0.0,
        schedule="constant",
    )

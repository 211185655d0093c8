"""What the race is run on: the surfaces by name, and for each a learning rate that suits each rule."""

from collections.abc import Callable
from typing import Any

from engine.core import surfaces
from engine.core.graph_arrays import typed
from engine.core.minibatches import Examples, least_squares, tilted
from engine.core.surfaces import Surface

SURFACES = {
    "quadratic": "Quadratic bowl",
    "rosenbrock": "Rosenbrock’s valley",
    "beale": "Beale’s function",
    "himmelblau": "Himmelblau’s function",
    "saddle": "Saddle",
    "plateau": "Plateau",
    "rastrigin": "Rastrigin’s dents",
    "line": "Line through data",
    "typed": "Your own f(x, y)",
}
_FIXED: dict[str, Callable[[], Surface]] = {
    "rosenbrock": surfaces.rosenbrock,
    "beale": surfaces.beale,
    "himmelblau": surfaces.himmelblau,
    "saddle": surfaces.saddle,
    "plateau": surfaces.plateau,
    "rastrigin": surfaces.rastrigin,
}
_ORDER = ("sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "newton", "random")
# Found by trying: large enough to get on, small enough not to depend on luck. For the bowl they go with 1/κ, see below.
_RATES = {
    "quadratic": (2.0, 0.7, 0.8, 1.0, 10.0, 0.1, 0.4, 0.4, 1.0, 0.5),
    "rosenbrock": (0.002, 0.002, 0.001, 1.0, 3.0, 0.03, 0.6, 0.6, 1.0, 0.2),
    "beale": (0.006, 0.002, 0.002, 2.0, 2.0, 0.2, 0.6, 0.6, 1.0, 0.3),
    "himmelblau": (0.01, 0.002, 0.005, 1.0, 10.0, 0.1, 0.4, 0.4, 1.0, 0.3),
    "saddle": (0.3, 0.1, 0.1, 0.3, 10.0, 0.03, 0.1, 0.1, 1.0, 0.2),
    "plateau": (0.5, 0.2, 0.3, 0.4, 5.0, 0.04, 0.2, 0.2, 1.0, 0.3),
    "rastrigin": (0.001, 0.001, 0.0005, 0.5, 1.0, 0.02, 0.2, 0.2, 1.0, 1.5),
    "line": (0.3, 0.1, 0.2, 1.0, 20.0, 0.1, 0.3, 0.3, 1.0, 0.3),
    "typed": (0.1, 0.02, 0.02, 0.5, 10.0, 0.03, 0.1, 0.1, 1.0, 0.5),
}


def surface_of(settings: Any) -> Surface:
    """The surface of an experiment.

    Raises:
        ExpressionError: a typed function that cannot be read.
    """
    if settings.surface == "quadratic":
        return surfaces.quadratic(float(settings.condition), float(settings.angle))
    if settings.surface == "line":
        return least_squares(settings.seed)[0]
    if settings.surface == "typed":
        return typed(settings.formula, settings.reach)
    return _FIXED[settings.surface]()


def examples_of(settings: Any, surface: Surface) -> Examples:
    """What sets the single examples apart that the surface is the mean of."""
    return least_squares(settings.seed)[1] if settings.surface == "line" else tilted(surface.tilt, settings.seed)


def own_rate(settings: Any, rule: str) -> float:
    """The learning rate that suits a rule on a surface; for SGD on the bowl the best there is, 2 / (λ₁ + λₙ)."""
    rate = _RATES[settings.surface][_ORDER.index(rule)]
    if settings.surface != "quadratic" or rule not in ("sgd", "momentum", "nesterov"):
        return rate
    return rate / (settings.condition + 1) if rule == "sgd" else rate / settings.condition

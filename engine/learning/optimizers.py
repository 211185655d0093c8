"""Rules of descent in a race: from one start, on one surface, and who comes down first."""

from dataclasses import dataclass

import numpy as np

from engine.core import minibatches
from engine.core.descent import NEWTON, TITLES, Descent, race
from engine.core.expression_tokens import ExpressionError
from engine.core.fields import Experiment, choice, real, reals, seed, text, whole
from engine.core.rules import NEWTONS, Knobs
from engine.core.schedules import SCHEDULES, factors
from engine.core.surfaces import Surface
from engine.learning.optimizers_surfaces import SURFACES, examples_of, own_rate, surface_of

ALL = " ".join(TITLES)
FORMULA = "(x**2 + y**2)/4 + sin(2*x)*cos(y)"
TASKS = {"moons": "Two moons", "rings": "Rings", "spirals": "Spirals"}
POLISH = 40


def racing(words: str) -> tuple[str, ...]:
    """The rules that a text names, in the order of the table.

    >>> racing("adam sgd")
    ('sgd', 'adam')
    """
    named = words.split()
    for name in named:
        if name not in TITLES:
            raise ValueError(f"There is no rule {name[:20]}; there are {', '.join(TITLES)}.")
    if not named:
        raise ValueError("Nobody runs: switch on at least one rule.")
    return tuple(name for name in TITLES if name in named)


@dataclass(frozen=True)
class Settings(Experiment):
    """The race, the plane of momentum, and the race on a network."""

    surface: str = choice("quadratic", SURFACES, "Surface", "The loss that is to be made small.")
    condition: int = whole(10, 1, 200, "Condition number κ", "How much steeper the bowl is one way than the other.")
    angle: int = whole(0, 0, 90, "Turned by", "Turns the bowl: rules that scale each axis on its own notice.", step=5)
    formula: str = text(FORMULA, 300, "f(x, y)", "+ − * / **, exp log sin cos tan tanh sqrt abs max min and more.")
    reach: float = real(4.0, 0.5, 20.0, "Map from −r to r", "Half the width of the map.", step=0.5)
    start: tuple[float, ...] = reals((), 2, 100.0, "Start", "x and y; nothing: the surface's own start.")
    rules: str = text(ALL, 120, "Rules", "Who runs.", parse=racing)
    rates: tuple[float, ...] = reals((), 10, 1e4, "Learning rates", "In the order of the rules; 0: the surface's own.")
    boost: float = real(0.0, -2.0, 2.0, "All learning rates × 10ᵖ", "p; 0 leaves each as it is.")
    steps: int = whole(150, 10, 500, "Steps", step=10)
    schedule: str = choice("constant", SCHEDULES, "Schedule", "What the learning rates are multiplied by over time.")
    every: int = whole(30, 1, 250, "Every", "Steps until the rate falls again.")
    decay: float = real(0.5, 0.01, 1.0, "Falls to", "Step: each time; exponential: over the whole race.", step=0.01)
    warmup: float = real(0.3, 0.02, 0.9, "Rising share", "The part of the steps in which the rate rises.", step=0.01)
    momentum: float = real(0.9, 0.0, 0.999, "Momentum μ", "Of Momentum and Nesterov.", step=0.001)
    beta1: float = real(0.9, 0.0, 0.999, "β₁", "Adam, AdamW: how much of the mean gradient is kept.", step=0.001)
    beta2: float = real(0.999, 0.0, 0.9999, "β₂", "Adam, AdamW: how much of the mean square is kept.", step=0.0001)
    smoothing: float = real(0.99, 0.0, 0.999, "RMSProp α", "How much of the mean square is kept.", step=0.001)
    rho: float = real(0.9, 0.0, 0.999, "Adadelta ρ", "How much of both mean squares is kept.", step=0.001)
    weight_decay: float = real(0.0, 0.0, 1.0, "Weight decay λ", "Pulls towards (0, 0).", step=0.01)
    epsilon: int = whole(0, 0, 12, "ε = 10⁻ᵏ", "k; 0: each rule's own, as in PyTorch.")
    newton: str = choice("saddle_free", NEWTONS, "Newton", "What Newton's method does with a curvature below zero.")
    damping: float = real(0.001, 0.0, 10.0, "Newton's δ", "Added to the curvature, or its least size.", step=0.001)
    batch: int = whole(
        minibatches.EXAMPLES,
        1,
        minibatches.EXAMPLES,
        "Batch size",
        f"The loss is the mean over {minibatches.EXAMPLES} examples. A step sees so many of them, the same for all.",
    )
    tolerance: int = whole(3, 1, 10, "Arrived: f − min f ≤ 10⁻ᵏ", "k.")
    seed: int = seed()
    kappa: int = whole(49, 1, 200, "Condition number κ", "The curvatures lie between 1 and κ.")
    pace: float = real(1.0, 0.02, 4.0, "Step α·λₙ", "The learning rate times the largest curvature.", step=0.02)
    carry: float = real(0.5, 0.0, 1.0, "Momentum β", "", step=0.005)
    task: str = choice("moons", TASKS, "Data", "Two classes in the plane.")
    width: int = whole(8, 2, 16, "Hidden units", "In each of the two hidden layers.")
    rounds: int = whole(150, 20, 300, "Steps", "All examples at each.", step=10)


@dataclass(frozen=True, eq=False)
class Race:
    """A race with its judge's numbers.

    Args:
        settings: the experiment.
        surface: what was descended on.
        run: every step.
        rates: each rule's learning rate before the schedule, (R,).
        schedule: its factor at each step, (T,).
        lowest: the loss at the minimum; for a typed function the lowest that was found.
        arrivals: for each rule the first step at most the tolerance above it, or None.
    """

    settings: Settings
    surface: Surface
    run: Descent
    rates: np.ndarray
    schedule: np.ndarray
    lowest: float
    arrivals: list[int | None]

    @property
    def gaps(self) -> np.ndarray:
        """How far each loss is above the lowest, (T + 1, R)."""
        return np.maximum(self.run.losses - self.lowest, 0)


def knobs_of(settings: Settings) -> Knobs:
    """The hyperparameters that the rules share."""
    names = ("momentum", "beta1", "beta2", "smoothing", "rho", "weight_decay", "newton", "damping")
    epsilon = 10.0**-settings.epsilon if settings.epsilon else None
    return Knobs(epsilon=epsilon, **{name: getattr(settings, name) for name in names})


def rate_of(settings: Settings, rule: str) -> float:
    """The learning rate of a rule: its own or the surface's, times the factor for all."""
    at = list(TITLES).index(rule)
    own = settings.rates[at] if at < len(settings.rates) else 0.0
    # Newton's step has its length from the curvature: the factor for all leaves it alone.
    return (own or own_rate(settings, rule)) * (1.0 if rule == NEWTON else 10.0**settings.boost)


def schedule_of(settings: Settings, steps: int) -> np.ndarray:
    """The schedule's factors, (steps,)."""
    return factors(settings.schedule, steps, every=settings.every, decay=settings.decay, warmup=settings.warmup)


def start_of(settings: Settings, surface: Surface) -> tuple[float, float]:
    """Where all begin."""
    return (settings.start[0], settings.start[1]) if len(settings.start) == 2 else surface.start


def noise_of(settings: Settings, surface: Surface) -> tuple[np.ndarray, np.ndarray] | None:
    """What each step's gradient is off by; None when every step sees all examples."""
    if settings.batch == minibatches.EXAMPLES:
        return None
    chosen = minibatches.batches(settings.steps, settings.batch, settings.seed)
    return minibatches.noise(examples_of(settings, surface), chosen)


def compete(settings: Settings) -> Race:
    """Run all rules from the start.

    Raises:
        ValueError: nobody runs, the function cannot be read, or it has no value at the start.
    """
    rules, surface = racing(settings.rules), surface_of(settings)
    start = start_of(settings, surface)
    if not np.isfinite(surface.at(np.array(start))):
        raise ValueError(f"f has no value at the start ({start[0]:g}, {start[1]:g}): start somewhere else.")
    rates = np.array([rate_of(settings, rule) for rule in rules])
    schedule = schedule_of(settings, settings.steps)
    noise = noise_of(settings, surface)
    run = race(
        surface, start, rules, np.outer(rates, schedule), knobs_of(settings), settings.steps, noise, settings.seed
    )
    lowest = lowest_of(surface, run)
    arrivals = run.first_below(lowest + 10.0**-settings.tolerance)
    return Race(settings, surface, run, rates, schedule, lowest, arrivals)


def lowest_of(surface: Surface, run: Descent) -> float:
    """The loss at the minimum; where it is not known, the lowest that the race, the map and Newton's method find."""
    if np.isfinite(surface.lowest):
        return surface.lowest
    x, y, values = surface.grid(61)
    row, column = divmod(int(np.nanargmin(np.where(np.isfinite(values), values, np.inf))), len(x))
    best = (float(x[column]), float(y[row]))
    near = race(surface, best, (NEWTON,), np.ones((1, 1)), Knobs(), POLISH)
    return float(min(np.nanmin(near.losses), np.nanmin(run.losses)))


def with_rate(settings: Settings, rule: str, rate: float) -> Settings:
    """The settings after one rule got a learning rate of its own; 0 gives it back the surface's.

    Raises:
        ValueError: there is no such rule, or the rate is not one.
    """
    if rule not in TITLES or not 0 <= rate <= 1e4:
        raise ValueError("A learning rate lies between 0 and 10 000.")
    rates = [*settings.rates, *[0.0] * (len(TITLES) - len(settings.rates))]
    rates[list(TITLES).index(rule)] = rate
    while rates and not rates[-1]:
        rates.pop()
    return settings.but(rates=tuple(rates))


def with_rule(settings: Settings, rule: str) -> Settings:
    """The settings after a rule joined the race, or left it; the last one stays."""
    if rule not in TITLES:
        raise ValueError("There is no such rule.")
    now = set(racing(settings.rules)) ^ {rule}
    return settings.but(rules=" ".join(name for name in TITLES if name in now)) if now else settings


def mistake(settings: Settings) -> ExpressionError | None:
    """Why a typed function cannot be read, and where; None if it can."""
    try:
        surface_of(settings)
    except ExpressionError as error:
        return error
    return None


def surface_fields(settings: Settings) -> tuple[str, ...]:
    """The fields that shape this surface."""
    return {"quadratic": ("condition", "angle"), "typed": ("reach",)}.get(settings.surface, ())


def schedule_fields(settings: Settings) -> tuple[str, ...]:
    """The fields that shape this schedule."""
    wanted = {"step": ("every", "decay"), "exponential": ("decay",), "warmup": ("warmup",), "one_cycle": ("warmup",)}
    return wanted.get(settings.schedule, ())


def knob_fields(settings: Settings) -> tuple[str, ...]:
    """The hyperparameters of the rules that run, and how near counts as arrived."""
    of = {
        "momentum": ("momentum", "nesterov"),
        "beta1": ("adam", "adamw"),
        "beta2": ("adam", "adamw"),
        "smoothing": ("rmsprop",),
        "rho": ("adadelta",),
        "epsilon": ("adagrad", "adadelta", "rmsprop", "adam", "adamw"),
        "newton": ("newton",),
        "damping": ("newton",),
    }
    try:
        running = set(racing(settings.rules))
    except ValueError:
        running = set(TITLES)
    return ("tolerance", "weight_decay", *(name for name, rules in of.items() if running & set(rules)))

"""The race on a real network: the same first weights for all rules, and the paths on a slice of its loss."""

from dataclasses import dataclass

import numpy as np

from engine.core import stacked_networks as stacked
from engine.core.descent import TITLES
from engine.core.point_clouds import cloud
from engine.core.rules import RULES, Memory
from engine.learning.optimizers import Settings, knobs_of, racing, schedule_of

COUNT = 120
GRID = (49, 35)
MARGIN = 0.12
# Suits tanh networks of this size on any of the data sets; found by trying.
RATES = {
    "sgd": 1.0,
    "momentum": 0.3,
    "nesterov": 0.3,
    "adagrad": 0.1,
    "adadelta": 10.0,
    "rmsprop": 0.01,
    "adam": 0.03,
    "adamw": 0.03,
}


@dataclass(frozen=True, eq=False)
class Training:
    """R trainings from the same weights.

    Args:
        settings: the experiment.
        rules: who trained.
        rates: their learning rates before the schedule, (R,).
        losses: (T + 1, R).
        accuracy: of the last networks, (R,).
        weights: of every step, (T + 1, R, P).
        paths: the weights in the slice's coordinates, (T + 1, R, 2).
        box: of the slice; slice: the loss over it, (H, W).
        explained: the share of all movement that the two directions hold.
        points, labels: the data.
    """

    settings: Settings
    rules: tuple[str, ...]
    rates: np.ndarray
    losses: np.ndarray
    accuracy: np.ndarray
    weights: np.ndarray
    paths: np.ndarray
    box: tuple[float, float, float, float]
    slice: np.ndarray
    explained: float
    points: np.ndarray
    labels: np.ndarray


def train(settings: Settings) -> Training:
    """Train a network with every first-order rule of the race, all at once, every step on all examples.

    Raises:
        ValueError: only Newton or random search is switched on; they are for two dimensions, not for hundreds.
    """
    rules = tuple(rule for rule in racing(settings.rules) if rule in RULES)
    if not rules:
        raise ValueError("Newton and random search do not run on the network: switch on a rule that uses the slope.")
    points, labels = cloud(settings.task, COUNT, settings.seed)
    rates = np.array([RATES[rule] for rule in rules]) * 10.0**settings.boost
    weights, losses = _run(settings, rules, np.outer(rates, schedule_of(settings, settings.rounds)), points, labels)
    answers = stacked.logits(weights[-1], points, settings.width)
    centre, axes, explained = principal(weights)
    paths = (weights - centre) @ axes.T
    box, height = _slice(settings, centre, axes, paths, points, labels)
    return Training(
        settings=settings,
        rules=rules,
        rates=rates,
        losses=losses,
        accuracy=((answers > 0) == (labels > 0)).mean(axis=1),
        weights=weights,
        paths=paths,
        box=box,
        slice=height,
        explained=explained,
        points=points,
        labels=labels,
    )


def _run(
    settings: Settings, rules: tuple[str, ...], rates: np.ndarray, points: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    knobs, steps = knobs_of(settings), settings.rounds
    first = stacked.initial(settings.width, settings.seed)
    weights = np.empty((steps + 1, len(rules), len(first)))
    losses = np.empty((steps + 1, len(rules)))
    weights[0] = first
    kept = [Memory((1, len(first))) for _ in rules]
    with np.errstate(all="ignore"):
        for t in range(steps):
            losses[t], slopes = stacked.gradients(weights[t], points, labels, settings.width)
            for i, rule in enumerate(rules):
                here = weights[t, i : i + 1]
                step = RULES[rule].move(kept[i], here, slopes[i : i + 1], rates[i, t], knobs).step
                weights[t + 1, i] = np.clip(here + step, -1e3, 1e3)
        losses[steps] = stacked.loss(stacked.logits(weights[steps], points, settings.width), labels)
    return weights, losses


def principal(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """The mean of all weights (…, P), the two directions in which they spread most (2, P), and their share of it.

    Reference: Li et al. 2018, Visualizing the loss landscape of neural nets, section 7.
    """
    flat = weights.reshape(-1, weights.shape[-1])  # (…, P) -> (M, P)
    centre = flat.mean(axis=0)
    spread = (flat - centre).T @ (flat - centre)
    values, vectors = np.linalg.eigh(spread)
    share = float(values[-2:].sum() / max(values.sum(), 1e-300))
    axes = vectors[:, [-1, -2]].T
    return centre, axes * np.where(axes.sum(axis=1, keepdims=True) < 0, -1, 1), share


def _slice(
    settings: Settings, centre: np.ndarray, axes: np.ndarray, paths: np.ndarray, points: np.ndarray, labels: np.ndarray
) -> tuple[tuple[float, float, float, float], np.ndarray]:
    """The loss over the rectangle about all paths."""
    low, high = paths.min(axis=(0, 1)), paths.max(axis=(0, 1))
    pad = MARGIN * np.maximum(high - low, 1e-6)
    box = (low[0] - pad[0], high[0] + pad[0], low[1] - pad[1], high[1] + pad[1])
    x, y = np.linspace(box[0], box[1], GRID[0]), np.linspace(box[2], box[3], GRID[1])
    across, up = np.meshgrid(x, y)
    places = np.stack([across.ravel(), up.ravel()], axis=1)  # (H, W) twice -> (H·W, 2)
    heights = [
        stacked.loss(
            stacked.logits((centre + part @ axes).astype(np.float32), points.astype(np.float32), settings.width), labels
        )
        for part in np.array_split(places, 16)
    ]
    return (float(box[0]), float(box[1]), float(box[2]), float(box[3])), np.concatenate(heights).reshape(across.shape)


def answer(training: Training) -> tuple[str, str, str]:
    """Label, value and aside."""
    best = int(np.argmin(training.losses[-1]))
    rest = ", ".join(
        f"{TITLES[training.rules[at]]} {training.losses[-1, at]:.3g}" for at in np.argsort(training.losses[-1])[1:]
    )
    said = f"loss {training.losses[-1, best]:.3g} after {training.settings.rounds} steps" + (
        f"; {rest}" if rest else ""
    )
    return "Lowest", TITLES[training.rules[best]], said


def summary(training: Training) -> str:
    """The picture in words."""
    settings, width = training.settings, training.settings.width
    right = ", ".join(
        f"{TITLES[rule]} {100 * share:.0f} %" for rule, share in zip(training.rules, training.accuracy, strict=True)
    )
    return (
        f"A 2-{width}-{width}-1 network with {stacked.size(width)} weights learns {settings.task} from the same "
        f"first weights with each rule. The map is the loss over the plane through the mean of all weights along "
        f"their two principal directions, which hold {100 * training.explained:.0f} % of all movement; off that plane "
        f"a path’s own loss is not the map’s. Examples classified right at the end: {right}."
    )


def board_words(training: Training) -> str:
    """What the small maps show."""
    lowest = int(np.argmin(training.losses[-1]))
    return (
        f"What each network says over the plane after {training.settings.rounds} steps: blue for one class, orange for "
        f"the other; {TITLES[training.rules[lowest]]} has the lowest loss."
    )

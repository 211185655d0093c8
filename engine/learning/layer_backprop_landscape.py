"""Where the small network stands on its loss surface: a slope, a plateau or a saddle, by gradient and curvatures."""

from dataclasses import dataclass

import numpy as np

from engine.core.backward_trace import say
from engine.learning.layer_backprop_network import PARAMETERS, Pass, Trained, losses_at, run

REACH, POINTS = 3.0, 81
STILL, FLAT, GENTLE, LOW = 1e-9, 1e-5, 0.02, 0.05
STEP = 1e-4


@dataclass(frozen=True, eq=False)
class Landscape:
    """The surroundings of the parameters in three directions.

    Args:
        slope: the length of the gradient over all 27 parameters.
        corner: whether a hidden sum lies at ReLU's corner, where there is no curvature.
        curvatures: eigenvalues of the Hessian, rising.
        places: distances along each direction, (T,).
        titles: of the directions.
        losses: (directions, T).
    """

    slope: float
    corner: bool
    curvatures: np.ndarray
    places: np.ndarray
    titles: tuple[str, ...]
    losses: np.ndarray

    @property
    def kind(self) -> str:
        """What such a place is called."""
        low, high = float(self.curvatures[0]), float(self.curvatures[-1])
        if self.corner:
            return "On ReLU’s corner"
        if self.slope > GENTLE:
            return "Slope"
        if self.slope > STILL:
            bottom = float(self.losses[:, POINTS // 2].max()) < LOW
            return "Near the bottom" if bottom else "Near a saddle" if low < -GENTLE else "Plateau"
        if low < -FLAT:
            return "Saddle" if high > FLAT else "Maximum"
        return "Minimum" if low > FLAT else "Plateau"


def survey(trained: Trained) -> Landscape:
    """Gradient, Hessian and three cuts through the surface at the parameters of the update that is shown."""
    made, activation = trained.shown, trained.settings.activation
    at = np.concatenate([getattr(made, name).ravel() for name in PARAMETERS])
    slope = float(np.linalg.norm(made.gradient))
    curvatures, directions = np.linalg.eigh(hessian(made, at, activation))
    ways = {"curves up most": directions[:, -1], "curves down most": directions[:, 0]}
    if curvatures[0] > -FLAT:
        ways = {"curves up most": directions[:, -1], "curves least": directions[:, 0]}
    if slope > STILL:
        ways = {"down the gradient": -made.gradient / slope, **ways}
    places = np.linspace(-REACH, REACH, POINTS)
    moved = at + places[None, :, None] * np.stack(list(ways.values()))[:, None]  # (directions, T, 27)
    losses = losses_at(moved.reshape(-1, len(at)), made.x, made.y, activation)
    corner = activation == "relu" and bool((np.abs(made.a) < STEP).any())
    return Landscape(slope, corner, curvatures, places, tuple(ways), losses.reshape(len(ways), POINTS))


def hessian(made: Pass, at: np.ndarray, activation: str) -> np.ndarray:
    """Centred differences of the gradient, made symmetric: (27, 27)."""
    shapes = [getattr(made, name).shape for name in PARAMETERS]
    ends = np.cumsum([height * width for height, width in shapes])[:-1]

    def gradient(point: np.ndarray) -> np.ndarray:
        parts = [part.reshape(shape) for part, shape in zip(np.split(point, ends), shapes, strict=True)]
        return run(made.x, parts[0], parts[1], parts[2], parts[3], made.y, activation).gradient

    steps = STEP * np.eye(len(at))
    rows = np.stack([(gradient(at + step) - gradient(at - step)) / (2 * STEP) for step in steps])
    return (rows + rows.T) / 2


def place_words(found: Landscape) -> str:
    """The place in a sentence or two."""
    low, high = float(found.curvatures[0]), float(found.curvatures[-1])
    ends = f"curvatures run from {_plain(low)} to {_plain(high)}"
    told = {
        "On ReLU’s corner": "A hidden sum is 0, where ReLU has no derivative: torch passes nothing back, and the unit "
        "learns nothing.",
        "Slope": "There is a way down, and a step of gradient descent takes it.",
        "Near the bottom": "The loss is almost 0: little is left to learn, and the steps get small.",
        "Near a saddle": "Hardly any slope, but a direction that curves down: the way out is slow at first.",
        "Plateau": "Hardly any slope, and no direction that curves down noticeably: gradient descent barely moves.",
        "Saddle": "No slope at all, and yet the loss falls to both sides in some direction: a saddle holds gradient "
        "descent that starts exactly on it.",
        "Maximum": "No slope, and down on all sides.",
        "Minimum": "No slope, and up on all sides.",
    }
    ends = "" if found.corner else f"; {ends}"
    return f"The gradient has length {_plain(found.slope)}{ends}. {told[found.kind]}"


def _plain(value: float) -> str:
    return say(0.0 if abs(value) < 1e-12 else value, 3)


def symmetry(made: Pass) -> str:
    """Which hidden units are copies of each other and get the same gradient, in a sentence; "" if none."""
    rows = np.concatenate([made.w1, made.b1, made.w2.T], axis=1)
    pulls = np.concatenate([made.d_w1, made.d_b1, made.d_w2.T], axis=1)
    alike = [j for j in range(1, len(rows)) if np.allclose(rows[j], rows[0]) and np.allclose(pulls[j], pulls[0])]
    if len(alike) < len(rows) - 1:
        return ""
    return "All hidden units are copies and get the same gradient, so they stay copies after every update."

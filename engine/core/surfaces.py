"""Losses over the plane to descend on: value, gradient and Hessian of each, its map, its minima, a place to start.

All functions take arrays x and y of one shape and give arrays of it, so that many points go at once:

>>> rosenbrock().gradient(np.array([0.0]), np.array([0.0]))
(array([-2.]), array([0.]))
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

# A numpy array, or a plain number where there is one point.
Array = Any
Point = tuple[float, float]
STEP = 1e-6  # of centred differences, for points near 1


@dataclass(frozen=True, eq=False)
class Surface:
    """One loss f(x, y).

    Args:
        title: its name.
        formula: the same in the language of engine.core.expressions.
        value: f.
        gradient: ∂f/∂x and ∂f/∂y.
        hessian: ∂²f/∂x², ∂²f/∂x∂y and ∂²f/∂y².
        box: the part that a map shows: lowest and highest x, lowest and highest y.
        start: a good place to begin.
        lowest: the smallest value of f; NaN if it is not known.
        minima: where f has it.
        tilt: how far the gradients of single examples spread about the gradient of their mean.
    """

    title: str
    formula: str
    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], tuple[Array, Array]]
    hessian: Callable[[Array, Array], tuple[Array, Array, Array]]
    box: tuple[float, float, float, float]
    start: Point
    lowest: float = 0.0
    minima: tuple[Point, ...] = ()
    tilt: float = 1.0

    def at(self, points: Array) -> Array:
        """The value at points (..., 2): (...)."""
        return self.value(points[..., 0], points[..., 1])

    def slope(self, points: Array) -> Array:
        """The gradient at points (..., 2): (..., 2)."""
        return np.stack(self.gradient(points[..., 0], points[..., 1]), axis=-1)

    def discrepancy(self, points: Array) -> float:
        """The largest gap between the gradient and centred differences at points (N, 2), as a share of its length + 1.

        What has no number on either side is left out; 0 where nothing is left.
        """
        step = STEP * np.maximum(1.0, np.abs(points))
        found = self.slope(points)
        with np.errstate(all="ignore"):
            sides = [(points + step * axis, points - step * axis) for axis in np.eye(2)]
            drawn = [(self.at(above) - self.at(below)) for above, below in sides]
            gaps = np.abs(found - np.stack(drawn, axis=-1) / (2 * step)).max(axis=-1)
            shares = gaps / (np.abs(found).max(axis=-1) + 1)
        return float(np.max(shares[np.isfinite(shares)], initial=0.0))

    def grid(self, cells: int) -> tuple[Array, Array, Array]:
        """Coordinates x (W,), y (H,) and f (H, W) over the box; the row of the lowest y comes first."""
        left, right, low, high = self.box
        x = np.linspace(left, right, cells)
        y = np.linspace(low, high, max(2, round(cells * (high - low) / (right - left))))
        with np.errstate(all="ignore"):
            return x, y, self.value(*np.meshgrid(x, y))


def quadratic(condition: float = 10.0, angle: float = 0.0) -> Surface:
    """(u² + κ v²) / 2, a bowl κ times as steep along v as along u; u, v are x, y turned by an angle in degrees.

    The curvatures are 1 and κ: their ratio κ is the condition number.
    """
    turn = math.radians(angle)
    c, s = math.cos(turn), math.sin(turn)
    xx, xy, yy = c * c + condition * s * s, (condition - 1) * s * c, s * s + condition * c * c
    # Only what is there is written; the turned bowl has all three terms.
    formula = f"(x**2 + {condition:.12g}*y**2)/2"
    if angle:
        formula = f"({xx:.17g}*x**2 + {2 * xy:.17g}*x*y + {yy:.17g}*y**2)/2"
    return Surface(
        "Quadratic bowl",
        formula,
        lambda x, y: 0.5 * (xx * x * x + yy * y * y) + xy * x * y,
        lambda x, y: (xx * x + xy * y, xy * x + yy * y),
        lambda x, y: (xx + 0 * x, xy + 0 * x, yy + 0 * x),
        box=(-5, 5, -3.5, 3.5),
        start=(-4.0, 2.0),
        minima=((0.0, 0.0),),
        tilt=0.5 * math.sqrt(condition),
    )


def rosenbrock() -> Surface:
    """(1 − x)² + 100 (y − x²)²: a curved valley with a floor that hardly falls."""
    return Surface(
        "Rosenbrock’s valley",
        "(1 - x)**2 + 100*(y - x**2)**2",
        lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
        lambda x, y: (-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
        lambda x, y: (2 - 400 * (y - 3 * x * x), -400 * x, 200 + 0 * x),
        box=(-2, 2, -0.6, 2.2),
        start=(-1.5, 1.6),
        minima=((1.0, 1.0),),
        tilt=2.0,
    )


_BEALE = (1.5, 2.25, 2.625)


def _beale_parts(x: Array, y: Array) -> list[tuple[Array, Array, Array, Array]]:
    """Of each residual c − x + x yⁿ: itself, its slopes along x and y, and its second derivative along y over x."""
    parts = []
    for n, c in enumerate(_BEALE, 1):
        power = y**n
        parts.append((c - x * (1 - power), power - 1, n * x * y ** (n - 1), n * y ** (n - 1)))
    return parts


def _beale_hessian(x: Array, y: Array) -> tuple[Array, Array, Array]:
    xx = xy = yy = 0.0 * x
    for n, (r, along, up, cross) in enumerate(_beale_parts(x, y), 1):
        xx = xx + 2 * along * along
        xy = xy + 2 * (along * up + r * cross)
        yy = yy + 2 * (up * up + (r * n * (n - 1) * x * y ** (n - 2) if n > 1 else 0.0))
    return xx, xy, yy


def _beale_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    y2 = y * y
    y3 = y2 * y
    first, second, third = 1.5 - x * (1 - y), 2.25 - x * (1 - y2), 2.625 - x * (1 - y3)
    return (
        2 * (first * (y - 1) + second * (y2 - 1) + third * (y3 - 1)),
        2 * x * (first + 2 * y * second + 3 * y2 * third),
    )


def beale() -> Surface:
    """Beale's function: flat in the middle, steep at the corners, its minimum in a bent valley."""
    return Surface(
        "Beale’s function",
        "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
        lambda x, y: sum(part[0] ** 2 for part in _beale_parts(x, y)),
        _beale_gradient,
        _beale_hessian,
        box=(-4.5, 4.5, -3, 3),
        start=(1.0, 2.2),
        minima=((3.0, 0.5),),
        tilt=1.0,
    )


_FOUR = (
    (3.0, 2.0),
    (-2.805118086952745, 3.131312518250573),
    (-3.779310253377747, -3.283185991286170),
    (3.584428340330492, -1.848126526964404),
)


def himmelblau() -> Surface:
    """(x² + y − 11)² + (x + y² − 7)²: four minima, all of value 0."""
    return Surface(
        "Himmelblau’s function",
        "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
        lambda x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
        lambda x, y: (
            4 * x * (x * x + y - 11) + 2 * (x + y * y - 7),
            2 * (x * x + y - 11) + 4 * y * (x + y * y - 7),
        ),
        lambda x, y: (12 * x * x + 4 * y - 42, 4 * (x + y), 12 * y * y + 4 * x - 26),
        box=(-6, 6, -4.5, 4.5),
        start=(0.2, -1.5),
        minima=_FOUR,
        tilt=4.0,
    )


def saddle() -> Surface:
    """x²/2 − y²/2 + y⁴/4: a saddle in the middle, minima of −1/4 at y = ±1."""
    return Surface(
        "Saddle",
        "x**2/2 - y**2/2 + y**4/4",
        lambda x, y: x * x / 2 - y * y / 2 + y**4 / 4,
        lambda x, y: (x + 0 * y, y**3 - y),
        lambda x, y: (1 + 0 * x, 0 * x, 3 * y * y - 1),
        box=(-2.2, 2.2, -1.6, 1.6),
        start=(1.8, 0.001),
        lowest=-0.25,
        minima=((0.0, 1.0), (0.0, -1.0)),
        tilt=0.3,
    )


def plateau() -> Surface:
    """1 − exp(−(x² + 2y²)/2): a hole in a plain; a few steps away from it the gradient is nearly nothing."""

    def hole(x: Array, y: Array) -> Array:
        return np.exp(-(x * x + 2 * y * y) / 2)

    return Surface(
        "Plateau",
        "1 - exp(-(x**2 + 2*y**2)/2)",
        lambda x, y: -np.expm1(-(x * x + 2 * y * y) / 2),
        lambda x, y: (x * hole(x, y), 2 * y * hole(x, y)),
        lambda x, y: ((1 - x * x) * hole(x, y), -2 * x * y * hole(x, y), (2 - 4 * y * y) * hole(x, y)),
        box=(-4, 4, -3, 3),
        start=(-2.8, 1.2),
        minima=((0.0, 0.0),),
        tilt=0.05,
    )


def rastrigin() -> Surface:
    """20 + x² + y² − 10 cos 2πx − 10 cos 2πy: a wide bowl full of dents."""
    turn = 2 * math.pi
    return Surface(
        "Rastrigin’s dents",
        "20 + x**2 + y**2 - 10*cos(2*pi*x) - 10*cos(2*pi*y)",
        lambda x, y: 20 + x * x + y * y - 10 * np.cos(turn * x) - 10 * np.cos(turn * y),
        lambda x, y: (2 * x + 10 * turn * np.sin(turn * x), 2 * y + 10 * turn * np.sin(turn * y)),
        lambda x, y: (2 + 10 * turn**2 * np.cos(turn * x), 0 * x, 2 + 10 * turn**2 * np.cos(turn * y)),
        box=(-3, 3, -2.25, 2.25),
        start=(-1.7, 1.3),
        minima=((0.0, 0.0),),
        tilt=10.0,
    )

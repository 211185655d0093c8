"""Finite differences: is a gradient what the loss does when one number is moved a little?

Reference: the centred difference (L(θ + ε·d) − L(θ − ε·d)) / 2ε in float64; its error falls as ε² until rounding,
which grows as 1/ε, takes over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.core.tables import Cell, Table

STEP = 1e-5
METHOD = "(L(θ + ε) − L(θ − ε)) / 2ε, ε = 10⁻⁵, float64"
# What rounding alone may put into a difference of a loss near 1, and what truncation may.
ROUNDING, TRUNCATION = 1e-9, 1e-6
Loss = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Check:
    """One tensor's gradient against finite differences.

    Args:
        name: what the tensor is called.
        count: how many numbers were compared.
        largest: the largest gradient among them, in magnitude.
        gap: the largest difference, in magnitude.
        kinks: how many numbers stand where the loss has a corner, and so no derivative; they are left out.
        floor: what rounding alone may make of the gap.
    """

    name: str
    count: int
    largest: float
    gap: float
    kinks: int = 0
    floor: float = ROUNDING

    @property
    def relative(self) -> float:
        """The gap as a share of the largest gradient; 0 where both are nothing but rounding."""
        if max(self.gap, self.largest) <= self.floor:
            return 0.0
        return self.gap / self.largest if self.largest else float("inf")

    @property
    def agrees(self) -> bool:
        """Whether the gap is no more than finite differences themselves are wrong by."""
        return self.gap <= TRUNCATION * self.largest + self.floor


def differences(losses: Loss, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The centred difference along each coordinate, and where a kink stands.

    Args:
        losses: points (P, D) → losses (P,).
        at: the point (D,).

    Returns:
        (D,) the slopes, and (D,) bool: the slopes on the two sides differ, and go on doing so at a tenth of ε.
    """
    step = STEP * np.maximum(1.0, np.abs(at))
    middle = float(losses(at[None])[0])
    right, left = _sides(losses, at, step, middle)
    floor = 1e-6 * (1 + abs(middle))
    kinks = np.zeros(len(at), dtype=bool)
    doubtful = np.flatnonzero(np.abs(right - left) > floor)
    if doubtful.size:
        near, far = _sides(losses, at, step / 10, middle, doubtful)
        kinks[doubtful] = (np.abs(near - far) > floor) & (np.abs(near - far) > 0.3 * np.abs(right - left)[doubtful])
    return (right + left) / 2, kinks


def truncation(losses: Loss, at: np.ndarray, slopes: np.ndarray, which: np.ndarray) -> np.ndarray:
    """How far off the centred differences are for want of a smaller ε: (D,), 0 where nobody asked.

    The error is e·ε² nearly, so at 10 ε it is 100 times as large, and the two differences tell e.
    """
    errors = np.zeros(len(at))
    if which.size:
        right, left = _sides(losses, at, 10 * STEP * np.maximum(1.0, np.abs(at)), 0.0, which)
        errors[which] = np.abs((right + left) / 2 - slopes[which]) / 99
    return errors


def _sides(
    losses: Loss, at: np.ndarray, step: np.ndarray, middle: float, which: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The slopes to the right and to the left along some coordinates."""
    which = np.arange(len(at)) if which is None else which
    moved = np.zeros((len(which), len(at)))
    moved[np.arange(len(which)), which] = step[which]
    sides = losses(np.concatenate([at + moved, at - moved]))
    return (sides[: len(which)] - middle) / step[which], (middle - sides[len(which) :]) / step[which]


def check(losses: Loss, tensors: Mapping[str, np.ndarray], gradients: Mapping[str, np.ndarray]) -> tuple[Check, ...]:
    """Every number of every tensor moved a little, and the change of the loss held against the gradient.

    Args:
        losses: points (P, D) → losses (P,), D the numbers of all tensors in their order.
        tensors: by name, any shapes.
        gradients: by the same names, of the same shapes.
    """
    at = np.concatenate([tensor.ravel() for tensor in tensors.values()])
    slopes, kinks = differences(losses, at)
    expected = np.concatenate([gradients[name].ravel() for name in tensors])
    # Terms of θ·∂L/∂θ may be large and cancel in the loss: their rounding is in it all the same.
    floor = ROUNDING * (1 + abs(float(losses(at[None])[0])) + float(np.abs(at * expected).sum()))
    doubtful = np.flatnonzero(np.abs(slopes - expected) > floor)
    errors = truncation(losses, at, slopes, doubtful)
    found, start = [], 0
    for name, tensor in tensors.items():
        part = slice(start, start + tensor.size)
        found.append(
            compare(name, gradients[name].ravel(), slopes[part], kinks[part], floor + 2 * float(errors[part].max()))
        )
        start += tensor.size
    return tuple(found)


def compare(name: str, gradient: np.ndarray, slopes: np.ndarray, kinks: np.ndarray, floor: float = ROUNDING) -> Check:
    """A tensor's gradient (D,) against its finite differences (D,); what stands at a kink is left out."""
    sure = ~kinks
    largest = float(np.abs(gradient[sure]).max(initial=0.0))
    gap = float(np.abs(gradient - slopes)[sure].max(initial=0.0))
    return Check(name, len(gradient), largest, gap, int(kinks.sum()), floor)


def table(checks: tuple[Check, ...]) -> Table:
    """A row for each tensor, with a verdict."""
    head = ("Gradient", "Numbers", "Largest", "Largest difference", "Relative", "")
    return Table(head, tuple(_row(one) for one in checks))


def _row(one: Check) -> tuple[str | Cell, ...]:
    verdict = Cell("agrees", "good") if one.agrees else Cell("differs", "bad")
    if one.kinks:
        words = "no derivative" if one.kinks == one.count else f"{one.kinks} at a kink"
        verdict = Cell(words, "even") if one.agrees else verdict
    return (
        one.name,
        f"{one.count:,}",
        scientific(one.largest),
        scientific(one.gap),
        scientific(one.relative),
        verdict,
    )


def scientific(value: float) -> str:
    """A size for a table.

    >>> scientific(0.25), scientific(3.14e-11), scientific(0.0)
    ('0.25', '3.1·10⁻¹¹', '0')
    """
    if not np.isfinite(value):
        return "∞"
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}·10{power}"


def words(checks: tuple[Check, ...]) -> str:
    """The verdict in a sentence."""
    worst = max(checks, key=lambda one: one.relative if one.gap > one.floor else 0.0)
    kinks = sum(one.kinks for one in checks)
    said = f"Finite differences of {sum(one.count for one in checks):,} numbers"
    if not all(one.agrees for one in checks):
        return said + f": {worst.name} differs by {scientific(worst.gap)}."
    said += f" agree to {scientific(max(one.gap for one in checks))}."
    if not kinks:
        return said
    return (
        said + f" {kinks} stand{'s' * (kinks == 1)} at a kink, where there is no derivative and torch makes a choice."
    )

"""A function of n inputs and m outputs: what its whole Jacobian costs, pass by pass, each of the four ways."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.core.duals import Dual, Number, call
from engine.core.tables import Cell, Table
from engine.learning.derivatives_settings import Settings
from engine.learning.derivatives_words import power

HIDDEN = 16
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
STEP = 1e-6
TITLES = {
    "difference": "Forward difference",
    "symbolic": "Symbolic",
    "forward": "Forward mode",
    "reverse": "Reverse mode",
}


@dataclass(frozen=True, eq=False)
class Layers:
    """The function: y = B tanh(A x).

    Args:
        first: A, (H, n).
        second: B, (m, H).
        x: where, (n,).
    """

    first: np.ndarray
    second: np.ndarray
    x: np.ndarray


def layers(n: int, m: int) -> Layers:
    """Weights and a point, the same for the same sizes."""
    random = np.random.default_rng(1000 * n + m)
    first = random.standard_normal((HIDDEN, n)) / math.sqrt(n)
    return Layers(first, random.standard_normal((m, HIDDEN)) / math.sqrt(HIDDEN), random.standard_normal(n))


def evaluate(net: Layers, x: Number) -> Number:
    """Y = B tanh(A x), in plain or in dual numbers."""
    return net.second @ call("tanh", net.first @ x)


def by_difference(net: Layers) -> np.ndarray:
    """The Jacobian (m, n), a column for each moved input: n + 1 evaluations."""
    here = evaluate(net, net.x)
    columns = []
    for place in range(len(net.x)):
        moved = net.x.copy()
        moved[place] += STEP
        columns.append((evaluate(net, moved) - here) / STEP)
    return np.stack(columns, axis=1)


def by_forward_mode(net: Layers) -> np.ndarray:
    """The Jacobian, a column J·eⱼ for each forward pass: n Jacobian-vector products."""
    return np.stack([evaluate(net, Dual(net.x, one)).tangent for one in np.eye(len(net.x))], axis=1)


def by_reverse_mode(net: Layers) -> np.ndarray:
    """The Jacobian, a row eₖᵀ·J for each backward pass: m vector-Jacobian products after one run forward."""
    hidden = np.tanh(net.first @ net.x)
    slopes = 1 - hidden * hidden
    return np.stack([((one @ net.second) * slopes) @ net.first for one in np.eye(len(net.second))])


def by_formulas(net: Layers) -> np.ndarray:
    """The Jacobian by m·n formulas ∂yₖ/∂xⱼ = Σᵢ Bₖᵢ (1 − tanh²(Σₗ Aᵢₗ xₗ)) Aᵢⱼ, each on its own: nothing is shared."""
    return np.array(
        [[np.sum(row * (1 - np.tanh(net.first @ net.x) ** 2) * column) for column in net.first.T] for row in net.second]
    )


METHODS: dict[str, Callable[[Layers], np.ndarray]] = {
    "difference": by_difference,
    "symbolic": by_formulas,
    "forward": by_forward_mode,
    "reverse": by_reverse_mode,
}


def evaluation_cost(n: int, m: int) -> int:
    """Operations of y = B tanh(A x): a product of H×n with a vector takes H·n multiplications and H·(n − 1) sums."""
    return HIDDEN * (2 * n - 1) + HIDDEN + m * (2 * HIDDEN - 1)


def cost(way: str, n: int, m: int) -> int:
    """Operations for the whole Jacobian."""
    value = evaluation_cost(n, m)
    products = HIDDEN * (2 * n - 1) + m * (2 * HIDDEN - 1)
    slopes = 2 * HIDDEN  # 1 − h²
    return {
        "difference": (n + 1) * value + n + 2 * n * m,
        "symbolic": n * m * (HIDDEN * (2 * n - 1) + HIDDEN + slopes + 2 * HIDDEN + HIDDEN - 1),
        "forward": n * (value + products + slopes + HIDDEN),
        "reverse": HIDDEN * (2 * n - 1) + HIDDEN + slopes + m * (HIDDEN * (2 * m - 1) + HIDDEN + n * (2 * HIDDEN - 1)),
    }[way]


def runs(way: str, n: int, m: int) -> str:
    """How often something is run for the whole Jacobian."""
    count, what = {
        "difference": (n + 1, "evaluation"),
        "symbolic": (n * m, "formula"),
        "forward": (n, "forward pass"),
        "reverse": (m, "backward pass"),
    }[way]
    return f"{count:,} {what}{'' if count == 1 else 'es' if what.endswith('s') else 's'}"


@dataclass(frozen=True, eq=False)
class Passes:
    """What the Jacobian of this many inputs and outputs costs.

    Args:
        settings: the experiment.
        sizes: the numbers of inputs that the curves run over.
        counts: for each way (S,) operations over the number of inputs, at the chosen number of outputs.
        here: for each way the operations at the chosen sizes.
        errors: for each way the largest distance from B diag(1 − h²) A.
    """

    settings: Settings
    sizes: np.ndarray
    counts: dict[str, np.ndarray]
    here: dict[str, int]
    errors: dict[str, float]

    @property
    def crossing(self) -> float:
        """The number of inputs from which reverse mode takes fewer operations than forward mode."""
        s = self.settings
        return next((n for n in range(1, 2 * s.outputs + 8) if self._saves(n)), math.nan)

    def _saves(self, n: int) -> bool:
        m = self.settings.outputs
        return cost("reverse", n, m) < cost("forward", n, m)


def tally(settings: Settings) -> Passes:
    """Count the operations over the number of inputs, and compute the Jacobian all four ways."""
    n, m = settings.inputs, settings.outputs
    net = layers(n, m)
    hidden = np.tanh(net.first @ net.x)
    right = net.second @ ((1 - hidden**2)[:, None] * net.first)
    errors = {way: float(np.abs(found(net) - right).max()) for way, found in METHODS.items() if way != "symbolic"}
    # All m·n formulas would take their time: the first row and column speak for the others.
    few = layers_part(net)
    errors["symbolic"] = float(np.abs(by_formulas(few) - right[:2]).max())
    sizes = np.array(SIZES)
    counts = {way: np.array([cost(way, int(size), m) for size in SIZES]) for way in METHODS}
    return Passes(settings, sizes, counts, {way: cost(way, n, m) for way in METHODS}, errors)


def layers_part(net: Layers) -> Layers:
    """The same function with its first two outputs only."""
    return Layers(net.first, net.second[:2], net.x)


def answer(found: Passes) -> tuple[str, str, str]:
    """The cheapest way to the whole Jacobian."""
    n, m = found.settings.inputs, found.settings.outputs
    way = min(found.here, key=lambda name: found.here[name])
    titles = {"forward": "Forward mode", "reverse": "Reverse mode", "difference": "Finite differences"}
    need = f"{found.here[way]:,} operations"
    return f"Cheapest for the {m} × {n} Jacobian", titles.get(way, "The formula"), need


def summary(found: Passes) -> str:
    """The curves in words."""
    n, m = found.settings.inputs, found.settings.outputs
    words = f"Forward mode runs {n} time{'s' * (n != 1)}, once an input; reverse mode {m}, once an output. "
    crossing = found.crossing
    if math.isnan(crossing):
        return words + "The curves do not cross here."
    return words + (
        f"With {m} output{'s' * (m != 1)} reverse mode takes fewer operations from {crossing:g} "
        f"input{'s' * (crossing != 1)} on: a dual number computes the value again in every pass."
    )


def timed_words() -> str:
    """What the times are."""
    return "The median of a few whole Jacobians on this machine. Small products take as long to call as to compute."


def table(found: Passes, times: dict[str, float | None]) -> Table:
    """A row for each way at the chosen sizes."""
    n, m = found.settings.inputs, found.settings.outputs
    rows = [
        (
            TITLES[way],
            Cell(runs(way, n, m), "rule"),
            f"{count:,}",
            "–" if times[way] is None else f"{times[way]:.3f} ms",
            power(found.errors[way]),
        )
        for way, count in found.here.items()
    ]
    cheapest = list(found.here).index(min(found.here, key=lambda name: found.here[name]))
    return Table(("Way", "Runs", "Operations", "Time here", "Largest error"), rows, cheapest)

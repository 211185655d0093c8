"""Small kernels one after the other make one large kernel, but not every large kernel: how many of them, counted."""

from dataclasses import dataclass

import numpy as np

from engine.convolution.kernel_variants_settings import Settings, with_changes
from engine.core.arithmetic import Layer, Volume
from engine.core.cost_sheet import Step, Way
from engine.core.filter_chain import compose
from engine.core.trace import Grid, Operand, Sweep, Trace

NAMES = ("first", "second", "third")
MAP_SIDE = 56
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Stacked:
    """Kernels, the one kernel that does the same, and how the one moves with the others.

    Args:
        settings: the experiment.
        kernels: each (K_h, K_w).
        partial: the composed kernel after 1, 2, … layers.
        jacobian: (coefficients, parameters): how each coefficient of the composed kernel moves with each parameter.
        singular: (min of both,) singular values of the Jacobian, largest first.
        rank: how many directions the composed kernel can move in, from these kernels.
        generic: the same from random kernels: the largest that it can be.
    """

    settings: Settings
    kernels: tuple[np.ndarray, ...]
    partial: tuple[np.ndarray, ...]
    jacobian: np.ndarray
    singular: np.ndarray
    rank: int
    generic: int

    @property
    def composed(self) -> np.ndarray:
        """The one kernel that does the same."""
        return self.partial[-1]

    @property
    def parameters(self) -> int:
        """Of all kernels together."""
        return self.jacobian.shape[1]

    @property
    def coefficients(self) -> int:
        """Of the composed kernel."""
        return self.jacobian.shape[0]


def shapes(settings: Settings) -> tuple[tuple[int, int], ...]:
    """The kernels' sizes."""
    k = settings.stack_size
    return ((k, 1), (1, k)) if settings.stack == "strips" else ((k, k),) * settings.stack_layers


def _random(settings: Settings) -> tuple[np.ndarray, ...]:
    """Small random numbers with one decimal, never 0: no kernel is special."""
    random = np.random.default_rng([settings.seed, 7])
    return tuple(
        np.round(random.uniform(0.2, 2.0, shape), 1) * random.choice([-1, 1], shape) for shape in shapes(settings)
    )


def make(settings: Settings) -> Stacked:
    """Compose the kernels and count the directions in which the result can move."""
    parts = tuple(with_changes(settings, NAMES[i], part) for i, part in enumerate(_random(settings)))
    partial = tuple(compose(parts[: count + 1]) for count in range(len(parts)))
    moves = jacobian(parts)
    singular = np.linalg.svd(moves, compute_uv=False)
    return Stacked(settings, parts, partial, moves, singular, _rank(singular), rank_of(_random(settings)))


def jacobian(parts: tuple[np.ndarray, ...]) -> np.ndarray:
    """Derivatives of the composed kernel by all entries of the single ones: (coefficients, parameters).

    The composed kernel is linear in each single kernel: its derivative by entry (i, j) of one of them is what all the
    others make, moved by (i, j).
    """
    columns = []
    for place, part in enumerate(parts):
        others = compose(parts[:place] + parts[place + 1 :])
        tall, wide = others.shape[0] + part.shape[0] - 1, others.shape[1] + part.shape[1] - 1
        for row, column in np.ndindex(part.shape):
            moved = np.zeros((tall, wide))
            moved[row : row + others.shape[0], column : column + others.shape[1]] = others
            columns.append(moved.ravel())
    return np.stack(columns, axis=1)


def rank_of(parts: tuple[np.ndarray, ...]) -> int:
    """The rank of the Jacobian at these kernels.

    >>> random = np.random.default_rng(0)
    >>> rank_of((random.normal(size=(3, 3)), random.normal(size=(3, 3))))
    17
    """
    return _rank(np.linalg.svd(jacobian(parts), compute_uv=False))


def _rank(singular: np.ndarray) -> int:
    return int((singular > TOLERANCE * max(float(singular[0]), 1e-300)).sum())


def trace(result: Stacked) -> Trace:
    """The full convolution of the kernels, cell by cell; with three of them, two at a time."""
    grids, sweeps, row = [], [], []
    for place, part in enumerate(result.kernels):
        size = f"{part.shape[0]} × {part.shape[1]}"
        title = f"{NAMES[place].title()} kernel"
        role = ("input", "kernel", "bias")[place]
        grids.append(Grid(NAMES[place], title, part, role=role, editable=True, subtitle=size))  # type: ignore[arg-type]
        row += ["∗", NAMES[place]] if place else [NAMES[place]]
        if not place:
            continue
        whole, name = result.partial[place], "composed" if place == len(result.kernels) - 1 else "between"
        size = f"{whole.shape[0]} × {whole.shape[1]}"
        title = "The one kernel" if name == "composed" else "First ∗ second"
        grids.append(
            Grid(
                name,
                title,
                whole,
                role="output" if name == "composed" else "other",
                subtitle=size,
                filled_by_steps=True,
            )
        )
        row += ["=", name]
        before = NAMES[0] if place == 1 else "between"
        sweeps.append(_convolution(before, result.partial[place - 1], NAMES[place], part, name, whole))
    return Trace(tuple(grids), tuple(sweeps), (tuple(row),), summary(result))


def _convolution(before: str, one: np.ndarray, after: str, two: np.ndarray, name: str, whole: np.ndarray) -> Sweep:
    """whole[i] = Σⱼ two[j] · one[i − j]."""
    down, across = (axis.ravel() for axis in np.indices(whole.shape))
    j_down, j_across = (axis.ravel() for axis in np.indices(two.shape))
    rows, columns = down[:, None] - j_down, across[:, None] - j_across  # (S, T): the cell of the kernel before
    return Sweep(
        op="sum_products",
        target=name,
        cells=np.arange(whole.size),
        operands=(
            Operand(before, down * one.shape[1] + across, -(j_down * one.shape[1] + j_across)),
            Operand(after, np.zeros(whole.size, dtype=int), np.arange(two.size)),
        ),
        results=whole.ravel(),
        caption="Row {row}, column {column}: every way to get there, one step by each kernel",
        skipped=(rows < 0) | (rows >= one.shape[0]) | (columns < 0) | (columns >= one.shape[1]),
    )


def ways(result: Stacked) -> tuple[Way, ...]:
    """One layer with the large kernel, or the small ones after each other, all with C channels."""
    c = result.settings.stack_channels
    tall, wide = result.composed.shape

    def step(shape: tuple[int, int]) -> Step:
        padding = ((shape[0] - 1) // 2, (shape[1] - 1) // 2)
        return Step(Volume(c, MAP_SIDE, MAP_SIDE), Layer("convolution", c, shape, padding=padding, bias=False))

    sizes = [part.shape for part in result.kernels]
    places = f"each used at {MAP_SIDE} · {MAP_SIDE} places"
    count = sum(part.size for part in result.kernels)
    names = " + ".join(f"{height} × {width}" for height, width in sizes)
    return (
        Way(f"One {tall} × {wide}", (step((tall, wide)),), f"{tall * wide} C²", places),
        Way(names, tuple(step((size[0], size[1])) for size in sizes), f"{count} C²", places, chosen=True),
    )


def jacobian_words(result: Stacked) -> str:
    """What the picture of the Jacobian shows."""
    least = result.singular[result.rank] if result.rank < len(result.singular) else 0.0
    return (
        f"Each column says how the {result.coefficients} coefficients move with one parameter: the same shape each "
        f"time, the other kernels composed, moved about. Of its {len(result.singular)} singular values {result.rank} "
        f"are not 0; the smallest of these is {result.singular[result.rank - 1]:.3g}, the next {abs(least):.1g}."
    )


def answer(result: Stacked) -> tuple[str, str, str]:
    """How many directions the composed kernel can move in."""
    scales = len(result.kernels) - 1
    moved = "one scale moves" if scales == 1 else f"{scales} scales move"
    aside = f"{result.coefficients} coefficients, {result.parameters} parameters; {moved} freely between the kernels"
    return "Degrees of freedom", str(result.rank), aside


def summary(result: Stacked) -> str:
    """The counts in words."""
    tall, wide = result.composed.shape
    words = (
        f"{len(result.kernels)} kernels with {result.parameters} parameters make one of {tall} × {wide} = "
        f"{result.coefficients} coefficients. Its Jacobian has rank {result.rank}"
    )
    if result.rank == result.generic:
        lost = result.parameters - result.rank
        rest = "the one direction left only moves" if lost == 1 else f"the {lost} directions left only move"
        return words + f": {rest} scale from kernel to kernel."
    return words + f" here and {result.generic} almost everywhere else: these kernels have a factor in common."

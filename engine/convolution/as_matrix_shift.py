"""Equivariance, measured: shift and then apply a layer, or apply it and then shift: is that the same?"""

from dataclasses import dataclass

import numpy as np

from engine.convolution.as_matrix import BORDERS, Settings, kernel_of
from engine.core import images
from engine.core.convolution import PADDING_MODES
from engine.core.tables import Cell, Table

SIDE = 96  # divisible by every stride, so that a shift of the map wraps where the shift of the image does
POOL = 2
FURTHEST = 8
ROUNDING = 1e-12  # of the largest output
COMPARED = (
    ("Convolution, stride 1", "convolution", 1),
    ("Convolution, stride 2", "convolution", 2),
    ("Max pooling, stride 1", "max_pool", 1),
    ("Max pooling, stride 2", "max_pool", 2),
    ("Mean pooling, stride 2", "mean_pool", 2),
)
INTRODUCTION = (
    "Sharing weights makes a convolution *equivariant*: shift the image and the map shifts along. Slides often call it "
    "translation invariant; that is only true of what forgets the place, such as the maximum over the map. Borders and "
    "strides break it. What leaves the image on one side comes back on the other; the kernel is the one above."
)


@dataclass(frozen=True, eq=False)
class Moved:
    """Both orders, and what is between them.

    Args:
        settings: the experiment.
        image, moved: (96, 96) before and after the shift; what leaves on one side comes back on the other.
        then_shifted: layer first, (H, W).
        then_layer: shift first, (H, W).
        inside: (H, W) bool: cells that neither the border nor the seam of the shift can have touched.
        largest: the largest difference anywhere.
        largest_inside: the largest difference inside.
        reach: the largest magnitude in the maps, to compare with.
        maxima: the maximum over the map of the image, and of the shifted image.
        curve: (9, 2): the largest difference inside and anywhere for shifts of 0 … 8 to the right.
        compared: (5, 5, 2): the same for each layer of COMPARED and each border of BORDERS at the chosen shift, as
            shares of the largest output.
    """

    settings: Settings
    image: np.ndarray
    moved: np.ndarray
    then_shifted: np.ndarray
    then_layer: np.ndarray
    inside: np.ndarray
    largest: float
    largest_inside: float
    reach: float
    maxima: tuple[float, float]
    curve: np.ndarray
    compared: np.ndarray


def move(settings: Settings) -> Moved:
    """Shift-then-layer and layer-then-shift on a photo, for the kernel of the page.

    Raises:
        ValueError: the image cannot be loaded.
    """
    image = images.load(settings.photo, SIDE, channels=1).pixels[0].astype(np.float64)
    kernel = kernel_of(settings)
    shift = (settings.shift_y, settings.shift_x)
    moved, one, other, inside = _both(settings, image, kernel, shift)
    plain = apply(settings, image, kernel)
    curve = np.array([_apart(*_both(settings, image, kernel, (0, step))[1:]) for step in range(FURTHEST + 1)])
    nearest, furthest = _apart(one, other, inside)
    return Moved(
        settings,
        image,
        moved,
        then_shifted=one,
        then_layer=other,
        inside=inside,
        largest=furthest,
        largest_inside=nearest,
        reach=max(float(np.abs(plain).max()), 1e-12),
        maxima=(float(plain.max()), float(other.max())),
        curve=curve,
        compared=_compared(settings, image, kernel, shift),
    )


def _compared(settings: Settings, image: np.ndarray, kernel: np.ndarray, shift: tuple[int, int]) -> np.ndarray:
    table = np.zeros((len(COMPARED), len(BORDERS), 2))
    for row, (_, layer, step) in enumerate(COMPARED):
        for column, border in enumerate(BORDERS):
            one = settings.but(layer=layer, step=step, border=border)
            _, first, second, inside = _both(one, image, kernel, shift)
            table[row, column] = np.array(_apart(first, second, inside)) / max(float(np.abs(first).max()), 1e-12)
    return table


def apply(settings: Settings, image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The layer on an image (H, W), padded so that stride 1 keeps the size, unless there is no padding."""
    size = (POOL, POOL) if settings.layer != "convolution" else kernel.shape
    if settings.border != "none":
        around = [((side - 1) // 2, side - 1 - (side - 1) // 2) for side in size]
        image = np.pad(image, around, mode=PADDING_MODES[settings.border])
    copies = _copies(image, size, settings.step)
    if settings.layer == "convolution":
        return sum((weight * copy for weight, copy in zip(kernel.ravel(), copies, strict=True)), np.zeros(()))
    return np.maximum.reduce(copies) if settings.layer == "max_pool" else np.add.reduce(copies) / len(copies)


def _copies(image: np.ndarray, size: tuple[int, ...], step: int) -> list[np.ndarray]:
    """The image as each cell of a sliding window sees it: K views (H_out, W_out)."""
    high, wide = image.shape[0] - size[0] + 1, image.shape[1] - size[1] + 1
    return [image[i : i + high : step, j : j + wide : step] for i, j in np.ndindex(*size)]


def output_shift(shift: int, stride: int) -> int:
    """How far the map moves when the image does: shift / stride, or the nearest whole number of cells."""
    return int(np.floor(shift / stride + 0.5))


def _both(
    settings: Settings, image: np.ndarray, kernel: np.ndarray, shift: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The moved image, layer-then-shift, shift-then-layer, and the cells that no border or seam has touched."""
    moved = np.roll(image, shift, (0, 1))
    by = tuple(output_shift(amount, settings.step) for amount in shift)
    one = np.roll(apply(settings, image, kernel), by, (0, 1))
    other = apply(settings, moved, kernel)
    whole = _untouched(settings, np.ones(image.shape), kernel)
    one_clean = np.roll(whole, by, (0, 1))  # what it brings around is not clean in the other order either
    other_clean = _untouched(settings, stayed(np.ones(image.shape), shift), kernel)
    return moved, one, other, (one_clean > 0) & (other_clean > 0)


def stayed(values: np.ndarray, shift: tuple[int, ...]) -> np.ndarray:
    """The values with zeros where a shift has brought cells around from the other side."""
    kept = values.copy()
    for axis, amount in enumerate(shift):
        around = [slice(None), slice(None)]
        around[axis] = slice(0, amount) if amount >= 0 else slice(amount, None)
        kept[tuple(around)] = 0
    return kept


def _untouched(settings: Settings, clean: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """1 for each output cell whose whole window is clean and none of it padding."""
    size = (POOL, POOL) if settings.layer != "convolution" else kernel.shape
    if settings.border != "none":
        around = [((side - 1) // 2, side - 1 - (side - 1) // 2) for side in size]
        clean = np.pad(clean, around)
    return np.minimum.reduce(_copies(clean, size, settings.step))


def _apart(one: np.ndarray, other: np.ndarray, inside: np.ndarray) -> tuple[float, float]:
    """The largest difference inside and anywhere."""
    difference = np.abs(other - one)
    return float(difference[inside].max(initial=0)), float(difference.max())


def verdict(moved: Moved) -> tuple[str, str]:
    """The largest difference as a share of the largest output, and where it comes from."""
    s = moved.settings
    rounding = ROUNDING * moved.reach
    whole = all(amount % s.step == 0 for amount in (s.shift_y, s.shift_x))
    if moved.largest <= rounding:
        return "0", "Equivariant everywhere: both orders give the same map."
    share = f"{moved.largest / moved.reach:.1%}"
    if moved.largest_inside <= rounding:
        return share, "Equivariant inside, exactly; only cells near the border or the seam of the shift differ."
    if whole:
        return share, "Not equivariant, though the shift is a multiple of the stride."
    return share, (
        f"Not equivariant: a shift that is no multiple of the stride {s.step} moves the image between the places that "
        "the stride visits."
    )


def curve_words(moved: Moved) -> str:
    """For which shifts the two orders agree, in words."""
    holds = [str(by) for by, (inside, _) in enumerate(moved.curve) if inside <= ROUNDING * moved.reach]
    if len(holds) == len(moved.curve):
        return "Inside, both orders agree for every shift."
    return f"Inside, both orders agree for shifts of {', '.join(holds)}: multiples of the stride."


def verdicts(moved: Moved) -> Table:
    """For each layer and border whether both orders agree everywhere, inside only, or not."""

    def cell(inside: float, anywhere: float) -> Cell:
        if inside > ROUNDING:
            return Cell(f"no: {inside:.0%}", "bad")
        return Cell("inside", "even") if anywhere > ROUNDING else Cell("everywhere", "good")

    rows: list[list[str | Cell]] = [
        [title, *(cell(*found) for found in line)]
        for (title, _, _), line in zip(COMPARED, moved.compared.tolist(), strict=True)
    ]
    return Table(("Equivariant?", *BORDERS.values()), rows)


def compared_words(moved: Moved) -> str:
    """Where it holds, in words."""
    everywhere = int((moved.compared[..., 1] <= ROUNDING).sum())
    inside = int((moved.compared[..., 0] <= ROUNDING).sum()) - everywhere
    fails = moved.compared[..., 0].size - everywhere - inside
    return (
        f"For this shift, of {moved.compared[..., 0].size} pairs of layer and border, {everywhere} are equivariant "
        f"everywhere, {inside} inside only, and {fails} not at all."
    )


def summary(moved: Moved) -> str:
    """The result in words."""
    s = moved.settings
    one, other = moved.maxima
    same = abs(one - other) <= ROUNDING * moved.reach
    kept = "The maximum over the map is invariant" if same else "The maximum over the map changed too"
    return (
        f"Shifted by {s.shift_y} down and {s.shift_x} right. Shift-then-layer minus layer-then-shift: at most "
        f"{moved.largest:.3g} anywhere and {moved.largest_inside:.3g} inside, where outputs reach {moved.reach:.3g}. "
        f"{kept}: {one:.4g} and {other:.4g}. The map itself moves with the image: that is equivariance, not invariance."
    )

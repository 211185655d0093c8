"""The transposed convolution: prints of the kernel, how often they overlap, and the checkerboard that follows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.convolution.kernel_variants_settings import SLOTS, Settings, with_changes
from engine.core import fills, filtering, images, transposed, upsampling
from engine.core.arithmetic import Layer, Pair, Volume
from engine.core.cost_sheet import Resize, Step, Way
from engine.core.trace import LONGEST_SIDE

Enlarger = Callable[[np.ndarray, np.ndarray, int, int], np.ndarray]
COARSE = 40
CHANNELS, MAP_SIDE = 16, 28


@dataclass(frozen=True, eq=False)
class Transposed:
    """A transposed convolution on a small input, and its kernel at work on a photo.

    Args:
        settings: the experiment.
        image: (h, w).
        kernel: (K, K).
        output: (H, W).
        overlaps: (H, W) how many prints cover each output cell.
        phases: (stride,) the counts along one side, far from the ends, by place modulo the stride.
        small: (COARSE, COARSE) a photo.
        enlarged: by name, the photo enlarged by the stride: transposed, nearest, bilinear, bicubic.
        ripples: by name in the same order, how much a flat image of ones varies after it, largest minus smallest.
    """

    settings: Settings
    image: np.ndarray
    kernel: np.ndarray
    output: np.ndarray
    overlaps: np.ndarray
    phases: np.ndarray
    small: np.ndarray
    enlarged: tuple[tuple[str, np.ndarray], ...]
    ripples: tuple[float, ...]

    @property
    def numbers(self) -> tuple[Pair, Pair, Pair, Pair]:
        """Stride, padding, output padding, dilation, as the verbs of `engine.core.transposed` take them."""
        return numbers_of(self.settings)


def numbers_of(settings: Settings) -> tuple[Pair, Pair, Pair, Pair]:
    """Stride, padding, output padding and dilation as pairs."""
    s = settings
    return (s.stride,) * 2, (s.padding,) * 2, (s.output_padding,) * 2, (s.spread,) * 2


def kernel_of(settings: Settings) -> np.ndarray:
    """The kernel (K, K): the pattern, then the cells changed by hand; the bilinear one has its size from the stride."""
    s = settings
    if s.stamp == "bilinear":
        made = upsampling.bilinear_kernel(s.stride)
    else:
        made = fills.KERNELS[s.stamp].make((1, 1, s.stamp_size, s.stamp_size), s.seed)[0, 0]
    return with_changes(s, "print", made)


def image_of(settings: Settings) -> np.ndarray:
    """The input (h, w): the pattern, then the cells changed by hand."""
    s = settings
    return with_changes(s, "input", fills.IMAGES[s.pattern].make((1, s.coarse, s.coarse), s.seed)[0])


def make(settings: Settings) -> Transposed:
    """Print the kernel, count the overlaps, and enlarge the photo four ways.

    Raises:
        ValueError: what torch refuses, or an output too large to draw.
    """
    s = settings
    image, kernel = image_of(s), kernel_of(s)
    how = transposed.Printing(*numbers_of(s))
    _check_sides(how.size(image.shape, kernel.shape)[0], len(kernel), s)
    output = transposed.scatter(image[None], kernel[None, None], None, how)[0]
    covered = transposed.prints(s.coarse, len(kernel), s.stride, s.padding, s.output_padding, s.spread)
    small = images.load(s.image, COARSE, channels=1).pixels[0].astype(np.float64)
    edge = s.spread * (len(kernel) - 1) + 1  # so far in, the ends have no say
    flat = np.ones((2 * edge // s.stride + 3,) * 2)
    inside = np.s_[edge : len(flat) * s.stride - edge, edge : len(flat) * s.stride - edge]
    enlarged = tuple((name, way(small, kernel, s.stride, s.spread)) for name, way in ENLARGERS.items())
    levels = [way(flat, kernel, s.stride, s.spread)[inside] for way in ENLARGERS.values()]
    return Transposed(
        s,
        image,
        kernel,
        output,
        np.outer(covered, covered),
        transposed.phases(len(kernel), s.stride, s.spread),
        small,
        enlarged,
        tuple(float(np.ptp(level)) for level in levels),
    )


def _check_sides(side: int, size: int, s: Settings) -> None:
    """Refuse what is too large to be drawn cell by cell."""
    wide, name = (side, "output") if s.method == "scatter" else (side + s.spread * (size - 1), "stretched input")
    if wide > LONGEST_SIDE:
        raise ValueError(f"The {name} would be {wide} cells wide; this page draws {LONGEST_SIDE}.")


def _mean_one(kernel: np.ndarray) -> np.ndarray:
    """The kernel without signs and with sum 1, so that it keeps the brightness; ones if it is empty."""
    plain = np.abs(kernel) if kernel.any() else np.ones_like(kernel)
    return plain / plain.sum()


def printed(image: np.ndarray, kernel: np.ndarray, stride: int, dilation: int = 1) -> np.ndarray:
    """The image (h, w) enlarged by a transposed convolution, the middle h · s × w · s cells of it.

    A kernel shorter than the stride leaves cells that no print covers.
    """
    plain = _mean_one(kernel)[None, None] * stride**2
    how = transposed.Printing((stride,) * 2, dilation=(dilation,) * 2)
    sheet = transposed.conv_transpose2d(image[None], plain, None, how)[0]
    before = max(0, (dilation * (len(kernel) - 1) + 1 - stride) // 2)
    grown = np.pad(sheet, (0, stride))
    rows, columns = (slice(before, before + side * stride) for side in image.shape)
    return grown[rows, columns]


def resized(mode: str) -> Enlarger:
    """Enlarging first, then the same kernel as an ordinary convolution, the border continued."""

    def way(image: np.ndarray, kernel: np.ndarray, stride: int, dilation: int = 1) -> np.ndarray:
        reach = dilation * (len(kernel) - 1) + 1
        odd = np.zeros((reach + 1 - reach % 2,) * 2)  # so that it has a middle
        odd[-reach::dilation, -reach::dilation] = _mean_one(kernel)
        return filtering.fourier(upsampling.enlarge(image[None], stride, mode), odd, "replicate")[0]

    return way


ENLARGERS: dict[str, Enlarger] = {"transposed": printed} | {mode: resized(mode) for mode in upsampling.MODES}


def with_edit(settings: Settings, grid: str, cell: int, value: float) -> Settings:
    """The settings after a cell of the input or of the kernel got another value.

    Raises:
        ValueError: the grid follows from others.
    """
    sides = {"input": settings.coarse, "print": len(kernel_of(settings))}
    if grid not in sides:
        raise ValueError("Change a cell of the input or of the kernel; the rest follows from them.")
    row, column = divmod(cell, sides[grid])
    return settings.but(changes=(*settings.changes, (SLOTS[grid], row, column, value)))


def ways(result: Transposed) -> tuple[Way, ...]:
    """Scattering, the same as a convolution over inserted zeros, and enlarging followed by a convolution."""
    k, s, c = len(result.kernel), result.settings.stride, CHANNELS
    given, large = Volume(c, MAP_SIDE, MAP_SIDE), Volume(c, MAP_SIDE * s, MAP_SIDE * s)
    around = min(k - 1, max(0, (k - s) // 2))
    stretch = (MAP_SIDE - 1) * s + 1
    margin = k - 1 - around
    scattered = Layer("transposed", c, (k, k), (s, s), (around, around), bias=False)
    slid = Layer("convolution", c, (k, k), padding=(margin, margin), bias=False)
    same = Layer("convolution", c, (k, k), padding=(k // 2, k // 2), bias=False)
    weights = f"{k}² · {c}²"
    rows = [
        Way("Scattered", (Step(given, scattered),), weights, f"each used at {MAP_SIDE} · {MAP_SIDE} inputs", True),
        Way(
            "Zeros inserted, then slid",
            (Step(Volume(c, stretch, stretch), slid),),
            weights,
            "each used at every output; most factors are 0",
        ),
    ]
    for mode, (_, taps, title) in upsampling.MODES.items():
        steps = (Resize(given, s, mode, taps), Step(large, same))
        rule = f"each used at every output, + {taps}² each to enlarge" if taps > 1 else "each used at every output"
        rows.append(Way(f"{title}, then convolved", steps, weights, rule))
    return tuple(rows)


def even(result: Transposed) -> bool:
    """Whether every output cell far from the ends gets as many prints."""
    return bool(result.phases.min() == result.phases.max())


def answer(result: Transposed) -> tuple[str, str, str]:
    """The output's size, by the rule."""
    s, k = result.settings, len(result.kernel)
    reach = f"{s.spread}·({k} − 1)" if s.spread > 1 else f"({k} − 1)"
    more = f" + {s.output_padding}" if s.output_padding else ""
    side = len(result.output)
    return "Output", f"{side} × {side}", f"({s.coarse} − 1)·{s.stride} − 2·{s.padding} + {reach}{more} + 1 = {side}"


def summary(result: Transposed) -> str:
    """Sizes and overlaps in words."""
    s, k, side = result.settings, len(result.kernel), len(result.output)
    words = f"{s.coarse} × {s.coarse} becomes {side} × {side}: {s.coarse**2} prints of {k} × {k}, {s.stride} apart. "
    least, most = int(result.phases.min()) ** 2, int(result.phases.max()) ** 2
    if even(result):
        return words + f"Far from the ends every cell gets {most}: no checkerboard."
    if s.spread == 1:
        why = f"{s.stride} does not divide {k}"
    else:
        why = "the dilated kernel does not fall evenly on the stride"
    return words + f"Far from the ends a cell gets from {least} to {most}, since {why}: a checkerboard."


def ripple_words(result: Transposed) -> str:
    """What the flat image shows."""
    first, *rest = result.ripples
    most = max(rest)
    return (
        f"A flat grey image of ones comes out of the transposed convolution with a ripple of {first:.2f} "
        f"(largest minus smallest, the kernel's sum set so that the mean is 1), and of enlarging first with {most:.2f}."
    )

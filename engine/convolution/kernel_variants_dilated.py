"""Dilated kernels one after the other: how far they see, and which cells on the way they never look at."""

import math
from dataclasses import dataclass

import numpy as np

from engine.convolution.kernel_variants_settings import Settings
from engine.core import convolution, fills, filtering, images
from engine.core.arithmetic import Layer, Volume
from engine.core.convolution_trace import Convolved, convolution_trace
from engine.core.cost_sheet import Step, Way
from engine.core.film import Film, panel
from engine.core.filter_chain import compose
from engine.core.trace import Trace

SIDE = 128
MAP_SIDE, CHANNELS = 56, 32
FILM_RATES, FILM_LAYERS = 6, 3
BORDER = "reflect"


@dataclass(frozen=True, eq=False)
class Dilated:
    """A stack of dilated layers.

    Args:
        settings: the experiment.
        rates: the dilation of each layer, the first layer's first.
        paths: for each number of layers from 1 up, how many ways lead from each input cell to the output cell in the
            middle: (R, R) float, R that stack's receptive field; 0 is never read.
        shared: how many input cells two neighbouring outputs both read, as a share of those that one reads.
        photo: (H, W) grey.
        gapped, dense: (H, W), the photo through the stack, each layer the mean of its cells, and the same with the
            gaps in its windows filled.
    """

    settings: Settings
    rates: tuple[int, ...]
    paths: tuple[np.ndarray, ...]
    shared: float
    photo: np.ndarray
    gapped: np.ndarray
    dense: np.ndarray

    @property
    def field(self) -> int:
        """Side of the receptive field: 1 + Σ d (k − 1)."""
        return len(self.paths[-1])

    @property
    def coverage(self) -> float:
        """Share of the cells in the field that are read."""
        return float((self.paths[-1] > 0).mean())

    @property
    def step(self) -> int:
        """The greatest common divisor of the rates: above 1 the cells fall apart into step² grids that never meet."""
        return math.gcd(*self.rates)


def rates_of(settings: Settings) -> tuple[int, ...]:
    """The dilations as whole numbers.

    Raises:
        ValueError: there are none, or one is not a whole number from 1 up.
    """
    rates = tuple(int(rate) for rate in settings.rates)
    if not rates or min(settings.rates) < 1 or rates != settings.rates:
        raise ValueError("Dilations are whole numbers from 1 to 8, one for each layer, such as 1 2 4.")
    return rates


def window(size: int, rate: int) -> np.ndarray:
    """A kernel of ones with rate − 1 gaps between its entries, along one side: (rate · (size − 1) + 1,).

    >>> window(3, 2).tolist()
    [1.0, 0.0, 1.0, 0.0, 1.0]
    """
    row = np.zeros(rate * (size - 1) + 1)
    row[::rate] = 1
    return row


def paths(size: int, rates: tuple[int, ...]) -> np.ndarray:
    """How many ways lead from each input cell to one output cell: (R, R).

    Rows and columns are independent of each other, so one side is enough.

    >>> paths(3, (1, 2)).shape
    (7, 7)
    """
    row = compose(tuple(window(size, rate)[None] for rate in rates))[0]
    return np.outer(row, row)


def shared_by_neighbours(reads: np.ndarray) -> float:
    """The share of its input cells that an output cell has in common with the one to its right.

    >>> shared_by_neighbours(paths(3, (2, 2))), shared_by_neighbours(paths(3, (1,))).__round__(3)
    (0.0, 0.667)
    """
    read = reads > 0
    return float((read[:, 1:] & read[:, :-1]).sum() / read.sum())


def make(settings: Settings) -> Dilated:
    """Count the paths and send the photo through.

    Raises:
        ValueError: a dilation is not a whole number.
    """
    rates, size = rates_of(settings), settings.rate_size
    counted = tuple(paths(size, rates[: depth + 1]) for depth in range(len(rates)))
    photo = images.load(settings.image, SIDE, channels=1).pixels
    return Dilated(
        settings,
        rates,
        counted,
        shared_by_neighbours(counted[-1]),
        photo[0],
        smoothed(photo, [window(size, rate) for rate in rates]),
        smoothed(photo, [np.ones(rate * (size - 1) + 1) for rate in rates]),
    )


def smoothed(photo: np.ndarray, rows: list[np.ndarray]) -> np.ndarray:
    """The photo (1, H, W) through means over windows, each the outer product of a row with itself: (H, W).

    One kernel does the work of all. An even one is given a zero at its far end, so that it has a middle.
    """
    row = compose(tuple(part[None] / part.sum() for part in rows))[0]
    row = np.append(row, 0.0) if len(row) % 2 == 0 else row
    return filtering.fourier(photo.astype(np.float64), np.outer(row, row), BORDER)[0]


def trace(result: Dilated) -> Trace:
    """The layer with the largest dilation on a small input."""
    s, rate = result.settings, max(result.rates)
    side = rate * (s.rate_size - 1) + 3
    image = fills.digits((1, side, side), s.seed)
    kernel = fills.small_numbers((1, 1, s.rate_size, s.rate_size), s.seed)
    output = convolution.conv2d(image, kernel, dilation=(rate, rate))
    read = convolution.cells_read(side, s.rate_size, 1, 0, rate)
    drawn = Convolved(image, kernel, np.zeros(1), output, ~(read[:, None] & read), (1, 1), (0, 0), (rate, rate))
    words = f"A {s.rate_size} × {s.rate_size} kernel with dilation {rate} spans {side - 2} × {side - 2} cells."
    return convolution_trace(drawn, words)


def film(result: Dilated) -> Film:
    """Three layers of one and the same dilation, from 1 up: the gaps open."""
    size, rates = result.settings.rate_size, range(1, FILM_RATES + 1)
    maps = [paths(size, (rate,) * FILM_LAYERS) for rate in rates]
    widest = len(maps[-1])
    frames = np.full((len(maps), widest, widest), np.nan)
    for frame, drawn in zip(frames, maps, strict=True):
        edge = (widest - len(drawn)) // 2
        frame[edge : edge + len(drawn), edge : edge + len(drawn)] = drawn
    photo = result.photo[None]
    through = np.stack([smoothed(photo, [window(size, rate)] * FILM_LAYERS) for rate in rates])
    share = ", ".join(f"{(drawn > 0).mean():.0%}" for drawn in maps)
    fields = tuple(f"{len(drawn)} × {len(drawn)}, {(drawn > 0).mean():.0%} read" for drawn in maps)
    return Film(
        panels=(
            panel("What one output reads", frames, "magnitude", subtitles=fields),
            panel("The image through it", through, "grey", (0.0, 1.0)),
        ),
        labels=tuple(f"dilation {rate}" for rate in rates),
        summary=f"Three layers, all with dilation 1 to {FILM_RATES}: of their field they read {share}.",
        columns=2,
        start=1,
    )


def ways(result: Dilated) -> tuple[Way, ...]:
    """The dilated layers; without dilation; and with windows as wide as theirs but full."""
    k, spans = result.settings.rate_size, [rate * (result.settings.rate_size - 1) + 1 for rate in result.rates]

    def step(size: int, rate: int) -> Step:
        around = rate * (size - 1) // 2
        layer = Layer(
            "convolution", CHANNELS, (size, size), padding=(around, around), dilation=(rate, rate), bias=False
        )
        return Step(Volume(CHANNELS, MAP_SIDE, MAP_SIDE), layer)

    count, places = len(result.rates), f"each used at {MAP_SIDE} · {MAP_SIDE} places"
    named = ", ".join(str(rate) for rate in result.rates)
    plain = 1 + count * (k - 1)
    filled = " + ".join(f"{span}²" for span in spans)
    return (
        Way(
            f"Dilation {named}: sees {result.field} × {result.field}",
            tuple(step(k, rate) for rate in result.rates),
            f"{count} · {k}² · {CHANNELS}²",
            places,
            chosen=True,
        ),
        Way(
            f"No dilation: sees {plain} × {plain}",
            tuple(step(k, 1) for _ in result.rates),
            f"{count} · {k}² · {CHANNELS}²",
            places,
        ),
        Way(
            f"Full windows: sees {result.field} × {result.field}",
            tuple(step(span, 1) for span in spans),
            f"({filled}) · {CHANNELS}²",
            places,
        ),
    )


def answer(result: Dilated) -> tuple[str, str, str]:
    """How far one output sees, and how much of that it reads."""
    read = int((result.paths[-1] > 0).sum())
    return "One output sees", f"{result.field} × {result.field}", f"and reads {read} of {result.field**2} cells"


def summary(result: Dilated) -> str:
    """Reach and gaps in words."""
    fields = " → ".join(str(len(counted)) for counted in result.paths)
    named = ", ".join(str(rate) for rate in result.rates)
    words = f"Dilations {named}: the receptive field grows {fields}; {result.coverage:.0%} of it is read. "
    if result.step > 1:
        return words + (
            f"All rates are multiples of {result.step}: the image falls apart into {result.step**2} grids that never "
            "meet, and neighbouring outputs share no input at all. That is the gridding artefact."
        )
    return words + f"Neighbouring outputs share {result.shared:.0%} of their inputs."

"""Pooling: a window becomes one number. What is lost, what stays, what it is stable to, and the way back."""

from dataclasses import dataclass

import numpy as np

from engine.convolution import pooling_films
from engine.core import images, pooling, pooling_trace, rotations, shifts, unpooling
from engine.core.fields import Edit, Experiment, choice, edits, flag, seed, whole
from engine.core.fields import image as reference
from engine.core.fills import IMAGES, edited
from engine.core.film import Film
from engine.core.pairs import Pairs
from engine.core.pooling import Window
from engine.core.trace import Scale, Trace

LARGEST_SIDE = 16
MOST_SHIFT = 8
PHOTO_SIDE = 72  # 2, 4, 6 and 8 divide it
OPERATIONS = {"max": "Maximum", "mean": "Mean", "global_max": "Global maximum", "global_mean": "Global mean"}
BLURS = {"blur": "Blur-pool", "max_blur": "Max-blur-pool"}
UPSTREAM = {"ones": "Ones", "counting": "Counting 1, 2, 3 …"}


@dataclass(frozen=True)
class Settings(Experiment, Pairs):
    """The small image and its windows; the photo that is shifted; the picture that is turned."""

    image: str = choice("counting", {name: item.title for name, item in IMAGES.items()}, "Input")
    height: int = whole(4, 1, LARGEST_SIDE, "Input height")
    width: int = whole(4, 1, LARGEST_SIDE, "Input width")
    channels: int = whole(1, 1, 3, "Channels", "Each is pooled on its own.")
    image_edits: tuple[Edit, ...] = edits(1e6, "Changed input cells")
    operation: str = choice("max", OPERATIONS, "Pooling", "Global pooling has one window: the whole map.")
    kernel_height: int = whole(2, 1, 8, "Window height")
    kernel_width: int = whole(2, 1, 8, "Window width")
    stride_y: int = whole(2, 1, 8, "Vertical stride")
    stride_x: int = whole(2, 1, 8, "Horizontal stride")
    padding_y: int = whole(0, 0, 4, "Vertical padding")
    padding_x: int = whole(0, 0, 4, "Horizontal padding")
    dilation_y: int = whole(1, 1, 4, "Vertical dilation")
    dilation_x: int = whole(1, 1, 4, "Horizontal dilation")
    ceil_mode: bool = flag(False, "Round up (ceil_mode)", "A last window may hang over the far end.")
    count_include_pad: bool = flag(True, "Padding counts in the mean", "torch calls it count_include_pad.")
    upstream: str = choice("ones", UPSTREAM, "Gradient at the output")
    upstream_edits: tuple[Edit, ...] = edits(1e6, "Changed gradient cells")
    photo: str = reference("photo:cat", "Photo")
    factor: int = whole(2, 2, 8, "Smaller by", "Window and stride of every way to make the map smaller.", step=2)
    feature: str = choice("grey", shifts.FEATURES, "What is pooled", "Edges: ReLU of what Sobel's kernel answers.")
    blur: str = choice("blur", BLURS, "Third way", "Max-blur-pool takes the maximum at every place, then blurs.")
    taps: int = whole(3, 3, 7, "Blur filter", "Side of the binomial filter: 3 is [1 2 1] / 4.", step=2)
    measure: str = choice("same", shifts.MEASURES, "Against the map before", "Moved along: by whole cells first.")
    pattern: str = reference("digit:test:15", "Picture that turns")
    orientations: int = whole(12, 1, 24, "Kernels in the bank", "The picture itself, turned by equal steps.")
    seed: int = seed()

    @property
    def op(self) -> pooling.Op:
        """Maximum or mean, global or not."""
        return "mean" if self.operation.endswith("mean") else "max"

    @property
    def window(self) -> Window:
        """How the windows lie over the small image.

        Raises:
            ValueError: none fits, or the padding is more than half a window.
        """
        size = (self.height, self.width)
        if self.operation.startswith("global"):
            return Window(size, size, size)
        return Window(
            size,
            (self.kernel_height, self.kernel_width),
            self.stride,
            self.padding,
            self.dilation,
            self.ceil_mode,
        )


@dataclass(frozen=True, eq=False)
class Pooled:
    """A small image, pooled, put back, and the gradient's way.

    Args:
        settings: the experiment.
        window: how the windows lie.
        image: (C, H, W).
        output: (C, H_out, W_out), the pooling that was asked for.
        maxima, switches: (C, H_out, W_out) of maximum pooling with the same windows, and where the maxima stood.
        restored, spread: (C, H, W) the maxima put back by their switches, and by nearest neighbour.
        upstream: (C, H_out, W_out) gradient at the output.
        gradient: (C, H, W) gradient at the input.
    """

    settings: Settings
    window: Window
    image: np.ndarray
    output: np.ndarray
    maxima: np.ndarray
    switches: np.ndarray
    restored: np.ndarray
    spread: np.ndarray
    upstream: np.ndarray
    gradient: np.ndarray


def pool(settings: Settings) -> Pooled:
    """Pool the small image, put the maxima back, and send a gradient through.

    Raises:
        ValueError: what torch refuses: a window larger than the padded input, padding above half a window, a dilated
            mean.
    """
    s = settings
    window = s.window
    pixels = edited(IMAGES[s.image].make((s.channels, s.height, s.width), s.seed), s.image_edits)
    maxima, switches = pooling.max_pool(pixels, window)
    output = maxima if s.op == "max" else pooling.mean_pool(pixels, window, s.count_include_pad)
    ones = np.ones(output.shape)
    upstream = ones if s.upstream == "ones" else np.cumsum(ones).reshape(output.shape)
    upstream = edited(upstream, s.upstream_edits)
    if s.op == "max":
        gradient = pooling.max_pool_backward(upstream, switches, window.size)
    else:
        gradient = pooling.mean_pool_backward(upstream, window, s.count_include_pad)
    return Pooled(
        settings=s,
        window=window,
        image=pixels,
        output=output,
        maxima=maxima,
        switches=switches,
        restored=pooling.unpool(maxima, switches, window.size),
        spread=pooling.nearest(maxima, window.size),
        upstream=upstream,
        gradient=gradient,
    )


def shift(settings: Settings) -> shifts.Shifts:
    """Move the photo to the right by 0 … 8 pixels and compare the small maps."""
    s = settings
    wide = images.load(s.photo, (PHOTO_SIDE, PHOTO_SIDE + MOST_SHIFT), channels=1).pixels
    return shifts.shifts(wide, MOST_SHIFT, s.factor, s.taps, s.feature, s.measure)


def turn(settings: Settings) -> rotations.Turns:
    """Turn a picture in front of a bank of turned kernels.

    Raises:
        ValueError: the picture is the same everywhere.
    """
    picture = images.load(settings.pattern, rotations.SIDE, channels=1).pixels[0]
    return rotations.turns(picture, settings.orientations)


def restore(settings: Settings) -> unpooling.Restored:
    """Pool the photo to its maxima and bring it back to its size in two ways."""
    picture = images.load(settings.photo, (PHOTO_SIDE, PHOTO_SIDE), channels=1).pixels
    return unpooling.restored(picture, settings.factor)


def with_edit(settings: Settings, grid: str, cell: int, value: float) -> Settings:
    """The settings after a cell of the drawn input or of the gradient at the output got another value.

    Args:
        settings: the experiment before.
        grid: input (surrounded by its padding) or upstream, as in the traces.
        cell: flat index into that grid.
        value: the new number.

    Raises:
        ValueError: the cell is padding, or there is no such cell.
    """
    s, window = settings, settings.window
    if grid == "input":
        (top, left), (bottom, right) = window.padding, window.far
        shape = (s.channels, s.height + top + bottom, s.width + left + right)
        channel, row, column = (int(place) for place in np.unravel_index(cell, shape))
        if not (top <= row < top + s.height and left <= column < left + s.width):
            raise ValueError("Padding is not a cell of the image; change a cell of the image itself.")
        return s.but(image_edits=(*s.image_edits, (channel, row - top, column - left, value)))
    if grid == "upstream":
        channel, row, column = (int(place) for place in np.unravel_index(cell, (s.channels, *window.shape)))
        return s.but(upstream_edits=(*s.upstream_edits, (channel, row, column, value)))
    raise ValueError(f"The {grid} follows from the input.")


def trace(made: Pooled) -> Trace:
    """The windows for the stepper."""
    s = made.settings
    scale: Scale = "grey" if s.image == "handwritten" else "signed"
    return pooling_trace.pooling_trace(
        made.image, made.output, made.window, s.op, s.count_include_pad, summary(made), scale
    )


def way_back(made: Pooled) -> Trace:
    """The maxima put back by their switches, for the stepper."""
    back = (made.maxima, made.switches, made.window, made.restored, made.spread)
    kept = int((made.restored != 0).sum())
    words = f"{made.maxima.size} maxima go back to the {kept} cells where they stood; the other cells get 0."
    return pooling_trace.unpooling_trace(*back, words + " Nearest neighbour fills every cell, and forgets where.")


def routing(made: Pooled) -> Trace:
    """The gradient's way, for the stepper."""
    won = int((made.gradient != 0).sum())
    rule = "Each window sends its gradient to its winner" if made.settings.op == "max" else "Each window shares evenly"
    words = f"{rule}: {won} of {made.gradient.size} input cells get a gradient, together {made.gradient.sum():.4g}."
    switches = made.switches if made.settings.op == "max" else None
    given = (made.image, made.upstream, switches, made.window, made.gradient)
    return pooling_trace.gradient_trace(*given, made.settings.count_include_pad, words)


def shift_film(moved: shifts.Shifts, settings: Settings) -> Film:
    """The shifted photo's maps, for the film."""
    return pooling_films.shift_film(moved, ("max", "mean", settings.blur, "strided"))


def summary(made: Pooled) -> str:
    """The result in words."""
    s, (rows, columns) = made.settings, made.output.shape[1:]
    name = OPERATIONS[s.operation].lower()
    words = f"The {name} of {made.window.kernel[0]} × {made.window.kernel[1]} windows makes {s.height} × {s.width} "
    words += f"into {rows} × {columns}" + (f", in each of {s.channels} channels" if s.channels > 1 else "")
    words += f": {made.image.size} numbers become {made.output.size}, {kept(made)} are kept."
    hanging = made.window.far != made.window.padding
    return words + (" The last windows hang over the end: nothing is read out there." if hanging else "")


def kept(made: Pooled) -> str:
    """Which part of the numbers is left, as a percentage."""
    return f"{100 * made.output.size / made.image.size:.3g} %"


def numbers(made: Pooled) -> str:
    """The output's first channel, row by row."""
    rows = made.output[0][:4, :6]
    return " / ".join(" ".join(f"{value:.4g}" for value in row) for row in rows).replace("-", "−")

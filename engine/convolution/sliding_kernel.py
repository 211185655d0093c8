"""One kernel slides over one image: how each output cell is made, and how many there are."""

from dataclasses import dataclass

import numpy as np

from engine.core import convolution
from engine.core.convolution import PADDING_TITLES
from engine.core.convolution_trace import Convolved, convolution_trace
from engine.core.fields import Edit, Experiment, choice, edits, reals, seed, whole
from engine.core.fills import IMAGES, KERNELS, edited
from engine.core.pairs import Pairs
from engine.core.trace import LONGEST_SIDE, Scale, Trace

MOST_INPUTS, MOST_OUTPUTS = 4, 3
OPERATIONS = {"correlation": "Cross-correlation", "convolution": "Convolution (flipped)"}


@dataclass(frozen=True)
class Settings(Experiment, Pairs):
    """The image, the kernel, and how the one slides over the other.

    Single cells that were changed by hand are kept apart from the pattern, so that they stay when the size changes.
    """

    image: str = choice("counting", {name: item.title for name, item in IMAGES.items()}, "Input")
    height: int = whole(4, 1, LONGEST_SIDE, "Input height")
    width: int = whole(4, 1, LONGEST_SIDE, "Input width")
    channels: int = whole(1, 1, MOST_INPUTS, "Input channels")
    image_edits: tuple[Edit, ...] = edits(1e6, "Changed input cells")
    kernel: str = choice("binomial", {name: item.title for name, item in KERNELS.items()}, "Kernel")
    kernel_height: int = whole(3, 1, 11, "Kernel height")
    kernel_width: int = whole(3, 1, 11, "Kernel width")
    outputs: int = whole(1, 1, MOST_OUTPUTS, "Output channels")
    kernel_edits: tuple[Edit, ...] = edits(1e6, "Changed kernel cells")
    bias: tuple[float, ...] = reals((), MOST_OUTPUTS, 1e6, "Bias", "One number for each output channel; none is 0.")
    stride_y: int = whole(1, 1, 8, "Vertical stride")
    stride_x: int = whole(1, 1, 8, "Horizontal stride")
    padding_y: int = whole(1, 0, 8, "Vertical padding")
    padding_x: int = whole(1, 0, 8, "Horizontal padding")
    dilation_y: int = whole(1, 1, 6, "Vertical dilation")
    dilation_x: int = whole(1, 1, 6, "Horizontal dilation")
    padding_mode: str = choice("zeros", PADDING_TITLES, "Padding mode", "What stands outside the image.")
    operation: str = choice("correlation", OPERATIONS, "Operation", "Deep learning slides the kernel as it is.")
    seed: int = seed()

    @property
    def flip(self) -> bool:
        """Whether the kernel is turned by half a turn before it slides."""
        return self.operation == "convolution"


@dataclass(frozen=True, eq=False)
class Walk:
    """What the walk of a kernel over an image made.

    Args:
        settings: the experiment.
        image: (C_in, H, W).
        padded: (C_in, H + 2·p_y, W + 2·p_x).
        kernel: (C_out, C_in, K_h, K_w) as given, not flipped.
        bias: (C_out,).
        output: (C_out, H_out, W_out).
        unread: (H + 2·p_y, W + 2·p_x) bool, the cells that no window reads.
    """

    settings: Settings
    image: np.ndarray
    padded: np.ndarray
    kernel: np.ndarray
    bias: np.ndarray
    output: np.ndarray
    unread: np.ndarray


def image_of(settings: Settings) -> np.ndarray:
    """The input (C_in, H, W): the pattern, then the cells changed by hand."""
    shape = (settings.channels, settings.height, settings.width)
    return edited(IMAGES[settings.image].make(shape, settings.seed), settings.image_edits)


def kernel_of(settings: Settings) -> np.ndarray:
    """The kernel (C_out, C_in, K_h, K_w): the pattern, then the cells changed by hand."""
    shape = (MOST_OUTPUTS, MOST_INPUTS, settings.kernel_height, settings.kernel_width)
    whole_bank = KERNELS[settings.kernel].make(shape, settings.seed)
    panels = whole_bank.reshape(MOST_OUTPUTS * MOST_INPUTS, *shape[2:])  # (O, I, H, W) -> (O·I, H, W)
    return edited(panels, settings.kernel_edits).reshape(shape)[: settings.outputs, : settings.channels]


def slide(settings: Settings) -> Walk:
    """Convolve: output[o, y, x] = bias[o] + Σ padded[c, y·s + i·d, x·s + j·d] · kernel[o, c, i, j].

    Raises:
        ValueError: the kernel does not fit, the mode cannot pad so far, or the padded input is too large to draw.

    Reference: Dumoulin & Visin 2016; the indices are those of torch.nn.Conv2d.
    """
    s = settings
    rows_read, columns_read = (
        convolution.cells_read(size, kernel, stride, padding, dilation)
        for size, kernel, stride, padding, dilation in (
            (s.height, s.kernel_height, s.stride_y, s.padding_y, s.dilation_y),
            (s.width, s.kernel_width, s.stride_x, s.padding_x, s.dilation_x),
        )
    )
    if max(len(rows_read), len(columns_read)) > LONGEST_SIDE:
        raise ValueError(
            f"With its padding the input would be {len(rows_read)} × {len(columns_read)}; this page draws 64 × 64."
        )
    image, kernel = image_of(s), kernel_of(s)
    bias = np.zeros(s.outputs)
    bias[: len(s.bias)] = s.bias[: s.outputs]
    return Walk(
        settings=s,
        image=image,
        padded=convolution.pad(image, s.padding, s.padding_mode),
        kernel=kernel,
        bias=bias,
        output=convolution.conv2d(
            image, kernel, bias, s.stride, s.padding, s.dilation, padding_mode=s.padding_mode, flip=s.flip
        ),
        unread=~(rows_read[:, None] & columns_read[None, :]),
    )


def with_edit(settings: Settings, grid: str, cell: int, value: float) -> Settings:
    """The settings after a cell of the drawn input, kernel or bias got another value.

    Args:
        settings: the experiment before.
        grid: input (padded), kernel (C_in, C_out, K_h, K_w) or bias, as in the trace.
        cell: flat index into that grid.
        value: the new number.

    Raises:
        ValueError: the cell is padding, or there is no such cell.
    """
    s = settings
    if grid == "input":
        shape = (s.channels, s.height + 2 * s.padding_y, s.width + 2 * s.padding_x)
        channel, row, column = (int(place) for place in np.unravel_index(cell, shape))
        row, column = row - s.padding_y, column - s.padding_x
        if not (0 <= row < s.height and 0 <= column < s.width):
            raise ValueError("Padding follows from the padding mode; change a cell of the image itself.")
        return s.but(image_edits=(*s.image_edits, (channel, row, column, value)))
    if grid == "kernel":
        places = np.unravel_index(cell, (s.channels, s.outputs, s.kernel_height, s.kernel_width))
        given, made, row, column = (int(place) for place in places)
        return s.but(kernel_edits=(*s.kernel_edits, (made * MOST_INPUTS + given, row, column, value)))
    if grid == "bias":
        numbers = [*s.bias, *[0.0] * s.outputs][: max(s.outputs, len(s.bias))]
        numbers[cell] = value
        return s.but(bias=tuple(numbers))
    raise ValueError(f"The {grid} follows from the input and the kernel.")


def trace(walk: Walk) -> Trace:
    """The walk for the stepper."""
    s = walk.settings
    scale: Scale = "grey" if s.image == "handwritten" else "signed"
    drawn = Convolved(
        walk.padded, walk.kernel, walk.bias, walk.output, walk.unread, s.stride, s.padding, s.dilation, s.flip, scale
    )
    return convolution_trace(drawn, summary(walk))


def summary(walk: Walk) -> str:
    """The result in words."""
    s = walk.settings
    made, rows, columns = walk.output.shape
    lost = int(walk.unread.sum())
    words = f"A {s.kernel_height} × {s.kernel_width} kernel over a {s.height} × {s.width} input"
    words += f" with {s.channels} channels" if s.channels > 1 else ""
    words += f" makes a {rows} × {columns} output" + (f" with {made} channels" if made > 1 else "")
    words += f", from {walk.output.min():.4g} to {walk.output.max():.4g}."
    return words + (f" No window reads {lost} of the {walk.unread.size} cells, hatched." if lost else "")


def shape_words(walk: Walk) -> str:
    """The output's shape: H × W, or C × H × W if there are several channels."""
    made, rows, columns = walk.output.shape
    return f"{rows} × {columns}" if made == 1 else f"{made} × {rows} × {columns}"


def size_rule(settings: Settings) -> str:
    """The rule for the output's size with this experiment's numbers, once if both sides agree."""
    s = settings
    sides = (
        (s.height, s.padding_y, s.dilation_y, s.kernel_height, s.stride_y),
        (s.width, s.padding_x, s.dilation_x, s.kernel_width, s.stride_x),
    )
    rules = []
    for size, padding, dilation, kernel, stride in sides:
        made = convolution.output_size(size, kernel, stride, padding, dilation)
        left = (size + 2 * padding - dilation * (kernel - 1) - 1) % stride
        window = f"{dilation}·({kernel} − 1) − 1" if dilation > 1 else f"{kernel}"
        rule = f"⌊({size} + 2·{padding} − {window}) / {stride}⌋ + 1 = {made}"
        rules.append(rule + (f", the floor drops {left}" if left else ""))
    return rules[0] if sides[0] == sides[1] else f"{rules[0]}  and  {rules[1]}"

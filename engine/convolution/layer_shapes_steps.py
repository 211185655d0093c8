"""One channel of a layer, step by step, on the numbers of the guide's own example."""

from dataclasses import replace
from typing import Any

import numpy as np

from engine.convolution import layer_shapes_guide as guide
from engine.convolution.layer_shapes import Settings, Shapes, measure
from engine.core import convolution
from engine.core.arithmetic import Pair
from engine.core.convolution_trace import Convolved, convolution_trace
from engine.core.trace import Grid, Operand, Sweep, Trace

LARGEST = 16
# Figure 1.1 of the guide: its input and its kernel, repeated for other sizes.
IMAGE = np.array([[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]], dtype=float)
KERNEL = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]], dtype=float)


def tiled(pattern: np.ndarray, height: int, width: int) -> np.ndarray:
    """A pattern (h, w) repeated and cut: (height, width)."""
    return pattern[np.ix_(np.arange(height) % pattern.shape[0], np.arange(width) % pattern.shape[1])]


def trace(shapes: Shapes) -> Trace | None:
    """The walk over one channel, or None if it is too large to follow by eye."""
    s = shapes.settings
    image = tiled(IMAGE, min(s.height, 64), min(s.width, 64))
    reach = max(s.height + 2 * s.padding_y, s.width + 2 * s.padding_x, shapes.made.height, shapes.made.width)
    if reach > LARGEST or max(s.kernel_height, s.kernel_width) > LARGEST:
        return None
    if shapes.layer.pools:
        return _pooling(shapes, image)
    kernel = tiled(KERNEL, s.kernel_height, s.kernel_width)
    return _transposed(shapes, image, kernel) if s.layer == "transposed" else _convolution(shapes, image, kernel)


def shown(shapes: Shapes) -> tuple[Trace | None, str]:
    """The walk, and what is walked: the layer itself or, if it is too large, the guide's figure for such a layer."""
    own = trace(shapes)
    if own:
        return own, "These settings, on one channel."
    number = guide.number_of(shapes.layer, 0)
    if number is None:
        return (
            None,
            f"Too large to follow by eye: choose an input of at most {LARGEST} × {LARGEST}, or one of R1 to R15.",
        )
    item = guide.RELATIONSHIPS[number - 1]
    example = measure(item.settings)
    return trace(example), (
        f"Too large to follow by eye: here is figure {item.figure} of the guide, which obeys the same relationship, "
        f"{example.given.height} to {example.made.height}."
    )


def _still(drawn: Trace, **changes: dict[str, Any]) -> Trace:
    """The trace with its grids not editable, and some of them changed otherwise."""
    grids = tuple(replace(grid, editable=False, **changes.get(grid.name, {})) for grid in drawn.grids)
    return replace(drawn, grids=grids)


def _words(shapes: Shapes) -> str:
    return (
        f"One channel: {shapes.given.height} × {shapes.given.width} becomes {shapes.made.height} × "
        f"{shapes.made.width}, one step for each output cell."
    )


def _unread(s: Settings) -> np.ndarray:
    rows, columns = (
        convolution.cells_read(*numbers)
        for numbers in (
            (s.height, s.kernel_height, s.stride_y, s.padding_y, s.dilation_y),
            (s.width, s.kernel_width, s.stride_x, s.padding_x, s.dilation_x),
        )
    )
    return ~(rows[:, None] & columns[None, :])


def _convolution(shapes: Shapes, image: np.ndarray, kernel: np.ndarray) -> Trace:
    layer = shapes.layer
    made = convolution.conv2d(image[None], kernel[None, None], None, layer.stride, layer.padding, layer.dilation)
    walk = Convolved(
        convolution.pad(image[None], layer.padding),
        kernel[None, None],
        np.zeros(1),
        made,
        _unread(shapes.settings),
        layer.stride,
        layer.padding,
        layer.dilation,
    )
    return _still(convolution_trace(walk, _words(shapes)))


def stretched(image: np.ndarray, stride: Pair, margin: Pair, more: Pair) -> np.ndarray:
    """The image with stride − 1 zeros between its cells and a margin of zeros around it, `more` at the far ends.

    A negative margin cuts. Sliding the turned kernel over it with stride 1 is the transposed convolution.
    """
    height, width = image.shape
    spread = np.zeros(((height - 1) * stride[0] + 1, (width - 1) * stride[1] + 1))
    spread[:: stride[0], :: stride[1]] = image
    ends = [(around, around + extra) for around, extra in zip(margin, more, strict=True)]
    padded = np.pad(spread, [(max(0, near), max(0, far)) for near, far in ends])
    cuts = [slice(max(0, -near), side - max(0, -far)) for (near, far), side in zip(ends, padded.shape, strict=True)]
    return padded[cuts[0], cuts[1]]


def _transposed(shapes: Shapes, image: np.ndarray, kernel: np.ndarray) -> Trace:
    """A direct convolution over the stretched input, as the guide draws it."""
    layer = shapes.layer
    margin = (
        layer.dilation[0] * (kernel.shape[0] - 1) - layer.padding[0],
        layer.dilation[1] * (kernel.shape[1] - 1) - layer.padding[1],
    )
    wide = stretched(image, layer.stride, margin, layer.output_padding)
    made = convolution.conv2d(wide[None], kernel[None, None], dilation=layer.dilation, flip=True)
    none = np.zeros(wide.shape, dtype=bool)
    walk = Convolved(wide[None], kernel[None, None], np.zeros(1), made, none, (1, 1), (0, 0), layer.dilation, flip=True)
    (top, left), (down, right) = margin, layer.output_padding
    edges = (max(0, top), max(0, left + right), max(0, top + down), max(0, left))
    apart = " and ".join(f"{step - 1} {way}" for step, way in zip(layer.stride, ("down", "across"), strict=True))
    title = f"{shapes.given.height} × {shapes.given.width}" + (
        f", zeros between: {apart}" if max(layer.stride) > 1 else ""
    )
    looks: dict[str, Any] = {"title": "Input, stretched", "subtitle": title, "padding": edges}
    return _still(convolution_trace(walk, _words(shapes)), input=looks)


def _pooling(shapes: Shapes, image: np.ndarray) -> Trace:
    """Windows as they lie. A maximum never takes padding; a mean counts it as zeros, as torch does."""
    layer = shapes.layer
    takes_most = layer.kind == "max_pool"
    drawn = image if takes_most else convolution.pad(image[None], layer.padding)[0]
    margin = (0, 0) if takes_most else layer.padding
    starts, offsets, outside = _windows(
        shapes, drawn.shape, (layer.padding[0] - margin[0], layer.padding[1] - margin[1])
    )
    cells = np.where(outside, 0, starts[:, None] + offsets)
    read = drawn.ravel()[cells]
    if takes_most:
        values = np.where(outside, -np.inf, read).max(axis=1)
    else:  # what hangs over by ceil_mode is no cell at all: it does not count in the divisor
        values = np.where(outside, 0, read).sum(axis=1) / (~outside).sum(axis=1)
    sweep = Sweep(
        op="max" if takes_most else "mean",
        target="output",
        cells=np.arange(values.size),
        operands=(Operand("input", starts, offsets),),
        results=values,
        caption="Output row {row}, column {column}",
        skipped=outside if outside.any() else None,
    )
    size = f"{shapes.made.height} × {shapes.made.width}"
    around = (margin[0], margin[1], margin[0], margin[1])
    title = "Maxima" if takes_most else "Means"
    # A dilated window can miss every cell; its maximum is −∞, as in torch, and its place stays empty.
    made = np.where(np.isfinite(values), values, np.nan).reshape(shapes.made.height, shapes.made.width)
    grids = (
        Grid("input", "Input", drawn, role="input", padding=around, subtitle=f"{image.shape[0]} × {image.shape[1]}"),
        Grid("output", title, made, role="output", filled_by_steps=True, subtitle=size),
    )
    return Trace(grids, (sweep,), (("input", "→", "output"),), _words(shapes))


def _windows(shapes: Shapes, drawn: tuple[int, ...], before: Pair) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First cell of each window (S,), its cells from there (T,), and which lie outside the drawn input (S, T)."""
    layer = shapes.layer
    rows, columns = (axis.ravel() for axis in np.indices((shapes.made.height, shapes.made.width)))
    down, across = (axis.ravel() for axis in np.indices(layer.kernel))
    top, left = rows * layer.stride[0] - before[0], columns * layer.stride[1] - before[1]
    down, across = down * layer.dilation[0], across * layer.dilation[1]
    y, x = top[:, None] + down, left[:, None] + across
    outside = (y < 0) | (y >= drawn[0]) | (x < 0) | (x >= drawn[1])
    return top * drawn[1] + left, down * drawn[1] + across, outside

"""A convolution as a trace: the padded input, the kernel, the bias and the output as grids, one step an output cell."""

from dataclasses import dataclass

import numpy as np

from engine.core.trace import Grid, Operand, Scale, Sweep, Trace

Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Convolved:
    """A convolution that was computed, for drawing.

    Args:
        padded: (C_in, H + 2·p_y, W + 2·p_x).
        kernel: (C_out, C_in, K_h, K_w), not flipped.
        bias: (C_out,).
        output: (C_out, H_out, W_out).
        unread: (H + 2·p_y, W + 2·p_x) bool.
        stride, padding, dilation: (vertical, horizontal).
        flip: whether the kernel is turned by half a turn.
        scale: how the input's values become colours.
    """

    padded: np.ndarray
    kernel: np.ndarray
    bias: np.ndarray
    output: np.ndarray
    unread: np.ndarray
    stride: Pair
    padding: Pair
    dilation: Pair
    flip: bool = False
    scale: Scale = "signed"


def convolution_trace(walk: Convolved, summary: str) -> Trace:
    """Grids and one sweep: step s makes output cell s from C_in·K_h·K_w products, bracketed by input channel."""
    with_bias = bool(walk.bias.any())
    row = ("input", "∗", "kernel", "+", "bias", "=", "output") if with_bias else ("input", "∗", "kernel", "=", "output")
    grids = _grids(walk)
    if not with_bias:
        grids = tuple(grid for grid in grids if grid.name != "bias")
    return Trace(grids=grids, segments=(_sweep(walk, with_bias),), layout=(row,), summary=summary)


def _names(count: int, word: str) -> tuple[str, ...]:
    return tuple(f"{word} {index}" for index in range(count)) if count > 1 else ()


def _size(values: np.ndarray) -> str:
    return " × ".join(str(side) for side in (values.shape if values.shape[0] > 1 else values.shape[1:]))


def _grids(walk: Convolved) -> tuple[Grid, ...]:
    inputs, height, width = walk.padded.shape
    outputs = walk.output.shape[0]
    inner = (height - 2 * walk.padding[0], width - 2 * walk.padding[1])
    shape = " × ".join(map(str, (inputs, *inner) if inputs > 1 else inner))
    pairs = tuple(f"{given} → {made}" for given in range(inputs) for made in range(outputs))
    kernel_shape = " × ".join(map(str, walk.kernel.shape if outputs * inputs > 1 else walk.kernel.shape[2:]))
    return (
        Grid(
            "input",
            "Input",
            walk.padded,
            role="input",
            scale=walk.scale,
            panel_titles=_names(inputs, "channel"),
            padding=(walk.padding[0], walk.padding[1]) * 2,
            unread=walk.unread if walk.unread.any() else None,
            editable=True,
            subtitle=shape,
        ),
        Grid(
            "kernel",
            "Kernel",
            walk.kernel.transpose(1, 0, 2, 3),  # (O, I, K_h, K_w) -> (I, O, K_h, K_w)
            role="kernel",
            panel_titles=pairs if len(pairs) > 1 else (),
            editable=True,
            subtitle=kernel_shape + (", read turned by half" if walk.flip else ""),
        ),
        Grid("bias", "Bias", walk.bias[:, None, None], role="bias", editable=True),
        Grid(
            "output",
            "Output",
            walk.output,
            role="output",
            panel_titles=_names(outputs, "channel"),
            filled_by_steps=True,
            subtitle=_size(walk.output),
        ),
    )


def _sweep(walk: Convolved, with_bias: bool) -> Sweep:
    """The closed form: input cell = base(y·s, x·s) + offset(c, i·d, j·d); kernel cell = base(o) + offset(c, i, j)."""
    inputs, height, width = walk.padded.shape
    outputs, rows, columns = walk.output.shape
    tall, wide = walk.kernel.shape[2:]
    made, row, column = (axis.ravel() for axis in np.indices((outputs, rows, columns)))
    given, down, across = (axis.ravel() for axis in np.indices((inputs, tall, wide)))
    inside = given * height * width + down * walk.dilation[0] * width + across * walk.dilation[1]
    if walk.flip:
        down, across = tall - 1 - down, wide - 1 - across
    weight = given * outputs * tall * wide + down * wide + across
    return Sweep(
        op="sum_products",
        target="output",
        cells=np.arange(walk.output.size),
        operands=(
            Operand("input", row * walk.stride[0] * width + column * walk.stride[1], inside),
            Operand("kernel", made * tall * wide, weight),
        ),
        results=walk.output.ravel(),  # (O, H_out, W_out) -> (O·H_out·W_out,)
        addend=("bias", made) if with_bias else None,
        groups=given if inputs > 1 else None,
        group_titles=_names(inputs, "channel"),
        caption="Output row {row}, column {column}" + (", {panel}" if outputs > 1 else ""),
    )

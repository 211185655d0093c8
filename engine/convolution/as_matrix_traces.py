"""The views of a convolution as steps: windows, matrix rows, patch columns, shifted copies, and scattered prints."""

from dataclasses import replace

import numpy as np

from engine.convolution import as_matrix_ways as ways
from engine.convolution.as_matrix import NOTHING, Unrolled, patches
from engine.core.convolution_trace import Convolved, convolution_trace
from engine.core.trace import Grid, Moment, Operand, Span, Sweep, Trace

LONGEST_VECTOR = 40
MOST_COPIES = 25


def trace(unrolled: Unrolled) -> Trace | None:
    """The steps of the chosen view; None where the grids are too long for numbers or the view has no steps."""
    steps = {
        "window": _windows,
        "matrix": _rows,
        "im2col": _columns,
        "copies": _copies,
        "transposed": _scatter,
    }.get(unrolled.settings.view)
    return steps(unrolled) if steps else None


def _windows(u: Unrolled) -> Trace:
    s = u.settings
    unread = np.ones(u.padded.size, dtype=bool)
    unread[u.reads.ravel()] = False
    drawn = Convolved(
        u.padded[None],
        u.kernel[None, None],
        np.zeros(1),
        u.output[None],
        unread.reshape(u.padded.shape),  # (H_p·W_p,) -> (H_p, W_p)
        s.stride,
        s.padding,
        s.dilation,
    )
    return convolution_trace(drawn, ways.words(u))


def _grid_kernel(u: Unrolled) -> Grid:
    size = f"{u.kernel.shape[0]} × {u.kernel.shape[1]}"
    return Grid("kernel", "Kernel", u.kernel, role="kernel", editable=True, subtitle=size)


def _rows(u: Unrolled) -> Trace | None:
    """Output cell o = row o of the matrix · the image as one column."""
    outputs, inputs = u.matrix.shape
    if max(outputs, inputs) > LONGEST_VECTOR:
        return None
    sweep = Sweep(
        op="sum_products",
        target="output",
        cells=np.arange(outputs),
        operands=(
            Operand("matrix", np.arange(outputs) * inputs, np.arange(inputs)),
            Operand("vector", np.zeros(outputs, dtype=int), np.arange(inputs)),
        ),
        results=u.output.ravel(),
        caption="Row {row} of the matrix times the input; zeros of the structure are left out",
        skipped=u.owner == NOTHING,
    )
    values = np.where(u.owner == NOTHING, np.nan, u.matrix)
    size = f"{outputs} × {inputs}, empty where nothing connects"
    grids = (
        Grid("matrix", "Matrix", values, role="kernel", subtitle=size, editable=True),
        Grid("vector", "Input", u.image.reshape(-1, 1), role="input", subtitle=f"{inputs} × 1", editable=True),
        Grid("output", "Output", u.output.reshape(-1, 1), role="output", filled_by_steps=True),
    )
    return Trace(grids, (sweep,), (("matrix", "·", "vector", "=", "output"),), ways.words(u))


def _columns(u: Unrolled) -> Trace | None:
    """Output cell o = the kernel as a row · column o of the patches."""
    columns = patches(u)
    weights, outputs = columns.shape
    if max(weights, outputs) > LONGEST_VECTOR:
        return None
    sweep = Sweep(
        op="sum_products",
        target="output",
        cells=np.arange(outputs),
        operands=(
            Operand("kernel", np.zeros(outputs, dtype=int), np.arange(weights)),
            Operand("patches", np.arange(outputs), np.arange(weights) * outputs),
        ),
        results=u.output.ravel(),
        caption="The kernel times column {column} of the patches: one window",
    )
    size = f"{weights} × {outputs}"
    grids = (
        Grid("kernel", "Kernel", u.kernel.reshape(1, -1), role="kernel", subtitle=f"1 × {weights}", editable=True),
        Grid("patches", "Patches", columns, role="input", subtitle=size),
        Grid("output", "Output", u.output.reshape(1, -1), role="output", filled_by_steps=True),
    )
    return Trace(grids, (sweep,), (("kernel", "·", "patches"), ("=", "output")), ways.words(u))


def _copies(u: Unrolled) -> Trace | None:
    """Step k adds the k-th shifted copy, weighted, to the whole output."""
    if u.kernel.size > MOST_COPIES:
        return None
    seen = np.stack([ways.shifted(u, *place) for place in np.ndindex(u.kernel.shape)])
    total = np.zeros(u.output.size)
    moments = []
    for weight, copy in enumerate(seen):
        value = float(u.kernel.ravel()[weight])
        total = total + value * copy.ravel()
        row, column = divmod(weight, u.kernel.shape[1])
        moments.append(
            Moment(
                spans=(
                    Span("output += "),
                    Span(_number(value), "kernel"),
                    Span(" · "),
                    Span(f"copy {weight}", "copies"),
                ),
                lit={
                    "kernel": (weight,),
                    "copies": tuple(range(weight * copy.size, (weight + 1) * copy.size)),
                },
                writes=tuple(("output", cell, float(number)) for cell, number in enumerate(total)),
                caption=f"The copy moved by {row * u.settings.dilation_y} up and {column * u.settings.dilation_x} left",
            )
        )
    stack = seen.reshape(*u.kernel.shape, *seen.shape[1:])  # (K, H, W) -> (K_h, K_w, H, W)
    titles = tuple(f"copy {weight}" for weight in range(len(seen)))
    grids = (
        _grid_kernel(u),
        Grid("copies", "Shifted copies", stack, role="input", panel_titles=titles),
        Grid("output", "Sum so far", u.output, role="output", filled_by_steps=True),
    )
    return Trace(grids, tuple(moments), (("kernel", "·", "copies", "=", "output"),), ways.words(u))


def _scatter(u: Unrolled) -> Trace | None:
    """Step o prints the kernel, weighted by cell o of the small map, into the large map."""
    sources = u.origin.ravel()[u.reads]
    if u.output.size > 64:
        return None
    total = np.zeros(u.image.size)
    moments = []
    for cell, (value, targets) in enumerate(zip(u.output.ravel(), sources, strict=True)):
        kept = np.flatnonzero(targets != NOTHING)
        np.add.at(total, targets[kept], value * u.kernel.ravel()[kept])
        reached = tuple(dict.fromkeys(int(target) for target in targets[kept]))
        row, column = divmod(cell, u.output.shape[1])
        lost = len(targets) - len(kept)
        moments.append(
            Moment(
                spans=(Span("window += "), Span(_number(float(value)), "small"), Span(" · "), Span("kernel", "kernel")),
                lit={"small": (cell,), "kernel": tuple(int(k) for k in kept)},
                writes=tuple(("large", target, float(total[target])) for target in reached),
                caption=f"Cell {row}, {column} prints the kernel"
                + (f"; {lost} of its cells fall on the padding and are cut" if lost else ""),
            )
        )
    size = f"{u.image.shape[0]} × {u.image.shape[1]}"
    grids = (
        Grid("small", "Input", u.output, role="input", subtitle=f"{u.output.shape[0]} × {u.output.shape[1]}"),
        replace(_grid_kernel(u), name="kernel"),
        Grid("large", "Output", u.back, role="output", filled_by_steps=True, subtitle=size),
    )
    return Trace(grids, tuple(moments), (("small", "·", "kernel", "→", "large"),), ways.words(u))


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")

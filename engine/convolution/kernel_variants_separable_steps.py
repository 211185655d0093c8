"""A kernel as outer products, step by step: how they add up to it, and how they filter in two passes."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.convolution.kernel_variants_separable import BORDER, Separated, name_of, summary
from engine.core import convolution, filter_chain
from engine.core.kernel_trace import kernel_trace
from engine.core.trace import Grid, Operand, Sweep, Trace

STEP = 12


def trace(result: Separated) -> Trace:
    """Two passes over a corner of the photo: one dimension downwards, one across; r maps in between."""
    deep, size = result.columns.shape
    patch = liveliest(result.photo, size + (5 if size < 5 else 3 if size < 9 else 2))
    upright = convolution.conv2d(patch[None], result.columns[:, None, :, None])  # (r, H', W)
    output = convolution.conv2d(upright, result.rows[None, :, None, :])  # (1, H', W')
    counts = tuple(f"piece {piece + 1}" for piece in range(deep)) if deep > 1 else ()
    grids = (
        Grid("input", "A patch of the photo", patch, role="input", scale="grey", limits=(0, 255), subtitle="0 … 255"),
        Grid(
            "columns", "Columns", result.columns[:, :, None], role="kernel", panel_titles=counts, subtitle=f"{size} × 1"
        ),
        Grid("upright", "First pass", upright, role="other", panel_titles=counts, filled_by_steps=True),
        Grid("rows", "Rows", result.rows[:, None, :], role="bias", panel_titles=counts, subtitle=f"1 × {size}"),
        Grid("output", "Second pass", output, role="output", filled_by_steps=True),
    )
    layout = (("input", "∗", "columns", "=", "upright", "∗", "rows", "=", "output"),)
    return Trace(grids, (_down(upright, patch, size), _across(output, upright, size)), layout, summary(result))


def liveliest(photo: np.ndarray, side: int) -> np.ndarray:
    """The square of the photo whose pixels differ most, as whole numbers 0 … 255: (side, side)."""
    squares = sliding_window_view(photo, (side, side))[::STEP, ::STEP]
    top, left = np.unravel_index(squares.std(axis=(2, 3)).argmax(), squares.shape[:2])
    return np.rint(squares[top, left].astype(np.float64) * 255)


def _down(upright: np.ndarray, patch: np.ndarray, size: int) -> Sweep:
    piece, row, column = (axis.ravel() for axis in np.indices(upright.shape))
    taps = np.arange(size)
    return Sweep(
        op="sum_products",
        target="upright",
        cells=np.arange(upright.size),
        operands=(
            Operand("input", row * patch.shape[1] + column, taps * patch.shape[1]),
            Operand("columns", piece * size, taps),
        ),
        results=upright.ravel(),
        caption="Downwards: row {row}, column {column}",
    )


def _across(output: np.ndarray, upright: np.ndarray, size: int) -> Sweep:
    deep, height, width = upright.shape
    _, row, column = (axis.ravel() for axis in np.indices(output.shape))
    piece, taps = (axis.ravel() for axis in np.indices((deep, size)))
    return Sweep(
        op="sum_products",
        target="output",
        cells=np.arange(output.size),
        operands=(
            Operand("upright", row * width + column, piece * height * width + taps),
            Operand("rows", np.zeros(output.size, dtype=int), piece * size + taps),
        ),
        results=output.ravel(),
        groups=piece if deep > 1 else None,
        caption="Across: row {row}, column {column}",
    )


def assembly(result: Separated) -> Trace:
    """How the kernel is made of its pieces, cell by cell; its cells can be changed."""
    stages = filter_chain.run(np.zeros((1, 1, 1), dtype=np.float32), ((name_of(result), result.kernel),), BORDER)
    return kernel_trace(stages, result.kernel, ("kernel",))

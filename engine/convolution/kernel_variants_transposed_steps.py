"""A transposed convolution step by step, by scattering or by inserting zeros, and as a film over growing strides."""

from dataclasses import replace
from typing import Any

import numpy as np

from engine.convolution.kernel_variants_transposed import ENLARGERS, Transposed, summary
from engine.core import images, transposed
from engine.core.convolution_trace import Convolved, convolution_trace
from engine.core.film import Curve, Film, panel
from engine.core.trace import Grid, Moment, Span, Trace

FILM_STRIDES = 6
SHEET = 48
PHOTO = 120  # every stride of the film divides it


def trace(result: Transposed) -> Trace:
    """One step for each input cell, or for each output cell, as chosen."""
    return _scattered(result) if result.settings.method == "scatter" else _inserted(result)


def _scattered(result: Transposed) -> Trace:
    """Each input cell adds its print to what lies there already."""
    s, side, size = result.settings, len(result.output), len(result.kernel)
    sheet, moments = np.zeros((side, side)), []
    for row, column in np.ndindex(result.image.shape):
        value = float(result.image[row, column])
        down, across = (np.arange(size) * s.spread + place * s.stride - s.padding for place in (row, column))
        inside = [(i, j) for i, j in np.ndindex(size, size) if 0 <= down[i] < side and 0 <= across[j] < side]
        writes = []
        for i, j in inside:
            sheet[down[i], across[j]] += value * result.kernel[i, j]
            writes.append(("output", int(down[i] * side + across[j]), float(sheet[down[i], across[j]])))
        lost = size**2 - len(inside)
        cut = f" {lost} of {size**2} fall on the padding and are cut off." if lost else ""
        moments.append(
            Moment(
                (
                    Span(f"{value:g}", "input"),
                    Span(" · the "),
                    Span("kernel", "print"),
                    Span(", added to what is there."),
                ),
                lit={"input": (row * s.coarse + column,), "print": tuple(i * size + j for i, j in inside)},
                writes=tuple(writes),
                caption=f"Input row {row}, column {column} prints at row {row * s.stride - s.padding}, "
                f"column {column * s.stride - s.padding}.{cut}",
            )
        )
    return Trace(_ends(result), tuple(moments), (("input", "∗", "print", "=", "output"),), summary(result))


def _ends(result: Transposed) -> tuple[Grid, Grid, Grid]:
    size, side, wide = len(result.image), len(result.output), len(result.kernel)
    return (
        Grid("input", "Input", result.image, role="input", editable=True, subtitle=f"{size} × {size}"),
        Grid("print", "Kernel", result.kernel, role="kernel", editable=True, subtitle=f"{wide} × {wide}"),
        Grid("output", "Output", result.output, role="output", filled_by_steps=True, subtitle=f"{side} × {side}"),
    )


def _inserted(result: Transposed) -> Trace:
    """The turned kernel slides over the stretched input; cells are changed in the other walk."""
    stride, padding, more, dilation = result.numbers
    margin = transposed.margins(result.kernel.shape[:2], padding, dilation)
    wide = transposed.stretched(result.image[None], stride, margin, more)
    kernel = result.kernel[None, None]
    unread = np.zeros(wide.shape[1:], dtype=bool)
    walk = Convolved(wide, kernel, np.zeros(1), result.output[None], unread, (1, 1), (0, 0), dilation, flip=True)
    drawn = convolution_trace(walk, summary(result))
    near, far = max(0, margin[0]), max(0, margin[0] + more[0])
    if near + far >= len(wide[0]):  # all that is left of the input was cut off
        near = far = 0
    between = f", {stride[0] - 1} zero{'s' if stride[0] > 2 else ''} between cells" if stride[0] > 1 else ""
    looks: dict[str, dict[str, Any]] = {
        "input": {
            "title": "Input, stretched",
            "padding": (near, far, far, near),
            "subtitle": f"{len(result.image)} × {len(result.image)}{between}",
        }
    }
    grids = tuple(replace(grid, editable=False, **looks.get(grid.name, {})) for grid in drawn.grids)
    return replace(drawn, grids=grids)


def film(result: Transposed) -> Film:
    """The same kernel, printed further and further apart."""
    s, size = result.settings, len(result.kernel)
    strides = range(1, FILM_STRIDES + 1)
    maps, photos, levels = [], [], []
    for stride in strides:
        start = size * s.spread * stride  # far enough in, and a print begins there
        counts = transposed.prints(2 * SHEET, size, stride, dilation=s.spread)[start : start + SHEET]
        maps.append(np.outer(counts, counts).astype(float))
        coarse = images.load(s.image, PHOTO // stride, channels=1).pixels[0].astype(np.float64)
        photos.append(ENLARGERS["transposed"](coarse, result.kernel, stride, s.spread))
        around = transposed.phases(size, stride, s.spread).astype(float)
        levels.append(float(np.ptp(np.outer(around, around)) / np.outer(around, around).mean()))
    shown = ", ".join(f"{level:.2g}" for level in levels)
    counts_words = tuple(f"{int(drawn.min())} to {int(drawn.max())}" for drawn in maps)
    return Film(
        panels=(
            panel("How many prints overlap", np.stack(maps), "magnitude", subtitles=counts_words),
            panel("A photo printed with it", np.stack(photos), "grey", (0.0, 1.0)),
        ),
        labels=tuple(f"stride {stride}" for stride in strides),
        summary=f"{size} × {size} kernel, strides 1 to {FILM_STRIDES}: unevenness {shown} of the mean.",
        curves=(Curve("unevenness", np.array(levels)),),
        positions=np.array(strides, dtype=float),
        axes=("stride", "(most − least) / mean"),
        columns=2,
        start=max(2, s.stride) - 1,
    )

"""What max pooling passes back: each window's whole gradient to its winner, nothing to the others."""

import numpy as np

from engine.core.backward_trace import in_rows, say
from engine.core.pooling import Window, max_pool, max_pool_backward
from engine.core.trace import Grid, Moment, Operand, Span, Sweep, Trace
from engine.learning.layer_backprop_layer import Layer, Passed, Tensors, given_grid, gradient_grid
from engine.learning.layer_backprop_numbers import Given, nonzero, shuffled
from engine.learning.layer_backprop_settings import Settings


def window_of(settings: Settings) -> Window:
    """How the windows lie.

    Raises:
        ValueError: no window fits.
    """
    side, window, stride = settings.pool_side, settings.window, settings.pool_stride
    return Window((side, side), (window, window), (stride, stride))


GIVEN = (
    Given("x", "x", "Input x", lambda s: (1, 1, s.pool_side, s.pool_side), shuffled),
    Given("upstream", "y", "Upstream g", lambda s: (1, 1, *window_of(s).shape), nonzero),
)


def forward(settings: Settings, t: Tensors) -> np.ndarray:
    """The maxima."""
    return max_pool(t["x"][0], window_of(settings))[0][None]


def gradients(settings: Settings, t: Tensors) -> Tensors:
    """Routed by the switches."""
    window = window_of(settings)
    switches = max_pool(t["x"][0], window)[1]
    return {"x": max_pool_backward(t["upstream"][0], switches, window.size)[None]}


def trace(passed: Passed, summary: str) -> Trace:
    """The maxima, then window by window where the gradient goes."""
    window, x = window_of(passed.settings), passed.tensor("x")[0]
    pooled, switches = max_pool(x, window)
    (rows, columns), size, stride = window.shape, passed.settings.window, passed.settings.pool_stride
    local = np.zeros((rows, columns, size, size))
    for row, column in np.ndindex(rows, columns):
        down, across = divmod(int(switches[0, row, column]), window.size[1])
        local[row, column, down - row * stride, across - column * stride] = 1
    grids = (
        *(given_grid(passed, given) for given in GIVEN),
        Grid("y", "Output y", pooled, role="output", filled_by_steps=True),
        Grid("local", "∂y/∂x in each window", local, "kernel", "magnitude", limits=(0, 1), filled_by_steps=True),
        gradient_grid(passed, GIVEN[0]),
    )
    top, left = (axis.ravel() * stride for axis in np.indices((rows, columns)))
    below, beside = (axis.ravel() for axis in np.indices((size, size)))
    base, offset = top * window.size[1] + left, below * window.size[1] + beside
    maxima = Sweep(
        "max",
        "y",
        np.arange(pooled.size),
        (Operand("x", base, offset),),
        pooled.ravel(),
        caption="y[{row}, {column}]: the largest of its window",
    )
    layout = in_rows(("x", "→", "y"), ("upstream", "·", "local", "→", "d_x"), grids)
    return Trace(grids, (maxima, *_routes(passed, switches[0], base, offset)), layout, summary)


def _routes(passed: Passed, switches: np.ndarray, base: np.ndarray, offset: np.ndarray) -> tuple[Moment, ...]:
    """For each window: who won, and what that cell has by now."""
    x, upstream = passed.matrix("x").ravel(), passed.matrix("upstream").ravel()
    columns = switches.shape[1]
    sheet, moments = np.zeros(x.size), [_blank(x.size)]
    for place, winner in enumerate(switches.ravel()):
        cells = base[place] + offset
        before = sheet[winner]
        sheet[winner] += upstream[place]
        tie = int((x[cells] == x[winner]).sum()) > 1
        added = f", added to {say(before)} from before" if before else ""
        spans = [
            Span(say(x[winner]), "x"),
            Span(" stands more than once; the first, as in torch, gets " if tie else " wins and gets "),
            Span(say(upstream[place]), "upstream"),
            Span(f" · 1{added}; the others get 0"),
        ]
        writes = [("local", place * len(offset) + i, float(cell == winner)) for i, cell in enumerate(cells)]
        moments.append(
            Moment(
                tuple(spans),
                {"x": tuple(int(cell) for cell in cells), "upstream": (place,)},
                (*writes, ("d_x", int(winner), float(sheet[winner]))),
                f"Window of y[{place // columns}, {place % columns}]",
            )
        )
    return tuple(moments)


def _blank(size: int) -> Moment:
    words = "No cell has a gradient yet; only winners will get one."
    return Moment((Span(words),), {}, tuple(("d_x", cell, 0.0) for cell in range(size)), "Backward")


LAYER = Layer(
    "Max pooling",
    GIVEN,
    ("x",),
    forward,
    gradients,
    trace,
    "The winner’s slope is 1, everyone else’s 0: the whole gradient of a window goes to one cell.",
    ("pool_side", "window", "pool_stride"),
)

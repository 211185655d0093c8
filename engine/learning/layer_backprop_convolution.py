"""What a convolution passes back: the shared kernel's gradient is a sum over all places where the kernel lay."""

from typing import Any

import numpy as np

from engine.core import backward, convolution
from engine.core.backward_trace import factor, say, updates
from engine.core.trace import Grid, Moment, Operand, Span, Sweep, Trace
from engine.learning.layer_backprop_convolution_input import gathered, scattered
from engine.learning.layer_backprop_layer import Layer, Passed, Tensors, given_grid, gradient_grid
from engine.learning.layer_backprop_numbers import Given, digits, nonzero, small, tenths
from engine.learning.layer_backprop_settings import Settings

MOST_PATCHES = 36
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def made_side(settings: Settings) -> int:
    """The side of the output.

    Raises:
        ValueError: the kernel does not fit.
    """
    return convolution.output_size(settings.side, settings.kernel, settings.stride, settings.padding, 1)


GIVEN = (
    Given("x", "x", "Input x", lambda s: (1, s.channels, s.side, s.side), digits),
    Given("weight", "W", "Kernel W", lambda s: (s.filters, s.channels, s.kernel, s.kernel), small),
    Given("bias", "b", "Bias b", lambda s: (s.filters, 1, 1, 1), tenths),
    Given("upstream", "y", "Upstream g", lambda s: (s.filters, 1, made_side(s), made_side(s)), nonzero),
)


def forward(settings: Settings, t: Tensors) -> np.ndarray:
    """Cross-correlation, as everywhere in deep learning: (O, 1, H_out, W_out)."""
    seen = backward.windows_of(t["x"][0], (settings.kernel, settings.kernel), settings.stride, settings.padding)
    made = np.tensordot(t["weight"], seen, axes=((1, 2, 3), (2, 3, 4)))
    return made[:, None] + t["bias"]


def gradients(settings: Settings, t: Tensors) -> Tensors:
    """By the rule."""
    found = backward.conv2d_backward(t["x"][0], t["weight"], t["upstream"][:, 0], settings.stride, settings.padding)
    return {"x": found[0][None], "weight": found[1], "bias": found[2][:, None, None, None]}


def trace(passed: Passed, summary: str) -> Trace:
    """Forward; the kernel's gradient place by place, then summed; bias; input; and the kernel after a step."""
    s = passed.settings
    flat = (passed.tensor("weight").reshape(1, -1), passed.gradient("weight").reshape(1, -1))  # each (1, O·I·K·K)
    route = gathered(passed) if s.route == "gather" else scattered(passed)
    segments = [_forward(passed), *_weight_steps(passed), _bias(passed), *route]
    segments += updates("weight", "after", *flat, s.rate, "d_weight")
    grids = _grids(passed)
    rows: list[tuple[str, ...]] = [("x", "∗", "weight", "+", "bias", "=", "y")]
    if any(grid.name == "apart" for grid in grids):
        rows += [("upstream", "→", "apart", "Σ →", "d_weight"), ("d_x", "d_bias", "after")]
    else:
        rows += [("upstream", "→", "d_weight", "d_x", "d_bias", "after")]
    return Trace(grids, tuple(segments), tuple(rows), summary)


def _grids(passed: Passed) -> tuple[Grid, ...]:
    s = passed.settings
    maps: dict[str, Any] = {"panel_titles": _names(s.filters, "output")}
    pairs = tuple(f"{i} → {o}" for o in range(s.filters) for i in range(s.channels))
    kernels: dict[str, Any] = {"panel_titles": pairs if len(pairs) > 1 else ()}
    channels: dict[str, Any] = {"panel_titles": _names(s.channels, "channel")}
    padded = convolution.pad(passed.tensor("x")[0], (s.padding, s.padding))[None]
    after = passed.tensor("weight") - s.rate * passed.gradient("weight")
    grids = [
        Grid("x", "Input x", padded, "input", padding=(s.padding,) * 4, editable=True, subtitle=_side(s), **channels),
        given_grid(passed, GIVEN[1], **kernels),
        given_grid(passed, GIVEN[2], subtitle=""),
        Grid("y", "Output y", passed.output, "output", filled_by_steps=True, **maps),
        given_grid(passed, GIVEN[3], **maps),
        gradient_grid(passed, GIVEN[0], **channels),
        gradient_grid(passed, GIVEN[1], subtitle="the sum", **kernels),
        gradient_grid(passed, GIVEN[2]),
        Grid(
            "after", "W after a step", after, "kernel", filled_by_steps=True, subtitle=f"η = {say(s.rate)}", **kernels
        ),
    ]
    panels = _patches(passed)
    if panels is not None:
        letters = tuple(
            LETTERS[place] if len(LETTERS) > panels.shape[1] else str(place) for place in range(panels.shape[1])
        )
        titles = letters * len(panels)
        words = "each place as if it had a kernel of its own"
        grids.append(
            Grid("apart", "g · patch", panels, "kernel", panel_titles=titles, filled_by_steps=True, subtitle=words)
        )
    return tuple(grids)


def _patches(passed: Passed) -> np.ndarray | None:
    """The gradient of each place's own kernel (O·I, places, K, K); None if they are too many to draw."""
    s = passed.settings
    upstream = passed.tensor("upstream")[:, 0]
    apart = backward.patch_gradients(passed.tensor("x")[0], (s.kernel, s.kernel), upstream, s.stride, s.padding)
    places, pairs = apart.shape[0] * apart.shape[1], s.filters * s.channels
    if places * pairs > MOST_PATCHES:
        return None
    panels = apart.reshape(places, pairs, s.kernel, s.kernel)  # (H_out, W_out, O, I, K, K) -> (places, O·I, K, K)
    return panels.transpose(1, 0, 2, 3)


def _names(count: int, word: str) -> tuple[str, ...]:
    return tuple(f"{word} {index}" for index in range(count)) if count > 1 else ()


def _side(settings: Settings) -> str:
    return f"{settings.side} × {settings.side}" + (", padded" if settings.padding else "")


def _forward(passed: Passed) -> Sweep:
    """y[o, r, c] = b[o] + Σ x[i, r·s + u, c·s + v] · W[o, i, u, v]."""
    s, wide = passed.settings, passed.settings.side + 2 * passed.settings.padding
    made, row, column = (axis.ravel() for axis in np.indices(passed.output[:, 0].shape))
    given, down, across = (axis.ravel() for axis in np.indices((s.channels, s.kernel, s.kernel)))
    return Sweep(
        "sum_products",
        "y",
        np.arange(passed.output.size),
        (
            Operand("x", (row * wide + column) * s.stride, given * wide**2 + down * wide + across),
            Operand("weight", made * s.channels * s.kernel**2, np.arange(s.channels * s.kernel**2)),
        ),
        passed.output.ravel(),
        ("bias", made),
        groups=given if s.channels > 1 else None,
        group_titles=_names(s.channels, "channel"),
        caption="y[{row}, {column}]: the kernel on its window, plus b",
    )


def _weight_steps(passed: Passed) -> list[Sweep | Moment]:
    """∂L/∂W: apart and then summed, or at once."""
    panels = _patches(passed)
    s, (filters, _, side, _) = passed.settings, passed.output.shape
    wide, size = s.side + 2 * s.padding, s.kernel**2
    row, column = (axis.ravel() for axis in np.indices((side, side)))
    o, i, u, v = (axis.ravel() for axis in np.indices((filters, s.channels, s.kernel, s.kernel)))
    cells, results = np.arange(len(o)), passed.gradient("weight").ravel()
    words = "∂L/∂W[{row}, {column}]: the weight was used at every place, so its gradients add up"
    if panels is None:
        there = Operand("x", i * wide**2 + u * wide + v, (row * wide + column) * s.stride)
        upstream = Operand("upstream", o * side**2, np.arange(side**2))
        return [Sweep("sum_products", "d_weight", cells, (upstream, there), results, caption=words)]
    base = (o * s.channels + i) * side**2 * size + u * s.kernel + v
    summed = Sweep(
        "sum", "d_weight", cells, (Operand("apart", base, np.arange(side**2) * size),), results, caption=words
    )
    return [*_places(passed, panels), summed]


def _places(passed: Passed, panels: np.ndarray) -> list[Moment]:
    """One step a place and pair of channels: its upstream gradient times the patch that it read."""
    s, side = passed.settings, passed.output.shape[2]
    padded = convolution.pad(passed.tensor("x")[0], (s.padding, s.padding))
    wide, size, moments = padded.shape[1], s.kernel, []
    for place, (pair, (o, i)) in (
        (place, pair) for place in range(side**2) for pair in enumerate(np.ndindex(s.filters, s.channels))
    ):
        row, column = divmod(place, side)
        top, left = row * s.stride, column * s.stride
        patch = padded[i, top : top + size, left : left + size]
        pulled = float(passed.tensor("upstream")[o, 0, row, column])
        lines = tuple(_line(pulled, values, made) for values, made in zip(patch, panels[pair, place], strict=True))
        start = (pair * side**2 + place) * size**2
        moments.append(
            Moment(
                (
                    Span(say(pulled), "upstream"),
                    Span(" · its "),
                    Span("patch", "x"),
                    Span(" = its own "),
                    Span("gradient", "apart"),
                ),
                {
                    "upstream": (o * side**2 + place,),
                    "x": tuple(int(i * wide**2 + (top + u) * wide + left + v) for u, v in np.ndindex(size, size)),
                },
                tuple(("apart", start + at, float(value)) for at, value in enumerate(panels[pair, place].ravel())),
                f"Place {LETTERS[place] if side**2 < len(LETTERS) else place}, y[{row}, {column}]"
                + (f", channel {i} → output {o}" if s.filters * s.channels > 1 else ""),
                lines,
            )
        )
    return moments


def _line(pulled: float, patch: np.ndarray, made: np.ndarray) -> tuple[Span, ...]:
    spans: list[Span] = []
    for value, result in zip(patch, made, strict=True):
        spans += [Span(",   " if spans else ""), Span(say(pulled), "upstream"), Span(" · ")]
        spans += [Span(factor(value), "x"), Span(" = "), Span(say(result), "apart")]
    return tuple(spans)


def _bias(passed: Passed) -> Sweep:
    filters, _, side, _ = passed.output.shape
    operand = Operand("upstream", np.arange(filters) * side**2, np.arange(side**2))
    words = "∂L/∂b: the bias was added at every place"
    return Sweep("sum", "d_bias", np.arange(filters), (operand,), passed.gradient("bias").ravel(), caption=words)


LAYER = Layer(
    "Convolution",
    GIVEN,
    ("x", "weight", "bias"),
    forward,
    gradients,
    trace,
    "One weight was used at every place: each place has its own gradient for it, and the shared weight gets their sum.",
    ("side", "kernel", "stride", "padding", "channels", "filters", "route", "rate"),
)

"""Pooling as traces for the stepper: forwards, back by switches, and the gradient's way."""

import numpy as np

from engine.core.pooling import Op, Window, divisors
from engine.core.trace import Grid, Operand, Role, Scale, Sweep, Trace

THERE, HERE = "at the output", "at the input"


def names(count: int) -> tuple[str, ...]:
    """Titles of the channels' panels, if there are several."""
    return tuple(f"channel {channel}" for channel in range(count)) if count > 1 else ()


def pooling_trace(
    image: np.ndarray,
    pooled: np.ndarray,
    window: Window,
    op: Op,
    count_include_pad: bool,
    summary: str,
    scale: Scale = "signed",
) -> Trace:
    """The windows of an image (C, H, W) and what each becomes, one step an output cell."""
    beyond = _beyond(window)
    padded = window.surround(image, -np.inf if op == "max" else 0)
    padded[:, beyond] = np.nan  # no cell, not even a padded one
    skipped = _skipped(window, len(image), beyond if op == "max" or count_include_pad else ~_inside(window))
    sweep = _forward(padded.shape, pooled, window, op, skipped if skipped.any() else None)
    return Trace(_both(image, padded, pooled, window, scale), (sweep,), (("input", "→", "output"),), summary)


def _both(image: np.ndarray, padded: np.ndarray, pooled: np.ndarray, window: Window, scale: Scale) -> tuple[Grid, Grid]:
    """The surrounded image and the pooled map, on one scale of colours."""
    (top, left), (bottom, right) = window.padding, window.far
    limit = float(np.abs(image).max()) or 1.0
    limits = (0.0, limit) if scale == "grey" else (-limit, limit)
    unread = _unread(window)
    given = Grid(
        "input",
        "Input",
        padded[None],  # (C, H, W) -> (1, C, H, W): channels side by side
        role="input",
        scale=scale,
        limits=limits,
        panel_titles=names(len(image)),
        padding=(top, right, bottom, left),
        unread=unread if unread.any() else None,
        editable=True,
        subtitle=f"{window.size[0]} × {window.size[1]}",
    )
    made = Grid(
        "output",
        "Pooled",
        pooled if window.shape[1] < 3 else pooled[None],  # a narrow map has no room for titles side by side
        role="output",
        scale=scale,
        limits=limits,
        panel_titles=names(len(image)),
        filled_by_steps=True,
        subtitle=f"{window.shape[0]} × {window.shape[1]}",
    )
    return given, made


def _inside(window: Window) -> np.ndarray:
    """Which of the surrounded cells are the image's own: bool (p + H + far, p + W + far)."""
    return window.surround(np.ones((1, *window.size)), 0)[0] > 0


def _beyond(window: Window) -> np.ndarray:
    """Cells behind the far padding, where a window of ceil_mode hangs over."""
    beyond = np.zeros(_inside(window).shape, dtype=bool)
    beyond[window.size[0] + 2 * window.padding[0] :] = True
    beyond[:, window.size[1] + 2 * window.padding[1] :] = True
    return beyond


def _unread(window: Window) -> np.ndarray:
    """Which of the surrounded cells no window reads."""
    unread = np.ones((1, *_inside(window).shape), dtype=bool)
    numbers = np.arange(unread.size).reshape(unread.shape)
    unread.ravel()[window.views(numbers).ravel()] = False
    return unread[0] & ~_beyond(window)


def _skipped(window: Window, channels: int, cells: np.ndarray) -> np.ndarray:
    """Which terms of which steps lie on cells that do not count: bool (S, T)."""
    seen = window.views(np.repeat(cells[None], channels, axis=0))
    return seen.reshape(-1, window.kernel[0] * window.kernel[1])  # (C, H_out, W_out, K_h, K_w) -> (S, T)


def _forward(shape: tuple[int, ...], pooled: np.ndarray, window: Window, op: Op, skipped: np.ndarray | None) -> Sweep:
    height, width = shape[1:]
    channel, row, column = (axis.ravel() for axis in np.indices(pooled.shape))
    down, across = (axis.ravel() for axis in np.indices(window.kernel))
    base = channel * height * width + row * window.stride[0] * width + column * window.stride[1]
    offset = down * window.dilation[0] * width + across * window.dilation[1]
    return Sweep(
        op=op,
        target="output",
        cells=np.arange(pooled.size),
        operands=(Operand("input", base, offset),),
        results=pooled.ravel(),  # (C, H_out, W_out) -> (S,)
        caption="Pooled row {row}, column {column}" + (", {panel}" if len(pooled) > 1 else ""),
        skipped=skipped,
    )


def unpooling_trace(
    pooled: np.ndarray, switches: np.ndarray, window: Window, restored: np.ndarray, spread: np.ndarray, summary: str
) -> Trace:
    """Pooled values (C, H_out, W_out) and their switches put back into (C, H, W), beside the nearest-neighbour way."""
    base, offset, won = _candidates(window, switches)
    # A cell that won several windows gets its value once.
    first = won & (np.cumsum(won, axis=1) == 1)
    titles = names(len(pooled))
    limit = float(np.abs(pooled[np.isfinite(pooled)]).max(initial=0)) or 1.0

    def grid(name: str, title: str, values: np.ndarray, role: Role, filled: bool = False) -> Grid:
        return Grid(name, title, values, role, limits=(-limit, limit), panel_titles=titles, filled_by_steps=filled)

    places = Grid("switches", "Switches", switches, "other", "plain", panel_titles=titles, subtitle="cell number")
    grids = (
        grid("pooled", "Pooled", pooled, "input"),
        places,
        grid("restored", "Unpooled by switches", restored, "output", filled=True),
        grid("spread", "Unpooled by nearest", spread, "bias"),
    )
    sweep = Sweep(
        op="sum",
        target="restored",
        cells=np.arange(restored.size),
        operands=(Operand("pooled", base, offset),),
        results=restored.ravel(),  # (C, H, W) -> (S,)
        caption="Cell {row}, {column}: the pooled value whose switch points here, or 0",
        skipped=~first,
    )
    return Trace(grids, (sweep,), (("pooled", "switches", "→", "restored", "spread"),), summary)


def gradient_trace(
    image: np.ndarray,
    upstream: np.ndarray,
    switches: np.ndarray | None,
    window: Window,
    gradient: np.ndarray,
    count_include_pad: bool,
    summary: str,
) -> Trace:
    """The gradient at the input (C, H, W), one step a cell: from each window that it won, or a share of each.

    Args:
        image: what was pooled.
        upstream: gradient at the output.
        switches: of the maxima; None for mean pooling.
        window, count_include_pad: how it was pooled.
        gradient: at the input.
        summary: the result in words.
    """
    base, offset, counted = _candidates(window, switches, len(image))
    titles = names(len(image))
    grids = [
        Grid("image", "Input", image, role="bias", panel_titles=titles),
        Grid("upstream", "Upstream", upstream, "input", panel_titles=titles, editable=True, subtitle=THERE),
        Grid("gradient", "Gradient", gradient, "output", panel_titles=titles, filled_by_steps=True, subtitle=HERE),
    ]
    operands = [Operand("upstream", base, offset)]
    row = ["image", "upstream", "→", "gradient"]
    if switches is None:
        shares = np.broadcast_to(1 / divisors(window, count_include_pad), upstream.shape)
        grids.insert(2, Grid("share", "Share", shares, "kernel", panel_titles=titles, subtitle="1 / cells"))
        operands.append(Operand("share", base, offset))
        row = ["image", "upstream", "·", "share", "→", "gradient"]
    sweep = Sweep(
        op="sum" if switches is not None else "sum_products",
        target="gradient",
        cells=np.arange(gradient.size),
        operands=tuple(operands),
        results=gradient.ravel(),  # (C, H, W) -> (S,)
        caption="Gradient of input row {row}, column {column}" + (", {panel}" if len(image) > 1 else ""),
        skipped=~counted,
    )
    return Trace(tuple(grids), (sweep,), (tuple(row),), summary)


def _candidates(
    window: Window, switches: np.ndarray | None, channels: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The windows that each input cell lies in, as base + offset, and which of them count: (S,), (T,), (S, T) bool.

    Those that count are the ones that read the cell, and, with switches, that it won.
    """
    channels = len(switches) if switches is not None else channels
    rows, columns = (_covering(window, axis) for axis in (0, 1))
    (high, wide), (height, width) = window.shape, window.size
    base = (np.arange(channels)[:, None, None] * high + rows[0][:, None]) * wide + columns[0]  # (C, H, W)
    offset = -(rows[1][:, None] * wide + columns[1]).ravel()
    valid = rows[2][:, None, :, None] & columns[2][None, :, None, :]  # (H, W, T_h, T_w)
    valid = np.broadcast_to(valid.reshape(1, height, width, -1), (channels, height, width, len(offset)))
    if switches is not None:
        # Zero stands in for windows that are not there: `valid` has already ruled them out.
        asked = np.where(valid, base[..., None] + offset, 0)
        own = np.arange(height * width).reshape(1, height, width, 1)  # (H·W,) -> (1, H, W, 1)
        valid = valid & (switches.ravel()[asked] == own)
    return base.ravel(), offset, valid.reshape(-1, len(offset))  # (C, H, W, T) -> (S, T)


def _covering(window: Window, axis: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Along one side: the last window that may read each cell (n,), steps back from it (T,), which do read (n, T)."""
    stride, dilation, kernel = window.stride[axis], window.dilation[axis], window.kernel[axis]
    place = np.arange(window.size[axis]) + window.padding[axis]
    last = np.minimum(place // stride, window.shape[axis] - 1)
    back = np.arange(-(-window.reach[axis] // stride))
    which = last[:, None] - back
    inside = place[:, None] - which * stride
    reads = (which >= 0) & (inside >= 0) & (inside % dilation == 0) & (inside // dilation < kernel)
    return last, back, reads

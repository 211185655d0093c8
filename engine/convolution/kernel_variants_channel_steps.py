"""A layer that mixes channels, step by step: its kernels as a table of input and output channels."""

import numpy as np

from engine.convolution.kernel_variants_channels import Mixed, drawable, kind_of, summary
from engine.core.trace import Grid, Operand, Role, Sweep, Trace


def trace(mixed: Mixed) -> Trace | None:
    """The layer step by step, or None if it has too many cells to follow by eye."""
    s = mixed.settings
    if not drawable(s):
        return None
    steps = {"grouped": _grouped, "pointwise": _pointwise, "separable": _separable}
    grids, sweeps, row = steps[s.layer](mixed)
    return Trace(grids, sweeps, (row,), summary(mixed))


Parts = tuple[tuple[Grid, ...], tuple[Sweep, ...], tuple[str, ...]]


def _maps(name: str, title: str, values: np.ndarray, numbers: np.ndarray, made: bool, more: str = "") -> Grid:
    """Channels with their numbers; the order of their cells stays."""
    titles = tuple(f"channel {number}" for number in numbers)
    shape = " × ".join(str(side) for side in values.shape)
    role: Role = "input" if name == "input" else "output" if name == "output" else "other"
    return Grid(
        name,
        title,
        _in_columns(values),
        role=role,
        panel_titles=titles,
        filled_by_steps=made,
        subtitle=more or shape,
    )


def _in_columns(values: np.ndarray) -> np.ndarray:
    """Channels (C, H, W) one below the other, or if they are many in two columns, (C/2, 2, H, W)."""
    many = len(values) >= 4 and len(values) % 2 == 0
    return values.reshape(-1, 2, *values.shape[1:]) if many else values  # (C, H, W) -> (C/2, 2, H, W)


def _ends(mixed: Mixed) -> tuple[Grid, Grid]:
    s = mixed.settings
    shown, rows, columns = mixed.output.shape
    some = "" if shown == s.outputs else f"{shown} of {s.outputs} × {rows} × {columns}"
    return (
        _maps("input", "Input", mixed.image, np.arange(s.inputs), made=False),
        _maps("output", "Output", mixed.output, mixed.drawn, made=True, more=some),
    )


def _grouped(mixed: Mixed) -> Parts:
    """Kernels as a table of input × output channels, empty where a pair is in different groups."""
    s, shown, each = mixed.settings, len(mixed.output), mixed.kernel.shape[1]
    group = mixed.drawn // (s.outputs // mixed.groups)
    table = np.full((s.inputs, shown, s.size, s.size), np.nan)
    for place, own in enumerate(group):
        table[own * each : (own + 1) * each, place] = mixed.kernel[place]
    made, row, column = (axis.ravel() for axis in np.indices(mixed.output.shape))
    given, down, across = (axis.ravel() for axis in np.indices((each, s.size, s.size)))
    first = group[made] * each
    sweep = Sweep(
        op="sum_products",
        target="output",
        cells=np.arange(mixed.output.size),
        operands=(
            Operand("input", (first * s.side + row) * s.side + column, (given * s.side + down) * s.side + across),
            Operand("kernel", (first * shown + made) * s.size**2, (given * shown * s.size + down) * s.size + across),
        ),
        results=mixed.output.ravel(),
        groups=given if each > 1 else None,
        caption="{panel}, row {row}, column {column}",
    )
    pairs = tuple(f"{read} → {number}" for read in range(s.inputs) for number in mixed.drawn)
    kernel = Grid(
        "kernel",
        f"{kind_of(mixed)}, {s.size} × {s.size}",
        table,
        role="kernel",
        panel_titles=pairs,
        panel_rows=tuple(f"{read} →" for read in range(s.inputs)),
        panel_columns=tuple(f"→ {number}" for number in mixed.drawn),
    )
    given_maps, made_maps = _ends(mixed)
    return (given_maps, kernel, made_maps), (sweep,), ("input", "∗", "kernel", "=", "output")


def _mixing(mixed: Mixed, source: str, values: np.ndarray) -> tuple[Grid, Sweep]:
    """The 1 × 1 layer: at every pixel the same matrix times the column of its channels."""
    s, shown = mixed.settings, len(mixed.drawn)
    assert mixed.mixing is not None  # noqa: S101 - for the type checker; the caller has looked
    made, row, column = (axis.ravel() for axis in np.indices(mixed.output.shape))
    channels = np.arange(s.inputs)
    names = tuple(str(number) for number in mixed.drawn)
    grid = Grid(
        "mixing",
        "1 × 1 kernels",
        mixed.mixing.T,
        role="kernel" if source == "input" else "bias",
        row_labels=tuple(f"from {channel}" for channel in channels),
        column_labels=tuple(f"to {name}" for name in names),
        subtitle=f"{s.inputs} × {shown} weights",
    )
    sweep = Sweep(
        op="sum_products",
        target="output",
        cells=np.arange(mixed.output.size),
        operands=(
            Operand(source, row * values.shape[2] + column, channels * values.shape[1] * values.shape[2]),
            Operand("mixing", made, channels * shown),
        ),
        results=mixed.output.ravel(),
        caption="{panel}, row {row}, column {column}: one weight for each channel",
    )
    return grid, sweep


def _pointwise(mixed: Mixed) -> Parts:
    grid, sweep = _mixing(mixed, "input", mixed.image)
    given_maps, made_maps = _ends(mixed)
    return (given_maps, grid, made_maps), (sweep,), ("input", "∗", "mixing", "=", "output")


def _separable(mixed: Mixed) -> Parts:
    """First every channel by itself, then the mixing."""
    s, middle = mixed.settings, mixed.middle
    assert middle is not None  # noqa: S101 - for the type checker; the caller has looked
    channel, row, column = (axis.ravel() for axis in np.indices(middle.shape))
    down, across = (axis.ravel() for axis in np.indices((s.size, s.size)))
    depthwise = Sweep(
        op="sum_products",
        target="middle",
        cells=np.arange(middle.size),
        operands=(
            Operand("input", (channel * s.side + row) * s.side + column, down * s.side + across),
            Operand("kernel", channel * s.size**2, down * s.size + across),
        ),
        results=middle.ravel(),
        caption="Depthwise, {panel}, row {row}, column {column}: this channel alone",
    )
    grid, mixing = _mixing(mixed, "middle", middle)
    numbers = np.arange(s.inputs)
    titles = tuple(f"channel {number}" for number in numbers)
    kernel = Grid(
        "kernel",
        f"Depthwise, {s.size} × {s.size}",
        _in_columns(mixed.kernel[:, 0]),
        role="kernel",
        panel_titles=titles,
    )
    between = _maps("middle", "In between", middle, numbers, made=True)
    given_maps, made_maps = _ends(mixed)
    row_words = ("input", "∗", "kernel", "=", "middle", "∗", "mixing", "=", "output")
    return (given_maps, kernel, between, grid, made_maps), (depthwise, mixing), row_words

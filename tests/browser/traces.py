"""Traces to test the stepper with: made here in plain numpy, so that the tests need no lab."""

from collections.abc import Callable

import numpy as np

from engine.core.trace import Grid, Moment, Operand, Span, Sweep, Trace

Edits = dict[tuple[str, int], float]


def edited(name: str, values: np.ndarray, edits: Edits) -> np.ndarray:
    """The values with the edits of this grid applied."""
    values = np.array(values, dtype=float)
    for (grid, cell), value in edits.items():
        if grid == name and cell < values.size:
            values.flat[cell] = value
    return values


def convolution(
    image: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None = None, padding: int = 0, stride: int = 1
) -> Trace:
    """A cross-correlation of (C, H, W) with (K, C, R, S) as a trace."""
    channels, height, width = image.shape
    count, _, rows, columns = kernel.shape
    high, wide = (height - rows) // stride + 1, (width - columns) // stride + 1
    windows = np.lib.stride_tricks.sliding_window_view(image, (rows, columns), axis=(1, 2))[:, ::stride, ::stride]
    parts = np.einsum("chwrs,kcrs->kchw", windows, kernel)
    output = parts.sum(1) + (0 if bias is None else bias[:, None, None])
    start = (np.arange(high)[:, None] * stride * width + np.arange(wide) * stride).ravel()
    spots = (np.arange(rows)[:, None] * width + np.arange(columns)).ravel()
    # Channels of the kernel stand below each other like those of the input, kernels beside each other.
    taps = (np.arange(channels)[:, None] * count * rows * columns + np.arange(rows * columns)).ravel()
    unread = np.zeros((height, width), dtype=bool)
    unread[(high - 1) * stride + rows :] = True
    unread[:, (wide - 1) * stride + columns :] = True
    names = ("Red", "Green", "Blue", "Alpha")[:channels] if channels > 1 else ()
    sweep = Sweep(
        op="sum_products",
        target="output",
        cells=np.arange(output.size),
        operands=(
            Operand("input", np.tile(start, count), (np.arange(channels)[:, None] * height * width + spots).ravel()),
            Operand("kernel", np.repeat(np.arange(count) * rows * columns, high * wide), taps),
        ),
        results=output.ravel(),
        addend=None if bias is None else ("bias", np.repeat(np.arange(count), high * wide)),
        groups=np.repeat(np.arange(channels), rows * columns) if channels > 1 else None,
        group_titles=names,
        partials=parts.transpose(0, 2, 3, 1).reshape(-1, channels) if channels > 1 else None,
    )
    grids = [
        Grid("input", "Input", image, "input", padding=(padding,) * 4, unread=unread if unread.any() else None,
             panel_titles=names, editable=True, subtitle=f"{height} × {width}"),
        Grid("kernel", "Kernel" if count == 1 else "Kernels", kernel.transpose(1, 0, 2, 3), "kernel", editable=True),
        Grid("output", "Output", output, "output", filled_by_steps=True, subtitle=f"{high} × {wide}"),
    ]  # fmt: skip
    row: tuple[str, ...] = ("input", "∗", "kernel", "=", "output")
    if bias is not None:
        grids.append(Grid("bias", "Bias", bias[:, None], "bias", editable=True))
        row = ("input", "∗", "kernel", "+", "bias", "=", "output")
    return Trace(tuple(grids), (sweep,), (row,), f"A convolution whose output is {high} by {wide}.")


def counting(edits: Edits) -> Trace:
    """The 4×4 image 1…16, padded with zeros, and the 3×3 binomial kernel."""
    image = np.pad(np.arange(1.0, 17).reshape(4, 4), 1)
    kernel = np.array([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]])
    return convolution(edited("input", image, edits)[None], edited("kernel", kernel, edits)[None, None], padding=1)


def channels(edits: Edits) -> Trace:
    """Three channels of 8×8, two kernels of 3×3×3, a bias, stride 2."""
    rng = np.random.default_rng(0)
    image = edited("input", rng.integers(0, 10, (3, 8, 8)), edits)
    kernel = edited("kernel", rng.integers(-4, 5, (3, 2, 3, 3)) / 2, edits).transpose(1, 0, 2, 3)
    return convolution(image, kernel, edited("bias", np.array([0.5, -1.0]), edits), stride=2)


def square(side: int, kernel: int = 3) -> Callable[[Edits], Trace]:
    """A smooth side×side image and a kernel that sees edges."""

    def make(edits: Edits) -> Trace:
        y, x = np.mgrid[:side, :side] / side
        image = edited("input", np.round(np.sin(9 * x * y + 4 * x) * np.cos(5 * y), 3), edits)
        edge = np.outer(np.hanning(kernel + 2)[1:-1], np.linspace(-1, 1, kernel)).round(2)
        return convolution(image[None], edited("kernel", edge, edits)[None, None])

    return make


def largest(edits: Edits) -> Trace:
    """The largest that a lab may ask for: 4 channels of 64×64, 3 kernels of 5×5."""
    rng = np.random.default_rng(1)
    return convolution(rng.normal(size=(4, 64, 64)), rng.normal(size=(3, 4, 5, 5)), rng.normal(size=3))


def pooling(edits: Edits) -> Trace:
    """Maximum of 2×2 blocks of a 4×4 image."""
    image = edited("input", np.array([[1, 3, 2, 1], [6, 8, 0, 4], [3, 5, 7, 2], [1, 2, 9, 6]]), edits)
    output = image.reshape(2, 2, 2, 2).max(axis=(1, 3))
    base = np.array([0, 2, 8, 10])
    sweep = Sweep("max", "output", np.arange(4), (Operand("input", base, np.array([0, 1, 4, 5])),), output.ravel())
    grids = (
        Grid("input", "Input", image, "input", "magnitude", editable=True),
        Grid("output", "Max-pooled", output, "output", "magnitude", filled_by_steps=True),
    )
    return Trace(grids, (sweep,), (("input", "→", "output"),), "Max pooling of a 4 by 4 image.")


def softmax(edits: Edits) -> Trace:
    """Softmax of three numbers, step by step."""
    logits = edited("logits", np.array([[2.0, 1.0, -0.5]]), edits)
    powers = np.exp(logits)
    share = powers / powers.sum()
    steps: list[Moment] = []
    for i in range(3):
        text = (Span("exp("), Span(f"{logits[0, i]:g}", "logits"), Span(") = "), Span(f"{powers[0, i]:.4g}", "powers"))
        steps.append(Moment(text, {"logits": (i,)}, (("powers", i, powers[0, i]),), "Raise e to each logit"))
    for i in range(3):
        text = (
            Span(f"{powers[0, i]:.4g}", "powers"),
            Span(f" / {powers.sum():.4g} = "),
            Span(f"{share[0, i]:.4g}", "share"),
        )
        steps.append(Moment(text, {"powers": (0, 1, 2)}, (("share", i, share[0, i]),), "Divide by the sum"))
    grids = (
        Grid("logits", "Logits", logits, "input", column_labels=("cat", "dog", "owl"), editable=True),
        Grid("powers", "exp", powers, "kernel", "magnitude", filled_by_steps=True),
        Grid("share", "Softmax", share, "output", "magnitude", filled_by_steps=True),
    )
    return Trace(grids, tuple(steps), (("logits", "→", "powers", "→", "share"),), "Softmax of three numbers.")


DEMOS: dict[str, Callable[[Edits], Trace]] = {
    "counting": counting,
    "channels": channels,
    "digit": square(28),
    "photo": square(64, 5),
    "largest": largest,
    "pooling": pooling,
    "softmax": softmax,
}


def demo(name: str, edits: Edits) -> Trace:
    """One of the demos by name, the first for a name that there is not."""
    return DEMOS.get(name, counting)(edits)

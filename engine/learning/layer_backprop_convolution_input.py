"""How a convolution's gradient comes back to its input: gathered cell by cell, or scattered window by window."""

import numpy as np

from engine.core.backward_trace import factor, say
from engine.core.trace import Moment, Operand, Span, Sweep
from engine.learning.layer_backprop_layer import Passed


def gathered(passed: Passed) -> tuple[Sweep]:
    """One step an input cell: Σ over the windows that read it of their gradient times the weight that lay on it.

    With stride 1 this is the full correlation of the upstream gradient with the kernel turned by half.
    """
    s, (filters, _, side, _) = passed.settings, passed.output.shape
    size, channels = s.kernel, s.channels
    last, reads = _covering(s.side, side, size, s.stride, s.padding)
    steps_back = np.arange(reads.shape[1])
    i, row, column = (axis.ravel() for axis in np.indices((channels, s.side, s.side)))
    o, up, left = (axis.ravel() for axis in np.indices((filters, len(steps_back), len(steps_back))))
    inside = np.arange(s.side) + s.padding - last * s.stride  # where the cell lies in the last window that may read it
    valid = reads[row][:, up] & reads[column][:, left]
    turned = " with the kernel turned by half" if size > 1 else ""
    return (
        Sweep(
            "sum_products",
            "d_x",
            np.arange(i.size),
            (
                Operand("upstream", last[row] * side + last[column], o * side**2 - up * side - left),
                Operand(
                    "weight",
                    i * size**2 + inside[row] * size + inside[column],
                    o * channels * size**2 + (up * size + left) * s.stride,
                ),
            ),
            passed.gradient("x").ravel(),
            groups=o if filters > 1 else None,
            group_titles=tuple(f"output {index}" for index in range(filters)) if filters > 1 else (),
            caption=f"∂L/∂x[{{row}}, {{column}}]: every window that read it, times the weight that lay on it:"
            f" correlation{turned}",
            skipped=~valid,
        ),
    )


def _covering(size: int, made: int, kernel: int, stride: int, padding: int) -> tuple[np.ndarray, np.ndarray]:
    """Along one side: the last window that may read each cell (n,), and whether it and those before do: (n, T)."""
    place = np.arange(size) + padding
    last = np.minimum(place // stride, made - 1)
    which = last[:, None] - np.arange(-(-kernel // stride))
    return last, (which >= 0) & (place[:, None] - which * stride < kernel)


def scattered(passed: Passed) -> tuple[Moment, ...]:
    """One step an output cell: its gradient times the kernel, added where its window lies."""
    s, (filters, channels, size, _) = passed.settings, passed.tensor("weight").shape
    side, upstream = passed.output.shape[2], passed.tensor("upstream")
    sheet, moments = np.zeros((channels, s.side, s.side)), [_blank(channels * s.side**2)]
    for o, row, column in np.ndindex(filters, side, side):
        pulled, writes, read = float(upstream[o, 0, row, column]), [], []
        for i, u, v in np.ndindex(channels, size, size):
            y, x = row * s.stride - s.padding + u, column * s.stride - s.padding + v
            if 0 <= y < s.side and 0 <= x < s.side:
                weight = passed.tensor("weight")[o, i, u, v]
                read.append(((o * channels + i) * size + u) * size + v)
                sheet[i, y, x] += pulled * weight
                writes.append(("d_x", int((i * s.side + y) * s.side + x), float(sheet[i, y, x])))
        lost = channels * size**2 - len(read)
        moments.append(
            Moment(
                (
                    Span(say(pulled), "upstream"),
                    Span(" · the "),
                    Span("kernel", "weight"),
                    Span(f" ({', '.join(factor(w) for w in passed.tensor('weight')[o].ravel()[:4])}"),
                    Span(", …)" if channels * size**2 > 4 else ")"),
                    Span(", added to what is there" + (f"; {lost} fall on the padding" if lost else "")),
                ),
                {"upstream": ((o * side + row) * side + column,), "weight": tuple(read)},
                tuple(writes),
                f"y[{row}, {column}] hands its gradient to the cells that it read"
                + (f", output {o}" if filters > 1 else ""),
            )
        )
    return tuple(moments)


def _blank(size: int) -> Moment:
    words = "Each output cell will add its share."
    return Moment((Span(words),), {}, tuple(("d_x", cell, 0.0) for cell in range(size)), "∂L/∂x starts from 0")

"""Pooling as the field computes it: maximum and mean over windows, the way back by switches, and gradients.

Arrays are images without a batch: (C, H, W), each channel pooled on its own. A **switch** is where a window's maximum
stood, as a flat index into the H·W cells of its channel. Sizes and refusals are those of torch.nn.MaxPool2d and
AvgPool2d, see `engine.core.arithmetic.pooled_size`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.core.arithmetic import pooled_size

Pair = tuple[int, int]
Op = Literal["max", "mean"]


@dataclass(frozen=True)
class Window:
    """How windows lie over an image: all pairs are (vertical, horizontal).

    Args:
        size: of the image.
        kernel, stride, padding, dilation: of the windows.
        ceil_mode: whether a last window may hang over the far end.

    Raises:
        ValueError: no window fits, or the padding is more than half a kernel.
    """

    size: Pair
    kernel: Pair
    stride: Pair
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        _ = self.shape  # a window that cannot be says so when it is made

    @cached_property
    def shape(self) -> Pair:
        """Rows and columns of windows."""
        rows, columns = (
            pooled_size(size, kernel, stride, padding, dilation, self.ceil_mode)
            for size, kernel, stride, padding, dilation in zip(
                self.size, self.kernel, self.stride, self.padding, self.dilation, strict=True
            )
        )
        return rows, columns

    @property
    def reach(self) -> Pair:
        """Rows and columns from a window's first cell to its last."""
        return self.dilation[0] * (self.kernel[0] - 1) + 1, self.dilation[1] * (self.kernel[1] - 1) + 1

    @property
    def far(self) -> Pair:
        """How many cells stand behind the image so that the last window is whole, at least the padding."""
        down, across = (
            max(padding, (count - 1) * stride + reach - size - padding)
            for count, stride, reach, size, padding in zip(
                self.shape, self.stride, self.reach, self.size, self.padding, strict=True
            )
        )
        return down, across

    def surround(self, image: np.ndarray, value: float) -> np.ndarray:
        """The image (C, H, W) with everything that windows reach: (C, p + H + far, p + W + far)."""
        around = [(padding, far) for padding, far in zip(self.padding, self.far, strict=True)]
        return np.pad(image, ((0, 0), *around), constant_values=value)

    def views(self, padded: np.ndarray) -> np.ndarray:
        """All windows of a surrounded image, without copying: (C, H_out, W_out, K_h, K_w)."""
        (rows, columns), (down, across) = self.shape, self.stride
        seen = sliding_window_view(padded, self.reach, axis=(1, 2))[:, ::down, ::across][:, :rows, :columns]
        return seen[..., :: self.dilation[0], :: self.dilation[1]]


def max_pool_readable(image: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """The maximum of each window, and its switch: the first one wins when several are equal.

    Padding counts as −∞, so that it never wins; a window on padding alone (a dilated one may be) gives −∞ and −1.
    """
    channels, (rows, columns) = len(image), window.shape
    pooled, switches = np.full((channels, rows, columns), -np.inf), np.full((channels, rows, columns), -1)
    for channel in range(channels):
        for row in range(rows):
            for column in range(columns):
                for i in range(window.kernel[0]):
                    for j in range(window.kernel[1]):
                        y = row * window.stride[0] - window.padding[0] + i * window.dilation[0]
                        x = column * window.stride[1] - window.padding[1] + j * window.dilation[1]
                        inside = 0 <= y < window.size[0] and 0 <= x < window.size[1]
                        if inside and image[channel, y, x] > pooled[channel, row, column]:
                            pooled[channel, row, column] = image[channel, y, x]
                            switches[channel, row, column] = y * window.size[1] + x
    return pooled, switches


def max_pool(image: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """The same as `max_pool_readable`, all windows at once: pooled and switches, both (C, H_out, W_out).

    >>> counting = np.arange(1.0, 17).reshape(1, 4, 4)
    >>> max_pool(counting, Window((4, 4), (2, 2), (2, 2)))[0].astype(int).tolist()
    [[[6, 8], [14, 16]]]
    """
    seen = window.views(window.surround(image.astype(np.float64), -np.inf))
    flat = seen.reshape(*seen.shape[:3], -1)  # (C, H_out, W_out, K_h, K_w) -> (C, H_out, W_out, K_h·K_w)
    first = flat.argmax(axis=-1)
    cells = np.arange(window.size[0] * window.size[1]).reshape(1, *window.size)  # (H·W,) -> (1, H, W)
    numbers = window.views(window.surround(cells, -1))
    numbers = np.broadcast_to(numbers.reshape(*numbers.shape[:3], -1), flat.shape)  # as flat
    pooled = np.take_along_axis(flat, first[..., None], -1)[..., 0]
    return pooled, np.take_along_axis(numbers, first[..., None], -1)[..., 0]


def divisors(window: Window, count_include_pad: bool = True) -> np.ndarray:
    """What each window's sum is divided by in mean pooling: (H_out, W_out).

    A window counts its cells and, if `count_include_pad`, those on padding; what hangs over the far padding in
    `ceil_mode` counts for nothing.
    """
    sides = []
    for count, size, kernel, stride, padding in zip(
        window.shape, window.size, window.kernel, window.stride, window.padding, strict=True
    ):
        start = np.arange(count) * stride - padding
        end = np.minimum(start + kernel, size + padding)
        sides.append(end - start if count_include_pad else np.minimum(end, size) - np.maximum(start, 0))
    return np.outer(*sides)


def mean_pool(image: np.ndarray, window: Window, count_include_pad: bool = True) -> np.ndarray:
    """The mean of each window, padding counting as zeros or not at all: (C, H_out, W_out).

    Raises:
        ValueError: the window is dilated, which mean pooling does not know.
    """
    if window.dilation != (1, 1):
        raise ValueError("Mean pooling has no dilation: its window is always dense. Take 1, or pool with the maximum.")
    return window.views(window.surround(image.astype(np.float64), 0)).sum(axis=(3, 4)) / divisors(
        window, count_include_pad
    )


def unpool(pooled: np.ndarray, switches: np.ndarray, size: Pair) -> np.ndarray:
    """Each pooled value back where its switch says, zeros elsewhere: (C, H, W).

    Where windows overlap, one cell may have won several of them; its value is written once.

    Reference: M. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", 2014; torch.nn.MaxUnpool2d.
    """
    restored = np.zeros((len(pooled), size[0] * size[1]))
    for channel, (values, places) in enumerate(zip(pooled, switches, strict=True)):
        restored[channel, places[places >= 0]] = values[places >= 0]
    return restored.reshape(len(pooled), *size)  # (C, H·W) -> (C, H, W)


def nearest(pooled: np.ndarray, size: Pair) -> np.ndarray:
    """Each cell takes the pooled value that lies nearest, ⌊place · pooled / size⌋ as torch does: (C, H, W)."""
    rows, columns = (np.arange(side) * made // side for side, made in zip(size, pooled.shape[1:], strict=True))
    return pooled[:, rows[:, None], columns[None, :]]


def max_pool_backward(upstream: np.ndarray, switches: np.ndarray, size: Pair) -> np.ndarray:
    """The gradient at the input: each window sends all of its gradient to its winner, and nothing to the others.

    Args:
        upstream: gradient at the output (C, H_out, W_out).
        switches: (C, H_out, W_out) as `max_pool` gives them: a tie goes to the first, as in torch.
        size: of the input.
    """
    gradient = np.zeros((len(upstream), size[0] * size[1]))
    for channel, (values, places) in enumerate(zip(upstream, switches, strict=True)):
        np.add.at(gradient[channel], places[places >= 0], values[places >= 0])
    return gradient.reshape(len(upstream), *size)  # (C, H·W) -> (C, H, W)


def mean_pool_backward(upstream: np.ndarray, window: Window, count_include_pad: bool = True) -> np.ndarray:
    """The gradient at the input: each window shares its gradient evenly among its cells."""
    share = upstream / divisors(window, count_include_pad)
    gradient = np.zeros((len(upstream), *window.size))
    padded = window.surround(gradient, 0)
    for (row, column), _ in np.ndenumerate(share[0]):
        top, left = row * window.stride[0], column * window.stride[1]
        padded[:, top : top + window.kernel[0], left : left + window.kernel[1]] += share[:, row, column, None, None]
    (top, left), (height, width) = window.padding, window.size
    return padded[:, top : top + height, left : left + width]


def blur_pool(image: np.ndarray, taps: int, stride: int) -> np.ndarray:
    """Blur with the binomial filter of `taps` numbers a side, then keep every `stride`-th cell: (C, ⌈H/s⌉, ⌈W/s⌉).

    Reference: R. Zhang, "Making Convolutional Networks Shift-Invariant Again", 2019, with reflected borders.
    """
    row = np.ones(1)
    for _ in range(taps - 1):
        row = np.convolve(row, (0.5, 0.5))
    reach = (taps - 1) // 2
    padded = np.pad(image, ((0, 0), (reach, taps - 1 - reach), (reach, taps - 1 - reach)), mode="reflect")
    across = sliding_window_view(padded, taps, axis=2)[:, :, ::stride] @ row
    return sliding_window_view(across, taps, axis=1)[:, ::stride] @ row

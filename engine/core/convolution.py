"""Two-dimensional convolution as the field computes it: readable and fast; the sizes are those of `arithmetic`.

What deep learning calls convolution is cross-correlation: the kernel is not turned. `flip` turns it.
Arrays are images without a batch: (C, H, W); kernels are (C_out, C_in / groups, K_h, K_w).
"""

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.core.arithmetic import Pair, output_size

__all__ = ["PADDING_MODES", "PADDING_TITLES", "Pair", "cells_read", "conv2d", "conv2d_readable", "output_size", "pad"]
# What numpy calls the padding that the field calls by the key.
PADDING_MODES: dict[str, Literal["constant", "reflect", "edge", "wrap"]] = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}
PADDING_TITLES = {"zeros": "Zeros", "reflect": "Reflect", "replicate": "Replicate", "circular": "Circular"}


def pad(image: np.ndarray, padding: Pair, mode: str = "zeros") -> np.ndarray:
    """The image (C, H, W) with `padding` rows above and below and columns left and right: (C, H + 2·p_y, W + 2·p_x).

    Raises:
        ValueError: reflect needs padding smaller than the side, circular padding at most the side.
    """
    for side, amount in zip(image.shape[1:], padding, strict=True):
        if mode == "reflect" and amount >= side:
            raise ValueError(
                f"Reflecting pads with at most {side - 1} cells here, one less than the side, not {amount}."
            )
        if mode == "circular" and amount > side:
            raise ValueError(f"Circular padding wraps at most once around: {side} cells here, not {amount}.")
    return np.pad(image, ((0, 0), (padding[0],) * 2, (padding[1],) * 2), mode=PADDING_MODES[mode])


def conv2d_readable(
    image: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
    padding_mode: str = "zeros",
    flip: bool = False,
) -> np.ndarray:
    """The convolution as one would explain it: for every output cell, lay the kernel on its window, multiply, sum.

    Args:
        image: (C_in, H, W).
        kernel: (C_out, C_in / groups, K_h, K_w).
        bias: (C_out,) or None.
        stride, padding, dilation: (vertical, horizontal).
        groups: output channels in group g see only the input channels of group g.
        padding_mode: zeros, reflect, replicate or circular.
        flip: turn the kernel by half a turn, as the convolution of mathematics does.

    Returns:
        (C_out, H_out, W_out), see `output_size`.
    """
    if flip:
        kernel = kernel[:, :, ::-1, ::-1]
    padded = pad(image, padding, padding_mode)
    outputs, inputs, height, width = kernel.shape
    rows = output_size(image.shape[1], height, stride[0], padding[0], dilation[0])
    columns = output_size(image.shape[2], width, stride[1], padding[1], dilation[1])
    output = np.zeros((outputs, rows, columns))
    for channel in range(outputs):
        first = channel // (outputs // groups) * inputs  # the first input channel of this channel's group
        for row in range(rows):
            for column in range(columns):
                top, left = row * stride[0], column * stride[1]
                window = padded[
                    first : first + inputs,
                    top : top + dilation[0] * (height - 1) + 1 : dilation[0],
                    left : left + dilation[1] * (width - 1) + 1 : dilation[1],
                ]
                output[channel, row, column] = (window * kernel[channel]).sum()
    return output if bias is None else output + bias[:, None, None]


def conv2d(
    image: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
    padding_mode: str = "zeros",
    flip: bool = False,
) -> np.ndarray:
    """The same as `conv2d_readable`, all windows at once: a view of every window, and one sum of products."""
    if flip:
        kernel = kernel[:, :, ::-1, ::-1]
    outputs, inputs, height, width = kernel.shape
    output_size(image.shape[1], height, stride[0], padding[0], dilation[0])
    output_size(image.shape[2], width, stride[1], padding[1], dilation[1])
    reach = (dilation[0] * (height - 1) + 1, dilation[1] * (width - 1) + 1)
    windows = sliding_window_view(pad(image, padding, padding_mode), reach, axis=(1, 2))
    windows = windows[:, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]  # (C_in, H_out, W_out, K_h, K_w)
    rows, columns = windows.shape[1:3]
    windows = windows.reshape(groups, inputs, rows, columns, height, width)
    kernel = kernel.reshape(groups, outputs // groups, inputs, height, width)
    output = np.einsum("gcyxij,gocij->goyx", windows, kernel, optimize=True)
    output = output.reshape(outputs, rows, columns)  # (G, O, H, W) -> (G·O, H, W)
    return output if bias is None else output + bias[:, None, None]


def cells_read(size: int, kernel: int, stride: int, padding: int, dilation: int) -> np.ndarray:
    """Which cells of a padded side some window reads: bool (size + 2·padding,)."""
    starts = np.arange(output_size(size, kernel, stride, padding, dilation)) * stride
    read = np.zeros(size + 2 * padding, dtype=bool)
    read[(starts[:, None] + np.arange(kernel) * dilation).ravel()] = True
    return read

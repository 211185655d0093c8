"""The transposed convolution: every input cell prints the kernel, scaled, into the output; prints that overlap add up.

The same numbers come from a convolution with stride 1 over the input with zeros put between its cells: `stretched`.
Images are (C, H, W), kernels (C_in, C_out / groups, K_h, K_w), the order of torch.nn.ConvTranspose2d.

Reference: Dumoulin & Visin 2016, chapter 4; A. Odena, V. Dumoulin, C. Olah, "Deconvolution and checkerboard artifacts",
2016.
"""

import numpy as np

from engine.core.arithmetic import Pair, transposed_size
from engine.core.convolution import conv2d


def scatter(
    image: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    output_padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> np.ndarray:
    """The readable way: walk over the input, and add each cell's print into the output.

    The output starts as a sheet that all prints fit on; `padding` is then cut off each of its ends, and
    `output_padding` is what the sheet has more at the far ends.

    Args:
        image: (C_in, H, W).
        kernel: (C_in, C_out / groups, K_h, K_w).
        bias: (C_out,) or None.
        stride, padding, output_padding, dilation: (vertical, horizontal).
        groups: the input channels of a group print into the output channels of that group alone.

    Returns:
        (C_out, H_out, W_out), see `arithmetic.transposed_size`.
    """
    inputs, height, width = image.shape
    outputs, tall, wide = kernel.shape[1] * groups, *kernel.shape[2:]
    rows, columns = sizes((height, width), (tall, wide), stride, padding, output_padding, dilation)
    sheet = np.zeros((outputs, rows + 2 * padding[0], columns + 2 * padding[1]))
    for channel in range(inputs):
        first = channel // (inputs // groups) * kernel.shape[1]  # the first output channel of this channel's group
        for row in range(height):
            for column in range(width):
                top, left = row * stride[0], column * stride[1]
                sheet[
                    first : first + kernel.shape[1],
                    top : top + dilation[0] * (tall - 1) + 1 : dilation[0],
                    left : left + dilation[1] * (wide - 1) + 1 : dilation[1],
                ] += image[channel, row, column] * kernel[channel]
    output = sheet[:, padding[0] : padding[0] + rows, padding[1] : padding[1] + columns]
    return output if bias is None else output + bias[:, None, None]


def conv_transpose2d(
    image: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    output_padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> np.ndarray:
    """The same as `scatter`, the fast way: one kernel cell at a time, for all prints at once."""
    inputs, each, tall, wide = kernel.shape
    height, width = image.shape[1:]
    rows, columns = sizes((height, width), (tall, wide), stride, padding, output_padding, dilation)
    sheet = np.zeros((groups, each, rows + 2 * padding[0], columns + 2 * padding[1]))
    apart = image.reshape(groups, inputs // groups, height, width)  # (G·I, H, W) -> (G, I, H, W)
    weights = kernel.reshape(groups, inputs // groups, each, tall, wide)
    for i, j in np.ndindex(tall, wide):
        top, left = i * dilation[0], j * dilation[1]
        touched = np.s_[
            :,
            :,
            top : top + (height - 1) * stride[0] + 1 : stride[0],
            left : left + (width - 1) * stride[1] + 1 : stride[1],
        ]
        sheet[touched] += np.einsum("gihw,gio->gohw", apart, weights[..., i, j])
    output = sheet.reshape(groups * each, *sheet.shape[2:])  # (G, O, H, W) -> (G·O, H, W)
    output = output[:, padding[0] : padding[0] + rows, padding[1] : padding[1] + columns]
    return output if bias is None else output + bias[:, None, None]


def by_inserting_zeros(
    image: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    output_padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    groups: int = 1,
) -> np.ndarray:
    """The same once more, as a convolution: stretch the input, then slide the kernel, turned by half a turn."""
    inputs, each, tall, wide = kernel.shape
    sizes(image.shape[1:], (tall, wide), stride, padding, output_padding, dilation)
    spread = stretched(image, stride, margins((tall, wide), padding, dilation), output_padding)
    turned = kernel.reshape(groups, inputs // groups, each, tall, wide).swapaxes(1, 2)
    turned = turned.reshape(groups * each, inputs // groups, tall, wide)  # (G, O, I, …) -> (G·O, I, K_h, K_w)
    return conv2d(spread, turned, bias, dilation=dilation, groups=groups, flip=True)


def sizes(
    given: tuple[int, ...], kernel: Pair, stride: Pair, padding: Pair, output_padding: Pair, dilation: Pair
) -> Pair:
    """Height and width of the output.

    Raises:
        ValueError: what torch refuses.
    """
    rows, columns = (
        transposed_size(*numbers)
        for numbers in zip(given, kernel, stride, padding, output_padding, dilation, strict=True)
    )
    return rows, columns


def margins(kernel: Pair, padding: Pair, dilation: Pair = (1, 1)) -> Pair:
    """The zeros around the stretched input: d·(k − 1) − p; below zero, cells are cut off instead.

    >>> margins((3, 3), (1, 0))
    (1, 2)
    """
    tall, wide = (d * (k - 1) - p for k, p, d in zip(kernel, padding, dilation, strict=True))
    return tall, wide


def stretched(image: np.ndarray, stride: Pair, margin: Pair, more: Pair = (0, 0)) -> np.ndarray:
    """The image (C, H, W) with stride − 1 zeros between its cells and a margin of zeros, `more` at the far ends.

    >>> stretched(np.array([[[1.0, 2.0]]]), (1, 2), (0, 1), (0, 1))[0, 0].tolist()
    [0.0, 1.0, 0.0, 2.0, 0.0, 0.0]
    """
    channels, height, width = image.shape
    spread = np.zeros((channels, (height - 1) * stride[0] + 1, (width - 1) * stride[1] + 1))
    spread[:, :: stride[0], :: stride[1]] = image
    ends = [(around, around + extra) for around, extra in zip(margin, more, strict=True)]
    padded = np.pad(spread, [(0, 0), *((max(0, near), max(0, far)) for near, far in ends)])
    rows, columns = (
        slice(max(0, -near), side - max(0, -far)) for (near, far), side in zip(ends, padded.shape[1:], strict=True)
    )
    return padded[:, rows, columns]


def prints(
    size: int, kernel: int, stride: int, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> np.ndarray:
    """How many prints cover each cell of one side of the output: (transposed_size,) int.

    In two dimensions the counts of the two sides multiply, so that unevenness gets worse.

    >>> prints(4, 3, 2).tolist()
    [1, 1, 2, 1, 2, 1, 2, 1, 1]
    """
    made = transposed_size(size, kernel, stride, padding, output_padding, dilation)
    counts = np.zeros(made + 2 * padding, dtype=np.int64)
    places = np.arange(size)[:, None] * stride + np.arange(kernel) * dilation
    np.add.at(counts, places.ravel(), 1)
    return counts[padding : padding + made]


def phases(kernel: int, stride: int, dilation: int = 1) -> np.ndarray:
    """How many prints cover an output cell far from the ends, by its place modulo the stride: (stride,) int.

    Without dilation they are all the same if and only if the stride divides the kernel.

    >>> phases(3, 2).tolist(), phases(4, 2).tolist()
    ([2, 1], [2, 2])
    """
    return np.bincount(np.arange(kernel) * dilation % stride, minlength=stride)

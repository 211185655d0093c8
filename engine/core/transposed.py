"""The transposed convolution: every input cell prints the kernel, scaled, into the output; prints that overlap add up.

The same numbers come from a convolution with stride 1 over the input with zeros put between its cells: `stretched`.
Images are (C, H, W), kernels (C_in, C_out / groups, K_h, K_w), the order of torch.nn.ConvTranspose2d.

Reference: Dumoulin & Visin 2016, chapter 4; A. Odena, V. Dumoulin, C. Olah, "Deconvolution and checkerboard artifacts",
2016.
"""

from dataclasses import dataclass

import numpy as np

from engine.core.arithmetic import Pair, transposed_size
from engine.core.convolution import conv2d


@dataclass(frozen=True)
class Printing:
    """How the prints lie; all pairs are (vertical, horizontal), and all names are torch's.

    Args:
        stride: from one print to the next.
        padding: cells cut off from each end of the sheet that all prints fit on.
        output_padding: cells that the sheet has more at the far ends.
        dilation: from one cell of the kernel to the next.
        groups: the input channels of a group print into the output channels of that group alone.
    """

    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    output_padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1

    def size(self, given: tuple[int, ...], kernel: Pair) -> Pair:
        """Height and width of the output.

        Raises:
            ValueError: what torch refuses.
        """
        numbers = zip(given, kernel, self.stride, self.padding, self.output_padding, self.dilation, strict=True)
        rows, columns = (transposed_size(*side) for side in numbers)
        return rows, columns

    def sheet(self, image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
        """Zeros that all prints fit on: (C_out, H_out + 2·p_y, W_out + 2·p_x)."""
        rows, columns = self.size(image.shape[1:], kernel.shape[2:])
        return np.zeros((kernel.shape[1] * self.groups, rows + 2 * self.padding[0], columns + 2 * self.padding[1]))

    def cut(self, sheet: np.ndarray, bias: np.ndarray | None) -> np.ndarray:
        """The sheet without its padding, and with the bias."""
        (down, across), (height, width) = self.padding, sheet.shape[1:]
        output = sheet[:, down : height - down, across : width - across]
        return output if bias is None else output + bias[:, None, None]


def scatter(
    image: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None = None, how: Printing = Printing()
) -> np.ndarray:
    """The readable way: walk over the input, and add each cell's print into the output.

    Args:
        image: (C_in, H, W).
        kernel: (C_in, C_out / groups, K_h, K_w).
        bias: (C_out,) or None.
        how: how the prints lie.

    Returns:
        (C_out, H_out, W_out), see `arithmetic.transposed_size`.
    """
    inputs, height, width = image.shape
    each, tall, wide = kernel.shape[1:]
    sheet = how.sheet(image, kernel)
    for channel in range(inputs):
        first = channel // (inputs // how.groups) * each  # the first output channel of this channel's group
        for row in range(height):
            for column in range(width):
                top, left = row * how.stride[0], column * how.stride[1]
                sheet[
                    first : first + each,
                    top : top + how.dilation[0] * (tall - 1) + 1 : how.dilation[0],
                    left : left + how.dilation[1] * (wide - 1) + 1 : how.dilation[1],
                ] += image[channel, row, column] * kernel[channel]
    return how.cut(sheet, bias)


def conv_transpose2d(
    image: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None = None, how: Printing = Printing()
) -> np.ndarray:
    """The same as `scatter`, the fast way: one kernel cell at a time, for all prints at once."""
    inputs, each, tall, wide = kernel.shape
    height, width = image.shape[1:]
    sheet = how.sheet(image, kernel)
    parts = sheet.reshape(how.groups, each, *sheet.shape[1:])  # (G·O, H, W) -> (G, O, H, W), the same memory
    apart = image.reshape(how.groups, inputs // how.groups, height, width)  # (G·I, H, W) -> (G, I, H, W)
    weights = kernel.reshape(how.groups, inputs // how.groups, each, tall, wide)
    for i, j in np.ndindex(tall, wide):
        top, left = i * how.dilation[0], j * how.dilation[1]
        touched = np.s_[
            :,
            :,
            top : top + (height - 1) * how.stride[0] + 1 : how.stride[0],
            left : left + (width - 1) * how.stride[1] + 1 : how.stride[1],
        ]
        parts[touched] += np.einsum("gihw,gio->gohw", apart, weights[..., i, j])
    return how.cut(sheet, bias)


def by_inserting_zeros(
    image: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None = None, how: Printing = Printing()
) -> np.ndarray:
    """The same once more, as a convolution: stretch the input, then slide the kernel, turned by half a turn."""
    inputs, each, tall, wide = kernel.shape
    how.size(image.shape[1:], (tall, wide))  # refuses what torch refuses
    spread = stretched(image, how.stride, margins((tall, wide), how.padding, how.dilation), how.output_padding)
    turned = kernel.reshape(how.groups, inputs // how.groups, each, tall, wide).swapaxes(1, 2)
    turned = turned.reshape(how.groups * each, inputs // how.groups, tall, wide)  # (G, O, I, …) -> (G·O, I, K_h, K_w)
    return conv2d(spread, turned, bias, dilation=how.dilation, groups=how.groups, flip=True)


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

"""Around the matrix of a convolution: worked examples, questions, and the same in PyTorch."""

import numpy as np

from engine.convolution.as_matrix import Settings, unroll
from engine.core import arithmetic
from engine.core.code import tensor
from engine.core.lesson import Preset, Question, draw


def torch_code(settings: Settings) -> str:
    """A stand-alone script: the matrix, the patches and the transpose, each with its product."""
    s, u = settings, unroll(settings)
    mode = "constant" if s.padding_mode == "zeros" else s.padding_mode
    around = (s.padding_x, s.padding_x, s.padding_y, s.padding_y)
    lines = [
        "import torch",
        "import torch.nn.functional as F",
        "",
        tensor("image", u.image[None, None]),
        tensor("kernel", u.kernel[None, None]),
        "",
        "",
        "def padded(images):",
        f'    return F.pad(images, {around}, mode="{mode}")  # left, right, top, bottom',
        "",
        "",
        "def convolve(images):",
        f"    return F.conv2d(padded(images), kernel, stride={s.stride}, dilation={s.dilation})",
        "",
        "",
        "output = convolve(image)",
        "# Column i of the matrix is the output for an image that is 1 at cell i and 0 elsewhere.",
        f"basis = torch.eye(image.numel(), dtype=image.dtype).reshape(-1, 1, {s.height}, {s.width})",
        "matrix = convolve(basis).flatten(1).T",
        "# im2col: every window as a column.",
        f"patches = F.unfold(padded(image), {u.kernel.shape}, dilation={s.dilation}, stride={s.stride})[0]",
        "",
        "by_matrix = (matrix @ image.flatten()).reshape(output.shape)",
        "by_patches = (kernel.flatten() @ patches).reshape(output.shape)",
        "back = (matrix.T @ output.flatten()).reshape(image.shape)  # the transposed convolution of the output",
        'print("matrix", tuple(matrix.shape), matrix, sep="\\n")',
        'print("output", output[0, 0], sep="\\n")',
        'print("largest differences", (by_matrix - output).abs().max(), (by_patches - output).abs().max())',
        'print("transposed", back[0, 0], sep="\\n")',
    ]
    return "\n".join([*lines, ""])


def question(number: int) -> Question:
    """The matrix's shape, its entries, a row, the size of the patches, and a shift, in turn, with random numbers."""
    kinds = (_rows, _nonzero, _patches, _row, _shift, _overlap)
    return kinds[number % len(kinds)](np.random.default_rng(number))


def _rows(random: np.random.Generator) -> Question:
    size, kernel, stride = draw(random, (5, 16), (2, 4), (1, 2))
    side = arithmetic.output_size(size, kernel, stride)
    return Question(
        f"A {kernel} × {kernel} kernel slides with stride {stride} over {size} × {size}, without padding. How many"
        " entries has the matrix of this convolution?",
        side**2 * size**2,
        f"${side} \\cdot {side} = {side**2}$ rows, one for each output, and ${size} \\cdot {size} = {size**2}$ columns,"
        f" one for each input: ${side**2 * size**2}$",
        hint="One row for each output cell, one column for each input cell.",
    )


def _nonzero(random: np.random.Generator) -> Question:
    size, kernel = draw(random, (5, 12), (2, 4))
    side = size - kernel + 1
    return Question(
        f"Without padding and with stride 1, how many entries of the matrix for a {kernel} × {kernel} kernel on"
        f" {size} × {size} are connections (not zeros of its structure)?",
        side**2 * kernel**2,
        f"${side**2}$ rows with ${kernel**2}$ weights each: ${side**2 * kernel**2}$",
        hint="Every row holds the whole kernel once.",
    )


def _patches(random: np.random.Generator) -> Question:
    size, kernel, channels = draw(random, (6, 16), (2, 5), (1, 4))
    side = size - kernel + 1
    count = kernel**2 * channels * side**2
    return Question(
        f"im2col for a {kernel} × {kernel} kernel on {size} × {size} × {channels}, stride 1, no padding: how many"
        " numbers does the patch matrix hold?",
        count,
        f"${kernel} \\cdot {kernel} \\cdot {channels} = {kernel**2 * channels}$ rows,"
        f" ${side} \\cdot {side} = {side**2}$ columns: ${count}$",
        hint="A column is one window through all channels.",
    )


def _row(random: np.random.Generator) -> Question:
    size, kernel = draw(random, (4, 9), (2, 3))
    side = size - kernel + 1
    row, column = draw(random, (0, side - 1), (0, side - 1))
    first = row * size + column
    return Question(
        f"A {kernel} × {kernel} kernel slides over {size} × {size} with stride 1, no padding; rows and columns count"
        f" from 0. In which column of the matrix does the row of output cell ({row}, {column}) have its first weight?",
        first,
        f"Its window begins at input cell $({row}, {column})$, which is column"
        f" ${row} \\cdot {size} + {column} = {first}$",
        hint="The input is read row by row: row · width + column.",
    )


def _shift(random: np.random.Generator) -> Question:
    stride, cells = draw(random, (2, 4), (1, 4))
    return Question(
        f"A convolution with stride {stride}, away from the border. The image moves {stride * cells} pixels to the"
        " right. How many cells does the map move?",
        cells,
        f"${stride * cells} / {stride} = {cells}$. A shift that is no multiple of {stride} would have no such answer.",
        hint="One cell of the map is one stride of the image.",
    )


def _overlap(random: np.random.Generator) -> Question:
    kernel, stride, cells = draw(random, (2, 5), (1, 3), (2, 6))
    made = arithmetic.transposed_size(cells, kernel, stride)
    return Question(
        f"The transposed matrix takes a row of {cells} cells back: each prints a kernel of {kernel}, {stride} apart."
        " How many cells do the prints cover?",
        made,
        f"$({cells} - 1) \\cdot {stride} + {kernel} = {made}$",
        hint="The last print begins (cells − 1) · stride further than the first.",
    )


def _letters() -> tuple[tuple[int, int, int, float], ...]:
    """Deck C's a … i as 1 … 9; its kernel reads i h g f a b c d e from left to right."""
    return tuple((0, 0, place, float(value)) for place, value in enumerate((9, 8, 7, 6, 1, 2, 3, 4, 5)))


_FIVE = Settings(height=1, width=5, kernel_height=1, kernel_width=9, padding_x=4, kernel_edits=_letters())
_DIGIT = Settings(image="handwritten", height=16, width=16, kernel="difference", kernel_height=3, kernel_width=3)
_STRIDED = Settings(
    image="impulse",
    kernel="binomial",
    height=5,
    width=5,
    kernel_height=3,
    kernel_width=3,
    stride_y=2,
    stride_x=2,
    view="transposed",
)
_SOBEL = Settings(kernel="difference", kernel_height=3, kernel_width=3)
PRESETS = (
    Preset(
        "nine",
        "4 × 9",
        Settings(),
        "3 × 3 input, 2 × 2 kernel: four windows, so four rows; nine cells, so nine columns.",
    ),
    Preset(
        "letters",
        "5 × 5 Toeplitz",
        _FIVE,
        "The slide's matrix with a … i as 1 … 9: each diagonal is one weight. It is a kernel of nine over five cells.",
    ),
    Preset("large", "196 × 256", _DIGIT, "9 weights make 196 × 256 entries: 1,764 connections, 96.5 % zeros."),
    Preset(
        "circulant",
        "Circulant",
        Settings(
            image="digits",
            height=5,
            width=5,
            kernel="binomial",
            kernel_height=3,
            kernel_width=3,
            padding_y=1,
            padding_x=1,
            padding_mode="circular",
        ),
        "Circular padding: every row is the one above, moved, and no weight is lost at the border.",
    ),
    Preset(
        "whole",
        "As large as the input",
        Settings(kernel_height=3, kernel_width=3),
        "One window, one row, no zeros: a fully connected neuron.",
    ),
    Preset(
        "point",
        "1 × 1",
        Settings(kernel_height=1, kernel_width=1, height=4, width=4, kernel_edits=((0, 0, 0, 3.0),)),
        "A 1 × 1 kernel is a diagonal matrix: it mixes channels, not places.",
    ),
    Preset(
        "windows", "Windows", Settings(view="window"), "The same layer as windows: 4 products for each output cell."
    ),
    Preset("patches", "im2col", Settings(view="im2col"), "Each window is a column; one row times four columns."),
    Preset("copies", "Copies", Settings(view="copies"), "Four copies of the image, weighted 1, 2, 3, 4, and added up."),
    Preset("fourier", "Fourier", _DIGIT.but(view="fourier"), "The kernel keeps some waves and drops others."),
    Preset(
        "transposed",
        "Transposed",
        _STRIDED,
        "2 × 2 back to 5 × 5: four prints of the kernel, two apart; the middle row and column get two of them.",
    ),
    Preset("zeros", "Stride 1", _SOBEL, "Zero padding: only the border and the seam differ.", part="shift"),
    Preset(
        "wrapped", "Circular", _SOBEL.but(border="circular"), "Without a border: exactly equivariant.", part="shift"
    ),
    Preset("two", "Stride 2, by 3", _SOBEL.but(step=2, border="circular"), "3 is no multiple of 2.", part="shift"),
    Preset(
        "even",
        "Stride 2, by 2",
        _SOBEL.but(step=2, shift_x=2, border="circular"),
        "2 is one cell of the map.",
        part="shift",
    ),
    Preset(
        "maximum",
        "Max pooling",
        _SOBEL.but(layer="max_pool", step=2, border="none"),
        "Pooling strides too.",
        part="shift",
    ),
    Preset(
        "dense", "Max pooling, stride 1", _SOBEL.but(layer="max_pool"), "The maximum itself moves along.", part="shift"
    ),
)

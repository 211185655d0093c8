"""A convolution as a matrix product: the matrix, the patches, the transpose, and the same output in five ways."""

from dataclasses import dataclass

import numpy as np

from engine.core import convolution
from engine.core.convolution import PADDING_MODES, PADDING_TITLES
from engine.core.fields import Edit, Experiment, choice, edits, seed, whole
from engine.core.fields import image as image_field
from engine.core.fills import IMAGES, KERNELS, edited
from engine.core.pairs import Pairs

VIEWS = {
    "window": "Sliding window",
    "matrix": "Sparse shared matrix",
    "im2col": "im2col product",
    "copies": "Sum of shifted copies",
    "fourier": "Fourier product",
    "transposed": "Transposed",
}
MOVED = {"convolution": "Convolution", "max_pool": "Max pooling", "mean_pool": "Mean pooling"}
BORDERS = {"none": "No padding"} | PADDING_TITLES
MOST_OUTPUTS = 400
NOTHING, SEVERAL = -1, -2


@dataclass(frozen=True)
class Settings(Experiment, Pairs):
    """A small image and a kernel; then a photo, what is done to it, and how far it is moved."""

    view: str = choice("matrix", VIEWS, "View", "Five ways to the same output, and the way back.")
    image: str = choice("counting", {name: item.title for name, item in IMAGES.items()}, "Input")
    height: int = whole(3, 1, 16, "Input height")
    width: int = whole(3, 1, 16, "Input width")
    image_edits: tuple[Edit, ...] = edits(1e6, "Changed input cells")
    kernel: str = choice("counting", {name: item.title for name, item in KERNELS.items()}, "Kernel")
    kernel_height: int = whole(2, 1, 9, "Kernel height")
    kernel_width: int = whole(2, 1, 9, "Kernel width")
    kernel_edits: tuple[Edit, ...] = edits(1e6, "Changed kernel cells")
    stride_y: int = whole(1, 1, 4, "Vertical stride")
    stride_x: int = whole(1, 1, 4, "Horizontal stride")
    padding_y: int = whole(0, 0, 8, "Vertical padding")
    padding_x: int = whole(0, 0, 8, "Horizontal padding")
    dilation_y: int = whole(1, 1, 4, "Vertical dilation")
    dilation_x: int = whole(1, 1, 4, "Horizontal dilation")
    padding_mode: str = choice("zeros", PADDING_TITLES, "Padding mode", "What stands outside the image.")
    seed: int = seed()
    photo: str = image_field("photo:cat", "Image")
    layer: str = choice("convolution", MOVED, "Layer")
    step: int = whole(1, 1, 4, "Stride")
    border: str = choice("zeros", BORDERS, "Border")
    shift_y: int = whole(0, -8, 8, "Shift down")
    shift_x: int = whole(3, -8, 8, "Shift right")


@dataclass(frozen=True, eq=False)
class Unrolled:
    """A convolution and its matrix.

    Args:
        settings: the experiment.
        image: (H, W).
        padded: (H + 2·p_y, W + 2·p_x).
        origin: the same shape, int: which image cell each padded cell is a copy of, −1 for a zero.
        kernel: (K_h, K_w).
        reads: (O, K) int: the padded cell that output cell o multiplies with kernel cell k.
        matrix: (O, I): output = matrix · image, both flat.
        owner: (O, I) int: the kernel cell that stands there, −1 for none, −2 for a sum of several.
        output: (H_out, W_out).
        back: (H, W): the transposed matrix times the output.
    """

    settings: Settings
    image: np.ndarray
    padded: np.ndarray
    origin: np.ndarray
    kernel: np.ndarray
    reads: np.ndarray
    matrix: np.ndarray
    owner: np.ndarray
    output: np.ndarray
    back: np.ndarray


def unroll(settings: Settings) -> Unrolled:
    """Build the matrix of a convolution, and multiply with it.

    Raises:
        ValueError: the kernel does not fit, the mode cannot pad so far, or there are too many outputs to draw.
    """
    s = settings
    picture = edited(IMAGES[s.image].make((1, s.height, s.width), s.seed), s.image_edits)[0]
    weights = kernel_of(s)
    padded = convolution.pad(picture[None], s.padding, s.padding_mode)[0]
    reads = cells_read(padded.shape, weights.shape, s.stride, s.dilation)
    if len(reads) > MOST_OUTPUTS:
        raise ValueError(f"The matrix would have {len(reads)} rows; this page draws up to {MOST_OUTPUTS}. Pad less.")
    origin = origins(picture.shape, s.padding, s.padding_mode)
    matrix, owner = toeplitz(weights, origin.ravel()[reads], picture.size)
    rows = convolution.output_size(s.height, s.kernel_height, s.stride_y, s.padding_y, s.dilation_y)
    output = (matrix @ picture.ravel()).reshape(rows, -1)  # (O,) -> (H_out, W_out)
    back = (matrix.T @ output.ravel()).reshape(picture.shape)  # (I,) -> (H, W)
    return Unrolled(s, picture, padded, origin, weights, reads, matrix, owner, output, back)


def kernel_of(settings: Settings) -> np.ndarray:
    """The kernel (K_h, K_w): the pattern, then the cells changed by hand."""
    s = settings
    pattern = KERNELS[s.kernel].make((1, 1, s.kernel_height, s.kernel_width), s.seed)[0]
    return edited(pattern, s.kernel_edits)[0]


def cells_read(
    padded: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, int], dilation: tuple[int, int]
) -> np.ndarray:
    """For each output cell and each kernel cell the flat index of the padded cell that they meet at: int (O, K)."""
    rows = convolution.output_size(padded[0], kernel[0], stride[0], 0, dilation[0])
    columns = convolution.output_size(padded[1], kernel[1], stride[1], 0, dilation[1])
    y, x = (axis.ravel() for axis in np.indices((rows, columns)))
    i, j = (axis.ravel() for axis in np.indices(kernel))
    down = y[:, None] * stride[0] + i * dilation[0]
    across = x[:, None] * stride[1] + j * dilation[1]
    return down * padded[1] + across


def origins(shape: tuple[int, ...], padding: tuple[int, int], mode: str) -> np.ndarray:
    """Which image cell each padded cell is a copy of; −1 for a zero: int (H + 2·p_y, W + 2·p_x)."""
    cells = np.arange(shape[0] * shape[1]).reshape(shape)
    around = [(amount, amount) for amount in padding]
    if mode == "zeros":
        return np.pad(cells, around, constant_values=NOTHING)
    return np.pad(cells, around, mode=PADDING_MODES[mode])


def toeplitz(kernel: np.ndarray, sources: np.ndarray, inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """The matrix of a convolution: row o holds kernel cell k in the column of the input cell that they meet at.

    Args:
        kernel: (K_h, K_w).
        sources: (O, K) int: that input cell, or −1 for a zero of the padding, which has no column.
        inputs: how many input cells there are, I.

    Returns:
        The matrix (O, I), and which kernel cell stands where (O, I): −1 none, −2 a sum of several.
    """
    matrix = np.zeros((len(sources), inputs))
    owner = np.full(matrix.shape, NOTHING)
    for row, cells in enumerate(sources):
        for weight, (cell, value) in enumerate(zip(cells, kernel.ravel(), strict=True)):
            if cell != NOTHING:
                matrix[row, cell] += value
                owner[row, cell] = weight if owner[row, cell] == NOTHING else SEVERAL
    return matrix, owner


def patches(unrolled: Unrolled) -> np.ndarray:
    """Every window as a column (im2col): (K, O); the output is the flat kernel times it."""
    return unrolled.padded.ravel()[unrolled.reads].T


def with_edit(settings: Settings, grid: str, cell: int, value: float) -> Settings:
    """The settings after a cell got another value: of the image, of the kernel, or of the matrix.

    A matrix entry is a kernel cell, so changing one changes all its copies.

    Args:
        settings: the experiment before.
        grid: image or vector (H, W), input (padded), kernel, or matrix (O, I).
        cell: flat index into that grid.
        value: the new number.

    Raises:
        ValueError: the cell is padding, a zero of the matrix's structure, or follows from others.
    """
    s = settings
    if grid == "input":
        cell = int(origins((s.height, s.width), s.padding, "zeros").ravel()[cell])
        if cell == NOTHING:
            raise ValueError("Padding follows from the padding mode; change a cell of the image itself.")
        grid = "image"
    if grid in ("image", "vector"):
        row, column = divmod(cell, s.width)
        return s.but(image_edits=(*s.image_edits, (0, row, column, value)))
    if grid == "matrix":
        cell = int(unroll(s).owner.ravel()[cell])
        if cell < 0:
            none = "A zero of the structure: no weight connects this input with this output."
            raise ValueError(none if cell == NOTHING else "Several weights add up here; change them in the kernel.")
        grid = "kernel"
    if grid == "kernel":
        row, column = divmod(cell, s.kernel_width)
        return s.but(kernel_edits=(*s.kernel_edits, (0, row, column, value)))
    raise ValueError(f"The {grid} follows from the input and the kernel.")


def answer(unrolled: Unrolled) -> tuple[str, str]:
    """What the view multiplies with, and its shape."""
    outputs, inputs = unrolled.matrix.shape
    if unrolled.settings.view == "im2col":
        return "Patches", f"{unrolled.kernel.size} × {outputs}"
    if unrolled.settings.view == "transposed":
        return "Transposed matrix", f"{inputs} × {outputs}"
    return "Matrix", f"{outputs} × {inputs}"


def summary(unrolled: Unrolled) -> str:
    """The result in words."""
    u = unrolled
    rows, columns = u.matrix.shape
    used = int((u.owner != NOTHING).sum())
    words = f"{u.image.shape[0]} × {u.image.shape[1]} input, {u.kernel.shape[0]} × {u.kernel.shape[1]} kernel: "
    words += f"a {rows} × {columns} matrix. Of its {rows * columns:,} entries {used:,} are connections "
    return words + f"({used / (rows * columns):.1%}), and all of them are copies of {u.kernel.size} weights."

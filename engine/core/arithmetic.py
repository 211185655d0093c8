"""The arithmetic of layers that slide a window: how large the output is, and what it costs.

Sizes are those of torch.nn.Conv2d, MaxPool2d, AvgPool2d and ConvTranspose2d, and what torch refuses is refused here
with a sentence. Pairs are (vertical, horizontal); volumes are channels × height × width.

Reference: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016; torch.nn.
"""

from dataclasses import dataclass
from typing import Literal

Pair = tuple[int, int]
Kind = Literal["convolution", "max_pool", "mean_pool", "transposed"]
FLOAT_BYTES = 4  # float32


def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """How many places the kernel has along one side: ⌊(size + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1.

    >>> output_size(7, 3, stride=2)
    3

    Raises:
        ValueError: the window is longer than the padded input, so that it has no place at all.

    Reference: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016, sections 2.4 and 5.1.
    """
    window = dilation * (kernel - 1) + 1
    padded = size + 2 * padding
    if window > padded:
        raise ValueError(_does_not_fit(size, kernel, padding, dilation))
    return (padded - window) // stride + 1


def pooled_size(
    size: int,
    kernel: int,
    stride: int | None = None,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """How many windows pooling has along one side: as a convolution, or with the ceiling in place of the floor.

    With `ceil_mode` a window may hang over the far end, but none may start beyond the input and its near padding.
    The stride is the kernel's side if it is not given, so that windows do not overlap.

    >>> pooled_size(5, 2), pooled_size(5, 2, ceil_mode=True)
    (2, 3)

    Raises:
        ValueError: no window fits, or the padding is more than half a kernel: a window could then see padding only.
    """
    stride = stride or kernel
    window = dilation * (kernel - 1) + 1
    if padding > kernel // 2:
        raise ValueError(
            f"Pooling pads with at most half its kernel: {kernel // 2} for a side of {kernel}, not {padding}. "
            "Otherwise a window could lie on padding alone."
        )
    rest = size + 2 * padding - window
    count = (-(-rest // stride) if ceil_mode else rest // stride) + 1
    if ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1
    if count < 1:
        raise ValueError(_does_not_fit(size, kernel, padding, dilation))
    return count


def transposed_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """The side of a transposed convolution: (size − 1)·stride − 2·padding + dilation·(kernel − 1) + output_padding + 1.

    It is the side of the input that a convolution with the same numbers would have made `size` cells of. With a stride
    s there are up to s such sides; `output_padding` says which.

    >>> transposed_size(3, 3, stride=2, padding=1, output_padding=1)
    6

    Raises:
        ValueError: output_padding is not below the larger of stride and dilation, or nothing is left.
    """
    if output_padding >= max(stride, dilation):
        raise ValueError(
            f"Output padding must be smaller than the stride or the dilation: below {max(stride, dilation)} here, "
            f"not {output_padding}."
        )
    made = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
    if made < 1:
        raise ValueError(
            f"Nothing is left: the scattered kernels cover {made + 2 * padding} cells, and a padding of {padding} "
            "cuts as many from each end."
        )
    return made


def same_padding(kernel: int, dilation: int = 1) -> Pair:
    """Zeros before and after a side that keep its size at stride 1; an even kernel has one more after.

    >>> same_padding(3), same_padding(4)
    ((1, 1), (1, 2))
    """
    total = dilation * (kernel - 1)
    return total // 2, total - total // 2


def _does_not_fit(size: int, kernel: int, padding: int, dilation: int) -> str:
    window = dilation * (kernel - 1) + 1
    spread = f" spread by a dilation of {dilation} covers {window} cells," if dilation > 1 else ""
    return (
        f"The kernel does not fit: a side of {kernel}{spread or ','} but the input has {size}"
        + (f" + 2·{padding} = {size + 2 * padding} with its padding" if padding else "")
        + ". Output sizes would be below 1."
    )


@dataclass(frozen=True)
class Volume:
    """The shape of an image or of a stack of feature maps."""

    channels: int
    height: int
    width: int

    @property
    def cells(self) -> int:
        """Channels × height × width."""
        return self.channels * self.height * self.width

    @property
    def words(self) -> str:
        """Height × width × channels, as the lectures write it."""
        return f"{self.height} × {self.width} × {self.channels}"


@dataclass(frozen=True)
class Layer:
    """A layer with a sliding window.

    Args:
        kind: convolution, max_pool, mean_pool or transposed.
        outputs: output channels; pooling keeps those of the input.
        kernel, stride, padding, dilation, output_padding: (vertical, horizontal).
        groups: output channels in a group see the input channels of that group alone.
        bias: one number for each output channel, or none.
        ceil_mode: pooling rounds the number of windows up.
    """

    kind: Kind
    outputs: int
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    output_padding: Pair = (0, 0)
    groups: int = 1
    bias: bool = True
    ceil_mode: bool = False

    @property
    def pools(self) -> bool:
        """Whether it has no weights."""
        return self.kind in ("max_pool", "mean_pool")


@dataclass(frozen=True)
class Cost:
    """What a layer needs for one image.

    Args:
        fan_in: weights of one output neuron, without the bias.
        weights, biases: numbers that are learned.
        multiplications: one for each weight each time that it is used; products with padding count too.
        cells: output neurons.
    """

    fan_in: int
    weights: int
    biases: int
    multiplications: int
    cells: int

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.weights + self.biases

    @property
    def parameter_bytes(self) -> int:
        """Memory of the parameters in float32."""
        return FLOAT_BYTES * self.parameters

    @property
    def output_bytes(self) -> int:
        """Memory of the output in float32."""
        return FLOAT_BYTES * self.cells


def output_volume(given: Volume, layer: Layer) -> Volume:
    """The shape of the layer's output.

    Raises:
        ValueError: the groups do not divide the channels, or no window fits.
    """
    if layer.kind != "transposed" and max(layer.output_padding):
        raise ValueError("Output padding belongs to the transposed convolution alone.")
    if layer.kind == "mean_pool" and max(layer.dilation) > 1:
        raise ValueError("Mean pooling has no dilation: its window is always dense.")
    if not layer.pools and (given.channels % layer.groups or layer.outputs % layer.groups):
        raise ValueError(
            f"{layer.groups} groups must divide the input channels ({given.channels}) and the output channels "
            f"({layer.outputs})."
        )
    height, width = (_side(layer, side, axis) for axis, side in enumerate((given.height, given.width)))
    return Volume(given.channels if layer.pools else layer.outputs, height, width)


def _side(layer: Layer, size: int, axis: int) -> int:
    kernel, stride, padding, dilation = (
        numbers[axis] for numbers in (layer.kernel, layer.stride, layer.padding, layer.dilation)
    )
    if layer.kind == "convolution":
        return output_size(size, kernel, stride, padding, dilation)
    if layer.kind == "transposed":
        return transposed_size(size, kernel, stride, padding, layer.output_padding[axis], dilation)
    return pooled_size(size, kernel, stride, padding, dilation, layer.ceil_mode)


def cost(given: Volume, layer: Layer) -> Cost:
    """The cost of the layer itself: (K_h·K_w·C_in / groups + 1)·C_out parameters, each used at every place.

    A transposed convolution uses each weight once for each *input* place, a convolution once for each output place.
    """
    made = output_volume(given, layer)
    if layer.pools:
        return Cost(0, 0, 0, 0, made.cells)
    fan_in = layer.kernel[0] * layer.kernel[1] * given.channels // layer.groups
    weights = fan_in * layer.outputs
    places = given if layer.kind == "transposed" else made
    return Cost(fan_in, weights, layer.outputs * layer.bias, weights * places.height * places.width, made.cells)


def locally_connected_cost(given: Volume, layer: Layer) -> Cost:
    """The same windows, but each use of a weight is a weight of its own, and each neuron has its own bias."""
    shared = cost(given, layer)
    if layer.pools:
        made = output_volume(given, layer)
        fan_in = layer.kernel[0] * layer.kernel[1]  # a neuron of a channel sees that channel
        return Cost(fan_in, fan_in * made.cells, made.cells * layer.bias, fan_in * made.cells, made.cells)
    weights = shared.multiplications
    return Cost(shared.fan_in, weights, shared.cells * layer.bias, weights, shared.cells)


def fully_connected_cost(given: Volume, layer: Layer) -> Cost:
    """An output of the same shape of which each neuron sees the whole input through weights of its own."""
    cells = output_volume(given, layer).cells
    weights = given.cells * cells
    return Cost(given.cells, weights, cells * layer.bias, weights, cells)

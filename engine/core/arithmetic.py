"""The arithmetic of layers that slide a window: how large the output is, and what it costs.

Sizes are those of torch.nn.Conv2d, MaxPool2d, AvgPool2d and ConvTranspose2d, and what torch refuses is refused here
with a sentence. Pairs are (vertical, horizontal); volumes are channels × height × width.

Reference: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016; torch.nn.
"""

from dataclasses import dataclass
from typing import Literal

from engine.core.sides import Pair, output_size, pooled_size, transposed_size

__all__ = [
    "Cost",
    "Kind",
    "Layer",
    "Pair",
    "Volume",
    "cost",
    "fully_connected_cost",
    "locally_connected_cost",
    "output_size",
    "output_volume",
    "pooled_size",
    "readable_bytes",
    "transposed_size",
]
Kind = Literal["convolution", "max_pool", "mean_pool", "transposed"]
FLOAT_BYTES = 4  # float32


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


def readable_bytes(count: int) -> str:
    """Bytes as people say them, in powers of a thousand; nothing for small numbers.

    >>> readable_bytes(9_216_000), readable_bytes(300)
    ('9.22 MB', '')
    """
    for power, unit in ((4, "TB"), (3, "GB"), (2, "MB"), (1, "kB")):
        if count >= 1000**power:
            return f"{count / 1000**power:.3g} {unit}"
    return ""


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

"""Layers that slide a window over maps, as plain data with torch's argument names: convolution and pooling.

Pairs are (vertical, horizontal).

Reference: torch.nn; V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016.
"""

from dataclasses import dataclass

from engine.core import arithmetic
from engine.core.arithmetic import Pair, Volume
from engine.core.networks.layer_checks import MisfitError, Shape, check_whole, need_maps
from engine.core.networks.layers import MOST_CHANNELS, Layer
from engine.core.receptive import Window

ONE, NONE = (1, 1), (0, 0)
LIMITS = {
    "kernel_size": (1, 64),
    "stride": (1, 64),
    "padding": (0, 64),
    "dilation": (1, 64),
    "output_size": (1, 1024),
}


class Sliding(Layer):
    """Base of the layers with a window: all that follows from the window's numbers."""

    @property
    def sliding(self) -> arithmetic.Layer:
        """The same layer for the arithmetic of windows."""
        raise NotImplementedError

    def output(self, given: Shape) -> Shape:
        """(C, H, W) → (C', H', W')."""
        layer, volume = self.sliding, volume_of(given)
        if not layer.pools and (volume.channels % layer.groups or layer.outputs % layer.groups):
            raise MisfitError(
                f"and {layer.groups} groups must divide its {volume.channels} input channels and its {layer.outputs} "
                "output channels"
            )
        try:
            made = arithmetic.output_volume(volume, layer)
        except ValueError as error:
            raise MisfitError(_too_large(layer, volume)) from error
        return made.channels, made.height, made.width

    def parameters(self, given: Shape) -> int:
        """(K_h·K_w·C_in / groups + 1)·C_out; none for pooling."""
        return arithmetic.cost(volume_of(given), self.sliding).parameters

    def multiply_adds(self, given: Shape) -> int:
        """One for each weight at each place."""
        return arithmetic.cost(volume_of(given), self.sliding).multiplications

    def windows(self) -> tuple[Window, Window]:
        """What it reads, down and across."""
        s = self.sliding
        down, across = (Window(s.kernel[i], s.stride[i], s.padding[i], s.dilation[i]) for i in (0, 1))
        return down, across


@dataclass(frozen=True)
class Conv2d(Sliding):
    """A convolution: `CONV 3x3 32 /2 pad 1`."""

    out_channels: int
    kernel_size: Pair
    stride: Pair = ONE
    padding: Pair = NONE
    dilation: Pair = ONE
    groups: int = 1
    bias: bool = True

    def __post_init__(self) -> None:
        check_whole("Output channels", self.out_channels, 1, MOST_CHANNELS)
        check_whole("Groups", self.groups, 1, MOST_CHANNELS)
        _check_pairs(self, "kernel_size", "stride", "padding", "dilation")

    @property
    def text(self) -> str:
        """As the grammar writes it."""
        words = [f"CONV {size_text(self.kernel_size)} {self.out_channels}"]
        words += _options(self.stride, ONE, self.padding, self.dilation)
        words += [f"groups {self.groups}"] if self.groups > 1 else []
        return " ".join([*words, *([] if self.bias else ["no bias"])])

    @property
    def sliding(self) -> arithmetic.Layer:
        """The same layer for the arithmetic of windows."""
        numbers = (self.kernel_size, self.stride, self.padding, self.dilation)
        return arithmetic.Layer("convolution", self.out_channels, *numbers, groups=self.groups, bias=self.bias)


class Pool(Sliding):
    """Base of the poolings, whose stride is the kernel's size if it is not given."""

    kernel_size: Pair
    stride: Pair | None
    padding: Pair
    ceil_mode: bool

    def __post_init__(self) -> None:
        if self.stride is None:
            object.__setattr__(self, "stride", self.kernel_size)
        _check_pairs(self, *(name for name in ("kernel_size", "stride", "padding", "dilation") if hasattr(self, name)))
        if any(pad > side // 2 for pad, side in zip(self.padding, self.kernel_size, strict=True)):
            raise ValueError(
                f"A pooling is padded by at most half its window: {size_text(half(self.kernel_size))} for "
                f"{size_text(self.kernel_size)}, not {size_text(self.padding)}."
            )

    @property
    def text(self) -> str:
        """As the grammar writes it."""
        kind = "POOL" if isinstance(self, MaxPool2d) else "POOL AVG"
        words = [f"{kind} {size_text(self.kernel_size)}"]
        words += _options(self.steps, self.kernel_size, self.padding, getattr(self, "dilation", ONE))
        return " ".join([*words, *(["ceil"] if self.ceil_mode else [])])

    @property
    def steps(self) -> Pair:
        """The stride, given or not."""
        return self.stride or self.kernel_size

    @property
    def sliding(self) -> arithmetic.Layer:
        """The same layer for the arithmetic of windows."""
        numbers = (self.kernel_size, self.steps, self.padding, getattr(self, "dilation", ONE))
        most = isinstance(self, MaxPool2d)
        return arithmetic.Layer("max_pool" if most else "mean_pool", 0, *numbers, ceil_mode=self.ceil_mode)


@dataclass(frozen=True)
class MaxPool2d(Pool):
    """The largest number of each window: `POOL 2x2`."""

    kernel_size: Pair
    stride: Pair | None = None
    padding: Pair = NONE
    dilation: Pair = ONE
    ceil_mode: bool = False


@dataclass(frozen=True)
class AvgPool2d(Pool):
    """The mean of each window: `POOL AVG 2x2`."""

    kernel_size: Pair
    stride: Pair | None = None
    padding: Pair = NONE
    ceil_mode: bool = False


@dataclass(frozen=True)
class Adaptive(Layer):
    """Base of the poolings that cut any map into a given number of windows; one window is the whole map."""

    output_size: Pair = ONE

    def __post_init__(self) -> None:
        _check_pairs(self, "output_size")

    @property
    def text(self) -> str:
        """`GLOBAL AVG`, or `ADAPTIVE AVG 7x7`."""
        kind = "MAX" if isinstance(self, AdaptiveMaxPool2d) else "AVG"
        return f"GLOBAL {kind}" if self.output_size == ONE else f"ADAPTIVE {kind} {size_text(self.output_size)}"

    def output(self, given: Shape) -> Shape:
        """(C, H, W) → (C, *output_size)."""
        return (volume_of(given).channels, *self.output_size)


@dataclass(frozen=True)
class AdaptiveAvgPool2d(Adaptive):
    """The mean of each map: `GLOBAL AVG`."""


@dataclass(frozen=True)
class AdaptiveMaxPool2d(Adaptive):
    """The largest number of each map: `GLOBAL MAX`."""


def volume_of(given: Shape) -> Volume:
    """Maps as a volume.

    Raises:
        MisfitError: it is a vector.
    """
    need_maps(given)
    return Volume(*given)


def size_text(size: Pair) -> str:
    """Two sides.

    >>> size_text((1, 7))
    '1x7'
    """
    return f"{size[0]}x{size[1]}"


def half(size: Pair) -> Pair:
    """Both sides halved, rounded down."""
    return size[0] // 2, size[1] // 2


def _options(stride: Pair, usual: Pair, padding: Pair, dilation: Pair) -> list[str]:
    given = [("/", stride, usual), ("pad ", padding, NONE), ("dil ", dilation, ONE)]
    return [
        name + (str(pair[0]) if pair[0] == pair[1] else size_text(pair)) for name, pair, none in given if pair != none
    ]


def _check_pairs(layer: Layer, *names: str) -> None:
    for name in names:
        pair = getattr(layer, name)
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise ValueError(f"{name} must be a pair, (vertical, horizontal), not {pair!r}.")
        for value in pair:
            check_whole(name.replace("_", " ").capitalize(), value, *LIMITS[name])


def _too_large(layer: arithmetic.Layer, volume: Volume) -> str:
    """Why no window fits."""
    for axis, (side, name) in enumerate(((volume.height, "high"), (volume.width, "wide"))):
        reach = layer.dilation[axis] * (layer.kernel[axis] - 1) + 1
        padded = side + 2 * layer.padding[axis]
        if reach > padded:
            room = f"{padded} with its padding" if padded > side else str(side)
            return f"and its window is {reach} {name}, more than {room}"
    return "and no window fits"

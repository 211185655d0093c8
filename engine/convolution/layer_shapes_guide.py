"""The fifteen numbered relationships of Dumoulin and Visin's guide: which one a layer obeys, and each one's figure."""

from dataclasses import dataclass

from engine.convolution.layer_shapes import Settings
from engine.core.arithmetic import Kind, Layer

INTRODUCTION = (
    "Dumoulin and Visin's guide numbers fifteen relationships between the sides $i$ and $o$ of input and output, for a "
    "kernel of side $k$, stride $s$, padding $p$ and dilation $d$. R1 to R15 are the examples of its figures."
)


@dataclass(frozen=True)
class Relationship:
    """One rule of the guide.

    Args:
        number: as in the guide.
        name: what is special about its layers.
        rule: output side o from input side i, kernel k, stride s, padding p, dilation d; primes as in the guide belong
            to the transposed convolution, whose k, s and p are those of the convolution that it transposes.
        figure: the guide's figure that shows it, and its numbers (i, k, s, p, d, output padding).
    """

    number: int
    name: str
    rule: str
    kind: Kind
    figure: str
    numbers: tuple[int, int, int, int, int, int]

    @property
    def settings(self) -> Settings:
        """The figure's example: one channel, square, no bias."""
        size, kernel, stride, padding, dilation, more = self.numbers
        return Settings(
            height=size,
            width=size,
            channels=1,
            outputs=1,
            layer=self.kind,
            kernel_height=kernel,
            kernel_width=kernel,
            stride_y=stride,
            stride_x=stride,
            padding_y=padding,
            padding_x=padding,
            dilation_y=dilation,
            dilation_x=dilation,
            output_padding_y=more,
            output_padding_x=more,
            bias=False,
        )


RELATIONSHIPS: tuple[Relationship, ...] = (
    Relationship(1, "no padding, stride 1", "o = (i − k) + 1", "convolution", "2.1", (4, 3, 1, 0, 1, 0)),
    Relationship(2, "padding, stride 1", "o = (i − k) + 2p + 1", "convolution", "2.2", (5, 4, 1, 2, 1, 0)),
    Relationship(3, "half (same) padding", "o = i", "convolution", "2.3", (5, 3, 1, 1, 1, 0)),
    Relationship(4, "full padding", "o = i + (k − 1)", "convolution", "2.4", (5, 3, 1, 2, 1, 0)),
    Relationship(5, "no padding, stride over 1", "o = ⌊(i − k) / s⌋ + 1", "convolution", "2.5", (5, 3, 2, 0, 1, 0)),
    Relationship(6, "padding and stride", "o = ⌊(i + 2p − k) / s⌋ + 1", "convolution", "2.6", (5, 3, 2, 1, 1, 0)),
    Relationship(7, "pooling", "o = ⌊(i − k) / s⌋ + 1", "max_pool", "1.6", (5, 3, 1, 0, 1, 0)),
    Relationship(8, "no padding, transposed", "o′ = i′ + (k − 1)", "transposed", "4.1", (2, 3, 1, 0, 1, 0)),
    Relationship(9, "padding, transposed", "o′ = i′ + (k − 1) − 2p", "transposed", "4.2", (6, 4, 1, 2, 1, 0)),
    Relationship(10, "half padding, transposed", "o′ = i′", "transposed", "4.3", (5, 3, 1, 1, 1, 0)),
    Relationship(11, "full padding, transposed", "o′ = i′ − (k − 1)", "transposed", "4.4", (7, 3, 1, 2, 1, 0)),
    Relationship(12, "stride, transposed", "o′ = s(i′ − 1) + k", "transposed", "4.5", (2, 3, 2, 0, 1, 0)),
    Relationship(
        13, "padding and stride, transposed", "o′ = s(i′ − 1) + k − 2p", "transposed", "4.6", (3, 3, 2, 1, 1, 0)
    ),
    Relationship(
        14,
        "padding and stride with a rest a, transposed",
        "o′ = s(i′ − 1) + a + k − 2p",
        "transposed",
        "4.7",
        (3, 3, 2, 1, 1, 1),
    ),
    Relationship(
        15, "dilation", "o = ⌊(i + 2p − k − (k − 1)(d − 1)) / s⌋ + 1", "convolution", "5.1", (7, 3, 1, 0, 2, 0)
    ),
)


def number_of(layer: Layer, axis: int) -> int | None:
    """The relationship that one side of a layer obeys; None for what the guide leaves out.

    Where several hold, the most special: half padding before padding. The guide has no padded, dilated or ceiled
    pooling and no dilated transposed convolution.
    """
    kernel, stride, padding, dilation, more = (
        pair[axis] for pair in (layer.kernel, layer.stride, layer.padding, layer.dilation, layer.output_padding)
    )
    if layer.pools:
        return None if padding or dilation > 1 or layer.ceil_mode else 7
    if dilation > 1:
        return 15 if layer.kind == "convolution" else None
    if layer.kind == "convolution":
        return (6 if padding else 5) if stride > 1 else _at_stride_one(kernel, padding)
    if stride > 1:
        return 14 if more else 13 if padding else 12
    return _at_stride_one(kernel, padding) + 7


def _at_stride_one(kernel: int, padding: int) -> int:
    if padding == 0:
        return 1
    if 2 * padding == kernel - 1:
        return 3
    return 4 if padding == kernel - 1 else 2


def named(settings: Settings) -> str:
    """The relationships' short names: R1, or R5 · R1 where the sides differ; a dash for none."""
    numbers = dict.fromkeys(number_of(settings.window, axis) for axis in (0, 1))
    return " · ".join(f"R{number}" if number else "–" for number in numbers)


def in_the_guide(settings: Settings) -> str:
    """Which relationships of the guide this layer obeys, in words."""
    layer = settings.window
    numbers = [number_of(layer, axis) for axis in (0, 1)]
    if None in numbers:
        return "Beyond the guide's fifteen relationships; the rule is torch's."
    found = [RELATIONSHIPS[number - 1] for number in dict.fromkeys(numbers) if number]
    words = [f"Relationship {item.number} ({item.name}): {item.rule}" for item in found]
    return ("; across, " if len(words) > 1 else "").join(words) + "."

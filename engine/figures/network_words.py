"""Layers and networks in a few words, for pictures."""

from collections.abc import Callable
from typing import Any

from engine.core.arithmetic import Pair
from engine.core.networks.layer_checks import number, shape_words
from engine.core.networks.layers import (
    Activation,
    BatchNorm1d,
    BatchNorm2d,
    Dropout,
    Flatten,
    GroupNorm,
    Layer,
    Linear,
)
from engine.core.networks.meetings import Branches, Residual
from engine.core.networks.sheet import sheet, totals
from engine.core.networks.sliding import (
    Adaptive,
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    AvgPool2d,
    Conv2d,
    MaxPool2d,
    size_text,
)
from engine.core.networks.specification import Network, Visit, number_of

MOST_STAGES = 12  # in a sentence


def words(layer: Layer) -> str:
    """A layer without what the shape of its output says.

    >>> words(Conv2d(16, (3, 3), (2, 2), (1, 1))), words(MaxPool2d((3, 3), (2, 2)))
    ('conv 3×3 /2', 'max pool 3×3 /2')
    """
    return WORDS[type(layer)](layer)


def full_words(layer: Layer) -> str:
    """A layer with the channels or features that it makes, where no shape stands beside it.

    >>> full_words(Conv2d(16, (3, 3), (2, 2), (1, 1)))
    'conv 3×3 16 /2'
    """
    if isinstance(layer, Conv2d):
        size = _size(layer.kernel_size)
        return words(layer).replace(f"conv {size}", f"conv {size} {layer.out_channels}")
    return f"FC {layer.out_features}" if isinstance(layer, Linear) else words(layer)


def summary(network: Network) -> str:
    """The network in a sentence or two."""
    stages = [visit for visit in network.visits if len(visit.path) == 1 and visit.made != visit.given]
    said = [f"{words(visit.layer)} to {shape_words(visit.made)}" for visit in stages[:MOST_STAGES]]
    more = ", and so on" if len(stages) > MOST_STAGES else ""
    total = totals(sheet(network))
    count = len(network.visits)
    return (
        f"A network of {count} layer{'s' if count != 1 else ''}, from {shape_words(network.input)} to "
        f"{shape_words(network.output)}{': ' if said else ''}{', '.join(said)}{more}. {total.parameters:,} parameters, "
        f"{total.multiply_adds:,} multiply-adds for one image."
    )


def tooltip(visit: Visit) -> str:
    """What is said of a layer under the pointer."""
    count = visit.layer.parameters(visit.given)
    learned = f", {count:,} parameters" if count else ""
    return f"Layer {number_of(visit.path)}: {visit.layer.text}, {shape_words(visit.made)}{learned}"


def _size(size: Pair) -> str:
    return size_text(size).replace("x", "×")


def _options(stride: Pair, usual: Pair, dilation: Pair = (1, 1), groups: int = 1) -> str:
    told = [("/", stride, usual), ("dil ", dilation, (1, 1))]
    found = [name + (str(pair[0]) if pair[0] == pair[1] else _size(pair)) for name, pair, none in told if pair != none]
    return "".join(f" {option}" for option in [*found, *([f"groups {groups}"] if groups > 1 else [])])


def _conv(layer: Conv2d) -> str:
    return f"conv {_size(layer.kernel_size)}" + _options(layer.stride, (1, 1), layer.dilation, layer.groups)


def _adaptive(layer: Adaptive) -> str:
    kind = "max" if isinstance(layer, AdaptiveMaxPool2d) else "avg"
    return f"global {kind}" if layer.output_size == (1, 1) else f"adaptive {kind}"


def _activation(layer: Activation) -> str:
    said = layer.text.split()[1:]
    return " ".join([layer.function, *said])


WORDS: dict[type[Layer], Callable[[Any], str]] = {
    Conv2d: _conv,
    MaxPool2d: lambda layer: (
        f"max pool {_size(layer.kernel_size)}" + _options(layer.steps, layer.kernel_size, layer.dilation)
    ),
    AvgPool2d: lambda layer: f"avg pool {_size(layer.kernel_size)}" + _options(layer.steps, layer.kernel_size),
    AdaptiveAvgPool2d: _adaptive,
    AdaptiveMaxPool2d: _adaptive,
    Linear: lambda layer: "FC",
    Flatten: lambda layer: "flatten",
    BatchNorm1d: lambda layer: "BN",
    BatchNorm2d: lambda layer: "BN",
    GroupNorm: lambda layer: f"GN {layer.num_groups}",
    Dropout: lambda layer: f"dropout {number(layer.p)}",
    Activation: _activation,
    Residual: lambda layer: "residual",
    Branches: lambda layer: "branches",
}

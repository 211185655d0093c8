"""Writes a network as a stand-alone PyTorch script; its weights have the same names as those of the built module."""

from collections.abc import Callable
from typing import Any

from engine.core.networks.activations import ACTIVATIONS
from engine.core.networks.layer_checks import Shape, number, shape_words
from engine.core.networks.layers import Activation, BatchNorm1d, BatchNorm2d, Dropout, Flatten, GroupNorm, Layer, Linear
from engine.core.networks.meetings import Block, Branches, Residual
from engine.core.networks.sliding import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, Conv2d, MaxPool2d
from engine.core.networks.specification import Network, visit

STEP = "    "
RESIDUAL = '''

class Residual(nn.Module):
    """body(x) + shortcut(x)."""

    def __init__(self, body, shortcut):
        super().__init__()
        self.body = body
        self.shortcut = shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)
'''
BRANCHES = '''

class Branches(nn.Module):
    """Several ways from the same input, stacked along the channels."""

    def __init__(self, *ways):
        super().__init__()
        self.ways = nn.ModuleList(ways)

    def forward(self, x):
        return torch.cat([way(x) for way in self.ways], dim=1)
'''


def torch_code(network: Network) -> str:
    """A script that makes the network and prints the shape of its output and the number of its parameters."""
    sides = ", ".join(map(str, network.input))
    return (
        f"{definition(network)}\n"
        f"image = torch.zeros(2, {sides})  # (N, C, H, W)\n"
        "print(tuple(network(image).shape))\n"
        'print(sum(weight.numel() for weight in network.parameters()), "parameters")\n'
    )


def definition(network: Network) -> str:
    """The imports, the classes where there are residuals or branches, and `network = nn.Sequential(…)`."""
    kinds = {type(visit.layer) for visit in network.visits}
    classes = (RESIDUAL if Residual in kinds else "") + (BRANCHES if Branches in kinds else "")
    lines = "\n".join(_chain(network.layers, network.input, "network = ", "", ""))
    gap = "\n\n" if classes else "\n"
    return f"import torch\nfrom torch import nn\n{classes}{gap}{lines}\n"


def _chain(layers: tuple[Layer, ...], given: Shape, start: str, end: str, margin: str) -> list[str]:
    """`nn.Sequential(…)` over several lines; what follows a # is the shape of the output."""
    if not layers:
        return [f"{margin}{start}nn.Identity(){end}"]
    lines = [f"{margin}{start}nn.Sequential("]
    for layer in layers:
        made = visit(layer, given, (0,))[0].made
        lines += _layer(layer, given, made, margin + STEP)
        given = made
    return [*lines, f"{margin}){end}"]


def _layer(layer: Layer, given: Shape, made: Shape, margin: str) -> list[str]:
    shape = f"  # {shape_words(made)}"
    if not isinstance(layer, Block):
        return [f"{margin}nn.{CALLS[type(layer)](layer, given)},{shape if made != given else ''}"]
    lines = [f"{margin}{type(layer).__name__}({shape}"]
    for way in layer.ways:
        lines += _chain(way, given, "", ",", margin + STEP)
    return [*lines, f"{margin}),"]


def _call(name: str, *values: Any, **options: tuple[Any, Any]) -> str:
    """A call with the options that are not as torch has them; each is given as (value, torch's)."""
    told = [f"{key}={_said(value)}" for key, (value, usual) in options.items() if value != usual]
    return f"{name}({', '.join([*map(_said, values), *told])})"


def _said(value: Any) -> str:
    """Pairs of equal sides as one number."""
    if isinstance(value, tuple) and value[0] == value[1]:
        return str(value[0])
    return number(value) if isinstance(value, float) else str(value)


def _conv(layer: Conv2d, given: Shape) -> str:
    return _call(
        "Conv2d", given[0], layer.out_channels, layer.kernel_size,
        stride=(layer.stride, (1, 1)), padding=(layer.padding, (0, 0)), dilation=(layer.dilation, (1, 1)),
        groups=(layer.groups, 1), bias=(layer.bias, True),
    )  # fmt: skip


def _pool(layer: MaxPool2d | AvgPool2d, given: Shape) -> str:
    return _call(
        type(layer).__name__, layer.kernel_size,
        stride=(layer.stride, layer.kernel_size), padding=(layer.padding, (0, 0)),
        dilation=(getattr(layer, "dilation", (1, 1)), (1, 1)), ceil_mode=(layer.ceil_mode, False),
    )  # fmt: skip


def _activation(layer: Activation, given: Shape) -> str:
    kind = ACTIVATIONS[layer.function]
    return _call(layer.function, **({kind.argument: (layer.value, kind.default)} if kind.argument else {}))


CALLS: dict[type[Layer], Callable[[Any, Shape], str]] = {
    Conv2d: _conv,
    MaxPool2d: _pool,
    AvgPool2d: _pool,
    Activation: _activation,
    AdaptiveAvgPool2d: lambda layer, given: _call("AdaptiveAvgPool2d", layer.output_size),
    AdaptiveMaxPool2d: lambda layer, given: _call("AdaptiveMaxPool2d", layer.output_size),
    BatchNorm2d: lambda layer, given: _call("BatchNorm2d", given[0]),
    BatchNorm1d: lambda layer, given: _call("BatchNorm1d", given[0]),
    GroupNorm: lambda layer, given: _call("GroupNorm", layer.num_groups, given[0]),
    Dropout: lambda layer, given: _call("Dropout", layer.p),
    Flatten: lambda layer, given: _call("Flatten"),
    Linear: lambda layer, given: _call("Linear", given[0], layer.out_features, bias=(layer.bias, True)),
}

"""Makes torch modules of specifications: the layers of the network are the module's children, in order.

Layer i of a network is `module[i]`, its weights are `i.weight` and `i.bias`; inside residuals and branches they are
`i.body.0.weight`, `i.shortcut.0.weight`, `i.ways.1.0.weight`. The script of `script` names them alike, so that weights
pass from one to the other.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from engine.core.networks import blocks
from engine.core.networks.activations import ACTIVATIONS
from engine.core.networks.initialisations import INITIALISATIONS
from engine.core.networks.layer_checks import Shape
from engine.core.networks.layers import Activation, BatchNorm1d, BatchNorm2d, Dropout, Flatten, GroupNorm, Layer, Linear
from engine.core.networks.meetings import Branches, Residual
from engine.core.networks.sliding import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, Conv2d, MaxPool2d
from engine.core.networks.specification import Network, visit

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm)


class Sum(nn.Module):
    """body(x) + shortcut(x)."""

    def __init__(self, body: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.shortcut = shortcut

    def forward(self, maps: blocks.Maps) -> blocks.Maps:
        """(N, …) → (N, …)."""
        return self.body(maps) + self.shortcut(maps)


def build(network: Network, seed: int | None = 0, initialisation: str = "torch") -> nn.Sequential:
    """The network as a torch module, in training mode, on the CPU.

    Args:
        network: the specification.
        seed: of its weights, which are drawn without touching torch's own generator; None leaves the module without
            numbers on the meta device, for counting.
        initialisation: a name in INITIALISATIONS. Norms begin as the identity.

    Raises:
        ValueError: there is no such initialisation.
    """
    if initialisation not in INITIALISATIONS:
        raise ValueError(
            f"There is no initialisation {initialisation[:40]!r}: choose one of {', '.join(INITIALISATIONS)}."
        )
    with torch.device("meta"):
        module = chain(network.layers, network.input)
    return module if seed is None else initialise(module.to_empty(device="cpu"), seed, initialisation)


def initialise(module: nn.Sequential, seed: int, initialisation: str = "torch") -> nn.Sequential:
    """Fresh weights, in place. The numbers are drawn on the CPU, so that every device gets the same."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, nn.Conv2d | nn.Linear):
                _fill(part, initialisation, generator)
            elif isinstance(part, NORMS):
                part.weight.fill_(1.0)
                part.bias.zero_()
                if not isinstance(part, nn.GroupNorm):
                    part.reset_running_stats()
    return module


def fans(part: nn.Conv2d | nn.Linear) -> tuple[int, int]:
    """fan-in and fan-out of a layer.

    >>> fans(nn.Conv2d(3, 8, 5, groups=1)), fans(nn.Linear(20, 7))
    ((75, 200), (20, 7))
    """
    outputs, inputs = part.weight.shape[:2]
    area = part.weight[0, 0].numel()
    return inputs * area, outputs * area


def _fill(part: nn.Conv2d | nn.Linear, initialisation: str, generator: torch.Generator) -> None:
    way, (fan_in, fan_out) = INITIALISATIONS[initialisation], fans(part)
    drawn = torch.empty(part.weight.shape)
    if way.uniform:
        bound = way.bound(fan_in, fan_out)
        drawn.uniform_(-bound, bound, generator=generator)
    else:
        drawn.normal_(0.0, way.deviation(fan_in, fan_out), generator=generator)
    part.weight.copy_(drawn)
    if part.bias is not None:
        part.bias.zero_()
        if way.biases:
            bound = fan_in**-0.5
            part.bias.copy_(torch.empty(part.bias.shape).uniform_(-bound, bound, generator=generator))


def chain(layers: tuple[Layer, ...], given: Shape) -> nn.Sequential:
    """A chain of layers whose input has that shape."""
    parts = []
    for layer in layers:
        parts.append(MODULES[type(layer)](layer, given))
        given = visit(layer, given, (0,))[0].made
    return nn.Sequential(*parts)


def _conv(layer: Conv2d, given: Shape) -> nn.Module:
    options = (layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.groups, layer.bias)
    return nn.Conv2d(given[0], layer.out_channels, *options)


def _activation(layer: Activation, given: Shape) -> nn.Module:
    argument = ACTIVATIONS[layer.function].argument
    options = {argument: layer.value} if argument else {}
    return getattr(nn, layer.function)(**options)


def _max_pool(layer: MaxPool2d, given: Shape) -> nn.Module:
    return nn.MaxPool2d(layer.kernel_size, layer.stride, layer.padding, layer.dilation, ceil_mode=layer.ceil_mode)


def _residual(layer: Residual, given: Shape) -> nn.Module:
    return Sum(chain(layer.body, given), chain(layer.shortcut, given) if layer.shortcut else nn.Identity())


def _branches(layer: Branches, given: Shape) -> nn.Module:
    return blocks.Branches(**{str(place): chain(way, given) for place, way in enumerate(layer.branches)})


MODULES: dict[type[Layer], Callable[[Any, Shape], nn.Module]] = {
    Conv2d: _conv,
    Activation: _activation,
    BatchNorm2d: lambda layer, given: nn.BatchNorm2d(given[0]),
    BatchNorm1d: lambda layer, given: nn.BatchNorm1d(given[0]),
    GroupNorm: lambda layer, given: nn.GroupNorm(layer.num_groups, given[0]),
    MaxPool2d: _max_pool,
    AvgPool2d: lambda layer, given: nn.AvgPool2d(layer.kernel_size, layer.stride, layer.padding, layer.ceil_mode),
    AdaptiveAvgPool2d: lambda layer, given: nn.AdaptiveAvgPool2d(layer.output_size),
    AdaptiveMaxPool2d: lambda layer, given: nn.AdaptiveMaxPool2d(layer.output_size),
    Dropout: lambda layer, given: nn.Dropout(layer.p),
    Flatten: lambda layer, given: nn.Flatten(),
    Linear: lambda layer, given: nn.Linear(given[0], layer.out_features, layer.bias),
    Residual: _residual,
    Branches: _branches,
}

"""The pieces that the classic networks are built of, and the frame that all of them share.

Every network is a `Classifier`: `features` turns an image (N, 3, H, W) into maps, `head` turns the maps into logits.
Nothing here draws random numbers while it is made; `initialise` does that, from a seed.
"""

from collections import OrderedDict
from collections.abc import Iterable

import torch
from torch import Tensor, fx, nn

Kernel = int | tuple[int, int]
# Maps (N, C, H, W), or what stands for them while torch.fx follows a network.
Maps = Tensor | fx.Proxy


class Classifier(nn.Module):
    """Maps from an image, then logits from the maps."""

    def __init__(self, features: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.features = features
        self.head = head

    def forward(self, images: Maps) -> Maps:
        """(N, 3, H, W) → (N, classes)."""
        return self.head(self.features(images))


class Branches(nn.Module):
    """Several ways from the same input, their maps stacked along the channels: (N, C, H, W) → (N, ΣCᵢ, H', W')."""

    def __init__(self, **ways: nn.Module) -> None:
        super().__init__()
        self.ways = nn.ModuleDict(ways)

    def forward(self, maps: Maps) -> Maps:
        """Each way for itself, then side by side."""
        return torch.cat([way(maps) for way in self.ways.values()], 1)


def named(parts: Iterable[tuple[str, nn.Module]]) -> nn.Sequential:
    """A chain of modules with names."""
    return nn.Sequential(OrderedDict(parts))


def conv_bn(
    inputs: int,
    outputs: int,
    kernel: Kernel,
    stride: int = 1,
    padding: Kernel = 0,
    groups: int = 1,
    *,
    eps: float = 1e-5,
    relu: bool = True,
) -> nn.Sequential:
    """Convolution without bias, batch norm (whose shift is the bias), and a ReLU."""
    parts: list[tuple[str, nn.Module]] = [
        ("conv", nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)),
        ("norm", nn.BatchNorm2d(outputs, eps=eps)),
    ]
    return named([*parts, ("relu", nn.ReLU(inplace=True))] if relu else parts)


def pooled_head(channels: int, classes: int, dropout: float = 0.0) -> nn.Sequential:
    """The mean of each map, then one fully connected layer."""
    return named(
        [
            ("pool", nn.AdaptiveAvgPool2d(1)),
            ("flatten", nn.Flatten()),
            ("dropout", nn.Dropout(dropout)),
            ("fc", nn.Linear(channels, classes)),
        ]
    )


def initialise(network: nn.Module, seed: int) -> nn.Module:
    """Fresh weights from a seed: He's normal for convolutions (variance 2 / fan-out), small for the rest; in place.

    The numbers are drawn on the CPU, so that every device gets the same.

    Reference: K. He et al., "Delving deep into rectifiers", 2015.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                area = module.kernel_size[0] * module.kernel_size[1]
                _normal(module.weight, (2 / (area * module.out_channels / module.groups)) ** 0.5, generator)
            elif isinstance(module, nn.Linear):
                _normal(module.weight, 0.01, generator)
            elif isinstance(module, nn.BatchNorm2d):
                module.weight.fill_(1.0)
                module.reset_running_stats()
            bias = getattr(module, "bias", None)
            if isinstance(bias, nn.Parameter):
                bias.zero_()
    return network


def _normal(weight: Tensor, deviation: float, generator: torch.Generator) -> None:
    weight.copy_(torch.randn(weight.shape, generator=generator) * deviation)

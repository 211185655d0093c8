"""EfficientNet-Lite0 as it was trained on ImageNet: inverted residual blocks with ReLU6, no squeeze-and-excitation.

`lite0()` is the one network that everybody looks into. It is never changed: its weights are frozen, batch norm is
folded into the convolutions, and whoever wants hooks, other ReLU rules or random weights takes a copy, see
engine.core.hooks.

Reference: M. Tan, Q. Le, "EfficientNet: rethinking model scaling for convolutional neural networks", 2019; the Lite
variant by R. Liu, 2020: bytes minus 127, divided by 128.
"""

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from engine.core.device import computes_in_halves, device

FOLDER = Path(__file__).parents[3] / "assets" / "networks" / "efficientnet_lite0"
SIDE = 224
# Of pixels in [0, 1]: what the network subtracts and divides by.
MEAN, STD = 127 / 255, 128 / 255
# Kernel, stride, expansion, output channels and number of the blocks.
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
STEM, HEAD, BLOCKS = 32, 1280, 16
# The layers that give maps, from the pixels upwards: what a reader calls them, and the module.
LAYERS = (
    ("stem", "stem_act"),
    *((f"block {number + 1}", f"blocks.{number}") for number in range(BLOCKS)),
    ("head", "head_act"),
)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3)


class Block(nn.Module):
    """1×1 to more channels, a convolution of each channel for itself, 1×1 to fewer; the input is added where it fits.

    Args:
        inputs, outputs: channels.
        kernel, stride: of the depthwise convolution.
        expansion: how many times more channels stand in between; 1 leaves the first 1×1 out.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expands = expansion > 1
        self.adds = stride == 1 and inputs == outputs
        if self.expands:
            self.expand_conv = nn.Conv2d(inputs, wide, 1, bias=False)
            self.bn0: nn.Module = _norm(wide)
            self.expand_act = nn.ReLU6()
        self.depthwise_conv = nn.Conv2d(wide, wide, kernel, stride, kernel // 2, groups=wide, bias=False)
        self.bn1: nn.Module = _norm(wide)
        self.depthwise_act = nn.ReLU6()
        self.project_conv = nn.Conv2d(wide, outputs, 1, bias=False)
        self.bn2: nn.Module = _norm(outputs)

    def forward(self, maps: Tensor) -> Tensor:
        """(N, C, H, W) → (N, C', H', W')."""
        inner = self.expand_act(self.bn0(self.expand_conv(maps))) if self.expands else maps
        inner = self.depthwise_act(self.bn1(self.depthwise_conv(inner)))
        inner = self.bn2(self.project_conv(inner))
        return maps + inner if self.adds else inner


class EfficientNetLite0(nn.Module):
    """Stem, sixteen blocks, head, the mean of each map, one fully connected layer."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.conv_stem = nn.Conv2d(3, STEM, 3, 2, 1, bias=False)
        self.bn0: nn.Module = _norm(STEM)
        self.stem_act = nn.ReLU6()
        self.blocks = nn.Sequential(*_blocks())
        self.conv_head = nn.Conv2d(STAGES[-1][3], HEAD, 1, bias=False)
        self.bn1: nn.Module = _norm(HEAD)
        self.head_act = nn.ReLU6()
        self.fc = nn.Linear(HEAD, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Prepared images (N, 3, H, W) → logits (N, classes)."""
        maps = self.blocks(self.stem_act(self.bn0(self.conv_stem(images))))
        maps = self.head_act(self.bn1(self.conv_head(maps)))
        return self.fc(maps.mean((2, 3)))


def _blocks() -> Iterator[Block]:
    channels = STEM
    for kernel, stride, expansion, outputs, count in STAGES:
        for place in range(count):
            yield Block(channels, outputs, kernel, stride if place == 0 else 1, expansion)
            channels = outputs


def trained() -> EfficientNetLite0:
    """A new network with the shipped weights, float32, on the CPU, not folded."""
    stored = load_file(FOLDER / "weights.safetensors")
    # The file says _blocks.0._bn1.weight.
    named = {".".join(part.lstrip("_") for part in name.split(".")): value.float() for name, value in stored.items()}
    with torch.device("meta"):  # no random numbers that would be thrown away
        network = EfficientNetLite0()
    counts = {name: torch.zeros((), dtype=torch.long) for name in network.state_dict() if name.endswith("_tracked")}
    network.load_state_dict(named | counts, assign=True)
    return network.eval().requires_grad_(False)


def folded(network: EfficientNetLite0) -> EfficientNetLite0:
    """The same function with fewer layers: each batch norm goes into the weights and the bias of its convolution."""
    pairs: list[tuple[nn.Module, str, str]] = [(network, "conv_stem", "bn0"), (network, "conv_head", "bn1")]
    for block in network.blocks:
        pairs += [(block, "expand_conv", "bn0")] if block.expands else []
        pairs += [(block, "depthwise_conv", "bn1"), (block, "project_conv", "bn2")]
    for owner, conv, norm in pairs:
        setattr(owner, conv, fuse_conv_bn_eval(getattr(owner, conv), getattr(owner, norm)))
        setattr(owner, norm, nn.Identity())
    return network.requires_grad_(False)


@cache
def lite0() -> EfficientNetLite0:
    """The network that all sessions share, on the chosen device: for reading only."""
    return folded(trained()).to(device()).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


@cache
def quick() -> EfficientNetLite0:
    """The same in bfloat16 where the processor computes with it, two or three times faster; else `lite0` itself.

    Probabilities differ in the third digit: good for many passes that are compared with each other, not for gradients.
    """
    if not computes_in_halves():
        return lite0()
    return copy.deepcopy(lite0()).to(torch.bfloat16)


def prepared(pixels: np.ndarray) -> np.ndarray:
    """Pixels in [0, 1] as the network wants them: (3, H, W) float32, −0.99 … 1."""
    return ((pixels - MEAN) / STD).astype(np.float32)


@cache
def labels() -> tuple[str, ...]:
    """What the 1000 outputs are called: the first of WordNet's names, the second in brackets where two are alike."""
    lines = (FOLDER / "imagenet_labels.tsv").read_text(encoding="utf-8").splitlines()
    names = [line.split("\t")[1].split(", ") for line in lines]
    first = [name[0] for name in names]
    return tuple(
        name[0] if first.count(name[0]) == 1 else f"{name[0]} ({name[1] if len(name) > 1 else lines[at][:9]})"
        for at, name in enumerate(names)
    )

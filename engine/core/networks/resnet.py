"""Residual networks: each block adds what it computes to what came in.

Reference: K. He et al., "Deep residual learning for image recognition", 2016, table 1. There a bottleneck halves the
map in its first 1×1 convolution; most code since halves it in the 3×3 ("v1.5"), which reads every cell. `halving`
chooses. Shortcuts that change shape are 1×1 projections (the paper's option B).
"""

from typing import Literal

from torch import nn

from engine.core.networks.blocks import Classifier, Maps, conv_bn, named, pooled_head

Halving = Literal["3x3", "1x1"]
STAGES = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
WIDTHS = (64, 128, 256, 512)
EXPANSION = 4


class Residual(nn.Module):
    """relu(body(x) + shortcut(x)); the shortcut is the identity where the shapes agree, else a 1×1 projection."""

    def __init__(self, body: nn.Module, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.body = body
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else conv_bn(inputs, outputs, 1, stride, relu=False)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, maps: Maps) -> Maps:
        """(N, C, H, W) → (N, C', H / stride, W / stride)."""
        return self.relu(self.body(maps) + self.shortcut(maps))


def basic(inputs: int, width: int, stride: int) -> Residual:
    """Two 3×3 convolutions."""
    body = named(
        [("first", conv_bn(inputs, width, 3, stride, 1)), ("second", conv_bn(width, width, 3, 1, 1, relu=False))]
    )
    return Residual(body, inputs, width, stride)


def bottleneck(inputs: int, width: int, stride: int, halving: Halving) -> Residual:
    """1×1 to fewer channels, 3×3 on them, 1×1 to four times as many."""
    first, middle = (stride, 1) if halving == "1x1" else (1, stride)
    body = named(
        [
            ("reduce", conv_bn(inputs, width, 1, first)),
            ("middle", conv_bn(width, width, 3, middle, 1)),
            ("expand", conv_bn(width, width * EXPANSION, 1, relu=False)),
        ]
    )
    return Residual(body, inputs, width * EXPANSION, stride)


def resnet(depth: int = 50, halving: Halving = "3x3", classes: int = 1000) -> Classifier:
    """A residual network for colour images, 224 × 224 in the paper.

    Args:
        depth: 18, 34 (basic blocks), 50, 101 or 152 (bottlenecks).
        halving: which convolution of a bottleneck has the stride of 2; basic blocks halve in their first 3×3.
        classes: how many logits.
    """
    parts: list[tuple[str, nn.Module]] = [("conv1", conv_bn(3, 64, 7, 2, 3)), ("pool1", nn.MaxPool2d(3, 2, 1))]
    channels = 64
    for stage, (count, width) in enumerate(zip(STAGES[depth], WIDTHS, strict=True), 2):
        for block in range(1, count + 1):
            stride = 2 if block == 1 and stage > 2 else 1
            if depth < 50:
                parts.append((f"conv{stage}_{block}", basic(channels, width, stride)))
                channels = width
            else:
                parts.append((f"conv{stage}_{block}", bottleneck(channels, width, stride, halving)))
                channels = width * EXPANSION
    return Classifier(named(parts), pooled_head(channels, classes))

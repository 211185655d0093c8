"""GoogLeNet (Inception v1): nine modules that look at 1×1, 3×3 and 5×5 cells at once.

Reference: C. Szegedy et al., "Going deeper with convolutions", 2015, table 1. Here batch norm stands in the place of
local response normalisation and biases, and the auxiliary heads, which only training needs, are left out. The widely
used port to PyTorch (torchvision) has 3×3 kernels where the paper has 5×5, and pools 2×2 before the last stage instead
of 3×3; `ported=True` builds that one.
"""

from torch import nn

from engine.core.networks.blocks import Branches, Classifier, conv_bn, named, pooled_head

# name: inputs, 1×1, reduce → 3×3, reduce → 5×5, after pooling
MODULES = {
    "3a": (192, 64, 96, 128, 16, 32, 32),
    "3b": (256, 128, 128, 192, 32, 96, 64),
    "4a": (480, 192, 96, 208, 16, 48, 64),
    "4b": (512, 160, 112, 224, 24, 64, 64),
    "4c": (512, 128, 128, 256, 24, 64, 64),
    "4d": (512, 112, 144, 288, 32, 64, 64),
    "4e": (528, 256, 160, 320, 32, 128, 128),
    "5a": (832, 256, 160, 320, 32, 128, 128),
    "5b": (832, 384, 192, 384, 48, 128, 128),
}
EPS = 1e-3


def inception(name: str, large: int) -> Branches:
    """One module; `large` is the kernel of its large branch."""
    inputs, one, reduce_three, three, reduce_five, five, pooled = MODULES[name]
    return Branches(
        one=conv_bn(inputs, one, 1, eps=EPS),
        three=named(
            [
                ("reduce", conv_bn(inputs, reduce_three, 1, eps=EPS)),
                ("conv", conv_bn(reduce_three, three, 3, padding=1, eps=EPS)),
            ]
        ),
        five=named(
            [
                ("reduce", conv_bn(inputs, reduce_five, 1, eps=EPS)),
                ("conv", conv_bn(reduce_five, five, large, padding=large // 2, eps=EPS)),
            ]
        ),
        pool=named(
            [
                ("pool", nn.MaxPool2d(3, 1, 1, ceil_mode=True)),
                ("project", conv_bn(inputs, pooled, 1, eps=EPS)),
            ]
        ),
    )


def googlenet(ported: bool = False, classes: int = 1000) -> Classifier:
    """GoogLeNet for colour images, 224 × 224 in the paper.

    Args:
        ported: as in torchvision: 3×3 in the place of 5×5, and a 2×2 pooling before stage 5.
        classes: how many logits.
    """
    parts: list[tuple[str, nn.Module]] = [
        ("conv1", conv_bn(3, 64, 7, 2, 3, eps=EPS)),
        ("pool1", nn.MaxPool2d(3, 2, ceil_mode=True)),
        ("reduce2", conv_bn(64, 64, 1, eps=EPS)),
        ("conv2", conv_bn(64, 192, 3, padding=1, eps=EPS)),
        ("pool2", nn.MaxPool2d(3, 2, ceil_mode=True)),
    ]
    for name in MODULES:
        if name == "4a":
            parts.append(("pool3", nn.MaxPool2d(3, 2, ceil_mode=True)))
        if name == "5a":
            parts.append(("pool4", nn.MaxPool2d(2 if ported else 3, 2, ceil_mode=True)))
        parts.append((f"inception{name}", inception(name, 3 if ported else 5)))
    return Classifier(named(parts), pooled_head(1024, classes, dropout=0.2 if ported else 0.4))

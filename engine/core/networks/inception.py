"""Inception v3: large kernels taken apart into small and one-sided ones, and maps halved by two branches at once.

Reference: C. Szegedy et al., "Rethinking the Inception architecture for computer vision", 2016, table 1 and figures
5 to 7, with the channel counts of the authors' published code. The auxiliary head, which only training needs, is left
out.
"""

from torch import nn

from engine.core.networks.blocks import Branches, Classifier, Kernel, conv_bn, named, pooled_head

EPS = 1e-3
# A step of a branch: output channels, kernel, stride, padding.
Step = tuple[int, Kernel, int, Kernel]


def way(inputs: int, *steps: Step) -> nn.Sequential:
    """A branch: one convolution after the other."""
    parts: list[tuple[str, nn.Module]] = []
    for place, (outputs, kernel, stride, padding) in enumerate(steps, 1):
        parts.append((f"conv{place}", conv_bn(inputs, outputs, kernel, stride, padding, eps=EPS)))
        inputs = outputs
    return named(parts)


def pooled(inputs: int, outputs: int) -> nn.Sequential:
    """The branch of the mean: 3×3 average pooling, then a 1×1 projection."""
    return named([("pool", nn.AvgPool2d(3, 1, 1)), ("project", conv_bn(inputs, outputs, 1, eps=EPS))])


def one(outputs: int) -> Step:
    """1×1."""
    return outputs, 1, 1, 0


def square(outputs: int, kernel: int = 3) -> Step:
    """A square kernel that keeps the size."""
    return outputs, kernel, 1, kernel // 2


def lying(outputs: int, kernel: int = 7) -> Step:
    """1×k."""
    return outputs, (1, kernel), 1, (0, kernel // 2)


def standing(outputs: int, kernel: int = 7) -> Step:
    """k×1."""
    return outputs, (kernel, 1), 1, (kernel // 2, 0)


def halved(outputs: int) -> Step:
    """3×3 with stride 2 and no padding."""
    return outputs, 3, 2, 0


def thirty_five(inputs: int, after_pool: int) -> Branches:
    """A module on the 35 × 35 maps: 5×5 beside two 3×3."""
    return Branches(
        one=way(inputs, one(64)),
        five=way(inputs, one(48), square(64, 5)),
        twice=way(inputs, one(64), square(96), square(96)),
        pool=pooled(inputs, after_pool),
    )


def to_seventeen(inputs: int) -> Branches:
    """35 × 35 to 17 × 17, by convolutions and by pooling."""
    return Branches(
        three=way(inputs, halved(384)),
        twice=way(inputs, one(64), square(96), halved(96)),
        pool=nn.MaxPool2d(3, 2),
    )


def seventeen(inputs: int, width: int) -> Branches:
    """A module on the 17 × 17 maps: 7×7 taken apart into 1×7 and 7×1."""
    return Branches(
        one=way(inputs, one(192)),
        seven=way(inputs, one(width), lying(width), standing(192)),
        twice=way(inputs, one(width), standing(width), lying(width), standing(width), lying(192)),
        pool=pooled(inputs, 192),
    )


def to_eight(inputs: int) -> Branches:
    """17 × 17 to 8 × 8."""
    return Branches(
        three=way(inputs, one(192), halved(320)),
        seven=way(inputs, one(192), lying(192), standing(192), halved(192)),
        pool=nn.MaxPool2d(3, 2),
    )


def eight(inputs: int) -> Branches:
    """A module on the 8 × 8 maps: 1×3 and 3×1 side by side."""
    return Branches(
        one=way(inputs, one(320)),
        three=named([("reduce", way(inputs, one(384))), ("split", _split())]),
        twice=named([("reduce", way(inputs, one(448), square(384))), ("split", _split())]),
        pool=pooled(inputs, 192),
    )


def _split() -> Branches:
    return Branches(lying=way(384, lying(384, 3)), standing=way(384, standing(384, 3)))


def inception_v3(classes: int = 1000) -> Classifier:
    """Inception v3 for colour images, 299 × 299 in the paper."""
    parts: list[tuple[str, nn.Module]] = [
        ("conv1", conv_bn(3, 32, 3, 2, eps=EPS)),
        ("conv2", conv_bn(32, 32, 3, eps=EPS)),
        ("conv3", conv_bn(32, 64, 3, padding=1, eps=EPS)),
        ("pool1", nn.MaxPool2d(3, 2)),
        ("conv4", conv_bn(64, 80, 1, eps=EPS)),
        ("conv5", conv_bn(80, 192, 3, eps=EPS)),
        ("pool2", nn.MaxPool2d(3, 2)),
        ("mixed5b", thirty_five(192, 32)),
        ("mixed5c", thirty_five(256, 64)),
        ("mixed5d", thirty_five(288, 64)),
        ("mixed6a", to_seventeen(288)),
        ("mixed6b", seventeen(768, 128)),
        ("mixed6c", seventeen(768, 160)),
        ("mixed6d", seventeen(768, 160)),
        ("mixed6e", seventeen(768, 192)),
        ("mixed7a", to_eight(768)),
        ("mixed7b", eight(1280)),
        ("mixed7c", eight(2048)),
    ]
    return Classifier(named(parts), pooled_head(2048, classes, dropout=0.5))

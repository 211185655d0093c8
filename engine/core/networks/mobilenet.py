"""MobileNet v1: each convolution taken apart into one per channel (depthwise) and one across channels (1×1).

Reference: A. Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision applications",
2017, table 1.
"""

from torch import nn

from engine.core.networks.blocks import Classifier, conv_bn, named, pooled_head

# Output channels and stride of each depthwise separable convolution.
LAYERS = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    *((512, 1),) * 5,
    (1024, 2),
    (1024, 1),
)


def separable(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    """A 3×3 convolution of each channel for itself, then a 1×1 across them."""
    return named(
        [
            ("depthwise", conv_bn(inputs, inputs, 3, stride, 1, groups=inputs)),
            ("pointwise", conv_bn(inputs, outputs, 1)),
        ]
    )


def mobilenet_v1(classes: int = 1000) -> Classifier:
    """MobileNet of width 1 for colour images, 224 × 224 in the paper."""
    parts: list[tuple[str, nn.Module]] = [("conv1", conv_bn(3, 32, 3, 2, 1))]
    channels = 32
    for place, (outputs, stride) in enumerate(LAYERS, 2):
        parts.append((f"separable{place}", separable(channels, outputs, stride)))
        channels = outputs
    return Classifier(named(parts), pooled_head(channels, classes))

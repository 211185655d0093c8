"""VGG, configurations A to E: only 3×3 convolutions (and, in C, a few 1×1), halved by max-pooling five times.

Reference: K. Simonyan, A. Zisserman, "Very deep convolutional networks for large-scale image recognition", 2015,
table 1. VGG-16 is D, VGG-19 is E. Local response normalisation, which the paper tried once, is left out.
"""

from torch import nn

from engine.core.networks.blocks import Classifier, named

# Each stage before its pooling: output channels, and the kernel if it is not 3.
STAGES: dict[str, tuple[tuple[tuple[int, int], ...], ...]] = {
    "A": (((64, 3),), ((128, 3),), ((256, 3),) * 2, ((512, 3),) * 2, ((512, 3),) * 2),
    "B": (((64, 3),) * 2, ((128, 3),) * 2, ((256, 3),) * 2, ((512, 3),) * 2, ((512, 3),) * 2),
    "C": (
        ((64, 3),) * 2,
        ((128, 3),) * 2,
        ((256, 3), (256, 3), (256, 1)),
        ((512, 3), (512, 3), (512, 1)),
        ((512, 3), (512, 3), (512, 1)),
    ),
    "D": (((64, 3),) * 2, ((128, 3),) * 2, ((256, 3),) * 3, ((512, 3),) * 3, ((512, 3),) * 3),
    "E": (((64, 3),) * 2, ((128, 3),) * 2, ((256, 3),) * 4, ((512, 3),) * 4, ((512, 3),) * 4),
}
WIDTH = 4096


def vgg(configuration: str = "D", classes: int = 1000) -> Classifier:
    """A VGG network for 224 × 224 images; on others the fully connected layers do not fit.

    Args:
        configuration: a column of the paper's table, A to E.
        classes: how many logits.
    """
    parts: list[tuple[str, nn.Module]] = []
    channels = 3
    for stage, layers in enumerate(STAGES[configuration], 1):
        for place, (outputs, kernel) in enumerate(layers, 1):
            parts.append((f"conv{stage}_{place}", nn.Conv2d(channels, outputs, kernel, padding=kernel // 2)))
            parts.append((f"relu{stage}_{place}", nn.ReLU(inplace=True)))
            channels = outputs
        parts.append((f"pool{stage}", nn.MaxPool2d(2, 2)))
    return Classifier(named(parts), _head(channels * 7 * 7, classes))


def _head(inputs: int, classes: int) -> nn.Sequential:
    return named(
        [
            ("flatten", nn.Flatten()),
            ("fc6", nn.Linear(inputs, WIDTH)),
            ("relu6", nn.ReLU(inplace=True)),
            ("dropout6", nn.Dropout(0.5)),
            ("fc7", nn.Linear(WIDTH, WIDTH)),
            ("relu7", nn.ReLU(inplace=True)),
            ("dropout7", nn.Dropout(0.5)),
            ("fc8", nn.Linear(WIDTH, classes)),
        ]
    )

"""Networks by name that labs offer to begin with, in the lectures' grammar."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Architecture:
    """One network.

    Args:
        title: what the student reads.
        text: in the grammar.
        note: where it comes from, and where it departs from that.
    """

    title: str
    text: str
    note: str = ""


FAST = "INPUT 1x28x28 -> CONV 5x5 16 /2 no bias -> BN -> RELU -> CONV 5x5 32 /2 no bias -> BN -> RELU -> "
ARCHITECTURES: dict[str, Architecture] = {
    "lenet": Architecture(
        "LeNet-5",
        "INPUT 1x28x28 -> CONV 5x5 6 pad 2 -> RELU -> POOL 2x2 -> CONV 5x5 16 -> RELU -> POOL 2x2 "
        "-> FC 120 -> RELU -> FC 84 -> RELU -> FC 10",
        "As it is written today: ReLU, max-pooling, ten logits.",
    ),
    "lenet_1998": Architecture(
        "LeNet-5, 1998",
        "INPUT 1x28x28 -> CONV 5x5 6 pad 2 -> TANH -> POOL AVG 2x2 -> CONV 5x5 16 -> TANH -> POOL AVG 2x2 "
        "-> CONV 5x5 120 -> TANH -> FC 84 -> TANH -> FC 10",
        "Tanh and mean pooling as in the paper. There the pooling has weights, the second convolution leaves out some "
        "connections, and the output measures distances; here all maps are connected and the output is a layer of ten "
        "logits. Reference: Y. LeCun et al., “Gradient-based learning applied to document recognition”, 1998.",
    ),
    "fast": Architecture("Fast", f"{FAST}FC 10", "Strides in place of pooling: made to be trained in seconds."),
    "fast_wide": Architecture("Fast, with a hidden layer", f"{FAST}FC 128 -> RELU -> FC 10", "Slower and better."),
    "mlp": Architecture("MLP 784-256-10", "INPUT 1x28x28 -> FC 256 -> RELU -> FC 10", "No convolution at all."),
    "softmax": Architecture("Softmax regression", "INPUT 1x28x28 -> FC 10", "One layer: a template for each class."),
    "convnetjs": Architecture(
        "ConvNetJS demo",
        "INPUT 1x24x24 -> CONV 5x5 8 pad 2 -> RELU -> POOL 2x2 -> CONV 5x5 16 pad 2 -> RELU -> POOL 3x3 -> FC 10",
        "The network of the MNIST demo of ConvNetJS (A. Karpathy, 2014), for digits cropped to 24 × 24.",
    ),
    "vgg": Architecture(
        "Small VGG",
        "INPUT 1x28x28 -> [CONV 3x3 16 pad 1 -> RELU]*2 -> POOL 2x2 -> [CONV 3x3 32 pad 1 -> RELU]*2 -> POOL 2x2 "
        "-> FC 128 -> RELU -> DROPOUT 0.5 -> FC 10",
        "3×3 kernels in pairs, then pooling, and twice the channels. Reference: K. Simonyan, A. Zisserman, 2014.",
    ),
    "resnet": Architecture(
        "Small ResNet",
        "INPUT 1x28x28 -> CONV 3x3 16 pad 1 no bias -> BN -> RELU "
        "-> RES[ CONV 3x3 16 pad 1 no bias -> BN -> RELU -> CONV 3x3 16 pad 1 no bias -> BN ] -> RELU "
        "-> RES[ CONV 3x3 32 /2 pad 1 no bias -> BN -> RELU -> CONV 3x3 32 pad 1 no bias -> BN "
        "| CONV 1x1 32 /2 no bias -> BN ] -> RELU "
        "-> RES[ CONV 3x3 64 /2 pad 1 no bias -> BN -> RELU -> CONV 3x3 64 pad 1 no bias -> BN "
        "| CONV 1x1 64 /2 no bias -> BN ] -> RELU -> GLOBAL AVG -> FC 10",
        "One block at each size, 1×1 shortcuts where the shape changes. Reference: K. He et al., 2016.",
    ),
    "all_convolutional": Architecture(
        "All convolutional",
        "INPUT 1x28x28 -> CONV 3x3 16 pad 1 -> RELU -> CONV 3x3 16 /2 pad 1 -> RELU -> CONV 3x3 32 pad 1 -> RELU "
        "-> CONV 3x3 32 /2 pad 1 -> RELU -> CONV 3x3 32 pad 1 -> RELU -> CONV 1x1 10 -> GLOBAL AVG -> FLATTEN",
        "No pooling inside and no fully connected layer: the mean of ten maps are the ten logits. "
        "Reference: J. T. Springenberg et al., “Striving for simplicity”, 2014.",
    ),
    "inception": Architecture(
        "Small Inception",
        "INPUT 1x28x28 -> CONV 3x3 16 pad 1 -> RELU -> POOL 2x2 "
        "-> BRANCH[ CONV 1x1 8 | CONV 1x1 8 -> RELU -> CONV 3x3 16 pad 1 | CONV 1x1 4 -> RELU -> CONV 5x5 8 pad 2 "
        "| POOL 3x3 /1 pad 1 -> CONV 1x1 8 ] -> RELU -> POOL 2x2 -> GLOBAL AVG -> FC 10",
        "1×1, 3×3 and 5×5 side by side. Reference: C. Szegedy et al., “Going deeper with convolutions”, 2015.",
    ),
}

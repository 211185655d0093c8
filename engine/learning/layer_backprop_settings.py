"""The experiment of the layer's backward pass: one layer, a small network, or a large one on a real digit."""

from dataclasses import dataclass

from engine.core.fields import Edit, Experiment, choice, edits, flag, real, seed, whole

VIEWS = {"layer": "Layer", "network": "4-3-3", "digit": "Digit"}
KINDS = {
    "linear": "Linear",
    "relu": "ReLU",
    "sigmoid": "Sigmoid",
    "softmax": "Softmax + cross-entropy",
    "convolution": "Convolution",
    "pool": "Max pooling",
    "norm": "Batch norm",
}
ACTIVATIONS = {"relu": "ReLU", "sigmoid": "Sigmoid"}
ROUTES = {"gather": "Gather", "scatter": "Scatter"}
STARTS = {"random": "Random", "zeros": "Zero", "equal": "Equal"}
SHOWN = {"hidden": "Hidden", "output": "Output", "pixels": "Pixels"}
MOST_UPDATES, MOST_DIGIT_STEPS = 60, 10


@dataclass(frozen=True)
class Settings(Experiment):
    """What is looked at, and the numbers of each view.

    `changes` holds numbers changed by hand: (tensor and panel, row, column, value), see `layer_backprop_numbers`.
    """

    view: str = choice("layer", VIEWS, "Look at")
    kind: str = choice("linear", KINDS, "Layer")
    # linear, ReLU, sigmoid, softmax, batch norm
    inputs: int = whole(3, 1, 6, "Features", "How many numbers each example has.")
    outputs: int = whole(2, 1, 6, "Outputs")
    examples: int = whole(1, 1, 6, "Examples", "Each column is one; parameter gradients add up over them.")
    jacobian: bool = flag(False, "By the whole Jacobian", "Through ∂L/∂p and every ∂pᵢ/∂zⱼ, to the same p − y.")
    many: int = whole(4, 1, 6, "Examples", "The batch that mean and variance are taken over.")
    # convolution
    side: int = whole(3, 2, 6, "Input side")
    kernel: int = whole(2, 1, 3, "Kernel side")
    stride: int = whole(1, 1, 2, "Stride")
    padding: int = whole(0, 0, 1, "Padding")
    channels: int = whole(1, 1, 2, "Input channels")
    filters: int = whole(1, 1, 2, "Output channels")
    route: str = choice(
        "gather",
        ROUTES,
        "Gradient at the input",
        "Each input cell gathers from the windows that read it, or each output cell scatters into its window.",
    )
    # max pooling
    pool_side: int = whole(4, 1, 6, "Input side")
    window: int = whole(2, 1, 3, "Window side")
    pool_stride: int = whole(2, 1, 3, "Stride")
    # the two networks
    activation: str = choice("relu", ACTIVATIONS, "Hidden units")
    start: str = choice("random", STARTS, "Weights at the start")
    rate: float = real(0.2, 0, 5, "Learning rate η", step=0.05)
    batch: int = whole(1, 1, 3, "Examples", "With three, every class occurs once.")
    target: int = whole(1, 0, 2, "Target class")
    update: int = whole(1, 1, MOST_UPDATES, "Update shown", "Which step of gradient descent is played.")
    label: int = whole(5, 0, 9, "Digit")
    nth: int = whole(0, 0, 400, "Which one", "In the order of MNIST's training set.")
    steps: int = whole(1, 1, MOST_DIGIT_STEPS, "Steps", "Of gradient descent on this one digit.")
    shown: str = choice("hidden", SHOWN, "Gradients of")
    changes: tuple[Edit, ...] = edits(1e6, "Changed numbers")
    seed: int = seed()

"""The experiment of the kernel variants: one view is looked at, and each view has settings of its own."""

from dataclasses import dataclass

import numpy as np

from engine.core import fills, kernels
from engine.core.fields import Edit, Experiment, choice, edits, image, real, reals, seed, whole

VIEWS = {
    "channels": "Channels",
    "separable": "Separable",
    "stacked": "Stacked",
    "dilated": "Dilated",
    "transposed": "Transposed",
}
LAYERS = {"grouped": "K × K", "pointwise": "1 × 1", "separable": "Depthwise + 1 × 1"}
STACKS = {"squares": "K × K, repeated", "strips": "K × 1, 1 × K"}
METHODS = {"scatter": "By scattering", "zeros": "By inserting zeros"}
FILTERS = {name: entry.title for name, entry in kernels.KERNELS.items()}
IMAGES = {name: fills.IMAGES[name].title for name in ("counting", "digits", "impulse", "checker", "blank")}
KERNELS = {name: fills.KERNELS[name].title for name in ("ones", "counting", "binomial", "random")}
MOST_GROUPS = 64
# Which kernel or input the first number of a changed cell names.
SLOTS = {"kernel": 0, "first": 1, "second": 2, "third": 3, "input": 4, "print": 5}


@dataclass(frozen=True)
class Settings(Experiment):
    """What is looked at, and the numbers of each view.

    `changes` holds cells changed by hand: (slot, row, column, value), the slot one of SLOTS.
    """

    view: str = choice("channels", VIEWS, "Look at")
    # channels
    layer: str = choice("grouped", LAYERS, "Layer")
    side: int = whole(6, 1, 128, "Input side", "Height and width in pixels.")
    inputs: int = whole(4, 1, 256, "Input channels")
    outputs: int = whole(4, 1, 512, "Output channels")
    size: int = whole(3, 1, 11, "Kernel side", "No padding: the output has K − 1 rows and columns less.")
    groups: str = choice(
        "1",
        [str(count) for count in range(1, MOST_GROUPS + 1)],
        "Groups",
        "1 is the full convolution; as many as input channels is the depthwise one.",
    )
    # separable
    image: str = image("photo:cameraman")
    filter: str = choice("sobel_x", FILTERS, "Kernel", "Every cell can be changed by hand below.")
    filter_size: int = whole(3, 3, 15, "Size of the kernel", "Kernels with one size only keep it.", step=2)
    orientation: float = real(30, 0, 180, "Orientation", "Degrees; the wave of a Gabor kernel runs this way.", 5)
    wavelength: float = real(5, 2, 12, "Wavelength", "Pixels from stripe to stripe of a Gabor kernel.", 0.5)
    kept: int = whole(1, 1, 15, "Rank kept", "How many outer products are added up.")
    # stacked
    stack: str = choice("squares", STACKS, "Stack")
    stack_size: int = whole(3, 2, 5, "Kernel side K")
    stack_layers: int = whole(2, 2, 3, "Layers")
    stack_channels: int = whole(64, 1, 256, "Channels C", "Before and after every layer.")
    # dilated
    rates: tuple[float, ...] = reals((1, 2, 4), 5, 8, "Dilations", "One for each layer, apart by spaces.")
    rate_size: int = whole(3, 2, 5, "Kernel side")
    # transposed
    method: str = choice("scatter", METHODS, "Step through it")
    pattern: str = choice("counting", IMAGES, "Input")
    coarse: int = whole(2, 1, 10, "Input side")
    stamp: str = choice("ones", {**KERNELS, "bilinear": "Bilinear, K from stride"}, "Kernel")
    stamp_size: int = whole(3, 1, 8, "Kernel side")
    stride: int = whole(1, 1, 5, "Stride", "How far apart the prints lie.")
    padding: int = whole(0, 0, 7, "Padding", "Cut off from each end of the output.")
    output_padding: int = whole(0, 0, 7, "Output padding", "More cells at the far ends; below the stride or dilation.")
    spread: int = whole(1, 1, 4, "Dilation")
    # all
    changes: tuple[Edit, ...] = edits(1e4, "Changed cells")
    seed: int = seed()


def with_changes(settings: Settings, name: str, values: np.ndarray) -> np.ndarray:
    """A matrix (H, W) with the cells that were changed by hand; a cell that a smaller size cuts off counts nothing."""
    own = tuple((0, *change[1:]) for change in settings.changes if change[0] == SLOTS[name])
    return fills.edited(values[None], own)[0]

"""Pooling's worked examples: those of the lectures, and those for each part of the page."""

from collections.abc import Sequence

from engine.convolution.pooling import Settings
from engine.core.lesson import Preset


def cells(rows: Sequence[Sequence[float]]) -> tuple[tuple[int, int, int, float], ...]:
    """A matrix as edits of the first channel."""
    return tuple((0, row, column, value) for row, line in enumerate(rows) for column, value in enumerate(line))


def four(*numbers: float) -> Settings:
    """A 2 × 2 input with these numbers."""
    return Settings(image="blank", height=2, width=2, image_edits=cells([[*numbers[:2]], [*numbers[2:]]]))


_COUNTING = Settings()
_DIGITS = Settings(image="digits", height=7, width=7, kernel_height=3, kernel_width=3)
_FIVE = _COUNTING.but(height=5, width=5)
PRESETS = (
    Preset("four", "4 × 4, maximum", _COUNTING, "The largest of each 2 × 2 window: 6 8 / 14 16."),
    Preset("four-mean", "4 × 4, mean", Settings(operation="mean"), "The means: 3.5 5.5 / 11.5 13.5."),
    Preset(
        "overlapping",
        "Overlapping",
        _DIGITS,
        "Windows of 3 with stride 2 share a row or column, as in AlexNet: one large number may win several windows.",
    ),
    Preset(
        "global",
        "Global mean",
        _DIGITS.but(operation="global_mean", channels=3),
        "One number a channel, whatever the size of the map: what modern networks do before their last layer.",
    ),
    Preset(
        "global-max",
        "Global maximum",
        _DIGITS.but(operation="global_max"),
        "Where the largest number stands does not matter at all: this is invariant to every shift.",
    ),
    Preset(
        "floor",
        "5 × 5, rounded down",
        _FIVE,
        "(5 − 2) / 2 is not whole: the floor drops the rest, and no window reads the last row and column.",
    ),
    Preset(
        "ceil",
        "5 × 5, rounded up",
        _FIVE.but(ceil_mode=True),
        "With ceil_mode the last windows hang over the end and pool what they find there.",
    ),
    Preset(
        "padded-mean",
        "Padded mean",
        Settings(operation="mean", kernel_height=3, kernel_width=3, padding_y=1, padding_x=1),
        "The corner has four cells: 14 / 9 = 1.556 if padding counts, 14 / 4 = 3.5 if it does not. Try both.",
    ),
    Preset("digit", "Handwritten digit", Settings(image="handwritten", height=16, width=16), "A digit stays a digit."),
    Preset(
        "shift-grass",
        "Fine texture",
        Settings(photo="photo:grass"),
        "One pixel changes the strided map as much as the photo itself; blur-pool changes least.",
        "shift",
    ),
    Preset(
        "shift-zone",
        "Every frequency",
        Settings(photo="pattern:zone"),
        "Reading every second cell without a blur makes false coarse rings out of fine ones, and they jump.",
        "shift",
    ),
    Preset(
        "shift-edges",
        "Edges",
        Settings(photo="photo:brick", feature="edges"),
        "Thin responses of a filter move off their cells at once: here pooling matters most.",
        "shift",
    ),
    Preset(
        "shift-max-blur",
        "Max-blur-pool",
        Settings(photo="photo:brick", feature="edges", blur="max_blur"),
        "Zhang's remedy: take the maximum at every place, blur, and only then read every second cell.",
        "shift",
    ),
    Preset(
        "shift-moved",
        "Moved along",
        Settings(photo="photo:brick", measure="moved"),
        "A shift by the stride only moves a map, so at 2, 4, 6, 8 nothing is left to explain. In between, blur-pool "
        "leaves least; its border of reflected pixels leaves a little everywhere.",
        "shift",
    ),
    Preset(
        "shift-eight",
        "Smaller by 8",
        Settings(photo="photo:grass", factor=8, taps=7),
        "Larger windows change less; a stride without a window changes as much as ever.",
        "shift",
    ),
    Preset(
        "bank-one",
        "One kernel",
        Settings(orientations=1),
        "Nothing to choose from: the response falls as soon as the picture turns.",
        "channels",
    ),
    Preset(
        "bank-eight",
        "8 kernels",
        Settings(orientations=8),
        "One every 45°: halfway between two of them the maximum falls to a half. A bank must be dense enough.",
        "channels",
    ),
    Preset(
        "bank-many",
        "24 kernels",
        Settings(orientations=24),
        "Every 15° a kernel: the maximum hardly moves while each single response rises and falls.",
        "channels",
    ),
    Preset(
        "bank-edge",
        "An edge",
        Settings(pattern="pattern:step", orientations=8),
        "An edge is answered more broadly: eight kernels keep the maximum above 0.77. Half a turn: kernel 0° says −1.",
        "channels",
    ),
    Preset(
        "unpool-digits",
        "Random digits",
        Settings(image="digits", height=6, width=6, seed=4),
        "A switch is the number of the cell where the maximum stood, counted row by row from 0.",
        "unpool",
    ),
    Preset(
        "unpool-overlap",
        "Overlapping windows",
        _DIGITS.but(seed=2),
        "A cell that won several windows comes back once.",
        "unpool",
    ),
    Preset(
        "unpool-photo",
        "A photo, smaller by 8",
        Settings(photo="photo:astronaut", factor=8),
        "The maxima come back exactly where they stood; everything between them is lost.",
        "unpool",
    ),
    Preset(
        "gradient-eight",
        "6 8 / 3 5",
        four(6, 8, 3, 5),
        "The maximum is 8: its cell gets the whole gradient, 1.",
        "gradient",
    ),
    Preset(
        "gradient-seven",
        "7 8 / 3 5",
        four(7, 8, 3, 5),
        "6 became 7 and the maximum is still 8: no gradient there, since a small change does not reach the output.",
        "gradient",
    ),
    Preset(
        "gradient-nine",
        "7 9 / 3 5",
        four(7, 9, 3, 5),
        "8 became 9 and the maximum with it: a gradient of 1.",
        "gradient",
    ),
    Preset(
        "gradient-tie",
        "A tie: 8 8 / 3 5",
        four(8, 8, 3, 5),
        "The maximum is not differentiable here. torch gives everything to the first of the equals.",
        "gradient",
    ),
    Preset(
        "gradient-mean",
        "Mean",
        four(6, 8, 3, 5).but(operation="mean"),
        "The mean shares the gradient evenly: 1/4 for each cell.",
        "gradient",
    ),
    Preset(
        "gradient-overlap",
        "Overlapping windows",
        _DIGITS.but(seed=1),
        "A cell that wins several windows collects the gradients of all of them.",
        "gradient",
    ),
)

"""What people did before kernels were learned: filters by hand, and the features built from them."""

from dataclasses import dataclass

import numpy as np

from engine.core import features, filter_chain, filtering, images, kernels
from engine.core.feature_views import VIEW_TITLES, VIEWS, Feature
from engine.core.fields import Experiment, choice, edits, flag, image, real, whole
from engine.core.kernel_trace import kernel_trace
from engine.core.trace import Trace

TITLES = {name: entry.title for name, entry in kernels.KERNELS.items()}
OPTIONAL = {"none": "none", **TITLES}
CHANNELS = {"colour": "each colour by itself", "grey": "grey"}
DISPLAYS = {
    "automatic": "auto",
    "picture": "0 … 1",
    "signed": "±",
    "magnitude": "|y|",
}
# The settings that count in each view only.
VIEW_FIELDS = {
    "output": ("display",),
    "gradient": ("derivative",),
    "gabor": ("orientations", "wavelength", "scales"),
    "hog": ("derivative",),
    "harris": ("derivative", "window", "k", "threshold"),
}
SLOTS = ("first", "second", "third", "fourth")
BANK_SIDE = 256
WAVELENGTH_STEP = 1.6
LARGEST_CELL = 100.0


@dataclass(frozen=True)
class Settings(Experiment):
    """A picture, up to four kernels one after the other, and what to look for in the result.

    `changes` holds the cells of own kernels: (which filter, row, column, value), counted in a frame of 15×15 about the
    middle, so that a kernel stays centred when its size changes; cells outside count nothing.
    """

    image: str = image("photo:cameraman")
    size: int = whole(512, 32, 512, "Size", "Width and height of the picture in pixels.", step=32)
    channels: str = choice("colour", CHANNELS, "Channels", "A filter runs over each channel by itself.")
    first: str = choice("sobel_x", TITLES, "Kernel", "Cells can be changed by hand, whichever kernel you start from.")
    first_size: int = whole(3, 1, 15, "Size of the kernel", "Kernels with one size only keep it.", step=2)
    second: str = choice("none", OPTIONAL, "Then", "Runs over the output of the filter before it.")
    second_size: int = whole(3, 1, 15, "Size of the second kernel", step=2)
    third: str = choice("none", OPTIONAL, "Then", "Runs over the output of the filter before it.")
    third_size: int = whole(3, 1, 15, "Size of the third kernel", step=2)
    fourth: str = choice("none", OPTIONAL, "Then", "Runs over the output of the filter before it.")
    fourth_size: int = whole(3, 1, 15, "Size of the fourth kernel", step=2)
    changes: tuple[tuple[int, int, int, float], ...] = edits(LARGEST_CELL, "Changed kernel cells")
    normalise: bool = flag(False, "Divide by the sum", "Keeps the brightness, where a kernel's sum is not 0.")
    border: str = choice("replicate", filtering.BORDER_TITLES, "Border", "What stands outside the picture.")
    view: str = choice("output", VIEW_TITLES, "Look at", "The features are taken from the filtered picture.")
    display: str = choice(
        "automatic",
        DISPLAYS,
        "Show",
        "Cut to 0 … 1 like a picture, with signs (blue is positive, orange negative), or the magnitude. Auto takes "
        "signs where the kernel sums to 0.",
    )
    derivative: str = choice("sobel", features.DERIVATIVE_TITLES, "Derivative", "The kernel that measures the slope.")
    orientation: float = real(0, 0, 180, "Orientation", "Degrees; the wave of a Gabor kernel runs this way.", 5)
    wavelength: float = real(5, 2, 12, "Wavelength", "Pixels from stripe to stripe; the bank starts here.", 0.5)
    orientations: int = whole(8, 2, 12, "Orientations", "How many directions the bank has.")
    scales: int = whole(1, 1, 3, "Wavelengths", "How many the bank has, each 1.6 times the one before.")
    window: int = whole(7, 3, 15, "Window", "Size of the Gaussian window in which Harris looks.", step=2)
    k: float = real(0.05, 0.01, 0.24, "k", "Weight of trace² in the response.", 0.01)
    threshold: float = real(0.02, 0, 0.5, "Threshold", "Corners lie above this share of the largest response.", 0.01)

    @property
    def side(self) -> int:
        """Height and width of the picture that is filtered: the Gabor bank looks at 256×256 at most."""
        return min(self.size, BANK_SIDE) if self.view == "gabor" else self.size

    @property
    def wavelengths(self) -> tuple[float, ...]:
        """The wavelengths of the Gabor bank, in pixels."""
        return tuple(self.wavelength * WAVELENGTH_STEP**step for step in range(self.scales))


@dataclass(frozen=True, eq=False)
class Filtered:
    """A picture before and after its filters.

    Args:
        picture: (C, H, W) float32 in [0, 1].
        title, credit: what it shows, and by whom.
        stages: one for each filter, in order.
        composed: the one kernel that does the whole chain's work, (K, K).
        composed_gap: how far that one kernel's output is from the chain's, away from the border; None for one filter
            or a picture that is all border.
        outside: share of the output's values that lie outside 0 … 1 and would be cut in a picture.
        feature: what `view` looks for, or None for the filtered picture itself.
    """

    settings: Settings
    picture: np.ndarray
    title: str
    credit: str
    stages: tuple[filter_chain.Stage, ...]
    composed: np.ndarray
    composed_gap: float | None
    outside: float
    feature: Feature | None

    @property
    def output(self) -> np.ndarray:
        """What the last filter gave: (C, H, W) float32."""
        return self.stages[-1].output

    @property
    def display(self) -> str:
        """How the output is to be shown: as chosen, or signed where the kernel's sum is about 0."""
        if self.settings.display != "automatic":
            return self.settings.display
        weight = np.abs(self.composed).sum()
        return "signed" if weight > 0 and abs(self.composed.sum()) < 1e-6 * weight else "picture"


def apply(settings: Settings) -> Filtered:
    """Run the filters over the picture, one after the other, and look for the feature in the result.

    Each filter is a cross-correlation of each channel with the kernel, y[c, i, j] = Σₘₙ w[m, n] · x[c, i + m, j + n].
    """
    loaded = images.load(settings.image, settings.side, channels=1 if settings.channels == "grey" else None)
    stages = filter_chain.run(loaded.pixels, chain(settings), settings.border)
    composed = filter_chain.compose(tuple(stage.kernel for stage in stages))
    output = stages[-1].output
    return Filtered(
        settings=settings,
        picture=loaded.pixels,
        title=loaded.title,
        credit=loaded.credit,
        stages=stages,
        composed=composed,
        composed_gap=filter_chain.gap(loaded.pixels, composed, output) if len(stages) > 1 else None,
        outside=float(np.mean((output < 0) | (output > 1))),
        feature=VIEWS[settings.view].take(output, settings),
    )


def chain(settings: Settings) -> tuple[tuple[str, np.ndarray], ...]:
    """The chosen kernels in order, with titles: at least one, each (k, k)."""
    chosen = []
    for place, slot in enumerate(SLOTS):
        name = getattr(settings, slot)
        if name == "none":
            continue
        kernel = kernels.kernel(name, getattr(settings, f"{slot}_size"), settings.orientation, settings.wavelength)
        if name == "own":
            _fill(kernel, [cell[1:] for cell in settings.changes if cell[0] == place])
        if settings.normalise and abs(kernel.sum()) > 1e-6 * np.abs(kernel).sum():
            kernel = kernel / kernel.sum()
        chosen.append((TITLES[name], kernel))
    return tuple(chosen)


def _fill(kernel: np.ndarray, cells: list[tuple[int, int, float]]) -> None:
    """Put the cells that lie in the kernel into it."""
    edge = (kernels.LARGEST - len(kernel)) // 2
    for row, column, value in cells:
        if edge <= min(row, column) and max(row, column) < edge + len(kernel):
            kernel[row - edge, column - edge] = value


def with_edit(settings: Settings, grid: str, cell: int, value: float) -> Settings:
    """The settings after one cell of a kernel was given another value: that filter's kernel is now an own one.

    Args:
        grid: which filter: first, second, third or fourth.
        cell: flat index into its kernel.
        value: −100 … 100.

    Raises:
        ValueError: there is no such filter, or the value is too large.
    """
    used = [slot for slot in SLOTS if getattr(settings, slot) != "none"]
    if grid not in used:
        raise ValueError("Only the cells of a kernel in the chain can be changed.")
    kernel = chain(settings)[used.index(grid)][1].copy()
    kernel.ravel()[cell] = value
    edge, place = (kernels.LARGEST - len(kernel)) // 2, SLOTS.index(grid)
    others = tuple(change for change in settings.changes if change[0] != place)
    filled = np.argwhere(kernel != 0)
    cells = tuple((place, int(i) + edge, int(j) + edge, float(kernel[i, j])) for i, j in filled)
    return settings.but(**{grid: "own", f"{grid}_size": len(kernel), "changes": others + cells})


def fields_in_use(settings: Settings) -> tuple[str, ...]:
    """The settings that count beside the kernels: those of the view, and those of a Gabor kernel in the chain."""
    turned = ("orientation", "wavelength") if "gabor" in [getattr(settings, slot) for slot in SLOTS] else ()
    return tuple(dict.fromkeys(turned + VIEW_FIELDS[settings.view]))


def filters(result: Filtered) -> bool:
    """Whether there is a kernel to speak of: in a view of features the picture mostly goes in as it is."""
    return result.feature is None or any(len(stage.kernel) > 1 for stage in result.stages)


def trace(result: Filtered) -> Trace:
    """The kernels of the chain as a trace, see engine.core.kernel_trace."""
    names = [slot for slot in SLOTS if getattr(result.settings, slot) != "none"]
    return kernel_trace(result.stages, result.composed, names)

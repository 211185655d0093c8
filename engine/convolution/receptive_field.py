"""How far one cell sees: through a chain of layers, through real networks, and how much each input cell matters."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.convolution import receptive_field_chain as chains
from engine.convolution.receptive_field_chain import Layer
from engine.core import images, receptive
from engine.core.fields import Experiment, choice, image, seed, text, whole
from engine.core.networks.gallery import NETWORKS
from engine.core.receptive import Field, Window

if TYPE_CHECKING:
    from engine.core.receptive_trace import Step

VIEWS = {
    "chain": "A chain of layers",
    "cover": "Cover an image",
    "networks": "Classic networks",
    "effective": "Effective field",
}
WEIGHTS = {
    "uniform": "Equal",
    "random": "Random",
    "relu": "Random + ReLU",
    "trained": "Trained",
}
MOST_CELLS = 256
MOST_CANVAS, LABEL_ROOM = 380, 16  # pixels a side of a photo and what is around it; above the outermost box


@dataclass(frozen=True)
class Settings(Experiment):
    """What is looked at, the chain of layers, and the cell whose field is drawn."""

    view: str = choice("chain", VIEWS, "View")
    chain: str = text(
        "c3 c3 c3 c3", 240, "Layers", "c convolution, p pooling, t transposed; then s, p, d, o.", chains.parse
    )
    width: int = whole(32, 1, MOST_CELLS, "Input cells", "The side of the input.")
    layer: int = whole(0, 0, chains.MOST_LAYERS, "Layer", "Whose cell is drawn on the photo; 0 is the last.")
    row: int = whole(-1, -1, 4096, "Row of the cell", "−1 is the middle.")
    column: int = whole(-1, -1, 4096, "Column of the cell", "−1 is the middle.")
    photo: str = image("photo:cat", "Photo")
    size: int = whole(300, 2, 2000, "Image side", "In cells.")
    kernel: int = whole(3, 2, 31, "Kernel")
    network: str = choice("resnet_50", {name: entry.title for name, entry in NETWORKS.items()}, "Network")
    weights: str = choice("all", {"all": "All four"} | WEIGHTS, "Weights")
    seed: int = seed()


@dataclass(frozen=True, eq=False)
class Stack:
    """A chain laid over an input.

    Args:
        settings: the experiment.
        layers: (L,).
        cells: (L + 1,), how many cells the input and each layer have.
        fields: (L + 1,), what the cells of the input and of each layer see.
    """

    settings: Settings
    layers: tuple[Layer, ...]
    cells: tuple[int, ...]
    fields: tuple[Field, ...]

    @property
    def chosen(self) -> tuple[int, int, int]:
        """Layer, row and column of the cell that is drawn: kept within what there is."""
        s = self.settings
        layer = s.layer if 0 < s.layer <= len(self.layers) else len(self.layers)
        last = self.cells[layer] - 1
        row, column = (last // 2 if place < 0 else min(place, last) for place in (s.row, s.column))
        return layer, row, column

    @property
    def field(self) -> Field:
        """What a cell of the last layer sees."""
        return self.fields[-1]


def stack(settings: Settings) -> Stack:
    """Follow the field through the chain: r = 1 + Σ d(k − 1) Π s.

    Raises:
        ValueError: the chain cannot be read, or a layer does not fit on what the one before it leaves.
    """
    layers = chains.parse(settings.chain)
    cells = [settings.width]
    for place, layer in enumerate(layers, 1):
        made = layer.window.size(cells[-1])
        if made < 1:
            needs = f"needs {layer.window.reach - 2 * layer.window.padding} cells"
            raise ValueError(
                f"Layer {place} ({layer.title.lower()}) does not fit: it {needs} and gets {cells[-1]}."
                " Take a wider input, padding, or fewer layers."
            )
        if made > 4 * MOST_CELLS:
            raise ValueError(f"Layer {place} would have {made} cells; this page draws {4 * MOST_CELLS}.")
        cells.append(made)
    return Stack(settings, layers, tuple(cells), tuple(receptive.along([layer.window for layer in layers])))


@dataclass(frozen=True, eq=False)
class Cover:
    """How many layers of one kernel it takes until a cell sees a whole image.

    Args:
        settings: the experiment.
        layers: the smallest number that suffices.
        seen: what a cell sees after that many.
        kernels, needed: other kernels, and their numbers.
    """

    settings: Settings
    layers: int
    seen: int
    kernels: tuple[int, ...]
    needed: tuple[int, ...]


def cover(settings: Settings) -> Cover:
    """The smallest n with 1 + n(k − 1) ≥ size."""
    s = settings
    layers = receptive.layers_to_cover(s.size, s.kernel)
    kernels = tuple(sorted({3, 5, 7, 11, s.kernel}))
    needed = tuple(receptive.layers_to_cover(s.size, kernel) for kernel in kernels)
    return Cover(s, layers, 1 + layers * (s.kernel - 1), kernels, needed)


@dataclass(frozen=True, eq=False)
class Growth:
    """How the field of a real network grows.

    Args:
        settings: the experiment.
        names, kinds: of the windowed layers and of the places where branches meet, in running order.
        depths: how many windowed layers lie below, on the longest way.
        sizes, jumps, starts: of what a cell sees there; where the first one begins.
        field: of the last one, vertically.
        across: the same, horizontally.
        widest: the windows along the way that reaches furthest.
    """

    settings: Settings
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    depths: np.ndarray
    sizes: np.ndarray
    jumps: np.ndarray
    starts: np.ndarray
    field: Field
    across: Field
    widest: tuple[Window, ...]


def grow(settings: Settings) -> Growth:
    """Trace the network through its branches; nothing is computed and nothing is looked up."""
    steps, across = _steps(settings.network)
    return Growth(
        settings,
        tuple(step.name.removeprefix("features.") for step in steps),
        tuple(step.kind for step in steps),
        np.array([step.depth for step in steps]),
        np.array([step.field.size for step in steps]),
        np.array([float(step.field.jump) for step in steps]),
        np.array([step.field.start for step in steps]),
        steps[-1].field,
        across,
        steps[-1].widest,
    )


@dataclass(frozen=True, eq=False)
class Reach:
    """Fields of the cell in the middle, on an image that stands in the middle of a canvas.

    Args:
        photo: (3, n, n) or (1, n, n), the image as the canvas shows it.
        canvas: side of the canvas, in pixels of the photo as shown; the outermost field fits.
        side: of the image, in its own pixels.
        jumps, sizes: (J,) for each stride of the network, its largest field, in pixels of the image.
        boxes: (J, 2) where these fields begin and end on the canvas, along either axis.
    """

    photo: np.ndarray
    canvas: int
    side: int
    jumps: np.ndarray
    sizes: np.ndarray
    boxes: np.ndarray


def reach(settings: Settings) -> Reach:
    """The largest field at each stride of a real network, laid on the photo around its middle."""
    grown = grow(settings)
    side = NETWORKS[settings.network].side
    jumps = np.unique(grown.jumps)
    kept = [int(np.flatnonzero(grown.jumps == jump)[grown.sizes[grown.jumps == jump].argmax()]) for jump in jumps]
    sizes, starts = grown.sizes[kept], grown.starts[kept]
    cells = np.rint(((side - sizes) / 2 - starts) / jumps)  # the cell whose field lies nearest to the middle
    ends = np.stack([starts + cells * jumps, starts + cells * jumps + sizes], axis=1)
    margin = max(0.0, -ends.min(), ends.max() - side)
    shrunk = max(1.0, (side + 2 * margin) / MOST_CANVAS)
    shown = max(1, round(side / shrunk))
    canvas = shown + 2 * (int(np.ceil(margin / shrunk)) + (LABEL_ROOM if margin else 0))
    boxes = ends / shrunk + (canvas - shown) / 2
    return Reach(images.load(settings.photo, shown).pixels, canvas, side, jumps, sizes, boxes)


@lru_cache(maxsize=len(NETWORKS))
def _steps(name: str) -> "tuple[tuple[Step, ...], Field]":
    """The traced steps down the rows, and the last field along the columns; torch is needed from here on."""
    from engine.core import receptive_trace
    from engine.core.networks.gallery import build

    network = build(name, None)
    return receptive_trace.trace(network), receptive_trace.trace(network, 1)[-1].field


def pooled_photo(laid: Stack) -> tuple[np.ndarray, np.ndarray]:
    """The photo as the input (C, W, W), and what each cell of the chosen layer sees of it on average (C, n, n)."""
    s = laid.settings
    photo = images.load(s.photo, s.width).pixels
    layer = laid.chosen[0]
    field, count = laid.fields[layer], laid.cells[layer]
    ends = np.array([field.of(cell) for cell in range(count)])
    low, high = np.clip(ends[:, 0], 0, s.width), np.clip(ends[:, 1] + 1, 0, s.width)
    sums = np.pad(photo.astype(np.float64), ((0, 0), (1, 0), (1, 0))).cumsum(axis=1).cumsum(axis=2)
    rows = sums[:, high] - sums[:, low]
    boxes = rows[:, :, high] - rows[:, :, low]
    area = np.maximum(np.outer(high - low, high - low), 1)
    return photo, (boxes / area).clip(0, 1).astype(np.float32)


def cell_at(laid: Stack, pixel: int) -> int:
    """The cell of the chosen layer whose field's middle is nearest to an input cell."""
    layer = laid.chosen[0]
    middles = [sum(laid.fields[layer].of(cell)) / 2 for cell in range(laid.cells[layer])]
    return int(np.abs(np.array(middles) - pixel).argmin())

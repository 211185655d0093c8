"""Around receptive fields: the worked examples of the lectures, questions, and the same numbers in PyTorch."""

import numpy as np

from engine.convolution import receptive_field_chain as chains
from engine.convolution.receptive_field import Settings
from engine.convolution.receptive_field_scripts import torch_code
from engine.core import receptive
from engine.core.lesson import Preset, Question

_VGG = "c3p1 c3p1 p2 c3p1 c3p1 p2 c3p1 c3p1 c3p1 p2 c3p1 c3p1 c3p1 p2 c3p1 c3p1 c3p1 p2"
PRESETS = (
    Preset("stack", "Four 3×3", Settings(), "Each layer adds 2: 3, 5, 7, 9. After N layers a cell sees 2N + 1."),
    Preset(
        "two-or-five",
        "Two 3×3",
        Settings(chain="c3 c3", width=16),
        "Two 3×3 layers see 5×5 with 18C² weights instead of 25C², and a nonlinearity between them; three see 7×7.",
    ),
    Preset(
        "dilation",
        "Dilation 1, 2, 4",
        Settings(chain="c3 c3d2 c3d4"),
        "3, 7, 15: the dilation doubles, the field nearly doubles, the map stays fine, and no cell is skipped.",
    ),
    Preset(
        "gridding",
        "Dilation 2, 2, 2",
        Settings(chain="c3d2 c3d2 c3d2"),
        "13 cells wide, but every other cell is skipped: the gridding artefact. 1, 2, 4 leaves no holes.",
    ),
    Preset(
        "stride",
        "Stride 2",
        Settings(chain="c3s2p1 c3s2p1 c3s2p1"),
        "3, 7, 15 as with dilation, but each layer keeps half the cells: the jump doubles.",
    ),
    Preset(
        "pooling",
        "Pooling",
        Settings(chain="c3p1 p2 c3p1 p2 c3p1"),
        "A pooling adds little itself; it doubles what every later layer adds.",
    ),
    Preset(
        "transposed",
        "Down and up",
        Settings(chain="c3p1 p2 c3p1 t2s2 c3p1"),
        "A transposed layer halves the jump: neighbours share what they see, and alternate in what they reach.",
    ),
    Preset(
        "vgg",
        "VGG-16",
        Settings(chain=_VGG, width=224),
        "212 cells, jump 32, 90 of them padding for the first cell: nearly the whole 224.",
    ),
    Preset(
        "cover",
        "Cover 300×300",
        Settings(view="cover"),
        "150 layers of 3×3. The slide says about 75, but 75 layers see 151; 75 is right for 5×5.",
    ),
    Preset(
        "resnet",
        "ResNet-50",
        Settings(view="networks"),
        "427, stride 32, padding 213 with the stride in the 3×3 convolution, as it is built today.",
    ),
    Preset(
        "resnet-paper",
        "ResNet-50, paper",
        Settings(view="networks", network="resnet_50_paper"),
        "483 with the stride in the 1×1, as in the paper: the 3×3 then runs on the coarser map.",
    ),
    Preset(
        "inception",
        "Inception v3",
        Settings(view="networks", network="inception_v3"),
        "1311: more than four times the image. Where branches meet, the widest counts.",
    ),
    Preset(
        "effective",
        "Equal weights",
        Settings(view="effective", chain=" ".join(["c3"] * 10), weights="uniform"),
        "Many ways lead from the middle, one from each corner: σ = √(2n/3), while the field grows as 2n + 1.",
    ),
    Preset(
        "luo",
        "Four kinds of weights",
        Settings(view="effective", chain=" ".join(["c3"] * 8)),
        "As in Luo et al.: equal, random, random with ReLU, and trained. Scrub through the depths.",
    ),
    Preset(
        "trained",
        "Trained weights",
        Settings(view="effective", chain=" ".join(["c3"] * 8), weights="trained"),
        "Training usually widens the effective field beyond that of the random weights; try other random numbers.",
    ),
)


__all__ = ["PRESETS", "SOURCES", "question", "torch_code"]
SOURCES = (
    ("Araujo, Norris & Sim 2019, Computing receptive fields", "https://distill.pub/2019/computing-receptive-fields/"),
    ("Luo et al. 2016, the effective receptive field", "https://arxiv.org/abs/1701.04128"),
    ("Dumoulin & Visin 2016", "https://arxiv.org/abs/1603.07285"),
)


def question(number: int) -> Question:
    """The field of a chain, its jump, or the layers to cover an image, in turn."""
    random = np.random.default_rng(number)
    return (_cover_question, _size_question, _jump_question)[number % 3](random)


def _drawn(random: np.random.Generator) -> tuple[chains.Layer, ...]:
    words = [f"c{random.choice([3, 5])}", f"c3d{random.choice([2, 3])}", "p2", "c3s2", f"c{random.choice([3, 7])}"]
    return chains.parse(" ".join(random.permutation(words)[: random.integers(3, 5)]))


def _size_question(random: np.random.Generator) -> Question:
    layers = _drawn(random)
    windows = [layer.window for layer in layers]
    sizes = [field.size for field in receptive.along(windows)]
    steps, jump = [], 1
    for window, size in zip(windows, sizes[1:], strict=True):
        steps.append(f"+ {window.reach - 1}·{jump} = {size}")
        jump *= window.stride
    return Question(
        f"Layers one after the other: {_listed(layers)}. How many cells a side does one cell of the last layer see?",
        sizes[-1],
        f"Begin with 1. {'; '.join(steps)}.",
        hint="Each layer adds d·(k − 1) times the product of the strides below it.",
    )


def _jump_question(random: np.random.Generator) -> Question:
    layers = _drawn(random)
    strides = [layer.window.stride for layer in layers]
    jump = int(np.prod(strides))
    return Question(
        f"Layers one after the other: {_listed(layers)}. How many input cells lie between the fields of two"
        " neighbouring cells of the last layer (the jump)?",
        jump,
        f"The product of all strides: {' · '.join(map(str, strides))} = {jump}.",
        hint="A pooling's stride is its kernel unless it says otherwise. Dilation does not change the jump.",
    )


def _cover_question(random: np.random.Generator) -> Question:
    size, kernel = int(random.integers(20, 400)), int(random.choice([3, 5, 7]))
    needed = receptive.layers_to_cover(size, kernel)
    return Question(
        f"How many layers of {kernel}×{kernel} with stride 1 does it take until one cell sees {size} × {size}?",
        needed,
        f"1 + n·{kernel - 1} ≥ {size}, so n ≥ {size - 1}/{kernel - 1}, and n = {needed}.",
        hint=f"Each layer adds {kernel - 1}.",
    )


def _listed(layers: tuple[chains.Layer, ...]) -> str:
    return "; ".join(layer.title.lower() for layer in layers)

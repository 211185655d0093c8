"""Around the image filters: the worked examples, questions, and the same filters in PyTorch."""

from typing import Any

import numpy as np

from engine.convolution.image_filters import Settings, chain
from engine.core import feature_scripts, kernels, picture_scripts
from engine.core.feature_views import VIEWS
from engine.core.lesson import Preset, Question, matrix_markdown

ASKED = ("sharpen", "sobel_x", "sobel_y", "prewitt_x", "prewitt_y", "laplacian_4", "laplacian_8", "emboss")


def torch_code(settings: Settings) -> str:
    """A stand-alone script: the same filters by torch, and the same feature; it prints the numbers of the result."""
    return (
        picture_scripts.loading(settings.image, settings.side, settings.channels == "grey")
        + feature_scripts.filter_lines([kernel for _, kernel in chain(settings)], settings.border)
        + VIEWS[settings.view].script(settings)
    )


def question(seed: int) -> Question:
    """One question; the kind goes round with the seed, the numbers come from it."""
    rng = np.random.default_rng(seed)
    return KINDS[seed % len(KINDS)](rng)


def output_value(rng: np.random.Generator) -> Question:
    """What one window gives."""
    name = str(rng.choice(ASKED))
    kernel, patch = kernels.kernel(name), rng.integers(0, 10, (3, 3)).astype(float)
    products = patch * kernel
    pairs = [(x, w) for x, w in zip(patch.ravel(), kernel.ravel(), strict=True) if w]
    terms = " + ".join(f"{x:g}·{w:g}" if w > 0 else f"{x:g}·({w:g})" for x, w in pairs)
    return Question(
        prompt=f"{kernels.KERNELS[name].title} is laid on this patch. What is the output there?\n\n"
        f"$$x = {matrix_markdown(patch)} \\qquad w = {matrix_markdown(kernel)}$$",
        answer=float(products.sum()),
        worked=f"Multiply cell by cell and add: {terms} = {products.sum():g}.".replace("-", "−"),
        hint="Multiply each pixel by the kernel cell that lies on it, then add up. Nothing is flipped.",
    )


def rank_of_kernel(rng: np.random.Generator) -> Question:
    """Whether two passes would do."""
    if rng.random() < 0.5:
        column, row = rng.integers(1, 4, 3), rng.integers(-2, 3, 3) + np.array([0, 0, 3])
        kernel = np.outer(column, row).astype(float)
        why = f"Every row is a multiple of [{row[0]} {row[1]} {row[2]}]: one outer product is enough."
    else:
        name = str(rng.choice(("sharpen", "laplacian_4", "laplacian_8", "emboss")))
        kernel = kernels.kernel(name)
        why = f"Counting the rows that are no mixture of the others: {kernels.rank(kernel)}."
    shown = ", ".join(f"{value:.3g}" for value in kernels.singular_values(kernel).round(9))
    return Question(
        prompt=f"What is the rank of this kernel? (Rank 1 means: two one-dimensional passes do its work.)\n\n"
        f"$$w = {matrix_markdown(kernel)}$$",
        answer=float(kernels.rank(kernel)),
        worked=f"{why} Its singular values are {shown}.".replace("-", "−"),
        hint="Look for rows that are multiples of each other.",
    )


def multiplications(rng: np.random.Generator) -> Question:
    """Direct against two passes."""
    size, side = int(rng.choice((3, 5, 7, 9, 11, 13, 15))), int(rng.choice((128, 256, 512)))
    saved = (size**2 - 2 * size) * side**2 * 3
    return Question(
        prompt=f"A {size}×{size} Gaussian runs over a colour picture of {side}×{side} pixels. "
        "How many multiplications do two one-dimensional passes save, compared with laying the kernel on every pixel?",
        answer=float(saved),
        worked=f"Directly {size}² = {size**2} a value, in two passes 2·{size} = {2 * size}. There are 3·{side}² = "
        f"{3 * side**2:,} values, so {size**2 - 2 * size} · {3 * side**2:,} = {saved:,} are saved.",
        tolerance=0.5,
        hint="Count the multiplications for one output value both ways; there are 3·H·W values.",
    )


def composed_size(rng: np.random.Generator) -> Question:
    """How wide a chain looks."""
    sizes = [int(size) for size in rng.choice((3, 5, 7, 9), int(rng.integers(2, 5)))]
    wide = sum(sizes) - len(sizes) + 1
    words = ", then ".join(f"{size}×{size}" for size in sizes)
    return Question(
        prompt=f"Filters of {words} run one after the other. How wide is the one kernel that does the same?",
        answer=float(wide),
        worked=f"Each kernel after the first adds its size less one: {sum(sizes)} − {len(sizes) - 1} = {wide}.",
        hint="A 3×3 after a 3×3 sees 5×5.",
    )


def response_of_harris(rng: np.random.Generator) -> Question:
    """Corner, edge or even ground, by the number."""
    xx, yy = (int(value) for value in rng.integers(1, 12, 2))
    xy = int(rng.integers(0, int(np.sqrt(xx * yy)) + 1))
    response = xx * yy - xy**2 - 0.05 * (xx + yy) ** 2
    kind = "positive: a corner" if response > 0 else "not positive: no corner"
    return Question(
        prompt="The structure tensor of a window is "
        f"$$M = {matrix_markdown(np.array([[xx, xy], [xy, yy]]))}$$ What is Harris' response with $k = 0.05$?",
        answer=response,
        worked=f"det = {xx}·{yy} − {xy}² = {xx * yy - xy**2}, trace = {xx + yy}, "
        f"R = {xx * yy - xy**2} − 0.05·{xx + yy}² = {response:g}, {kind}.".replace("-", "−"),
        tolerance=0.005,
        hint="R = det M − k·(trace M)².",
    )


KINDS = (output_value, rank_of_kernel, multiplications, composed_size, response_of_harris)


def _preset(name: str, title: str, note: str, image: str, **values: Any) -> Preset[Settings]:
    return Preset(name, title, Settings(image=f"photo:{image}", **values), note)


PRESETS = (
    _preset("sobel", "Sobel", "A column that smooths, [1 2 1]ᵀ, times a row that subtracts, [−1 0 1].", "cameraman"),
    _preset(
        "blur-laplacian",
        "Blur, then Laplacian",
        "Two filters, one after the other, are one: see the single kernel that does the work of both.",
        "coins",
        first="gaussian",
        first_size=5,
        second="laplacian_4",
    ),
    _preset(
        "sharpen",
        "Sharpen",
        "The picture minus its Laplacian: every edge gets steeper.",
        "cat",
        first="sharpen",
        size=416,
    ),
    _preset(
        "unsharp",
        "Unsharp mask",
        "The picture twice, minus a blurred copy: a darkroom trick.",
        "palace",
        first="unsharp",
        size=416,
        first_size=11,
    ),
    _preset("emboss", "Emboss", "The slope along the diagonal, added to the picture.", "coins", first="emboss"),
    _preset(
        "gradient",
        "Gradient",
        "Colour says which way the picture gets brighter, brightness how fast.",
        "coffee",
        first="gaussian",
        first_size=5,
        view="gradient",
    ),
    _preset(
        "gabor",
        "Gabor bank",
        "Each filter answers to stripes of one direction; trained first layers grow filters much like these.",
        "brick",
        first="identity",
        first_size=1,
        view="gabor",
        wavelength=6.0,
    ),
    _preset(
        "hog",
        "HOG",
        "A star for each 8×8 cell: how much edge it has in each of nine directions.",
        "astronaut",
        first="identity",
        first_size=1,
        view="hog",
        derivative="central",
        size=256,
    ),
    _preset(
        "harris",
        "Harris corners",
        "A corner is where the picture changes whichever way you go.",
        "palace",
        first="identity",
        first_size=1,
        view="harris",
        threshold=0.1,
    ),
    _preset(
        "own",
        "Your own kernel",
        "Every cell is yours. This one is Sobel y upside down: bright above, dark below gives a positive number.",
        "cat",
        first="own",
        changes=((0, 6, 6, 1), (0, 6, 7, 2), (0, 6, 8, 1), (0, 8, 6, -1), (0, 8, 7, -2), (0, 8, 8, -1)),
    ),
)

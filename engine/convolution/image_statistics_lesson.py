"""Around the statistics of images: the lecture's figure and other examples, questions, the same numbers in PyTorch."""

from typing import Any

import numpy as np

from engine.convolution import image_statistics_scripts
from engine.convolution.image_statistics import Settings
from engine.convolution.image_statistics_patches import METHODS
from engine.core.lesson import Preset, Question


def torch_code(settings: Settings) -> str:
    """A stand-alone script that spoils the same copy and prints the same numbers of both."""
    return image_statistics_scripts.script(settings, METHODS[settings.method].says)


def question(seed: int) -> Question:
    """One question; the kind goes round with the seed, the numbers come from it."""
    return KINDS[seed % len(KINDS)](np.random.default_rng(seed))


def four_pairs(rng: np.random.Generator) -> Question:
    """Pearson's r by hand."""
    first = rng.permutation([1, 2, 3, 4]) * 2 + int(rng.integers(0, 3))
    second = first + rng.integers(-1, 2, 4) * int(rng.integers(1, 4))
    if np.ptp(second) == 0:
        second = first.copy()
    x, y = first - first.mean(), second - second.mean()
    r = float(x @ y / np.sqrt((x @ x) * (y @ y)))
    told = ", ".join(f"({a}, {b})" for a, b in zip(first, second, strict=True))
    sums = f"{x @ y:g}/√({x @ x:g}·{y @ y:g}) = {r:.3f}"
    return Question(
        prompt=f"Four pairs of neighbouring pixels have the values {told}. What is their correlation r? "
        "Two decimals are enough.",
        answer=r,
        worked=f"The means are {first.mean():g} and {second.mean():g}. Of the differences from them, the products sum "
        f"to {x @ y:g}, the squares to {x @ x:g} and {y @ y:g}: r = {sums}.".replace("-", "−"),
        tolerance=0.011,
        hint="Subtract each mean first; then the sum of products over the root of the two sums of squares.",
    )


def exponent_of_two_points(rng: np.random.Generator) -> Question:
    """The slope on logarithmic axes."""
    exponent = float(rng.choice([0.0, 1.0, 1.5, 2.0, 2.5, 3.0]))
    low = float(rng.choice([0.01, 0.02, 0.03]))
    power = float(rng.choice([200.0, 500.0, 1000.0]))
    far = power / 10**exponent
    return Question(
        prompt=f"At {low:g} cycles a pixel a picture has the power {power:g}, at {10 * low:g} it has {far:.4g}. Its "
        "power falls as 1/fᵅ. What is α?",
        answer=exponent,
        worked=f"The frequency grows by 10, the power shrinks by {power:g}/{far:.4g} = {power / far:.4g}: "
        f"α = log₁₀({power / far:.4g}) = {exponent:g}.",
        tolerance=0.02,
        hint="Count decades: by how many powers of ten does the power fall while the frequency grows by one?",
    )


def count_of_pairs(rng: np.random.Generator) -> Question:
    """How many pairs there are at a displacement."""
    height, width = (int(side) for side in rng.choice((32, 64, 100, 128), 2))
    down, across = int(rng.integers(0, 9)), int(rng.integers(1, 17))
    count = (height - down) * (width - across)
    return Question(
        prompt=f"A picture has {height}×{width} pixels (height × width). How many pairs of pixels are there in which "
        f"the second lies {down} rows below and {across} columns to the right of the first?",
        answer=float(count),
        worked=f"The first of a pair must leave room for the second: ({height} − {down})·({width} − {across}) = "
        f"{count}.",
        tolerance=0.5,
        hint="How many rows and columns can the first pixel stand in?",
    )


def autocorrelation_of_a_row(rng: np.random.Generator) -> Question:
    """The unbiased autocorrelation of five numbers."""
    row = np.repeat(rng.integers(0, 9, 3), [2, 1, 2]) + rng.integers(0, 2, 5)
    row[0] += 2 * int(np.ptp(row) == 0)
    centred = row - row.mean()
    variance = float(np.mean(centred**2))
    mean_product = float(np.mean(centred[:-1] * centred[1:]))
    return Question(
        prompt=f"A row of pixels is {', '.join(map(str, row))}. What is its autocorrelation at a shift of 1: the mean "
        "product of the four neighbouring pairs, less the row's mean, over the row's variance? Two decimals are "
        "enough.",
        answer=mean_product / variance,
        worked=f"The mean is {row.mean():g}, the variance {variance:.4g}. The four products sum to "
        f"{4 * mean_product:.4g}, a quarter of it is {mean_product:.4g}, and {mean_product:.4g}/{variance:.4g} = "
        f"{mean_product / variance:.3f}.".replace("-", "−"),
        tolerance=0.011,
        hint="Subtract the mean of all five pixels; divide the sum of products by 4, that of squares by 5.",
    )


def components_needed(rng: np.random.Generator) -> Question:
    """How many principal components hold a share of the variance."""
    variances = np.sort(rng.choice([1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30], 6, replace=False))[::-1]
    share = int(rng.choice([70, 80, 90]))
    sums = np.cumsum(variances)
    needed = int(np.searchsorted(sums, share / 100 * sums[-1] - 1e-9)) + 1
    return Question(
        prompt=f"The principal components of some patches have the variances {', '.join(map(str, variances))}. How "
        f"many components hold at least {share} % of the variance?",
        answer=float(needed),
        worked=f"Together they are {sums[-1]}, and {share} % of that is {share / 100 * sums[-1]:g}. The running sums "
        f"are {', '.join(map(str, sums))}: {needed} components reach it.",
        tolerance=0.1,
        hint="Add from the largest until the sum reaches the share of the whole.",
    )


def whitening_factor(rng: np.random.Generator) -> Question:
    """What whitening does to one direction."""
    root = int(rng.choice([2, 3, 4, 5, 8, 10]))
    value = int(rng.integers(1, 10)) * root / 2
    return Question(
        prompt=f"Along one principal axis the patches have the variance {root**2}. One patch lies at {value:g} on it. "
        "Where does it lie after whitening?",
        answer=value / root,
        worked=f"Whitening divides by the standard deviation √{root**2} = {root}: {value:g}/{root} = {value / root:g}.",
        hint="Afterwards the variance along every axis is 1.",
    )


KINDS = (
    four_pairs,
    exponent_of_two_points,
    count_of_pairs,
    autocorrelation_of_a_row,
    components_needed,
    whitening_factor,
)


def _preset(name: str, title: str, note: str, image: str = "photo:cat", **values: Any) -> Preset[Settings]:
    return Preset(name, title, Settings(image=image, **values), note)


PRESETS = (
    _preset(
        "photo-shuffled",
        "Photo, shuffled",
        "Both pictures hold the same pixels, so the same histogram. Only in the photo does a pixel tell you of the "
        "next.",
    ),
    _preset(
        "lecture",
        "Lecture's scatter",
        "The slide shows street photos in raw sensor values, their logarithm, at three displacements; here it is one "
        "photo, decoded from sRGB to light. The cloud widens as the pixels part.",
        "photo:palace",
        tone="log",
    ),
    _preset(
        "blocks",
        "Blocks",
        "Blocks of 16×16 moved: within a block neighbours still agree, so r falls with the share of pairs across a "
        "border.",
        block=16,
    ),
    _preset(
        "brick",
        "Brick",
        "A wall agrees with itself again when it is moved by a whole brick: peaks far from the middle.",
        "photo:brick",
        view="autocorrelation",
    ),
    _preset(
        "spectrum",
        "Photo spectrum",
        "A straight line on logarithmic axes, about 1/f² to 1/f³: no scale is special. The shuffled copy is flat.",
        view="spectrum",
    ),
    _preset(
        "grass",
        "Grass spectrum",
        "A texture has a scale, its blades: flatter than a photo of things, and bent rather than straight.",
        "photo:grass",
        view="spectrum",
    ),
    _preset(
        "noise",
        "White noise",
        "Independent pixels: all frequencies have the same power, the exponent is 0, and shuffling changes nothing.",
        "pattern:white_noise:0",
        view="spectrum",
    ),
    _preset(
        "digit",
        "A digit",
        "Most of a digit is black, so neighbours agree there; strokes 2 to 4 pixels wide set how fast that ends.",
        "digit:test:0",
        size=28,
        displacement=8,
    ),
    _preset(
        "ica",
        "ICA edges",
        "Nobody asked for edges: they are what makes the responses as sparse as possible. In the copy there are none.",
        view="patches",
    ),
    _preset(
        "pca",
        "PCA",
        "Ordered waves, coarse before fine: a pair-by-pair look sees frequencies, and no single edge.",
        view="patches",
        method="pca",
    ),
    _preset(
        "k-means",
        "k-means",
        "The centres of clusters of whitened patches: edges again, by the simplest of learners.",
        view="patches",
        method="kmeans",
    ),
    _preset(
        "whitening",
        "Whitening",
        "Each whitening filter is a bright middle less its surround, as in the eye's retina: what neighbours share "
        "goes.",
        view="patches",
        method="zca",
        face="filters",
        patch=9,
        softening=0.01,
    ),
    _preset(
        "phases",
        "Same spectrum",
        "The copy has the photo's spectrum and random phases. PCA could not tell the two apart; ICA finds edges in "
        "one only.",
        view="patches",
        copy="phases",
    ),
)

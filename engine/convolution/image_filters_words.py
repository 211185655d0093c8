"""What the image filters lab says of a result: its number, its summary, and which way was taken at what speed."""

import numpy as np

from engine.convolution.image_filters import Filtered
from engine.core import features, filtering, gabor, kernels


def times(result: Filtered, stage: int = 0) -> tuple[tuple[str, float], ...]:
    """Milliseconds of each way to apply one of the filters, measured on this machine; see filtering.milliseconds."""
    kernel = result.stages[stage].kernel
    return filtering.milliseconds(*result.picture.shape, len(kernel), min(kernels.rank(kernel), 2))


def answer(result: Filtered) -> tuple[str, str, str]:
    """What the number is, the number, and a word beside it: for the line under the picture."""
    found = result.feature
    if isinstance(found, features.Gradient):
        row, column = np.unravel_index(found.magnitude.argmax(), found.magnitude.shape)
        return "Steepest", f"{found.magnitude.max():.3f} a pixel", f"at row {row}, column {column}"
    if isinstance(found, features.Hog):
        rows, columns, numbers = found.blocks.shape
        return "Descriptor", f"{found.blocks.size:,} numbers", f"{rows} × {columns} blocks of {numbers}"
    if isinstance(found, features.Harris):
        return "Corners", f"{len(found.corners):,}", f"above {result.settings.threshold:.0%} of the largest response"
    if isinstance(found, gabor.GaborBank):
        votes = np.bincount(found.strongest.ravel(), found.strength.ravel(), len(found.orientations))
        share = votes.max() / max(votes.sum(), 1e-12)
        return "Strongest direction", f"{found.orientations[votes.argmax()]:.0f}°", f"{share:.0%} of the energy"
    low, high = (f"{value:.3g}".replace("-", "−") for value in (result.output.min(), result.output.max()))
    return "Output", f"{low} … {high}", f"{result.outside:.0%} of the values lie outside 0 … 1"


def summary(result: Filtered) -> str:
    """What was done to the picture, in words."""
    channels, height, width = result.picture.shape
    chain_words = ", then ".join(f"{stage.title} {len(stage.kernel)}×{len(stage.kernel)}" for stage in result.stages)
    label, value, aside = answer(result)
    words = f"{result.title}, {channels} × {height} × {width}: {chain_words}. {label}: {value}, {aside}."
    if result.composed_gap is not None:
        words += (
            f" One kernel of the whole chain gives the same but for {result.composed_gap:.0e}, away from the border."
        )
    return words.replace("e-", "e−")


def speed_words(result: Filtered) -> str:
    """Which way the first filter was applied, why, and how long each way that applies takes on this machine."""
    taken = result.stages[0].plan
    others = times(result)
    shown = ", ".join(f"{filtering.METHOD_TITLES[name]} {spent:.1f} ms" for name, spent in others)
    return f"Filtered {filtering.METHOD_TITLES[taken.method]}: {taken.reason} Measured here: {shown}."

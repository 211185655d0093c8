"""512×512 filters on one thread: each way of filtering beside torch and scipy, the way that is chosen, the whole lab.

`python -m benchmarks.filters`; times are medians of interleaved runs, in milliseconds. Read the ratios.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from scipy import ndimage

from benchmarks.turns import medians
from engine.convolution import image_filters
from engine.convolution.image_filters_lesson import PRESETS
from engine.core import filtering, images, kernels

TARGET_FILTER, TARGET_PICTURE = 20.0, 100.0


def by_torch(picture: np.ndarray, kernel: np.ndarray) -> Callable[[], object]:
    """torch.conv2d with a group for each channel."""
    x, reach = torch.from_numpy(picture)[None], kernel.shape[0] // 2
    weight = torch.from_numpy(kernel.astype(np.float32)).expand(len(picture), 1, -1, -1).contiguous()
    return lambda: F.conv2d(F.pad(x, [reach] * 4, mode="replicate"), weight, groups=len(picture))


def by_scipy(picture: np.ndarray, kernel: np.ndarray) -> Callable[[], object]:
    """scipy.ndimage, channel by channel."""
    return lambda: [ndimage.correlate(plane, kernel, mode="nearest") for plane in picture]


def filters() -> None:
    """Each way at each size, on a colour photo."""
    picture = images.load("photo:astronaut", 512).pixels.copy()
    print(f"{'kernel':<14}{'chosen':>11}{'ms':>7}{'direct':>9}{'separable':>11}{'fourier':>9}{'torch':>8}{'scipy':>8}")
    worst = 0.0
    for size in range(3, 16, 2):
        for name in ("gaussian", "gabor"):
            kernel = kernels.kernel(name, size, 30, 5)
            plan = filtering.plan(kernel)
            runs = {way: partial(filtering.METHODS[way], picture, kernel) for way, _ in plan.costs}
            runs |= {"torch": by_torch(picture, kernel), "scipy": by_scipy(picture, kernel)}
            times = medians(runs)
            worst = max(worst, times[plan.method])
            shown = "".join(
                f"{times[way]:>{width}.1f}" if way in times else f"{'':>{width}}"
                for way, width in (("direct", 9), ("separable", 11), ("fourier", 9), ("torch", 8), ("scipy", 8))
            )
            print(f"{name} {size}×{size}".ljust(14) + f"{plan.method:>11}{times[plan.method]:>7.1f}{shown}")
    print(f"slowest chosen filter: {worst:.1f} ms, target {TARGET_FILTER:.0f} ms: {worst / TARGET_FILTER:.2f} of it\n")


def lab() -> None:
    """The verb of the lab at 512×512 for every preset: all that is computed for a new picture."""
    worst = 0.0
    for preset in PRESETS:
        settings = preset.settings.but(size=512)
        spent = medians({"apply": lambda settings=settings: image_filters.apply(settings)})["apply"]
        worst = max(worst, spent)
        print(f"{preset.title:<28}{spent:>7.1f} ms")
    print(f"slowest: {worst:.1f} ms, target for the whole picture {TARGET_PICTURE:.0f} ms")


def main() -> None:
    """Print both tables."""
    torch.set_num_threads(1)
    with torch.no_grad():
        filters()
    lab()


if __name__ == "__main__":
    main()

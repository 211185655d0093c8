"""A kernel as a sum of outer products: its singular values, and what the first few of them do to a photo."""

from dataclasses import dataclass

import numpy as np

from engine.convolution.kernel_variants_settings import Settings, with_changes
from engine.core import filtering, images, kernels
from engine.core.arithmetic import Layer, Volume
from engine.core.cost_sheet import Step, Way

SIDE = 192
BORDER = "replicate"


@dataclass(frozen=True, eq=False)
class Separated:
    """A kernel, its best approximation of the rank that is kept, and both on a photo.

    Args:
        settings: the experiment.
        title, credit: of the photo.
        photo: (H, W) float32 grey in [0, 1].
        kernel: (K, K).
        singular: (K,) its singular values, largest first.
        columns, rows: (r, K): the kernel that is kept is Σ columns[i] ⊗ rows[i].
        whole, kept: (H, W), the photo through the kernel, and through what is kept of it.
        kernel_errors: (K,) Frobenius norm of what ranks 1 … K leave out, as a share of the kernel's.
        photo_errors: (rank,) the same of the filtered photo.
    """

    settings: Settings
    title: str
    credit: str
    photo: np.ndarray
    kernel: np.ndarray
    singular: np.ndarray
    columns: np.ndarray
    rows: np.ndarray
    whole: np.ndarray
    kept: np.ndarray
    kernel_errors: np.ndarray
    photo_errors: np.ndarray

    @property
    def rank(self) -> int:
        """Of the kernel."""
        return kernels.rank(self.kernel)

    @property
    def approximation(self) -> np.ndarray:
        """Σ columns[i] ⊗ rows[i]: (K, K)."""
        return self.columns.T @ self.rows


def kernel_of(settings: Settings) -> np.ndarray:
    """The kernel (K, K): the pattern, then the cells changed by hand."""
    s = settings
    return with_changes(s, "kernel", kernels.kernel(s.filter, s.filter_size, s.orientation, s.wavelength))


def pieces(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns and rows (K, K) whose first r outer products add up to the best approximation of rank r.

    The singular value is shared between both. Where one product is enough, whole numbers are taken if there are some.

    Reference: C. Eckart, G. Young, "The approximation of one matrix by another of lower rank", 1936.
    """
    left, singular, right = np.linalg.svd(kernel)
    columns, rows = (left * np.sqrt(singular)).T, right * np.sqrt(singular)[:, None]
    whole = kernels.factors(kernel)
    if whole is not None:
        columns[0], rows[0] = whole
    return columns, rows


def make(settings: Settings) -> Separated:
    """Take the kernel apart and filter the photo with all of it, and with the first `kept` of its pieces."""
    s = settings
    loaded = images.load(s.image, SIDE, channels=1)
    kernel = kernel_of(s)
    columns, rows = pieces(kernel)
    deep = max(kernels.rank(kernel), 1)
    singular = kernels.singular_values(kernel)
    parts = two_passes(loaded.pixels, columns[:deep], rows[:deep])  # the others are nothing
    sums = np.cumsum(parts, axis=0)  # (r, H, W): by the first piece, the first two, …
    whole = sums[-1]
    norm = max(size_of(whole), 1e-12)
    left_out = np.sqrt(np.cumsum(singular[::-1] ** 2)[::-1])  # of ranks 0 … K − 1
    keep = min(s.kept, deep)
    return Separated(
        settings=s,
        title=loaded.title,
        credit=loaded.credit,
        photo=loaded.pixels[0],
        kernel=kernel,
        singular=singular,
        columns=columns[:keep],
        rows=rows[:keep],
        whole=whole,
        kept=sums[keep - 1],
        kernel_errors=np.append(left_out[1:], 0) / max(left_out[0], 1e-12),
        photo_errors=np.array([size_of(whole - part) for part in sums]) / norm,
    )


def two_passes(photo: np.ndarray, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The photo (1, H, W) through each column, then through its row: (r, H, W), 2K multiply-adds a pixel and piece."""
    _, height, width = photo.shape
    padded = filtering.pad(photo.astype(np.float64), columns.shape[1] // 2, BORDER)[0]
    outputs = np.zeros((len(columns), height, width))
    for output, column, row in zip(outputs, columns, rows, strict=True):
        upright = sum(weight * padded[place : place + height] for place, weight in enumerate(column.tolist()))
        for place, weight in enumerate(row.tolist()):
            output += weight * upright[:, place : place + width]
    return outputs


def size_of(values: np.ndarray) -> float:
    """The Frobenius norm √Σ x²."""
    return float(np.sqrt(np.square(values).sum()))


def freedom(size: int, rank: int) -> int:
    """How many numbers can be chosen freely in a K × K kernel of rank r: r (2K − r).

    Its columns and rows are 2Kr numbers, but an invertible r × r matrix can move between them.

    >>> freedom(3, 1), freedom(5, 2)
    (5, 16)
    """
    return rank * (2 * size - rank)


def name_of(result: Separated) -> str:
    """What the kernel is called."""
    return kernels.KERNELS[result.settings.filter].title


def singular_words(result: Separated) -> str:
    """What each piece adds."""
    if result.rank <= 1:
        return "One outer product is the whole kernel: the other singular values are 0."
    left = ", ".join(f"{error:.2%}" for error in result.photo_errors)
    words = f"Keeping 1, 2, … outer products leaves an error of {left} on the filtered photo."
    first = result.columns[0].sum() * result.rows[0].sum()
    if abs(result.kernel.sum()) < 1e-9 < abs(first) and result.photo_errors[0] > 1:
        words += (
            " The kernel sums to 0, its first piece does not: flat areas come through. Small for the kernel is not "
        )
        words += "small for the photo."
    return words


def ways(result: Separated) -> tuple[Way, ...]:
    """The whole kernel at once; as many pairs of passes as its rank; as many as are kept."""
    size, deep, keep = len(result.kernel), max(result.rank, 1), len(result.columns)
    rows = [_direct(size)]
    rows.append(_passes(size, deep, f"All {deep} pieces, two passes" if deep > 1 else "Two passes", keep >= deep))
    if keep < deep:
        rows.append(_passes(size, keep, f"The first {keep}, two passes each" if keep > 1 else "The first alone", True))
    return tuple(rows)


def _direct(size: int) -> Way:
    layer = Layer("convolution", 1, (size, size), padding=(size // 2, size // 2), bias=False)
    return Way(f"{size} × {size} at once", (Step(Volume(1, SIDE, SIDE), layer),), f"{size}²", f"{size}² · {SIDE}²")


def _passes(size: int, deep: int, title: str, chosen: bool) -> Way:
    down = Layer("convolution", deep, (size, 1), padding=(size // 2, 0), bias=False)
    across = Layer("convolution", 1, (1, size), padding=(0, size // 2), bias=False)
    steps = (Step(Volume(1, SIDE, SIDE), down), Step(Volume(deep, SIDE, SIDE), across))
    return Way(title, steps, f"{deep} · 2 · {size}", f"{deep} · 2 · {size} · {SIDE}²", chosen)


def answer(result: Separated) -> tuple[str, str, str]:
    """The rank, and the error that is left on the photo."""
    keep = len(result.columns)
    left = max(result.photo_errors[keep - 1], 0.0)
    words = "exact" if result.rank <= keep else f"rank {keep} leaves an error of {left:.2%} on the photo"
    return "Rank", str(result.rank), words


def summary(result: Separated) -> str:
    """The kernel and its approximation in words."""
    size, keep, rank = len(result.kernel), len(result.columns), result.rank
    shown = ", ".join(f"{value:.3g}" for value in result.singular[: max(rank, 1)])
    words = f"{name_of(result)}, {size} × {size}: rank {rank}, singular values {shown}. "
    if rank <= keep:
        words += "Nothing is left out"
    else:
        words += (
            f"Rank {keep} leaves out {result.kernel_errors[keep - 1]:.2%} of the kernel and "
            f"{result.photo_errors[keep - 1]:.2%} of the filtered photo"
        )
    kept = min(keep, rank) if rank else 0
    numbers, free = kept * 2 * size, freedom(size, kept)
    return words + f". Columns and rows are {numbers} numbers, {free} of them free, for {size**2} coefficients."

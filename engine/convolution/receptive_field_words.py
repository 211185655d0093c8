"""What the receptive-field lab says: every picture in words, and its numbers as sentences."""

import numpy as np

from engine.convolution.receptive_field import Cover, Growth, Reach, Stack
from engine.convolution.receptive_field_effect import Effect
from engine.core import effective, receptive
from engine.core.networks.gallery import NETWORKS

KINDS = {"uniform": "equal", "random": "random", "relu": "random + ReLU", "trained": "trained"}


def size_words(laid: Stack) -> str:
    """The field of a cell of the last layer: r × r."""
    field = laid.field
    if field.smallest != field.size:
        return f"{field.smallest} to {field.size} cells a side"
    return f"{field.size} × {field.size}"


def size_rule(laid: Stack) -> str:
    """The formula with this chain's numbers, as far as it holds."""
    if any(layer.window.transposed for layer in laid.layers):
        return "after a transposed layer neighbours may see fields of different size"
    terms, jump = ["1"], 1
    for layer in laid.layers:
        reach = layer.window.reach - 1
        terms += [f"{reach}·{jump}" if jump > 1 else str(reach)] if reach else []
        jump *= layer.window.stride
    shown = terms if len(terms) <= 12 else [*terms[:5], "…", *terms[-3:]]
    return f"{' + '.join(shown)} = {laid.field.size}"


def chain_words(laid: Stack) -> str:
    """Size, jump, place and alignment of the last layer."""
    field, count, width = laid.field, laid.cells[-1], laid.settings.width
    left = "1 cell is left; it sees" if count == 1 else f"{count} cells are left; each sees"
    words = f"After {_layers(len(laid.layers))} {left} {size_words(laid)} of the input"
    if count > 1:
        words += f", and the next one {'1 cell' if field.jump == 1 else f'{field.jump} cells'} further"
    words += "." if field.smallest else ". No window writes some of them: they see nothing."
    low, high = field.of(0)[0], field.of(count - 1)[1]
    if low < 0:
        words += f" The first cell's field begins {-low} cells outside the input: it sees that much padding."
    elif low > 0:
        words += f" No cell sees the first {low}."
    if high < width - 1:
        words += f" No cell sees the last {width - 1 - high} input cells."
    shift = (low + high - (width - 1)) / 2
    if shift:
        words += f" The map stands {abs(shift):g} cells {'left' if shift < 0 else 'right'} of the input's middle."
    else:
        words += " The map is centred on the input."
    return words.replace("-", "−")


def photo_words(laid: Stack) -> str:
    """The chosen cell's field on the photo."""
    layer, row, column = laid.chosen
    field, width = laid.fields[layer], laid.settings.width
    (top, bottom), (left, right) = field.of(row), field.of(column)
    words = f"Cell ({row}, {column}) of layer {layer} sees"
    if top > bottom or left > right:
        return f"{words} nothing: no window writes it. Point at another cell of the map, click to keep it."
    words += f" rows {top} to {bottom} and columns {left} to {right}"
    inside = [max(0, min(high, width - 1) - max(low, 0) + 1) for low, high in ((top, bottom), (left, right))]
    share = inside[0] * inside[1] / width**2
    return f"{words}: {share:.0%} of the photo. Point at a cell of the map to see its field, click to keep it.".replace(
        "-", "−"
    )


def compare_words(laid: Stack) -> str:
    """The four ways to grow, after as many layers as the chain has (at most eight)."""
    depth = min(len(laid.layers), 8)
    parts = [f"{name}: {receptive.along(list(chain[:depth]))[-1].size}" for name, chain in WAYS.items()]
    return f"After {_layers(depth)} a cell sees, by {'; '.join(parts)}; in this chain: {laid.fields[depth].size}."


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count} layers"


W = receptive.Window
# Ways to see further with 3×3 kernels, eight layers each.
WAYS: dict[str, tuple[receptive.Window, ...]] = {
    "3×3": (W(3),) * 8,
    "3×3, then pool 2×2": (W(3), W(2, 2)) * 4,
    "3×3, stride 2": (W(3, 2),) * 8,
    "3×3, dilation 1, 2, 4 …": tuple(W(3, dilation=2**place) for place in range(8)),
    "5×5": (W(5),) * 8,
}


def cover_words(found: Cover) -> str:
    """The calculation, and what one layer fewer would see."""
    s = found.settings
    n, fewer = found.layers, 1 + (found.layers - 1) * (s.kernel - 1)
    see = "layer of {0}×{0} with stride 1 sees" if n == 1 else "layers of {0}×{0} with stride 1 see"
    words = f"{n} {see.format(s.kernel)} 1 + {n}·{s.kernel - 1} = {found.seen} cells;"
    words += f" {n - 1} would see {fewer}, too few for {s.size}."
    others = [f"{k}×{k}: {n}" for k, n in zip(found.kernels, found.needed, strict=True) if k != s.kernel]
    return f"{words} Layers with other kernels: {', '.join(others)}."


def growth_words(grown: Growth) -> str:
    """Size, stride and padding of the last maps."""
    field, entry = grown.field, NETWORKS[grown.settings.network]
    words = f"{entry.title}: a cell of the last map sees {field.size} × {grown.across.size} pixels of an image of"
    words += f" {entry.side} × {entry.side}; the next cell {field.jump} further; the first cell's field begins"
    words += f" {-field.start} pixels outside the image. The longest way has {grown.depths[-1]} layers."
    return words + (f" {entry.note}" if entry.note else "")


def reach_words(found: Reach) -> str:
    """The largest field at each stride, and from which one on the image is too small for it."""
    parts = [f"{size} at stride {jump:g}" for size, jump in zip(found.sizes, found.jumps, strict=True)]
    words = f"The largest field of the middle cell: {', '.join(parts)}."
    if beyond := [jump for jump, size in zip(found.jumps, found.sizes, strict=True) if size > found.side]:
        return f"{words} From stride {beyond[0]:g} on it is wider than the image: the rest is padding."
    return f"{words} All of them fit in the image."


def effect_answer(found: Effect) -> tuple[str, str]:
    """The width, or the narrowest and the widest; the field beside it."""
    widths = [f"{one.shapes[-1].sigma:.4g}" for one in found.measured]
    shown = widths[0] if len(widths) == 1 else f"{min(widths, key=float)} to {max(widths, key=float)}"
    return f"σ = {shown}", f"cells, of a field of {found.theory[-1]}"


def effect_words(found: Effect) -> str:
    """Width against theory, and where the numbers come from."""
    size, law = found.theory[-1], found.laws[-1]
    words = f"The field has {size} × {size} = {size**2} cells. With more than 4.55 % of the largest gradient there are"
    counted = [f"{one.shapes[-1].side ** 2:.0f} ({KINDS[one.weights]})" for one in found.measured]
    words += f" {', '.join(counted)}."
    if found.exact:
        words += " After a transposed layer neighbouring cells see different fields; measured is one that sees most."
    said = "Counting the ways of equal weights" if found.exact else "The formula for equal weights"
    words += f" {said} gives σ = {law:.5g}; random weights, whose ways add up as squares, tend to √2 times that,"
    words += f" {law * np.sqrt(2):.4g}."
    for one in found.measured:
        if one.steps:
            words += (
                f" Trained: {one.steps} steps of {effective.BATCH} MNIST digits, naming the digit from this one cell;"
            )
            words += f" {one.accuracy:.0%} of 1000 test digits right."
    samples = [f"{one.samples} ({KINDS[one.weights]})" for one in found.measured if one.weights != "uniform"]
    words += (
        f" Mean over samples: {', '.join(samples)}; 8 channels." if samples else " Nothing is sampled: it is exact."
    )
    return f"{words} {found.missing}".strip()


def network_answer(grown: Growth) -> tuple[str, str]:
    """The size, and stride and padding beside it."""
    field = grown.field
    return f"{field.size} × {grown.across.size}", f"stride {field.jump}, padding {-field.start}"


def section_words(found: Effect) -> str:
    """How well a Gaussian describes the map."""
    parts = [f"{KINDS[one.weights]} σ = {one.shapes[-1].sigma:.4g}" for one in found.measured]
    return (
        f"The deepest maps summed along one axis, dotted the Gaussian of the same width: {', '.join(parts)};"
        f" the field has {found.theory[-1]} cells."
    )


def width_words(found: Effect) -> str:
    """How σ grows with depth."""
    n, m = found.depths[0], found.depths[-1]
    if n == m or found.theory[-1] == 1:
        return f"After {_layers(m)} there is nothing to compare yet."
    parts = [
        f"{one.shapes[-1].sigma / max(one.shapes[0].sigma, 1e-9):.3g} times ({KINDS[one.weights]})"
        for one in found.measured
    ]
    words = f"From {n} to {m} layers σ grows {', '.join(parts)}; √({m}/{n}) is {np.sqrt(m / n):.3g}."
    return f"{words} The theoretical field grows {found.theory[-1] / found.theory[0]:.3g} times."

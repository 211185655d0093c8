"""What the lab of the own digit says: every picture in words, its traces, and its numbers as sentences."""

from dataclasses import replace
from typing import Any

import numpy as np

from engine.core.convolution_trace import Convolved, convolution_trace
from engine.core.networks.inside import titles
from engine.core.networks.sliding import AvgPool2d, MaxPool2d
from engine.core.pooling import Window
from engine.core.pooling_trace import pooling_trace
from engine.core.trace import LONGEST_SIDE, MOST_CELLS, Grid, Trace
from engine.insight.draw_digit import Looked, Summed, Weighed
from engine.insight.draw_digit_changes import Fooled, Swept

NAMED = 4


def percent(share: float) -> str:
    """A probability for the eye."""
    return f"{share:.1%}" if share < 0.0995 else f"{share:.0%}"


def answer(looked: Looked) -> tuple[str, str, str]:
    """The class that the network names, how sure it is, and the runner-up."""
    names, shares = looked.inside.classes, looked.probabilities
    aside = f"then {names[looked.second]}, {percent(shares[looked.second])}"
    if looked.blank:
        return "It sees", "nothing", f"and still says {names[looked.best]}: it knows no class for an empty field"
    return "It sees a", names[looked.best], f"{percent(shares[looked.best])}; {aside}"


def summary(looked: Looked) -> str:
    """The whole network in words."""
    sizes = [stage.maps.shape for stage in looked.stages]
    way = ", ".join(
        f"{count} maps of {rows} × {columns}" if rows * columns > 1 else f"{count} numbers"
        for count, rows, columns in sizes[1:]
    )
    quiet = [
        f"{int((~stage.maps.any(axis=(1, 2))).sum())} of {len(stage.maps)} in {title}"
        for title, stage in zip(titles(looked.stages)[:-1], looked.stages, strict=False)
        if stage.kind in ("conv", "linear")
    ]
    order = np.argsort(-looked.probabilities, kind="stable")[:3]
    told = ", ".join(f"{looked.inside.classes[label]} {percent(looked.probabilities[label])}" for label in order)
    pixels = " × ".join(map(str, looked.pixels.shape))
    return f"{pixels} pixels become {way}. Silent, zero everywhere: {'; '.join(quiet)}. The classes: {told}."


def map_name(looked: Looked) -> str:
    """The map that is looked at closely."""
    at, channel = looked.chosen
    size = looked.stages[at].maps[0].size
    return f"{titles(looked.stages)[at]}, {'map' if size > 1 else 'unit'} {channel}"


def sum_words(looked: Looked, found: Summed) -> str:
    """One map as a sum of maps."""
    strongest = np.argsort(-np.abs(found.parts).mean(axis=(1, 2)), kind="stable")[:NAMED]
    above = float((found.raw > 0).mean())
    said = ", ".join(f"map {index} ({found.parts[index].mean():+.2f})" for index in strongest)
    return (
        f"{map_name(looked)}: {len(found.parts)} maps, each with a kernel of its own, added cell by cell, and the bias "
        f"{found.bias:.3f}. They add on average: {said}. The ReLU keeps {above:.0%} of the cells, the others become 0."
    ).replace("-", "−")


def weighed_words(looked: Looked, found: Weighed) -> str:
    """One unit as a sum of numbers."""
    strongest = np.argsort(-np.abs(found.shares), kind="stable")[:NAMED]
    said = ", ".join(f"{index} ({found.shares[index]:+.2f})" for index in strongest)
    end = "" if found.raw == found.made else f"; the ReLU makes {found.made:.3g} of it"
    return (
        f"{map_name(looked)}: what {len(found.shares)} below give adds up to {found.shares.sum():.3f}, with the bias "
        f"{found.bias:.3f} to {found.raw:.3f}{end}. Most comes from {said}."
    ).replace("-", "−")


def trace(looked: Looked) -> Trace | None:
    """One map cell by cell: kernel times window for a convolution, the largest of each window for a pooling."""
    at, channel = looked.chosen
    stage, before = looked.stages[at], looked.stages[at - 1]
    if stage.kind == "pool":
        pool: Any = stage.layer
        if pool.ceil_mode or pool.padding != (0, 0) or not isinstance(pool, MaxPool2d | AvgPool2d):
            return None
        given = before.maps[channel].astype(np.float64)
        height, width = given.shape
        window = Window((height, width), pool.kernel_size, pool.stride or pool.kernel_size)
        made = stage.raw[channel].astype(np.float64)
        said = f"{map_name(looked)}, cell by cell."
        return pooling_trace(
            given[None], made[None], window, "max" if isinstance(pool, MaxPool2d) else "mean", False, said
        )
    if stage.kind != "conv" or stage.weight is None or stage.bias is None:
        return None
    layer: Any = stage.layer
    down, across = layer.padding
    padded = np.pad(before.maps.astype(np.float64), ((0, 0), (down, down), (across, across)))
    if layer.groups > 1 or padded.size > MOST_CELLS or max(padded.shape[1:]) > LONGEST_SIDE:
        return None
    walk = Convolved(
        padded=padded,
        kernel=stage.weight[channel][None].astype(np.float64),
        bias=stage.bias[channel][None].astype(np.float64),
        output=stage.raw[channel][None].astype(np.float64),
        unread=np.zeros(padded.shape[1:], dtype=bool),
        stride=layer.stride,
        padding=layer.padding,
        dilation=layer.dilation,
    )
    made = convolution_trace(walk, f"{map_name(looked)}, cell by cell, before the ReLU.")
    return replace(made, grids=tuple(_folded(grid) for grid in made.grids))


def _folded(grid: Grid) -> Grid:
    """Panels in rows of three, so that six channels fit beside each other; nothing here is edited but the digit."""
    *_, height, width = grid.values.shape
    count = grid.values.size // (height * width)
    if count % 3 == 0 and count > 3:
        grid = replace(grid, values=grid.values.reshape(count // 3, 3, height, width))  # (C, …) -> (C/3, 3, H, W)
        grid = replace(grid, panel_titles=tuple(f"map {index}" for index in range(count)))
    return replace(grid, editable=False)


def sweep_words(found: Swept) -> str:
    """Between which angles and moves the answer stays."""
    angles, moves = (
        _kept(numbers, table) for numbers, table in ((found.angles, found.by_angle), (found.moves, found.by_move))
    )
    return (
        f"The class stays the same turned from {angles[0]}° to {angles[1]}° and moved from {moves[0]} to {moves[1]} "
        "pixels: nobody showed the network turned digits, and moved ones only by two pixels."
    ).replace("-", "−")


def _kept(numbers: np.ndarray, table: np.ndarray) -> tuple[int, int]:
    """The run of numbers around 0 with the class that 0 has."""
    named, middle = table.argmax(axis=1), int(np.flatnonzero(numbers == 0)[0])
    low = high = middle
    while low > 0 and named[low - 1] == named[middle]:
        low -= 1
    while high < len(numbers) - 1 and named[high + 1] == named[middle]:
        high += 1
    return int(numbers[low]), int(numbers[high])


def fool_answer(found: Fooled) -> tuple[str, str, str]:
    """How little it takes."""
    if found.needed is None:
        return "Change needed", "more than 0.5", f"for a {found.wanted}: no pixel may change by more than half"
    if found.needed == 0:
        return "Change needed", "none", f"it is a {found.wanted} to the network already"
    levels = f"{found.needed * 255:.0f} of 255 grey levels make it a {found.wanted}"
    return "Change needed", f"ε = {found.needed:.2f}", levels


def fool_words(found: Fooled, strength: float) -> str:
    """The changed digit, and how far one large step or chance would come."""
    at, names = found.at(strength), found.before.inside.classes
    shares = found.curve[at]
    named = int(shares.argmax())
    return (
        f"With ε = {strength:.2f} the network says {names[named]}, {percent(shares[named])}; "
        f"{names[found.wanted]} has {percent(shares[found.wanted])}. One step of that size gives it "
        f"{percent(found.once[at])}, and as much change with random signs {percent(found.noise[at])}."
    )

"""Kernels that are not full: in groups, depthwise, 1 × 1, separable, stacked, dilated, transposed; and their costs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.convolution import kernel_variants_channel_steps as channel_steps
from engine.convolution import kernel_variants_channels as channels
from engine.convolution import kernel_variants_dilated as dilated
from engine.convolution import kernel_variants_separable as separable
from engine.convolution import kernel_variants_separable_steps as separable_steps
from engine.convolution import kernel_variants_stacked as stacked
from engine.convolution import kernel_variants_transposed as transposed
from engine.convolution import kernel_variants_transposed_steps as transposed_steps
from engine.convolution.kernel_variants_channels import legal_groups
from engine.convolution.kernel_variants_settings import SLOTS, Settings
from engine.core import kernels
from engine.core.cost_sheet import Way, share_words
from engine.core.film import Film
from engine.core.trace import Trace

__all__ = [
    "VIEWS",
    "Settings",
    "View",
    "answer",
    "film",
    "legal_groups",
    "summary",
    "times",
    "trace",
    "vary",
    "ways",
    "with_edit",
]
Variant = channels.Mixed | separable.Separated | stacked.Stacked | dilated.Dilated | transposed.Transposed


@dataclass(frozen=True)
class View:
    """What there is to each variant: how it is computed, stepped through, counted and said.

    Args:
        make: Settings → result.
        trace: result → trace, or None if it is too large.
        ways: result → the rows of the cost sheet, the first the one that others are compared with.
        answer: result → label, value, aside.
        summary: result → words.
        fields: the settings that count here and need no control of their own kind.
        film: result → the variant as one number grows, or None.
    """

    make: Callable[[Settings], Any]
    trace: Callable[[Any], Trace | None]
    ways: Callable[[Any], tuple[Way, ...]]
    answer: Callable[[Any], tuple[str, str, str]]
    summary: Callable[[Any], str]
    fields: tuple[str, ...] = ()
    film: Callable[[Any], Film] | None = None


VIEWS: dict[str, View] = {
    "channels": View(
        channels.make,
        channel_steps.trace,
        channels.ways,
        channels.answer,
        channels.summary,
    ),
    "separable": View(
        separable.make,
        separable_steps.trace,
        separable.ways,
        separable.answer,
        separable.summary,
        ("filter", "filter_size", "orientation", "wavelength", "kept", "image"),
    ),
    "stacked": View(
        stacked.make,
        stacked.trace,
        stacked.ways,
        stacked.answer,
        stacked.summary,
        ("stack", "stack_size", "stack_layers", "stack_channels"),
    ),
    "dilated": View(
        dilated.make,
        dilated.trace,
        dilated.ways,
        dilated.answer,
        dilated.summary,
        ("rates", "rate_size", "image"),
        dilated.film,
    ),
    "transposed": View(
        transposed.make,
        transposed_steps.trace,
        transposed.ways,
        transposed.answer,
        transposed.summary,
        ("method", "stride", "stamp_size", "stamp", "coarse", "pattern", "image"),
        transposed_steps.film,
    ),
}


def vary(settings: Settings) -> Variant:
    """The result of the view that is looked at.

    Raises:
        ValueError: what torch refuses, in words.
    """
    return VIEWS[settings.view].make(settings)


def _view(result: Variant) -> View:
    return VIEWS[result.settings.view]


def trace(result: Variant) -> Trace | None:
    """The variant step by step, or None if it has too many cells to follow by eye."""
    return _view(result).trace(result)


def fields_shown(settings: Settings) -> tuple[str, ...]:
    """The fields of the view that have a say: a kernel of one size has no slider for it."""
    s = settings
    idle = {
        "filter_size": not kernels.KERNELS[s.filter].scales,
        "orientation": s.filter != "gabor",
        "wavelength": s.filter != "gabor",
        "stack_layers": s.stack == "strips",
        "stamp_size": s.stamp == "bilinear",
    }
    return tuple(name for name in VIEWS[s.view].fields if not idle.get(name, False))


def film(result: Variant) -> Film | None:
    """The variant while one number grows, or None where there is nothing to see."""
    made = _view(result).film
    return made(result) if made else None


def ways(result: Variant) -> tuple[Way, ...]:
    """The rows of the cost sheet: other ways to do the same job, or the job it replaces."""
    return _view(result).ways(result)


def answer(result: Variant) -> tuple[str, str, str]:
    """Label, number and aside for the line under the picture."""
    return _view(result).answer(result)


def summary(result: Variant) -> str:
    """The result in words."""
    return _view(result).summary(result)


def times(result: Variant) -> tuple[float | None, ...]:
    """Milliseconds of each way in torch on this machine, measured once and kept; None where it is too much to measure.

    No part of the result: a time never comes out the same twice. Torch is imported here and nowhere else in this lab.
    """
    from engine.core.layer_timing import milliseconds

    return milliseconds(ways(result))


def time_words(result: Variant, spent: tuple[float | None, ...]) -> str:
    """What was measured against what was counted, and why they differ."""
    sheet = ways(result)
    first, rival = sheet[0], len(sheet) - 1 if result.settings.view == "channels" else 1
    chosen = next((place for place, way in enumerate(sheet) if way.chosen and place), rival)
    base, other = spent[0], spent[chosen]
    reason = (
        "A count says how much arithmetic there is; the time also depends on how many numbers must be fetched for it, "
        "on how well the loops fill the processor's vector units, and on a fixed cost of every call."
    )
    if base is None or other is None:
        return reason + " What would take over a thousand million multiplications is not measured."
    way = sheet[chosen]
    counted = share_words(way.multiplications / first.multiplications)
    return (
        f"{way.title}: {counted} of the multiplications of “{first.title}”, {share_words(other / base)} of its time. "
        f"{reason} For each number that moves, “{first.title}” multiplies {first.intensity:.3g} times, “{way.title}” "
        f"{way.intensity:.3g} times."
    )


def with_edit(settings: Settings, grid: str, cell: int, value: float) -> Settings:
    """The settings after a cell of a kernel, or of the transposed convolution's input, got another value.

    Raises:
        ValueError: the grid follows from others.
    """
    if settings.view == "transposed":
        return transposed.with_edit(settings, grid, cell, value)
    if settings.view == "separable" and grid == "kernel":
        width = len(separable.kernel_of(settings))
    elif settings.view == "stacked" and grid in stacked.NAMES:
        width = stacked.shapes(settings)[stacked.NAMES.index(grid)][1]
    else:
        raise ValueError("Change a cell of a kernel; the rest follows from it.")
    row, column = divmod(cell, width)
    return settings.but(changes=(*settings.changes, (SLOTS[grid], row, column, value)))

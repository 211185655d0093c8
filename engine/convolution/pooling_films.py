"""Pooling's two films: maps of a photo that is shifted, and a bank of kernels in front of a picture that turns."""

import numpy as np

from engine.core.film import Curve, Film, limits_of, mosaic, panel
from engine.core.rotations import Turns
from engine.core.shifts import WAYS, Shifts

NO_POOLING = "No pooling"
THUMB = 14


def shift_film(moved: Shifts, names: tuple[str, ...]) -> Film:
    """The maps at each shift above, what changed below, and how much as curves.

    Args:
        moved: the maps.
        names: of the ways that are shown, keys of WAYS.
    """
    shown = [moved.full, *(moved.small[name] for name in names)]
    titles = [NO_POOLING, *(WAYS[name].title for name in names)]
    frames = len(moved.full.maps)
    bright = limits_of(np.concatenate([item.maps.ravel() for item in shown]), "grey")
    ends = limits_of(np.concatenate([item.differences.ravel() for item in shown]), "signed")
    sizes = [f"{item.maps.shape[1]} × {item.maps.shape[2]}" for item in shown]
    return Film(
        panels=(
            *(
                panel(title, item.maps, "grey", bright, (size,) * frames)
                for title, item, size in zip(titles, shown, sizes, strict=True)
            ),
            *(
                panel("Change", item.differences, "signed", ends, tuple(f"{100 * part:.1f} %" for part in item.changes))
                for item in shown
            ),
        ),
        labels=tuple(f"shift {shift} px" for shift in range(frames)),
        summary=shift_words(moved, names),
        curves=tuple(Curve(title, 100 * item.changes, " %") for title, item in zip(titles, shown, strict=True)),
        axes=("shift in pixels", "change of the map, % of its length"),
        columns=len(shown),
        start=1,
    )


def turn_film(turned: Turns) -> Film:
    """The turning picture, the bank with each kernel as strong as it answers, and the answers as curves."""
    count = turned.responses.shape[1]
    thumbs = turned.bank.reshape(count, THUMB, 2, THUMB, 2).mean(axis=(2, 4))  # (N, 28, 28) -> (N, 14, 14)
    answers = np.maximum(turned.responses, 0)[:, :, None, None] * thumbs
    columns = {1: 1, 2: 2, 3: 3}.get(count, 4 if count <= 16 else 6)
    strength = float(np.abs(answers).max()) * 0.6  # the strongest cells may be cut, so that the rest is seen
    labels = tuple(f"{angle:g}°" for angle in turned.angles)
    winners = tuple(f"strongest: {turned.bank_angles[place]:g}°" for place in turned.winners)
    quarter = count // 4
    curves = [Curve("Maximum", turned.pooled), Curve("Kernel 0°", turned.responses[:, 0])]
    if quarter:
        curves.append(Curve(f"Kernel {turned.bank_angles[quarter]:g}°", turned.responses[:, quarter]))
    return Film(
        panels=(
            panel("Picture", turned.pictures, "grey", (0, 1), tuple(f"turned by {label}" for label in labels)),
            panel("Bank × response", mosaic(answers, columns), "signed", (-strength, strength), winners),
        ),
        labels=labels,
        summary=turn_words(turned),
        curves=tuple(curves),
        positions=turned.angles.astype(np.float64),
        axes=("turned by, degrees", "response (normalised correlation)"),
        columns=2,
        start=4,
    )


def shift_words(moved: Shifts, names: tuple[str, ...]) -> str:
    """How much a shift by one pixel changes each map, in words."""
    full, last = moved.full.changes, len(moved.full.changes) - 1

    def all_of(shift: int) -> str:
        return ", ".join(f"{WAYS[name].title.lower()} {100 * moved.small[name].changes[shift]:.1f} %" for name in names)

    return (
        f"After a shift by 1 pixel the map differs by {100 * full[1]:.1f} % without pooling; {all_of(1)}. "
        f"After {last} pixels by {100 * full[-1]:.1f} % without pooling; {all_of(last)}."
    )


def turn_words(turned: Turns) -> str:
    """How far a single kernel and the maximum over the bank fall while the picture turns, in words."""
    count = turned.responses.shape[1]
    return (
        f"While the picture turns once around, the kernel at 0° answers between {turned.responses[:, 0].min():.2f} and "
        f"{turned.responses[:, 0].max():.2f}; the maximum over {count} kernels never falls below "
        f"{turned.pooled.min():.2f}."
    ).replace("-", "−")

"""What the heatmaps lab says of its results."""

from collections.abc import Sequence

import numpy as np

from engine.core.attribution import METHODS
from engine.core.tables import Table
from engine.insight.heatmaps import Recognition, Settings, percent
from engine.insight.heatmaps_maps import Heat
from engine.insight.heatmaps_network import layer, left_out
from engine.insight.heatmaps_sanity import Sanity
from engine.insight.heatmaps_scores import RANDOM, Scored

TELLING = 0.3  # deletion score above which pixels taken at random leave the class alone


def half(values: np.ndarray) -> float:
    """The smallest share of the places that holds half of all strength; NaN where there is none.

    >>> half(np.array([[3.0, 1.0], [1.0, 1.0]]))
    0.25
    """
    ordered = np.sort(values.ravel())[::-1]
    total = ordered.sum()
    if total <= 0:
        return float("nan")
    return float((np.searchsorted(np.cumsum(ordered), total / 2 * (1 - 1e-9)) + 1) / ordered.size)


def peak(heat: Heat, seen: Recognition) -> tuple[int, int]:
    """The middle of the strongest cell, in pixels of the image: row and column."""
    row, column = np.unravel_index(int(heat.strength.argmax()), heat.strength.shape)
    (height, width), (rows, columns) = heat.strength.shape, seen.photo.shape[1:]
    return int((row + 0.5) * rows / height), int((column + 0.5) * columns / width)


def noun(seen: Recognition) -> str:
    """What the image is called."""
    return "image" if seen.inside.small else "photo"


def leading(heats: Sequence[Heat]) -> Heat:
    """The map that the answer speaks of: Grad-CAM if it is there, else the first."""
    return next((heat for heat in heats if heat.method == "grad_cam"), heats[0])


def answer(seen: Recognition, heats: Sequence[Heat]) -> tuple[str, str, str]:
    """The class, its probability, and where its evidence lies."""
    heat = leading(heats)
    title, share = METHODS[heat.method].title, half(heat.strength)
    row, column = peak(heat, seen)
    where = (
        f"{title} is blank: nothing here speaks for this class"
        if np.isnan(share)
        else f"half the strength of {title} lies on {100 * share:.0f} % of the {noun(seen)}, "
        f"its peak at row {row}, column {column}"
    )
    return seen.inside.classes[heat.label], percent(seen.probabilities[heat.label]), where


def picture_words(settings: Settings, seen: Recognition, rows: Sequence[Sequence[Heat]]) -> str:
    """The maps in words."""
    top = ", ".join(seen.said(int(label)) for label in seen.ranking[:3])
    parts = [f"{seen.title}. {seen.inside.title} says {top}."]
    for heats in rows:
        named = "; ".join(f"{METHODS[heat.method].title} {_place(heat, seen)}" for heat in heats)
        parts.append(f"Maps for {seen.inside.classes[heats[0].label]}, strongest at row, column: {named}.")
    if any(heat.method.startswith("grad_cam") for heat in rows[0]):
        at = layer(settings, seen.inside)
        parts.append(f"Grad-CAM reads the maps of layer {at}, {seen.inside.layers[at - 1][0]}.")
    if settings.view == "signed":
        parts.append("Blue speaks for the class, orange against it.")
    parts += [path_words(settings, heat) for heat in rows[0] if heat.method == "integrated"]
    return " ".join([*parts, left_out(settings, seen.inside)]).strip()


def _place(heat: Heat, seen: Recognition) -> str:
    return "blank" if np.isnan(half(heat.strength)) else "{}, {}".format(*peak(heat, seen))


def path_words(settings: Settings, heat: Heat) -> str:
    """What integrated gradients add up to: the test of completeness."""
    total = f"{heat.signed.sum():.2f}".replace("-", "−")
    start = {"grey": "the mean colour", "black": "black", "blurred": "the blurred image"}[settings.blank]
    return (
        f"Integrated gradients add up to {total}; with points enough on the path that is what the score gains from "
        f"{start} to the image."
    )


def score_table(scored: Sequence[Scored]) -> Table:
    """A line for each map, the best insertion first: its name, deletion and insertion score."""
    ordered = sorted(scored, key=lambda one: -one.curves.insertion_score)
    lines = [(one.title, f"{one.curves.deletion_score:.3f}", f"{one.curves.insertion_score:.3f}") for one in ordered]
    return Table(("", "deletion, less is better", "insertion, more is better"), lines)


def score_words(scored: Sequence[Scored]) -> str:
    """The scores in words."""
    maps = [one for one in scored if one.method != RANDOM]
    chance = next(one.curves for one in scored if one.method == RANDOM)
    best = max(maps, key=lambda one: one.curves.insertion_score)
    soonest = min(maps, key=lambda one: one.curves.deletion_score)
    said = (
        f"Put back in the order of {best.title}, the pixels bring the class back soonest: area "
        f"{best.curves.insertion_score:.3f}, in random order {chance.insertion_score:.3f}. Taken away in the order of "
        f"{soonest.title} they end it soonest: {soonest.curves.deletion_score:.3f}, at random "
        f"{chance.deletion_score:.3f}."
    )
    if chance.deletion_score > TELLING:
        return said
    return (
        f"{said} Beware of deletion: plain pixels strewn over an image are like nothing that the network has seen, so "
        "even random ones kill the class."
    )


def like(rho: float) -> str:
    """A rank correlation as it is said; a map that is the same everywhere has none.

    >>> like(-0.25), like(float("nan"))
    ('−0.25', 'blank')
    """
    return "blank" if np.isnan(rho) else f"{rho:.2f}".replace("-", "−")


def sanity_words(found: Sanity) -> str:
    """The sanity check in words."""
    at = len(found.stages) // 2
    numbers = {METHODS[name].title: like(rho[at]) for name, rho in found.correlations.items()}
    said = ", ".join(f"{title} {number}" for title, number in numbers.items())
    return (
        f"Rank correlation with the trained network's map once everything from the top down to {found.stages[at]} is "
        f"random: {said}. A map that hardly changes does not show what the network learned."
    )

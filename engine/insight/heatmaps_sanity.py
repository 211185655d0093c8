"""The sanity check: up to four maps, drawn again while the network loses its weights layer by layer from the top."""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from torch.nn import Module

from engine.core.attribution import in_one_pass
from engine.core.attribution_cam import Activations
from engine.core.fields import Experiment, image, seed, text, whole
from engine.core.networks import inspected
from engine.core.networks.inspected import Inspected
from engine.core.progress import Report, silent
from engine.core.randomising import cascade, rank_correlation
from engine.insight.heatmaps import Settings
from engine.insight.heatmaps_network import cannot

METHODS = ("gradient", "deconvnet", "guided", "grad_cam")
SHOWN_SIDE = 80
MOST_STAGES = 12
Stages = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Check(Experiment):
    """What the check depends on."""

    network: str = text(inspected.LITE0, 24, "Network", parse=inspected.check)
    image: str = image("photo:cat")
    label: int = whole(0, 0, 999, "Class")
    seed: int = seed()


@dataclass(frozen=True, eq=False)
class Sanity:
    """What was found.

    Args:
        stages: (T,) what was made random last, "trained" first.
        maps: method to its maps, (T, h, w) strengths, each divided by its largest.
        correlations: method to Spearman's ρ with the trained network's map, (T,).
    """

    stages: tuple[str, ...]
    maps: dict[str, np.ndarray]
    correlations: dict[str, np.ndarray]


def question(settings: Settings, label: int) -> Check:
    """The experiment for these settings."""
    return Check(network=settings.network, image=settings.image, label=label, seed=settings.seed)


def check(wanted: Check, report: Report = silent) -> Sanity:
    """Randomise stage after stage, and draw the maps of the same class each time."""
    inside = inspected.find(wanted.network)
    photo, stages = inside.prepared(inside.picture(wanted.image).pixels), stages_of(inside)
    methods = [name for name in METHODS if name not in cannot(inside)]
    frames = [_strengths(inside, inside.module, photo, wanted.label)]
    paths = [path for _, stage in stages for path in stage]
    lasts = {stage[-1]: title for title, stage in stages}
    for path, made in zip(paths, cascade(inside.module, paths, wanted.seed), strict=True):
        if path in lasts:
            frames.append(_strengths(inside, made, photo, wanted.label))
            report(len(frames) / (len(stages) + 1), f"Random weights down to {lasts[path]}")
    first = frames[0]
    return Sanity(
        ("trained", *(title for title, _ in stages)),
        {name: np.stack([_small(frame[name]) for frame in frames]) for name in methods},
        {name: np.array([rank_correlation(first[name], frame[name]) for frame in frames]) for name in methods},
    )


def stages_of(inside: Inspected) -> Stages:
    """What is made random at a time, from the classes downwards: what stands for it, and the paths.

    A deep network's layers are taken together, so that there are MOST_STAGES at most.
    """
    count = -(-len(inside.weighed) // MOST_STAGES)
    parts = (inside.weighed[start : start + count] for start in range(0, len(inside.weighed), count))
    return tuple((part[-1][0], tuple(path for _, paths in part for path in paths)) for part in parts)


def _strengths(inside: Inspected, network: Module, photo: np.ndarray, label: int) -> dict[str, np.ndarray]:
    found = {name: np.abs(values).max(axis=0) for name, values in in_one_pass(network, photo, label).items()}
    if inside.layers:
        found["grad_cam"] = np.maximum(Activations(network, photo, inside.layers[-1][1]).grad_cam(label), 0)
    return found


def _small(values: np.ndarray) -> np.ndarray:
    """A map for the film: sides of 80 at most, 1 where it is strongest (but for one pixel in 200)."""
    if len(values) > SHOWN_SIDE:
        picture = Image.fromarray(values.astype(np.float32))
        values = np.asarray(picture.resize((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.BOX))
    top = float(np.percentile(values, 99.5))
    return (values / top if top > 0 else values).clip(0, 1).astype(np.float32)

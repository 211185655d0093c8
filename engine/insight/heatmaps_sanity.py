"""The sanity check: four maps, drawn again while the network loses its weights layer by layer from the top."""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from torch.nn import Module

from engine.core import images
from engine.core.attribution import by_rules
from engine.core.attribution_cam import Activations
from engine.core.fields import Experiment, image, seed, whole
from engine.core.networks import efficientnet
from engine.core.progress import Report, silent
from engine.core.randomising import cascade, rank_correlation
from engine.insight.heatmaps import SIDE, Settings

# Two blocks at a time are enough to see it; the title is what stands for the frame.
STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("classes", ("fc",)),
    ("head", ("conv_head",)),
    *((f"block {top}", (f"blocks.{top - 1}", f"blocks.{top - 2}")) for top in range(16, 0, -2)),
    ("stem", ("conv_stem",)),
)
METHODS = ("gradient", "deconvnet", "guided", "grad_cam")
SHOWN_SIDE = 80


@dataclass(frozen=True)
class Check(Experiment):
    """What the check depends on."""

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
    return Check(image=settings.image, label=label, seed=settings.seed)


def check(wanted: Check, report: Report = silent) -> Sanity:
    """Randomise stage after stage, and draw the maps of the same class each time."""
    photo = efficientnet.prepared(images.load(wanted.image, SIDE, channels=3).pixels)
    network = efficientnet.lite0()
    frames = [_strengths(network, photo, wanted.label)]
    paths = [path for _, stage in STAGES for path in stage]
    lasts = {stage[-1]: title for title, stage in STAGES}
    for path, made in zip(paths, cascade(network, paths, wanted.seed), strict=True):
        if path in lasts:
            frames.append(_strengths(made, photo, wanted.label))
            report(len(frames) / (len(STAGES) + 1), f"Random weights down to {lasts[path]}")
    first = frames[0]
    return Sanity(
        ("trained", *(title for title, _ in STAGES)),
        {name: np.stack([_small(frame[name]) for frame in frames]) for name in METHODS},
        {name: np.array([rank_correlation(first[name], frame[name]) for frame in frames]) for name in METHODS},
    )


def _strengths(network: Module, photo: np.ndarray, label: int) -> dict[str, np.ndarray]:
    found = {name: np.abs(values).max(axis=0) for name, values in by_rules(network, photo, label).items()}
    found["grad_cam"] = np.maximum(Activations(network, photo, efficientnet.LAYERS[-1][1]).grad_cam(label), 0)
    return found


def _small(values: np.ndarray) -> np.ndarray:
    """A map for the film: sides of 80 at most, 1 where it is strongest (but for one pixel in 200)."""
    if len(values) > SHOWN_SIDE:
        picture = Image.fromarray(values.astype(np.float32))
        values = np.asarray(picture.resize((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.BOX))
    top = float(np.percentile(values, 99.5))
    return (values / top if top > 0 else values).clip(0, 1).astype(np.float32)

"""What this lab learns from: the shared data sets, generated shapes, and the reader's own images."""

import io
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from engine.core import archives, shapes
from engine.core.datasets import FOLDER
from engine.core.downloads import File, is_here
from engine.core.examples import Examples, Pair
from engine.core.training_sets import SETS, TrainingSet

if TYPE_CHECKING:
    from engine.training.train_cnn import Settings

TITLES = {name: data.title for name, data in SETS.items()} | {"shapes": "Shapes to order", "own": "Own images"}


def data_of(settings: "Settings") -> TrainingSet:
    """What these settings learn from.

    Raises:
        ValueError: there are no own images yet, or no more.
    """
    if settings.dataset == "shapes":
        names, shape, order = shapes.NAMES[settings.label], (3, shapes.SIDE, shapes.SIDE), order_of(settings)
        read = partial(shapes.shapes, order)
        return TrainingSet("Shapes", "shapes", shape, names, shapes.TRAINING, shapes.TESTING, "", read)
    if settings.dataset == "own":
        training, testing = archives.alive(settings.images).pair
        counts = (len(training), len(testing))
        return TrainingSet(
            "Own images", "images", training.shape, training.classes, *counts, "", partial(_own, settings.images)
        )
    return SETS[settings.dataset]


def _own(reference: str) -> Pair:
    """Read again when they are wanted: what is known of them must not keep them."""
    return archives.alive(reference).pair


def missing(data: TrainingSet) -> tuple[File, ...]:
    """Files that must be fetched first."""
    return tuple(file for file in data.files if not is_here(file))


def samples(settings: "Settings") -> Examples:
    """Some of what is learned from, at once."""
    return shapes.some(order_of(settings)) if settings.dataset == "shapes" else data_of(settings).read()[0]


def packed(settings: "Settings") -> bytes:
    """The data as the exported script reads them: an npz file of four arrays."""
    if settings.dataset == "mnist":
        return (FOLDER / "mnist.npz").read_bytes()
    arrays = {
        f"{name}_{kind}": getattr(part, kind)
        for name, part in zip(("train", "test"), data_of(settings).read(), strict=True)
        for kind in ("images", "labels")
    }
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def order_of(settings: "Settings") -> shapes.Order:
    """The shapes that are wanted."""
    return shapes.Order(
        settings.label, settings.shape, settings.colour, settings.texture, settings.position, seed=settings.seed
    )

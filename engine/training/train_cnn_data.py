"""What this lab learns from: the shared data sets, generated shapes, and the reader's own images."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.core import archives, shapes
from engine.core.datasets import FOLDER
from engine.core.downloads import File, is_here
from engine.core.examples import Examples
from engine.core.training_sets import SETS

if TYPE_CHECKING:
    from engine.training.train_cnn import Settings

TITLES = {name: data.title for name, data in SETS.items()} | {"shapes": "Shapes to order", "own": "Own images"}


@dataclass(frozen=True)
class Data:
    """What is known of the data before they are read.

    Args:
        title, noun: what they and their images are called.
        shape: channels, height, width of an image.
        classes: their names.
        training, testing: how many images there are.
        credit: who made them.
    """

    title: str
    noun: str
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    training: int
    testing: int
    credit: str = ""


def data_of(settings: "Settings") -> Data:
    """What these settings learn from.

    Raises:
        ValueError: there are no own images yet, or no more.
    """
    if settings.dataset == "shapes":
        names = shapes.NAMES[settings.label]
        side = shapes.SIDE
        return Data("Shapes", "shapes", (3, side, side), names, shapes.TRAINING, shapes.TESTING)
    if settings.dataset == "own":
        training, testing = archives.alive(settings.images).pair
        return Data("Own images", "images", training.shape, training.classes, len(training), len(testing))
    known = SETS[settings.dataset]
    return Data(
        known.title,
        known.noun,
        known.shape,
        known.classes,
        known.training,
        known.testing,
        known.credit,
    )


def missing(settings: "Settings") -> tuple[File, ...]:
    """Files that must be fetched first."""
    known = SETS.get(settings.dataset)
    return tuple(file for file in known.files if not is_here(file)) if known else ()


def load(settings: "Settings") -> tuple[Examples, Examples]:
    """Training and test examples; the files must be there."""
    if settings.dataset == "own":
        return archives.alive(settings.images).pair
    if settings.dataset == "shapes":
        return shapes.shapes(order_of(settings))
    return SETS[settings.dataset].read()


def samples(settings: "Settings") -> Examples:
    """Some of what is learned from, at once."""
    return shapes.some(order_of(settings)) if settings.dataset == "shapes" else load(settings)[0]


def packed(settings: "Settings") -> bytes:
    """The data as the exported script reads them: an npz file of four arrays."""
    if settings.dataset == "mnist":
        return (FOLDER / "mnist.npz").read_bytes()
    arrays = {
        f"{name}_{kind}": getattr(part, kind)
        for name, part in zip(("train", "test"), load(settings), strict=True)
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

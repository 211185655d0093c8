"""Where did it look: one image, one class score, and nine maps of the pixels that the score hangs on."""

from dataclasses import dataclass

import numpy as np

from engine.core import attribution
from engine.core.attribution import METHODS
from engine.core.attribution_scores import probability
from engine.core.fields import Experiment, choice, edits, flag, image, real, seed, text, whole
from engine.core.networks import efficientnet, inspected
from engine.core.networks.inspected import Inspected
from engine.core.selections import one_of, several
from engine.insight.heatmaps_rules import with_edit

GUESSES = {
    "first": "the top class",
    "second": "second guess",
    "third": "third guess",
    "fourth": "fourth guess",
    "fifth": "fifth guess",
}
# Any network's classes by their numbers; a link keeps these. Their names are those of the network that comes first.
CLASSES = {f"c{index}": name for index, name in enumerate(efficientnet.labels())}
TITLES = {name: method.title for name, method in METHODS.items()}
VIEWS = {"signed": "signed", "strength": "absolute"}
BLANKS = {"grey": "mean colour", "black": "black", "blurred": "the image, blurred"}

__all__ = ["Settings", "recognise", "with_edit"]


@dataclass(frozen=True)
class Settings(Experiment):
    """Which network, image and class, which maps, and how they are made and shown."""

    network: str = text(inspected.LITE0, 24, "Network", "Or one that you trained in this visit.", inspected.check)
    image: str = image("photo:cat", "Image")
    target: str = one_of("first", GUESSES | CLASSES, "Class", "Whose score is explained: any class of the network.")
    rival: str = one_of(
        "none", {"none": "none"} | GUESSES | CLASSES, "Against", "A second class, whose maps stand below the first's."
    )
    methods: tuple[str, ...] = several(
        ("gradient", "guided", "grad_cam"), TITLES, "Methods", "Slow ones show how far they are."
    )
    view: str = choice(
        "strength",
        VIEWS,
        "Show",
        "Signed: blue speaks for the class, orange against it, the colours of a pixel added up. Absolute: how much a "
        "pixel matters either way, by its strongest colour; of Grad-CAM the positive part, as it is defined.",
    )
    opacity: float = real(0.6, 0, 1, "Opacity of the map", "0 shows the image alone, 1 the map alone.", 0.05)
    smooth: bool = flag(
        True, "Smooth the small maps", "Off: every cell of a 7 × 7 map as it is; at full opacity with its number."
    )
    layer: int = whole(0, 0, 200, "Layer of Grad-CAM", "The higher, the nearer to the classes; 0 is the last.")
    noise: float = real(
        0.15, 0.02, 0.5, "Noise σ", "As a share of the image's range; the paper takes 0.1 to 0.2.", 0.01
    )
    samples: int = whole(24, 4, 64, "Noisy copies", "SmoothGrad is the mean gradient of so many.", 4)
    steps: int = whole(32, 4, 64, "Points on the path", "Of integrated gradients.", 4)
    blank: str = choice(
        "grey", BLANKS, "Nothing is", "Where integrated gradients start, and what an occluding patch shows."
    )
    window: int = whole(0, 0, 512, "Patch", "Side of the occluding patch in pixels; 0 is a seventh of the image's.")
    stride: int = whole(
        0,
        0,
        512,
        "Step of the patch",
        "How far it moves; 0 is a fourteenth of the image's side. Less is finer and slower.",
    )
    scored: bool = flag(False, "Delete and insert pixels", "Scores each map that is shown; about a second.")
    sanity: bool = flag(False, "Randomise the layers", "Draws four maps again for each layer; about two seconds.")
    capped: bool = flag(False, "ReLU6", "A ReLU that is flat above 6 as well.")
    changes: tuple[tuple[int, int, int, float], ...] = edits(100, "Numbers of the small example")
    seed: int = seed()


@dataclass(frozen=True)
class Look(Experiment):
    """What the network's answer depends on: the image alone."""

    network: str = text(inspected.LITE0, 24, "Network", parse=inspected.check)
    image: str = image("photo:cat", "Image")


@dataclass(frozen=True, eq=False)
class Recognition:
    """What the network says of an image.

    Args:
        inside: the network.
        title, credit: of the image.
        photo: (C, H, W) float32 in [0, 1], as the network takes it.
        logits: (classes,) the scores.
        probabilities: (classes,) their softmax.
        ranking: (classes,) the likeliest first.
    """

    inside: Inspected
    title: str
    credit: str
    photo: np.ndarray
    logits: np.ndarray
    probabilities: np.ndarray
    ranking: np.ndarray

    def class_of(self, name: str) -> int:
        """The class that a setting means: one of the guesses, or a class of its own number.

        Raises:
            ValueError: the network has no such class.
        """
        number = class_number(name, self.inside.classes, self.inside.title)
        return int(self.ranking[number]) if name in GUESSES else number

    def said(self, label: int) -> str:
        """A class and its probability."""
        return f"{self.inside.classes[label]} {percent(self.probabilities[label])}"


def class_number(name: str, classes: tuple[str, ...], title: str) -> int:
    """The number that a setting gives: of a guess among the guesses, of a class among the classes.

    Raises:
        ValueError: the network has not so many.
    """
    number = list(GUESSES).index(name) if name in GUESSES else int(name[1:])
    if number < len(classes):
        return number
    what = GUESSES.get(name, f"class {number}")
    raise ValueError(f"{title} knows {len(classes)} classes, numbered from 0: it has no {what}.")


def look(settings: Settings) -> Look:
    """The part of the settings that the network's answer depends on."""
    return Look(network=settings.network, image=settings.image)


def recognise(look: Look) -> Recognition:
    """Run the network on the image: cut about the centre to the shape that it takes, and resized to it.

    Raises:
        ValueError: there is no such image, or no such network any more.
    """
    inside = inspected.find(look.network)
    picture = inside.picture(look.image)
    logits = attribution.scores(inside.module, inside.prepared(picture.pixels)[None])
    every = np.concatenate([probability(logits, label) for label in range(logits.shape[1])])
    ranking = np.argsort(-logits[0], kind="stable")
    return Recognition(inside, picture.title, picture.credit, picture.pixels, logits[0], every, ranking)


def percent(share: float) -> str:
    """A probability as it is said.

    >>> percent(0.423), percent(0.0004)
    ('42 %', 'under 0.1 %')
    """
    if share < 0.001:
        return "under 0.1 %"
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def guesses(settings: Settings, seen: Recognition) -> tuple[list[tuple[str, str, str, float]], str, str]:
    """The five likeliest classes, and the chosen one if it is another, as bars; the chosen bar and its rival's.

    Returns:
        For each bar its name, title, number and length; the name of the chosen one; the name of the rival or "".
    """
    labels = seen.inside.classes
    shown = {name: int(label) for name, label in zip(GUESSES, seen.ranking, strict=False)}
    for name in (settings.target, settings.rival):
        if name != "none" and seen.class_of(name) not in shown.values():
            shown[name] = seen.class_of(name)
    names = {label: name for name, label in shown.items()}
    bars = [
        (name, labels[label], percent(seen.probabilities[label]), float(seen.probabilities[label]))
        for name, label in shown.items()
    ]
    against = "" if settings.rival == "none" else names[seen.class_of(settings.rival)]
    return bars, names[seen.class_of(settings.target)], against

"""Where did it look: one photo, one class score, and nine maps of the pixels that the score hangs on."""

from dataclasses import dataclass

import numpy as np

from engine.core import attribution, images
from engine.core.attribution import METHODS
from engine.core.attribution_occlusion import places
from engine.core.attribution_scores import probability
from engine.core.fields import Experiment, choice, edits, flag, image, real, seed, whole
from engine.core.networks import efficientnet
from engine.core.selections import one_of, several
from engine.insight.heatmaps_rules import with_edit

SIDE = efficientnet.SIDE
GUESSES = {
    "first": "the top class",
    "second": "second guess",
    "third": "third guess",
    "fourth": "fourth guess",
    "fifth": "fifth guess",
}
CLASSES = {f"c{index}": name for index, name in enumerate(efficientnet.labels())}
TITLES = {name: method.title for name, method in METHODS.items()}
VIEWS = {"signed": "signed", "strength": "absolute"}
BLANKS = {"grey": "mid-grey", "black": "black", "blurred": "the photo, blurred"}
MOST_PLACES = 400
MOST_SHOWN = 9

__all__ = ["Settings", "recognise", "with_edit"]


@dataclass(frozen=True)
class Settings(Experiment):
    """Which photo, which class, which maps, and how they are made and shown."""

    image: str = image("photo:cat", "Photo")
    target: str = one_of("first", GUESSES | CLASSES, "Class", "Whose score is explained: any of the 1000 classes.")
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
    opacity: float = real(0.6, 0, 1, "Opacity of the map", "0 shows the photo alone, 1 the map alone.", 0.05)
    smooth: bool = flag(
        True, "Smooth the small maps", "Off: every cell of a 7 × 7 map as it is; at full opacity with its number."
    )
    layer: int = whole(
        len(efficientnet.LAYERS),
        1,
        len(efficientnet.LAYERS),
        "Layer of Grad-CAM",
        "1 is the stem, 2 to 17 the blocks, 18 the head: the last maps before the classes.",
    )
    noise: float = real(
        0.15, 0.02, 0.5, "Noise σ", "As a share of the photo's range; the paper takes 0.1 to 0.2.", 0.01
    )
    samples: int = whole(24, 4, 64, "Noisy copies", "SmoothGrad is the mean gradient of so many.", 4)
    steps: int = whole(32, 4, 64, "Points on the path", "Of integrated gradients.", 4)
    blank: str = choice(
        "grey", BLANKS, "Nothing is", "Where integrated gradients start, and what an occluding patch shows."
    )
    window: int = whole(32, 16, 96, "Patch", "Side of the occluding patch in pixels.", 8)
    stride: int = whole(16, 8, 64, "Step of the patch", "How far it moves; smaller is finer and slower.", 8)
    scored: bool = flag(False, "Delete and insert pixels", "Scores each map that is shown; about a second.")
    sanity: bool = flag(False, "Randomise the layers", "Draws four maps again for each layer; about two seconds.")
    capped: bool = flag(False, "ReLU6", "A ReLU that is flat above 6 as well.")
    changes: tuple[tuple[int, int, int, float], ...] = edits(100, "Numbers of the small example")
    seed: int = seed()

    def __post_init__(self) -> None:
        super().__post_init__()
        count = len(places(SIDE, self.window, self.stride)) ** 2
        if count > MOST_PLACES:
            raise ValueError(
                f"A patch of {self.window} with steps of {self.stride} has {count} places, and {MOST_PLACES} is the "
                "most: take longer steps."
            )


@dataclass(frozen=True)
class Look(Experiment):
    """What the network's answer depends on: the photo alone."""

    image: str = image("photo:cat", "Photo")


@dataclass(frozen=True, eq=False)
class Recognition:
    """What the network says of a photo.

    Args:
        title, credit: of the photo.
        photo: (3, 224, 224) float32 in [0, 1].
        logits: (1000,) the scores.
        probabilities: (1000,) their softmax.
        ranking: (1000,) classes, the likeliest first.
    """

    title: str
    credit: str
    photo: np.ndarray
    logits: np.ndarray
    probabilities: np.ndarray
    ranking: np.ndarray

    def class_of(self, name: str) -> int:
        """The class that a setting means: one of the guesses, or a class of its own number."""
        guesses = list(GUESSES)
        return int(self.ranking[guesses.index(name)]) if name in guesses else int(name[1:])

    def said(self, label: int) -> str:
        """A class and its probability."""
        return f"{efficientnet.labels()[label]} {percent(self.probabilities[label])}"


def look(settings: Settings) -> Look:
    """The part of the settings that the network's answer depends on."""
    return Look(image=settings.image)


def recognise(look: Look) -> Recognition:
    """Run the network on the photo: cut to a square about the centre, 224 × 224."""
    picture = images.load(look.image, SIDE, channels=3)
    logits = attribution.scores(efficientnet.lite0(), efficientnet.prepared(picture.pixels)[None])
    every = np.concatenate([probability(logits, label) for label in range(logits.shape[1])])
    ranking = np.argsort(-logits[0], kind="stable")
    return Recognition(picture.title, picture.credit, picture.pixels, logits[0], every, ranking)


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
    labels = efficientnet.labels()
    shown = {name: int(seen.ranking[place]) for place, name in enumerate(GUESSES)}
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

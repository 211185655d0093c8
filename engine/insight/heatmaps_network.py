"""What a network can be asked for: its classes and layers, patches that suit its images, maps that it cannot give."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.core.attribution import METHODS
from engine.core.attribution_occlusion import places
from engine.core.networks import inspected
from engine.core.networks.inspected import Inspected
from engine.core.rectifiers import has_rectifiers
from engine.insight.heatmaps import GUESSES, Settings, class_number

# Over a photo, and over a small image, mostly a digit on black, where a map needs more to be seen.
OPACITIES = {False: Settings().opacity, True: 0.8}
MOST_PLACES, MOST_SMALL = 400, 1024  # of a patch; on small images each costs little
BY_RULE, CAMS = ("deconvnet", "guided"), ("grad_cam", "grad_cam_pp")
NO_RELU = "{title} has no ReLU whose way back could follow another rule"
NO_MAPS = "{title} has no layer that gives maps"


@dataclass(frozen=True)
class Patch:
    """What an occluding patch may be on images of some size.

    Args:
        lowest, highest: of its side.
        shortest: step, and how finely both are chosen.
        window, stride: its side and its step, where nothing else was chosen.
    """

    lowest: int
    highest: int
    shortest: int
    window: int
    stride: int


def patch_of(inside: Inspected) -> Patch:
    """Patches of a fourteenth to half of the shorter side.

    On 224 pixels 16 to 112, usually 32 in steps of 16; on 28 pixels 2 to 14, usually 4 in steps of 2.
    """
    side = min(inside.shape[1:])
    highest, shortest = max(1, side // 2), max(1, side // 28)
    window = min(max(2, round(side / 7)), highest)
    return Patch(max(1, side // 14), highest, shortest, window, max(1, window // 2))


def patch(settings: Settings, inside: Inspected) -> tuple[int, int]:
    """The patch's side and step on this network's images.

    Raises:
        ValueError: it does not suit them: a sentence.
    """
    suits, (height, width) = patch_of(inside), inside.shape[1:]
    window = settings.window or suits.window
    stride = settings.stride or min(suits.stride, window)
    if not suits.lowest <= window <= suits.highest:
        raise ValueError(
            f"On images of {height} × {width} pixels a patch has {suits.lowest} to {suits.highest} pixels a side, not "
            f"{window}."
        )
    if stride < suits.shortest:
        raise ValueError(f"Steps of {stride} are too short for images of {height} × {width} pixels.")
    count = len(places(height, window, stride)) * len(places(width, window, stride))
    most = MOST_SMALL if inside.small else MOST_PLACES
    if count > most:
        raise ValueError(
            f"A patch of {window} with steps of {stride} has {count} places, and {most} is the most: take longer steps."
        )
    return window, stride


def layer(settings: Settings, inside: Inspected) -> int:
    """Which of the network's layers is looked at, from 1; the last if none is chosen.

    Raises:
        ValueError: there is no such layer.
    """
    count = len(inside.layers)
    if settings.layer > count:
        raise ValueError(f"{inside.title} has {count} layers that give maps, and no {settings.layer}.")
    return settings.layer or count


def cannot(inside: Inspected) -> dict[str, str]:
    """Methods that say nothing of this network, and why."""
    without = {} if has_rectifiers(inside.module) else dict.fromkeys(BY_RULE, NO_RELU)
    without |= {} if inside.layers else dict.fromkeys(CAMS, NO_MAPS)
    return {name: why.format(title=inside.title) for name, why in without.items()}


def methods(settings: Settings, inside: Inspected) -> tuple[str, ...]:
    """Those of the chosen methods that this network has maps for."""
    without = cannot(inside)
    return tuple(name for name in settings.methods if name not in without)


def nothing(settings: Settings, inside: Inspected) -> str:
    """Why none of the chosen methods gives a map, in a sentence; "" if one does."""
    if methods(settings, inside):
        return ""
    return f"{left_out(settings, inside)} Choose another method, such as the gradient."


def left_out(settings: Settings, inside: Inspected) -> str:
    """What is not drawn and why, in a sentence for each reason; "" if all is."""
    named: dict[str, list[str]] = {}
    for name, why in cannot(inside).items():
        if name in settings.methods:
            named.setdefault(why, []).append(METHODS[name].title)
    verbs = {why: "is" if len(titles) == 1 else "are" for why, titles in named.items()}
    return " ".join(f"{' and '.join(titles)} {verbs[why]} not drawn: {why}." for why, titles in named.items())


def choices(inside: Inspected) -> dict[str, str]:
    """What may be asked for: a guess or a class, and what the reader reads."""
    guesses = list(GUESSES.items())[: len(inside.classes)]
    return dict(guesses) | {f"c{index}": name for index, name in enumerate(inside.classes)}


def suited(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The same as far as its network has it; what it has not takes its default, with a sentence for each."""
    try:
        inside = inspected.find(settings.network)
    except ValueError:
        return settings, ()
    sentences = []
    for read, *ways_out in CHECKS:
        sentence = ""
        for changes, words in ways_out:
            try:
                read(settings, inside)
            except ValueError as error:
                settings, sentence = settings.but(**changes), f"{error} {words}"
        sentences += [sentence] if sentence else []
    return settings, tuple(sentences)


def _named(name: str) -> Callable[[Settings, Inspected], object]:
    """Asks for the class that a field names."""
    return lambda settings, inside: (
        getattr(settings, name) == "none" or class_number(getattr(settings, name), inside.classes, inside.title)
    )


# What is asked of the network, and what to change if it refuses, one after the other until it does not.
Change = tuple[dict[str, Any], str]
CHECKS: tuple[tuple[Any, *tuple[Change, ...]], ...] = (
    (_named("target"), ({"target": "first"}, "The top class is explained.")),
    (_named("rival"), ({"rival": "none"}, "No class is set against it.")),
    (layer, ({"layer": 0}, "The last is taken.")),
    (patch, ({"stride": 0}, "The usual step is taken."), ({"window": 0}, "The usual patch is taken.")),
)


def spans(settings: Settings, inside: Inspected) -> dict[str, dict[str, Any]]:
    """What the sliders of layer and patch go over on this network: field to `scale` and `at` of a slider.

    The settings are `suited`.
    """
    (window, stride), suits = patch(settings, inside), patch_of(inside)
    grain = suits.shortest
    return {
        "layer": {"scale": (1, max(1, len(inside.layers)), 1), "at": layer(settings, inside)},
        "window": {"scale": (suits.lowest, suits.highest, grain), "at": window},
        "stride": {"scale": (grain, suits.highest, grain), "at": stride},
    }


def following(settings: Settings, reference: str) -> dict[str, object]:
    """What goes with another network: what is not known there takes its default, and an image of its own kind."""
    inside = inspected.find(reference)
    kept = settings.image.startswith(("upload:", "drawing:"))
    own = inside.samples is not None and inside.samples.number(settings.image) is not None
    changes: dict[str, object] = {"target": "first", "rival": "none", "layer": 0, "window": 0, "stride": 0}
    if settings.opacity in OPACITIES.values():  # the reader's own stays
        changes["opacity"] = OPACITIES[inside.small]
    return changes if kept or own else changes | {"image": typical(inside)}


def typical(inside: Inspected) -> str:
    """An image that the network was made for."""
    return inside.samples.reference(0) if inside.samples else "photo:cat"

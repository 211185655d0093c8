"""The maps themselves: each kind of work by its own small experiment, so that it is done once and kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import zoom

from engine.core import images
from engine.core.attribution import METHODS, by_rules, integrated_gradients, smooth_grad
from engine.core.attribution_cam import Activations
from engine.core.attribution_occlusion import occlusion
from engine.core.attribution_scores import blurred
from engine.core.fields import Experiment, choice, image, real, seed, whole
from engine.core.networks import efficientnet
from engine.core.progress import Report, silent
from engine.insight.heatmaps import BLANKS, SIDE, Recognition, Settings


@dataclass(frozen=True)
class Ask(Experiment):
    """What one family of maps depends on; fields that it does not use keep their defaults."""

    image: str = image("photo:cat")
    label: int = whole(0, 0, 999, "Class")
    layer: int = whole(1, 1, len(efficientnet.LAYERS), "Layer")
    noise: float = real(0.15, 0.02, 0.5, "Noise")
    samples: int = whole(24, 4, 64, "Samples")
    steps: int = whole(32, 4, 64, "Steps")
    blank: str = choice("grey", BLANKS, "Blank")
    window: int = whole(32, 16, 96, "Window")
    stride: int = whole(16, 8, 64, "Stride")
    seed: int = seed()


@dataclass(frozen=True, eq=False)
class Heat:
    """One map.

    Args:
        method: a key of METHODS.
        label: the class.
        signed: (h, w), positive where the score gains.
        strength: (h, w), not negative: how much a place matters.
    """

    method: str
    label: int
    signed: np.ndarray
    strength: np.ndarray

    def shown(self, view: str) -> np.ndarray:
        """The map in a view of heatmaps.VIEWS: (h, w)."""
        return self.signed if view == "signed" else self.strength

    def ranking(self, view: str) -> np.ndarray:
        """The map as large as the photo, by which pixels are ranked: (224, 224)."""
        values = self.shown(view)
        factor = SIDE / values.shape[0]
        return values if factor == 1 else zoom(values, factor, order=1, mode="nearest", grid_mode=True)


@dataclass(frozen=True, eq=False)
class Heats:
    """The maps that come from one piece of work."""

    maps: tuple[Heat, ...]


@dataclass(frozen=True)
class Family:
    """Maps that share their work.

    Args:
        verb: makes them all.
        methods: which.
        options: the settings that they depend on, beside photo and class.
    """

    verb: Callable[..., Heats]
    methods: tuple[str, ...]
    options: tuple[str, ...] = ()

    def ask(self, settings: Settings, label: int) -> Ask:
        """The experiment of this family alone."""
        return Ask(image=settings.image, label=label, **{name: getattr(settings, name) for name in self.options})


def _input(ask: Ask) -> np.ndarray:
    return efficientnet.prepared(images.load(ask.image, SIDE, channels=3).pixels)


def _blank(ask: Ask, image: np.ndarray) -> np.ndarray:
    """What counts as nothing: (3, H, W)."""
    if ask.blank == "blurred":
        return blurred(image)
    return np.full_like(image, -efficientnet.MEAN / efficientnet.STD if ask.blank == "black" else 0.0)


def _heat(method: str, label: int, values: np.ndarray) -> Heat:
    """(C, H, W) → the sum over the channels, and the largest magnitude among them."""
    return Heat(method, label, values.sum(axis=0), np.abs(values).max(axis=0))


def rule_maps(ask: Ask, report: Report = silent) -> Heats:
    """Gradient, deconvnet and guided backprop from one forward pass, and input × gradient from the first."""
    image = _input(ask)
    found = by_rules(efficientnet.lite0(), image, ask.label)
    found["input_gradient"] = image * found["gradient"]
    return Heats(tuple(_heat(method, ask.label, values) for method, values in found.items()))


def cam_maps(ask: Ask, report: Report = silent) -> Heats:
    """Grad-CAM and Grad-CAM++ of one layer; the signed ones before the final ReLU."""
    name = efficientnet.LAYERS[ask.layer - 1][1]
    seen = Activations(efficientnet.lite0(), _input(ask), name)
    both = {"grad_cam": seen.grad_cam(ask.label), "grad_cam_pp": seen.grad_cam_plus_plus(ask.label)}
    return Heats(tuple(Heat(method, ask.label, values, np.maximum(values, 0)) for method, values in both.items()))


def smooth_maps(ask: Ask, report: Report = silent) -> Heats:
    """SmoothGrad."""
    values = smooth_grad(
        efficientnet.lite0(),
        _input(ask),
        ask.label,
        noise=ask.noise,
        samples=ask.samples,
        seed=ask.seed,
        report=report,
    )
    return Heats((_heat("smooth_grad", ask.label, values),))


def path_maps(ask: Ask, report: Report = silent) -> Heats:
    """Integrated gradients."""
    image = _input(ask)
    values = integrated_gradients(
        efficientnet.lite0(), image, ask.label, steps=ask.steps, baseline=_blank(ask, image), report=report
    )
    return Heats((_heat("integrated", ask.label, values),))


def patch_maps(ask: Ask, report: Report = silent) -> Heats:
    """Occlusion, in bfloat16 where the processor has it."""
    image = _input(ask)
    loss = occlusion(
        efficientnet.quick(),
        image,
        ask.label,
        window=ask.window,
        stride=ask.stride,
        fill=_blank(ask, image),
        report=report,
    )
    return Heats((Heat("occlusion", ask.label, loss, np.abs(loss)),))


FAMILIES = (
    Family(rule_maps, ("gradient", "input_gradient", "deconvnet", "guided")),
    Family(cam_maps, ("grad_cam", "grad_cam_pp"), ("layer",)),
    Family(smooth_maps, ("smooth_grad",), ("noise", "samples", "seed")),
    Family(path_maps, ("integrated",), ("steps", "blank")),
    Family(patch_maps, ("occlusion",), ("window", "stride", "blank")),
)


def wanted(settings: Settings, seen: Recognition) -> tuple[tuple[Callable[..., Heats], Ask], ...]:
    """The pieces of work that the shown maps need: for each class and family the verb and its experiment."""
    names = [settings.target] + ([settings.rival] if settings.rival != "none" else [])
    return tuple(
        (family.verb, family.ask(settings, seen.class_of(name)))
        for name in names
        for family in sorted(FAMILIES, key=lambda family: METHODS[family.methods[0]].slow)
        if set(family.methods) & set(settings.methods)
    )


def rows(settings: Settings, seen: Recognition, found: Sequence[Heats]) -> tuple[tuple[Heat, ...], ...]:
    """The maps that are shown, in the order of METHODS: of the class, and of its rival if there is one.

    Args:
        settings: the experiment.
        seen: what the network said.
        found: what `wanted` gave, in its order.
    """
    labels = [seen.class_of(settings.target)]
    labels += [seen.class_of(settings.rival)] if settings.rival != "none" else []
    made = {(heat.method, heat.label): heat for heats in found for heat in heats.maps}
    return tuple(tuple(made[method, label] for method in settings.methods) for label in labels)


def options(settings: Settings, but: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The settings that the shown maps depend on, but for some."""
    used = (family.options for family in FAMILIES if set(family.methods) & set(settings.methods))
    return tuple(dict.fromkeys(name for part in used for name in part if name not in but))

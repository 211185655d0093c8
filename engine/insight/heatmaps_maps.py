"""The maps themselves: each kind of work by its own small experiment, so that it is done once and kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import zoom

from engine.core.attribution import METHODS, in_one_pass, integrated_gradients, smooth_grad
from engine.core.attribution_cam import Activations
from engine.core.attribution_occlusion import occlusion
from engine.core.attribution_scores import blurred
from engine.core.fields import Experiment, choice, image, real, seed, text, whole
from engine.core.networks import inspected
from engine.core.networks.inspected import Inspected
from engine.core.progress import Report, silent
from engine.insight import heatmaps_network as networks
from engine.insight.heatmaps import BLANKS, Recognition, Settings


@dataclass(frozen=True)
class Ask(Experiment):
    """What one family of maps depends on; fields that it does not use keep their defaults."""

    network: str = text(inspected.LITE0, 24, "Network", parse=inspected.check)
    image: str = image("photo:cat")
    label: int = whole(0, 0, 999, "Class")
    layer: int = whole(1, 1, 200, "Layer")
    noise: float = real(0.15, 0.02, 0.5, "Noise")
    samples: int = whole(24, 4, 64, "Samples")
    steps: int = whole(32, 4, 64, "Steps")
    blank: str = choice("grey", BLANKS, "Blank")
    window: int = whole(32, 1, 512, "Window")
    stride: int = whole(16, 1, 512, "Stride")
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

    def ranking(self, view: str, size: tuple[int, int]) -> np.ndarray:
        """The map as large as the image, by which pixels are ranked: (H, W)."""
        values = self.shown(view)
        factors = [whole / part for whole, part in zip(size, values.shape, strict=True)]
        return values if values.shape == size else zoom(values, factors, order=1, mode="nearest", grid_mode=True)


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

    def given(self, settings: Settings, inside: Inspected) -> dict[str, Any]:
        """The options as this network takes them.

        Raises:
            ValueError: it does not.
        """
        values: dict[str, Any] = {name: getattr(settings, name) for name in self.options}
        if "layer" in values:
            values["layer"] = networks.layer(settings, inside)
        if "window" in values:
            values["window"], values["stride"] = networks.patch(settings, inside)
        return values

    def ask(self, settings: Settings, inside: Inspected, label: int) -> Ask:
        """The experiment of this family alone."""
        return Ask(network=inside.reference, image=settings.image, label=label, **self.given(settings, inside))


def looked_at(ask: Ask) -> tuple[Inspected, np.ndarray]:
    """The network, and the image as it takes it: (C, H, W)."""
    inside = inspected.find(ask.network)
    return inside, inside.prepared(inside.picture(ask.image).pixels)


def _blank(ask: Ask, inside: Inspected, image: np.ndarray) -> np.ndarray:
    """What counts as nothing: (C, H, W)."""
    if ask.blank == "blurred":
        return blurred(image)
    return inside.prepared(np.zeros_like(image)) if ask.blank == "black" else np.zeros_like(image)


def _heat(method: str, label: int, values: np.ndarray) -> Heat:
    """(C, H, W) → the sum over the channels, and the largest magnitude among them."""
    return Heat(method, label, values.sum(axis=0), np.abs(values).max(axis=0))


def rule_maps(ask: Ask, report: Report = silent) -> Heats:
    """Gradient and input × gradient, and where there are ReLUs deconvnet and guided backprop."""
    inside, image = looked_at(ask)
    found = in_one_pass(inside.module, image, ask.label)
    return Heats(tuple(_heat(method, ask.label, values) for method, values in found.items()))


def cam_maps(ask: Ask, report: Report = silent) -> Heats:
    """Grad-CAM and Grad-CAM++ of one layer; the signed ones before the final ReLU."""
    inside, image = looked_at(ask)
    seen = Activations(inside.module, image, inside.layers[ask.layer - 1][1])
    both = {"grad_cam": seen.grad_cam(ask.label), "grad_cam_pp": seen.grad_cam_plus_plus(ask.label)}
    return Heats(tuple(Heat(method, ask.label, values, np.maximum(values, 0)) for method, values in both.items()))


def smooth_maps(ask: Ask, report: Report = silent) -> Heats:
    """SmoothGrad."""
    inside, image = looked_at(ask)
    values = smooth_grad(
        inside.module,
        image,
        ask.label,
        noise=ask.noise,
        samples=ask.samples,
        seed=ask.seed,
        report=report,
    )
    return Heats((_heat("smooth_grad", ask.label, values),))


def path_maps(ask: Ask, report: Report = silent) -> Heats:
    """Integrated gradients."""
    inside, image = looked_at(ask)
    blank = _blank(ask, inside, image)
    values = integrated_gradients(inside.module, image, ask.label, steps=ask.steps, baseline=blank, report=report)
    return Heats((_heat("integrated", ask.label, values),))


def patch_maps(ask: Ask, report: Report = silent) -> Heats:
    """Occlusion, in bfloat16 where the processor has it."""
    inside, image = looked_at(ask)
    loss = occlusion(
        inside.quick,
        image,
        ask.label,
        window=ask.window,
        stride=ask.stride,
        fill=_blank(ask, inside, image),
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
    """The pieces of work that the shown maps need: for each class and family the verb and its experiment.

    Raises:
        ValueError: the network has no map of any chosen method, or not the class, layer or patch.
    """
    if sentence := networks.nothing(settings, seen.inside):
        raise ValueError(sentence)
    shown = networks.methods(settings, seen.inside)
    names = [settings.target] + ([settings.rival] if settings.rival != "none" else [])
    return tuple(
        (family.verb, family.ask(settings, seen.inside, seen.class_of(name)))
        for name in names
        for family in sorted(FAMILIES, key=lambda family: METHODS[family.methods[0]].slow)
        if set(family.methods) & set(shown)
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
    shown = networks.methods(settings, seen.inside)
    return tuple(tuple(made[method, label] for method in shown) for label in labels)


def options(settings: Settings, inside: Inspected, but: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The settings that the shown maps depend on, but for some."""
    shown = set(networks.methods(settings, inside))
    used = (family.options for family in FAMILIES if set(family.methods) & shown)
    return tuple(dict.fromkeys(name for part in used for name in part if name not in but))

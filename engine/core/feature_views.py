"""The ways to look at a filtered picture: one table for the control, the engine and the script."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.core import feature_scripts, features, gabor, images
from engine.core.feature_scripts import Wanted

Feature = features.Gradient | features.Hog | features.Harris | gabor.GaborBank


@dataclass(frozen=True)
class View:
    """One way to look.

    Args:
        title: what the student reads.
        take: the feature of a picture (C, H, W), or None for the picture itself.
        script: the torch lines that do the same.
    """

    title: str
    take: Callable[[np.ndarray, Any], Feature | None]
    script: Callable[[Any], str]


def _nothing(_signal: np.ndarray, _wanted: Wanted) -> None:
    return None


def _gradient(signal: np.ndarray, wanted: Wanted) -> features.Gradient:
    return features.gradient(signal, wanted.derivative, wanted.border)


def _hog(signal: np.ndarray, wanted: Wanted) -> features.Hog:
    return features.hog(signal, wanted.derivative, wanted.border)


def _harris(signal: np.ndarray, wanted: Wanted) -> features.Harris:
    return features.harris(signal, wanted.derivative, wanted.window, wanted.k, wanted.threshold, wanted.border)


def _gabor(signal: np.ndarray, wanted: Wanted) -> gabor.GaborBank:
    return gabor.gabor_bank(images.grey(signal), wanted.orientations, wanted.wavelengths, wanted.border)


VIEWS = {
    "output": View("Filtered picture", _nothing, feature_scripts.nothing),
    "gradient": View("Gradient", _gradient, feature_scripts.gradient),
    "gabor": View("Gabor bank", _gabor, feature_scripts.gabor),
    "hog": View("HOG", _hog, feature_scripts.hog),
    "harris": View("Harris corners", _harris, feature_scripts.harris),
}
VIEW_TITLES = {name: view.title for name, view in VIEWS.items()}

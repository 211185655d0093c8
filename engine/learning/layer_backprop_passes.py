"""Every kind of layer in one table, and one of them run forward, backward and checked."""

import numpy as np

from engine.core import gradient_check
from engine.core.gradient_check import Check
from engine.learning.layer_backprop_convolution import LAYER as CONVOLUTION
from engine.learning.layer_backprop_elementwise import RELU, SIGMOID
from engine.learning.layer_backprop_layer import Layer, Passed
from engine.learning.layer_backprop_linear import LAYER as LINEAR
from engine.learning.layer_backprop_norm import LAYER as NORM
from engine.learning.layer_backprop_numbers import numbers
from engine.learning.layer_backprop_pool import LAYER as POOL
from engine.learning.layer_backprop_settings import Settings
from engine.learning.layer_backprop_softmax import LAYER as SOFTMAX

LAYERS: dict[str, Layer] = {
    "linear": LINEAR,
    "relu": RELU,
    "sigmoid": SIGMOID,
    "softmax": SOFTMAX,
    "convolution": CONVOLUTION,
    "pool": POOL,
    "norm": NORM,
}


def pass_back(settings: Settings) -> Passed:
    """One layer forward and backward, and each gradient against finite differences.

    Raises:
        ValueError: the layer cannot be, in words.
    """
    layer = LAYERS[settings.kind]
    tensors = {given.name: numbers(settings, settings.kind, given) for given in layer.given}
    output = layer.forward(settings, tensors)
    gradients = layer.backward(settings, tensors)
    return Passed(
        settings=settings,
        names=tuple(tensors),
        given=tuple(tensors.values()),
        output=output,
        sought=layer.sought,
        gradients=tuple(gradients[name] for name in layer.sought),
        checks=_checks(settings, layer, tensors, gradients),
    )


def _checks(
    settings: Settings, layer: Layer, tensors: dict[str, np.ndarray], gradients: dict[str, np.ndarray]
) -> tuple[Check, ...]:
    symbols = {name: f"∂L/∂{layer.entry(name).symbol}" for name in layer.sought}
    sizes = np.cumsum([tensors[name].size for name in layer.sought])[:-1]

    def losses(points: np.ndarray) -> np.ndarray:
        found = np.empty(len(points))
        for place, point in enumerate(points):
            moved = dict(tensors)
            for name, part in zip(layer.sought, np.split(point, sizes), strict=True):
                moved[name] = part.reshape(tensors[name].shape)
            found[place] = layer.loss_of(settings, moved)
        return found

    return gradient_check.check(
        losses,
        {symbols[name]: tensors[name] for name in layer.sought},
        {symbols[name]: gradients[name] for name in layer.sought},
    )

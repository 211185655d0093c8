"""Class activation maps: a layer's maps, weighted by how much the class score hangs on each.

`Activations` runs the network once and keeps what a layer gave; from there each further class costs only the way from
that layer to the scores: almost nothing for the last one.

References: R. Selvaraju et al., "Grad-CAM", 2017; A. Chattopadhyay et al., "Grad-CAM++", 2018.
"""

import numpy as np
import torch
from torch import Tensor, nn

from engine.core.attribution import tensor_for, to_numpy
from engine.core.hooks import recording
from engine.core.turns import turn


class Activations:
    """What a layer gave for an image, and the graph from there to the scores.

    Args:
        network: any.
        image: (C, H, W) as the network wants it.
        layer: the path of a module that gives maps.
    """

    def __init__(self, network: nn.Module, image: np.ndarray, layer: str) -> None:
        with turn(), recording(network, [layer], leaves=True) as (own, outputs):
            self._logits = own(tensor_for(network, image[None]))[0]
            self._maps: Tensor = outputs[layer]
        if self._maps.ndim != 4:
            raise ValueError(f"The layer {layer} gives no maps.")

    @property
    def maps(self) -> np.ndarray:
        """A: (K, h, w)."""
        return to_numpy(self._maps[0])

    @property
    def logits(self) -> np.ndarray:
        """The scores of all classes: (classes,)."""
        return to_numpy(self._logits)

    def _slope(self, target: int) -> Tensor:
        with turn():
            return torch.autograd.grad(self._logits[target], self._maps, retain_graph=True)[0][0]

    def gradient(self, target: int) -> np.ndarray:
        """∂score/∂A: (K, h, w)."""
        return to_numpy(self._slope(target))

    def grad_cam(self, target: int) -> np.ndarray:
        """Σₖ αₖ Aᵏ with αₖ the mean of ∂score/∂Aᵏ: (h, w), with sign; Grad-CAM is its positive part."""
        weights = self._slope(target).mean((1, 2), keepdim=True)
        return to_numpy((weights * self._maps[0]).sum(0))

    def grad_cam_plus_plus(self, target: int) -> np.ndarray:
        """Σₖ wₖ Aᵏ with wₖ = Σ α · max(0, ∂score/∂Aᵏ): (h, w), with sign.

        α = g² / (2 g² + g³ Σ Aᵏ) for g = ∂score/∂A, from the second and third derivatives of exp(score) where the way
        from A to the score is piecewise linear, as after ReLUs. The common factor exp(score) is left out.
        """
        slope, maps = self.gradient(target), self.maps
        below = 2 * slope**2 + slope**3 * maps.sum(axis=(1, 2), keepdims=True)
        share = np.divide(slope**2, below, out=np.zeros_like(slope), where=below != 0)
        weights = (share * np.maximum(slope, 0)).sum(axis=(1, 2))
        return np.tensordot(weights, maps, axes=1)


def grad_cam(network: nn.Module, image: np.ndarray, target: int, layer: str) -> np.ndarray:
    """Grad-CAM of one class at one layer: (h, w), not negative."""
    return np.maximum(Activations(network, image, layer).grad_cam(target), 0)


def grad_cam_plus_plus(network: nn.Module, image: np.ndarray, target: int, layer: str) -> np.ndarray:
    """Grad-CAM++ of one class at one layer: (h, w), not negative."""
    return np.maximum(Activations(network, image, layer).grad_cam_plus_plus(target), 0)

"""Maps over the pixels that say which of them a class score hangs on, by gradients.

Everything here is general over the network: `image` is what it takes, (C, H, W) float32, `target` the output whose
score (the logit, before softmax) is explained. Numpy in, numpy out; the network is never changed.

References: K. Simonyan et al., "Deep inside convolutional networks", 2013 (gradient); A. Shrikumar et al., "Not just a
black box", 2016 (input × gradient); D. Smilkov et al., "SmoothGrad", 2017; M. Sundararajan et al., "Axiomatic
attribution for deep networks", 2017 (integrated gradients).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.core.progress import Report, silent
from engine.core.rectifiers import Switch, has_rectifiers, ruled
from engine.core.turns import turn

# Images at once: more only wait for memory on one core.
BATCH = 4


@dataclass(frozen=True)
class Method:
    """One way to make a map.

    Args:
        title: its name in the field.
        note: what it does, in a few words.
        slow: whether it takes many passes through the network.
    """

    title: str
    note: str
    slow: bool = False


METHODS: dict[str, Method] = {
    "gradient": Method("Gradient", "∂score/∂pixel"),
    "input_gradient": Method("Input × gradient", "pixel · ∂score/∂pixel"),
    "smooth_grad": Method("SmoothGrad", "mean gradient of noisy copies", slow=True),
    "integrated": Method("Integrated gradients", "gradients along a path", slow=True),
    "deconvnet": Method("Deconvnet", "only positive gradients pass"),
    "guided": Method("Guided backprop", "positive, through active ReLUs"),
    "grad_cam": Method("Grad-CAM", "maps weighted by mean gradient"),
    "grad_cam_pp": Method("Grad-CAM++", "weighted cell by cell"),
    "occlusion": Method("Occlusion", "score lost behind a patch", slow=True),
}


def tensor_for(network: nn.Module, images: np.ndarray) -> Tensor:
    """Images (N, C, H, W) where the network is, in its number format."""
    weight = next(network.parameters())
    layout = torch.channels_last if images.ndim == 4 else torch.contiguous_format
    return torch.from_numpy(images).to(weight.device, weight.dtype).contiguous(memory_format=layout)


def to_numpy(values: Tensor) -> np.ndarray:
    """A tensor's numbers, float32, in C order."""
    return np.ascontiguousarray(values.detach().float().cpu().numpy())


def scores(network: nn.Module, images: np.ndarray) -> np.ndarray:
    """The logits of each image: (N, C, H, W) → (N, classes)."""
    rows = []
    for chunk in _chunks(images):
        with turn(), torch.inference_mode():
            rows.append(to_numpy(network(tensor_for(network, chunk))))
    return np.concatenate(rows)


def gradient(network: nn.Module, image: np.ndarray, target: int) -> np.ndarray:
    """∂score/∂image: (C, H, W)."""
    return gradients(network, image[None], target)[0]


def gradients(network: nn.Module, images: np.ndarray, target: int) -> np.ndarray:
    """∂score/∂image of several images, at most `BATCH` at once: (N, C, H, W) → (N, C, H, W)."""
    found = []
    for chunk in _chunks(images):
        with turn():
            x = tensor_for(network, chunk).requires_grad_()
            found.append(to_numpy(torch.autograd.grad(network(x)[:, target].sum(), x)[0]))
    return np.concatenate(found)


def by_rules(
    network: nn.Module, image: np.ndarray, target: int, rules: Iterable[str] = ("gradient", "deconvnet", "guided")
) -> dict[str, np.ndarray]:
    """What comes back to the pixels under each ReLU rule, from one forward pass: rule to (C, H, W).

    Args:
        network, image, target: see the module.
        rules: keys of engine.core.rectifiers.RULES.
    """
    switch, found = Switch(), {}
    own = ruled(network, switch)
    with turn():
        x = tensor_for(network, image[None]).requires_grad_()
        score = own(x)[0, target]
        for rule in rules:
            switch.rule = rule
            found[rule] = to_numpy(torch.autograd.grad(score, x, retain_graph=True)[0][0])
    return found


def in_one_pass(network: nn.Module, image: np.ndarray, target: int) -> dict[str, np.ndarray]:
    """All maps that one pass through the network gives: a key of METHODS to (C, H, W).

    The gradient; image · gradient, whose sum is the score if the network is linear and has no biases; and where there
    are ReLUs deconvnet and guided backprop.
    """
    if has_rectifiers(network):
        found = by_rules(network, image, target)
    else:
        found = {"gradient": gradient(network, image, target)}
    return found | {"input_gradient": image * found["gradient"]}


def smooth_grad(
    network: nn.Module,
    image: np.ndarray,
    target: int,
    *,
    noise: float = 0.15,
    samples: int = 24,
    seed: int = 0,
    report: Report = silent,
) -> np.ndarray:
    """The mean gradient of copies of the image with Gaussian noise: (C, H, W).

    Args:
        network, image, target: see the module.
        noise: standard deviation, as a share of the image's range max − min; the paper takes 0.1 to 0.2.
        samples: how many copies; the paper finds little gain beyond 50.
        seed: of the noise.
        report: told how far it is.
    """
    rng = np.random.default_rng(seed)
    sigma, total = noise * float(image.max() - image.min()), np.zeros(image.shape)
    for start in range(0, samples, BATCH):
        count = min(BATCH, samples - start)
        drawn = rng.standard_normal((count, *image.shape), dtype=np.float32)
        total += gradients(network, image + np.float32(sigma) * drawn, target).sum(axis=0)
        report((start + count) / samples, f"SmoothGrad: {start + count} of {samples} noisy copies")
    return (total / samples).astype(np.float32)


def integrated_gradients(
    network: nn.Module,
    image: np.ndarray,
    target: int,
    *,
    steps: int = 16,
    baseline: np.ndarray | float = 0.0,
    report: Report = silent,
) -> np.ndarray:
    """(image − baseline) · mean gradient on the straight way from the baseline to the image: (C, H, W).

    The mean is a Gauss–Legendre sum. With steps enough, the map's sum is score(image) − score(baseline).

    Args:
        network, image, target: see the module.
        steps: points on the way.
        baseline: what counts as nothing, a number or (C, H, W).
        report: told how far it is.
    """
    places, weights = np.polynomial.legendre.leggauss(steps)
    ways = ((places + 1) / 2).astype(np.float32)
    difference = (image - baseline).astype(np.float32)
    total = np.zeros(image.shape)
    for start in range(0, steps, BATCH):
        part = slice(start, start + BATCH)
        points = (baseline + ways[part, None, None, None] * difference).astype(np.float32)
        total += np.tensordot(weights[part] / 2, gradients(network, points, target), axes=1)
        done = min(start + BATCH, steps)
        report(done / steps, f"Integrated gradients: {done} of {steps} points on the way")
    return (difference * total).astype(np.float32)


def _chunks(images: np.ndarray) -> Iterator[np.ndarray]:
    return (images[start : start + BATCH] for start in range(0, len(images), BATCH))

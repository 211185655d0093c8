"""A network seen from inside: what every layer makes of one image, and how much each map gave to each other.

Layers that only shape what the one before them made (norms, activations, dropout, flatten) are drawn together with it:
such a group is a **stage**. What a stage's map o took from map i of the stage before is linear for convolutions and
fully connected layers, so that it can be said exactly: the sum of its products, without bias and before the activation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, unfold

from engine.core.device import device
from engine.core.networks.layers import Activation, BatchNorm1d, BatchNorm2d, Dropout, Flatten, GroupNorm, Layer, Linear
from engine.core.networks.sliding import AvgPool2d, Conv2d, MaxPool2d
from engine.core.networks.specification import Network

SHAPING = (Activation, BatchNorm1d, BatchNorm2d, Dropout, Flatten, GroupNorm)
KINDS = {Conv2d: "conv", MaxPool2d: "pool", AvgPool2d: "pool", Linear: "linear"}


NAMES = {"conv": "Conv", "pool": "Pool", "linear": "FC", "other": "Block"}


@dataclass(frozen=True, eq=False)
class Stage:
    """A layer with what only shapes its output.

    Args:
        title: the layers' words in the grammar.
        kind: "input", "conv", "pool", "linear" or "other".
        layer: the layer that mixes; None for the input.
        raw: float32 (C, H, W), as it left that layer; units are (C, 1, 1).
        maps: float32 (C, H, W), as the next stage reads it.
        shares: float32 (C, C_before): what each map took from each before, summed over its cells and divided by their
            number; None where it is not linear.
        weight, bias: of a convolution, float32 (C, C_before, K_h, K_w) and (C,); of a linear layer (C, inputs) and
            (C,); None for others.
    """

    title: str
    kind: str
    layer: Layer | None
    raw: np.ndarray
    maps: np.ndarray
    shares: np.ndarray | None = None
    weight: np.ndarray | None = None
    bias: np.ndarray | None = None


def groups(network: Network) -> tuple[tuple[int, ...], ...]:
    """The places of the layers of each stage: of the one that mixes, then of those that only shape what it made.

    Layers that shape the input itself are the first group.
    """
    found: list[list[int]] = []
    for place, layer in enumerate(network.layers):
        if found and isinstance(layer, SHAPING):
            found[-1].append(place)
        else:
            found.append([place])
    return tuple(map(tuple, found))


def stages(network: Network, module: nn.Module, image: np.ndarray) -> tuple[Stage, ...]:
    """Run an image through a network and keep everything.

    Args:
        network: the specification that the module was built from.
        module: its children are the network's layers, in order; nothing in it changes.
        image: float32 (C, H, W) as the network wants it.
    """
    given = torch.from_numpy(np.ascontiguousarray(image, np.float32)).to(device())[None]
    found, children = [Stage("input", "input", None, image, image)], list(module.children())
    with torch.no_grad():
        for place, *others in groups(network):
            layer, part, before = network.layers[place], children[place], given
            given = raw = made = part(given)
            words = [layer.text]
            for other in others:
                shaping = network.layers[other]
                given = children[other](given)
                made = made if isinstance(shaping, Flatten) else given  # maps stay maps to those who look
                words += [] if isinstance(shaping, Dropout | Flatten) else [shaping.text]
            if not isinstance(layer, SHAPING):
                found.append(_stage(" → ".join(words), layer, part, before, raw, made, found[-1].maps.shape[0]))
    return tuple(found)


def _stage(title: str, layer: Layer, part: nn.Module, before: Tensor, raw: Tensor, made: Tensor, maps: int) -> Stage:
    shares = weight = bias = None
    if isinstance(part, nn.Conv2d):
        weight, bias = part.weight, part.bias
        shares = _conv_shares(layer, weight, before) if part.groups == 1 else None
    elif isinstance(part, nn.Linear):
        weight, bias = part.weight, part.bias
        products = (weight * before.flatten(1)).view(len(weight), maps, -1)  # (O, C·H·W) -> (O, C, H·W)
        shares = products.sum(dim=2)
    bias = torch.zeros(len(weight)) if weight is not None and bias is None else bias
    numbers = [None if one is None else one.float().cpu().numpy() for one in (shares, weight, bias)]
    return Stage(title, KINDS.get(type(layer), "other"), layer, _maps(raw), _maps(made), *numbers)


def _maps(values: Tensor) -> np.ndarray:
    """(1, C, H, W) or (1, C) as (C, H, W)."""
    found = values[0].float().cpu().numpy()
    return found if found.ndim == 3 else found.reshape(-1, 1, 1)  # (C,) -> (C, 1, 1)


def _conv_shares(layer: Any, weight: Tensor, before: Tensor) -> Tensor:
    """Mean over the output's cells of what each input map gives: (O, I). Linear in the sums of the windows' cells."""
    cells = unfold(before, layer.kernel_size, layer.dilation, layer.padding, layer.stride)
    sums = cells[0].mean(dim=1).view(before.shape[1], *layer.kernel_size)  # (I·K_h·K_w, L) -> (I, K_h, K_w)
    return torch.einsum("oikl,ikl->oi", weight, sums)


def parts(stage: Stage, before: Stage, channel: int) -> np.ndarray:
    """What each map of the stage before adds to one map of a convolution: float32 (C_before, H, W).

    Their sum and the bias are the map's `raw`.

    Raises:
        ValueError: the stage is no plain convolution.
    """
    if stage.kind != "conv" or stage.weight is None or stage.shares is None:
        raise ValueError("Only a convolution is a sum over channels.")
    layer: Any = stage.layer
    given = torch.from_numpy(before.maps)[None]  # (I, H, W) -> (1, I, H, W)
    weight = torch.from_numpy(stage.weight[channel])[:, None]  # (I, K, K) -> (I, 1, K, K)
    made = conv2d(given, weight, None, layer.stride, layer.padding, layer.dilation, groups=len(weight))
    return made[0].numpy()


def titles(found: tuple[Stage, ...]) -> tuple[str, ...]:
    """A short name for each stage: what it is, and its number among its kind or its size.

    >>> empty = np.zeros((3, 1, 1), np.float32)
    >>> titles((Stage("input", "input", None, empty, empty), Stage("FC 3", "linear", None, empty, empty)))
    ('Input', 'Classes')
    """
    return ("Input", *_named([(stage.kind, len(stage.maps)) for stage in found[1:]]))


def names(network: Network) -> dict[tuple[int, ...], str]:
    """The names that `titles` gives the stages, without running the network: group of layers to name."""
    mixing = [group for group in groups(network) if not isinstance(network.layers[group[0]], SHAPING)]
    layers = [network.layers[place] for place, *_ in mixing]
    sizes = [layer.out_features if isinstance(layer, Linear) else 0 for layer in layers]
    kinds = [KINDS.get(type(layer), "other") for layer in layers]
    return dict(zip(mixing, _named(list(zip(kinds, sizes, strict=True))), strict=True))


def _named(found: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    named, seen = [], dict.fromkeys(NAMES, 0)
    for kind, size in found:
        seen[kind] += 1
        named.append(f"{NAMES[kind]} {size if kind == 'linear' else seen[kind]}")
    return (*named[:-1], "Classes")

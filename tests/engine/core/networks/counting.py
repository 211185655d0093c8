"""Parameters, multiply-adds and shapes of a network, layer by layer, without computing anything.

The network is followed on the meta device, where tensors have shapes and no numbers.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn


@dataclass(frozen=True)
class Layer:
    """One module of a network that was run through.

    Args:
        name: where it stands, such as features.conv1.conv.
        kind: its class in torch.nn.
        output: the shape of what it makes, without the batch: (C, H, W) or (features,).
        parameters: weights and biases.
        multiply_adds: of convolutions and fully connected layers; biases, norms and poolings are not counted.
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int


def parameters(network: nn.Module) -> int:
    """How many numbers training changes."""
    return sum(weight.numel() for weight in network.parameters())


def layers(network: nn.Module, side: int, channels: int = 3) -> tuple[Layer, ...]:
    """Every module of the network in the order in which it runs, for square images of that side.

    Raises:
        ValueError: the image is too small for the network, or does not fit its fully connected layers.
    """
    walk = _Walk(fx.symbolic_trace(deepcopy(network).to("meta").eval()))  # a copy: the caller keeps the numbers
    try:
        walk.run(torch.empty(1, channels, side, side, device="meta"))
    except RuntimeError as error:
        raise ValueError(f"An image of {side} × {side} does not fit this network.") from error
    return tuple(walk.found)


class _Walk(fx.Interpreter):
    """Runs a traced network and notes each module."""

    def __init__(self, graph: fx.GraphModule) -> None:
        super().__init__(graph)
        self.found: list[Layer] = []

    def call_module(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run one module and note what it made."""
        made = super().call_module(target, args, kwargs)
        module = self.fetch_attr(target)
        own = sum(weight.numel() for weight in module.parameters())
        shape = tuple(made.shape[1:])
        self.found.append(Layer(str(target), type(module).__name__, shape, own, _multiply_adds(module, made)))
        return made


def _multiply_adds(module: nn.Module, made: Tensor) -> int:
    """Each output cell takes one product for each weight that it reads."""
    if isinstance(module, nn.Conv2d):
        return made[0].numel() * module.weight[0].numel()
    if isinstance(module, nn.Linear):
        return made[0].numel() * module.in_features
    return 0

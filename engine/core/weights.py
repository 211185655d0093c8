"""Weights as safetensors: bytes of a network, and a network of bytes. No code travels with them."""

import math

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import nn

from engine.core.device import device
from engine.core.networks.building import build
from engine.core.networks.specification import Network


def pack(module: nn.Module) -> bytes:
    """All weights and running statistics by their names, as a safetensors file."""
    return save({name: value.detach().cpu().contiguous() for name, value in module.state_dict().items()})


def unpack(data: bytes, network: Network) -> nn.Sequential:
    """The network with these weights, on the device, at rest: in evaluation mode, and nothing in it is learned further.

    Raises:
        ValueError: they are no safetensors, not this network's, or hold what is no number.
    """
    module = build(network, None).to_empty(device=device())
    try:
        stored = load(data)
        module.load_state_dict(stored)
    except (SafetensorError, RuntimeError) as error:
        raise ValueError("These weights are not those of this network.") from error
    if not all(math.isfinite(float(value.double().sum())) for value in stored.values()):
        raise ValueError("These weights hold something that is no number.")
    return module.eval().requires_grad_(False)


def finite(module: nn.Module) -> bool:
    """Whether every weight is a number."""
    return all(bool(torch.isfinite(parameter).all()) for parameter in module.parameters())

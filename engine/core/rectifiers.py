"""ReLUs whose backward pass follows one of three rules; for ReLU and for ReLU6, which most code forgets.

The rules are those of engine.core.rectifier_rules.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from engine.core.hooks import twin
from engine.core.rectifier_rules import RULES

RECTIFIERS = (nn.ReLU, nn.ReLU6)


class Switch:
    """Which rule holds at the moment, for all ReLUs of a network at once."""

    def __init__(self, rule: str = "gradient") -> None:
        self.rule = rule


class _Rectify(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, cap: float, switch: Switch) -> Tensor:
        ctx.switch = switch
        ctx.save_for_backward((values > 0) & (values < cap))
        return values.clamp(0, cap)

    @staticmethod
    def backward(ctx: Any, arriving: Tensor) -> tuple[Tensor, None, None]:
        (passed,) = ctx.saved_tensors
        return RULES[ctx.switch.rule](arriving, passed), None, None


class Rectifier(nn.Module):
    """A ReLU, or a ReLU6, whose backward pass follows the switch."""

    def __init__(self, cap: float, switch: Switch) -> None:
        super().__init__()
        self.cap, self.switch = cap, switch

    def forward(self, values: Tensor) -> Tensor:
        """max(0, min(values, cap))."""
        return _Rectify.apply(values, self.cap, self.switch)


def ruled(network: nn.Module, switch: Switch) -> nn.Module:
    """A twin of the network whose ReLUs and ReLU6s follow the switch when gradients come back.

    Raises:
        ValueError: it has none as modules; those written as functions (F.relu) cannot be found.
    """
    found = {
        name: module for name, module in network.named_modules(remove_duplicate=False) if isinstance(module, RECTIFIERS)
    }
    if not found:
        raise ValueError("This network has no ReLU layers, so there is no rule to change.")
    own = twin(network, found)
    for path, relu in found.items():
        holder, _, name = path.rpartition(".")
        cap = 6.0 if isinstance(relu, nn.ReLU6) else math.inf
        setattr(own.get_submodule(holder), name, Rectifier(cap, switch))
    return own

"""ReLUs whose backward pass follows one of three rules; for ReLU and for ReLU6, which most code forgets.

The rules are those of engine.core.rectifier_rules, here each in one or two passes over the numbers; a test holds the
ones against the others.
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from engine.core.hooks import twin

RECTIFIERS = (nn.ReLU, nn.ReLU6)
# Arriving gradient, what went in, cap → what comes back.
FAST_RULES: dict[str, Callable[[Tensor, Tensor, float], Tensor]] = {
    "gradient": lambda arriving, into, cap: torch.ops.aten.hardtanh_backward(arriving, into, 0, cap),
    "deconvnet": lambda arriving, into, cap: arriving.clamp(min=0),
    "guided": lambda arriving, into, cap: torch.ops.aten.hardtanh_backward(arriving, into, 0, cap).clamp_(min=0),
}


class Switch:
    """Which rule holds at the moment, for all ReLUs of a network at once."""

    def __init__(self, rule: str = "gradient") -> None:
        self.rule = rule


class _Rectify(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, cap: float, switch: Switch) -> Tensor:
        ctx.cap, ctx.switch = cap, switch
        ctx.save_for_backward(values)
        return values.clamp(0, cap)

    @staticmethod
    def backward(ctx: Any, arriving: Tensor) -> tuple[Tensor, None, None]:
        (values,) = ctx.saved_tensors
        return FAST_RULES[ctx.switch.rule](arriving, values, ctx.cap), None, None


class Rectifier(nn.Module):
    """A ReLU, or a ReLU6, whose backward pass follows the switch."""

    def __init__(self, cap: float, switch: Switch) -> None:
        super().__init__()
        self.cap, self.switch = cap, switch

    def forward(self, values: Tensor) -> Tensor:
        """max(0, min(values, cap))."""
        return _Rectify.apply(values, self.cap, self.switch)


def has_rectifiers(network: nn.Module) -> bool:
    """Whether there is a ReLU or ReLU6 whose rule could be changed."""
    return any(isinstance(module, RECTIFIERS) for module in network.modules())


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

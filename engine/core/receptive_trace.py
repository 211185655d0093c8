"""The receptive field of a real torch module, followed through its branches.

torch.fx turns the module's forward into a graph of operations; a field is carried along every edge, and where branches
meet it takes the extremes of both ends. Nothing is computed, so the module may live on the meta device.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx, nn

from engine.core.receptive import Field, Window, merge, through

WINDOWED = (nn.Conv2d, nn.ConvTranspose2d, nn.MaxPool2d, nn.AvgPool2d)
# Each cell of the output looks at the same cell of the input.
CELLWISE = (
    nn.Identity,
    nn.Dropout,
    nn.BatchNorm2d,
    nn.ReLU,
    nn.ReLU6,
    nn.LeakyReLU,
    nn.SiLU,
    nn.Sigmoid,
    nn.Tanh,
    nn.Hardswish,
)
CELLWISE_CALLS: tuple[Callable[..., Any], ...] = (torch.relu, nn.functional.relu)
MEETINGS: tuple[Callable[..., Any], ...] = (torch.add, torch.cat, operator.add, operator.iadd)
# From here on everything sees everything.
GLOBAL = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.Flatten, nn.Linear)


@dataclass(frozen=True)
class Step:
    """One windowed layer of a module, or a place where branches meet.

    Args:
        name: where it stands, such as features.conv1.conv.
        kind: its class in torch.nn, or Add, Concatenate.
        field: what its cells see.
        depth: how many windowed layers the longest way from the input to it passes, itself included.
        window: what it reads, None where branches meet.
        widest: the windows on the way that reaches furthest to the left, itself included.
    """

    name: str
    kind: str
    field: Field
    depth: int
    window: Window | None
    widest: tuple[Window, ...]


def window_of(module: nn.Module, axis: int = 0) -> Window:
    """What a convolution or pooling of torch.nn reads along an axis (0: rows, 1: columns)."""

    def along(value: Any) -> int:
        return int(value[axis] if isinstance(value, tuple) else value)

    kernel = along(module.kernel_size)
    return Window(
        kernel,
        along(module.stride) if module.stride is not None else kernel,
        along(module.padding),
        along(getattr(module, "dilation", 1)),
        isinstance(module, nn.ConvTranspose2d),
        along(getattr(module, "output_padding", 0)),
    )


def trace(module: nn.Module, axis: int = 0) -> tuple[Step, ...]:
    """The field of every windowed layer and meeting place, in the order in which they run, along an axis.

    Following ends where a layer sees the whole image (global pooling, flattening).

    Raises:
        ValueError: the module holds an operation whose field is not known here.
    """
    graph = fx.symbolic_trace(module)
    known: dict[fx.Node, Step] = {}
    found: list[Step] = []
    for node in graph.graph.nodes:
        if node.op == "placeholder":
            known[node] = Step("input", "Input", Field(), 0, None, ())
        sources = [known[source] for source in node.all_input_nodes if source in known]
        if node.op in ("placeholder", "output") or not sources:
            continue
        step = _step(node, graph, sources, axis)
        if step is None:
            continue
        known[node] = step
        if step.kind and step not in sources:
            found.append(step)
    return tuple(found)


def _step(node: fx.Node, graph: fx.GraphModule, sources: list[Step], axis: int) -> Step | None:
    """What stands after a node, given what stood before it; None once the whole image is seen."""
    name = str(node.target)
    if node.op == "call_module":
        part = graph.get_submodule(name)
        if isinstance(part, GLOBAL):
            return None
        if isinstance(part, CELLWISE):
            return sources[0]
        if isinstance(part, WINDOWED):
            below, window = sources[0], window_of(part, axis)
            field = through(below.field, window)
            return Step(name, type(part).__name__, field, below.depth + 1, window, (*below.widest, window))
        raise ValueError(f"What a {type(part).__name__} reads is not known.")
    if node.op == "call_function" and node.target in CELLWISE_CALLS:
        return sources[0]
    if node.op == "call_function" and node.target in MEETINGS:
        kind = "Concatenate" if node.target is torch.cat else "Add"
        first = min(sources, key=lambda step: (step.field.start, -step.field.size))
        depth = max(step.depth for step in sources)
        return Step(node.name, kind, merge([step.field for step in sources]), depth, None, first.widest)
    raise ValueError(f"What {name} reads is not known.")

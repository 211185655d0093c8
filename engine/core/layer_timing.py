"""How long layers take in torch on this machine, measured. Times are no part of any result: none comes out twice."""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from torch.nn import functional

from engine.core.cost_sheet import Resize, Step, Way
from engine.core.device import device

MOST_MULTIPLICATIONS = 10**9
ROUNDS = 7
PATIENCE = 0.25  # seconds for all rounds of one way


@lru_cache(maxsize=256)
def milliseconds(way: Way) -> float | None:
    """The best of a few rounds on one image in float32, after one that does not count; None if there is too much to do.

    The best, not the mean: whatever else the machine does can only make a round longer.
    """
    if way.multiplications > MOST_MULTIPLICATIONS:
        return None
    target = device()
    with torch.inference_mode():
        generator = torch.Generator().manual_seed(0)
        first = way.steps[0].given
        image = torch.rand((1, first.channels, first.height, first.width), generator=generator).to(target)
        run = [_function(step, generator) for step in way.steps]
        _seconds(run, image)
        spent: list[float] = []
        while len(spent) < ROUNDS and sum(spent) < PATIENCE:
            spent.append(_seconds(run, image))
    return min(spent) * 1e3


def _function(step: Step | Resize, generator: torch.Generator) -> Callable[[torch.Tensor], torch.Tensor]:
    """The step with weights made beforehand."""
    if isinstance(step, Resize):
        align = None if step.mode == "nearest" else False
        return lambda x: functional.interpolate(x, scale_factor=step.factor, mode=step.mode, align_corners=align)
    layer = step.layer
    options: dict[str, Any] = {
        "stride": layer.stride,
        "padding": layer.padding,
        "dilation": layer.dilation,
        "groups": layer.groups,
    }
    turned = layer.kind == "transposed"
    ends = (
        (step.given.channels, layer.outputs // layer.groups)
        if turned
        else (layer.outputs, step.given.channels // layer.groups)
    )
    weight = torch.rand((*ends, *layer.kernel), generator=generator).to(device())
    if turned:
        return lambda x: functional.conv_transpose2d(x, weight, output_padding=layer.output_padding, **options)
    return lambda x: functional.conv2d(x, weight, **options)


def _seconds(run: list[Callable[[torch.Tensor], torch.Tensor]], image: torch.Tensor) -> float:
    _wait(image)
    start = time.perf_counter()
    for step in run:
        image = step(image)
    _wait(image)
    return time.perf_counter() - start


def _wait(image: torch.Tensor) -> None:
    """A GPU computes on its own time: wait until it is done."""
    if image.is_cuda:
        torch.cuda.synchronize(image.device)

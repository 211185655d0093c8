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
LEAST_ROUNDS, MOST_ROUNDS = 6, 20
PATIENCE = 0.6  # seconds after which no more than the least number of rounds is run


@lru_cache(maxsize=256)
def milliseconds(ways: tuple[Way, ...]) -> tuple[float | None, ...]:
    """The best of several rounds of each way, on one image in float32; None for a way with too much to do.

    The ways take turns, so that whatever else the machine does meets them alike; and the best counts, not the mean,
    since it can only make a round longer. One round beforehand does not count.
    """
    with torch.inference_mode():
        ready = {place: _ready(way) for place, way in enumerate(ways) if way.multiplications <= MOST_MULTIPLICATIONS}
        for run, image in ready.values():
            _seconds(run, image)
        best = dict.fromkeys(ready, float("inf"))
        start = time.perf_counter()
        for count in range(MOST_ROUNDS):
            if count >= LEAST_ROUNDS and time.perf_counter() - start > PATIENCE:
                break
            for place, (run, image) in ready.items():
                best[place] = min(best[place], _seconds(run, image))
    return tuple(best[place] * 1e3 if place in best else None for place in range(len(ways)))


def _ready(way: Way) -> tuple[list[Callable[[torch.Tensor], torch.Tensor]], torch.Tensor]:
    """The steps with their weights made, and an input, where torch computes."""
    generator = torch.Generator().manual_seed(0)
    first = way.steps[0].given
    image = torch.rand((1, first.channels, first.height, first.width), generator=generator).to(device())
    return [_function(step, generator) for step in way.steps], image


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

"""The receptive-field lab's numbers as stand-alone scripts: fields by gradients, networks by their widest way."""

from collections.abc import Sequence
from dataclasses import astuple
from itertools import accumulate
from math import ceil

from engine.convolution import receptive_field_chain as chains
from engine.convolution.receptive_field import Settings, grow
from engine.convolution.receptive_field_effect import affect
from engine.core import effective, receptive
from engine.core.receptive import Window


def torch_code(settings: Settings) -> str:
    """A stand-alone script that prints the same numbers."""
    if settings.view == "cover":
        return _COVER.format(size=settings.size, kernel=settings.kernel)
    if settings.view == "networks":
        grown = grow(settings)
        listed = ",\n    ".join(str(astuple(window)[:4]) for window in grown.widest)
        return _NETWORK.format(name=settings.network, windows=listed)
    layers = chains.parse(settings.chain)
    if settings.view == "effective":
        return _effective(settings, layers)
    modules = _modules([layer.window for layer in layers])
    return _CHAIN.format(layers=modules, width=settings.width)


def _effective(settings: Settings, layers: tuple[chains.Layer, ...]) -> str:
    """Equal weights, and then the random ones if there are any."""
    windows = [layer.window for layer in layers]
    size, cell = _room(windows)
    scripts = [_EFFECTIVE.format(layers=_modules(windows), size=size, cell=cell)]
    wanted = ("random", "relu") if settings.weights == "all" else (settings.weights,)
    scripts += [_random(settings.but(weights=weights), layers) for weights in wanted if weights in ("random", "relu")]
    if settings.weights in ("trained", "all"):
        scripts.append("# Training needs MNIST: engine/core/effective_training.py shows how it is done.\n")
    return "\n".join(scripts)


def _random(settings: Settings, layers: tuple[chains.Layer, ...]) -> str:
    """One kind of random weights, with as many draws as the page takes."""
    from engine.core.effective_networks import canvas, unread

    windows = tuple(layer.window for layer in layers)
    found = affect(settings)
    inputs = 4 if settings.weights == "relu" else 1
    seen = effective.sights(list(windows), found.depths)
    low, high = canvas(seen)
    first, last = (end - low for end in seen[-1].spans[0])
    rows = [
        (layer.kind, layer.window.kernel, layer.window.stride, layer.window.dilation, edge)
        for layer, edge in zip(layers, unread(windows, seen[-1]), strict=True)
    ]
    return _RANDOM.format(
        layers=_listed(rows),
        depths=found.depths,
        relu=settings.weights == "relu",
        inputs=inputs,
        draws=found.measured[0].samples // inputs,
        seed=settings.seed,
        size=high - low + 1,
        here=f"{first} : {last + 1}",
        name=settings.weights,
    )


def _listed(rows: Sequence[object]) -> str:
    return "".join(f"    {row},\n" for row in rows)


def _room(windows: list[Window]) -> tuple[int, int]:
    """The side of an input that holds all that a cell that sees most sees through, and the number of that cell."""
    fields = receptive.along(windows)
    seen, period, jump = effective.sight(windows), fields[-1].period, fields[-1].jump
    # From one period to the next the cells of each map move by so many.
    moves = [period * jump / field.jump for field in fields]
    turns = max(ceil(-first / move) for (first, _), move in zip(seen.spans, moves, strict=True))
    seen = effective.sight(windows, seen.cell + max(0, turns) * period)
    size = seen.spans[0][1] + 1
    while any(cells <= last for cells, (_, last) in zip(_cells(windows, size), seen.spans, strict=True)):
        size += 1
    return size, seen.cell


def _cells(windows: list[Window], size: int) -> list[int]:
    """How many cells the input and each map have."""
    return list(accumulate(windows, lambda cells, window: window.size(cells), initial=size))


def _modules(windows: list[Window]) -> str:
    lines = []
    for w in windows:
        kind = "ConvTranspose1d" if w.transposed else "Conv1d"
        more = f", output_padding={w.output_padding}" if w.output_padding else ""
        options = f"stride={w.stride}, padding={w.padding}, dilation={w.dilation}{more}"
        lines.append(f"    nn.{kind}(1, 1, {w.kernel}, {options}, bias=False),")
    return "\n".join(lines)


_CHAIN = """import torch
from torch import nn

# One axis; a pooling reads its window as a convolution does. Weights of one: every way in has a gradient.
layers = nn.Sequential(
{layers}
).double()
for weight in layers.parameters():
    nn.init.ones_(weight)

signal = torch.zeros(1, 1, {width}, dtype=torch.float64, requires_grad=True)
output = layers(signal)
cell = output.shape[2] // 2
output[0, 0, cell].backward()
seen = signal.grad[0, 0].nonzero().flatten()
print("cells of the last layer:", output.shape[2])
print("cell", cell, "sees input cells", seen.min().item(), "to", seen.max().item())
"""
_COVER = """kernel, size = {kernel}, {size}
layers, seen = 0, 1
while seen < size:
    layers, seen = layers + 1, seen + kernel - 1
print(layers, "layers see", seen)
"""
_NETWORK = """# The widest way through {name}: kernel, stride, padding, dilation of each layer.
WINDOWS = [
    {windows},
]
size, jump, start = 1, 1, 0
for kernel, stride, padding, dilation in WINDOWS:
    size += dilation * (kernel - 1) * jump
    start -= padding * jump
    jump *= stride
print("size", size, "stride", jump, "padding", -start)
"""
_EFFECTIVE = """import torch
from torch import nn

# Equal weights; the gradient along one axis is how many ways lead to each cell. (The map is its outer product.)
layers = nn.Sequential(
{layers}
).double()
for weight in layers.parameters():
    nn.init.constant_(weight, 1 / weight.shape[2])

# A cell that sees most, so far inside the map that it sees no padding.
size, cell = {size}, {cell}
signal = torch.zeros(1, 1, size, dtype=torch.float64, requires_grad=True)
layers(signal)[0, 0, cell].backward()
share = signal.grad[0, 0] / signal.grad.sum()
seen = share.nonzero().flatten()
place = torch.arange(size, dtype=torch.float64)
middle = (share * place).sum()
sigma = (share * (place - middle) ** 2).sum().sqrt()
print("field", (seen.max() - seen.min() + 1).item(), "sigma", sigma.item())
"""
_RANDOM = """# Random weights, 8 channels: mean |gradient| of one cell over draws of weights and inputs.
# Each map is only as large as the cell sees it, so no layer is padded; a transposed one is cut where it is not read.
LAYERS = [  # kind, kernel, stride, dilation, cells to add before and after a transposed one
{layers}]
DEPTHS, RELU, INPUTS, DRAWS, SIZE = {depths}, {relu}, {inputs}, {draws}, {size}
generator = torch.Generator().manual_seed({seed})


def drawn():
    stack, channels = [], 1
    for kind, kernel, *_ in LAYERS:
        if kind == "p":
            weight = None if RELU else torch.full((channels, 1, kernel, kernel), 1 / kernel**2)
        else:
            deviation = ((2 if RELU else 1) / (channels * kernel**2)) ** 0.5
            shape = (channels, 8) if kind == "t" else (8, channels)
            weight = torch.randn((*shape, kernel, kernel), generator=generator) * deviation
            channels = 8
        stack.append(weight)
    return stack


def applied(maps, weight, kind, kernel, stride, dilation, edge):
    if weight is None:
        return nn.functional.max_pool2d(maps, kernel, stride, 0, dilation)
    if kind == "t":
        maps = nn.functional.conv_transpose2d(maps, weight, None, stride, dilation=dilation)
        maps = nn.functional.pad(maps, edge * 2)
    else:
        groups = maps.shape[1] if kind == "p" else 1
        maps = nn.functional.conv2d(maps, weight, None, stride, 0, dilation, groups)
    return maps.relu() if RELU and kind != "p" else maps


total = 0
for _ in range(DRAWS):
    stack = drawn()
    image = torch.randn((INPUTS, 1, SIZE, SIZE), generator=generator)[:, :, {here}, {here}].requires_grad_()
    maps = image
    for depth, (weight, layer) in enumerate(zip(stack, LAYERS), 1):
        maps = applied(maps, weight, *layer)
        if depth in DEPTHS:  # the numbers are drawn for each depth that the page shows
            mix = torch.randn((INPUTS, maps.shape[1]), generator=generator)
    (gradient,) = torch.autograd.grad((maps[:, :, 0, 0] * mix).sum(), image)
    total += gradient.abs().mean(dim=(0, 1)).double()
place = torch.arange(len(total), dtype=torch.float64)
variances = []
for axis in (0, 1):
    share = total.sum(dim=axis) / total.sum()
    middle = (share * place).sum()
    variances.append((share * (place - middle) ** 2).sum())
print("{name} sigma", (sum(variances) / 2).sqrt().item())
"""

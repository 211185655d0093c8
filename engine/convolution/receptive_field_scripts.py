"""The receptive-field lab's numbers as stand-alone scripts: fields by gradients, networks by their widest way."""

from dataclasses import astuple

from engine.convolution import receptive_field_chain as chains
from engine.convolution.receptive_field import Settings, grow
from engine.convolution.receptive_field_effect import affect
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
    modules = _modules([layer.window for layer in layers], padded=True)
    return _CHAIN.format(layers=modules, width=settings.width)


def _effective(settings: Settings, layers: tuple[chains.Layer, ...]) -> str:
    """Equal weights, and then the random ones if there are any."""
    equal = _EFFECTIVE.format(layers=_modules([layer.window for layer in layers], padded=False))
    wanted = ("random", "relu") if settings.weights == "all" else (settings.weights,)
    scripts = [equal]
    for weights in wanted:
        if weights not in ("random", "relu"):
            continue
        found = affect(settings.but(weights=weights))
        inputs = 4 if weights == "relu" else 1
        scripts.append(
            _RANDOM.format(
                layers=[
                    (layer.kind, layer.window.kernel, layer.window.stride, layer.window.dilation) for layer in layers
                ],
                depths=found.depths,
                relu=weights == "relu",
                inputs=inputs,
                draws=found.measured[0].samples // inputs,
                seed=settings.seed,
                name=weights,
            )
        )
    if settings.weights in ("trained", "all"):
        scripts.append("# Training needs MNIST: engine/core/effective_networks.py shows how it is done.\n")
    return "\n".join(scripts)


def _modules(windows: list[Window], padded: bool) -> str:
    lines = []
    for w in windows:
        kind = "ConvTranspose1d" if w.transposed else "Conv1d"
        more = f", output_padding={w.output_padding}" if w.output_padding else ""
        options = f"stride={w.stride}, padding={w.padding if padded else 0}, dilation={w.dilation}{more}"
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

size, jump = 1, 1
for layer in layers:
    size += layer.dilation[0] * (layer.kernel_size[0] - 1) * jump
    jump *= layer.stride[0]
signal = torch.zeros(1, 1, size, dtype=torch.float64, requires_grad=True)
layers(signal)[0, 0, 0].backward()
share = signal.grad[0, 0]
place = torch.arange(size, dtype=torch.float64)
middle = (share * place).sum()
print("field", size, "sigma", (share * (place - middle) ** 2).sum().sqrt().item())
"""
_RANDOM = """# Random weights, 8 channels: mean |gradient| of one cell over draws of weights and inputs.
LAYERS = {layers}  # kind, kernel, stride, dilation
DEPTHS, RELU, INPUTS, DRAWS = {depths}, {relu}, {inputs}, {draws}
generator = torch.Generator().manual_seed({seed})


def drawn():
    stack, channels = [], 1
    for kind, kernel, stride, dilation in LAYERS:
        if kind == "c":
            deviation = ((2 if RELU else 1) / (channels * kernel**2)) ** 0.5
            weight = torch.randn((8, channels, kernel, kernel), generator=generator) * deviation
            channels = 8
        elif RELU:
            weight = None
        else:
            weight = torch.full((channels, 1, kernel, kernel), 1 / kernel**2)
        stack.append(weight)
    return stack


total = torch.zeros(size, size, dtype=torch.float64)
for _ in range(DRAWS):
    stack = drawn()
    image = torch.randn((INPUTS, 1, size, size), generator=generator).requires_grad_()
    maps = image
    for depth, ((kind, kernel, stride, dilation), weight) in enumerate(zip(LAYERS, stack), 1):
        if weight is None:
            maps = nn.functional.max_pool2d(maps, kernel, stride, 0, dilation)
        else:
            groups = maps.shape[1] if kind == "p" else 1
            maps = nn.functional.conv2d(maps, weight, None, stride, 0, dilation, groups)
            maps = maps.relu() if RELU and kind == "c" else maps
        if depth in DEPTHS:  # the numbers are drawn for each depth that the page shows
            mix = torch.randn(maps.shape[:2], generator=generator)
    (gradient,) = torch.autograd.grad((maps[:, :, 0, 0] * mix).sum(), image)
    total += gradient.abs().mean(dim=(0, 1)).double()
variances = []
for axis in (0, 1):
    share = total.sum(dim=axis) / total.sum()
    middle = (share * place).sum()
    variances.append((share * (place - middle) ** 2).sum())
print("{name} sigma", (sum(variances) / 2).sqrt().item())
"""

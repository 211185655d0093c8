"""Around the volume calculator: the lectures' examples, the guide's figures, questions, and the same in PyTorch."""

import numpy as np

from engine.convolution import layer_shapes_guide as guide
from engine.convolution.layer_shapes import Settings, measure
from engine.core import arithmetic
from engine.core.arithmetic import Layer, Volume
from engine.core.lesson import Preset, Question, draw
from engine.core.size_questions import output_question, transposed_question


def torch_code(settings: Settings) -> str:
    """A stand-alone script that prints the output's shape and what each of the three ways needs."""
    shapes = measure(settings)
    given, made = shapes.given, shapes.made
    lines = [
        "import torch",
        "from torch import nn",
        "",
        'with torch.device("meta"):  # shapes only: no number is stored, so that even 8.1 billion weights fit',
        f"    image = torch.empty(1, {given.channels}, {given.height}, {given.width})",
        f"    layer = {_module(settings)}",
        "    output = layer(image)",
        f"    full = nn.Linear({given.cells}, {made.cells}, bias={settings.bias})",
        "shape = tuple(output.shape[1:])",
        "shared = sum(parameter.numel() for parameter in layer.parameters())",
        "fully = sum(parameter.numel() for parameter in full.parameters())",
        "",
        'print("output, channels × height × width:", shape)',
        'print("parameters, shared:", shared)',
        'print("parameters, fully connected:", fully)',
    ]
    return "\n".join([*lines, ""])


def _module(settings: Settings) -> str:
    layer = settings.window
    common = f"{layer.kernel}, stride={layer.stride}, padding={layer.padding}"
    if layer.kind == "mean_pool":
        return f"nn.AvgPool2d({common}, ceil_mode={layer.ceil_mode})"
    common += f", dilation={layer.dilation}"
    if layer.kind == "max_pool":
        return f"nn.MaxPool2d({common}, ceil_mode={layer.ceil_mode})"
    common += f", groups={layer.groups}, bias={layer.bias}"
    if layer.kind == "convolution":
        return f"nn.Conv2d({settings.channels}, {layer.outputs}, {common})"
    return f"nn.ConvTranspose2d({settings.channels}, {layer.outputs}, {common}, output_padding={layer.output_padding})"


def question(number: int) -> Question:
    """Sizes and costs in turn, with random numbers."""
    kinds = (
        output_question,
        _neuron_weights,
        _parameters,
        _local_weights,
        _pooled,
        transposed_question,
        _multiplications,
    )
    return kinds[number % len(kinds)](np.random.default_rng(number))


def _neuron_weights(random: np.random.Generator) -> Question:
    kernel, channels, outputs = draw(random, (2, 7), (1, 16), (2, 40))
    made = kernel * kernel * channels
    return Question(
        f"{outputs} kernels of {kernel} × {kernel} look at a volume with {channels} channels. How many weights has one"
        " neuron, without its bias?",
        made,
        f"${kernel} \\cdot {kernel} \\cdot {channels} = {made}$. How many kernels there are does not matter to one.",
        hint="A neuron sees its window through all channels.",
    )


def _parameters(random: np.random.Generator) -> Question:
    kernel, channels, outputs = draw(random, (1, 7), (1, 16), (2, 40))
    made = (kernel * kernel * channels + 1) * outputs
    return Question(
        f"A convolution with {outputs} kernels of {kernel} × {kernel} on {channels} channels, with biases: how many"
        " parameters?",
        made,
        f"$({kernel} \\cdot {kernel} \\cdot {channels} + 1) \\cdot {outputs} = {made}$",
        hint="$(W_k \\cdot H_k \\cdot C_{in} + 1) \\cdot C_{out}$; the size of the image does not occur.",
    )


def _local_weights(random: np.random.Generator) -> Question:
    size, channels, kernel, outputs = draw(random, (8, 32), (1, 4), (2, 5), (2, 20))
    spent = arithmetic.locally_connected_cost(
        Volume(channels, size, size), Layer("convolution", outputs, (kernel,) * 2)
    )
    side = size - kernel + 1
    return Question(
        f"From {size} × {size} × {channels}, {outputs} maps by {kernel} × {kernel} windows at stride 1 without padding,"
        " locally connected: nothing is shared. How many weights, without biases?",
        spent.weights,
        f"${side} \\cdot {side} \\cdot {outputs} = {spent.cells}$ neurons with ${kernel} \\cdot {kernel} \\cdot"
        f" {channels} = {spent.fan_in}$ weights each: ${spent.weights}$",
        hint="Count the neurons, then the weights of one.",
    )


def _pooled(random: np.random.Generator) -> Question:
    size, kernel, stride = draw(random, (9, 60), (2, 4), (2, 3))
    made = arithmetic.pooled_size(size, kernel, stride, ceil_mode=True)
    short = made < -(-(size - kernel) // stride) + 1
    more = ", less one since the last window would start outside" if short else ""
    return Question(
        f"Max pooling with windows of {kernel} and stride {stride} over a side of {size}, `ceil_mode` on. How long is"
        " the output?",
        made,
        f"$\\lceil ({size} - {kernel}) / {stride} \\rceil + 1${more}: ${made}$",
        hint="Round up, but no window may start outside the input.",
    )


def _multiplications(random: np.random.Generator) -> Question:
    size, channels, kernel, outputs = draw(random, (8, 24), (1, 8), (1, 5), (4, 64))
    spent = arithmetic.cost(Volume(channels, size, size), Layer("convolution", outputs, (kernel,) * 2))
    side = size - kernel + 1
    return Question(
        f"{outputs} kernels of {kernel} × {kernel} on {size} × {size} × {channels}, stride 1, no padding: how many"
        " multiplications?",
        spent.multiplications,
        f"${side} \\cdot {side}$ places,"
        f" ${kernel}^2 \\cdot {channels} \\cdot {outputs} = {spent.weights}$ weights at each:"
        f" ${spent.multiplications}$",
        hint="Each weight is used once at every place of the output.",
    )


def _square(
    side: int, channels: int, outputs: int, kernel: int, stride: int = 1, padding: int = 0, **more: object
) -> Settings:
    return Settings(
        height=side,
        width=side,
        channels=channels,
        outputs=outputs,
        kernel_height=kernel,
        kernel_width=kernel,
        stride_y=stride,
        stride_x=stride,
        padding_y=padding,
        padding_x=padding,
        **more,  # type: ignore[arg-type]
    )


_SEVEN = _square(7, 1, 1, 3)
_LECTURES = (
    Preset("five", "28 × 28 × 5", Settings(), "(32 − 5) / 1 + 1 = 28, and each of the 3,920 neurons has 75 weights."),
    Preset(
        "thirty",
        "Padding 1",
        _square(32, 3, 30, 5, padding=1),
        "Padding 1 gives 30 × 30 × 30. The slide prints 32 × 32 × 30 here, which takes padding 2.",
    ),
    Preset(
        "same",
        "Padding 2",
        _square(32, 3, 30, 5, padding=2),
        "30,720 neurons × 75 weights = 2,304,000 if nothing is shared. The slide rounds to 3 million.",
    ),
    Preset("seven", "7 → 5", _SEVEN, "7 × 7 input, 3 × 3 window, stride 1: 5 × 5."),
    Preset("seven-two", "7 → 3", _SEVEN.but(stride_y=2, stride_x=2), "The same with stride 2: 3 × 3."),
    Preset(
        "seven-three",
        "7 → 2",
        _SEVEN.but(stride_y=3, stride_x=3),
        "(7 − 3) / 3 is not whole: the floor drops the rest, and the last row and column are never read.",
    ),
    Preset(
        "seven-pad", "7 → 7", _SEVEN.but(padding_y=1, padding_x=1), "Padding (K − 1) / 2 keeps the size at stride 1."
    ),
    Preset(
        "large",
        "300 × 300",
        _square(300, 1, 1, 5, padding=2),
        "26 parameters when shared. Fully connected: 8,100,000,000 weights, 32 GB.",
    ),
    Preset(
        "maps",
        "256 maps",
        _square(12, 3, 256, 5, bias=False),
        "8 · 8 places × 5 · 5 · 3 · 256 weights = 1,228,800 multiplications.",
    ),
    Preset("vgg", "VGG conv1", _square(224, 3, 64, 3, padding=1), "(3 · 3 · 3 + 1) · 64 = 1,792 parameters."),
    Preset(
        "vgg-full",
        "VGG fc6",
        _square(7, 512, 4096, 7),
        "A kernel as large as its input has one place: the convolution is the fully connected layer.",
    ),
    Preset(
        "grouped",
        "AlexNet conv2",
        _square(27, 96, 256, 5, padding=2, groups=2),
        "Two groups: each kernel sees 48 of the 96 channels, which halves the weights.",
    ),
    Preset(
        "pool",
        "Pooling",
        _square(224, 64, 64, 2, 2, layer="max_pool"),
        "Pooling halves each side, keeps the channels and learns nothing.",
    ),
    Preset(
        "ceiling",
        "ceil_mode",
        _square(112, 64, 64, 3, 2, layer="max_pool", ceil_mode=True),
        "GoogLeNet's first pooling: 56, where the floor would give 55.",
    ),
)
_GUIDE = tuple(
    Preset(
        f"r-{item.number}",
        f"R{item.number}",
        item.settings,
        f"Relationship {item.number}, figure {item.figure} of the guide: {item.name}.",
        part="guide",
    )
    for item in guide.RELATIONSHIPS
)
PRESETS = _LECTURES + _GUIDE

"""Around the sliding kernel: the worked examples of the lectures, questions, and the same experiment in PyTorch."""

import numpy as np

from engine.convolution.sliding_kernel import Settings, slide
from engine.core.code import tensor
from engine.core.lesson import Preset, Question, matrix_markdown
from engine.core.size_questions import output_question


def torch_code(settings: Settings) -> str:
    """A stand-alone script that prints the same output."""
    s = settings
    walk = slide(s)
    lines = ["import torch", "import torch.nn.functional as F", ""]
    lines += [tensor("image", walk.image[None]), tensor("kernel", walk.kernel), tensor("bias", walk.bias), ""]
    if s.flip:
        lines.append("kernel = kernel.flip((2, 3))  # convolution proper turns the kernel; torch does not")
    if s.padding_mode == "zeros":
        options = f"stride={s.stride}, padding={s.padding}, dilation={s.dilation}"
        lines.append(f"output = F.conv2d(image, kernel, bias, {options})")
    else:
        around = (s.padding_x, s.padding_x, s.padding_y, s.padding_y)
        lines.append(f'image = F.pad(image, {around}, mode="{s.padding_mode}")  # left, right, top, bottom')
        lines.append(f"output = F.conv2d(image, kernel, bias, stride={s.stride}, dilation={s.dilation})")
    return "\n".join([*lines, "print(output[0])", ""])


def question(number: int) -> Question:
    """An output size or a single output cell, in turn, with random numbers."""
    random = np.random.default_rng(number)
    return output_question(random) if number % 2 else _cell_question(random)


def _cell_question(random: np.random.Generator) -> Question:
    window, kernel = random.integers(0, 6, (3, 3)), random.integers(-2, 3, (3, 3))
    terms = " + ".join(f"{a} \\cdot ({b})" for a, b in zip(window.ravel(), kernel.ravel(), strict=True) if b)
    made = float((window * kernel).sum())
    return Question(
        f"The window is $ {matrix_markdown(window)} $ and the kernel $ {matrix_markdown(kernel)} $, bias 1."
        " What is the output cell?",
        made + 1,
        f"${terms or 0} + 1 = {made + 1:g}$",
        hint="Multiply cell by cell without turning the kernel, add all nine products, then the bias.",
    )


_FALLING = Settings(image="blank", kernel="diagonal", kernel_height=2, kernel_width=2, padding_y=0, padding_x=0)
_SEVEN = Settings(image="digits", height=7, width=7, kernel="ones", padding_y=0, padding_x=0)
PRESETS = (
    Preset("four", "4 × 4 padded", Settings(), "The corner sees four image cells and five zeros: 24."),
    Preset(
        "four-bare",
        "4 × 4 bare",
        Settings(padding_y=0, padding_x=0),
        "Only four windows lie inside: 96 112 / 160 176.",
    ),
    Preset(
        "diagonal",
        "Diagonal",
        _FALLING.but(image_edits=((0, 2, 2, 1), (0, 3, 3, 1))),
        "The kernel answers 2 where the image has its own falling line.",
    ),
    Preset(
        "antidiagonal",
        "Antidiagonal",
        _FALLING.but(image_edits=((0, 2, 3, 1), (0, 3, 2, 1))),
        "The same two ones, mirrored: the answer never exceeds 1.",
    ),
    Preset(
        "moved",
        "Moved",
        _FALLING.but(image_edits=((0, 0, 0, 1), (0, 1, 1, 1))),
        "The line moved, and so did the answer: convolution is equivariant; only the maximum, 2, is invariant.",
    ),
    Preset("seven", "7 × 7", _SEVEN, "(7 − 3) / 1 + 1 = 5."),
    Preset("seven-two", "7 × 7 stride 2", _SEVEN.but(stride_y=2, stride_x=2), "(7 − 3) / 2 + 1 = 3."),
    Preset("seven-pad", "7 × 7 padded", _SEVEN.but(padding_y=1, padding_x=1), "Padding (K − 1) / 2 keeps the size: 7."),
    Preset(
        "floor",
        "7 × 7 stride 3",
        _SEVEN.but(stride_y=3, stride_x=3),
        "(7 − 3) / 3 is not whole: the floor drops the rest, and the last row and column are never read.",
    ),
    Preset(
        "flipped",
        "Flipped",
        Settings(image="impulse", height=5, width=5, kernel="counting", operation="convolution"),
        "A single 1 prints the kernel: upright by convolution, turned by half a turn by cross-correlation.",
    ),
    Preset(
        "channels",
        "3 → 2 channels",
        Settings(image="digits", height=6, width=6, channels=3, kernel="random", outputs=2, bias=(1.0, -2.0), seed=3),
        "Each output channel sums over all input channels, and has one bias.",
    ),
    Preset(
        "dilated",
        "Dilation 2",
        Settings(image="digits", height=7, width=7, dilation_y=2, dilation_x=2, padding_y=0, padding_x=0),
        "Nine weights spread over 5 × 5 cells.",
    ),
    Preset(
        "digit",
        "Digit",
        Settings(image="handwritten", height=28, width=28, kernel="difference"),
        "Blue where it gets brighter to the right, orange where darker.",
    ),
)

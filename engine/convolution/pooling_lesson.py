"""Around pooling: questions, and the same experiment in PyTorch."""

import numpy as np

from engine.convolution.pooling import Settings, pool
from engine.convolution.pooling_presets import PRESETS as PRESETS
from engine.convolution.pooling_presets import cells
from engine.core.arithmetic import pooled_size
from engine.core.code import tensor
from engine.core.lesson import Question, matrix_markdown


def torch_code(settings: Settings) -> str:
    """A stand-alone script that prints the same pooled map, the way back by switches, and the gradient."""
    s = settings
    made = pool(s)
    lines = ["import torch", "import torch.nn.functional as F", "", tensor("image", made.image[None])]
    lines += ["image.requires_grad_()", ""]
    w = made.window
    windows = f"{w.kernel}, stride={w.stride}, padding={w.padding}"
    largest = f"F.max_pool2d(image, {windows}, dilation={w.dilation}, ceil_mode={w.ceil_mode}, return_indices=True)"
    lines.append(f"maxima, switches = {largest}")
    if s.op == "max":
        lines.append("output = maxima")
    else:
        rest = f"ceil_mode={w.ceil_mode}, count_include_pad={s.count_include_pad}"
        lines.append(f"output = F.avg_pool2d(image, {windows}, {rest})")
    lines += [
        "print(output[0])",
        "",
        "# back to the input's size: each maximum where its switch points, zeros elsewhere",
        "flat = torch.zeros(image.shape, dtype=image.dtype).flatten(2)",
        "flat.scatter_(2, switches.flatten(2), maxima.detach().flatten(2))",
        "print(flat.view(image.shape)[0])",
        "",
        tensor("upstream", made.upstream[None]),
        "output.backward(upstream)",
        "print(image.grad[0])",
        "",
    ]
    return "\n".join(lines)


def question(number: int) -> Question:
    """A size, a pooled cell, or a gradient, in turn, with random numbers."""
    random = np.random.default_rng(number)
    return (_size_question, _cell_question, _gradient_question)[number % 3](random)


def _size_question(random: np.random.Generator) -> Question:
    kernel = int(random.integers(2, 5))
    size, stride, padding = (
        int(random.integers(8, 33)),
        int(random.integers(2, 5)),
        int(random.integers(0, kernel // 2)),
    )
    ceil_mode = bool(random.integers(2))
    made = pooled_size(size, kernel, stride, padding, ceil_mode=ceil_mode)
    rest = (size + 2 * padding - kernel) / stride
    left, right = ("\\lceil", "\\rceil") if ceil_mode else ("\\lfloor", "\\rfloor")
    lost = ", less one window that would begin beyond the input" if ceil_mode and made < np.ceil(rest) + 1 else ""
    return Question(
        f"A map is {size} cells wide. It is pooled with windows of {kernel}, stride {stride}, padding {padding}"
        + (", and ceil_mode on." if ceil_mode else ".")
        + " How wide is the pooled map?",
        made,
        f"${left} ({size} + 2 \\cdot {padding} - {kernel}) / {stride} {right} + 1 = {made}$" + lost,
        hint="As for a convolution; ceil_mode rounds the division up instead of down.",
    )


def _cell_question(random: np.random.Generator) -> Question:
    window = random.integers(0, 20, (3, 3))
    mean = float(window.mean())
    return Question(
        f"The window is ${matrix_markdown(window)}$. By how much does its maximum lie above its mean?",
        float(window.max()) - mean,
        f"${window.max()} - {window.sum()} / 9 = {window.max() - mean:.4g}$",
        tolerance=0.01,
        hint="Take the largest of the nine, and their sum over nine.",
    )


def _gradient_question(random: np.random.Generator) -> Question:
    image = random.permutation(16).reshape(4, 4)
    upstream = random.integers(1, 10, (2, 2))
    made = pool(Settings(image="blank", image_edits=cells(image.tolist()), upstream_edits=cells(upstream.tolist())))
    row, column = (int(place) for place in np.argwhere(made.gradient[0])[int(random.integers(4))])
    answer = float(made.gradient[0, row, column])
    return Question(
        f"${matrix_markdown(image)}$ is max-pooled with 2 × 2 windows, stride 2. The gradient at the output is "
        f"${matrix_markdown(upstream)}$. What is the gradient at the input cell that holds {image[row, column]}?",
        answer,
        f"{image[row, column]} is the largest of its window, so it gets all of that window's gradient: ${answer:g}$.",
        hint="Find its window. Is it the largest there?",
    )

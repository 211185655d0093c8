"""Around the backward pass of layers: the worked examples of the lectures, questions, and the same step in PyTorch."""

import numpy as np

from engine.core import backward
from engine.core.lesson import Question, matrix_markdown
from engine.learning.layer_backprop_presets import PRESETS, part
from engine.learning.layer_backprop_scripts import SCRIPTS
from engine.learning.layer_backprop_settings import Settings

__all__ = ["PRESETS", "part", "question", "torch_code"]


def torch_code(settings: Settings) -> str:
    """A stand-alone script that prints the same gradients, and the same losses of a network."""
    return SCRIPTS[settings.view](settings)


def question(number: int) -> Question:
    """A weight's gradient, an input's, a shared weight's or a logit's, in turn, with random numbers."""
    random = np.random.default_rng(number)
    makers = (_logit_question, _weight_question, _input_question, _shared_question)
    return makers[number % len(makers)](random)


def _weight_question(random: np.random.Generator) -> Question:
    x, g = (
        random.choice([-1, 1], 3) * random.integers(1, 10, 3) / 10,
        random.integers(1, 6, 2) * random.choice([-1, 1], 2),
    )
    row, column = int(random.integers(2)), int(random.integers(3))
    made = float(g[row] * x[column])
    return Question(
        f"A linear layer reads $x = {matrix_markdown(x[:, None])}$; the gradient at its output is"
        f" $g = {matrix_markdown(g[:, None])}$. What is $\\partial L / \\partial W_{{{row}{column}}}$, counted from 0?",
        made,
        f"$g_{row} \\cdot x_{column} = {g[row]:g} \\cdot ({x[column]:g}) = {made:.4g}$",
        hint="The weight joins input column to output row: its input times the gradient of its output.",
    )


def _input_question(random: np.random.Generator) -> Question:
    weight, g = random.integers(-4, 5, (3, 2)), random.integers(-3, 4, 3)
    column = int(random.integers(2))
    made = float(weight[:, column] @ g)
    terms = " + ".join(f"({w}) \\cdot ({up})" for w, up in zip(weight[:, column], g, strict=True))
    return Question(
        f"A linear layer has $W = {matrix_markdown(weight)}$, and the gradient at its output is"
        f" $g = {matrix_markdown(g[:, None])}$. What is $\\partial L / \\partial x_{column}$, counted from 0?",
        made,
        f"Column {column} of W times g: ${terms} = {made:g}$",
        hint="The input is read by every output: sum over all of them, each with its own gradient.",
    )


def _shared_question(random: np.random.Generator) -> Question:
    image, g = random.integers(0, 6, (1, 3, 3)).astype(float), random.integers(-2, 4, (1, 2, 2)).astype(float)
    row, column = (int(place) for place in random.integers(0, 2, 2))
    made = float(backward.conv2d_backward(image, np.zeros((1, 1, 2, 2)), g)[1][0, 0, row, column])
    terms = " + ".join(f"({g[0, i, j]:g}) \\cdot {image[0, i + row, j + column]:g}" for i in range(2) for j in range(2))
    return Question(
        f"A 2 × 2 kernel slides over $ {matrix_markdown(image[0])} $; the gradient at its output is"
        f" $ {matrix_markdown(g[0])} $. What is the gradient of the kernel's weight in row {row}, column {column},"
        " counted from 0?",
        made,
        f"Four places, each its gradient times what the weight read there: ${terms} = {made:g}$",
        hint="The weight is shared: compute its gradient at each of the four places, then add.",
    )


def _logit_question(random: np.random.Generator) -> Question:
    logits, target = random.integers(-2, 3, 3).astype(float), int(random.integers(3))
    asked = int(random.integers(3))
    p = backward.softmax(logits[:, None])[:, 0]
    made = float(p[asked] - (asked == target))
    return Question(
        f"Logits $z = {matrix_markdown(logits[:, None])}$, target class {target}, softmax and cross-entropy. What is"
        f" $\\partial L / \\partial z_{asked}$, counted from 0? Three decimals.",
        made,
        f"$p_{asked} - y_{asked} = {p[asked]:.4g} - {int(asked == target)} = {made:.4g}$",
        tolerance=2e-3,
        hint="Probability less target.",
    )

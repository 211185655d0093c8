"""Around the kernel variants: questions with numbers made at random; presets and PyTorch scripts stand beside."""

import numpy as np

from engine.convolution import kernel_variants_stacked as stacked
from engine.convolution.kernel_variants_presets import PRESETS
from engine.convolution.kernel_variants_scripts import torch_code
from engine.core import arithmetic, kernels, transposed
from engine.core.arithmetic import Layer, Volume
from engine.core.lesson import Question, draw, matrix_markdown
from engine.core.size_questions import transposed_question

__all__ = ["PRESETS", "question", "torch_code"]


def question(number: int) -> Question:
    """One question; the kind goes round with the number, which is also the seed of what it asks about."""
    return KINDS[number % len(KINDS)](np.random.default_rng(number))


def _separable_count(random: np.random.Generator) -> Question:
    side, c, k, m = draw(random, (8, 32), (2, 8), (3, 5), (10, 256))
    made = side - k + 1
    counted = [
        arithmetic.cost(Volume(c, height, height), layer).multiplications
        for height, layer in (
            (side, Layer("convolution", c, (k, k), groups=c, bias=False)),
            (made, Layer("convolution", m, (1, 1), bias=False)),
        )
    ]
    return Question(
        f"An input of {side} × {side} × {c}, {m} output maps, kernels of {k} × {k}, no padding. How many"
        " multiplications does depthwise + 1 × 1 take?",
        sum(counted),
        f"Depthwise ${c} \\cdot {k}^2 \\cdot {made}^2 = {counted[0]}$, pointwise ${m} \\cdot {c} \\cdot {made}^2 ="
        f" {counted[1]}$, together ${sum(counted)}$. The full convolution takes ${m * c * k * k * made * made}$.",
        hint="First one kernel for each input channel, then a 1 × 1 kernel for each output map.",
    )


def _grouped_weights(random: np.random.Generator) -> Question:
    groups, c, m, k = draw(random, (2, 8), (1, 6), (1, 6), (2, 5))
    c, m = groups * c, groups * m
    weights = arithmetic.cost(Volume(c, 16, 16), Layer("convolution", m, (k, k), groups=groups, bias=False)).parameters
    return Question(
        f"From {c} to {m} channels with {k} × {k} kernels in {groups} groups: how many weights, without biases?",
        weights,
        f"Each kernel sees ${c} / {groups} = {c // groups}$ channels: ${k}^2 \\cdot {c // groups} \\cdot {m} ="
        f" {weights}$.",
        hint="The groups divide the input channels that a kernel sees.",
    )


def _rank(random: np.random.Generator) -> Question:
    column, row = random.integers(1, 4, 3), random.integers(-2, 3, 3) + np.array([0, 0, 3])
    kernel = np.outer(column, row).astype(float)
    if random.random() < 0.5:
        kernel[tuple(random.integers(0, 3, 2))] += 1
    found = kernels.rank(kernel)
    return Question(
        f"How many outer products is this kernel the sum of, at least?\n\n$$w = {matrix_markdown(kernel)}$$",
        found,
        f"Its rank, {found}: so many rows are no mixture of the others.",
        hint="One, if every row is a multiple of one row.",
    )


def _freedom(random: np.random.Generator) -> Question:
    first, second = draw(random, (2, 5), (2, 5))
    parts = tuple(random.normal(size=(side, side)) for side in (first, second))
    free = stacked.rank_of(parts)
    count = first**2 + second**2
    return Question(
        f"A {first} × {first} kernel follows a {second} × {second} kernel, with nothing in between. In how many"
        " independent directions can the one kernel that does the same be moved?",
        free,
        f"There are ${first}^2 + {second}^2 = {count}$ parameters, but doubling one kernel and halving the other"
        f" changes nothing: ${count} - 1 = {free}$.",
        hint="Count the parameters, then what can be moved between the two without any effect.",
    )


def _reach(random: np.random.Generator) -> Question:
    rates = [int(rate) for rate in random.integers(1, 7, int(random.integers(2, 5)))]
    side = 1 + 2 * sum(rates)
    words = ", ".join(map(str, rates))
    return Question(
        f"Layers of 3 × 3 with dilations {words}, stride 1: how wide is the receptive field?",
        side,
        f"$1 + 2 \\cdot ({' + '.join(map(str, rates))}) = {side}$",
        hint="A layer adds its dilation times K − 1.",
    )


def _overlap(random: np.random.Generator) -> Question:
    k, stride = draw(random, (2, 8), (2, 4))
    counts = transposed.phases(k, stride)
    most = int(counts.max()) ** 2
    return Question(
        f"A transposed convolution with kernels of {k} × {k} and stride {stride}: how many prints overlap at most on"
        " one cell?",
        most,
        f"Along a side at most $\\lceil {k} / {stride} \\rceil = {counts.max()}$, in the plane"
        f" ${counts.max()}^2 = {most}$. The least is {int(counts.min()) ** 2}.",
        hint="Count along one side first; the plane multiplies.",
    )


KINDS = (_separable_count, _grouped_weights, _rank, _freedom, _reach, transposed_question, _overlap)

"""Questions about the size of an output, which several labs ask."""

import numpy as np

from engine.core.lesson import Question, draw
from engine.core.sides import output_size, transposed_size


def output_question(random: np.random.Generator) -> Question:
    """How large is the output of a convolution?"""
    size, kernel, stride, padding = draw(random, (8, 64), (2, 7), (1, 4), (0, 3))
    made = output_size(size, kernel, stride, padding)
    return Question(
        f"A {kernel} × {kernel} kernel slides over {size} × {size} with stride {stride} and padding {padding} on each"
        " side. How high is the output?",
        made,
        f"$\\lfloor ({size} + 2 \\cdot {padding} - {kernel}) / {stride} \\rfloor + 1 = {made}$",
        hint="Pad both sides, take off one kernel, divide by the stride, round down, add the first place.",
    )


def transposed_question(random: np.random.Generator) -> Question:
    """How large is the output of a transposed convolution?"""
    size, kernel, stride, padding = draw(random, (2, 20), (3, 5), (1, 4), (0, 1))
    (more,) = draw(random, (0, stride - 1))
    made = transposed_size(size, kernel, stride, padding, more)
    return Question(
        f"A transposed convolution on {size} × {size}: kernel {kernel}, stride {stride}, padding {padding}, output"
        f" padding {more}. How wide is the output?",
        made,
        f"$({size} - 1) \\cdot {stride} - 2 \\cdot {padding} + ({kernel} - 1) + {more} + 1 = {made}$",
        hint="Every input cell prints a kernel, a stride apart; the padding is cut off both ends.",
    )

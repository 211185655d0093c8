"""Around the heatmaps: the worked examples, questions, sources, and the same maps in PyTorch."""

from typing import Any

import numpy as np

from engine.core.lesson import Preset, Question, matrix_markdown
from engine.core.rectifier_rules import RULES
from engine.insight.heatmaps import Settings
from engine.insight.heatmaps_rules import TITLES, passed
from engine.insight.heatmaps_scripts import SHOWN, torch_code

__all__ = ["PRESETS", "RULES_TEXT", "SANITY", "SCORES", "SHOWN", "SOURCES", "question", "torch_code"]


def question(seed: int) -> Question:
    """One question; the kind goes round with the seed, the numbers come from it."""
    rng = np.random.default_rng(seed)
    return KINDS[seed % len(KINDS)](rng)


def rule_sum(rng: np.random.Generator) -> Question:
    """What a rule lets back through nine ReLUs."""
    into, arriving = (rng.integers(-5, 8, (3, 3)).astype(float) for _ in range(2))
    name = str(rng.choice(list(RULES)))
    given = RULES[name](arriving, passed(into, False))
    return Question(
        prompt=f"$f$ goes into nine ReLUs, $R$ arrives from above. What is the sum of what **{TITLES[name]}** gives "
        f"back?\n\n$$f = {matrix_markdown(into)} \\qquad R = {matrix_markdown(arriving)}$$",
        answer=float(given.sum()),
        worked=f"What passes is $${matrix_markdown(given + 0.0)}$$ and its sum is {given.sum():g}.".replace("-", "−"),
        hint="Gradient: where f > 0. Deconvnet: where R > 0. Guided: where both are.",
    )


def cam_cell(rng: np.random.Generator) -> Question:
    """One cell of Grad-CAM from two maps of 2 × 2."""
    maps = rng.integers(0, 6, (2, 2, 2)).astype(float)
    slopes = rng.integers(-4, 7, (2, 2, 2)).astype(float)
    weights = slopes.mean(axis=(1, 2))
    whole = np.tensordot(weights, maps, axes=1)
    row, column = (int(part) for part in rng.integers(0, 2, 2))
    answer = max(0.0, float(whole[row, column]))
    terms = " + ".join(f"({weight:g})·{cells[row, column]:g}" for weight, cells in zip(weights, maps, strict=True))
    return Question(
        prompt="A layer has two maps $A^1, A^2$, with these gradients of the class score. What does Grad-CAM show in "
        f"row {row}, column {column} (counted from 0)?\n\n"
        f"$$A^1 = {matrix_markdown(maps[0])} \\quad A^2 = {matrix_markdown(maps[1])}$$\n\n"
        f"$$\\frac{{\\partial y}}{{\\partial A^1}} = {matrix_markdown(slopes[0])} \\quad "
        f"\\frac{{\\partial y}}{{\\partial A^2}} = {matrix_markdown(slopes[1])}$$",
        answer=answer,
        worked=f"The weights are the mean gradients, {weights[0]:g} and {weights[1]:g}. "
        f"{terms} = {whole[row, column]:g}, and the ReLU makes it {answer:g}.".replace("-", "−"),
        tolerance=1e-6,
        hint="A map's weight is the mean of its gradients; a negative sum shows as 0.",
    )


def patch_places(rng: np.random.Generator) -> Question:
    """How many passes occlusion takes."""
    window, stride = int(rng.choice((16, 24, 32, 40, 56))), int(rng.choice((8, 16, 24, 28)))
    across = -(-(224 - window) // stride) + 1
    return Question(
        prompt=f"A patch of {window} × {window} slides over a photo of 224 × 224 in steps of {stride}; where it sticks "
        "out at the end it is cut. For how many images must the network be run, besides the whole photo?",
        answer=float(across**2),
        worked=f"⌈(224 − {window}) / {stride}⌉ + 1 = {across} places across and as many down: {across**2}.",
        tolerance=0.5,
        hint="Count the places across; there are as many down.",
    )


def path_sum(rng: np.random.Generator) -> Question:
    """What integrated gradients of a small function give one input."""
    first, second = (int(part) for part in rng.integers(1, 6, 2))
    factor = int(rng.integers(2, 6))
    return Question(
        prompt=f"The score is $y = {factor}\\,x_1 x_2$, the baseline $(0, 0)$, the input $({first}, {second})$. "
        "What do integrated gradients give $x_1$?",
        answer=factor * first * second / 2,
        worked=f"On the way $t\\,({first}, {second})$ the slope is $\\partial y/\\partial x_1 = {factor}\\,t\\cdot"
        f"{second}$, on the average ${factor * second / 2:g}$; times {first} that is {factor * first * second / 2:g}. "
        f"With as much for $x_2$ the sum is {factor * first * second}, the whole score.",
        hint="Take the mean of the slope along the straight way from (0, 0), then multiply by the input.",
    )


def deletion_area(rng: np.random.Generator) -> Question:
    """An area under a curve."""
    values = np.sort(rng.integers(0, 20, 5))[::-1] / 20
    area = float(np.trapezoid(values, np.linspace(0, 1, 5)))
    said = ", ".join(f"{value:g}" for value in values)
    return Question(
        prompt="Pixels are taken away in the order of a map. With 0, 25, 50, 75 and 100 % of them gone the class has "
        f"the probability {said}. What is the deletion score, the area under the straight lines between?",
        answer=area,
        worked=f"Each quarter counts with the mean of its ends: (½·{values[0]:g} + {values[1]:g} + {values[2]:g} + "
        f"{values[3]:g} + ½·{values[4]:g}) / 4 = {area:.4g}.",
        tolerance=0.002,
        hint="Trapezoids: the mean of both ends, times the width 0.25.",
    )


KINDS = (rule_sum, cam_cell, patch_places, path_sum, deletion_area)


def _preset(name: str, title: str, note: str, part: str = "", **values: Any) -> Preset[Settings]:
    return Preset(name, title, Settings(**values), note, part)


CAMS = ("grad_cam", "grad_cam_pp")
PRESETS = (
    _preset("cat", "Cat", "Three maps of one class. Gradients speak of single pixels, Grad-CAM of 7 × 7 cells."),
    _preset(
        "coffee",
        "Espresso",
        "Grad-CAM finds the cup; the gradients find its rim and the spoon.",
        image="photo:coffee",
    ),
    _preset(
        "tripod",
        "Tripod",
        "The man takes up most of the photo, and the class is what stands beside him.",
        image="photo:cameraman",
    ),
    _preset("palace", "Palace", "A second guess is nearly as strong: click bell cote.", image="photo:palace"),
    _preset("missile", "Missile", "It has no class for a rocket: missile is the nearest.", image="photo:rocket"),
    _preset(
        "runner-up",
        "Or a cup?",
        "Two classes, a row each. In one minus the other, what speaks for espresso rather than cup is blue.",
        image="photo:coffee",
        rival="second",
        methods=("gradient", "guided", "grad_cam"),
    ),
    _preset(
        "which-cat",
        "Which cat?",
        "Guided backprop hardly changes with the class, Grad-CAM does: one minus the other tells them apart.",
        rival="third",
        methods=("guided", "grad_cam"),
    ),
    _preset(
        "quick",
        "Six at once",
        "All that cost a pass or two. Deconvnet shows a grid of its own making: the strides of the convolutions.",
        methods=("gradient", "input_gradient", "deconvnet", "guided", *CAMS),
    ),
    _preset(
        "gradients",
        "Gradients",
        "From noisy to calm: the plain gradient, times the input, the mean over noise, the mean over a path.",
        methods=("gradient", "input_gradient", "smooth_grad", "integrated"),
    ),
    _preset(
        "layers",
        "Layers",
        "Move the layer: early maps are fine and know little of classes, late ones are coarse and know them.",
        methods=CAMS,
        layer=13,
        smooth=False,
        view="signed",
        opacity=0.7,
    ),
    _preset(
        "occlusion",
        "Occlusion",
        "Cover a patch, see what tripod loses. Blue: covering it hurts. Orange: it helps, as on his face.",
        methods=("grad_cam", "occlusion"),
        view="signed",
        window=48,
        image="photo:cameraman",
    ),
    _preset(
        "lenet",
        "7 or 1?",
        "Grad-CAM of 7 minus that of 1 lies on the bar on top, which a one has not; guided backprop is alike for both.",
        network="lenet",
        image="digit:test:0",
        rival="c1",
        methods=("guided", "grad_cam", "occlusion"),
        opacity=0.8,
    ),
    _preset(
        "lenet-layers",
        "LeNet's layers",
        "Four layers give maps, from 28 × 28 cells to 5 × 5. Move the layer.",
        network="lenet",
        image="digit:test:61",
        methods=("gradient", *CAMS),
        layer=3,
        view="signed",
        opacity=0.8,
    ),
    _preset(
        "scores",
        "Scores",
        "Scroll down: pixels are taken away and put back in each map's order.",
        methods=("gradient", "guided", "grad_cam", "occlusion"),
        scored=True,
    ),
    _preset(
        "sanity",
        "Sanity check",
        "Scroll down: guided backprop hardly notices that the network has forgotten everything.",
        methods=("gradient", "deconvnet", "guided", "grad_cam"),
        sanity=True,
    ),
    _preset(
        "relu",
        "ReLU",
        "Step through the nine: the gradient asks what went in, deconvnet what comes back, guided asks both.",
        part="rules",
        methods=("gradient", "deconvnet", "guided"),
    ),
    _preset(
        "relu-six",
        "ReLU6",
        "EfficientNet-Lite0's ReLUs stop at 6. Above it they are flat and pass no gradient; common tools forget that.",
        part="rules",
        methods=("gradient", "deconvnet", "guided"),
        capped=True,
    ),
)
SCORES = (
    "Take the pixels away in the order of a map as it is shown, and watch the probability fall: **deletion**. Put them "
    "back into a blurred image: **insertion**. The score is the area under the curve: small is good for the first, "
    "large for the second."
)
SANITY = (
    "The layers are made random one after the other, from the classes down, and the maps drawn again. A map that shows "
    "what the network *learned* must fall apart at once."
)
RULES_TEXT = (
    "$f$ went into the ReLU, $R$ is the gradient that arrives. Gradient: $R\\,[f>0]$. Deconvnet: $R\\,[R>0]$. "
    "Guided backprop: $R\\,[f>0]\\,[R>0]$."
)
SOURCES = (
    ("Zeiler & Fergus 2013, Visualizing and understanding convolutional networks", "https://arxiv.org/abs/1311.2901"),
    ("Simonyan et al. 2013, Deep inside convolutional networks", "https://arxiv.org/abs/1312.6034"),
    ("Springenberg et al. 2014, Striving for simplicity", "https://arxiv.org/abs/1412.6806"),
    ("Selvaraju et al. 2017, Grad-CAM", "https://arxiv.org/abs/1610.02391"),
    ("Chattopadhyay et al. 2018, Grad-CAM++", "https://arxiv.org/abs/1710.11063"),
    ("Smilkov et al. 2017, SmoothGrad", "https://arxiv.org/abs/1706.03825"),
    ("Sundararajan et al. 2017, Axiomatic attribution", "https://arxiv.org/abs/1703.01365"),
    ("Petsiuk et al. 2018, RISE", "https://arxiv.org/abs/1806.07421"),
    ("Adebayo et al. 2018, Sanity checks for saliency maps", "https://arxiv.org/abs/1810.03292"),
    ("Tan & Le 2019, EfficientNet", "https://arxiv.org/abs/1905.11946"),
)

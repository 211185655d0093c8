"""Runs to begin from, questions, sources."""

from typing import Any

import numpy as np

from engine.core.lesson import Preset, Question
from engine.core.networks.presets import ARCHITECTURES
from engine.training.train_cnn import Settings
from engine.training.train_cnn_network import SMALL, retold
from engine.training.train_cnn_script import torch_code

__all__ = [
    "FOLDS",
    "FORMULA",
    "MOVED",
    "PRESETS",
    "SHOWN",
    "SOURCES",
    "TEXT",
    "WRONG",
    "dials",
    "question",
    "torch_code",
]
TEXT = (
    "A batch of images goes in, the loss says how wrong the answers are, **backpropagation** says which way every "
    "weight should go, and all take a small step; a few hundred times, and it reads. Press **Train** and watch the "
    "filters appear. Pause to scrub back, change the learning rate on the way, compare what you trained."
)
FORMULA = r"w \leftarrow w - \eta\,\frac{\partial}{\partial w}\,\frac{1}{B}\sum_{i=1}^{B} -\log p_w(y_i \mid x_i)"
WRONG = (
    "Rows: what it is. Columns: what the network said. Blue is right, orange is wrong. Click a cell to see its images."
)
MOVED = (
    "An MLP has weights of its own for every pixel: what it learned in the middle it does not know at the side. A "
    "convolution looks with the same kernel everywhere. Train an MLP and a CNN, and compare how they bear digits that "
    "are moved; then train the MLP on moved digits (Shift, under Augmentation)."
)
DEEP = ARCHITECTURES["lenet"].text
COLOURED = retold(ARCHITECTURES["fast"].text, (3, 28, 28), 5)
PLAIN: dict[str, Any] = {"schedule": "constant", "label_smoothing": 0.0, "precision": "float32"}
PRESETS: tuple[Preset[Settings], ...] = (
    Preset("fast", "99 % in seconds", Settings(), "Strides in place of pooling, batch norm, one cycle of the rate."),
    Preset(
        "lenet",
        "LeNet-5 to 99 %",
        Settings(network=DEEP, epochs=1.5, learning_rate=0.012),
        "The network of 1998 with ReLU and max-pooling. The paper's own, trained for 20 epochs, had 0.95 % errors.",
    ),
    Preset(
        "second",
        "98 % in a second",
        Settings(network=ARCHITECTURES["fast"].text, epochs=0.3, batch=64, precision="float32"),
        "Less than a third of the digits, each seen once.",
    ),
    Preset(
        "mlp",
        "MLP",
        Settings(network=ARCHITECTURES["mlp"].text, learning_rate=0.008, epochs=1.0),
        "No convolution. Fine on centred digits; see further down what becomes of it when they move.",
    ),
    Preset(
        "templates",
        "One layer",
        Settings(network=ARCHITECTURES["softmax"].text, learning_rate=0.004, epochs=1.0),
        "Softmax regression: the ten filters are templates, one a digit. About 92 %.",
    ),
    Preset(
        "tutorial",
        "Plain tutorial loop",
        Settings(network=DEEP, epochs=1.0, learning_rate=0.001, batch=64).but(**PLAIN),
        "Adam at a constant 0.001: the same network, more slowly.",
    ),
    Preset(
        "steep",
        "Rate too high",
        Settings(network=DEEP, epochs=0.5, learning_rate=1.0, optimizer="sgd").but(**PLAIN),
        "The loss jumps instead of falling. Lower the rate while it runs.",
    ),
    Preset(
        "zero",
        "All weights zero",
        Settings(network=DEEP, epochs=0.3, initialisation="zero"),
        "All filters of a layer get the same gradient, so that they never become different.",
    ),
    Preset(
        "few",
        "100 images",
        Settings(network=DEEP, epochs=100.0, learning_rate=0.005, batch=20, examples=100, precision="float32"),
        "Training accuracy 100 %, and on test digits far less: it knows its hundred by heart. Then try Shift.",
    ),
    Preset(
        "small",
        "8×8 digits",
        Settings(dataset="optdigits", network=SMALL, epochs=20.0, learning_rate=0.01, batch=64, precision="float32"),
        "1,438 digits of 64 pixels: trained in a second or two.",
    ),
    Preset(
        "shapes",
        "Shapes",
        Settings(dataset="shapes", network=COLOURED, epochs=3.0, learning_rate=0.01),
        "Five shapes in any colour, texture and place.",
    ),
    Preset(
        "shortcut",
        "A shortcut",
        Settings(dataset="shapes", network=COLOURED, epochs=3.0, learning_rate=0.01, colour="tied"),
        "In training each shape has its own colour, in tests any: it has learned the colour, and the tests say so.",
    ),
)
FOLDS = {
    "Network": ("initialisation", "normalisation", "dropout"),
    "Optimiser": ("optimizer", "schedule", "batch", "momentum", "weight_decay", "label_smoothing", "precision"),
    "Data and augmentation": ("examples", "shift", "flip", "rotation"),
}
# By name, since they need torch: fetched when the code is opened.
SHOWN = (
    "engine.core.training:Run.step",
    "engine.core.training:train",
    "engine.core.training:evaluate",
    "engine.core.resident:turned",
    "engine.training.train_cnn_loop:shifted",
    "engine.core.networks.building:initialise",
)
SOURCES = (
    (
        "LeCun et al. 1998, Gradient-based learning applied to document recognition",
        "https://doi.org/10.1109/5.726791",
    ),
    ("Smith & Topin 2018, Super-convergence", "https://arxiv.org/abs/1708.07120"),
    (
        "Szegedy et al. 2016, Rethinking the Inception architecture (label smoothing)",
        "https://arxiv.org/abs/1512.00567",
    ),
    ("Geirhos et al. 2020, Shortcut learning in deep neural networks", "https://doi.org/10.1038/s42256-020-00257-z"),
    ("MNIST, Y. LeCun, C. Cortes, C. Burges, CC BY-SA 3.0", ""),
    ("8×8 digits, E. Alpaydin, C. Kaynak, UCI, CC BY 4.0", "https://doi.org/10.24432/C50P49"),
)


def dials(settings: Settings) -> dict[str, tuple[str, float]]:
    """What may be changed while it runs."""
    return {"learning_rate": ("Learning rate now", settings.learning_rate)}


def question(number: int) -> Question:
    """Updates in a run, the loss before learning, or errors on a test set."""
    rng = np.random.default_rng(number)
    kind = (number - 1) % 3
    if kind == 0:
        images, batch, epochs = int(rng.integers(5, 61)) * 1000, 2 ** int(rng.integers(4, 9)), int(rng.integers(1, 11))
        each = -(-images // batch)
        return Question(
            f"{images:,} training images, batches of {batch}, {epochs} epochs; the last batch of an epoch may be "
            "smaller. How many updates are made?",
            float(each * epochs),
            f"$\\lceil {images} / {batch} \\rceil = {each}$ an epoch, times {epochs}: ${each * epochs}$.",
            hint="Round up within an epoch, then multiply.",
        )
    if kind == 1:
        classes = int(rng.integers(2, 101))
        return Question(
            f"A network that knows nothing gives each of {classes} classes the same probability. What is its "
            "cross-entropy loss (natural logarithm)?",
            float(np.log(classes)),
            f"$-\\log\\frac{{1}}{{{classes}}} = \\log {classes} = {np.log(classes):.4f}$.",
            tolerance=0.006,
            hint="The loss of an image is minus the logarithm of the probability of its class.",
        )
    wrong, total = int(rng.integers(20, 400)), 10_000
    return Question(
        f"{wrong} of {total:,} test digits are named wrongly. What is the accuracy, in per cent?",
        100 - 100 * wrong / total,
        f"$100 \\cdot (1 - {wrong} / {total}) = {100 - 100 * wrong / total:.2f}$.",
        tolerance=0.006,
        unit="%",
    )

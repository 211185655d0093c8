"""Experiments with the two networks that are worth a click."""

from engine.core.lesson import Preset
from engine.learning.layer_backprop_numbers import PANELS, SLOTS
from engine.learning.layer_backprop_settings import Settings


def cells(tensor: str, *rows: tuple[float, ...], panel: int = 0) -> tuple[tuple[int, int, int, float], ...]:
    """A matrix of a tensor as changed numbers."""
    slot = SLOTS.index(tensor) * PANELS + panel
    return tuple((slot, i, j, value) for i, row in enumerate(rows) for j, value in enumerate(row))


_STUCK = Settings(
    view="network",
    batch=3,
    changes=(*cells("network.b1", (-10,), (-10,), (-10,)), *cells("network.b2", (0,), (0,), (0,))),
)
NETWORK = (
    Preset(
        "later",
        "Update 20",
        Settings(view="network", update=20),
        "The loss has fallen, and so have the gradients: steps get smaller.",
    ),
    Preset(
        "batch-three",
        "Three examples",
        Settings(view="network", batch=3),
        "One gradient, the mean over three examples that pull in different ways.",
    ),
    Preset(
        "sigmoid",
        "Sigmoid units",
        Settings(view="network", activation="sigmoid", batch=3),
        "Every slope is at most 1/4: the first layer’s gradients are smaller.",
    ),
    Preset(
        "saddle",
        "Saddle",
        Settings(view="network", activation="sigmoid", batch=3, start="zeros"),
        "All weights 0, one example of each class: the gradient is 0, yet this is no minimum. Gradient descent stays.",
    ),
    Preset(
        "left",
        "Leaving the saddle",
        Settings(
            view="network",
            activation="sigmoid",
            batch=3,
            start="zeros",
            rate=5,
            changes=cells("network.w1", (0.01, -0.01, 0.01), (-0.01, 0.01, 0.01), (0.01, 0.01, -0.01)),
        ),
        "Small random weights break the symmetry: hardly anything for many updates, then the loss falls.",
    ),
    Preset(
        "copies",
        "Equal weights",
        Settings(view="network", batch=3, start="equal", update=10),
        "Equal hidden units get equal gradients: after every update they are still copies, worth one unit together.",
    ),
    Preset(
        "plateau",
        "Plateau",
        _STUCK.but(activation="sigmoid"),
        "b₁ = −10 puts every sigmoid on its flat end, slope 0.000045: the loss is log 3, and barely moves.",
    ),
    Preset(
        "dead",
        "Dead ReLUs",
        _STUCK,
        "b₁ = −10 switches every ReLU off: no gradient at all passes, and no update brings them back.",
    ),
    Preset(
        "too-fast",
        "Big steps",
        Settings(view="network", batch=3, rate=5),
        "The gradient is right, but only nearby: a long step along it makes the loss rise.",
    ),
)
DIGIT = (
    Preset(
        "output-units",
        "Output units",
        Settings(view="digit", shown="output"),
        "Ten gradients, one picture: the hidden activations times p − y.",
    ),
    Preset(
        "pixel-gradients",
        "Pixels",
        Settings(view="digit", shown="pixels"),
        "What each class would like the digit to be, before any training.",
    ),
    Preset("ten-steps", "Ten steps", Settings(view="digit", steps=10, rate=0.05), "Smaller steps, ten of them."),
    Preset(
        "all-zero",
        "All zero",
        Settings(view="digit", start="zeros", steps=10),
        "Only the last bias learns: it says 5 to everything.",
    ),
    Preset(
        "all-equal",
        "All equal",
        Settings(view="digit", start="equal", steps=10),
        "512 hidden units with one and the same gradient: 512 copies of one unit.",
    ),
)

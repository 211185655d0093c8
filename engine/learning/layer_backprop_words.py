"""The results of every view in words."""

import numpy as np

from engine.core import gradient_check
from engine.core.backward_trace import say
from engine.learning.layer_backprop_digit import Learned
from engine.learning.layer_backprop_landscape import Landscape, place_words, symmetry
from engine.learning.layer_backprop_layer import Passed
from engine.learning.layer_backprop_network import Trained
from engine.learning.layer_backprop_passes import LAYERS

MOST_SAID = 6


def layer_answer(passed: Passed) -> tuple[str, str, str]:
    """What the layer passes back, and its check: label, value, aside."""
    values = passed.gradient("x").ravel()
    said = "  ".join(say(value, 3) for value in values[:MOST_SAID]) + ("  …" if values.size > MOST_SAID else "")
    return (
        f"Passed back, ∂L/∂{LAYERS[passed.settings.kind].entry('x').symbol}",
        said,
        gradient_check.words(passed.checks),
    )


def layer_summary(passed: Passed) -> str:
    """The range of each gradient, and the layer's rule."""
    layer = LAYERS[passed.settings.kind]
    sizes = ", ".join(
        f"∂L/∂{layer.entry(name).symbol} from {say(gradient.min(), 3)} to {say(gradient.max(), 3)}"
        for name, gradient in zip(passed.sought, passed.gradients, strict=True)
    )
    return f"{layer.title}: {sizes}. {layer.rule}"


def network_answer(trained: Trained) -> tuple[str, str, str]:
    """The loss before and after the update, and the check."""
    return "Loss", f"{say(trained.shown.loss)} → {say(trained.loss_after)}", gradient_check.words(trained.checks)


def network_summary(trained: Trained) -> str:
    """What the update did."""
    s, made = trained.settings, trained.shown
    right = made.p[made.y.argmax(axis=0), np.arange(made.y.shape[1])]
    shown = ", ".join(f"{value:.0%}" for value in right)
    gone = int((made.slope == 0).sum()) if s.activation == "relu" else 0
    words = f"Update {s.update} at learning rate {say(s.rate)}: the target has probability {shown}, the loss goes from "
    words += f"{say(made.loss)} to {say(trained.loss_after)}."
    return words + (f" {gone} of {made.slope.size} ReLUs are off and pass nothing back." if gone else "")


def digit_answer(learned: Learned) -> tuple[str, str, str]:
    """The loss before and after the steps, and the check."""
    s = learned.settings
    steps = f"{s.steps} step{'s' * (s.steps > 1)}, η = {say(s.rate)}"
    return (
        "Loss",
        f"{say(learned.losses[0])} → {say(learned.losses[-1])}",
        f"{steps}. {gradient_check.words(learned.checks)}",
    )


def digit_summary(learned: Learned) -> str:
    """What the steps did, and what the images show."""
    s, label = learned.settings, learned.settings.label
    words = f"Training digit {learned.index}, a {label}: its probability goes from {learned.before[label]:.1%} to "
    words += f"{learned.after[label]:.1%}. "
    quiet = int((learned.first.d_a == 0).sum())
    told = {
        "hidden": "The gradient of a hidden unit’s weights is the digit itself times one number, ∂L/∂a of that unit"
        + (f"; {quiet} of 512 units get none." if quiet else "."),
        "output": "The gradient of a class’s weights is the hidden layer’s activation times one number, p − y: below 0 "
        f"for the {label}, above 0 for the others.",
        "pixels": "How each class’s logit would change with each pixel: what went back through both layers.",
    }
    return words + told[s.shown]


def loss_words(losses: np.ndarray, shown: int = 0) -> str:
    """How the loss goes over the updates.

    Args:
        losses: before the first update and after each.
        shown: the update that is shown, 0 for none.
    """
    first, last, lowest = (float(value) for value in (losses[0], losses[-1], losses.min()))
    words = (
        f"Over {len(losses) - 1} update{'s' * (len(losses) > 2)} the loss goes from {say(first, 3)} to {say(last, 3)}"
    )
    if lowest < 0.9 * last and lowest < first:
        words += f", {say(lowest, 3)} at its lowest"
    rises = int((np.diff(losses) > 1e-12).sum())
    words += f"; {rises} of the updates made it larger" if rises else ""
    return words + (f". Update {shown} stands out." if shown else ".")


def probability_words(learned: Learned) -> str:
    """What the classes had and have."""
    label, guess = learned.settings.label, int(learned.before.argmax())
    before = f"Before, the network gave every class {learned.before.min():.0%} to {learned.before.max():.0%}"
    return f"{before}, most to {guess}; now {learned.after[label]:.1%} to {label}."


def landscape_words(found: Landscape, trained: Trained) -> str:
    """Where the parameters stand, and whether the hidden units are copies."""
    return f"{found.kind}. {place_words(found)} {symmetry(trained.shown)}".strip()


def direction_words(learned: Learned) -> str:
    """All parameters moved at once: one number for the whole gradient."""
    slope, measured = learned.along
    return (
        "All 407,050 parameters moved together along one random direction of length 1: the gradient says that the loss "
        f"changes by {slope:.8f} a unit, the difference measures {measured:.8f}.".replace("-", "−")
    )

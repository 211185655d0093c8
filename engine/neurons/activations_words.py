"""The deep stack in words: verdicts, the lines under its pictures, and the table of its layers."""

import numpy as np

from engine.core.networks.initialisations import INITIALISATIONS
from engine.core.nonlinearities import NONLINEARITIES
from engine.core.tables import Table
from engine.neurons.activations_identities import number
from engine.neurons.activations_settings import Network, examples
from engine.neurons.activations_stack import HELD, Check, Stack
from engine.neurons.activations_survey import COLUMNS, HEADS, ROWS, Survey

FAR = 3.0  # standard errors
LIMIT = 6.0  # powers of ten at the ends of the colours
ARGUMENT = (
    r"**Xavier:** $z$ is a sum of $n$ independent terms, so $\mathrm{Var}(z) = n\,\mathrm{Var}(w)\,E[x^2]$; the same "
    r"way back with $m$; $2/(n + m)$ serves both. **He:** ReLU keeps half, $E[x^2] = \tfrac12\mathrm{Var}(z)$, "
    r"so the weights need $\mathrm{Var}(w) = 2/n$."
)


def row_titles() -> tuple[str, ...]:
    """The functions of the table."""
    return tuple(NONLINEARITIES[name].title for name in ROWS)


def column_titles() -> tuple[str, ...]:
    """Its initialisations, short."""
    return tuple(HEADS.values())


def cell_texts(survey: Survey) -> list[list[str]]:
    """Powers of ten.

    The gradient at the first layer over that at the last; −∞ where nothing arrives.
    """
    return [[_cell(ratio) for ratio in row] for row in survey.ratios]


def _cell(ratio: float) -> str:
    if not np.isfinite(ratio):
        return "−∞"
    return f"{ratio:.1f}".replace("-", "−") if abs(ratio) >= 0.05 else "0"


def cell_words(survey: Survey) -> list[list[str]]:
    """What each cell means."""
    return [[f"times {power(ratio)}, {verdict(ratio)}" for ratio in row] for row in survey.ratios]


def power(logarithm: float) -> str:
    """10 to a power, as a factor.

    >>> power(-5.7)
    '10⁻⁵·⁷'
    """
    if not np.isfinite(logarithm):
        return "0"
    return "10" + f"{logarithm:.1f}".translate(str.maketrans("-0123456789.", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹·"))


def verdict(logarithm: float) -> str:
    """What happens to the gradient.

    >>> verdict(-5.7), verdict(0.2)
    ('vanishes', 'holds')
    """
    if not np.isfinite(logarithm):
        return "never arrives"
    return "vanishes" if logarithm < -HELD else "explodes" if logarithm > HELD else "holds"


def title(settings: Network) -> str:
    """The combination by name."""
    return f"{NONLINEARITIES[settings.activation].title} + {INITIALISATIONS[settings.initialisation].title}"


def answer(stack: Stack) -> tuple[str, str, str]:
    """What of the gradient reaches the first layer."""
    s = stack.settings
    dead = sum(layer.dead for layer in stack.layers)
    units = sum(layer.units for layer in stack.layers)
    left = number(10**stack.ratio, 2) if np.isfinite(stack.ratio) else "0"
    aside = f"layer 1 gets {left} of layer {s.depth}’s; {f'{dead:,}' if dead else 'none'} of {units:,} units dead"
    return f"{title(s)}: the gradient", verdict(stack.ratio), aside


def output_words(stack: Stack) -> str:
    """The outputs of the layers."""
    first, last = stack.layers[0], stack.layers[-1]
    words = f"{examples(stack.settings)} examples. Deviation {number(first.deviation)} in layer 1, "
    words += f"{number(last.deviation)} in the last."
    if max(layer.saturated for layer in stack.layers) > 0.005:
        words += f" Saturated: {100 * first.saturated:.0f} % and {100 * last.saturated:.0f} %."
    dead = [layer.dead for layer in stack.layers]
    if any(dead):
        words += f" Dead units by layer: {' '.join(map(str, dead))}."
    return words


def gradient_words(stack: Stack) -> str:
    """The gradients of the layers."""
    first, last = stack.layers[0], stack.layers[-1]
    if last.gradient == 0:
        return "No gradient at all: no unit of the last layer has a slope for any example."
    if first.gradient == 0:
        reached = sum(layer.gradient == 0 for layer in stack.layers)
        return f"{number(last.gradient)} in the last layer; exactly 0 in the {reached} below."
    words = f"{number(last.gradient)} in layer {len(stack.layers)}, {number(first.gradient)} in layer 1."
    if stack.settings.activation == "PReLU":
        words += f" The slope a of layer 1 has ∂L/∂a = {number(first.slope_gradient)}."
    zeros = float(np.mean([layer.zeros for layer in stack.layers]))
    return words + (f" {100 * zeros:.0f} % of all are exactly 0 and not drawn." if zeros > 0.005 else "")


def size_words(stack: Stack) -> str:
    """The numbers and theory's line."""
    last = stack.layers[0].gradient, stack.chain[0, 2]
    said = f" It says {number(float(last[1]))} for layer 1’s gradient; measured {number(last[0])}." if last[0] else ""
    return f"Points: measured. Lines: theory, from the inputs’ variance alone.{said}"


def checks(stack: Stack) -> dict[str, list[tuple[int, Check]]]:
    """The checks by argument, with their layers; those with nothing to compare left out."""
    found = {
        "forward": [(at, layer.forward) for at, layer in enumerate(stack.layers, 1)],
        "half": [(at, layer.half) for at, layer in enumerate(stack.layers, 1)],
        "back": [(at, layer.back) for at, layer in enumerate(stack.layers, 1) if layer.back],
    }
    return {name: [(at, check) for at, check in rows if check.tells] for name, rows in found.items()}


def check_words(stack: Stack) -> str:
    """How far measured and predicted lie apart."""
    rows = [check for found in checks(stack).values() for _, check in found]
    if not rows:
        return "All weights are 0: there is no variance to predict."
    near = sum(abs(check.apart) <= 2 for check in rows)
    far = sum(abs(check.apart) > FAR for check in rows)
    words = f"{near} of {len(rows)} measured values lie within 2 standard errors of what is predicted"
    words += f", {far} more than {FAR:g} away." if far else "."
    if stack.settings.activation == "ReLU" and stack.settings.bias == 0:
        halves = [layer.half.measured for layer in stack.layers]
        words += f" ReLU keeps {number(float(np.mean(halves)))} of the mean square, layer by layer; He says a half."
    return words + " Bars: 2 standard errors, from the spread over the units of a layer."


def survey_words(survey: Survey, stack: Stack) -> str:
    """The whole table in a sentence."""
    flat = [verdict(ratio) for ratio in survey.ratios.ravel()]
    held = [f"{NONLINEARITIES[name].title} + {HEADS[start]}" for name, start in held_pairs(survey)]
    counts = ", ".join(f"{word} in {flat.count(word)}" for word in ("holds", "vanishes", "explodes", "never arrives"))
    best = f" Steadiest: {', '.join(held[:5])}." if held else ""
    return f"Of {len(flat)} pairs, the gradient {counts}; it holds if it changes less than tenfold.{best}"


def held_pairs(survey: Survey) -> list[tuple[str, str]]:
    """Functions and initialisations with which the gradient holds, the steadiest first."""
    places = [tuple(place) for place in np.argwhere(np.abs(survey.ratios) <= HELD)]
    places.sort(key=lambda place: abs(survey.ratios[place]))
    return [(ROWS[row], COLUMNS[column]) for row, column in places]


def layer_table(stack: Stack, weights: np.ndarray) -> Table:
    """Every layer's numbers; the root mean squares of the weights' gradients (L,) come apart."""
    head = (
        "layer",
        "units",
        "mean",
        "deviation",
        "saturated",
        "dead",
        "∂L/∂z",
        "∂L/∂W",
        "mean g′²",
        "Var(z)",
        "n·Var(w)·E[x²]",
        "errors",
    )
    rows = []
    for at, layer in enumerate(stack.layers, 1):
        gap = layer.forward.apart
        rows.append(
            (
                str(at),
                str(layer.units),
                number(layer.mean),
                number(layer.deviation),
                f"{100 * layer.saturated:.0f} %",
                str(layer.dead),
                number(layer.gradient),
                number(float(weights[at - 1])),
                number(layer.slope_square),
                number(layer.forward.measured),
                number(layer.forward.expected),
                f"{gap:+.1f}".replace("-", "−") if np.isfinite(gap) else "",
            )
        )
    return Table(head, rows)

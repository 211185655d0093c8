"""The deep stack in numbers: what reaches each layer, what comes back to it, and whether theory said so."""

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np

from engine.core.gaussian_moments import Moments, maxout_moments, moments
from engine.core.nonlinearities import prelu_gradient, saturation
from engine.neurons.activations_histograms import gradient_histograms, output_histograms
from engine.neurons.activations_layers import Flow, Return, backward, forward, upstream_of, weight_gradient
from engine.neurons.activations_settings import Network, examples, number_of, widths

LEAST = 1e-9  # of the variance: a layer of which less is expected is silent
HELD = 1.0  # a gradient holds if it changes less than tenfold from the last layer to the first


class Check(NamedTuple):
    """One layer's mean square against what theory says.

    Args:
        measured: over all units and examples.
        expected: from the layer before it.
        error: standard error of the mean over units, which are independent given that layer.
    """

    measured: float
    expected: float
    error: float

    @property
    def apart(self) -> float:
        """How many standard errors lie between them; NaN where there is nothing to compare."""
        return (self.measured - self.expected) / self.error if self.tells else float("nan")

    @property
    def tells(self) -> bool:
        """Whether there is anything to compare: something expected, and an error that is more than rounding."""
        return self.expected > 0 and self.error > 1e-9 * self.expected


class Depth(NamedTuple):
    """One layer's numbers.

    Args:
        units: m.
        mean, deviation: of its outputs.
        square: mean square of its outputs.
        gradient: root mean square of ∂L/∂z.
        slope_square: E[g′(z)²].
        dead: units whose slope is 0 for every example.
        saturated: share of outputs where the function is flat.
        zeros: share of ∂L/∂z that is exactly 0.
        forward: Xavier: variance of z against n·Var(w)·E[x²].
        half: He: E[g(z)²] against that of a normal z of the same variance.
        back: mean square of ∂L/∂x below the layer above against m·Var(w)·E[(∂L/∂z)²]; None for the last layer.
        slope_gradient: ∂L/∂a of PReLU's slope, else 0.
    """

    units: int
    mean: float
    deviation: float
    square: float
    gradient: float
    slope_square: float
    dead: int
    saturated: float
    zeros: float
    forward: Check
    half: Check
    back: Check | None
    slope_gradient: float


@dataclass(frozen=True, eq=False)
class Stack:
    """The whole network.

    Args:
        settings: the experiment.
        layers: each layer's numbers.
        chain: what theory says from the input alone: deviation of z, root mean square of outputs, of ∂L/∂z; (L, 3).
        outputs: histogram of the outputs of each layer, (L, bins), shares.
        output_edges: (bins + 1,).
        gradients: histogram of log₁₀|∂L/∂z|, (L, bins), shares of all; what is 0 lies in no bin.
        gradient_edges: (bins + 1,).
    """

    settings: Network
    layers: tuple[Depth, ...]
    chain: np.ndarray
    outputs: np.ndarray
    output_edges: np.ndarray
    gradients: np.ndarray
    gradient_edges: np.ndarray

    @property
    def ratio(self) -> float:
        """log₁₀ of the gradient at the first layer over that at the last; −∞ where nothing arrives."""
        return log_ratio(self.layers[0].gradient, self.layers[-1].gradient)


def log_ratio(first: float, last: float) -> float:
    """log₁₀ of a quotient: −∞ where the first is 0."""
    return float(np.log10(first / last)) if first > 0 and last > 0 else -np.inf


def run(settings: Network) -> Stack:
    """Forward and backward through the stack, with theory beside it."""
    flows = forward(settings)
    backs = backward(flows, upstream_of(settings, examples(settings)))
    layers = tuple(measure(settings, at, flows, backs) for at in range(settings.depth))
    outputs, output_edges = output_histograms(flows, [(layer.mean, layer.deviation) for layer in layers])
    gradients, gradient_edges = gradient_histograms(backs, [layer.gradient for layer in layers])
    return Stack(settings, layers, chain(settings, flows), outputs, output_edges, gradients, gradient_edges)


def weight_gradients(settings: Network) -> np.ndarray:
    """Root mean square of ∂L/∂W in each layer, (L,)."""
    flows = forward(settings)
    backs = backward(flows, upstream_of(settings, examples(settings)))
    return np.array([sqrt(mean_square(weight_gradient(*pair))) for pair in zip(flows, backs, strict=True)])


def measure(settings: Network, at: int, flows: list[Flow], backs: list[Return]) -> Depth:
    """The numbers of layer `at`, from 0."""
    flow, gradient = flows[at], backs[at].gradient
    low, high = saturation(settings.activation, number_of(settings, settings.activation))
    z, x = flow.sums, flow.outputs
    flat = settings.activation != "Maxout" and (low > -np.inf or high < np.inf)
    slope = flow.slopes.sum(axis=0)  # maxout: the one that is chosen
    forward_check = variance_check(settings, flow)
    return Depth(
        units=x.shape[1],
        mean=float(x.mean()),
        deviation=float(x.std()),
        square=mean_square(x),
        gradient=sqrt(mean_square(gradient.sum(axis=0))),
        slope_square=mean_square(slope),
        dead=int((slope == 0).all(axis=0).sum()),
        saturated=float(((z <= low) | (z >= high)).mean()) if flat else 0.0,
        zeros=float((gradient.sum(axis=0) == 0).mean()),
        forward=forward_check,
        half=half_check(settings, flow, forward_check.measured),
        back=back_check(flows[at + 1], backs[at + 1], backs[at]) if at + 1 < len(flows) else None,
        slope_gradient=float((backs[at].arriving * prelu_gradient(z[0])).sum())
        if settings.activation == "PReLU"
        else 0.0,
    )


def mean_square(values: np.ndarray) -> float:
    """The mean of the squares."""
    flat = values.ravel()
    return float(flat @ flat) / flat.size


def _of_units(squares: np.ndarray, expected: float) -> Check:
    """A check from one mean square for each unit."""
    mean = float(squares.mean())
    # The spread that theory's mean would have: a sample that is low by chance has a low spread too.
    spread = float(squares.std(ddof=1)) / mean * expected if mean > 0 else 0.0
    return Check(mean, expected, spread / sqrt(squares.size))


def variance_check(settings: Network, flow: Flow) -> Check:
    """Xavier: z is a sum of n independent terms, so Var(z) = n·Var(w)·E[x²], plus the variance of the biases."""
    n = flow.inputs.shape[1]
    expected = n * flow.layer.variance * mean_square(flow.inputs) + flow.layer.spread
    centred = flow.sums - settings.bias
    return _of_units(np.einsum("kbm,kbm->km", centred, centred).ravel() / len(flow.inputs), expected)


def half_check(settings: Network, flow: Flow, variance: float) -> Check:
    """He: what share of z's variance the output's mean square is; for ReLU and biases 0 a half.

    The error is that of a quotient of means over units.
    """
    if variance == 0:
        return Check(0.0, 0.0, 0.0)
    expected = expectation(settings, settings.bias, sqrt(variance)).square / variance
    if expected < LEAST:
        return Check(0.0, 0.0, 0.0)
    outputs = np.einsum("bm,bm->m", flow.outputs, flow.outputs) / len(flow.outputs)
    centred = flow.sums - settings.bias
    sums = np.einsum("kbm,kbm->m", centred, centred) / (len(flow.outputs) * len(flow.sums))
    share = float(outputs.mean() / sums.mean())
    rest = outputs - share * sums
    return Check(share, expected, float(rest.std(ddof=1)) / sqrt(rest.size) / float(sums.mean()))


def back_check(above: Flow, back: Return, own: Return) -> Check:
    """Xavier backwards: ∂L/∂x is a sum over the m units above, so its mean square is m·Var(w)·E[(∂L/∂z)²]."""
    pieces, _, m = back.gradient.shape
    expected = pieces * m * above.layer.variance * mean_square(back.gradient)
    squares = np.einsum("bm,bm->m", own.arriving, own.arriving) / len(own.arriving)
    return _of_units(squares, expected)


def expectation(settings: Network, mean: float, deviation: float) -> Moments:
    """The moments of the settings' function for z from N(mean, deviation²)."""
    if settings.activation == "Maxout":
        return maxout_moments(settings.pieces, mean, deviation)
    return moments(settings.activation, number_of(settings, settings.activation), mean, deviation)


def chain(settings: Network, flows: list[Flow]) -> np.ndarray:
    """Theory from the input alone, wide layers assumed: deviation of z, root mean square of x and of ∂L/∂z, (L, 3)."""
    sides, square, rows = widths(settings), settings.scale**2, []
    slopes = []
    for at, flow in enumerate(flows):
        variance = sides[at] * flow.layer.variance * square + flow.layer.spread
        found = expectation(settings, settings.bias, sqrt(variance))
        square = found.square
        rows.append((sqrt(variance), sqrt(square)))
        slopes.append(found.slope_square)
    arriving, gradients = 1.0, []
    for at in reversed(range(len(flows))):
        gradient = arriving * slopes[at]
        gradients.append(sqrt(gradient))
        arriving = sides[at + 1] * flows[at].layer.variance * gradient
    return np.column_stack([np.array(rows), gradients[::-1]])

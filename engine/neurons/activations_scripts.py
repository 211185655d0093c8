"""The lab's numbers from a stand-alone PyTorch script: slopes and the whole stack's gradients by autograd."""

import re

from engine.core.networks.initialisations import INITIALISATIONS
from engine.core.nonlinearities import NONLINEARITIES, lines
from engine.neurons.activations_layers import BIASES, UNIFORM, UPSTREAM, WEIGHTS, deviation
from engine.neurons.activations_settings import Settings, compared, examples, number_of, widths

MAXOUT = """

def maxout(x):  # the largest of these lines
    return (x[..., None] * torch.tensor({slopes}) + torch.tensor({offsets})).amax(-1)
"""
STACK = """
# The stack: numpy draws the numbers, so that they are the lab's; autograd does the rest.
SIDES = {sides}
DEVIATIONS = {deviations}


def random(layer, what):
    return np.random.default_rng([{seed}, layer, what])


x = torch.tensor({scale} * random(0, {weights}).standard_normal(({batch}, SIDES[0])))
sums, outputs = [], []
for at, (n, m, deviation) in enumerate(zip(SIDES, SIDES[1:], DEVIATIONS), 1):
    w = deviation * torch.tensor({draw})
    b = {bias} + torch.zeros({pieces}, 1, m){spread}
    z = (x @ w + b).requires_grad_()
    x = {activate}
    sums.append(z)
    outputs.append(x)
upstream = torch.tensor(random({depth}, {up}).standard_normal(x.shape))
gradients = torch.autograd.grad(x, sums, upstream, retain_graph=True)
for at, (z, x, gradient) in enumerate(zip(sums, outputs, gradients), 1):
    slope = torch.autograd.grad(x.sum(), z, retain_graph=True)[0]
    dead = (slope == 0).all(1).all(0).sum().item()  # no slope for any example
    print("layer", at, x.std(correction=0).item(), gradient.sum(0).square().mean().sqrt().item(), dead)
"""


def expression(name: str, a: float) -> str:
    """A function of x in torch."""
    return NONLINEARITIES[name].torch.format(a=repr(float(a)))


def torch_code(settings: Settings) -> str:
    """The script: values and slopes at x, then each layer's output deviation, gradient and dead units."""
    names = tuple(dict.fromkeys((settings.activation, *compared(settings.others))))
    text = (
        "import numpy as np\nimport torch\nimport torch.nn.functional as F\n\ntorch.set_default_dtype(torch.float64)\n"
    )
    if "Maxout" in names:
        slopes, offsets = lines(settings.pieces)
        text += MAXOUT.format(slopes=slopes.tolist(), offsets=offsets.tolist()) + "\n\n"
    for name in names:
        text += f"x = torch.tensor({settings.x!r}, requires_grad=True)\n"
        text += f"y = {expression(name, number_of(settings, name))}\ny.backward()\n"
        text += f'print("{name}", y.item(), x.grad.item())\n'
    return text + _stack(settings)


def _stack(settings: Settings) -> str:
    start = INITIALISATIONS[settings.initialisation]
    maxout = settings.activation == "Maxout"
    pieces = settings.pieces if maxout else 1
    draw = f"random(at, {WEIGHTS}).standard_normal(({pieces}, n, m))"
    if start.uniform:
        draw = f"random(at, {UNIFORM}).uniform(-np.sqrt(3), np.sqrt(3), ({pieces}, n, m))"
    spread = f" + torch.tensor(random(at, {BIASES}).uniform(-1, 1, ({pieces}, m)) / np.sqrt(n))[:, None]"
    one = re.sub(r"\bx\b", "z", expression(settings.activation, number_of(settings, settings.activation)))
    return STACK.format(
        sides=list(widths(settings)),
        deviations=[float(f"{deviation(settings, start, at):.15g}") for at in range(1, settings.depth + 1)],
        seed=settings.seed,
        scale=settings.scale,
        weights=WEIGHTS,
        batch=examples(settings),
        draw=draw,
        bias=settings.bias,
        pieces=pieces,
        spread=spread if start.biases else "",
        activate="z.max(0).values" if maxout else f"({one})[0]",
        depth=settings.depth,
        up=UPSTREAM,
    )

"""The same numbers by torch's own autograd, as stand-alone scripts: one for each kind of layer and each network.

torch keeps an example in a row where the lab draws it as a column; the scripts follow torch.
"""

from collections.abc import Callable

import numpy as np

from engine.core import datasets
from engine.core.code import literal, tensor
from engine.learning import layer_backprop_digit_network as digit
from engine.learning import layer_backprop_network as network
from engine.learning.layer_backprop_layer import Passed
from engine.learning.layer_backprop_norm import EPSILON
from engine.learning.layer_backprop_passes import pass_back
from engine.learning.layer_backprop_settings import Settings

HEAD = ["import torch", "import torch.nn.functional as F", ""]
ACTIVATIONS = {"relu": "torch.relu", "sigmoid": "torch.sigmoid"}


def _plain(x: np.ndarray) -> np.ndarray:
    return x[0, 0].T  # (1, 1, F, N) -> (N, F)


def _linear(passed: Passed) -> list[str]:
    return [
        "# an example a row",
        tensor("x", _plain(passed.tensor("x"))),
        tensor("weight", passed.matrix("weight")),
        tensor("bias", passed.matrix("bias")[:, 0]),
        tensor("g", _plain(passed.tensor("upstream"))) + "  # the upstream gradient",
        "",
        *_leaves("x", "weight", "bias"),
        "F.linear(x, weight, bias).backward(g)",
    ]


def _elementwise(name: str) -> Callable[[Passed], list[str]]:
    def write(passed: Passed) -> list[str]:
        return [
            tensor("x", _plain(passed.tensor("x"))),
            tensor("g", _plain(passed.tensor("upstream"))) + "  # the upstream gradient",
            "",
            *_leaves("x"),
            f"{ACTIVATIONS[name]}(x).backward(g)",
        ]

    return write


def _softmax(passed: Passed) -> list[str]:
    return [
        "# logits, an example a row",
        tensor("x", _plain(passed.tensor("x"))),
        tensor("target", _plain(passed.tensor("target"))),
        "",
        *_leaves("x"),
        "F.cross_entropy(x, target).backward()  # the softmax is inside",
    ]


def _convolution(passed: Passed) -> list[str]:
    s = passed.settings
    return [
        tensor("x", passed.tensor("x")),
        tensor("weight", passed.tensor("weight")),
        tensor("bias", passed.tensor("bias").ravel()),
        tensor("g", passed.tensor("upstream").transpose(1, 0, 2, 3)) + "  # the upstream gradient",
        "",
        *_leaves("x", "weight", "bias"),
        f"F.conv2d(x, weight, bias, stride={s.stride}, padding={s.padding}).backward(g)",
    ]


def _pool(passed: Passed) -> list[str]:
    s = passed.settings
    return [
        tensor("x", passed.tensor("x")),
        tensor("g", passed.tensor("upstream")) + "  # the upstream gradient",
        "",
        *_leaves("x"),
        f"F.max_pool2d(x, {s.window}, stride={s.pool_stride}).backward(g)",
    ]


def _norm(passed: Passed) -> list[str]:
    return [
        "# an example a row",
        tensor("x", _plain(passed.tensor("x"))),
        tensor("weight", passed.matrix("weight")[:, 0]),
        tensor("bias", passed.matrix("bias")[:, 0]),
        tensor("g", _plain(passed.tensor("upstream"))) + "  # the upstream gradient",
        "",
        *_leaves("x", "weight", "bias"),
        f"F.batch_norm(x, None, None, weight, bias, training=True, eps={EPSILON}).backward(g)",
    ]


def _leaves(*names: str) -> list[str]:
    return [f"for leaf in ({', '.join(names)}{',' * (len(names) == 1)}):", "    leaf.requires_grad_()"]


LAYERS: dict[str, Callable[[Passed], list[str]]] = {
    "linear": _linear,
    "relu": _elementwise("relu"),
    "sigmoid": _elementwise("sigmoid"),
    "softmax": _softmax,
    "convolution": _convolution,
    "pool": _pool,
    "norm": _norm,
}


def layer_script(settings: Settings) -> str:
    """One layer."""
    passed = pass_back(settings)
    ends = [f'print("{name}", {name}.grad.tolist())' for name in passed.sought]
    return "\n".join([*HEAD, *LAYERS[settings.kind](passed), *ends, ""])


def network_script(settings: Settings) -> str:
    """The small network: all updates up to the one that is shown, and the loss after it."""
    start = network.given(settings)
    lines = [
        "# an example a row",
        tensor("x", start["x"].T),
        tensor("y", start["y"].T),
        tensor("w1", start["w1"]),
        tensor("b1", start["b1"][:, 0]),
        tensor("w2", start["w2"]),
        tensor("b2", start["b2"][:, 0]),
        f"learning_rate = {settings.rate!r}",
        "",
        *_descent(settings, settings.update),
        'for name, gradient in zip(("x", "w1", "b1", "w2", "b2"), gradients):',
        "    print(name, gradient.tolist())",
        "",
    ]
    return "\n".join([*HEAD, *lines])


def _descent(settings: Settings, steps: int) -> list[str]:
    """The loop: forward, backward, update; the last loss after it."""
    return [
        "leaves = (x, w1, b1, w2, b2)",
        "for leaf in leaves:",
        "    leaf.requires_grad_()",
        "",
        "",
        "def loss():",
        "    a = F.linear(x, w1, b1)",
        f"    h = {ACTIVATIONS[settings.activation]}(a)",
        "    z = F.linear(h, w2, b2)",
        "    return F.cross_entropy(z, y)  # softmax, then minus the log of the target's probability",
        "",
        "",
        f"for _ in range({steps}):",
        "    now = loss()",
        "    gradients = torch.autograd.grad(now, leaves)",
        '    print("loss", now.item())',
        "    with torch.no_grad():",
        "        for leaf, gradient in zip(leaves[1:], gradients[1:]):",
        "            leaf -= learning_rate * gradient",
        'print("loss", loss().item())',
    ]


def digit_script(settings: Settings) -> str:
    """The large network: the digit is written out, the weights come from the same generator."""
    index = datasets.index_of_class("train", settings.label, settings.nth)
    pixels = literal(datasets.digit("train", index)[0].astype(np.float64))
    lines = [
        "import numpy",
        *HEAD,
        f"pixels = torch.tensor({pixels}, dtype=torch.float64)",
        f"x = pixels.reshape(1, {digit.INPUTS}) / 255",
        f"y = F.one_hot(torch.tensor([{settings.label}]), {digit.CLASSES}).double()",
        *_start_lines(settings),
        f"learning_rate = {settings.rate!r}",
        "",
        *_descent(settings, settings.steps),
        'print("probabilities", F.linear('
        + ACTIVATIONS[settings.activation]
        + "(F.linear(x, w1, b1)), w2, b2).softmax(1)[0].tolist())",
        "",
    ]
    return "\n".join(lines)


def _start_lines(settings: Settings) -> list[str]:
    shapes = (("w1", "512, 784", 784), ("b1", "512, 1", 784), ("w2", "10, 512", 512), ("b2", "10, 1", 512))
    if settings.start == "random":
        lines = [f"random = numpy.random.default_rng({settings.seed})"]
        lines += [
            f"{name} = torch.from_numpy(random.uniform(-1, 1, ({shape})) * {fan}**-0.5)" for name, shape, fan in shapes
        ]
    else:
        level = {"zeros": 0.0, "equal": digit.EQUAL}[settings.start]
        levels = (level, 0.0, level, 0.0)
        lines = [
            f"{name} = torch.full(({shape}), {value}, dtype=torch.float64)"
            for (name, shape, _), value in zip(shapes, levels, strict=True)
        ]
    return [*lines, "b1, b2 = b1[:, 0], b2[:, 0]"]


SCRIPTS: dict[str, Callable[[Settings], str]] = {
    "layer": layer_script,
    "network": network_script,
    "digit": digit_script,
}

"""Around the own digit: worked examples, questions, sources, and the same numbers in PyTorch."""

import numpy as np

from engine.core import picture_scripts
from engine.core.lesson import Preset, Question
from engine.core.networks import inspected, inspected_script
from engine.insight.draw_digit import Settings

TEXT = (
    "Draw. LeNet was taught on 60,000 digits; here is **every map that it makes of yours**. Point at a map or an edge, "
    "click a map: below, it is taken apart into sums, and these into products."
)
FORMULA = r"\text{map}_o = \operatorname{ReLU}\Bigl(b_o + \sum_i k_{o,i} * \text{map}_i\Bigr)"
TURNING = (
    "A convolution moves its maps along when the digit moves, but the fully connected layers behind it know only the "
    "places that they were taught. Nobody taught them turned digits at all."
)
MOVING = "The digit slides from the left border to the right; where it is cut off, the class goes."
FOOLING = (
    "The gradient of the loss says for every pixel which way it should change to look more like another class. Change "
    "all of them a little in that direction, a hundredth at a time: to us it stays the same digit."
)
STRENGTHS = (
    "The gradient is followed in steps of 0.01. One large step in the direction where it began comes less far, and as "
    "much noise with random signs does next to nothing."
)
SOURCES = (
    ("LeCun et al. 1998, Gradient-based learning", "https://doi.org/10.1109/5.726791"),
    ("Wang et al. 2020, CNN Explainer", "https://arxiv.org/abs/2004.15004"),
    ("Goodfellow et al. 2015, Adversarial examples", "https://arxiv.org/abs/1412.6572"),
    ("Kurakin et al. 2017, Adversarial examples in the physical world", "https://arxiv.org/abs/1607.02533"),
)
PRESETS = (
    Preset("seven", "A seven", Settings(), "The map in the second convolution is a sum of six. Draw over the seven."),
    Preset(
        "edges",
        "An edge detector",
        Settings(digit="digit:test:1", stage=1, channel=1),
        "The first layer sees the digit itself: each of its six maps is one kernel, one bias, and a ReLU.",
    ),
    Preset(
        "largest",
        "Pooling",
        Settings(digit="digit:test:2", stage=2, channel=2),
        "A quarter of the cells stays, each the largest of four.",
    ),
    Preset(
        "votes",
        "The votes for a class",
        Settings(digit="digit:test:4", stage=7, channel=4),
        "84 numbers, each times its weight: the class is their sum and a bias. No ReLU here.",
    ),
    Preset(
        "upside-down",
        "Six, upside down",
        Settings(digit="digit:test:11", angle=180, sweep=True),
        "Turned by 180° a six is a nine, for us and for the network.",
    ),
    Preset(
        "mistake",
        "A mistake",
        Settings(digit="digit:test:1901"),
        "A nine that LeNet takes for a four, and it is sure of it. Draw the loop closed.",
    ),
    Preset(
        "moved",
        "Moved",
        Settings(digit="digit:test:0", right=8, sweep=True),
        "Cut off at the border, and the class goes.",
    ),
    Preset(
        "seven-to-four",
        "Seven → its runner-up",
        Settings(fool=True, strength=0.27),
        "From some size of the change on the runner-up is the first. The picture still shows a seven.",
        part="fool",
    ),
    Preset(
        "eight-to-three",
        "Eight → three",
        Settings(digit="digit:test:338", fool=True, wanted="3", strength=0.06),
        "This eight needs six hundredths: look at the change, and try to see it in the picture.",
        part="fool",
    ),
)


def question(number: int) -> Question:
    """A cell of a sum, the parameters of a layer, or the size of a map, in turn."""
    rng = np.random.default_rng(number)
    return (_cell, _weights, _side)[number % 3](rng)


def _cell(rng: np.random.Generator) -> Question:
    parts = rng.integers(-9, 10, 4)
    bias = int(rng.integers(-4, 5))
    total = int(parts.sum()) + bias
    terms = " + ".join(f"({part})" for part in parts)
    return Question(
        f"Four maps add {', '.join(map(str, parts))} to one cell; the bias is {bias}. What is the cell after the "
        "ReLU?".replace("-", "−"),
        max(0, total),
        f"{terms} + ({bias}) = {total}, and the ReLU makes {max(0, total)} of it.".replace("-", "−"),
    )


def _weights(rng: np.random.Generator) -> Question:
    maps, kernels, side = int(rng.integers(3, 13)), int(rng.integers(4, 33)), int(rng.choice([3, 5]))
    return Question(
        f"A convolution reads {maps} maps with kernels of {side} × {side} and makes {kernels}. How many numbers does "
        "it learn, biases among them?",
        (maps * side * side + 1) * kernels,
        f"({maps} · {side} · {side} + 1) · {kernels} = {(maps * side * side + 1) * kernels}",
    )


def _side(rng: np.random.Generator) -> Question:
    side, kernel, pad = int(rng.choice([24, 28, 32, 36])), 5, int(rng.choice([0, 2]))
    made = side + 2 * pad - kernel + 1
    return Question(
        f"A map of {side} × {side} goes through a 5 × 5 convolution with padding {pad}, then through 2 × 2 pooling. "
        "How many cells a side are left?",
        made // 2,
        f"{side} + 2·{pad} − {kernel} + 1 = {made}, and half of that is {made // 2}.",
    )


def torch_code(settings: Settings) -> str:
    """A script that classifies the digit with the network's weights, and fools the network in small steps."""
    inside, _ = inspected.grey(settings.network)
    load = picture_scripts.loading(settings.digit, inside.shape[1], grey=True)
    wanted = "ranked[1]" if settings.wanted == "second" else settings.wanted
    return f"""{load}import scipy.ndimage
{inspected_script.loading(inside)}

picture = x[0, 0].numpy()
if {settings.angle}:
    picture = scipy.ndimage.rotate(picture, {settings.angle}, reshape=False, order=1)
if {settings.right} or {settings.down}:
    picture = scipy.ndimage.shift(picture, ({settings.down}, {settings.right}), order=1)
x = torch.from_numpy(np.clip(picture, 0, 1)).float()[None, None]


def logits(x):
    return network(prepared(x))


shares = logits(x).softmax(1)[0].detach()
ranked = shares.argsort(descending=True).tolist()
print("it sees", *(f"{{names[label]}}: {{shares[label]:.4f}}" for label in ranked[:3]))

wanted = {wanted}
for step in range({round(settings.strength / 0.01)}):
    x.requires_grad_()
    loss = F.cross_entropy(logits(x), torch.tensor([wanted]))
    (gradient,) = torch.autograd.grad(loss, x)
    x = (x.detach() - 0.01 * gradient.sign()).clamp(0, 1)
print("fooled", names[wanted], f"{{logits(x).softmax(1)[0, wanted]:.4f}}")
"""

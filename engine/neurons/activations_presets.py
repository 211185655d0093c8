"""The worked examples of the lectures: functions, and stacks of layers."""

from engine.core.lesson import Preset
from engine.neurons.activations_settings import Settings

PRESETS = (
    Preset(
        "sigmoid",
        "Sigmoid",
        Settings(),
        "Between 0 and 1, never zero-centred. Its slope is at most ¼ and goes to 0 on both sides.",
    ),
    Preset(
        "tanh",
        "tanh = 2σ(2x) − 1",
        Settings(activation="Tanh", others="Sigmoid"),
        "A sigmoid stretched to −1 … 1: zero-centred, four times as steep, flat twice as early.",
    ),
    Preset(
        "step",
        "Step",
        Settings(activation="Step"),
        "The perceptron’s function: its slope is 0 wherever it has one, so no gradient ever comes through.",
    ),
    Preset(
        "relu",
        "ReLU",
        Settings(activation="ReLU", others="Sigmoid", x=0.0),
        "Slope 1 for x > 0, 0 for x < 0. At 0 there is none: one slide takes 1, torch takes 0.",
    ),
    Preset(
        "leaky",
        "Leaky ReLU",
        Settings(activation="LeakyReLU", others="ReLU", negative_slope=0.1, x=-2.0),
        "max(0.1x, x). Left of 0 its slope is +a; one slide prints −a. It cannot die if a ≠ 0; another prints a ≠ 1.",
    ),
    Preset(
        "prelu",
        "PReLU",
        Settings(activation="PReLU", others="ReLU LeakyReLU", x=-2.0),
        "Parametric ReLU (a slide says probabilistic): the slope a is learned too. Its gradient is ∂g/∂a = min(x, 0).",
    ),
    Preset(
        "elu",
        "ELU",
        Settings(activation="ELU", others="ReLU SELU", x=-1.0),
        "Left of 0 it goes smoothly to −α, which pulls the output’s mean towards 0.",
    ),
    Preset(
        "maxout",
        "Maxout",
        Settings(activation="Maxout", others="ReLU", pieces=3, x=0.75),
        "The largest of k linear functions, each with its own weights: it learns its own shape. Here three pieces.",
    ),
    Preset(
        "softplus",
        "Softplus",
        Settings(activation="Softplus", others="ReLU Sigmoid"),
        "A ReLU without the kink. Its slope is the sigmoid: two curves lie on each other.",
    ),
    Preset(
        "gelu",
        "GELU, SiLU",
        Settings(activation="GELU", others="GELU_tanh SiLU", x=-0.75),
        "x times a share of a bell, and x times a sigmoid: both dip below 0. GELU’s tanh form is hard to tell from it.",
    ),
    Preset(
        "vanishing",
        "Sigmoid × 10 vanishes",
        Settings(others="Tanh"),
        "Every sigmoid takes more than 15/16 of the gradient’s variance: after ten layers hardly a millionth is left.",
        part="stack",
    ),
    Preset(
        "relu-he",
        "ReLU + He holds",
        Settings(activation="ReLU", initialisation="he"),
        "ReLU keeps half of the mean square, He’s weights double it again. Outputs and gradients stay the same size.",
        part="stack",
    ),
    Preset(
        "relu-small",
        "ReLU + small weights",
        Settings(activation="ReLU", initialisation="small"),
        "Deviation 0.01: each layer shrinks outputs and gradients alike, to a tenth and less.",
        part="stack",
    ),
    Preset(
        "relu-unit",
        "ReLU + large weights",
        Settings(activation="ReLU", initialisation="unit"),
        "Deviation 1: each layer makes both eight times as large. It explodes.",
        part="stack",
    ),
    Preset(
        "tanh-xavier",
        "tanh + Xavier",
        Settings(activation="Tanh", initialisation="xavier"),
        "Xavier’s argument takes tanh for a straight line. It shrinks the outputs slowly, and the gradient holds.",
        part="stack",
    ),
    Preset(
        "linear",
        "Linear + Xavier",
        Settings(activation="Linear", initialisation="xavier"),
        "Without a function in between n·Var(w) = 1 keeps everything exactly, on average.",
        part="stack",
    ),
    Preset(
        "dead",
        "Dead ReLUs",
        Settings(activation="ReLU", initialisation="he", bias=-0.4),
        "All biases a little lower, as one too large step leaves them: the deeper, the more units no example wakes.",
        part="stack",
    ),
    Preset(
        "leaky-bias",
        "Leaky instead",
        Settings(activation="LeakyReLU", initialisation="he", bias=-0.4, negative_slope=0.1),
        "The same biases, but a slope of 0.1 on the left: nothing is dead.",
        part="stack",
    ),
    Preset(
        "zero",
        "All weights 0",
        Settings(activation="Tanh", initialisation="zero"),
        "Zero weights pass nothing on and nothing back: only the last layer has a gradient.",
        part="stack",
    ),
    Preset(
        "narrowing",
        "Narrowing + Xavier",
        Settings(activation="Linear", initialisation="xavier", taper="narrower", width=256),
        "n ≠ m: Var(w) = 2/(n + m) is too large for one way and too small for the other. Xavier’s is a compromise.",
        part="stack",
    ),
    Preset(
        "selu",
        "SELU, 30 layers",
        Settings(activation="SELU", initialisation="xavier", depth=30),
        "Made so that mean 0 and variance 1 come back of themselves when n·Var(w) = 1.",
        part="stack",
    ),
)

"""Around the computation graph: the worked examples of the lectures, questions, and the same formulas in PyTorch."""

import numpy as np

from engine.core import graph_costs, graph_passes
from engine.core.expression_scripts import torch_lines, word
from engine.core.expressions import parse
from engine.core.graph import build
from engine.core.lesson import Preset, Question
from engine.learning.computation_graph import Settings


def torch_code(settings: Settings) -> str:
    """A stand-alone script that prints the same output and gradients."""
    program = parse(settings.expression)
    lines = ["import torch", "import torch.nn.functional as F", "", ""]
    lines += ["def number(value, grad=False):"]
    lines += ["    return torch.tensor(float(value), dtype=torch.float64, requires_grad=grad)", "", ""]
    lines += [f"{word(name)} = number({value:.12g}, grad=True)" for name, value in program.inputs.items()]
    lines += torch_lines(program)
    output = word(program.output)
    leaves = ", ".join(f'"{name}": {word(name)}' for name in program.inputs)
    lines += [
        "",
        f"if {output}.requires_grad:",
        f"    {output}.backward()",
        f'print("{program.output}", {output}.item())',
    ]
    lines += [f"for name, leaf in {{{leaves}}}.items():"]
    lines += ["    print(name, 0.0 if leaf.grad is None else leaf.grad.item())", ""]
    return "\n".join(lines)


def question(number: int) -> Question:
    """A gradient, a number of paths, or a count of products, in turn, with random numbers."""
    random = np.random.default_rng(number)
    return (_gradient_question, _path_question, _cost_question)[number % 3](random)


def _gradient_question(random: np.random.Generator) -> Question:
    a, b, k = (int(value) for value in random.integers(2, 7, 3))
    run = graph_passes.flow(build(parse(f"a={a}; b={b}; c = a*b; d = b + {k}; e = c*d")))
    gradient = float(run.gradients[run.graph.index("b")])
    return Question(
        f"$c = a\\,b$, $d = b + {k}$, $e = c\\,d$ with $a = {a}$, $b = {b}$. What is $\\partial e / \\partial b$?",
        gradient,
        f"Over $c$: $d \\cdot a = {b + k} \\cdot {a}$; over $d$: $c \\cdot 1 = {a * b}$;"
        f" together ${(b + k) * a} + {a * b} = {gradient:g}$",
        hint="b reaches e over c and over d: multiply along each path, then add.",
    )


def _path_question(random: np.random.Generator) -> Question:
    layers = [int(value) for value in random.integers(2, 5, 3)]
    count = int(np.prod(layers))
    arrows, product = ", ".join(map(str, layers)), r" \cdot ".join(map(str, layers))
    return Question(
        f"Four nodes stand in a row; {arrows} arrows lead from each to the next. How many paths lead from the first to"
        " the last?",
        count,
        f"${product} = {count}$, and each path is a product of three local derivatives.",
        hint="At each node every arrow in can be followed by every arrow out.",
    )


def _cost_question(random: np.random.Generator) -> Question:
    first, second = (int(value) for value in random.integers(2, 6, 2))
    y = " + ".join(f"p{i}*X" for i in range(first))
    z = " + ".join(f"q{i}*Y" for i in range(second))
    graph = build(parse(f"X = 1; Y = {y}; Z = {z}"), fused=True)
    apart = graph_costs.path_cost(graph, graph.index("X")).multiplications
    return Question(
        f"{first} arrows lead from X to Y and {second} from Y to Z. How many multiplications does the sum over all"
        " paths take when each path is multiplied out on its own?",
        apart,
        f"${first} \\cdot {second} = {apart}$ paths with one product each; factored as (sum)·(sum) it is a single one.",
        hint="Each path has two factors, so it costs one multiplication.",
    )


_NINE = "X = 1\nα = 2; β = 3; γ = 5\nδ = 7; ε = 11; ζ = 13\nY = α*X + β*X + γ*X\nZ = δ*Y + ε*Y + ζ*Y"
_LOGISTIC = (
    "x1 = 2; x2 = -1; t = 1\nθ0 = 0.5; θ1 = -1; θ2 = 1.5\na = θ0 + θ1*x1 + θ2*x2\ny = sigmoid(a)\n"
    "J = t*log(y) + (1 - t)*log(1 - y)\nL = -J"
)
_NETWORK = (
    "x1 = 1; x2 = -2; t = 1\nα10 = 0.1; α11 = 0.5; α12 = 0.3\nα20 = -0.2; α21 = -1; α22 = 0.8\n"
    "β0 = 0.3; β1 = 1.2; β2 = -0.7\na1 = α10 + α11*x1 + α12*x2\na2 = α20 + α21*x1 + α22*x2\n"
    "z1 = sigmoid(a1); z2 = sigmoid(a2)\nb = β0 + β1*z1 + β2*z2\ny = sigmoid(b)\n"
    "J = t*log(y) + (1 - t)*log(1 - y)\nL = -J"
)
_TWICE = "x = 1\nJ = cos(sin(x**2) + 3*x**2)"
_DOUBLING = "x = 1.01\nx1 = x*x; x2 = x1*x1; x3 = x2*x2; x4 = x3*x3\nx5 = x4*x4; x6 = x5*x5; x7 = x6*x6; x8 = x7*x7"
PRESETS = (
    Preset("product", "(a+b)·(b+1)", Settings(), "b reaches e over c and over d; its gradient is the sum, 2 + 3 = 5."),
    Preset(
        "nine",
        "Nine paths",
        Settings(_NINE, fused=True),
        "Nine products, or (α+β+γ)·(δ+ε+ζ): one product. Click X to compare.",
    ),
    Preset(
        "cosine",
        "cos(sin x² + 3x²)",
        Settings("x = 1\nt = x**2\nu1 = sin(t); u2 = 3*t\nu = u1 + u2\nJ = cos(u)", mode="both"),
        "One input: forward mode gets as far in one pass as reverse mode. J = −0.7649, dJ/dx = 4.5608.",
    ),
    Preset(
        "twice",
        "x² twice",
        Settings(_TWICE, share=False),
        "The same J with x² computed twice. Switch on “Equal parts are one node” and the work is shared.",
    ),
    Preset(
        "logistic",
        "Logistic regression",
        Settings(_LOGISTIC, fused=True),
        "The slide calls J the loss; J is the log-likelihood, and the loss is L = −J. So ∂L/∂a = y − t.",
    ),
    Preset(
        "network",
        "Two layers",
        Settings(_NETWORK, fused=True),
        "Click x1: ∂J/∂xᵢ is Σⱼ (∂J/∂aⱼ)·αⱼᵢ, a path through each hidden unit. The slide prints ∂J/∂aⱼ · Σⱼ αⱼᵢ."
        " The loss is L = −J.",
    ),
    Preset(
        "doubling",
        "256 paths",
        Settings(_DOUBLING),
        "Each squaring doubles the paths: x²⁵⁶ has 256 of them, and the backward pass still takes eight steps.",
    ),
    Preset(
        "broken",
        "Division by zero",
        Settings("x = 1; k = 1\nu = log(x)\nv = 1/u\ny = k*v + x"),
        "log(1) = 0, so v has no value, and neither has what reads it. Drag x.",
    ),
)

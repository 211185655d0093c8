"""What is differentiated: the experiment of every view, and the formulas with the input that moves."""

import math
from dataclasses import dataclass

from engine.core import graph_passes
from engine.core.expression_tokens import LONGEST, LONGEST_NAME, ExpressionError
from engine.core.expressions import Program, parse
from engine.core.fields import Experiment, choice, flag, reals, text, whole
from engine.core.fields import real as decimal
from engine.core.graph import Graph, build
from engine.core.graph_passes import Flow

VIEWS = {
    "ways": "Four ways",
    "step": "Step size",
    "growth": "Symbolic growth",
    "passes": "Inputs and outputs",
}
PRECISIONS = {"float64": "float64", "float32": "float32"}
SCHEMES = {"forward": "Forward", "centred": "Centred"}
WALKS = {"forward": "Forward", "reverse": "Reverse"}
PRODUCTS = {"jvp": "J·v, forward", "vjp": "uᵀ·J, backward"}
FIRST = "x = 1\nt = x**2\nu1 = sin(t); u2 = 3*t\nu = u1 + u2\nJ = cos(u)"
SYSTEM = "r = 2; a = 0.5; b = 1\np = r*cos(a)\nq = r*sin(a)*b"
HELP = (
    "Apart by ; or lines. + - * / ** ( ), numbers, names, and exp log sin cos tan tanh sigmoid relu leaky_relu max min"
    " abs sqrt square softplus. A name with a number is an input; the last formula is the output."
)
MOST_SIZE = 256


def readable(words: str) -> Graph:
    """The graph of formulas; raises where they cannot be read."""
    return build(parse(words))


@dataclass(frozen=True)
class Settings(Experiment):
    """What is looked at, and the experiment of each view."""

    view: str = choice("ways", VIEWS, "View")
    expression: str = text(FIRST, LONGEST, "Formulas", HELP, readable)
    variable: str = text("", LONGEST_NAME, "With respect to", "The input that moves.")
    exponent: float = decimal(-6.0, -17.0, 0.0, "log₁₀ ε", "The step of the finite differences is 10 to this power.")
    walk: str = choice("forward", WALKS, "Mode", "Dual numbers forward, or adjoints backward.")
    precision: str = choice("float64", PRECISIONS, "Precision")
    scheme: str = choice("forward", SCHEMES, "Difference", "(f(x+ε) − f(x)) / ε, or (f(x+ε) − f(x−ε)) / 2ε.")
    taken: bool = flag(
        False, "Divide by the step taken", "x + ε is rounded; the step really taken is (x + ε) − x, not ε."
    )
    rule: str = text("4*y*(1 - y)", 120, "y becomes", "In y, x and the round k. It starts with y = x.", parse)
    rounds: int = whole(5, 1, 7, "Rounds")
    system: str = text(SYSTEM, LONGEST, "Formulas", HELP + " Every formula that no other reads is an output.", readable)
    product: str = choice("jvp", PRODUCTS, "Product", "One forward pass, or one backward pass.")
    direction: tuple[float, ...] = reals((1.0, 0.0, 0.0), 16, 1e6, "Direction v", "A number for each input.")
    weights: tuple[float, ...] = reals((1.0, 0.0), 16, 1e6, "Weights u", "A number for each output.")
    inputs: int = whole(32, 1, MOST_SIZE, "Inputs n")
    outputs: int = whole(1, 1, MOST_SIZE, "Outputs m")

    @property
    def epsilon(self) -> float:
        """The step of the finite differences."""
        return float(10.0**self.exponent)


def moving(settings: Settings) -> tuple[Program, Graph, int]:
    """The formulas, their graph, and the place of the input that moves.

    Raises:
        ValueError: they cannot be read, have no input, or no value.
    """
    program = parse(settings.expression)
    graph = build(program)
    if not graph.inputs:
        raise ValueError("This formula has no input to differentiate by: begin for instance with x = 2.")
    values, troubles = graph_passes.evaluate(graph)
    if math.isnan(values[graph.output]):
        at = next(at for at in troubles if not troubles[at].startswith("waits"))
        raise ValueError(f"{graph.nodes[at].name} = {graph.nodes[at].formula} has no value: {troubles[at]}.")
    names = list(program.inputs)
    return program, graph, names.index(settings.variable) if settings.variable in names else 0


def mistake(words: str) -> ExpressionError | None:
    """Why formulas cannot be read, and where; None if they can."""
    try:
        readable(words)
    except ExpressionError as error:
        return error
    return None


def kinks(flow: Flow, start: int) -> list[str]:
    """The nodes that have a corner just where the input stands: there is no derivative."""
    found = []
    for at in graph_passes.between(flow.graph, start, flow.graph.output):
        node, operands = flow.graph.nodes[at], [flow.values[source] for source in flow.graph.nodes[at].args]
        corner = node.op in ("relu", "leaky_relu", "abs", "sqrt") and operands[0] == 0
        if corner or (node.op in ("max", "min") and operands[0] == operands[1]):
            found.append(node.name)
    return found


def inputs(settings: Settings) -> list[str]:
    """The names of the inputs; none while the formulas cannot be read."""
    return [] if mistake(settings.expression) else list(parse(settings.expression).inputs)


FIELDS = {
    "ways": ("exponent",),
    "step": ("exponent", "scheme", "precision", "taken"),
    "growth": ("rounds",),
    "passes": ("inputs", "outputs"),
}


def fields_shown(settings: Settings) -> tuple[str, ...]:
    """The plain controls of the view."""
    return FIELDS[settings.view]


def vector_field(settings: Settings) -> str:
    """The vector that the chosen product takes."""
    return "direction" if settings.product == "jvp" else "weights"

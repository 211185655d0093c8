"""A formula as a graph: values forward, gradients backward, and what sharing the work saves."""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.core import graph_costs, graph_passes
from engine.core.expression_tokens import LONGEST, LONGEST_NAME, ExpressionError
from engine.core.expressions import Program, parse
from engine.core.fields import Experiment, Field, choice, flag, text
from engine.core.graph import Graph, build
from engine.core.graph_passes import Cost, Flow

MODES = {"reverse": "Reverse", "forward": "Forward", "both": "Both"}
FIRST = "a = 2; b = 1\nc = a + b\nd = b + 1\ne = c*d"
SHOWN_GRADIENTS = 4


def _formulas(default: str, label: str, help: str) -> Any:
    """Any short text may be typed, so that a slip can be mended; a link must carry one that can be read."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > LONGEST:
            raise ValueError(f"{label} may have at most {LONGEST} characters.")
        return value

    def read(words: str) -> str:
        build(parse(words))
        return words

    return dataclasses.field(default=default, metadata={"field": Field("text", label, help, check, str, read)})


@dataclass(frozen=True)
class Settings(Experiment):
    """The formulas, and how their graph is drawn and walked."""

    expression: str = _formulas(
        FIRST,
        "Formulas",
        "Apart by ; or lines. + - * / ** ( ), numbers, names, and exp log sin cos tan tanh sigmoid relu leaky_relu"
        " max min abs sqrt square softplus. A name with a number is an input; the last formula is the output.",
    )
    mode: str = choice("reverse", MODES, "Mode", "From the output back, from one input forward, or both.")
    seed_input: str = text("", LONGEST_NAME, "Forward from", "The input that moves in forward mode.")
    share: bool = flag(True, "Equal parts are one node", "Off: a part that is typed twice is computed twice.")
    fused: bool = flag(
        False, "Weighted sums are one node", "A product inside a sum belongs to the sum, as in a neuron."
    )


@dataclass(frozen=True, eq=False)
class Study:
    """A graph with everything that was found out about it.

    Args:
        settings: the experiment.
        program: what was read.
        flow: the graph, values, local derivatives, gradients by reverse mode.
        seed: the input that forward mode starts from; −1 if there is none.
        forward: (K,) ∂output/∂input by forward mode, one pass an input.
        checks: (K,) the same by finite differences; NaN where there is none.
        once: what the one backward pass costs.
        each: what the forward passes cost together.
    """

    settings: Settings
    program: Program
    flow: Flow
    seed: int
    forward: np.ndarray
    checks: np.ndarray
    once: Cost
    each: Cost

    @property
    def graph(self) -> Graph:
        """The nodes."""
        return self.flow.graph

    @property
    def gradients(self) -> np.ndarray:
        """(K,) ∂output/∂input by reverse mode."""
        return self.flow.gradients[list(self.graph.inputs)]


def differentiate(settings: Settings) -> Study:
    """Read the formulas, build the graph, go forward and backward, and check.

    Raises:
        ExpressionError: a formula that cannot be read or drawn.
    """
    program = parse(settings.expression)
    graph = build(program, settings.share, settings.fused)
    run = graph_passes.flow(graph)
    names = list(program.inputs)
    seed = names.index(settings.seed_input) if settings.seed_input in names else len(names) and 0
    return Study(
        settings=settings,
        program=program,
        flow=run,
        seed=graph.inputs[seed] if names else -1,
        forward=np.array([graph_passes.tangents(run, at)[graph.output] for at in graph.inputs]),
        checks=np.array([graph_passes.difference(graph, at) for at in graph.inputs]),
        once=graph_costs.shared_cost(graph, graph.inputs),
        each=graph_costs.forward_costs(graph),
    )


def mistake(settings: Settings) -> ExpressionError | None:
    """Why the formulas cannot be drawn, and where; None if they can."""
    try:
        build(parse(settings.expression), settings.share, settings.fused)
    except ExpressionError as error:
        return error
    return None


def with_inputs(settings: Settings, values: dict[str, float]) -> Settings:
    """The settings after inputs got other numbers: the numbers in the text change, and nothing else.

    Raises:
        ValueError: the text would become too long, or a name is no input.
    """
    words = settings.expression
    for name, value in values.items():
        program = parse(words)
        if name not in program.inputs:
            raise ValueError(f"{name} is not an input of these formulas.")
        if program.inputs[name] == value:
            continue
        number = f"{value:.6g}"
        if name in program.spans:
            start, end = program.spans[name]
            words = words[:start] + number + words[end:]
        else:
            words = f"{name} = {number}; {words}"
    return settings.but(expression=words)


def number(value: float) -> str:
    """A number for reading.

    >>> number(-0.76492056)
    '−0.7649'
    """
    return "none" if math.isnan(value) else f"{value:.4g}".replace("-", "−")


def gradient_words(study: Study) -> str:
    """∂output/∂input for the first inputs that the output depends on."""
    output = study.graph.nodes[study.graph.output].name
    used = graph_passes.reaching(study.graph, study.graph.output)
    found = [(at, gradient) for at, gradient in zip(study.graph.inputs, study.gradients, strict=True) if at in used]
    said = [f"∂{output}/∂{study.graph.nodes[at].name} = {number(gradient)}" for at, gradient in found]
    if not said:
        return f"{output} depends on no input"
    return ",  ".join(said[:SHOWN_GRADIENTS]) + (
        f",  and {len(said) - SHOWN_GRADIENTS} more" * (len(said) > SHOWN_GRADIENTS)
    )


def cost_words(study: Study) -> str:
    """What both ways cost."""
    used = sum(at in graph_passes.reaching(study.graph, study.graph.output) for at in study.graph.inputs)
    passes = "one forward pass" if used == 1 else f"{used} forward passes"
    return f"one backward pass: {study.once.short}; {passes}: {study.each.short}"


def summary(study: Study) -> str:
    """The graph in words."""
    graph, run = study.graph, study.flow
    drawn = sum(node.drawn for node in graph.nodes)
    output = graph.nodes[graph.output]
    words = f"{drawn} nodes and {len(graph.edges)} edges; {output.name} = {number(float(run.values[graph.output]))}. "
    if run.troubles:
        at, why = next(iter(run.troubles.items()))
        return words + f"{graph.nodes[at].name} = {graph.nodes[at].formula} has no value: {why}."
    counts = [(graph_passes.count_paths(graph, at), graph.nodes[at].name) for at in graph.inputs]
    most, name = max(counts, default=(0, ""), key=lambda pair: pair[0])
    if most:
        cost = graph_costs.path_cost(graph, graph.index(name))
        shared = graph_costs.shared_cost(graph, [graph.index(name)])
        words += f"From {name} lead{'s' * (most == 1)} {most:,} path{'s' * (most != 1)} to {output.name}: "
        words += f"one by one {cost}, shared {shared}. "
    gaps = np.abs(study.gradients - study.checks)
    if gaps.size and np.isfinite(gaps).any():
        words += f"Gradients and finite differences differ by at most {np.nanmax(gaps):.1e}."
    return words


def inputs(settings: Settings) -> list[str]:
    """The names of the inputs; none while the formulas cannot be read."""
    return [] if mistake(settings) else list(parse(settings.expression).inputs)

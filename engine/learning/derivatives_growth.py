"""How symbolic derivatives grow: a rule used again and again, its derivative written out, simplified, and shared."""

from dataclasses import dataclass, replace
from functools import lru_cache

from engine.core import operation_counts, symbolic
from engine.core.expression_tokens import ExpressionError
from engine.core.expressions import Program, Tree, parse
from engine.core.graph import build
from engine.core.simplifying import simplified as shortened
from engine.core.tables import Table
from engine.learning.derivatives_settings import Settings

VARIABLE, BEFORE, ROUND = "x", "y", "k"
START = 0.3
MOST_SHOWN = 70


@dataclass(frozen=True)
class Count:
    """One number of rounds.

    Args:
        rounds: how often the rule was used.
        function: nodes of the formula written out.
        derivative: nodes of its derivative, as the rules of differentiation leave it.
        simplified: nodes after sympy made it as short as it could in bounded time.
        distinct: different parts in the derivative: its nodes when equal parts are written once.
        symbolic: operations to compute the derivative as it is written.
        reverse: operations of one evaluation and one backward pass.
    """

    rounds: int
    function: int
    derivative: int
    simplified: int
    distinct: int
    symbolic: int
    reverse: int

    @property
    def numbers(self) -> tuple[int, ...]:
        """Everything that was counted, in order."""
        return self.function, self.derivative, self.simplified, self.distinct, self.symbolic, self.reverse


@dataclass(frozen=True, eq=False)
class Growth:
    """A rule, used once, twice, …

    Args:
        settings: the experiment.
        counts: from one round to the chosen number, or to the last that could be written out.
        stopped: why there are no more, or "".
        printed: the last round that is short enough to be read, 0 if none is.
        formula, derivative, simplified: at that round in LaTeX, "" where it is too long.
    """

    settings: Settings
    counts: tuple[Count, ...]
    stopped: str
    printed: int
    formula: str
    derivative: str
    simplified: str

    @property
    def last(self) -> Count:
        """The chosen number of rounds."""
        return self.counts[-1]


def check(rule: str) -> Program:
    """A rule that can be used again: one formula in y, x and k.

    Raises:
        ExpressionError: another name, a number given to one, several formulas, or none in y.
    """
    program = parse(rule)
    if len(program.formulas) > 1 or program.spans:
        raise ExpressionError("The rule is one formula, such as 4*y*(1 - y).", rule, 0)
    parts = list(program.formulas[0][1].walk())
    for part in parts:
        if part.op == "name" and part.name not in (VARIABLE, BEFORE, ROUND):
            raise ExpressionError(f"The rule knows x, y and k, not {part.name}.", rule, part.place)
    if not any(part.name == BEFORE for part in parts):
        raise ExpressionError("The rule must use y, the value of the round before.", rule, 0)
    return program


def mistake(rule: str) -> ExpressionError | None:
    """Why a rule cannot be used, and where; None if it can."""
    try:
        build(unrolled(rule, 1))
    except ExpressionError as error:
        return error
    return None


def unrolled(rule: str, rounds: int) -> Program:
    """The rule used so often: y1 = rule(x), y2 = rule(y1), …

    Raises:
        ExpressionError: the rule cannot be read.
    """
    tree = check(rule).formulas[0][1]
    formulas = tuple((f"y{step}", _renamed(tree, step)) for step in range(1, rounds + 1))
    return Program(rule, {VARIABLE: START}, formulas)


def _renamed(tree: Tree, step: int) -> Tree:
    if tree.op == "name" and tree.name == ROUND:
        return Tree("number", value=float(step), place=tree.place)
    if tree.op == "name" and tree.name == BEFORE:
        return replace(tree, name=f"y{step - 1}" if step > 1 else VARIABLE)
    return replace(tree, parts=tuple(_renamed(part, step) for part in tree.parts))


def grow(settings: Settings) -> Growth:
    """Count the derivative of the rule used once, twice, … up to the chosen number of rounds.

    Raises:
        ValueError: the rule cannot be read, or is too long even when it is used once.
    """
    counts: list[Count] = []
    stopped = ""
    for rounds in range(1, settings.rounds + 1):
        try:
            counts.append(_count(settings.rule, rounds))
        except (ExpressionError, symbolic.LargeFormulaError) as error:
            if not counts:
                raise
            stopped = f"Round {rounds} is left out. {error}"
            break
    short = [one.rounds for one in counts if min(one.derivative, one.simplified) <= MOST_SHOWN]
    printed = short[-1] if short else 0
    return Growth(
        settings, tuple(counts), stopped, printed, *(_said(settings.rule, printed) if printed else ("", "", ""))
    )


@lru_cache(maxsize=256)
def _count(rule: str, rounds: int) -> Count:
    graph = build(unrolled(rule, rounds))
    symbols = symbolic.symbols(graph)
    x = symbols[graph.inputs[0]]
    formula = symbolic.formula(graph, symbols)
    slope = symbolic.derivative(formula, x)
    return Count(
        rounds=rounds,
        function=symbolic.nodes(formula),
        derivative=symbolic.nodes(slope),
        simplified=symbolic.nodes(shortened(slope, x)),
        distinct=symbolic.distinct(slope),
        symbolic=symbolic.operations(slope),
        reverse=operation_counts.reverse(graph),
    )


@lru_cache(maxsize=256)
def _said(rule: str, rounds: int) -> tuple[str, str, str]:
    """Formula, derivative and simplified derivative in LaTeX, each only if it is short."""
    graph = build(unrolled(rule, rounds))
    symbols = symbolic.symbols(graph)
    x = symbols[graph.inputs[0]]
    formula = symbolic.formula(graph, symbols)
    slope = symbolic.derivative(formula, x)
    three = (formula, slope, shortened(slope, x))
    short = [symbolic.latex(one) if symbolic.nodes(one) <= MOST_SHOWN else "" for one in three]
    return short[0], short[1], short[2]


def answer(grown: Growth) -> tuple[str, str, str]:
    """Nodes of the derivative, before and after."""
    last = grown.last
    rounds = f"{last.rounds} round{'s' * (last.rounds != 1)}"
    return (
        f"Nodes of the derivative after {rounds}",
        f"{last.derivative:,}",
        f"{last.simplified:,} simplified; {last.distinct:,} when equal parts are written once",
    )


def summary(grown: Growth) -> str:
    """The growth in words."""
    last = grown.last
    words = (
        f"The formula has {last.function:,} nodes, its derivative {last.derivative:,}. Computing that as it is written "
        f"takes {last.symbolic:,} operations; reverse mode takes {last.reverse:,}, value included."
    )
    return f"{words} {grown.stopped}".strip()


def table(grown: Growth) -> Table:
    """A row for each number of rounds."""
    rows = [(str(one.rounds), *(f"{count:,}" for count in one.numbers)) for one in grown.counts]
    head = ("Round", "f, nodes", "f′", "f′ simplified", "f′, equal parts once", "Operations of f′", "of reverse mode")
    return Table(head, rows, len(rows) - 1)


def formulas(grown: Growth) -> str:
    """f, f′ and the shorter f′ in print, as far as they are short."""
    lines: list[str] = []
    if not (k := grown.printed):
        return ""
    nodes = grown.counts[k - 1].derivative
    derivative = grown.derivative or rf"\text{{{nodes:,} nodes, too long to print}}"
    for name, said in ((f"y_{k}", grown.formula), (f"y_{k}'", derivative), ("", grown.simplified)):
        if said and not any(line.endswith(f"= {said}") for line in lines):
            lines.append(f"{name} &= {said}")
    return r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}" if lines else ""

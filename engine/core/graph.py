"""The computation graph of a formula: nodes in the order of computing, each from nodes before it.

>>> from engine.core.expressions import parse
>>> [node.formula for node in build(parse("a = 2; b = 1; e = (a + b)*(b + 1)")).nodes if node.drawn]
['a', 'b', 'a + b', 'b + 1', 'v1·v2']
"""

from dataclasses import dataclass, replace

from engine.core.expression_tokens import ExpressionError
from engine.core.expressions import Program, Tree
from engine.core.graph_rules import RULES

MOST_NODES = 60
MOST_EDGES = 160

Terms = tuple[tuple[float, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Node:
    """One node.

    Args:
        op: input, number, sum, or a key of RULES.
        name: the student's, or v1, v2, … for what has none.
        args: the nodes it reads, in order; one may come twice.
        terms: of a sum: for each term its factor and the places in args that are multiplied.
        value: of an input or number.
        formula: in the names of what it reads.
    """

    op: str
    name: str
    args: tuple[int, ...] = ()
    terms: Terms = ()
    value: float = 0.0
    formula: str = ""

    @property
    def drawn(self) -> bool:
        """Whether it is shown; numbers written in a formula are part of the node that reads them."""
        return self.op != "number"

    @property
    def symbol(self) -> str:
        """What stands on the node beside its name."""
        if self.op in ("input", "number"):
            return ""
        if self.op == "sum":
            return "−" if len(self.terms) == 1 and self.terms[0][0] == -1 else "Σ" if self.weighted else "+"
        return RULES[self.op].symbol

    @property
    def weighted(self) -> bool:
        """Whether it is a sum that also multiplies."""
        return any(len(places) > 1 or (places and abs(factor) != 1) for factor, places in self.terms)

    def plain(self, place: int) -> bool:
        """Whether the local derivative to an operand is 1 or −1 whatever the numbers: it costs nothing."""
        return any(abs(factor) == 1 and places == (place,) for factor, places in self.terms)


@dataclass(frozen=True)
class Graph:
    """Nodes in the order of computing.

    Args:
        nodes: each reads only nodes before it.
        output: the index of the last formula's node.
        inputs: the indices of the inputs.
    """

    nodes: tuple[Node, ...]
    output: int
    inputs: tuple[int, ...]

    @property
    def edges(self) -> tuple[tuple[int, int, int], ...]:
        """(from, to, place in the reader's args) of all drawn edges."""
        return tuple(
            (source, at, place)
            for at, node in enumerate(self.nodes)
            for place, source in enumerate(node.args)
            if self.nodes[source].drawn
        )

    def index(self, name: str) -> int:
        """The node with a name."""
        return next(at for at, node in enumerate(self.nodes) if node.name == name and node.drawn)


def build(program: Program, share: bool = True, fused: bool = False) -> Graph:
    """The graph of a program.

    Args:
        program: what was read.
        share: whether equal parts are one node.
        fused: whether products inside a sum belong to the sum's node, as in a neuron's weighted sum.

    Raises:
        ExpressionError: more nodes or edges than can be drawn readably.
    """
    maker = _Maker(program, share, fused)
    for name, tree in program.formulas:
        maker.name(maker.node(tree), name)
    graph = Graph(tuple(maker.nodes), maker.env[program.output], tuple(maker.env[name] for name in program.inputs))
    if len(graph.edges) > MOST_EDGES:
        raise ExpressionError(f"This graph has {len(graph.edges)} edges; {MOST_EDGES} can be drawn.", program.text, 0)
    return _with_names(graph)


class _Maker:
    """Collects nodes; equal ones once, if they are shared."""

    def __init__(self, program: Program, share: bool, fused: bool) -> None:
        self.program, self.share, self.fused = program, share, fused
        self.nodes: list[Node] = [Node("input", name, value=value) for name, value in program.inputs.items()]
        self.env = {name: at for at, name in enumerate(program.inputs)}
        self.known: dict[tuple[object, ...], int] = {}
        self._check(0)

    def name(self, at: int, name: str) -> None:
        """Give a node its name; one that has a name already keeps it, and answers to both."""
        self.env[name] = at
        if not self.nodes[at].name:
            self.nodes[at] = replace(self.nodes[at], name=name)

    def node(self, tree: Tree) -> int:
        """The index of the node of a tree."""
        if tree.op == "name":
            return self.env[tree.name]
        if tree.op == "number":
            return self._add(Node("number", "", value=tree.value), tree)
        if tree.op in ("sum", "difference", "minus"):
            return self._sum(tree)
        return self._add(Node(tree.op, "", tuple(self.node(part) for part in tree.parts)), tree)

    def _sum(self, tree: Tree) -> int:
        args: list[int] = []
        terms = []
        for factor, parts in self._terms(tree, 1.0):
            places = tuple(range(len(args), len(args) + len(parts)))
            args += [self.node(part) for part in parts]
            terms.append((factor, places))
        return self._add(Node("sum", "", tuple(args), tuple(terms)), tree)

    def _terms(self, tree: Tree, sign: float) -> list[tuple[float, list[Tree]]]:
        """The terms of a chain of + and −; a bracket to the right of a sign stays a node of its own."""
        chain: list[tuple[float, list[Tree]]] = []
        while tree.op in ("sum", "difference"):
            chain.append(self._term(tree.parts[1], sign if tree.op == "sum" else -sign))
            tree = tree.parts[0]
        return [self._term(tree, sign), *reversed(chain)]

    def _term(self, tree: Tree, sign: float) -> tuple[float, list[Tree]]:
        if tree.op == "minus":
            return self._term(tree.parts[0], -sign)
        if tree.is_number:
            return sign * tree.value, []
        if self.fused and tree.op == "product":
            factor, parts = sign, []
            for part in tree.parts:
                more, rest = self._signed(part)
                factor *= more
                parts += rest
            return factor, parts
        return sign, [tree]

    @staticmethod
    def _signed(tree: Tree) -> tuple[float, list[Tree]]:
        """A factor of a product: its sign or its number, and what is left of it."""
        sign = 1.0
        while tree.op == "minus":
            sign, tree = -sign, tree.parts[0]
        return (sign * tree.value, []) if tree.is_number else (sign, [tree])

    def _add(self, node: Node, tree: Tree) -> int:
        key = (node.op, node.args, node.terms, node.value)
        if self.share and key in self.known:
            return self.known[key]
        self.known[key] = len(self.nodes)
        self.nodes.append(node)
        self._check(tree.place)
        return len(self.nodes) - 1

    def _check(self, place: int) -> None:
        if sum(node.drawn for node in self.nodes) > MOST_NODES:
            raise ExpressionError(f"A graph here has at most {MOST_NODES} nodes.", self.program.text, place)


def _with_names(graph: Graph) -> Graph:
    """v1, v2, … for nodes without a name, and every node's formula in those names."""
    taken, count, named = {node.name for node in graph.nodes}, 0, []
    for node in graph.nodes:
        name = node.name
        while node.drawn and not name:
            count += 1
            name = "" if f"v{count}" in taken else f"v{count}"
        named.append(replace(node, name=name if node.drawn else _say(node.value)))
    return replace(graph, nodes=tuple(replace(node, formula=formula(node, named)) for node in named))


def _say(value: float) -> str:
    return f"{value:.6g}".replace("-", "−")


def formula(node: Node, nodes: list[Node] | tuple[Node, ...]) -> str:
    """What a node computes, in the names of what it reads."""
    said = [nodes[at].name if nodes[at].drawn or nodes[at].value >= 0 else f"({nodes[at].name})" for at in node.args]
    if node.op in ("input", "number"):
        return node.name
    if node.op == "sum":
        text = ""
        for factor, places in node.terms:
            size = abs(factor)
            parts = ([_say(size)] if size != 1 or not places else []) + [said[place] for place in places]
            text += (" − " if factor < 0 else " + ") + "·".join(parts)
        return text[3:] if text.startswith(" + ") else "−" + text[3:]
    if node.op in ("product", "quotient", "power"):
        return {"product": "·", "quotient": " / ", "power": "**"}[node.op].join(said)
    return f"{node.op}({', '.join(said)})"

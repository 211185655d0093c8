"""Reads formulas such as `u = sin(t); J = cos(u + 3*t)` into plain trees. Nothing is ever evaluated by Python.

The text goes through our own tokens, then through `ast` for the order of operations, then through a whitelist:

>>> program = parse("a = 2; b = 1; e = (a + b)*(b + 1)")
>>> program.inputs, program.output
({'a': 2.0, 'b': 1.0}, 'e')
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.core.expression_tokens import FUNCTIONS, SPELLINGS, ExpressionError, Token, check_order, tokens

LARGEST_EXPONENT = 64.0
MOST_PARTS = 250
NAMELESS = "out"
OPERATORS: dict[type, str] = {
    ast.Add: "sum",
    ast.Sub: "difference",
    ast.Mult: "product",
    ast.Div: "quotient",
    ast.Pow: "power",
}


@dataclass(frozen=True)
class Tree:
    """A formula as a tree.

    Args:
        op: number, name, minus, one of OPERATORS' values, or a function's name.
        parts: the operands.
        value: of a number.
        name: of a name.
        place: the character where it begins.
    """

    op: str
    parts: tuple["Tree", ...] = ()
    value: float = 0.0
    name: str = ""
    place: int = 0

    @property
    def is_number(self) -> bool:
        """Whether it is a number as it stands."""
        return self.op == "number"

    def walk(self) -> Iterator["Tree"]:
        """It and everything in it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Program:
    """Formulas in order.

    Args:
        text: as typed.
        inputs: the names that get a number, or nothing (then 1), in order of appearance.
        formulas: name and tree, in order; the last is the output.
        spans: for each input with a number: where that number stands in the text.
    """

    text: str
    inputs: dict[str, float]
    formulas: tuple[tuple[str, Tree], ...]
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def output(self) -> str:
        """The name of the last formula."""
        return self.formulas[-1][0]


def parse(text: str) -> Program:
    """Read formulas apart by semicolons or lines.

    Raises:
        ExpressionError: with a sentence, and the character that it is about.
    """
    inputs: dict[str, float] = {}
    spans: dict[str, tuple[int, int]] = {}
    formulas: list[tuple[str, Tree, int]] = []
    for name, pieces in _statements(text):
        start, end = pieces[0].place, pieces[-1].place + len(pieces[-1].text)
        tree = _tree(text, start, end)
        if name is not None and name.text in {*inputs, *(known for known, _, _ in formulas)}:
            raise ExpressionError(f"{name.text} has a value already; take another name.", text, name.place)
        if name is not None and tree.is_number:
            inputs[name.text], spans[name.text] = tree.value, (start, end)
        else:
            formulas.append((name.text if name else "", tree, name.place if name else start))
    if not formulas:
        raise ExpressionError("There is nothing to compute yet: write a formula such as e = a*b.", text, len(text))
    return Program(text, _all_inputs(inputs, formulas, text), _named(formulas, inputs, text), spans)


def _statements(text: str) -> Iterator[tuple[Token | None, list[Token]]]:
    """The name (or None) and the right side's tokens of each statement."""
    statement: list[Token] = []
    for token in [*tokens(text), Token("sign", ";", len(text))]:
        if token.text != ";":
            statement.append(token)
            continue
        if statement:
            yield _sides(statement, text)
        statement = []


def _sides(statement: list[Token], text: str) -> tuple[Token | None, list[Token]]:
    signs = [token for token in statement if token.text == "="]
    if not signs:
        check_order(statement, text)
        return None, statement
    if len(signs) > 1:
        raise ExpressionError("One = in a formula; the next formula comes after a semicolon.", text, signs[1].place)
    if statement[0].kind != "name" or statement[1].text != "=":
        raise ExpressionError("Before = stands one name.", text, statement[0].place)
    name, pieces = statement[0], statement[2:]
    if name.text in FUNCTIONS or name.text == "pi":
        raise ExpressionError(f"{name.text} has a meaning already; take another name.", text, name.place)
    if not pieces:
        raise ExpressionError("Something is missing after =.", text, signs[0].place)
    check_order(pieces, text)
    return name, pieces


def _all_inputs(given: dict[str, float], formulas: list[tuple[str, Tree, int]], text: str) -> dict[str, float]:
    """The inputs, those without a number too; a name that is used before its formula is refused."""
    places = {name: (order, place) for order, (name, _, place) in enumerate(formulas) if name}
    inputs = dict(given)
    for order, (_, tree, _) in enumerate(formulas):
        for part in tree.walk():
            if part.op != "name" or part.name in inputs:
                continue
            if part.name not in places:
                inputs[part.name] = 1.0
            elif places[part.name][0] >= order:
                raise ExpressionError(f"{part.name} is used here before its own formula.", text, part.place)
    return inputs


def _named(formulas: list[tuple[str, Tree, int]], inputs: dict[str, float], text: str) -> tuple[tuple[str, Tree], ...]:
    for name, _, place in formulas[:-1]:
        if not name:
            raise ExpressionError("Only the last formula may go without a name.", text, place)
    taken = {name for name, _, _ in formulas} | set(inputs)
    free = next(name for name in (NAMELESS, "result", "final", "f_out") if name not in taken)
    return tuple((name or free, tree) for name, tree, _ in formulas)


def _tree(text: str, start: int, end: int) -> Tree:
    """The tree of text[start:end], whose tokens are in order."""
    source = text[start:end].translate(SPELLINGS)
    try:
        body = ast.parse(f"({source})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError("This formula cannot be read.", text, start) from None
    if sum(1 for _ in ast.walk(body)) > 3 * MOST_PARTS:
        raise ExpressionError("This formula has too many parts.", text, start)
    return _Reader(text, start, source).read(body)


class _Reader:
    """Turns the nodes of `ast` that are on the whitelist into trees."""

    def __init__(self, text: str, start: int, source: str) -> None:
        self.text, self.start, self.source = text, start, f"({source})"

    def place(self, node: ast.expr) -> int:
        """The character where a node begins; ast counts bytes."""
        ahead = self.source.encode()[: node.col_offset].decode(errors="ignore")
        return self.start + len(ahead) - 1

    def read(self, node: ast.expr) -> Tree:
        """The tree of a node."""
        place = self.place(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return Tree("number", value=float(node.value), place=place)
        if isinstance(node, ast.Name):
            return self._name(node.id, place)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            part = self.read(node.operand)
            if isinstance(node.op, ast.UAdd):
                return part
            return (
                Tree("number", value=-part.value, place=place)
                if part.is_number
                else Tree("minus", (part,), place=place)
            )
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            parts = (self.read(node.left), self.read(node.right))
            if isinstance(node.op, ast.Pow) and parts[1].is_number and abs(parts[1].value) > LARGEST_EXPONENT:
                raise ExpressionError(f"Exponents go up to {LARGEST_EXPONENT:g}.", self.text, parts[1].place)
            return Tree(OPERATORS[type(node.op)], parts, place=place)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            return self._call(node.func.id, tuple(self.read(part) for part in node.args), place)
        raise ExpressionError("This cannot stand in a formula.", self.text, place)

    def _name(self, name: str, place: int) -> Tree:
        if name in FUNCTIONS:
            raise ExpressionError(f"{name} wants its number in brackets: {name}(x).", self.text, place)
        return (
            Tree("number", value=3.141592653589793, place=place)
            if name == "pi"
            else Tree("name", name=name, place=place)
        )

    def _call(self, name: str, parts: tuple[Tree, ...], place: int) -> Tree:
        fewest, most = FUNCTIONS.get(name, (0, 0))
        if not fewest <= len(parts) <= most:
            wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise ExpressionError(f"{name} takes {wanted} numbers in its brackets, not {len(parts)}.", self.text, place)
        if name in ("max", "min") and len(parts) > 2:
            return Tree(name, (self._call(name, parts[:-1], place), parts[-1]), place=place)
        return Tree(name, parts, place=place)

"""The letters, words and order of the little formula language; every complaint knows the character it is about."""

import keyword
import re
from dataclasses import dataclass

from engine.core.carets import Pointed

LONGEST = 500
LARGEST_NUMBER = 1e6
LONGEST_NAME = 12
DEEPEST = 30
MOST_SIGNS = 4
# Signs that students type or paste, and the one the language has; one for one, so that places stay.
SPELLINGS = str.maketrans("−–×·⋅÷\r\t\n", "--***/; ;")
FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("exp", "log", "sin", "cos", "tan", "tanh", "sigmoid", "relu", "abs"), (1, 1)),
    **dict.fromkeys(("sqrt", "square", "softplus"), (1, 1)),
    "leaky_relu": (1, 2),
    "max": (2, 8),
    "min": (2, 8),
}
_TOKEN = re.compile(
    r"(?P<space> +)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\d.]))"
    r"|(?P<name>[A-Za-zα-ωΑ-Ω_][A-Za-z0-9α-ωΑ-Ω_]*)|(?P<sign>\*\*|[-+*/(),;=])"
)
_ADVICE = {
    "^": "Write ** for a power.",
    "²": "Write **2 for a square.",
    "³": "Write **3 for a cube.",
    ".": "A number has one decimal point and digits around it.",
    "[": "Use round brackets.",
    "{": "Use round brackets.",
    "!": "There is no factorial here.",
}


class ExpressionError(Pointed, ValueError):
    """A formula that cannot be read.

    Args:
        sentence: what is wrong, for the reader.
        text: the whole formula.
        place: the index of the character that it is about.
    """

    def __init__(self, sentence: str, text: str, place: int) -> None:
        self.sentence = sentence
        self.point(text, place)
        super().__init__(f"{sentence} (character {self.place + 1})")


@dataclass(frozen=True)
class Token:
    """A piece of a formula: number, name or sign, and where it begins."""

    kind: str
    text: str
    place: int

    @property
    def ends_a_value(self) -> bool:
        """Whether a value is complete after it."""
        return self.kind in ("number", "name") or self.text == ")"


def tokens(text: str) -> list[Token]:
    """The pieces of a text.

    Raises:
        ExpressionError: too long, or a character, number or name that the language has not.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"A formula may have at most {LONGEST} characters; this has {len(text)}.", text, LONGEST)
    plain, found, place = text.translate(SPELLINGS), [], 0
    while place < len(plain):
        match = _TOKEN.match(plain, place)
        if not match:
            raise ExpressionError(_unknown(plain, place), text, place)
        kind, piece = str(match.lastgroup), match[0]
        if kind != "space":
            _check_piece(kind, piece, text, place)
            found.append(Token(kind, piece, place))
        place = match.end()
    return found


def _unknown(plain: str, place: int) -> str:
    sign = plain[place]
    if sign.isdigit():
        return _ADVICE["."] if sign.isascii() else _ADVICE.get(sign, "Write digits as 0 to 9.")
    return _ADVICE.get(sign, f"The character {sign!r} means nothing here.")


def _check_piece(kind: str, piece: str, text: str, place: int) -> None:
    if kind == "number" and not float(piece) <= LARGEST_NUMBER:
        raise ExpressionError("Numbers go up to a million.", text, place)
    if kind != "name":
        return
    if keyword.iskeyword(piece) or "__" in piece:
        raise ExpressionError(f"{piece} cannot be a name here.", text, place)
    if len(piece) > LONGEST_NAME:
        raise ExpressionError(f"A name may have at most {LONGEST_NAME} characters.", text, place)


def check_order(pieces: list[Token], text: str) -> None:
    """That values and operators take turns, and brackets close: what Python's own parser would say less kindly.

    Raises:
        ExpressionError: at the first piece that cannot stand where it stands.
    """
    opened: list[tuple[Token, bool]] = []
    before: Token | None = None
    signs = 0
    for token in pieces:
        wants_value = before is None or not before.ends_a_value
        if token.text == "(":
            _check_opening(before, token, text)
            opened.append((token, before is not None and before.kind == "name"))
            if len(opened) > DEEPEST:
                raise ExpressionError(f"Brackets go at most {DEEPEST} deep.", text, token.place)
        elif token.text == ")":
            if not opened:
                raise ExpressionError("This bracket was never opened.", text, token.place)
            if wants_value:
                raise ExpressionError("Something is missing before this bracket.", text, token.place)
            opened.pop()
        elif token.kind in ("number", "name"):
            _check_value(before, token, text)
        elif token.text == ",":
            if wants_value or not opened or not opened[-1][1]:
                raise ExpressionError("A comma stands only between the numbers of a function.", text, token.place)
        elif wants_value and token.text not in "+-":
            raise ExpressionError(f"A number or a name is missing before {token.text}.", text, token.place)
        signs = signs + 1 if wants_value and token.text in "+-" else 0
        if signs > MOST_SIGNS:
            raise ExpressionError("So many signs in a row say little; one is enough.", text, token.place)
        before = token
    if opened:
        raise ExpressionError("This bracket is never closed.", text, opened[-1][0].place)
    if before is not None and not before.ends_a_value:
        raise ExpressionError("Something is missing after this.", text, before.place)


def _check_opening(before: Token | None, token: Token, text: str) -> None:
    if before is None or not before.ends_a_value or before.text in FUNCTIONS:
        return
    if before.kind == "name":
        known = ", ".join(FUNCTIONS)
        raise ExpressionError(
            f"{before.text} is no function here. Write {before.text}*(…) for a product; the functions are {known}.",
            text,
            before.place,
        )
    raise ExpressionError("Write * between factors.", text, token.place)


def _check_value(before: Token | None, token: Token, text: str) -> None:
    if before is None or not before.ends_a_value:
        return
    if before.text in FUNCTIONS:
        raise ExpressionError(f"{before.text} wants its number in brackets: {before.text}(x).", text, token.place)
    raise ExpressionError("Write * between factors: 3*x, not 3x.", text, token.place)

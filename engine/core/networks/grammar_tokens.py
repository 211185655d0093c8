"""The words, sizes and signs of the lectures' grammar for networks; every complaint knows the character it is about."""

import re
from dataclasses import dataclass

from engine.core.carets import Pointed
from engine.core.networks.specification import Network, NetworkError, Path

# Signs that students paste, and those that are read; one for one, so that places stay.
SPELLINGS = str.maketrans("×✕–−\u00a0", "xx-- ")
LARGEST_NUMBER = 9  # digits
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<arrow>->|=>|→)|(?P<size>\d+(?:\s*x\s*\d+)+)(?![\d.])|(?P<number>\d+\.?\d*|\.\d+)(?![\d.])"
    r"|(?P<word>relu6(?![\dx.])|[a-z_]+)|(?P<sign>[\[\]|/*?])",
    re.IGNORECASE | re.ASCII,
)
_ADVICE = {
    "-": "Write -> between layers, and CONV 3x3 64 for conv3-64.",
    ">": "Write -> between layers.",
    "(": "Use square brackets.",
    ")": "Use square brackets.",
    "{": "Use square brackets.",
    "}": "Use square brackets.",
    ",": "Write -> or a new line between layers.",
    ";": "Write -> or a new line between layers.",
    "=": "Write pad 1 without a sign.",
    ".": "A number has one decimal point and digits around it.",
}


class GrammarError(Pointed, NetworkError):
    """A text that is no network.

    Args:
        sentence: what is wrong, for the reader.
        text: the whole text.
        place: the index of the character that it is about.
        path: the layer that it is about, empty if that is not known.
        given: the shape of that layer's input, if it is about shapes.
        before: the network that ends where it goes wrong, None if there is none.
    """

    def __init__(
        self,
        sentence: str,
        text: str,
        place: int,
        path: Path = (),
        given: tuple[int, ...] | None = None,
        before: Network | None = None,
    ) -> None:
        super().__init__(sentence, path, given)
        self.point(text, place)
        self.before = before

    @property
    def line(self) -> int:
        """The line that the character stands on, counted from 1."""
        return self.text.count("\n", 0, self.place) + 1


@dataclass(frozen=True)
class Token:
    """A piece of a text: arrow, size, number, word or sign, and where it begins; words are in capitals."""

    kind: str
    text: str
    place: int


def tokens(text: str, longest: int) -> list[Token]:
    """The pieces of a text, an end among them.

    Raises:
        GrammarError: too long, or a character or number that means nothing.
    """
    if len(text) > longest:
        raise GrammarError(f"A network may be at most {longest} characters long; this has {len(text)}.", text, longest)
    plain, found, place = text.translate(SPELLINGS), [], 0
    while place < len(plain):
        match = _TOKEN.match(plain, place)
        if not match:
            sign = text[place]
            advice = (
                _ADVICE["."] if sign.isdigit() else _ADVICE.get(sign, f"The character {sign!r} means nothing here.")
            )
            raise GrammarError(advice, text, place)
        kind, piece = str(match.lastgroup), "".join(match[0].upper().split())
        if kind in ("size", "number") and any(len(part) > LARGEST_NUMBER for part in piece.split("X")):
            raise GrammarError("That number is far too long.", text, place)
        if kind != "space":
            found.append(Token(kind, piece, place))
        place = match.end()
    return [*found, Token("end", "", len(text))]

"""The short form of a chain of layers: `c3 c3 p2 c3d2 t2s2`, read and written.

A word is a layer: c a convolution, p a pooling, t a transposed convolution, each with its kernel; then, in any order,
s stride, p padding, d dilation, o output padding. `*4` repeats a layer. Left out, stride is 1 (a pooling's is its
kernel), padding 0 and dilation 1, as in torch.nn.
"""

import re
from dataclasses import dataclass

from engine.core.receptive import Window

MOST_LAYERS = 24
KINDS = {"c": "Conv", "p": "Pool", "t": "Transposed"}
OPTIONS = {"s": ("stride", 1, 8), "p": ("padding", 0, 32), "d": ("dilation", 1, 16), "o": ("output padding", 0, 7)}
LARGEST_KERNEL = 31
TAKES = {"c": "spd", "p": "spd", "t": "spdo"}
WORD = re.compile(r"\S+")
PIECE = re.compile(r"(\D)(\d*)")


class ChainError(ValueError):
    """What is wrong with a chain, and at which character.

    Args:
        sentence: for the student.
        place: index into the text.
    """

    def __init__(self, sentence: str, place: int) -> None:
        super().__init__(sentence)
        self.place = place


@dataclass(frozen=True)
class Layer:
    """One layer of a chain: its letter and its window."""

    kind: str
    window: Window

    @property
    def title(self) -> str:
        """Kind and kernel, then whatever is not the default.

        >>> parse("c3d2")[0].title
        'Conv 3, dilation 2'
        """
        w = self.window
        usual = w.kernel if self.kind == "p" else 1
        more = [f"stride {w.stride}"] if w.stride != usual else []
        more += [f"dilation {w.dilation}"] if w.dilation > 1 else []
        more += [f"padding {w.padding}"] if w.padding else []
        more += [f"output padding {w.output_padding}"] if w.output_padding else []
        return ", ".join([f"{KINDS[self.kind]} {w.kernel}", *more])

    @property
    def brief(self) -> str:
        """The title with the options as they are written.

        >>> parse("c3s2p1")[0].brief
        'Conv 3, s2, p1'
        """
        return ", ".join([f"{KINDS[self.kind]} {self.window.kernel}", *re.findall(r"[a-z]\d+", self.text)[1:]])

    @property
    def text(self) -> str:
        """The word for this layer.

        >>> parse("p2s2p0")[0].text
        'p2'
        """
        w = self.window
        usual = w.kernel if self.kind == "p" else 1
        parts = [("s", w.stride, usual), ("d", w.dilation, 1), ("p", w.padding, 0), ("o", w.output_padding, 0)]
        return f"{self.kind}{w.kernel}" + "".join(f"{name}{value}" for name, value, none in parts if value != none)


def parse(text: str) -> tuple[Layer, ...]:
    """The layers of a chain.

    >>> [layer.title for layer in parse("c3*2 p2")]
    ['Conv 3', 'Conv 3', 'Pool 2']

    Raises:
        ChainError: a sentence, and where.
    """
    layers: list[Layer] = []
    for word in WORD.finditer(text.lower().replace("×", "*").replace(",", " ")):
        layer, count = _word(word.group(), word.start())
        layers += [layer] * count
        if len(layers) > MOST_LAYERS:
            raise ChainError(f"A chain may have at most {MOST_LAYERS} layers.", word.start())
    if not layers:
        raise ChainError("Write at least one layer, such as c3 for a convolution with kernel 3.", 0)
    return tuple(layers)


def write(layers: tuple[Layer, ...]) -> str:
    """The chain as text, one word a layer."""
    return " ".join(layer.text for layer in layers)


def longer(text: str, word: str) -> str:
    """The chain with one more layer at its end.

    >>> longer("c3*2", "p2")
    'c3 c3 p2'
    """
    return write(parse(f"{text} {word}"))


def moved(text: str, layer: int, by: int) -> str:
    """The chain with a layer (counted from 1) moved up or down; at an end it stays.

    >>> moved("c3 p2 c5", 2, 1)
    'c3 c5 p2'
    """
    layers = list(parse(text))
    here, there = layer - 1, layer - 1 + by
    if 0 <= here < len(layers) and 0 <= there < len(layers):
        layers[here], layers[there] = layers[there], layers[here]
    return write(tuple(layers))


def without(text: str, layer: int) -> str:
    """The chain without a layer (counted from 1); the last one stays.

    >>> without("c3 p2", 1)
    'p2'
    """
    layers = parse(text)
    kept = layers[: layer - 1] + layers[layer:] if 1 <= layer <= len(layers) else layers
    return write(kept or layers)


def fault(text: str) -> str:
    """The text with a caret under what is wrong, in two lines; "" if all is well.

    >>> print(fault("c3 x2"))
    c3 x2
       ^
    """
    try:
        parse(text)
    except ChainError as error:
        return f"{text}\n{' ' * error.place}^"
    return ""


def _word(word: str, start: int) -> tuple[Layer, int]:
    body, star, times = word.partition("*")
    pieces = list(PIECE.finditer(body))
    if not pieces or pieces[0].group(1) not in KINDS:
        raise ChainError(
            f"“{word}” is no layer: begin with c (convolution), p (pooling) or t (transposed), then the kernel.", start
        )
    kind = pieces[0].group(1)
    kernel = _number(pieces[0], "kernel", 1, LARGEST_KERNEL, start)
    given: dict[str, int] = {}
    for piece in pieces[1:]:
        letter = piece.group(1)
        if letter not in TAKES[kind]:
            known = ", ".join(f"{name} ({OPTIONS[name][0]})" for name in TAKES[kind])
            raise ChainError(f"In “{word}”, {letter} means nothing: {known} can follow.", start + piece.start())
        if letter in given:
            raise ChainError(f"“{word}” gives its {OPTIONS[letter][0]} twice.", start + piece.start())
        given[letter] = _number(piece, *OPTIONS[letter], start)
    layer = Layer(kind, _window(kind, kernel, given, word, start))
    if not star:
        return layer, 1
    place = start + len(body) + 1
    if not times.isdecimal() or not 1 <= int(times[:4]) <= MOST_LAYERS:
        raise ChainError(f"After * stands how often the layer comes, 1 to {MOST_LAYERS}.", place)
    return layer, int(times)


def _number(piece: re.Match[str], name: str, low: int, high: int, start: int) -> int:
    text = piece.group(2)
    if not text:
        raise ChainError(f"The {name} is missing its number.", start + piece.end())
    value = int(text[:6])
    if not low <= value <= high:
        raise ChainError(f"The {name} must lie between {low} and {high}, not {value}.", start + piece.start(2))
    return value


def _window(kind: str, kernel: int, given: dict[str, int], word: str, start: int) -> Window:
    """The window, with what torch would refuse refused."""
    stride = given.get("s", kernel if kind == "p" else 1)
    padding, dilation, output_padding = given.get("p", 0), given.get("d", 1), given.get("o", 0)
    if kind == "p" and padding > kernel // 2:
        raise ChainError(f"“{word}”: a pooling is padded by at most half its kernel, {kernel // 2} here.", start)
    if output_padding and output_padding >= max(stride, dilation):
        raise ChainError(f"“{word}”: output padding must be smaller than the stride or the dilation.", start)
    return Window(kernel, stride, padding, dilation, kind == "t", output_padding)

"""Changes that a control makes in a network: another input, normalisation, dropout."""

import re
from math import prod

from engine.core.networks.grammar import GrammarError, parse
from engine.core.networks.layers import (
    BatchNorm1d,
    BatchNorm2d,
    Dropout,
    GroupNorm,
    Layer,
    Linear,
    Shape,
)
from engine.core.networks.meetings import Block, Branches, Residual
from engine.core.networks.presets import ARCHITECTURES
from engine.core.networks.sliding import Conv2d
from engine.core.networks.specification import Network, visit

INPUT = re.compile(r"INPUT\s+\d+x\d+x\d+", re.IGNORECASE)
LAST = re.compile(r"FC\s+\d+((?:(?!FC\s).)*)\Z", re.IGNORECASE | re.DOTALL)
ANY = (1, 1, 1)
LONGEST = 24  # letters of a layer that is drawn
# For images that a network is too deep for.
SMALL = (
    "INPUT 1x8x8 -> CONV 3x3 16 pad 1 -> RELU -> POOL 2x2 -> CONV 3x3 32 pad 1 -> RELU -> POOL 2x2 "
    "-> FC 64 -> RELU -> FC 10"
)
NORMS = {"written": "as written", "batch": "batch norm everywhere", "group": "group norm everywhere", "none": "none"}
KINDS = (BatchNorm1d, BatchNorm2d, GroupNorm)


def refined(network: Network, normalisation: str, dropout: float) -> Network:
    """The network with that normalisation and dropout, as written where nothing else is said."""
    layers = network.layers
    if normalisation != "written":
        layers = _normalised(layers, network.input, normalisation, last=_last_linear(layers))
    if dropout:
        layers = _dropping(layers, dropout)
    return Network(network.input, layers) if layers is not network.layers else network


def legible(text: str) -> tuple[Network | None, str, str]:
    """The network of a text; of one that cannot be, what stands before its fault, the layer there, and the fault."""
    try:
        return parse(text), "", ""
    except GrammarError as error:
        layer = re.split(r"->|→|\n|\[|\]", text[error.place :], maxsplit=1)[0].strip() or "the end"
        layer = layer if len(layer) <= LONGEST else f"{layer[:LONGEST]}…"
        return error.before, layer, "cannot be read" if error.given is None else "does not fit"


def suited(text: str, shape: Shape, classes: int) -> str:
    """The same network for images of that shape and so many classes; one that cannot be has another in its place.

    What cannot be read, or was written for this shape and does not fit, stays as it is, to be mended.
    """
    meant = INPUT.search(text)
    own = meant is not None and meant[0].split()[1].lower() == "x".join(map(str, shape))
    for words in (text, retold(text, shape, classes), retold(SMALL, shape, classes)):
        try:
            network = parse(words)
        except GrammarError as error:
            if words == text and (own or error.given is None):
                return text
            continue
        if network.input == shape and network.output == (classes,):
            return words
    return text


def retold(text: str, shape: Shape, classes: int) -> str:
    """The text with another input, and so many outputs of its last fully connected layer."""
    with_input = INPUT.sub(f"INPUT {'x'.join(map(str, shape))}", text, count=1)
    return LAST.sub(rf"FC {classes}\1", with_input, count=1)


def name_of(text: str) -> str:
    """What a network is called: the name of the preset that it is, whatever its input and its outputs."""
    known = [one.title for one in ARCHITECTURES.values() if retold(one.text, ANY, 1) == retold(text, ANY, 1)]
    if retold(SMALL, ANY, 1) == retold(text, ANY, 1):
        return "Small CNN"
    return known[0] if known else "Own network"


def _last_linear(layers: tuple[Layer, ...]) -> int | None:
    places = [place for place, layer in enumerate(layers) if isinstance(layer, Linear)]
    return places[-1] if places else None


def _normalised(layers: tuple[Layer, ...], given: Shape, kind: str, last: int | None = None) -> tuple[Layer, ...]:
    """The chain with that norm after each convolution and fully connected layer but the last, and no other norm."""
    made: list[Layer] = []
    for place, layer in enumerate(layers):
        if isinstance(layer, KINDS):
            continue
        inside = _inside(layer, given, kind) if isinstance(layer, Block) else layer
        made.append(inside)
        given = visit(inside, given, (0,))[0].made
        if kind != "none" and place != last and isinstance(layer, Conv2d | Linear):
            made.append(_norm(kind, given))
    return tuple(made)


def _inside(layer: Block, given: Shape, kind: str) -> Layer:
    if isinstance(layer, Residual):
        body, shortcut = (_normalised(way, given, kind) for way in layer.ways)
        return Residual(body, shortcut)
    return Branches(tuple(_normalised(way, given, kind) for way in layer.ways))


def _norm(kind: str, shape: Shape) -> Layer:
    if kind == "batch":
        return BatchNorm2d() if len(shape) == 3 else BatchNorm1d()
    fitting = (groups for groups in (1, 2, 4, 8) if shape[0] % groups == 0 and prod(shape) > groups)
    return GroupNorm(max(fitting, default=1))


def _dropping(layers: tuple[Layer, ...], share: float) -> tuple[Layer, ...]:
    """The chain with dropout before its last fully connected layer, in place of what is written."""
    kept = tuple(layer for layer in layers if not isinstance(layer, Dropout))
    place = _last_linear(kept)
    if place is None:
        raise ValueError("Dropout stands before the last fully connected layer, and this network has none.")
    return (*kept[:place], Dropout(share), *kept[place:])

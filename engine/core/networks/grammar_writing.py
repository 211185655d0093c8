"""Writes networks in the lectures' grammar, what repeats in brackets."""

from engine.core.networks.layer_checks import Shape
from engine.core.networks.layers import Flatten, Layer, Linear
from engine.core.networks.meetings import Block, Residual
from engine.core.networks.specification import Network, visit

EMPTY = "IDENTITY"


def write(network: Network) -> str:
    """The network as text: one form for each network, and `parse` gives the same network back."""
    sides = "x".join(map(str, network.input))
    return " -> ".join([f"INPUT {sides}", *folded(words(network.layers, network.input))])


def words(layers: tuple[Layer, ...], given: Shape) -> list[str]:
    """A text for each layer of a chain; the flattening that `FC` does by itself has none."""
    found = []
    for place, layer in enumerate(layers):
        following = layers[place + 1] if place + 1 < len(layers) else None
        if not (isinstance(layer, Flatten) and isinstance(following, Linear) and len(given) == 3):
            found.append(words_of(layer, given))
        given = visit(layer, given, (0,))[0].made
    return found


def words_of(layer: Layer, given: Shape) -> str:
    """One layer, with the chains inside it."""
    if not isinstance(layer, Block):
        return layer.text
    ways = layer.ways[:1] if isinstance(layer, Residual) and not layer.shortcut else layer.ways
    chains = [" -> ".join(folded(words(way, given))) or EMPTY for way in ways]
    return f"{layer.text}[ {' | '.join(chains)} ]"


def folded(texts: list[str]) -> list[str]:
    """What comes several times in a row once, in brackets: the longest savings first.

    >>> folded(["CONV", "RELU", "CONV", "RELU", "POOL", "FC"])
    ['[CONV -> RELU]*2', 'POOL', 'FC']
    """
    found: list[str] = []
    at = 0
    while at < len(texts):
        length, times = _best(texts, at)
        if times == 1:
            found.append(texts[at])
        else:
            unit = folded(texts[at : at + length])
            block = unit[0] if len(unit) == 1 and unit[0].endswith(" ]") else f"[{' -> '.join(unit)}]"
            found.append(f"{block}*{times}")
        at += length * times
    return found


def _best(texts: list[str], at: int) -> tuple[int, int]:
    """The length of what repeats here and how often it stands, so that most is saved; (1, 1) if nothing repeats."""
    best = (1, 1)
    for length in range(1, (len(texts) - at) // 2 + 1):
        unit, times = texts[at : at + length], 1
        while texts[at + times * length : at + (times + 1) * length] == unit:
            times += 1
        if (times - 1) * length > (best[1] - 1) * best[0]:
            best = length, times
    return best

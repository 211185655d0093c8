"""What to say where a layer should begin and none does."""

from difflib import get_close_matches

from engine.core.networks.grammar_layers import ALIASES, BLOCKS, LAYERS, OPTION_WORDS
from engine.core.networks.grammar_tokens import Token

_HINTS = {
    "SOFTMAX": "Leave the softmax out: it belongs to the loss, and the network ends with the logits.",
    "OUTPUT": "Nothing stands for the output: it is what the last layer makes.",
    "INPUT": "INPUT stands only at the beginning.",
}
OUTSIDE = {"]": "This bracket was never opened.", "|": "| stands only inside RES[ ] and BRANCH[ ]."}
_SIGNS = {
    "?": "The question mark says that a layer may be left out: write it or leave it out.",
    "*": "* repeats what stands in brackets before it: [CONV 3x3 8 -> RELU]*2.",
    "/": "/2 is a stride, and stands after the sizes of a layer: CONV 3x3 32 /2.",
}


def unknown(token: Token) -> str:
    """A sentence about a piece that begins no layer."""
    if token.kind == "end":
        return "A layer is missing here: write one, such as CONV 3x3 8, POOL or FC 10."
    if token.text in _HINTS:
        return _HINTS[token.text]
    if (token.text in OPTION_WORDS and token.kind == "word") or token.text in ("SAME", "BIAS"):
        return f"{token.text} stands after a layer's sizes: CONV 3x3 32 /2 pad 1 no bias, or POOL AVG 2x2."
    if token.kind == "word":
        near = get_close_matches(token.text, [*LAYERS, *BLOCKS, *ALIASES], 1)
        known = f"did you mean {near[0]}?" if near else f"the words are {', '.join([*LAYERS, *BLOCKS])}."
        return f"{token.text[:20]} is no layer: {known}"
    if token.kind in ("arrow", "sign"):
        return _SIGNS.get(token.text, f"A layer is missing before {token.text.replace('->', 'the arrow')}.")
    return f"{token.text} belongs to no layer: a layer begins with its name, such as CONV 3x3 32."

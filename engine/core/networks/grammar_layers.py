"""The words of the grammar: which layer each makes, and what may stand after it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from engine.core.networks.activations import ACTIVATIONS
from engine.core.networks.layers import Activation, BatchNorm2d, Dropout, Flatten, GroupNorm, Layer, Linear
from engine.core.networks.meetings import Branches, Residual
from engine.core.networks.sliding import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, Conv2d, MaxPool2d

# What stood after a word: size, number, stride, padding, dilation, groups, bias, ceil_mode, kind.
Options = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """A word that makes a layer.

    Args:
        example: how it is written.
        make: the layer from its options; ValueError says what is wrong.
        takes: the options that may follow.
        needs: those that must.
        real: whether its number may be broken.
    """

    example: str
    make: Callable[[Options], Layer]
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    real: bool = False


@dataclass(frozen=True)
class Block:
    """A word that makes a layer of the chains in its bracket.

    Args:
        example: how it is written.
        make: the layer from its chains.
        most: how many chains it may have.
    """

    example: str
    make: Callable[[tuple[tuple[Layer, ...], ...]], Layer]
    most: int = field(default=64)


def _conv(options: Options) -> Layer:
    kernel = options["size"]
    given = {name: options[name] for name in ("stride", "dilation", "groups", "bias") if name in options}
    padding = _padding(options, kernel)
    return Conv2d(options["number"], kernel, padding=padding, **given)


def _pool(options: Options) -> Layer:
    kernel = options.get("size") or (options.get("number", 2),) * 2
    given = {name: options[name] for name in ("stride", "ceil_mode") if name in options}
    padding = _padding(options, kernel)
    if options.get("kind") != "AVG":
        return MaxPool2d(kernel, padding=padding, dilation=options.get("dilation", (1, 1)), **given)
    if "dilation" in options:
        raise ValueError("a mean has no dilation, its window is dense.")
    return AvgPool2d(kernel, padding=padding, **given)


def _padding(options: Options, kernel: tuple[int, int]) -> tuple[int, int]:
    """The padding; `same` keeps the size at stride 1."""
    padding = options.get("padding", (0, 0))
    if padding != "SAME":
        return padding
    spread = tuple(d * (k - 1) for d, k in zip(options.get("dilation", (1, 1)), kernel, strict=True))
    if any(side % 2 for side in spread):
        raise ValueError("pad same needs an odd kernel: an even one has no middle.")
    return spread[0] // 2, spread[1] // 2


def _adaptive(options: Options) -> Layer:
    kind = AdaptiveMaxPool2d if options.get("kind") == "MAX" else AdaptiveAvgPool2d
    return kind(options.get("size", (1, 1)))


def _residual(chains: tuple[tuple[Layer, ...], ...]) -> Layer:
    return Residual(*chains)


_WINDOW = ("stride", "padding", "dilation")
LAYERS: dict[str, Form] = {
    "CONV": Form(
        "CONV 3x3 32, then /2 pad 1 dil 2 groups 4 no bias where wanted",
        _conv,
        ("size", "number", *_WINDOW, "groups", "bias"),
        ("size", "number"),
    ),
    "POOL": Form("POOL 2x2, or POOL AVG 3x3 /2 pad 1", _pool, ("size", "number", "kind", *_WINDOW, "ceil_mode")),
    "GLOBAL": Form("GLOBAL AVG or GLOBAL MAX", _adaptive, ("kind",)),
    "ADAPTIVE": Form("ADAPTIVE AVG 7x7", _adaptive, ("kind", "size"), ("size",)),
    "FC": Form(
        "FC 120, or FC 120 no bias",
        lambda given: Linear(given["number"], given.get("bias", True)),
        ("number", "bias"),
        ("number",),
    ),
    "BN": Form("BN", lambda given: BatchNorm2d()),
    "GN": Form("GN 4", lambda given: GroupNorm(given["number"]), ("number",), ("number",)),
    "DROPOUT": Form("DROPOUT 0.5", lambda given: Dropout(given.get("number", 0.5)), ("number",), real=True),
    "FLATTEN": Form("FLATTEN", lambda given: Flatten()),
    **{
        function.word: Form(
            function.word + (f" {function.default:g}" if function.argument else ""),
            partial(lambda name, given: Activation(name, given.get("number")), name),
            ("number",) if function.argument else (),
            real=True,
        )
        for name, function in ACTIVATIONS.items()
    },
}
BLOCKS: dict[str, Block] = {
    "RES": Block("RES[ CONV 3x3 16 pad 1 -> RELU ], with a shortcut after | where the shape changes", _residual, 2),
    "BRANCH": Block("BRANCH[ CONV 1x1 8 | CONV 3x3 8 pad 1 ]", Branches),
}
ALIASES = {
    "CONVOLUTION": "CONV",
    "LINEAR": "FC",
    "DENSE": "FC",
    "BATCHNORM": "BN",
    "GROUPNORM": "GN",
    "DROP": "DROPOUT",
    "LEAKYRELU": "LEAKY",
    "LEAKY_RELU": "LEAKY",
    "SWISH": "SILU",
    "RESIDUAL": "RES",
    "BRANCHES": "BRANCH",
}
OPTION_WORDS = {
    "PAD": "padding",
    "PADDING": "padding",
    "DIL": "dilation",
    "DILATION": "dilation",
    "STRIDE": "stride",
    "/": "stride",
    "GROUPS": "groups",
    "NO": "bias",
    "CEIL": "ceil_mode",
    "MAX": "kind",
    "AVG": "kind",
}
OPTION_NAMES = {
    "size": "size",
    "number": "number",
    "ceil_mode": "ceil",
    "kind": "MAX or AVG",
}

"""Which input channels feed which output channels: all, those of a group, its own alone, or only at one pixel."""

from dataclasses import dataclass

import numpy as np

from engine.convolution.kernel_variants_settings import Settings
from engine.core import convolution, fills
from engine.core.arithmetic import Layer, Volume, output_size, output_volume
from engine.core.cost_sheet import Step, Way, share_words

MOST_INPUTS, MOST_OUTPUTS, MOST_SIDE = 8, 4, 16


@dataclass(frozen=True, eq=False)
class Mixed:
    """A layer on a small input, as far as it can be drawn; where it cannot, image and kernel are empty.

    Args:
        settings: the experiment.
        drawn: the numbers of the output channels that are computed: the first of them, or some of each group.
        image: (C, H, W).
        kernel: (O, C / groups, K, K) of the drawn outputs; for depthwise + 1 × 1 the depthwise kernels (C, 1, K, K).
        mixing: (O, C) weights of the 1 × 1 layer, or None where there is none.
        middle: (C, H', W') between depthwise and 1 × 1, or None.
        output: (O, H', W').
        connected: (outputs, inputs) bool, which input channel each output channel reads, all of them.
    """

    settings: Settings
    drawn: np.ndarray
    image: np.ndarray
    kernel: np.ndarray
    mixing: np.ndarray | None
    middle: np.ndarray | None
    output: np.ndarray
    connected: np.ndarray

    @property
    def groups(self) -> int:
        """Of the K × K layer."""
        return int(self.settings.groups)


def drawable(settings: Settings) -> bool:
    """Whether the layer has so few cells that it can be followed by eye."""
    return settings.inputs <= MOST_INPUTS and settings.side <= MOST_SIDE


def make(settings: Settings) -> Mixed:
    """Compute the layer for the channels that are drawn; none where it is too large to be followed by eye.

    Raises:
        ValueError: the groups do not divide the channels, or the kernel does not fit.
    """
    s = settings
    size = 1 if s.layer == "pointwise" else s.size
    groups = int(s.groups) if s.layer == "grouped" else 1
    layer = Layer("convolution", s.outputs, (s.size, s.size), groups=groups)
    output_volume(Volume(s.inputs, s.side, s.side), layer)  # K × K even for 1 × 1, which is compared with it
    drawn = np.unique(np.linspace(0, s.outputs - 1, min(s.outputs, MOST_OUTPUTS)).astype(int))
    each = s.inputs // groups
    connected = np.arange(s.outputs)[:, None] // (s.outputs // groups) == np.arange(s.inputs) // each
    if not drawable(s):
        side = s.side - size + 1
        nothing = np.zeros((0, 1, size, size))
        made = np.zeros((len(drawn), side, side))
        return Mixed(s, drawn, np.zeros((0, s.side, s.side)), nothing, None, None, made, connected)
    image = fills.digits((s.inputs, s.side, s.side), s.seed)
    bank = fills.small_numbers((s.outputs, each, size, size), s.seed)[drawn]
    mixing = middle = None
    if s.layer == "separable":
        mixing = bank[:, :, 0, 0]
        bank = fills.small_numbers((s.inputs, 1, size, size), s.seed + 1)
        middle = convolution.conv2d(image, bank, groups=s.inputs)
        output = convolution.conv2d(middle, mixing[:, :, None, None])
    elif s.layer == "pointwise":
        mixing = bank[:, :, 0, 0]
        output = convolution.conv2d(image, bank)
    else:
        read = (drawn // (s.outputs // groups))[:, None] * each + np.arange(each)  # (O, C / groups)
        output = np.concatenate(
            [convolution.conv2d(image[own], one[None]) for own, one in zip(read, bank, strict=True)]
        )
    return Mixed(s, drawn, image, bank, mixing, middle, output, connected)


def kind_of(mixed: Mixed) -> str:
    """What the layer is called."""
    if mixed.settings.layer != "grouped":
        return {"pointwise": "1 × 1", "separable": "Depthwise + 1 × 1"}[mixed.settings.layer]
    if mixed.groups == 1:
        return "Full convolution"
    return "Depthwise" if mixed.groups == mixed.settings.inputs else f"{mixed.groups} groups"


def legal_groups(settings: Settings) -> tuple[str, ...]:
    """The numbers of groups that divide both channels, and the one that is set, whether it does or not."""
    s = settings
    fitting = [n for n in range(1, 65) if s.inputs % n == 0 and s.outputs % n == 0]
    return tuple(str(count) for count in sorted({*fitting, int(s.groups)}))


def ways(mixed: Mixed) -> tuple[Way, ...]:
    """Full, in groups, 1 × 1, depthwise, and depthwise followed by 1 × 1."""
    s = mixed.settings
    c, m, k, side = s.inputs, s.outputs, s.size, output_size(s.side, s.size)
    given, made = Volume(c, s.side, s.side), Volume(c, side, side)

    def layer(outputs: int, size: int, groups: int = 1) -> Layer:
        return Layer("convolution", outputs, (size, size), groups=groups, bias=False)

    def way(title: str, chosen: bool, rule: str, *steps: Step) -> Way:
        return Way(title, steps, rule, f"each used at {side} · {side} places", chosen)

    depthwise, pointwise = Step(given, layer(c, k, c)), Step(made, layer(m, 1))
    whole = s.layer == "grouped" and mixed.groups == 1
    rows = [way("Full", whole, f"{k}² · {c} · {m}", Step(given, layer(m, k)))]
    if mixed.groups > 1 and s.layer == "grouped":
        rule = f"{k}² · {c}/{mixed.groups} · {m}"
        rows.append(way(kind_of(mixed), True, rule, Step(given, layer(m, k, mixed.groups))))
    only = f"Depthwise {c} → {c}"
    if not (rows[-1].title == "Depthwise" and m == c):
        rows.append(way(only, False, f"{k}² · {c}", depthwise))
    rows.append(way(f"1 × 1, {c} → {m}", s.layer == "pointwise", f"{c} · {m}", pointwise))
    rows.append(way("Depthwise + 1 × 1", s.layer == "separable", f"{k}² · {c} + {c} · {m}", depthwise, pointwise))
    return tuple(rows)


def answer(mixed: Mixed) -> tuple[str, str, str]:
    """The multiplications of the chosen layer against the full one."""
    sheet = ways(mixed)
    chosen, full = next(way for way in sheet if way.chosen), sheet[0]
    if chosen is full:
        last = sheet[-1].multiplications
        aside = f"depthwise + 1 × 1 needs {last:,}, {share_words(last / full.multiplications)}"
    else:
        share = share_words(chosen.multiplications / full.multiplications)
        aside = f"{share} of the full convolution's {full.multiplications:,}"
    return "Multiplications", f"{chosen.multiplications:,}", aside


def summary(mixed: Mixed) -> str:
    """The layer in words."""
    s = mixed.settings
    side = mixed.output.shape[1]
    words = f"{kind_of(mixed)}: {s.inputs} × {s.side} × {s.side} becomes {s.outputs} × {side} × {side}. "
    if s.layer == "separable":
        return words + "Each channel is filtered by itself; then one matrix mixes the channels of every pixel."
    if s.layer == "pointwise":
        return words + "Every pixel's channels are mixed by the same matrix; no pixel sees its neighbours."
    reads = s.inputs // mixed.groups
    each = "its own input channel alone" if reads == 1 else f"{reads} of the {s.inputs} input channels"
    if mixed.groups == 1:
        each = "every input channel"
    return words + f"Each output channel reads {each}: {mixed.connected.sum():,} of {mixed.connected.size:,} pairs."

"""How large a layer's output is, and what it costs: fully connected, locally connected, and with shared weights."""

from dataclasses import dataclass
from typing import cast

from engine.core import arithmetic
from engine.core.arithmetic import Cost, Kind, Layer, Volume, readable_bytes
from engine.core.fields import Experiment, choice, flag, whole

LAYERS: dict[Kind, str] = {
    "convolution": "Convolution",
    "max_pool": "Max pooling",
    "mean_pool": "Mean pooling",
    "transposed": "Transposed convolution",
}


@dataclass(frozen=True)
class Settings(Experiment):
    """An input volume and the layer on it."""

    height: int = whole(32, 1, 512, "Input height")
    width: int = whole(32, 1, 512, "Input width")
    channels: int = whole(3, 1, 2048, "Input channels")
    layer: str = choice("convolution", LAYERS, "Layer")
    outputs: int = whole(5, 1, 4096, "Output channels", "How many kernels; pooling keeps the channels of its input.")
    kernel_height: int = whole(5, 1, 31, "Kernel height")
    kernel_width: int = whole(5, 1, 31, "Kernel width")
    stride_y: int = whole(1, 1, 32, "Vertical stride")
    stride_x: int = whole(1, 1, 32, "Horizontal stride")
    padding_y: int = whole(0, 0, 32, "Vertical padding")
    padding_x: int = whole(0, 0, 32, "Horizontal padding")
    dilation_y: int = whole(1, 1, 16, "Vertical dilation")
    dilation_x: int = whole(1, 1, 16, "Horizontal dilation")
    output_padding_y: int = whole(0, 0, 31, "Vertical output padding")
    output_padding_x: int = whole(0, 0, 31, "Horizontal output padding")
    groups: int = whole(1, 1, 2048, "Groups", "Output channels of a group see the input channels of that group alone.")
    bias: bool = flag(True, "Bias")
    ceil_mode: bool = flag(False, "ceil_mode", "Pooling rounds the number of windows up.")

    @property
    def given(self) -> Volume:
        """The input."""
        return Volume(self.channels, self.height, self.width)

    @property
    def window(self) -> Layer:
        """The layer, with the numbers that its kind has."""
        pools = self.layer in ("max_pool", "mean_pool")
        return Layer(
            cast(Kind, self.layer),
            outputs=self.outputs,
            kernel=(self.kernel_height, self.kernel_width),
            stride=(self.stride_y, self.stride_x),
            padding=(self.padding_y, self.padding_x),
            dilation=(1, 1) if self.layer == "mean_pool" else (self.dilation_y, self.dilation_x),
            output_padding=(self.output_padding_y, self.output_padding_x) if self.layer == "transposed" else (0, 0),
            groups=1 if pools else self.groups,
            bias=self.bias,
            ceil_mode=pools and self.ceil_mode,
        )


@dataclass(frozen=True)
class Way:
    """One way to connect the input with the output.

    Args:
        name: fully, locally or shared.
        title: as a heading.
        cost: what it needs.
        how: where the number of weights comes from.
    """

    name: str
    title: str
    cost: Cost
    how: str


@dataclass(frozen=True, eq=False)
class Shapes:
    """The output's shape, and three ways to make it."""

    settings: Settings
    given: Volume
    layer: Layer
    made: Volume
    ways: tuple[Way, ...]


def measure(settings: Settings) -> Shapes:
    """Sizes and costs of the layer, and of the two layers that it is a special case of.

    Raises:
        ValueError: what torch refuses.
    """
    given, layer = settings.given, settings.window
    made = arithmetic.output_volume(given, layer)
    full = arithmetic.fully_connected_cost(given, layer)
    local = arithmetic.locally_connected_cost(given, layer)
    own = arithmetic.cost(given, layer)
    title = {"convolution": "Convolutional", "transposed": "Transposed"}.get(layer.kind, "Pooling")
    ways = (
        Way("fully", "Fully connected", full, f"{given.cells:,} · {made.cells:,}"),
        Way("locally", "Locally connected", local, _local_words(given, made, layer, local)),
        Way("shared", title, own, _shared_words(given, layer)),
    )
    return Shapes(settings, given, layer, made, ways)


def _local_words(given: Volume, made: Volume, layer: Layer, local: Cost) -> str:
    if layer.kind != "transposed":
        return f"{local.fan_in:,} · {made.cells:,}"
    scattered = layer.kernel[0] * layer.kernel[1] * layer.outputs // layer.groups
    return f"{given.cells:,} inputs · {scattered:,}"


def _shared_words(given: Volume, layer: Layer) -> str:
    """The rule (K_h·K_w·C_in)·C_out with its numbers."""
    if layer.pools:
        return "nothing to learn"
    inputs = f"{given.channels:,}" + (f"/{layer.groups}" if layer.groups > 1 else "")
    return f"{layer.kernel[0]} · {layer.kernel[1]} · {inputs} · {layer.outputs:,} kernels"


@dataclass(frozen=True)
class Row:
    """A line of the table: what it says, and a number for each way, with a word on where it comes from."""

    label: str
    values: tuple[int, ...]
    asides: tuple[str, ...]


def rows(shapes: Shapes) -> tuple[Row, ...]:
    """The table under the three pictures."""
    costs = tuple(way.cost for way in shapes.ways)
    places = shapes.given if shapes.layer.kind == "transposed" else shapes.made
    used = f"each weight {places.height * places.width:,} times"
    once = "each weight once"
    same = ("", "", "")
    last = "comparisons only" if shapes.layer.kind == "max_pool" else "additions and one division"
    seen = tuple(cost.fan_in for cost in (*costs[:2], costs[1]))
    return (
        *([] if shapes.layer.kind == "transposed" else [Row("Inputs of a neuron", seen, same)]),
        Row("Neurons", tuple(cost.cells for cost in costs), (shapes.made.words, "", "")),
        Row("Weights", tuple(cost.weights for cost in costs), tuple(way.how for way in shapes.ways)),
        Row("Biases", tuple(cost.biases for cost in costs), same),
        Row(
            "Multiplications",
            tuple(cost.multiplications for cost in costs),
            (once, once, last if shapes.layer.pools else used),
        ),
        Row("Parameters, bytes", tuple(cost.parameter_bytes for cost in costs), _sizes(costs, "parameter_bytes")),
        Row("Output, bytes", tuple(cost.output_bytes for cost in costs), (*_sizes(costs[:1], "output_bytes"), "", "")),
    )


def _sizes(costs: tuple[Cost, ...], name: str) -> tuple[str, ...]:
    return tuple(readable_bytes(getattr(cost, name)) for cost in costs)


def summary(shapes: Shapes) -> str:
    """The result in words."""
    full, local, own = (way.cost for way in shapes.ways)
    words = f"From {shapes.given.words} to {shapes.made.words}, {own.cells:,} neurons (height × width × channels). "
    if shapes.layer.pools:
        return words + f"Pooling learns nothing; fully connected the same shape would need {full.weights:,} weights."
    return words + (
        f"Fully connected that takes {full.weights:,} weights, locally connected {local.weights:,}, with shared "
        f"kernels {own.weights:,} and {own.biases:,} {'bias' if own.biases == 1 else 'biases'}."
    )


def cost_words(shapes: Shapes) -> str:
    """How many times sharing saves what, in words."""
    full, local, own = (way.cost for way in shapes.ways)
    if not own.weights:
        return "Pooling has no weights and no bar; the two others show what the same shape would take with weights."
    return (
        f"Sharing takes {_times(full, own)} times fewer weights than full connection and "
        f"{_times(local, own)} times fewer than windows alone; it saves no multiplications beyond those "
        "that the window saves."
    )


def _times(one: Cost, other: Cost) -> str:
    times = one.weights / other.weights
    return f"{times:,.0f}" if times >= 100 or times.is_integer() else f"{times:.3g}"


def size_rule(settings: Settings) -> str:
    """The rule for the output's size with this layer's numbers, once if both sides agree."""
    layer, made = settings.window, arithmetic.output_volume(settings.given, settings.window)
    sides = ((settings.height, made.height), (settings.width, made.width))
    rules = [_rule(layer, axis, *side) for axis, side in enumerate(sides)]
    return rules[0] if rules[0] == rules[1] else f"{rules[0]}  and  {rules[1]}"


def _rule(layer: Layer, axis: int, size: int, made: int) -> str:
    kernel, stride, padding, dilation, more = (
        pair[axis] for pair in (layer.kernel, layer.stride, layer.padding, layer.dilation, layer.output_padding)
    )
    if layer.kind == "transposed":
        reach = f"{dilation}·({kernel} − 1)" if dilation > 1 else f"({kernel} − 1)"
        return f"({size} − 1)·{stride} − 2·{padding} + {reach} + {more} + 1 = {made}"
    window = f"{dilation}·({kernel} − 1) − 1" if dilation > 1 else f"{kernel}"
    left, right = "⌈⌉" if layer.ceil_mode else "⌊⌋"
    rule = f"{left}({size} + 2·{padding} − {window}) / {stride}{right} + 1"
    counted = arithmetic.pooled_size if layer.pools else None
    rest = size + 2 * padding - dilation * (kernel - 1) - 1
    if counted and layer.ceil_mode and -(-rest // stride) + 1 > made:
        return f"{rule} − 1 = {made}, since the last window would start outside"
    return f"{rule} = {made}"

"""The layers of a network as plain data, with torch's argument names: what each makes of its input, and what it costs.

Numbers of input channels and features are not written down: they follow from what stands before. Shapes are those of
one image: (C, H, W) for maps, (features,) for a vector. Layers with a window are in `sliding`.

Reference: torch.nn.
"""

from dataclasses import dataclass
from math import prod

from engine.core.networks.activations import ACTIVATIONS
from engine.core.networks.layer_checks import (
    MisfitError,
    Shape,
    check_real,
    check_whole,
    need_maps,
    need_vector,
    number,
)
from engine.core.receptive import Window

MOST_CHANNELS = 65_536


@dataclass(frozen=True)
class Layer:
    """Base of all layers: as it stands here it keeps the shape, learns nothing and costs nothing."""

    @property
    def text(self) -> str:
        """The layer as `engine.core.networks.grammar` writes it."""
        raise NotImplementedError

    @property
    def ways(self) -> tuple[tuple["Layer", ...], ...]:
        """The chains of layers inside, for layers that hold some."""
        return ()

    def output(self, given: Shape) -> Shape:
        """The shape it makes.

        Raises:
            MisfitError: it cannot take that input.
        """
        return given

    def parameters(self, given: Shape) -> int:
        """Numbers that it learns."""
        return 0

    def multiply_adds(self, given: Shape) -> int:
        """Of convolutions and fully connected layers; biases, norms and poolings are not counted."""
        return 0

    def windows(self) -> tuple[Window, Window] | None:
        """What it reads, down and across; None if each cell sees the same cell below, or all of them."""
        return None


@dataclass(frozen=True)
class Activation(Layer):
    """A function of each number for itself: `RELU`, `LEAKY 0.2`.

    Args:
        function: a name in ACTIVATIONS, torch's own.
        value: the number that shapes it, for functions that have one; torch's default if it is not given.
    """

    function: str
    value: float | None = None

    def __post_init__(self) -> None:
        if self.function not in ACTIVATIONS:
            raise ValueError(f"There is no activation {self.function!r}: choose one of {', '.join(ACTIVATIONS)}.")
        kind = ACTIVATIONS[self.function]
        if not kind.argument:
            if self.value is not None:
                raise ValueError(f"{kind.word} has no number.")
            return
        value = kind.default if self.value is None else self.value
        object.__setattr__(self, "value", check_real(kind.word, value, kind.low, kind.high))

    @property
    def text(self) -> str:
        """As the grammar writes it; a number only where it is not torch's."""
        kind = ACTIVATIONS[self.function]
        return kind.word if self.value == kind.default or self.value is None else f"{kind.word} {number(self.value)}"


@dataclass(frozen=True)
class BatchNorm2d(Layer):
    """Each channel standardised over the batch, then scaled and shifted: `BN`, on maps."""

    @property
    def text(self) -> str:
        """As the grammar writes it."""
        return "BN"

    def output(self, given: Shape) -> Shape:
        """Unchanged."""
        need_maps(given)
        return given

    def parameters(self, given: Shape) -> int:
        """A scale and a shift for each channel."""
        return 2 * given[0]


@dataclass(frozen=True)
class BatchNorm1d(Layer):
    """Each feature standardised over the batch, then scaled and shifted: `BN`, on a vector."""

    @property
    def text(self) -> str:
        """As the grammar writes it."""
        return "BN"

    def output(self, given: Shape) -> Shape:
        """Unchanged."""
        need_vector(given)
        return given

    def parameters(self, given: Shape) -> int:
        """A scale and a shift for each feature."""
        return 2 * given[0]


@dataclass(frozen=True)
class GroupNorm(Layer):
    """Groups of channels standardised within each image, then scaled and shifted: `GN 4`."""

    num_groups: int

    def __post_init__(self) -> None:
        check_whole("Groups", self.num_groups, 1, MOST_CHANNELS)

    @property
    def text(self) -> str:
        """As the grammar writes it."""
        return f"GN {self.num_groups}"

    def output(self, given: Shape) -> Shape:
        """Unchanged."""
        if given[0] % self.num_groups:
            raise MisfitError(f"and {self.num_groups} groups must divide its {given[0]} channels")
        if prod(given) == self.num_groups:
            raise MisfitError("and a group of one number has no deviation to divide by")
        return given

    def parameters(self, given: Shape) -> int:
        """A scale and a shift for each channel."""
        return 2 * given[0]


@dataclass(frozen=True)
class Dropout(Layer):
    """Numbers set to 0 at random while training, each with probability p: `DROPOUT 0.5`."""

    p: float = 0.5

    def __post_init__(self) -> None:
        object.__setattr__(self, "p", check_real("DROPOUT", self.p, 0.0, 1.0))

    @property
    def text(self) -> str:
        """As the grammar writes it."""
        return f"DROPOUT {number(self.p)}"


@dataclass(frozen=True)
class Flatten(Layer):
    """Maps laid out as one vector: `FLATTEN`, or nothing before an `FC`, which flattens by itself."""

    @property
    def text(self) -> str:
        """As the grammar writes it."""
        return "FLATTEN"

    def output(self, given: Shape) -> Shape:
        """(C, H, W) → (C·H·W,)."""
        return (prod(given),)


@dataclass(frozen=True)
class Linear(Layer):
    """A fully connected layer: `FC 120`. It takes a vector."""

    out_features: int
    bias: bool = True

    def __post_init__(self) -> None:
        check_whole("Output features", self.out_features, 1, MOST_CHANNELS)

    @property
    def text(self) -> str:
        """As the grammar writes it."""
        return f"FC {self.out_features}" + ("" if self.bias else " no bias")

    def output(self, given: Shape) -> Shape:
        """(features,) → (out_features,)."""
        need_vector(given)
        return (self.out_features,)

    def parameters(self, given: Shape) -> int:
        """A weight for each pair, and the biases."""
        return (given[0] + self.bias) * self.out_features

    def multiply_adds(self, given: Shape) -> int:
        """One for each weight."""
        return given[0] * self.out_features

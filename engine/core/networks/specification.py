"""A network as plain data: what comes in, and its layers in order. Everything else follows from it without torch.

A specification that exists fits: every layer was followed when it was made. Layers are in `layers`,
`sliding` (convolution and pooling) and `meetings` (residuals and branches), named and sized as in torch.nn.
"""

from dataclasses import dataclass
from functools import cached_property
from math import prod

from engine.core.networks.layer_checks import MisfitError, Shape, check_whole, shape_words
from engine.core.networks.layers import Layer
from engine.core.networks.meetings import Block

MOST_LAYERS = 200
DEEPEST = 6  # residuals and branches within each other
LARGEST_SIDE, MOST_INPUTS = 1024, 1024
# Where a layer stands: its place in the chain, then the place of the way inside it and of the layer on that way, …
Path = tuple[int, ...]


class NetworkError(ValueError):
    """A network that cannot be.

    Args:
        sentence: for the student.
        path: the layer that it is about, empty for the whole.
        given: the shape of that layer's input, if it is about shapes.
    """

    def __init__(self, sentence: str, path: Path = (), given: Shape | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.path, self.given = sentence, path, given

    @property
    def number(self) -> str:
        """The layer's number as the sheet has it, "" if it is about the whole."""
        return number_of(self.path)


@dataclass(frozen=True)
class Visit:
    """A layer in its place.

    Args:
        path: where it stands, counted from 0.
        layer: what it is.
        given, made: shapes of its input and output.
    """

    path: Path
    layer: Layer
    given: Shape
    made: Shape


@dataclass(frozen=True)
class Network:
    """An input and the layers that follow.

    Args:
        input: channels, height, width.
        layers: in order; a `Linear` takes a vector, so that a `Flatten` stands before the first.

    Raises:
        NetworkError: a layer does not fit, or it is too large or too deep.
    """

    input: tuple[int, int, int]
    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        check_input(self.input)
        if len(self.visits) > MOST_LAYERS:
            raise NetworkError(f"A network may have at most {MOST_LAYERS} layers; this has {len(self.visits)}.")

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        """Every layer with its shapes, in reading order: one that holds others stands before them."""
        return follow(self.layers, self.input)

    @property
    def output(self) -> Shape:
        """The shape of what the last layer makes."""
        return end_of(self.visits, self.input)

    @property
    def parameters(self) -> int:
        """Numbers that training changes."""
        return sum(visit.layer.parameters(visit.given) for visit in self.visits)


@dataclass(frozen=True)
class Limits:
    """How large a network may be.

    Args:
        characters: of its text.
        parameters: numbers that are learned.
        activations: numbers that all layers together make of one image.
    """

    characters: int = 2000
    parameters: int = 200_000_000
    activations: int = 200_000_000

    def check(self, network: Network) -> None:
        """Refuse what is larger.

        Raises:
            NetworkError: what is too large, and the layer that has most of it.
        """
        for name, most, counts in (
            ("parameters", self.parameters, [visit.layer.parameters(visit.given) for visit in network.visits]),
            ("activations for one image", self.activations, [prod(visit.made) for visit in network.visits]),
        ):
            if sum(counts) > most:
                visit = network.visits[counts.index(max(counts))]
                raise NetworkError(
                    f"The network has {sum(counts):,} {name}, and at most {most:,} are allowed here; most of them are "
                    f"in layer {number_of(visit.path)}, {visit.layer.text}.",
                    visit.path,
                )


def follow(layers: tuple[Layer, ...], given: Shape, path: Path = ()) -> tuple[Visit, ...]:
    """Every layer of a chain with its shapes, in reading order.

    Args:
        layers: the chain.
        given: the shape of its input.
        path: where the chain stands.

    Raises:
        NetworkError: at the first layer that does not fit.
    """
    visits: list[Visit] = []
    for place, layer in enumerate(layers):
        found = visit(layer, given, (*path, place))
        visits += found
        given = found[0].made
    return tuple(visits)


def visit(layer: Layer, given: Shape, path: Path) -> tuple[Visit, ...]:
    """A layer and those inside it.

    Raises:
        NetworkError: it does not fit.
    """
    if len(path) > 2 * DEEPEST + 1:
        raise NetworkError(f"RES and BRANCH may stand at most {DEEPEST} deep in each other.", path)
    try:
        if not isinstance(layer, Block):
            return (Visit(path, layer, given, layer.output(given)),)
        inside = [follow(way, given, (*path, place)) for place, way in enumerate(layer.ways)]
        made = layer.meet(tuple(end_of(way, given) for way in inside))
    except MisfitError as error:
        start = f"Layer {number_of(path)}, {layer.text}, does not fit: its input is {shape_words(given)}"
        raise NetworkError(f"{start}, {error}.", path, given) from error
    return (Visit(path, layer, given, made), *(one for way in inside for one in way))


def end_of(visits: tuple[Visit, ...], given: Shape) -> Shape:
    """What comes out of a chain that was followed, and had that input."""
    depth = len(visits[0].path) if visits else 0
    return next((one.made for one in reversed(visits) if len(one.path) == depth), given)


def number_of(path: Path) -> str:
    """A layer's number for the reader, counted from 1: layer, way inside it, layer on that way, …

    >>> number_of((3,)), number_of((3, 1, 0))
    ('4', '4.2.1')
    """
    return ".".join(str(place + 1) for place in path)


def check_input(shape: Shape) -> None:
    """Refuse what is not channels × height × width."""
    if len(shape) != 3:
        raise NetworkError("The input is channels × height × width, such as 1x28x28.")
    for name, size, most in zip(
        ("Channels", "Height", "Width"), shape, (MOST_INPUTS, LARGEST_SIDE, LARGEST_SIDE), strict=True
    ):
        try:
            check_whole(name, size, 1, most)
        except ValueError as error:
            raise NetworkError(f"The input does not fit: {error}") from error

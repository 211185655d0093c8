"""Layers that hold chains of layers, where several ways from one input meet again: residuals and branches."""

from dataclasses import dataclass

from engine.core.networks.layer_checks import MisfitError, Shape, shape_words
from engine.core.networks.layers import Layer


class Block(Layer):
    """Base of the layers that hold chains of layers, all with the same input."""

    def meet(self, ends: tuple[Shape, ...]) -> Shape:
        """The shape of the whole from those at the ends of its ways.

        Raises:
            MisfitError: they do not meet.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Residual(Block):
    """What the body computes, added to its input: `RES[ CONV 3x3 16 pad 1 -> RELU ]`.

    Args:
        body: at least one layer.
        shortcut: layers on the way of the input, none if it is passed as it is.
    """

    body: tuple[Layer, ...]
    shortcut: tuple[Layer, ...] = ()

    def __post_init__(self) -> None:
        if not self.body:
            raise ValueError("The body of RES is empty: something must be added to the input.")

    @property
    def text(self) -> str:
        """Its name alone."""
        return "RES"

    @property
    def ways(self) -> tuple[tuple[Layer, ...], ...]:
        """Body and shortcut."""
        return self.body, self.shortcut

    def meet(self, ends: tuple[Shape, ...]) -> Shape:
        """Both must have the same shape."""
        body, shortcut = ends
        if body != shortcut:
            advice = "" if self.shortcut else "; a shortcut with layers, after |, can change the shape"
            raise MisfitError(
                f"and its body makes {shape_words(body)} but its shortcut {shape_words(shortcut)}, which cannot be "
                f"added{advice}"
            )
        return body


@dataclass(frozen=True)
class Branches(Block):
    """Several ways from the same input, stacked along the channels: `BRANCH[ CONV 1x1 8 | CONV 3x3 8 pad 1 ]`.

    Args:
        branches: at least two; one without layers passes the input.
    """

    branches: tuple[tuple[Layer, ...], ...]

    def __post_init__(self) -> None:
        if len(self.branches) < 2:
            raise ValueError("BRANCH needs at least two ways, with | between them.")

    @property
    def text(self) -> str:
        """Its name alone."""
        return "BRANCH"

    @property
    def ways(self) -> tuple[tuple[Layer, ...], ...]:
        """The branches."""
        return self.branches

    def meet(self, ends: tuple[Shape, ...]) -> Shape:
        """All must agree in height and width."""
        if len({end[1:] for end in ends}) > 1 or len({len(end) for end in ends}) > 1:
            made = ", ".join(map(shape_words, ends))
            raise MisfitError(f"and its ways make {made}, whose height and width must agree")
        return (sum(end[0] for end in ends), *ends[0][1:])

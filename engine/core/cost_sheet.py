"""What different ways to do one job cost: parameters, multiplications, and how many numbers pass through memory."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core import arithmetic
from engine.core.arithmetic import Layer, Volume
from engine.core.tables import Cell, Table


@dataclass(frozen=True)
class Step:
    """A layer on an input."""

    given: Volume
    layer: Layer

    @property
    def made(self) -> Volume:
        """The output."""
        return arithmetic.output_volume(self.given, self.layer)

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return arithmetic.cost(self.given, self.layer).parameters

    @property
    def multiplications(self) -> int:
        """One for each weight each time that it is used."""
        return arithmetic.cost(self.given, self.layer).multiplications


@dataclass(frozen=True)
class Resize:
    """An input enlarged by a whole factor.

    Args:
        given: the input.
        factor: of each side.
        mode: nearest, bilinear or bicubic.
        taps: how many cells of a side count; an output cell takes taps² products, and none if it copies.
    """

    given: Volume
    factor: int
    mode: str
    taps: int

    @property
    def made(self) -> Volume:
        """The output."""
        return Volume(self.given.channels, self.given.height * self.factor, self.given.width * self.factor)

    @property
    def parameters(self) -> int:
        """Nothing is learned."""
        return 0

    @property
    def multiplications(self) -> int:
        """taps² for each output cell; copying takes none."""
        return self.taps**2 * self.made.cells if self.taps > 1 else 0


def share_words(share: float) -> str:
    """A share in per cent, with a decimal where it is small.

    >>> share_words(0.0439), share_words(4.26)
    ('4.4%', '426%')
    """
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}"


@dataclass(frozen=True)
class Way:
    """One way to do the job.

    Args:
        title: what the student reads.
        steps: one after the other.
        parameters_rule, multiplications_rule: where the numbers come from.
        chosen: whether it is the one that the page draws.
    """

    title: str
    steps: tuple[Step | Resize, ...]
    parameters_rule: str = ""
    multiplications_rule: str = ""
    chosen: bool = False

    @property
    def parameters(self) -> int:
        """Of all steps."""
        return sum(step.parameters for step in self.steps)

    @property
    def multiplications(self) -> int:
        """Of all steps."""
        return sum(step.multiplications for step in self.steps)

    @property
    def moved(self) -> int:
        """Numbers that pass through memory at least once: each step reads its input and weights, writes its output."""
        return sum(step.given.cells + step.parameters + step.made.cells for step in self.steps)

    @property
    def intensity(self) -> float:
        """Multiplications for each number moved: where it is low, memory sets the pace and not arithmetic."""
        return self.multiplications / self.moved


def bill(ways: Sequence[Way]) -> Table:
    """A row for each way, with shares of the first; the one that the page draws is chosen."""
    first = ways[0].multiplications
    rows = [
        (
            way.title,
            f"{way.parameters:,}",
            Cell(way.parameters_rule, "rule"),
            f"{way.multiplications:,}",
            Cell(way.multiplications_rule, "rule"),
            share_words(way.multiplications / first),
        )
        for way in ways
    ]
    chosen = next((index for index, way in enumerate(ways) if way.chosen), None)
    return Table(("Way", "Parameters", "", "Multiplications", "", "Share"), rows, chosen)

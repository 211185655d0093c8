"""Receptive fields: which cells of the input one cell of a layer can see, followed exactly from layer to layer.

Along one axis a layer with kernel k, stride s, padding p and dilation d reads, for its cell i, the cells
s·i − p + d·t (t = 0 … k−1) of the layer below. Through a chain of such layers the field grows to

    r = 1 + Σₗ d_l (k_l − 1) · Π_{i<l} s_i        (size)        jump = Π s_i

A transposed convolution turns reading into writing, so that neighbouring cells may see fields of different size and
the jump becomes a fraction. Everything is therefore kept exactly: a `Field` holds both ends for as many cells as it
takes until the pattern repeats.

Reference: A. Araujo, W. Norris, J. Sim, "Computing receptive fields of convolutional neural networks", Distill 2019;
V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

# Longer patterns come from many transposed layers in a row; nobody could read such a picture.
LONGEST_PERIOD = 256


@dataclass(frozen=True)
class Window:
    """What one layer reads along one axis.

    Args:
        kernel, stride, padding, dilation: as in torch.nn.
        transposed: whether the layer writes its window instead of reading it, as torch.nn.ConvTranspose2d.
        output_padding: cells added at the end, for transposed layers.
    """

    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    transposed: bool = False
    output_padding: int = 0

    @property
    def reach(self) -> int:
        """From the first cell of the window to the last: d·(k − 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1

    def reads(self, cell: int) -> tuple[int, ...]:
        """The cells below that a cell reads; padding included, where the numbers leave the input.

        >>> Window(3, stride=2, padding=1).reads(4)
        (7, 8, 9)
        >>> Window(3, stride=2, transposed=True).reads(4)
        (1, 2)
        """
        if not self.transposed:
            first = self.stride * cell - self.padding
            return tuple(range(first, first + self.reach, self.dilation))
        places = (cell + self.padding - self.dilation * tap for tap in reversed(range(self.kernel)))
        return tuple(place // self.stride for place in places if place % self.stride == 0)

    def size(self, cells: int) -> int:
        """How many cells the layer makes of that many; below 1 the window does not fit.

        >>> Window(3, stride=2, padding=1).size(7), Window(2, stride=2, transposed=True).size(4)
        (4, 8)
        """
        if self.transposed:
            return (cells - 1) * self.stride - 2 * self.padding + self.reach + self.output_padding
        return (cells + 2 * self.padding - self.reach) // self.stride + 1


@dataclass(frozen=True)
class Field:
    """What the cells of a layer see in the input, along one axis.

    Cell q·period + i sees from `lows[i]` + q·period·jump to `highs[i]` + q·period·jump, both included; a cell with
    low > high sees nothing.

    Args:
        jump: how far the field moves from one cell to the next, in input cells (a mean, if the period is not 1).
        lows, highs: (period,).
    """

    jump: Fraction = Fraction(1)
    lows: tuple[int, ...] = (0,)
    highs: tuple[int, ...] = (0,)

    @property
    def period(self) -> int:
        """After how many cells the pattern repeats; 1 without transposed layers."""
        return len(self.lows)

    def of(self, cell: int) -> tuple[int, int]:
        """The first and the last input cell that a cell can see."""
        turns, place = divmod(cell, self.period)
        moved = int(turns * self.period * self.jump)
        return self.lows[place] + moved, self.highs[place] + moved

    @property
    def size(self) -> int:
        """r, the cells from one end to the other; of the cell that sees most."""
        return max(high - low + 1 for low, high in zip(self.lows, self.highs, strict=True))

    @property
    def smallest(self) -> int:
        """The size for the cell that sees least."""
        return max(0, min(high - low + 1 for low, high in zip(self.lows, self.highs, strict=True)))

    @property
    def start(self) -> int:
        """The first input cell that cell 0 sees; the field reaches −start cells into the padding."""
        return self.lows[0]

    @property
    def centre(self) -> Fraction:
        """The middle of what cell 0 sees, in input cells counted from 0."""
        return Fraction(self.lows[0] + self.highs[0], 2)


def through(below: Field, window: Window) -> Field:
    """The field above one more layer.

    Raises:
        ValueError: so many transposed layers that the pattern no longer repeats within sight.
    """
    if window.transposed:
        period, jump = below.period * window.stride, below.jump / window.stride
    else:
        period, jump = below.period // gcd(below.period, window.stride), below.jump * window.stride
    if period > LONGEST_PERIOD:
        raise ValueError("These transposed layers enlarge too far: take smaller strides or fewer of them.")
    ends = [_union([below.of(cell) for cell in window.reads(place)]) for place in range(period)]
    return Field(jump, tuple(low for low, _ in ends), tuple(high for _, high in ends))


def merge(fields: list[Field]) -> Field:
    """The field of a cell that adds or stacks several branches: from the lowest to the highest cell that any sees.

    Raises:
        ValueError: the branches move with different jumps, so that they cannot be laid side by side.
    """
    if len({field.jump for field in fields}) != 1:
        raise ValueError("Branches with different strides meet: their maps do not have the same size.")
    period = lcm(*(field.period for field in fields))
    ends = [_union([field.of(place) for field in fields]) for place in range(period)]
    return Field(fields[0].jump, tuple(low for low, _ in ends), tuple(high for _, high in ends))


def _union(ends: list[tuple[int, int]]) -> tuple[int, int]:
    """From the lowest to the highest; (0, −1) if there is nothing to see."""
    seen = [(low, high) for low, high in ends if low <= high]
    return (min(low for low, _ in seen), max(high for _, high in seen)) if seen else (0, -1)


def along(chain: list[Window]) -> list[Field]:
    """The field after each layer of a chain, the input's own first.

    >>> [field.size for field in along([Window(3)] * 4)]
    [1, 3, 5, 7, 9]
    """
    fields = [Field()]
    for window in chain:
        fields.append(through(fields[-1], window))
    return fields


def layers_to_cover(size: int, kernel: int) -> int:
    """The smallest n with 1 + n·(kernel − 1) ≥ size: layers of stride 1 until one cell sees that many.

    >>> layers_to_cover(300, 3), layers_to_cover(300, 5)
    (150, 75)
    """
    return -(-(size - 1) // (kernel - 1))

"""Settings that name a stride, a padding and a dilation for each side, which the engine reads as pairs."""

from engine.core.sides import Pair


class Pairs:
    """Beside Experiment in a lab's Settings, which has the six fields."""

    stride_y: int
    stride_x: int
    padding_y: int
    padding_x: int
    dilation_y: int
    dilation_x: int

    @property
    def stride(self) -> Pair:
        """(vertical, horizontal)."""
        return self.stride_y, self.stride_x

    @property
    def padding(self) -> Pair:
        """(vertical, horizontal)."""
        return self.padding_y, self.padding_x

    @property
    def dilation(self) -> Pair:
        """(vertical, horizontal)."""
        return self.dilation_y, self.dilation_x

"""How weights begin: from which distribution, and how wide, by fan-in and fan-out.

fan-in counts the weights that one output number reads, fan-out those that read one input number (for a convolution
C·K_h·K_w / groups of either side). A layer keeps the variance of its input if each weight has variance 1 / fan-in;
ReLU halves the mean square, so that it takes 2 / fan-in.

Reference: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010;
K. He et al., "Delving deep into rectifiers", 2015.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Initialisation:
    """One way to begin.

    Args:
        title: what the student reads.
        deviation: standard deviation of a weight, from fan-in and fan-out.
        uniform: uniform on ±√3·deviation instead of normal.
        biases: drawn like torch does, uniform on ±1/√fan-in; else they are 0.
    """

    title: str
    deviation: Callable[[int, int], float]
    uniform: bool = False
    biases: bool = False

    def bound(self, fan_in: int, fan_out: int) -> float:
        """The largest weight, where they are uniform."""
        return sqrt(3) * self.deviation(fan_in, fan_out)


INITIALISATIONS: dict[str, Initialisation] = {
    "torch": Initialisation("torch's default", lambda n, m: 1 / sqrt(3 * n), uniform=True, biases=True),
    "zero": Initialisation("zero", lambda n, m: 0.0),
    "small": Initialisation("small normal, 0.01", lambda n, m: 0.01),
    "unit": Initialisation("normal, 1", lambda n, m: 1.0),
    "xavier": Initialisation("Xavier, normal", lambda n, m: sqrt(2 / (n + m))),
    "xavier_uniform": Initialisation("Xavier, uniform", lambda n, m: sqrt(2 / (n + m)), uniform=True),
    "he": Initialisation("He, normal", lambda n, m: sqrt(2 / n)),
    "he_uniform": Initialisation("He, uniform", lambda n, m: sqrt(2 / n), uniform=True),
}

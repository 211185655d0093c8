"""The activation functions that a network may be built of, by their names in torch.nn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """One activation function.

    Args:
        word: as the grammar writes it.
        argument: torch's name of the number that shapes it, "" if there is none.
        default: that number as torch has it.
        low, high: what the number may be.
    """

    word: str
    argument: str = ""
    default: float | None = None
    low: float = 0.0
    high: float = 10.0


ACTIVATIONS: dict[str, Function] = {
    "ReLU": Function("RELU"),
    "LeakyReLU": Function("LEAKY", "negative_slope", 0.01),
    "Tanh": Function("TANH"),
    "Sigmoid": Function("SIGMOID"),
    "ELU": Function("ELU", "alpha", 1.0),
    "GELU": Function("GELU"),
    "SiLU": Function("SILU"),
    "ReLU6": Function("RELU6"),
    "SELU": Function("SELU"),
    "Softplus": Function("SOFTPLUS"),
    "Hardswish": Function("HARDSWISH"),
    "Mish": Function("MISH"),
}

"""How a network is trained: the plain settings of a run, and the optimisers by name."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.core.schedules import SCHEDULES

if TYPE_CHECKING:
    from torch.nn import Parameter
    from torch.optim import Optimizer

PRECISIONS = {"float32": "float32", "bfloat16": "bfloat16 where it pays"}
MOST_EPOCHS, LARGEST_BATCH = 100.0, 4096


@dataclass(frozen=True)
class Recipe:
    """Everything that training needs besides the network and the data.

    Args:
        optimizer: a key of OPTIMIZERS.
        learning_rate: at its highest.
        schedule: a key of engine.core.schedules.SCHEDULES; one cycle and warm-up rise for a quarter of the steps,
            step divides by ten after each third, exponential comes to a tenth.
        epochs: how often each example is seen; a part of one is allowed.
        batch: examples in an update.
        momentum: for the optimisers that have one.
        weight_decay: λ, as the optimiser takes it (decoupled for AdamW, in the gradient for the others).
        label_smoothing: share of the target that is spread over all classes.
        precision: float32, or bfloat16 for the products only (autocast).
        shift: each batch is moved by up to that many pixels in either direction.
        flip: whether every other batch, on average, is mirrored.
        rotation: each image is turned by up to that many degrees in either direction.
        seed: of the order of the examples, of shifts, of mirroring, of rotations and of dropout.
    """

    optimizer: str = "adam"
    learning_rate: float = 0.02
    schedule: str = "one_cycle"
    epochs: float = 1.0
    batch: int = 128
    momentum: float = 0.9
    weight_decay: float = 0.0
    label_smoothing: float = 0.1
    precision: str = "float32"
    shift: int = 0
    flip: bool = False
    rotation: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be trained, in words."""
        for name, table in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES), ("precision", PRECISIONS)):
            if getattr(self, name) not in table:
                raise ValueError(f"There is no {name} {getattr(self, name)!r}: choose one of {', '.join(table)}.")
        if not 0 < self.epochs <= MOST_EPOCHS:
            raise ValueError(f"A run has up to {MOST_EPOCHS:g} epochs, not {self.epochs:g}.")
        if not 1 <= self.batch <= LARGEST_BATCH:
            raise ValueError(f"A batch has 1 to {LARGEST_BATCH} examples, not {self.batch}.")
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise ValueError(f"The learning rate must be above 0, not {self.learning_rate:g}.")

    def batches(self, examples: int) -> int:
        """Updates in an epoch; the last batch may be smaller."""
        return math.ceil(examples / self.batch)

    def steps(self, examples: int) -> int:
        """Updates in all."""
        return max(1, round(self.epochs * self.batches(examples)))


@dataclass(frozen=True)
class Rule:
    """An optimiser.

    Args:
        title: what the student reads.
        name: its class in torch.optim.
        options: its arguments besides the learning rate, from the recipe.
    """

    title: str
    name: str
    options: Callable[[Recipe], dict[str, Any]]

    def make(self, parameters: "list[Parameter]", recipe: Recipe) -> "Optimizer":
        """Torch's own; fused, one pass over all weights, where torch has that."""
        import torch

        options = {"lr": recipe.learning_rate, "weight_decay": recipe.weight_decay} | self.options(recipe)
        return getattr(torch.optim, self.name)(parameters, **options)


OPTIMIZERS: dict[str, Rule] = {
    "sgd": Rule("SGD", "SGD", lambda recipe: {"fused": True}),
    "momentum": Rule("Momentum", "SGD", lambda recipe: {"momentum": recipe.momentum, "fused": True}),
    "nesterov": Rule("Nesterov", "SGD", lambda recipe: {"momentum": recipe.momentum, "nesterov": True, "fused": True}),
    "adagrad": Rule("Adagrad", "Adagrad", lambda recipe: {}),
    "adadelta": Rule("Adadelta", "Adadelta", lambda recipe: {}),
    "rmsprop": Rule("RMSProp", "RMSprop", lambda recipe: {}),
    "adam": Rule("Adam", "Adam", lambda recipe: {"fused": True}),
    "adamw": Rule("AdamW", "AdamW", lambda recipe: {"fused": True}),
}

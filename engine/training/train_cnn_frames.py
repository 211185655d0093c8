"""Looks at a network in training: its first filters, their gradients, and what they make of an example."""

import torch
from torch import Tensor, nn

from engine.core.networks.building import NORMS
from engine.training.train_cnn import Frame

MOST_FILTERS, MOST_MAPS, WIDEST_MAP = 16, 16, 32
WEIGHTED = (nn.Conv2d, nn.Linear)


class Camera:
    """Takes the frames of a film.

    Args:
        example: (1, C, H, W) as the network gets it.
    """

    def __init__(self, example: Tensor) -> None:
        self.example = example
        self.frames: tuple[Frame, ...] = ()

    def take(self, step: int, module: nn.Module) -> None:
        """A frame after that many updates; the network stays as it is."""
        if not isinstance(module, nn.Sequential):
            return
        before = module.training
        module.eval()
        with torch.no_grad():
            maps, deep, logits = self._run(module)
        module.train(before)
        first = first_layer(module)
        weight = first.weight
        gradient = torch.full_like(weight, torch.nan) if weight.grad is None else weight.grad
        filters, gradients = (self._filters(values.detach()) for values in (weight, gradient))
        frame = Frame(
            step,
            *(
                values.float().cpu().numpy().copy()
                for values in (filters, gradients, maps, deep, logits.softmax(dim=1)[0])
            ),
        )
        self.frames = (*self.frames, frame)

    def _run(self, module: nn.Sequential) -> tuple[Tensor, Tensor, Tensor]:
        """What the first layer makes of the example, after its activation, and the last maps, both (M, H, W); and the
        logits (1, classes).
        """
        place, given = last_of_first(module), self.example
        first, last = given, given[:, :0, :0, :0]
        for index, part in enumerate(module):
            given = part(given)
            if index == place:
                first = given
            elif index > place and given.ndim == 4 and min(given.shape[2:]) > 1:
                last = given
        return _maps(first), _maps(last), given.float()

    def _filters(self, weight: Tensor) -> Tensor:
        """The first filters as small images (K, C, h, w); those of a fully connected layer have the image's shape."""
        if weight.ndim == 2:
            return weight[:MOST_FILTERS].reshape(-1, *self.example.shape[1:])  # (K, C·H·W) → (K, C, H, W)
        return weight[:MOST_FILTERS]


def _maps(found: Tensor) -> Tensor:
    """Maps (1, M, H, W), or numbers (1, M) as maps of one cell: (M, H, W), not too many and not too large."""
    maps = (found if found.ndim == 4 else found[..., None, None])[0, :MOST_MAPS].float()
    return nn.functional.adaptive_max_pool2d(maps, WIDEST_MAP) if max(maps.shape[1:]) > WIDEST_MAP else maps


def first_layer(module: nn.Module) -> nn.Conv2d | nn.Linear:
    """The first layer with weights; every network that can be trained has one."""
    return next(part for part in module.modules() if isinstance(part, WEIGHTED))


def last_of_first(module: nn.Sequential) -> int:
    """The place of the activation behind the first layer with weights, or of that layer if nothing else follows."""
    place = next(i for i, part in enumerate(module) if any(isinstance(inner, WEIGHTED) for inner in part.modules()))
    for after in range(place + 1, len(module)):
        if isinstance(module[after], NORMS):
            continue
        return after if type(module[after]).__module__ == "torch.nn.modules.activation" else place
    return place

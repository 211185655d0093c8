"""Every activation function with every initialisation: where does the gradient arrive?

All of them go through the layers together, with the same random numbers as the one network that is looked at, on a few
examples; where its weights are uniform, normal ones of the same variance stand in here. The gradient is scaled back to
1 at each layer and its size kept as a logarithm.
"""

from dataclasses import dataclass

import numpy as np

from engine.core.networks.initialisations import INITIALISATIONS
from engine.neurons.activations_layers import activate, deviation, inputs_of, shifts, standard, upstream_of
from engine.neurons.activations_settings import Surroundings, number_of, widths

ROWS = (
    "Linear", "Step", "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "PReLU",
    "ELU", "SELU", "Maxout", "Softplus", "GELU", "SiLU",
)  # fmt: skip
HEADS = {"zero": "0", "small": "0.01", "torch": "torch", "xavier": "Xavier", "he": "He", "unit": "1"}
COLUMNS = tuple(HEADS)
MOST_EXAMPLES, LEAST_EXAMPLES, MOST_SUMS = 8, 2, 7_680


@dataclass(frozen=True, eq=False)
class Survey:
    """The whole table.

    Args:
        settings: what all networks share.
        ratios: log₁₀ of the gradient at the first layer over that at the last, (ROWS, COLUMNS); −∞ for none.
    """

    settings: Surroundings
    ratios: np.ndarray


def few(settings: Surroundings) -> int:
    """How many examples go through: fewer through larger networks."""
    return max(LEAST_EXAMPLES, min(MOST_EXAMPLES, MOST_SUMS // (settings.depth * settings.width)))


def survey(settings: Surroundings) -> Survey:
    """Forward and backward for all pairs. Weights that are all 0 pass nothing back: not computed."""
    ratios = np.full((len(ROWS), len(COLUMNS)), -np.inf)
    plain = tuple(name for name in ROWS if name != "Maxout")
    starts = [name for name in COLUMNS if name != "zero"]
    drawn = [standard(settings, at, False, settings.pieces) for at in range(1, settings.depth + 1)]
    for names, pieces in ((plain, 1), (("Maxout",), settings.pieces)):
        places = np.ix_([ROWS.index(name) for name in names], [COLUMNS.index(name) for name in starts])
        ratios[places] = together(settings, names, starts, [weights[:pieces] for weights in drawn]).T
    return Survey(settings, ratios)


def together(settings: Surroundings, names: tuple[str, ...], starts: list[str], draws: list[np.ndarray]) -> np.ndarray:
    """log₁₀ of ∂L/∂z in the first layer over that in the last, (C, A): starts, functions; draws (K, n, m) a layer."""
    begun = [INITIALISATIONS[name] for name in starts]
    c, a, e = len(begun), len(names), few(settings)
    x = np.broadcast_to(inputs_of(settings, e), (c, a, e, widths(settings)[0]))
    kept = []
    for at, drawn in enumerate(draws, 1):
        pieces = len(drawn)
        scales = np.array([deviation(settings, start, at) for start in begun])
        biases = np.stack([shifts(settings, start, at, pieces) for start in begun], axis=1)
        sums = (x.reshape(c * a * e, -1) @ drawn).reshape(pieces, c, a, e, -1)  # (C, A, E, n) -> (K, C, A, E, m)
        sums *= scales[:, None, None, None]
        sums += biases[:, :, None, None]
        pairs = [activate(name, number_of(settings, name), sums[:, :, row]) for row, name in enumerate(names)]
        x = np.stack([value for value, _ in pairs], axis=1)
        kept.append((drawn, scales, np.stack([slope for _, slope in pairs], axis=2)))
    return returned(kept, upstream_of(settings, e))


def returned(kept: list[tuple[np.ndarray, np.ndarray, np.ndarray]], upstream: np.ndarray) -> np.ndarray:
    """Back through the layers, each weights (K, n, m), scales (C,) and slopes (K, C, A, E, m): logarithms (C, A)."""
    arriving, sizes = upstream, []
    logs = np.zeros(kept[0][2].shape[1:3])
    for drawn, scales, slopes in reversed(kept):
        gradient = arriving * slopes
        size = np.sqrt(np.einsum("kcaem,kcaem->ca", gradient, gradient) / (gradient[0, 0, 0].size))
        with np.errstate(divide="ignore"):
            logs = logs + np.log10(size)
        sizes.append(logs)
        gradient /= np.where(size > 0, size, 1)[..., None, None]
        k, c, a, e, m = gradient.shape
        below = (gradient.reshape(k, c * a * e, m) @ drawn.swapaxes(1, 2)).sum(axis=0)
        arriving = below.reshape(c, a, e, -1) * scales[:, None, None, None]  # (C·A·E, n) -> (C, A, E, n)
    with np.errstate(invalid="ignore"):
        found = sizes[-1] - sizes[0]
    return np.where(np.isfinite(found), found, -np.inf)

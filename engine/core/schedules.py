"""Learning-rate schedules: what the learning rate is multiplied by at each step, after torch.optim.lr_scheduler.

>>> factors("step", 6, every=2, decay=0.5).tolist()
[1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
"""

import numpy as np

SCHEDULES = {
    "constant": "Constant",
    "step": "Step",
    "exponential": "Exponential",
    "cosine": "Cosine",
    "warmup": "Warm-up + cosine",
    "one_cycle": "One cycle",
}
FIRST_SHARE = 0.1
ONE_CYCLE_START, ONE_CYCLE_END = 1 / 25, 1 / 25 / 1e4


def factors(name: str, steps: int, *, every: int = 30, decay: float = 0.5, warmup: float = 0.3) -> np.ndarray:
    """The factor of the learning rate at every step: (steps,).

    Args:
        name: a key of SCHEDULES.
        steps: how many there are; cosine, warm-up and one cycle end with the last.
        every: step: multiply by `decay` each time so many steps are done.
        decay: step: see there; exponential: the factor that all steps together come to.
        warmup: warm-up and one cycle: the share of the steps in which the rate rises.

    Reference: StepLR, ExponentialLR, CosineAnnealingLR, SequentialLR with LinearLR, and OneCycleLR of
    torch.optim.lr_scheduler; one cycle is Smith & Topin 2018, warm restarts' cosine Loshchilov & Hutter 2017.
    """
    if name not in SCHEDULES:
        raise ValueError(f"There is no schedule {name}.")
    t = np.arange(steps)
    if name == "constant":
        return np.ones(steps)
    if name == "step":
        return decay ** (t // every)
    if name == "exponential":
        return decay ** (t / steps)
    if name == "cosine":
        return _cosine(t, steps, 1.0, 0.0)
    if name == "warmup":
        rise = warm_steps(steps, warmup)
        falling = _cosine(t - rise, steps - rise, 1.0, 0.0)
        return np.where(t < rise, FIRST_SHARE + (1 - FIRST_SHARE) * t / rise, falling)
    top = max(warmup * steps - 1, 1e-9)
    rising = _cosine(t, top, ONE_CYCLE_START, 1.0)
    return np.where(t <= top, rising, _cosine(t - top, max(steps - 1 - top, 1e-9), 1.0, ONE_CYCLE_END))


def warm_steps(steps: int, warmup: float) -> int:
    """How many steps a warm-up takes: at least one, and not all."""
    return min(max(1, round(warmup * steps)), max(1, steps - 1))


def _cosine(t: np.ndarray, span: float, first: float, last: float) -> np.ndarray:
    """Half a cosine from first to last over `span` steps."""
    return last + (first - last) * (1 + np.cos(np.pi * t / span)) / 2

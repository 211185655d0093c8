"""What happens to my own digit: every map of LeNet for a drawing, one map as a sum, one cell as arithmetic."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.ndimage

from engine.core.fields import Experiment, choice, flag, image, real, text, whole
from engine.core.networks import inspected
from engine.core.networks.inside import Stage, parts, stages
from engine.core.networks.inspected import Inspected

CLASSES = {"second": "the runner-up"} | {str(label): str(label) for label in range(10)}


@dataclass(frozen=True)
class Settings(Experiment):
    """The digit, how it is turned and moved, what is looked at closely, and how it is to be fooled."""

    digit: str = image("digit:test:0", "Digit")
    network: str = text("lenet", 24, "Network", "LeNet, or one that you trained in this visit.", inspected.check)
    angle: int = whole(0, -180, 180, "Turned by", "Degrees, against the clock.")
    right: int = whole(0, -12, 12, "Moved right", "Pixels; negative moves left.")
    down: int = whole(0, -12, 12, "Moved down", "Pixels; negative moves up.")
    stage: int = whole(3, 1, 200, "Layer", "Of the map that is looked at closely.")
    channel: int = whole(6, 0, 4095, "Map", "Its number in the layer.")
    sweep: bool = flag(False, "Through all angles and places")
    fool: bool = flag(False, "Look for the smallest change")
    wanted: str = choice("second", CLASSES, "Make it a", "The class that the change is to make of it.")
    strength: float = real(
        0.15, 0, 0.5, "Change ε", "No pixel changes by more than that; 1 is from black to white.", 0.01
    )


@dataclass(frozen=True, eq=False)
class Looked:
    """A digit on its way through a network.

    Args:
        settings: the experiment.
        inside: the network.
        pixels: float32 (H, W) in [0, 1], turned and moved.
        stages: the network's, the input first.
        logits, probabilities: float64 (10,).
    """

    settings: Settings
    inside: Inspected
    pixels: np.ndarray
    stages: tuple[Stage, ...]
    logits: np.ndarray
    probabilities: np.ndarray

    @property
    def best(self) -> int:
        """The class that the network names."""
        return int(self.probabilities.argmax())

    @property
    def second(self) -> int:
        """The next best."""
        return int(np.argsort(-self.probabilities, kind="stable")[1])

    @property
    def chosen(self) -> tuple[int, int]:
        """Stage and map that are looked at closely, kept within what there is."""
        at = min(self.settings.stage, len(self.stages) - 1)
        return at, min(self.settings.channel, len(self.stages[at].maps) - 1)

    @property
    def blank(self) -> bool:
        """Whether nothing was drawn."""
        return not self.pixels.any()


def pixels_of(settings: Settings) -> np.ndarray:
    """The digit before it is turned, as large as the network takes it: float32 (H, W), light on black."""
    return inspected.grey(settings.network)[0].picture(settings.digit).pixels[0]


def turned(pixels: np.ndarray, angle: float, right: float = 0.0, down: float = 0.0) -> np.ndarray:
    """A picture turned about its middle against the clock, then moved; what comes in is black.

    Args:
        pixels: float32 (H, W).
        angle: degrees.
        right, down: pixels.
    """
    if angle % 360:
        pixels = scipy.ndimage.rotate(pixels, angle, reshape=False, order=1, mode="constant")
    if right or down:
        pixels = scipy.ndimage.shift(pixels, (down, right), order=1, mode="constant")
    return np.clip(pixels, 0, 1).astype(np.float32)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Along the last axis, in float64."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True), dtype=np.float64)
    return raised / raised.sum(axis=-1, keepdims=True)


def look(settings: Settings) -> Looked:
    """Run the digit through the network and keep everything that it makes of it.

    Raises:
        ValueError: there is no such image, or no such network any more.
    """
    pixels = turned(pixels_of(settings), settings.angle, settings.right, settings.down)
    inside, network = inspected.grey(settings.network)
    found = stages(network, inside.module, inside.prepared(pixels[None]))
    found = (replace(found[0], raw=pixels[None]), *found[1:])  # drawn as a picture, read as the network reads it
    logits = found[-1].maps.ravel().astype(np.float64)
    return Looked(settings, inside, pixels, found, logits, softmax(logits))


@dataclass(frozen=True, eq=False)
class Summed:
    """One map of a convolution as the sum that it is.

    Args:
        parts: (C, H, W), what each map below adds.
        bias: the number that is added everywhere.
        raw: (H, W), their sum.
        made: (H, W), after the ReLU.
        kernels: (C, K, K).
    """

    parts: np.ndarray
    bias: float
    raw: np.ndarray
    made: np.ndarray
    kernels: np.ndarray


def summed(looked: Looked) -> Summed | None:
    """The chosen map as per-channel sums plus bias; None if it is not of a convolution."""
    at, channel = looked.chosen
    stage, before = looked.stages[at], looked.stages[at - 1]
    if stage.kind != "conv" or stage.weight is None or stage.bias is None or stage.shares is None:
        return None
    pieces = parts(stage, before, channel)
    return Summed(pieces, float(stage.bias[channel]), stage.raw[channel], stage.maps[channel], stage.weight[channel])


@dataclass(frozen=True, eq=False)
class Weighed:
    """One unit of a fully connected layer as the sum that it is.

    Args:
        shares: (C,), what each map or unit below adds.
        bias: added.
        raw: their sum.
        made: after the ReLU, if there is one.
    """

    shares: np.ndarray
    bias: float
    raw: float
    made: float


def weighed(looked: Looked) -> Weighed | None:
    """The chosen unit as a sum over what is below; None if it is not of a fully connected layer."""
    at, channel = looked.chosen
    stage = looked.stages[at]
    if stage.kind != "linear" or stage.shares is None or stage.bias is None:
        return None
    raw, made = (float(values[channel, 0, 0]) for values in (stage.raw, stage.maps))
    return Weighed(stage.shares[channel], float(stage.bias[channel]), raw, made)

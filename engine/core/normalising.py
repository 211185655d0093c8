"""From bytes to the numbers that a network gets, by each of the usual rules, in numpy and as the lines of a script."""

import numpy as np

LARGEST = 255
# Mean and standard deviation by which everybody normalises pictures of MNIST and of ImageNet, on x/255.
MNIST = ((0.1307,), (0.3081,))
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
SCALINGS = {
    "bytes": "0 … 255",
    "unit": "x / 255",
    "centred": "x / 255 − 0.5",
    "standardised": "standardised",
    "mnist": "MNIST's constants",
    "imagenet": "ImageNet's constants",
}
# The torch lines of each: the bytes x, (C, H, W), become the tensor.
SCALE_LINES = {
    "bytes": "tensor = x",
    "unit": "tensor = x / 255",
    "centred": "tensor = x / 255 - 0.5",
    "standardised": "tensor = (x - x.mean((1, 2), keepdim=True)) / x.std((1, 2), correction=0, keepdim=True)",
    "mnist": f"tensor = (x / 255 - {MNIST[0][0]}) / {MNIST[1][0]}",
    "imagenet": f"shift, scale = (torch.tensor(part).view(-1, 1, 1) for part in {IMAGENET})\n"
    "if len(x) == 1:  # grey: their means\n    shift, scale = shift.mean(), scale.mean()\n"
    "tensor = (x / 255 - shift) / scale",
}
LIGHT = """
x = ({contrast} * (x[0] - 0.5) + {middle}).clamp(0, 1)  # (C, H, W): contrast and brightness
x = ((x * {steps}).round() * (255 / {steps})).round()  # {levels} intensities, as bytes 0 ... 255
"""


def quantise(pixels: np.ndarray, bits: int) -> np.ndarray:
    """[0, 1] → the nearest of 2ᵇⁱᵗˢ bytes that lie evenly from 0 to 255: (C, H, W) uint8.

    >>> quantise(np.array([0.0, 0.3, 0.7, 1.0]), 1).tolist()
    [0, 0, 255, 255]
    """
    steps = 2**bits - 1
    return np.rint(np.rint(pixels * steps) * (LARGEST / steps)).astype(np.uint8)


def constants(values: np.ndarray, scaling: str) -> tuple[np.ndarray, np.ndarray]:
    """Shift and scale of each channel, so that the network gets (x/255 − shift)/scale: twice (C,).

    A picture of one even colour has no spread; its scale is 1, so that nothing is divided by 0. ImageNet's constants
    are three; a grey picture takes their means.

    Args:
        values: (C, H, W) uint8.
        scaling: a key of SCALINGS.
    """
    channels = len(values)
    if scaling == "standardised":
        unit = values.reshape(channels, -1) / LARGEST  # (C, H, W) → (C, H·W)
        spread = unit.std(axis=1)
        return unit.mean(axis=1), np.where(spread > 0, spread, 1.0)
    both: tuple[tuple[float, ...], tuple[float, ...]] = {
        "bytes": ((0.0,), (1 / LARGEST,)),
        "unit": ((0.0,), (1.0,)),
        "centred": ((0.5,), (1.0,)),
        "mnist": MNIST,
        "imagenet": IMAGENET,
    }[scaling]
    shift, scale = (np.array(part) for part in both)
    if len(shift) != channels:
        shift, scale = np.full(channels, shift.mean()), np.full(channels, scale.mean())
    return shift, scale


def normalise(values: np.ndarray, shift: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """(x/255 − shift) / scale in each channel: (C, H, W) uint8 → float32."""
    return ((values / LARGEST - shift[:, None, None]) / scale[:, None, None]).astype(np.float32)


def light_lines(contrast: float, brightness: float, bits: int) -> str:
    """The torch lines that change the light of `x` (1, C, H, W) in [0, 1] and make bytes (C, H, W) of it."""
    return LIGHT.format(contrast=contrast, middle=0.5 + brightness, steps=2**bits - 1, levels=2**bits)

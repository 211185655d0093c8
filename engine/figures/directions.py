"""Directions as colours: one cyclic scale, every hue as light as the others, so that brightness is free for strength.

A direction and the one after a whole turn have the same colour; where a direction and its opposite mean the same
(stripes), the scale is run through twice as fast.

Reference: B. Ottosson, "A perceptual color space for image processing" (OKLab), 2020.
"""

import numpy as np

LIGHTNESS, CHROMA, FIRST_HUE = 0.74, 0.125, 25.0
# OKLab to the cube roots of cone responses, and those cubed to linear sRGB.
TO_CONES = np.array(
    [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.291485548]]
)
TO_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.707614701],
    ]
)


# More hues or steps of brightness than these cannot be told apart here, and cost several times the bytes.
HUES, STEPS = 72, 31


def cyclic(count: int = HUES) -> np.ndarray:
    """`count` colours once around: uint8 (count, 3), red first, and on with the angle."""
    hue = np.deg2rad(FIRST_HUE + np.arange(count) * 360 / count)
    lab = np.stack([np.full(count, LIGHTNESS), CHROMA * np.cos(hue), CHROMA * np.sin(hue)], axis=1)
    linear = np.clip((lab @ TO_CONES.T) ** 3 @ TO_RGB.T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(encoded * 255).astype(np.uint8)


TABLE = cyclic()


def colours(angle: np.ndarray, strength: np.ndarray, period: float = 360.0) -> np.ndarray:
    """Hue by angle, brightness by strength, black where there is none.

    Args:
        angle: (H, W) degrees.
        strength: (H, W), 0 … 1; more is cut.
        period: after how many degrees an angle means the same again: 360, or 180 for stripes.

    Returns:
        uint8 (H, W, 3).
    """
    place = np.rint(np.asarray(angle) % period * (len(TABLE) / period)).astype(int) % len(TABLE)
    step = np.rint(np.clip(strength, 0, 1) * STEPS)[..., None] / STEPS
    return np.rint(TABLE[place] * step).astype(np.uint8)


def wheel(side: int = 96, period: float = 360.0) -> np.ndarray:
    """The legend: each direction in its colour, 0° to the right, 90° down, stronger outwards: uint8 (side, side, 4)."""
    across = np.arange(side) - (side - 1) / 2
    radius = np.hypot(across[None, :], across[:, None]) / (side / 2)
    angle = np.rad2deg(np.arctan2(across[:, None], across[None, :]))
    inside = np.clip((1 - radius) * side / 2, 0, 1) * 255
    return np.dstack([colours(angle, np.minimum(radius, 1), period), np.rint(inside).astype(np.uint8)])

"""Pictures of shapes made to order: which shape, which colour, which texture, where, and which of them is the class.

What is not the class can be random, always the same, or tied to the class in the training images only. A network that
learned the tied colour instead of the shape is found out by test images in which colours are random.

Reference: R. Geirhos et al., "Shortcut learning in deep neural networks", 2020.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.core.examples import Examples, Pair, split

SIDE = 28
TRAINING, TESTING = 6000, 1000
GROUND = 25  # how bright the background is, of 255
RANGES = ((5.5, 8.5), (-1.0, 1.0), (-1.0, 1.0))  # the radius in pixels; down and right, as shares of the room
# Signed distance to the edge, in units of the radius, below 0 inside; x to the right, y down, both (N, H, W).
Form = Callable[[np.ndarray, np.ndarray], np.ndarray]
FORMS: dict[str, Form] = {
    "circle": lambda x, y: np.hypot(x, y) - 0.9,
    "square": lambda x, y: np.maximum(abs(x), abs(y)) - 0.8,
    "triangle": lambda x, y: np.maximum(np.maximum(1.73 * x - y, -1.73 * x - y) / 2 - 0.5, y - 0.65),
    "cross": lambda x, y: np.maximum(np.minimum(abs(x), abs(y)) - 0.3, np.maximum(abs(x), abs(y)) - 1.0),
    "ring": lambda x, y: abs(np.hypot(x, y) - 0.72) - 0.24,
}
# After Okabe and Ito, distinct for everyone.
COLOURS = {
    "orange": (230, 159, 0),
    "blue": (30, 120, 220),
    "green": (0, 170, 120),
    "red": (220, 70, 30),
    "white": (235, 235, 235),
}
TEXTURES: dict[str, Form] = {
    "plain": lambda x, y: np.ones_like(x),
    "stripes": lambda x, y: (np.floor(y / 2) % 2 == 0).astype(float),
    "bars": lambda x, y: (np.floor(x / 2) % 2 == 0).astype(float),
    "checks": lambda x, y: ((np.floor(x / 2) + np.floor(y / 2)) % 2 == 0).astype(float),
    "dots": lambda x, y: ((np.floor(x) % 3 == 0) & (np.floor(y) % 3 == 0)).astype(float),
}
LABELS = {"shape": "Shape", "colour": "Colour", "texture": "Texture"}
NAMES = {"shape": tuple(FORMS), "colour": tuple(COLOURS), "texture": tuple(TEXTURES)}
OTHERS = {"random": "random", "same": "always the same", "tied": "tied to the class in training"}
POSITIONS = {"anywhere": "anywhere", "middle": "in the middle", "sides": "left in training, right in tests"}


@dataclass(frozen=True)
class Order:
    """What the pictures are like.

    Args:
        label: what the class is: shape, colour or texture.
        shape, colour, texture: how each of these goes where it is not the class; a key of OTHERS.
        position: a key of POSITIONS.
        noise: standard deviation of the noise on all pixels, of 255.
        seed: of everything random.
    """

    label: str = "shape"
    shape: str = "random"
    colour: str = "random"
    texture: str = "random"
    position: str = "anywhere"
    noise: float = 12.0
    seed: int = 0


@lru_cache(maxsize=2)
def shapes(order: Order) -> Pair:
    """Training and test pictures: uint8 (N, 3, 28, 28), five classes."""
    learned, tested = (_split(order, count, training) for count, training in ((TRAINING, True), (TESTING, False)))
    return split(*learned, *tested, NAMES[order.label])


@lru_cache(maxsize=8)
def some(order: Order, count: int = 160) -> Examples:
    """A few training pictures of that kind, made at once."""
    images, labels = _split(order, count, training=True)
    return split(images, labels, images[:1], labels[:1], NAMES[order.label])[0]


def _split(order: Order, count: int, training: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng((order.seed, int(training)))
    labels = rng.integers(0, len(NAMES[order.label]), count)
    kinds = {name: _kinds(order, name, labels, training, rng) for name in NAMES}
    images = np.concatenate(
        [
            _drawn(order, {name: numbers[first : first + 500] for name, numbers in kinds.items()}, training, rng)
            for first in range(0, count, 500)
        ]
    )
    return images, labels.astype(np.uint8)


def _kinds(order: Order, name: str, labels: np.ndarray, training: bool, rng: np.random.Generator) -> np.ndarray:
    """Which shape, colour or texture each picture has."""
    way = getattr(order, name)
    if name == order.label or (way == "tied" and training):
        return labels
    return np.zeros_like(labels) if way == "same" else rng.integers(0, len(NAMES[name]), len(labels))


def _drawn(order: Order, kinds: dict[str, np.ndarray], training: bool, rng: np.random.Generator) -> np.ndarray:
    """The pictures: a textured shape on a dark ground, its edge one pixel soft: uint8 (N, 3, H, W)."""
    count = len(kinds["shape"])
    radius, down, right = (rng.uniform(low, high, (count, 1, 1)).astype(np.float32) for low, high in RANGES)
    room = SIDE / 2 - radius - 0.5
    top, left = SIDE / 2 + room * down, SIDE / 2 + room * right
    if order.position == "middle":
        top, left = top * 0 + SIDE / 2, left * 0 + SIDE / 2
    elif order.position == "sides":
        left = SIDE / 2 + (-1 if training else 1) * room * (0.6 + 0.4 * abs(right))
    y, x = np.mgrid[:SIDE, :SIDE][:, None].astype(np.float32) + np.float32(0.5)
    x, y = (x - left), (y - top)
    inside = np.zeros((count, SIDE, SIDE), np.float32)
    for kind, form in enumerate(FORMS.values()):
        chosen = kinds["shape"] == kind
        distance = form(x[chosen] / radius[chosen], y[chosen] / radius[chosen]) * radius[chosen]
        inside[chosen] = np.clip(0.5 - distance, 0, 1)
    for kind, pattern in enumerate(TEXTURES.values()):
        chosen = kinds["texture"] == kind
        inside[chosen] *= 0.25 + 0.75 * pattern(x[chosen] + SIDE, y[chosen] + SIDE)
    ink = np.array(list(COLOURS.values()), np.float32)[kinds["colour"]]
    pixels = GROUND + inside[:, None] * (ink[:, :, None, None] - GROUND)
    pixels += np.float32(order.noise) * rng.standard_normal(pixels.shape, np.float32)
    return np.clip(pixels, 0, 255).astype(np.uint8)

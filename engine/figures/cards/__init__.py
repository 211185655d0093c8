"""The small pictures on the home page, one a lab, made by the engine from real results, and the app's icon.

`python -m engine.figures.cards` writes assets/cards/<slug>.png and icon.png; `make cards` calls it. A chapter's cards
stand in the module of its name.
"""

from collections.abc import Callable

from PIL import Image

from engine.figures.cards import convolution, insight, learning, neurons, training

CARDS: dict[str, Callable[[], Image.Image]] = (
    neurons.CARDS | learning.CARDS | convolution.CARDS | training.CARDS | insight.CARDS
)

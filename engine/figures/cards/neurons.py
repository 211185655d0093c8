"""Cards of the neurons chapter, from the labs' own results."""

from collections.abc import Callable

from PIL import Image, ImageDraw

from engine.figures import theme
from engine.figures.cards.drawing import SIZE
from engine.neurons import activations_settings, activations_stack


def activations_card() -> Image.Image:
    """Gradients by layer, powers of ten: sigmoids on the left, where they wander off, ReLUs with He's weights."""
    card = Image.new("RGBA", SIZE)
    draw = ImageDraw.Draw(card)
    width, height = SIZE
    pairs = (("Sigmoid", "xavier", theme.INK["light"]["accent"]), ("ReLU", "he", theme.ROLES["light"]["input"]))
    for place, (activation, initialisation, ink) in enumerate(pairs):
        stack = activations_stack.run(
            activations_settings.Network(activation=activation, initialisation=initialisation, depth=7)
        )
        edges, rows = stack.gradient_edges, stack.gradients
        left, wide = 12 + place * (width // 2), width // 2 - 24
        low, span = -6.5, 8.0
        for at, row in enumerate(rows):
            base = 56 + at * (height - 72) / (len(rows) - 1)
            across = [left + (edge - low) / span * wide for edge in edges]
            points = [(left, base)]
            for start, end, share in zip(across[:-1], across[1:], row / row.max(), strict=True):
                points += [(max(start, left), base - 46 * share), (max(end, left), base - 46 * share)]
            points += [(points[-1][0], base), (left + wide, base), (left, base)]
            draw.polygon(points, fill=f"{ink}a0")
            draw.line(points, fill=ink, width=3)
    return card


CARDS: dict[str, Callable[[], Image.Image]] = {"activations": activations_card}

"""Cards of the training chapter, from the labs' own results."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from engine.figures import theme
from engine.figures.cards.drawing import SIZE, paste_grid, signed_colors


def train_cnn_card() -> Image.Image:
    """The filters that a run came to, and its accuracy as it rose, on the axis of the page."""
    from engine.core.jobs import Control
    from engine.training import train_cnn

    settings = train_cnn.Settings()
    snapshot = [told for told in train_cnn.run(settings, Control()) if told is not None][-1]
    card = Image.new("RGBA", SIZE)
    filters = snapshot.frames[-1].filters[:, 0]
    for place, kernel in enumerate(filters):
        row, column = divmod(place, 4)
        paste_grid(card, signed_colors(kernel), (4 + column * 74, 52 + row * 74), 13, 1)
    draw = ImageDraw.Draw(card)
    errors = np.log([100 - 100 * min(0.999, test.accuracy) for test in snapshot.history.tests])
    steps = np.array([test.step for test in snapshot.history.tests]) / snapshot.history.steps
    across = 340 + steps * 270
    down = 330 - 250 * (errors[0] + 0.4 - errors) / (errors[0] + 0.4 - errors.min())
    points = [(340.0, 344.0), *zip(across.tolist(), down.tolist(), strict=True)]
    draw.line([(340, 348), (630, 348)], fill=theme.INK["light"]["line"], width=3)
    draw.line(points, fill=theme.INK["light"]["accent"], width=5, joint="curve")
    for x, y in points[1:]:
        draw.ellipse((x - 8, y - 8, x + 8, y + 8), fill=theme.INK["light"]["accent"])
    return card


CARDS: dict[str, Callable[[], Image.Image]] = {
    "train_cnn": train_cnn_card,
}

"""Cards of the insight chapter, from the labs' own results."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from engine.figures import theme
from engine.figures.cards.drawing import SIZE, signed_colors


def heatmaps_card() -> Image.Image:
    """The cat: left as it is, right under Grad-CAM, as the page draws it."""
    from engine.insight import heatmaps, heatmaps_maps  # torch, for this card alone

    settings = heatmaps.Settings(methods=("grad_cam",))
    seen = heatmaps.recognise(heatmaps.look(settings))
    (verb, ask), *_ = heatmaps_maps.wanted(settings, seen)
    heat = verb(ask).maps[0]
    side = SIZE[0] // 2 - 4
    photo = Image.fromarray(np.rint(seen.photo.transpose(1, 2, 0) * 255).astype(np.uint8))
    photo = photo.resize((side, side), Image.Resampling.LANCZOS)
    strength = Image.fromarray((heat.strength / heat.strength.max()).astype(np.float32))
    share = np.asarray(strength.resize((side, side), Image.Resampling.BILINEAR)).clip(0, 1)
    blues = theme.ramp(theme.DIVERGING["light"][4:])[np.rint(share * 255).astype(int)]
    cover = (share * 0.8 + (1 - share) * 0.3)[..., None]
    mixed = np.asarray(photo) * (1 - cover) + blues * cover
    card = Image.new("RGBA", SIZE)
    top = (SIZE[1] - side) // 2
    card.paste(photo, (0, top))
    card.paste(Image.fromarray(np.rint(mixed).astype(np.uint8)), (side + 8, top))
    return card


def draw_digit_card() -> Image.Image:
    """A seven, and what the two convolutions and poolings of LeNet make of it."""
    from engine.insight import draw_digit  # torch, for this card alone

    looked = draw_digit.look(draw_digit.Settings())
    card = Image.new("RGBA", SIZE)
    digit = Image.fromarray(np.rint(looked.pixels * 255).astype(np.uint8)).convert("RGB")
    card.paste(digit.resize((168, 168), Image.Resampling.NEAREST), (0, 116))
    for stage, left, side, columns in ((1, 196, 62, 1), (2, 282, 54, 1), (3, 364, 46, 2), (4, 484, 40, 2)):
        maps = looked.stages[stage].maps
        rows = -(-len(maps) // columns)
        gap = SIZE[1] / rows
        limit = np.abs(maps).max()
        for index, values in enumerate(maps):
            row, column = divmod(index, columns)
            colors = signed_colors(np.append(values.ravel(), [limit, -limit]))[: values.size]
            tile = Image.fromarray(colors.reshape(*values.shape, 3)).resize((side, side), Image.Resampling.NEAREST)
            card.paste(tile, (left + column * (side + 6), round(row * gap + (gap - side) / 2)))
    best = looked.probabilities.max()
    draw = ImageDraw.Draw(card)
    for label, share in enumerate(looked.probabilities):
        color = theme.INK["light"]["accent" if share == best else "line"]
        draw.rectangle((590, 6 + 39 * label, 590 + 6 + round(44 * share), 34 + 39 * label), color)
    return card


CARDS: dict[str, Callable[[], Image.Image]] = {
    "draw_digit": draw_digit_card,
    "heatmaps": heatmaps_card,
}

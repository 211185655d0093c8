"""Cards of the insight chapter, from the labs' own results."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from engine.figures import theme
from engine.figures.cards.drawing import SIZE


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


CARDS: dict[str, Callable[[], Image.Image]] = {
    "heatmaps": heatmaps_card,
}

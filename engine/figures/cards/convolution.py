"""Cards of the convolution chapter, from the labs' own results."""

import re
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from engine.convolution import as_matrix, image_statistics_patches, layer_shapes, sliding_kernel
from engine.core import features, filtering, images, kernels, receptive
from engine.core.pooling import Window, max_pool
from engine.figures import directions, kernel_variants, theme, volumes
from engine.figures.cards.drawing import SIZE, paste_grid, signed_colors


def sliding_kernel_card() -> Image.Image:
    """A window of a digit, the kernel on it, and the edges it finds."""
    settings = sliding_kernel.Settings(image="handwritten", height=14, width=14, kernel="difference", seed=0)
    walk = sliding_kernel.slide(settings)
    card = Image.new("RGBA", SIZE)
    grey = np.repeat((255 - walk.image[0] * 0.85)[..., None], 3, axis=2).clip(0, 255)
    paste_grid(card, grey, (4, 56), 20)
    paste_grid(card, signed_colors(walk.kernel[0, 0]), (302, 150), 34)
    paste_grid(card, signed_colors(walk.output[0]), (420, 92), 15)
    draw = ImageDraw.Draw(card)
    row, column = 6, 7
    window = (4 + (column - 1) * 20 - 2, 56 + (row - 1) * 20 - 2, 4 + (column + 2) * 20 - 1, 56 + (row + 2) * 20 - 1)
    target = (420 + column * 15 - 2, 92 + row * 15 - 2, 420 + (column + 1) * 15 - 1, 92 + (row + 1) * 15 - 1)
    draw.rectangle(window, outline=theme.INK["light"]["accent"], width=4)
    draw.rectangle(target, outline=theme.INK["light"]["accent"], width=4)
    return card


def pixels_card() -> Image.Image:
    """A photo on the left, and the numbers of a corner of it on the right."""
    photo = images.load("photo:cat", 400).pixels.transpose(1, 2, 0)
    card = Image.new("RGBA", SIZE)
    card.paste(Image.fromarray((photo[:, :320] * 255).round().astype(np.uint8)), (0, 0))
    eye = images.load("photo:cat", 64).pixels[:, 20:28, 20:26].transpose(1, 2, 0)
    paste_grid(card, (eye * 255).round(), (330, 0), 51, 1)
    draw = ImageDraw.Draw(card)
    grey = (eye @ np.array([0.2126, 0.7152, 0.0722]) * 255).round().astype(int)
    for (row, column), value in np.ndenumerate(grey):
        ink = "#000000" if value > 110 else "#ffffff"
        draw.text((355 + column * 51, 25 + row * 51), str(value), fill=ink, anchor="mm", font_size=20)
    return card


def image_filters_card() -> Image.Image:
    """A photo that turns into its gradient along a slanted line: hue for the direction, brightness for the slope."""
    photo = images.load("photo:coffee", (SIZE[1], SIZE[0])).pixels
    slopes = features.gradient(filtering.correlate(photo, kernels.kernel("gaussian", 5)))
    edges = directions.colours(slopes.angle, slopes.magnitude / (0.6 * slopes.magnitude.max()))
    rows, columns = np.indices(edges.shape[:2])
    line = columns - SIZE[0] * 0.5 + (rows - SIZE[1] * 0.5) * 0.35
    picture = np.where(np.asarray(line > 0)[..., None], edges, images.to_uint8(photo).transpose(1, 2, 0))
    picture[np.abs(line) < 2] = 255
    return Image.fromarray(picture).quantize(160)  # a third of the bytes, and nobody sees it at this size


def pooling_card() -> Image.Image:
    """A digit, pooled to half its side, and again, and again: each time what is largest stays."""
    card = Image.new("RGBA", SIZE)
    digit = images.load("digit:test:15", 28).pixels.astype(float)
    for corner, cell in (((4, 32), 12), ((350, 109), 13), ((542, 155), 13)):
        grey = np.repeat((240 - digit[0] * 220)[..., None], 3, axis=2)
        paste_grid(card, grey, corner, cell, 1)
        digit = max_pool(digit, Window(digit.shape[1:], (2, 2), (2, 2), ceil_mode=True))[0]
    return card


def layer_shapes_card() -> Image.Image:
    """32 × 32 × 3 to 28 × 28 × 5 as boxes, and the window of two neurons."""
    drawing = volumes.drawings(layer_shapes.measure(layer_shapes.Settings()))[2]
    large = (SIZE[0] * 2, SIZE[1] * 2)
    card = Image.new("RGBA", large)
    scale = large[0] / volumes.SIZE[0] * 1.15
    move = (-large[0] * 0.09, large[1] * -0.07)

    def placed(numbers: str) -> list[tuple[float, float]]:
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        return [(x * scale + move[0], y * scale + move[1]) for x, y in zip(values[::2], values[1::2], strict=True)]

    pattern = r'<polygon points="([^"]+)" fill="#(\w+)" fill-opacity="([\d.]+)"|<path d="([^"]+)" stroke="#(\w+)"'
    for points, fill, opacity, path, stroke in re.findall(pattern, drawing):
        layer = Image.new("RGBA", large)
        pen, color = ImageDraw.Draw(layer), f"#{fill or stroke}"
        if points:
            corners = placed(points)
            pen.polygon(corners, fill=f"{color}{round(float(opacity) * 255):02x}")
            pen.line([*corners, corners[0]], fill=color, width=4)
        else:
            ends = placed(path)
            for start, end in zip(ends[::2], ends[1::2], strict=True):
                pen.line([start, end], fill=color, width=3)
        card = Image.alpha_composite(card, layer)
    return card.resize(SIZE, Image.Resampling.LANCZOS)


def as_matrix_card() -> Image.Image:
    """The matrix of a 2 × 2 kernel on a 4 × 4 image, each weight in its colour."""
    owner = as_matrix.unroll(as_matrix.Settings(height=4, width=4)).owner
    card = Image.new("RGBA", SIZE)
    hues = [tuple(int(color[i : i + 2], 16) for i in (1, 3, 5)) for color in theme.CLASSES]
    colors = np.array([*hues[:4], (236, 236, 230)])[owner]
    paste_grid(card, colors, (12, 28), 38, 3)
    return card


def kernel_variants_card() -> Image.Image:
    """Which output channel reads which input channel: all of them, those of its group, its own."""
    card = Image.new("RGBA", SIZE)
    for place, groups in enumerate(("1", "4", "8")):
        paste_grid(card, signed_colors(kernel_variants.joined(groups)), (8 + place * 214, 102), 25)
    return card


def receptive_field_card() -> Image.Image:
    """A cone through convolutions and poolings, each cell as dark as ways lead to it."""
    windows = [
        receptive.Window(3),
        receptive.Window(2, 2),
        receptive.Window(3),
        receptive.Window(3),
        receptive.Window(3),
    ]
    fields = receptive.along(windows)
    counts = [40]
    for window in windows:
        counts.append(window.size(counts[-1]))
    card, shades = Image.new("RGBA", SIZE), theme.ramp(("#e7ecef", theme.ROLES["light"]["input"]))
    draw = ImageDraw.Draw(card)
    ways = {counts[-1] // 2: 1.0}
    for layer in range(len(windows), -1, -1):
        jump, top = 16 * float(fields[layer].jump), 338 - 64 * layer
        for cell in range(counts[layer]):
            left = 16 * float(fields[layer].centre) + cell * jump + 8 - jump / 2
            share = (ways.get(cell, 0.0) / max(ways.values())) ** 0.5
            chosen = layer == len(windows) and share > 0
            shade = shades[round(255 * (0.25 + 0.75 * share) if share else 0)]
            colour = theme.INK["light"]["accent"] if chosen else "#{:02x}{:02x}{:02x}".format(*shade)
            draw.rounded_rectangle((left, top, left + jump - 3, top + 36), radius=3, fill=colour)
        if layer:
            below: dict[int, float] = {}
            for cell, count in ways.items():
                for place in windows[layer - 1].reads(cell):
                    below[place] = below.get(place, 0.0) + count
            ways = below
    return card


def image_statistics_card() -> Image.Image:
    """A photo whose pixels lose their places towards the right, and the edges that ICA finds in it."""
    photo = images.to_uint8(images.load("photo:cat", (100, 84), channels=1).pixels)[0]
    rng = np.random.default_rng(0)
    lost = rng.random(photo.shape) < np.linspace(-0.5, 1.6, photo.shape[1])
    photo[lost] = rng.permutation(photo[lost])
    card = Image.new("RGBA", SIZE)
    card.paste(Image.fromarray(photo).resize((336, 400), Image.Resampling.NEAREST), (0, 0))
    values = images.load("photo:cat", 256, channels=1).pixels[0]
    learned = image_statistics_patches.learn(values, 10, "ica", 24, 0.1, 0)
    for index, feature in enumerate(learned.features):
        row, column = divmod(index, 4)
        tile = Image.fromarray(signed_colors(feature.reshape(10, 10))).resize((60, 60), Image.Resampling.NEAREST)
        card.paste(tile, (364 + column * 68, row * 68))
    return card


CARDS: dict[str, Callable[[], Image.Image]] = {
    "pixels": pixels_card,
    "sliding_kernel": sliding_kernel_card,
    "kernel_variants": kernel_variants_card,
    "pooling": pooling_card,
    "image_filters": image_filters_card,
    "layer_shapes": layer_shapes_card,
    "as_matrix": as_matrix_card,
    "image_statistics": image_statistics_card,
    "receptive_field": receptive_field_card,
}

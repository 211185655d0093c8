"""Cards of the learning chapter, from the labs' own results."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from engine.figures import theme
from engine.figures.cards.drawing import SIZE, paste_grid, signed_colors
from engine.learning import computation_graph, derivatives_settings, derivatives_steps, layer_backprop, optimizers


def computation_graph_card() -> Image.Image:
    """The graph of (a + b)·(b + 1): values and gradients, each in its colour."""
    study = computation_graph.differentiate(computation_graph.Settings())
    places = {"a": (6, 70), "b": (6, 230), "c": (246, 70), "d": (246, 230), "e": (486, 150)}
    card = Image.new("RGBA", SIZE)
    draw = ImageDraw.Draw(card)
    nodes = study.graph.nodes
    for source, reader, _ in study.graph.edges:
        (x, y), (right, level) = places[nodes[source].name], places[nodes[reader].name]
        draw.line((x + 146, y + 50, right, level + 50), fill=theme.DIVERGING["light"][7], width=5)
    shades = signed_colors(np.concatenate([study.flow.values, study.flow.gradients])[:, None])[:, 0]
    for at, node in enumerate(nodes):
        if not node.drawn:
            continue
        x, y = places[node.name]
        draw.rounded_rectangle((x, y, x + 146, y + 104), 14, "#ffffff", theme.INK["light"]["muted"], 3)
        for row, number in enumerate((study.flow.values[at], study.flow.gradients[at])):
            shade = tuple(int(part) for part in shades[at + row * len(nodes)])
            box = (x + 8 + row * 66, y + 42, x + 72 + row * 66, y + 96)
            draw.rounded_rectangle(box, 8, shade)
            ink = "#ffffff" if sum(shade) < 380 else "#101317"
            draw.text((x + 40 + row * 66, y + 69), f"{number:g}", fill=ink, anchor="mm", font_size=32)
        draw.text((x + 73, y + 22), node.name, fill=theme.INK["light"]["text"], anchor="mm", font_size=30)
    return card


def derivatives_card() -> Image.Image:
    """The U-curves of sin at 1: the error of a forward and of a centred difference over ε."""
    run = derivatives_steps.study(derivatives_settings.Settings(expression="x = 1; y = sin(x)"))
    card = Image.new("RGBA", SIZE)
    draw = ImageDraw.Draw(card)
    low, high = -13.0, 0.3
    width, height = SIZE
    shown = {"forward": theme.ROLES["light"]["input"], "centred": theme.ROLES["light"]["kernel"]}
    for curve in run.curves:
        if curve.precision == "float32":
            continue
        kept = (run.epsilons >= 1e-16) & (curve.errors > 0)
        across = (np.log10(run.epsilons[kept]) + 16) / 16 * (width - 40) + 20
        up = (np.log10(curve.errors[kept]) - high) / (low - high) * (height - 40) + 20
        points = [(float(x), float(y)) for x, y in zip(across, up, strict=True)]
        draw.line(points, fill=shown[curve.scheme], width=6, joint="curve")
        x, y = points[int(np.argmax(up))]
        draw.ellipse((x - 13, y - 13, x + 13, y + 13), fill=theme.INK["light"]["accent"])
    return card


def layer_backprop_card() -> Image.Image:
    """The gradient of a weight matrix as the product of two vectors: upstream gradient times input."""
    passed = layer_backprop.pass_back(layer_backprop.Settings(inputs=5, outputs=4, seed=4))
    x, g, weight = passed.matrix("x").T, passed.matrix("upstream"), passed.gradient("weight")[0, 0]
    card = Image.new("RGBA", SIZE)
    paste_grid(card, signed_colors(x), (180, 16), 68, 4)
    paste_grid(card, signed_colors(g), (72, 110), 68, 4)
    paste_grid(card, signed_colors(weight), (180, 110), 68, 4)
    return card


def optimizers_card() -> Image.Image:
    """Five rules on Himmelblau's function: its contour bands from above, and their paths."""
    race = optimizers.compete(
        optimizers.Settings(surface="himmelblau", rules="sgd momentum adagrad adam newton", start=(0.2, 3.2), steps=80)
    )
    width, height = SIZE
    left, right, low, high = race.surface.box
    across, up = np.meshgrid(np.linspace(left, right, width), np.linspace(high, low, height))
    bands = np.floor(np.log2(1 + race.surface.value(across, up)) * 1.4)
    shades = theme.ramp(theme.SEQUENTIAL["light"][:4], 16)
    card = Image.fromarray(shades[np.clip(bands, 0, 15).astype(int)]).convert("RGBA")
    draw = ImageDraw.Draw(card)
    places = (race.run.points - (left, low)) / (right - left, high - low) * (width, -height) + (0, height)
    for at, color in enumerate((*theme.CLASSES[:2], *theme.CLASSES[3:5], theme.INK["light"]["text"])):
        points = [(float(x), float(y)) for x, y in places[:, at]]
        draw.line(points, fill=color, width=6, joint="curve")
        x, y = points[-1]
        draw.ellipse((x - 12, y - 12, x + 12, y + 12), fill=color, outline="#ffffff", width=3)
    return card


CARDS: dict[str, Callable[[], Image.Image]] = {
    "computation_graph": computation_graph_card,
    "derivatives": derivatives_card,
    "layer_backprop": layer_backprop_card,
    "optimizers": optimizers_card,
}

"""Films for the browser tests: every kind of panel, with and without curves, of known numbers."""

import numpy as np

from engine.core.film import Curve, Film, mosaic, panel


def numbers() -> Film:
    """Three frames of 2 × 2 whole numbers: cell (r, c) of frame t is 100·t + 10·r + c; the curve is t²."""
    time, rows, columns = np.indices((3, 2, 2))
    values = 100.0 * time + 10 * rows + columns
    trail = np.array([[0.5, 0.5], [0.5, 1.5], [1.5, 1.5]])
    return Film(
        panels=(
            panel("Numbers", values, "magnitude", trail=trail),
            panel("Minus", -values, subtitles=("none", "some", "many")),
        ),
        labels=("start", "step 10", "step 20"),
        summary="Numbers grow.",
        curves=(Curve("square", np.arange(3.0) ** 2, " %"),),
        positions=np.array([0.0, 10.0, 20.0]),
        axes=("step", "height"),
    )


def waves() -> Film:
    """Nine frames of eight coded panels of 64 × 64, four of each kind, and four curves."""
    time = np.arange(9)[:, None, None] / 9
    rows, columns = np.indices((64, 64)) / 64
    shapes = [np.sin(2 * np.pi * (rows * (k + 1) + columns + time)) for k in range(4)]
    panels = [panel(f"wave {k}", (shape + 1) / 2, "grey", (0, 1)) for k, shape in enumerate(shapes)]
    panels += [panel(f"change {k}", shape - shape[:1]) for k, shape in enumerate(shapes)]
    curves = tuple(Curve(f"wave {k}", np.abs(shape - shape[:1]).mean((1, 2)), " %") for k, shape in enumerate(shapes))
    labels = tuple(f"shift {t} px" for t in range(9))
    return Film(tuple(panels), labels, "Waves roll.", curves, axes=("shift in pixels", "change"))


def kinds() -> Film:
    """Colours, classes, a mosaic of filters and a box that grows, in 120 frames."""
    frames = 120
    time, rows, columns = np.indices((frames, 16, 24))
    colours = np.stack([rows / 16, columns / 24, time / frames], axis=1)
    filters = np.sin(np.arange(frames * 16 * 9).reshape(frames, 16, 3, 3) / 50.0)
    edge = np.linspace(0, 7, frames)[:, None]
    boxes = np.concatenate([7 - edge, 11 - edge, 9 + edge, 13 + edge], axis=1)
    return Film(
        panels=(
            panel("colours", colours, "rgb", boxes=boxes),
            panel("classes", ((rows + columns + time) // 8 % 3).astype(float), "class"),
            panel("filters", mosaic(filters)),
        ),
        labels=tuple(f"step {10 * t}" for t in range(frames)),
        summary="All kinds of panels.",
        start=frames - 1,
    )


def still() -> Film:
    """One frame: nothing to play."""
    return Film((panel("still", np.ones((1, 3, 3))),), ("now",), "Nothing moves.")


DEMOS = {"numbers": numbers, "waves": waves, "kinds": kinds, "still": still}

"""The film on a page: frames of a run, scrubbed in the browser without asking the server again."""

from typing import Any

import numpy as np

from engine.core.film import Curve, Film, Panel
from engine.figures.codes import Codes
from pages.shared import components


def show(film: Film, *, key: str, name: str, scale: float = 1.0) -> None:
    """Play a film.

    Args:
        film: what to play.
        key: unique on the page; the frame, the speed and the loop survive under it when the film changes.
        name: what downloaded files are called, without ending.
        scale: of text and controls, larger in a lecture hall.
    """
    components.mount("film", describe(film) | {"name": name, "scale": float(scale)}, key=key)


def describe(film: Film) -> dict[str, Any]:
    """The film as plain values and arrays for `components.mount`, as small as they go."""
    positions = np.arange(len(film)) if film.positions is None else film.positions
    return {
        "panels": [_panel(panel) for panel in film.panels],
        "labels": film.labels,
        "summary": film.summary,
        "curves": [_curve(curve) for curve in film.curves],
        "positions": np.asarray(positions, dtype=np.float32),
        "axes": film.axes,
        "columns": film.columns,
        "start": film.start,
    }


def _panel(panel: Panel) -> dict[str, Any]:
    frames, height, width = len(panel), *panel.values.shape[-2:]
    data: dict[str, Any] = {
        "title": panel.title,
        "subtitles": panel.subtitles,
        "kind": panel.kind,
        "height": height,
        "width": width,
        "limits": panel.limits,
        "trail": None if panel.trail is None else panel.trail.astype(np.float32),
        "boxes": None if panel.boxes is None else panel.boxes.astype(np.float32),
    }
    if panel.exact:
        return data | {"values": panel.values}
    # All frames below each other are one picture: what the picture's own packing is made for.
    planes = panel.values if panel.kind == "rgb" else panel.values[:, None]
    strip = planes.transpose(1, 0, 2, 3).reshape(planes.shape[1], frames * height, width)  # (T, C, H, W) -> (C, T·H, W)
    return data | {"strip": Codes(strip, 1.0, 0.0, 0).packed(repeats=True), "planes": planes.shape[1]}


def _curve(curve: Curve) -> dict[str, Any]:
    return {"title": curve.title, "values": curve.values.astype(np.float32), "unit": curve.unit}

"""Activation functions drawn: values, slopes, where they are flat, what goes in and what comes out.

Traces and layout are plain tables that plotly gets at once: built piece by piece, a figure takes ten times as long.
"""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures import theme
from engine.figures.activation_layers import outline
from engine.neurons.activations import Curve
from engine.neurons.activations_identities import RANGE

INK = theme.INK["light"]
ROLES = theme.ROLES["light"]
COLOURS = (INK["accent"], ROLES["input"], ROLES["kernel"], ROLES["bias"])
BOUNDED, UNBOUNDED = (-1.3, 1.3), (-1.6, 4.2)
BINS = 61
LIGHT, DARK = theme.SEQUENTIAL["light"][2], theme.SEQUENTIAL["light"][4]
QUIET = {"type": "scatter", "mode": "lines", "showlegend": False, "hoverinfo": "skip"}
SMALL = {"size": theme.SIZES["small"], "color": INK["muted"]}
Table = dict[str, Any]


def curve(found: Curve) -> go.Figure:
    """Values solid, slopes dotted; below the inputs, on the right what the chosen function makes of them."""
    low, high = BOUNDED if np.abs([found.values, found.slopes]).max() <= BOUNDED[1] else UNBOUNDED
    layout = {
        "margin": {"l": 40, "r": 8, "t": 8, "b": 36},
        "legend": {"x": 0.01, "y": 0.99, "bgcolor": "rgba(0,0,0,0)"},
        "hovermode": "x",
        "xaxis": {"range": [-RANGE, RANGE], "domain": [0, 0.86], "title": {"text": "x", "standoff": 4}, "anchor": "y2"},
        "xaxis2": {"domain": [0.875, 1], "visible": False, "anchor": "y"},
        "yaxis": {"range": [low, high], "domain": [0.2, 1]},
        "yaxis2": {"domain": [0, 0.17], "visible": False, "rangemode": "tozero", "anchor": "x"},
        "shapes": [*_zones(found), _mark(found.settings.x)],
        "annotations": [*_zone_names(found), _input_name(found), *_mean_name(found, low, high)],
    }
    traces = [trace for place in range(len(found.readings)) for trace in _function(found, place)]
    return go.Figure([*traces, *_touch(found), *_inputs(found), *_outputs(found, low, high)], layout)


def _ends(found: Curve) -> list[tuple[float, float]]:
    """Where the chosen function saturates, as far as it is drawn."""
    low, high = found.readings[0].flat
    return [(-RANGE, min(low, RANGE))] * (low > -RANGE) + [(max(high, -RANGE), RANGE)] * (high < RANGE)


def _zones(found: Curve) -> list[Table]:
    """Its background there."""
    paint = {"type": "rect", "yref": "y domain", "fillcolor": INK["padding"], "line": {"width": 0}, "layer": "below"}
    return [paint | {"x0": left, "x1": right, "y0": 0, "y1": 1} for left, right in _ends(found)]


def _zone_names(found: Curve) -> list[Table]:
    word = {"text": "saturated", "showarrow": False, "y": 0.01, "yref": "y domain", "yanchor": "bottom", "font": SMALL}
    return [word | {"x": (left + right) / 2} for left, right in _ends(found) if right - left > 1.2]


def _mark(x: float) -> Table:
    """The line through the x that is read off."""
    line = {"color": INK["muted"], "width": 1, "dash": "dot"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "y domain", "line": line, "layer": "below"}


def _function(found: Curve, place: int) -> list[Table]:
    """Value and slope of one function."""
    title, colour, x = found.readings[place].title, COLOURS[place], found.x.astype(np.float32)
    kinds = ((found.values, "solid", 2.75, title), (found.slopes, "dot", 2, f"{title}, slope"))
    return [
        {
            "type": "scatter",
            "x": x,
            "y": values[place].astype(np.float32),
            "mode": "lines",
            "name": name,
            "line": {"color": colour, "width": width, "dash": dash},
            "hovertemplate": "%{y:.4g}",
        }
        for values, dash, width, name in kinds
    ]


def _touch(found: Curve) -> list[Table]:
    """The tangent at x, and the two points that are read off."""
    at, first = found.settings.x, found.readings[0]
    reach = 1.1 / np.hypot(1, first.slope)
    ends = np.array([at - reach, at + reach])
    marker = {"size": 9, "color": [INK["text"], INK["paper"]], "line": {"color": INK["text"], "width": 2}}
    return [
        QUIET | {"x": ends, "y": first.value + first.slope * (ends - at), "line": {"color": INK["text"], "width": 1.5}},
        QUIET | {"x": [at, at], "y": [first.value, first.slope], "mode": "markers", "marker": marker},
    ]


def _inputs(found: Curve) -> list[Table]:
    """The bell of the inputs, darker where the chosen function saturates."""
    s, (low, high) = found.settings, found.readings[0].flat
    density = np.exp(-0.5 * ((found.x - s.mean) / s.deviation) ** 2)
    flat = np.where((found.x <= low) | (found.x >= high), density, 0)
    common = QUIET | {"x": found.x.astype(np.float32), "yaxis": "y2", "line": {"width": 0}, "fill": "tozeroy"}
    both = ((density, LIGHT), (flat, DARK))
    return [common | {"y": heights.astype(np.float32), "fillcolor": colour} for heights, colour in both]


def _input_name(found: Curve) -> Table:
    s = found.settings
    side = {"x": RANGE, "xanchor": "right"} if s.mean <= 0.5 else {"x": -RANGE, "xanchor": "left"}
    words = f"inputs N({s.mean:g}, {s.deviation:g}²)".replace("-", "−")
    return side | {"text": words, "y": 1, "yref": "y2", "yanchor": "top", "showarrow": False, "font": SMALL}


def _outputs(found: Curve, low: float, high: float) -> list[Table]:
    """The outputs as a histogram up the right side, with their mean."""
    edges = np.linspace(low, high, BINS + 1)
    counts, _ = np.histogram(found.outputs, edges)
    x, y = outline(counts / max(counts.max(), 1), edges)
    bars = QUIET | {"x": x, "y": y, "xaxis": "x2", "fill": "tozerox", "fillcolor": LIGHT, "line": {"width": 0}}
    mean, line = found.readings[0].found.mean, {"color": INK["text"], "width": 1.5}
    if not low <= mean <= high:
        return [bars]
    return [bars, QUIET | {"x": [0, 1], "y": [mean, mean], "xaxis": "x2", "line": line}]


def _mean_name(found: Curve, low: float, high: float) -> list[Table]:
    mean = found.readings[0].found.mean
    word = {"text": "mean", "showarrow": False, "font": {"size": theme.SIZES["small"]}}
    place = {"x": 1, "xref": "x2", "xanchor": "right", "y": mean, "yanchor": "bottom"}
    return [word | place] if low <= mean <= high else []

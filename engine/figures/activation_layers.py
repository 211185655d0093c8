"""A deep stack drawn: a row for each layer with its histograms, its numbers on theory's lines, and theory's checks.

Traces and layout are plain tables that plotly gets at once: built piece by piece, a figure takes ten times as long.
"""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures import theme
from engine.neurons.activations_identities import number
from engine.neurons.activations_stack import Stack
from engine.neurons.activations_words import checks

INK = theme.INK["light"]
ROLES = theme.ROLES["light"]
TALL = 0.86  # of a row's height, for the highest bin of a layer
MIDDLE = 0.45  # of a row, above its line
MARGIN, WIDE_MARGIN = 0.34, 0.5  # of the axis, right of the histograms, for the numbers
LEAST_SPAN = 3.0  # powers of ten on the axis of sizes
OUTPUTS, GRADIENTS = ROLES["input"], INK["accent"]
COLOURS = {"outputs": OUTPUTS, "gradients": GRADIENTS}
PARTS = {
    "forward": ("Var(z), forward", INK["accent"], "circle"),
    "half": ("mean square kept by the function", ROLES["kernel"], "square"),
    "back": ("mean square of the gradient, backward", ROLES["input"], "diamond"),
}
Table = dict[str, Any]


def outline(heights: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The outline of bars: heights and places, two points a bar, closed at both ends."""
    up = np.concatenate([[0], np.repeat(heights, 2), [0]])
    along = np.concatenate([[edges[0]], np.repeat(edges, 2)[1:-1], [edges[-1]]])
    return up.astype(np.float32), along.astype(np.float32)


def height(stack: Stack) -> int:
    """Pixels for so many rows."""
    return min(560, max(300, 66 + 34 * len(stack.layers)))


def _layout(stack: Stack, title: str, column: str, axis: Table, *words: Table) -> Table:
    """One row for each layer, the first at the top; its numbers stand in a column on the right."""
    depth = len(stack.layers)
    step = 1 if depth <= 20 else 5
    ticks = [at for at in range(1, depth + 1) if at == 1 or at % step == 0]
    rows = {"range": [depth + 0.12, -0.08], "tickvals": [at - MIDDLE for at in ticks], "ticktext": ticks}
    heads = [
        {
            "x": place, "y": 1, "xref": "paper", "yref": "paper", "xanchor": side, "yanchor": "bottom", "yshift": 4,
            "text": text, "showarrow": False, "font": {"color": ink, "size": theme.SIZES["small"]},
        }
        for place, side, text, ink in ((0, "left", title, INK["text"]), (1, "right", column, INK["muted"]))
        if text
    ]  # fmt: skip
    return {
        "margin": {"l": 24, "r": 6, "t": 26, "b": 30},
        "showlegend": False,
        "xaxis": axis | {"zeroline": False},
        "yaxis": rows | {"showgrid": False, "zeroline": False},
        "annotations": [*heads, *words],
    }


def _powers(low: float, high: float) -> Table:
    """Ticks for an axis of logarithms."""
    powers = np.arange(np.ceil(low), np.floor(high) + 1, max(1, np.ceil((high - low) / 4)))
    text = [f"10<sup>{power:.0f}</sup>".replace("-", "−") if power else "1" for power in powers]
    return {"tickvals": powers.tolist(), "ticktext": text}


def _round_ticks(low: float, high: float) -> Table:
    """Up to four round numbers between low and high."""
    step = 10.0 ** np.floor(np.log10(high - low))
    step *= next(part for part in (0.2, 0.5, 1.0, 2.0, 5.0, 10.0) if (high - low) / (part * step) <= 3.5)
    ticks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    ticks = [float(f"{tick:.6g}") for tick in ticks]
    return {"tickvals": ticks, "ticktext": [number(tick) for tick in ticks]}


def _tops(heights: np.ndarray) -> np.ndarray:
    """Each row's full height, (L, 1): its highest bin; a spike that would flatten all others is cut off."""
    ordered = np.sort(heights, axis=1)
    first, second = ordered[:, -1:], ordered[:, -2:-1]
    tops = np.where(second > 0.03 * first, np.minimum(first, 2.5 * second), first)
    return np.where(tops > 0, tops, 1)


def _ridges(heights: np.ndarray, edges: np.ndarray, colour: str, words: list[str], end: float) -> list[Table]:
    """A histogram on each row's line, and its number at the end of the axis."""
    xs, ys = [], []
    for at, row in enumerate(np.minimum(heights / _tops(heights), 1), 1):
        up, along = outline(row, edges)
        xs.append(np.append(along, np.nan))
        ys.append(np.append(at - TALL * up, np.nan))
    x, y = np.concatenate(xs).astype(np.float32), np.concatenate(ys).astype(np.float32)
    line, font = {"color": colour, "width": 1}, {"size": theme.SIZES["small"], "color": INK["text"]}
    numbers = {"x": [end] * len(words), "y": np.arange(1, len(words) + 1) - MIDDLE, "mode": "text", "text": words}
    return [
        {"type": "scatter", "x": x, "y": y, "mode": "lines", "fill": "toself", "line": line, "hoverinfo": "skip"},
        numbers | {"type": "scatter", "textposition": "middle left", "textfont": font, "hoverinfo": "skip"},
    ]


def outputs(stack: Stack) -> go.Figure:
    """What each layer puts out."""
    dead, (low, high) = any(layer.dead for layer in stack.layers), stack.output_edges[[0, -1]].tolist()
    words = [f"{layer.dead or ''}   {number(layer.deviation, 2)}" for layer in stack.layers]
    end = high + (WIDE_MARGIN if dead else MARGIN) * (high - low)
    axis = {"range": [low, end]} | _round_ticks(low, high)
    layout = _layout(stack, "outputs x = g(z)", "dead, deviation" if dead else "deviation", axis)
    return go.Figure(_ridges(stack.outputs, stack.output_edges, OUTPUTS, words, end), layout)


def gradients(stack: Stack) -> go.Figure:
    """What comes back to each layer, by powers of ten."""
    low, high = stack.gradient_edges[[0, -1]].tolist()
    words, end = [number(layer.gradient, 2) for layer in stack.layers], high + MARGIN * (high - low)
    layout = _layout(stack, "gradients |∂L/∂z|", "root mean square", {"range": [low, end]} | _powers(low, high))
    return go.Figure(_ridges(stack.gradients, stack.gradient_edges, GRADIENTS, words, end), layout)


def sizes(stack: Stack) -> go.Figure:
    """One number each: logarithms of the root mean squares of outputs and gradients, and theory's lines."""
    at, ends, traces = np.arange(1, len(stack.layers) + 1) - MIDDLE, [0.0], []
    measured = {
        "outputs": (np.sqrt([layer.square for layer in stack.layers]), stack.chain[:, 1]),
        "gradients": (np.array([layer.gradient for layer in stack.layers]), stack.chain[:, 2]),
    }
    for name, (values, theory) in measured.items():
        for kind, numbers in (("lines", theory), ("markers", values)):
            logs = np.log10(np.where(numbers > 0, numbers, np.nan))
            said = f"{name}, {'theory' if kind == 'lines' else 'measured'} %{{customdata:.3g}}<extra></extra>"
            style = {"line": {"color": COLOURS[name], "width": 1.5}, "marker": {"size": 8, "color": COLOURS[name]}}
            place = {"x": logs, "y": at, "mode": kind, "name": name, "customdata": numbers, "hovertemplate": said}
            traces.append(place | style | {"type": "scatter"})
            ends += logs[np.isfinite(logs)].tolist()
    low, high = min(ends), max(ends)
    short = max(LEAST_SPAN - (high - low), 0.12 * (high - low))  # what hardly changes must look like it
    low, high = low - short / 2, high + short / 2
    axis = {"range": [low, high]} | _powers(low, high)
    return go.Figure(traces, _layout(stack, "root mean square", "", axis, *_line_names(stack, high - low)))


def _line_names(stack: Stack, span: float) -> list[Table]:
    """The names of both lines beside their points in the top layer: towards each other if there is room between."""
    values = {"outputs": np.sqrt(stack.layers[0].square), "gradients": stack.layers[0].gradient}
    found = {name: float(np.log10(value)) for name, value in values.items() if value > 0}
    near = len(found) < 2 or abs(found["outputs"] - found["gradients"]) < 0.6 * span
    names = []
    for name, at in found.items():
        lower = at <= min(found.values())
        left = near if lower and len(found) == 2 else not near and not lower
        side = {"xanchor": "right", "xshift": -9} if left else {"xanchor": "left", "xshift": 9}
        names.append(
            side | {"x": at, "y": 1 - MIDDLE, "text": name, "showarrow": False, "font": {"color": COLOURS[name]}}
        )
    return names


def check(stack: Stack) -> go.Figure:
    """Measured over predicted for each layer and each argument, with bars of two standard errors."""
    traces, ends = [], [np.array([0.9, 1.1])]
    for place, (name, rows) in enumerate(checks(stack).items()):
        title, colour, symbol = PARTS[name]
        ratio = np.array([found.measured / found.expected for _, found in rows])
        bars = np.array([2 * found.error / found.expected for _, found in rows])
        ends += [ratio - bars, ratio + bars]
        words = [f"{number(f.measured)} against {number(f.expected)}, {f.apart:+.1f} errors" for _, f in rows]
        traces.append({
            "type": "scatter", "x": np.array([at for at, _ in rows]) + 0.14 * (place - 1), "y": ratio,
            "mode": "markers", "name": title, "text": words, "hovertemplate": "%{text}<extra></extra>",
            "marker": {"size": 8, "color": colour, "symbol": symbol},
            "error_y": {"type": "data", "array": bars, "color": colour, "thickness": 1.5, "width": 0},
        })  # fmt: skip
    span = np.concatenate(ends)
    one = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 1, "y1": 1}
    layout = {
        "margin": {"l": 48, "r": 8, "t": 32, "b": 40},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {"title": {"text": "layer"}, "dtick": 1 if len(stack.layers) <= 15 else 5, "showgrid": False},
        "yaxis": {
            "title": {"text": "measured / predicted"},
            "range": [max(float(span.min()) - 0.03, 0.0), min(float(span.max()) + 0.03, 3.0)],
        },
        "shapes": [one | {"line": {"color": INK["text"], "width": 1}, "layer": "below"}],
    }
    return go.Figure(traces, layout)

"""A deep stack drawn: a row for each layer with its histograms, its numbers on theory's lines, and theory's checks."""

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
MARGIN = 0.34  # of the axis, right of the histograms, for the numbers
OUTPUTS, GRADIENTS = ROLES["input"], INK["accent"]
PARTS = {
    "forward": ("Var(z), forward", INK["accent"], "circle"),
    "half": ("mean square kept by the function", ROLES["kernel"], "square"),
    "back": ("mean square of the gradient, backward", ROLES["input"], "diamond"),
}


def outline(heights: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The outline of bars: heights and places, two points a bar, closed at both ends."""
    up = np.concatenate([[0], np.repeat(heights, 2), [0]])
    return up.astype(np.float32), np.concatenate([[edges[0]], np.repeat(edges, 2)[1:-1], [edges[-1]]]).astype(
        np.float32
    )


def height(stack: Stack) -> int:
    """Pixels for so many rows."""
    return min(560, max(300, 66 + 34 * len(stack.layers)))


def _rows(stack: Stack, title: str, column: str = "") -> go.Figure:
    """An empty chart with one row for each layer, the first at the top; its numbers stand in a column on the right."""
    depth = len(stack.layers)
    figure = go.Figure(layout={"margin": {"l": 24, "r": 6, "t": 26, "b": 30}, "showlegend": False})
    for side, words, ink in (("left", title, INK["text"]), ("right", column, INK["muted"])):
        figure.add_annotation(
            x=0 if side == "left" else 1, y=1, xref="paper", yref="paper", xanchor=side, yanchor="bottom", yshift=4,
            text=words, showarrow=False, font={"color": ink, "size": theme.SIZES["small" if column else "text"]},
        )  # fmt: skip
    step = 1 if depth <= 20 else 5
    ticks = [at for at in range(1, depth + 1) if at == 1 or at % step == 0]
    places = [at - MIDDLE for at in ticks]
    figure.update_yaxes(range=[depth + 0.12, -0.08], tickvals=places, ticktext=ticks, showgrid=False, zeroline=False)
    return figure


def _powers(figure: go.Figure, low: float, high: float) -> None:
    """Ticks for an axis of logarithms."""
    powers = np.arange(np.ceil(low), np.floor(high) + 1, max(1, np.ceil((high - low) / 4)))
    text = [f"10<sup>{power:.0f}</sup>".replace("-", "−") if power else "1" for power in powers]
    figure.update_xaxes(tickvals=powers, ticktext=text, zeroline=False)


def _tops(heights: np.ndarray) -> np.ndarray:
    """Each row's full height, (L, 1): its highest bin; a spike that would flatten all others is cut off."""
    ordered = np.sort(heights, axis=1)
    first, second = ordered[:, -1:], ordered[:, -2:-1]
    tops = np.where(second > 0.03 * first, np.minimum(first, 2.5 * second), first)
    return np.where(tops > 0, tops, 1)


def _ridges(
    figure: go.Figure, heights: np.ndarray, edges: np.ndarray, colour: str, words: list[str], margin: float
) -> None:
    """A histogram on each row's line, and its number to the right."""
    depth, wide, xs, ys = len(heights), edges[-1] - edges[0], [], []
    for at, row in enumerate(np.minimum(heights / _tops(heights), 1), 1):
        up, along = outline(row, edges)
        xs.append(np.append(along, np.nan))
        ys.append(np.append(at - TALL * up, np.nan))
    x, y = np.concatenate(xs).astype(np.float32), np.concatenate(ys).astype(np.float32)
    line = {"color": colour, "width": 1}
    figure.add_scatter(x=x, y=y, mode="lines", fill="toself", line=line, hoverinfo="skip")
    figure.update_xaxes(range=[edges[0], edges[-1] + margin * wide], zeroline=False)
    figure.add_scatter(
        x=[edges[-1] + margin * wide] * depth, y=np.arange(1, depth + 1) - MIDDLE, mode="text", text=words,
        textposition="middle left", textfont={"size": theme.SIZES["small"], "color": INK["text"]}, hoverinfo="skip",
    )  # fmt: skip


def outputs(stack: Stack) -> go.Figure:
    """What each layer puts out."""
    dead = any(layer.dead for layer in stack.layers)
    figure = _rows(stack, "outputs x = g(z)", "dead, deviation" if dead else "deviation")
    words = [f"{layer.dead or ''}   {number(layer.deviation, 2)}" for layer in stack.layers]
    _ridges(figure, stack.outputs, stack.output_edges, OUTPUTS, words, 0.5 if dead else MARGIN)
    low, high = stack.output_edges[[0, -1]]
    ticks = _round_ticks(float(low), float(high))
    figure.update_xaxes(tickvals=ticks, ticktext=[number(tick) for tick in ticks])
    return figure


def _round_ticks(low: float, high: float) -> list[float]:
    """Up to four round numbers between low and high."""
    step = 10.0 ** np.floor(np.log10(high - low))
    step *= next(part for part in (0.2, 0.5, 1.0, 2.0, 5.0, 10.0) if (high - low) / (part * step) <= 3.5)
    return [float(f"{tick:.6g}") for tick in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step]


def gradients(stack: Stack) -> go.Figure:
    """What comes back to each layer, by powers of ten."""
    figure = _rows(stack, "gradients |∂L/∂z|", "root mean square")
    words = [number(layer.gradient, 2) for layer in stack.layers]
    _ridges(figure, stack.gradients, stack.gradient_edges, GRADIENTS, words, MARGIN)
    _powers(figure, float(stack.gradient_edges[0]), float(stack.gradient_edges[-1]))
    return figure


def sizes(stack: Stack) -> go.Figure:
    """One number each: logarithms of the root mean squares of outputs and gradients, and theory's lines."""
    figure = _rows(stack, "root mean square", "● measured  — theory")
    at, ends = np.arange(1, len(stack.layers) + 1) - MIDDLE, [0.0]
    measured = (
        ("outputs", np.sqrt([layer.square for layer in stack.layers]), stack.chain[:, 1], OUTPUTS),
        ("gradients", np.array([layer.gradient for layer in stack.layers]), stack.chain[:, 2], GRADIENTS),
    )
    for name, values, theory, colour in measured:
        for kind, numbers in (("lines", theory), ("markers", values)):
            logs = np.log10(np.where(numbers > 0, numbers, np.nan))
            said = f"{name}, {'theory' if kind == 'lines' else 'measured'} %{{customdata:.3g}}<extra></extra>"
            style = {"line": {"color": colour, "width": 1.5}, "marker": {"size": 8, "color": colour}}
            figure.add_scatter(x=logs, y=at, mode=kind, name=name, customdata=numbers, hovertemplate=said, **style)
            ends += logs[np.isfinite(logs)].tolist()
    low, high = min(ends) - 0.1, max(ends) + 0.1
    pad = 0.06 * (high - low)
    figure.update_xaxes(range=[low - pad, high + pad])
    _powers(figure, low, high)
    _name_lines(figure, stack, (low + high) / 2)
    return figure


def _name_lines(figure: go.Figure, stack: Stack, middle: float) -> None:
    """The names of both lines, beside their ends at the top layer."""
    for name, value, colour in (
        ("outputs", np.sqrt(stack.layers[0].square), OUTPUTS),
        ("gradients", stack.layers[0].gradient, GRADIENTS),
    ):
        if value <= 0:
            continue
        right = np.log10(value) > middle
        figure.add_annotation(
            x=np.log10(value), y=1 - MIDDLE, text=name, showarrow=False, font={"color": colour},
            xanchor="right" if right else "left", xshift=-9 if right else 9,
        )  # fmt: skip


def _room(figure: go.Figure) -> list[float]:
    """Heights that show all bars, or those between 0 and 3."""
    ends = [trace.y + side * trace.error_y.array for trace in figure.data for side in (-1, 1)]
    found = np.concatenate([*ends, [0.9, 1.1]])
    return [max(float(found.min()) - 0.03, 0.0), min(float(found.max()) + 0.03, 3.0)]


def check(stack: Stack) -> go.Figure:
    """Measured over predicted for each layer and each argument, with bars of two standard errors around 1."""
    figure = go.Figure(layout={"margin": {"l": 48, "r": 8, "t": 8, "b": 40}})
    figure.add_hline(y=1, line={"color": INK["text"], "width": 1})
    for place, (name, rows) in enumerate(checks(stack).items()):
        title, colour, symbol = PARTS[name]
        layers = np.array([at for at, _ in rows]) + 0.14 * (place - 1)
        ratio = np.array([found.measured / found.expected for _, found in rows])
        bars = np.array([2 * found.error / found.expected for _, found in rows])
        words = [f"{number(f.measured)} against {number(f.expected)}, {f.apart:+.1f} errors" for _, f in rows]
        figure.add_scatter(
            x=layers, y=ratio, mode="markers", name=title, text=words, hovertemplate="%{text}<extra></extra>",
            marker={"size": 8, "color": colour, "symbol": symbol},
            error_y={"type": "data", "array": bars, "color": colour, "thickness": 1.5, "width": 0},
        )  # fmt: skip
    figure.update_xaxes(title={"text": "layer"}, dtick=1 if len(stack.layers) <= 15 else 5, showgrid=False)
    figure.update_yaxes(title={"text": "measured / predicted"}, range=_room(figure))
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}, margin={"t": 32})
    return figure

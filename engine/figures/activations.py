"""Activation functions drawn: values, slopes, where they are flat, what goes in and what comes out."""

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


def curve(found: Curve) -> go.Figure:
    """Values solid, slopes dashed; below the inputs, on the right what the chosen function makes of them."""
    figure = go.Figure(layout={"margin": {"l": 40, "r": 8, "t": 8, "b": 36}})
    low, high = BOUNDED if np.abs([found.values, found.slopes]).max() <= BOUNDED[1] else UNBOUNDED
    _zones(figure, found)
    for place, reading in enumerate(found.readings):
        _function(figure, found, place, reading.title)
    _touch(figure, found)
    _inputs(figure, found)
    _outputs(figure, found, low, high)
    legend = {"x": 0.01, "y": 0.99, "bgcolor": "rgba(0,0,0,0)"}
    figure.update_layout(legend=legend, hovermode="x")
    figure.update_xaxes(range=[-RANGE, RANGE], domain=[0, 0.86], title={"text": "x", "standoff": 4}, anchor="y2")
    figure.update_layout(xaxis2={"domain": [0.875, 1], "visible": False, "anchor": "y"})
    figure.update_layout(yaxis={"range": [low, high], "domain": [0.2, 1], "zeroline": True})
    figure.update_layout(yaxis2={"domain": [0, 0.17], "visible": False, "rangemode": "tozero", "anchor": "x"})
    return figure


def _zones(figure: go.Figure, found: Curve) -> None:
    """Shade where the chosen function saturates."""
    low, high = found.readings[0].flat
    ends = [(-RANGE, min(low, RANGE))] * (low > -RANGE) + [(max(high, -RANGE), RANGE)] * (high < RANGE)
    for left, right in ends:
        figure.add_shape(
            type="rect",
            x0=left,
            x1=right,
            y0=0,
            y1=1,
            yref="y domain",
            fillcolor=INK["padding"],
            line_width=0,
            layer="below",
        )
        if right - left > 1.2:
            figure.add_annotation(
                x=(left + right) / 2, y=0.01, yref="y domain", text="saturated", showarrow=False, yanchor="bottom",
                font={"color": INK["muted"], "size": theme.SIZES["small"]},
            )  # fmt: skip


def _function(figure: go.Figure, found: Curve, place: int, title: str) -> None:
    x, colour = found.x.astype(np.float32), COLOURS[place]
    for values, dash, name in ((found.values, "solid", title), (found.slopes, "dot", f"{title}, slope")):
        line = {"color": colour, "width": 2.75 if dash == "solid" else 2, "dash": dash}
        figure.add_scatter(
            x=x, y=values[place].astype(np.float32), mode="lines", name=name, line=line, hovertemplate="%{y:.4g}"
        )


def _touch(figure: go.Figure, found: Curve) -> None:
    """The tangent at x, and the two points that are read off."""
    at, first = found.settings.x, found.readings[0]
    reach = 1.1 / np.hypot(1, first.slope)
    ends = np.array([at - reach, at + reach])
    tangent = {"color": INK["text"], "width": 1.5}
    quiet: dict[str, Any] = {"showlegend": False, "hoverinfo": "skip"}
    figure.add_scatter(x=ends, y=first.value + first.slope * (ends - at), mode="lines", line=tangent, **quiet)
    marker = {"size": 9, "color": [INK["text"], INK["paper"]], "line": {"color": INK["text"], "width": 2}}
    figure.add_scatter(x=[at, at], y=[first.value, first.slope], mode="markers", marker=marker, **quiet)
    figure.add_shape(
        type="line",
        x0=at,
        x1=at,
        y0=0,
        y1=1,
        yref="y domain",
        line={"color": INK["muted"], "width": 1, "dash": "dot"},
        layer="below",
    )


def _inputs(figure: go.Figure, found: Curve) -> None:
    """The bell of the inputs, darker where the chosen function saturates."""
    s, (low, high) = found.settings, found.readings[0].flat
    density = np.exp(-0.5 * ((found.x - s.mean) / s.deviation) ** 2)
    flat = (found.x <= low) | (found.x >= high)
    quiet: dict[str, Any] = {
        "showlegend": False,
        "hoverinfo": "skip",
        "mode": "lines",
        "yaxis": "y2",
        "line": {"width": 0},
    }
    x = found.x.astype(np.float32)
    figure.add_scatter(
        x=x, y=density.astype(np.float32), fill="tozeroy", fillcolor=theme.SEQUENTIAL["light"][2], **quiet
    )
    figure.add_scatter(
        x=x,
        y=np.where(flat, density, 0).astype(np.float32),
        fill="tozeroy",
        fillcolor=theme.SEQUENTIAL["light"][4],
        **quiet,
    )
    words = f"inputs N({s.mean:g}, {s.deviation:g}²)".replace("-", "−")
    side = {"x": RANGE, "xanchor": "right"} if s.mean <= 0.5 else {"x": -RANGE, "xanchor": "left"}
    figure.add_annotation(
        y=1,
        yref="y2",
        text=words,
        showarrow=False,
        font={"size": theme.SIZES["small"], "color": INK["muted"]},
        yanchor="top",
        **side,
    )


def _outputs(figure: go.Figure, found: Curve, low: float, high: float) -> None:
    """The outputs as a histogram up the right side, with their mean."""
    edges = np.linspace(low, high, BINS + 1)
    counts, _ = np.histogram(np.clip(found.outputs, low, high), edges)
    x, y = outline(counts / max(counts.max(), 1), edges)
    quiet: dict[str, Any] = {"showlegend": False, "hoverinfo": "skip", "xaxis": "x2"}
    figure.add_scatter(
        x=x, y=y, mode="lines", fill="tozerox", fillcolor=theme.SEQUENTIAL["light"][2], line={"width": 0}, **quiet
    )
    mean = found.readings[0].found.mean
    if low <= mean <= high:
        figure.add_scatter(x=[0, 1], y=[mean, mean], mode="lines", line={"color": INK["text"], "width": 1.5}, **quiet)
        figure.add_annotation(
            x=1,
            xref="x2",
            y=mean,
            text="mean",
            showarrow=False,
            yanchor="bottom",
            xanchor="right",
            font={"size": theme.SIZES["small"]},
        )

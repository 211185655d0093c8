"""Costs of layers as bars on a logarithmic scale, which is the only one that shows both ends."""

import math
from typing import Any

import plotly.graph_objects as go

from engine.convolution.layer_shapes import Shapes
from engine.figures import theme

COUNTS = (("weights", "Weights", "kernel"), ("multiplications", "Multiplications", "input"))


def bars(shapes: Shapes) -> go.Figure:
    """Weights and multiplications of the three ways, beside each other; what is zero has no bar."""
    ink = theme.ROLES["light"]
    titles = [way.title for way in shapes.ways]
    figure = go.Figure()
    for name, title, role in COUNTS:
        counts = [getattr(way.cost, name) for way in shapes.ways]
        figure.add_bar(
            x=[count or None for count in counts],
            y=titles,
            orientation="h",
            name=title,
            marker={"color": ink[role]},
            text=[f"{count:,}" for count in counts],
            textposition="auto",
            textangle=0,
            hovertemplate="%{y}: %{text} " + title.lower() + "<extra></extra>",
        )
    most = max(way.cost.multiplications for way in shapes.ways)
    axis: dict[str, Any] = {
        "type": "log",
        "range": [0, math.log10(max(10, most)) * 1.02],  # from 1: a bar's length is the number of its digits
        "dtick": 1 if most < 10**7 else 2,
        "exponentformat": "power",
    }
    figure.update_layout(
        barmode="group",
        bargap=0.3,
        xaxis=axis,
        yaxis={"autorange": "reversed"},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        margin={"l": 130, "r": 16, "t": 28, "b": 28},
    )
    return figure

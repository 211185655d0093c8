"""The pictures of the layer's backward pass: losses, cuts through the loss surface, gradients of a digit as images."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures import theme
from engine.figures.panels import Numbers, Panel
from engine.learning.layer_backprop_digit import Learned
from engine.learning.layer_backprop_landscape import Landscape
from engine.learning.layer_backprop_network import Trained

INK = theme.INK["light"]
ROLES = theme.ROLES["light"]
CUTS = {
    "down the gradient": INK["accent"],
    "curves up most": ROLES["input"],
    "curves down most": ROLES["kernel"],
    "curves least": ROLES["kernel"],
}
SMALL = Numbers(scale=(1000.0,), decimals=1)  # gradients are said in thousandths: short enough for a legend


def _chart(x: str, y: str, **more: Any) -> go.Figure:
    figure = go.Figure(layout={"margin": {"l": 56, "r": 16, "t": 30, "b": 44}, "showlegend": False})
    figure.update_xaxes(title={"text": x}, **more.get("xaxis", {}))
    figure.update_yaxes(title={"text": y}, **more.get("yaxis", {}))
    figure.update_layout(legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"})
    return figure


def losses(values: np.ndarray, shown: tuple[int, int]) -> go.Figure:
    """The loss before the first update and after each; the step that is shown stands out.

    Args:
        values: (updates + 1,).
        shown: the places before and after the step that is shown.
    """
    few = {"dtick": 1} if len(values) < 15 else {}
    figure = _chart("updates", "loss", xaxis=few, yaxis={"rangemode": "tozero"})
    line = {"color": INK["muted"], "width": theme.SIZES["line"]}
    hover = "after %{x}: %{y:.4g}<extra></extra>"
    figure.add_scatter(y=values, mode="lines+markers" if len(values) < 15 else "lines", line=line, hovertemplate=hover)
    part = list(range(shown[0], shown[1] + 1))
    figure.add_scatter(
        x=part,
        y=values[part],
        mode="lines+markers",
        line={"color": INK["accent"], "width": 2 * theme.SIZES["line"]},
        marker={"size": 9, "color": INK["accent"]},
        hovertemplate=hover,
    )
    return figure


def network_losses(trained: Trained) -> go.Figure:
    """Of the small network."""
    return losses(trained.losses, (trained.settings.update - 1, trained.settings.update))


def cuts(found: Landscape) -> go.Figure:
    """The loss along each direction from where the parameters stand."""
    figure = _chart("distance from the parameters", "loss")
    for title, values in zip(found.titles, found.losses, strict=True):
        figure.add_scatter(
            x=found.places,
            y=values.astype(np.float32),
            mode="lines",
            name=title,
            line={"color": CUTS[title], "width": theme.SIZES["line"]},
            hovertemplate="%{x:.2f}: %{y:.4g}<extra>" + title + "</extra>",
        )
    here = float(found.losses[0, len(found.places) // 2])
    marker = {"size": 10, "color": INK["text"]}
    figure.add_scatter(x=[0], y=[here], mode="markers", marker=marker, showlegend=False, hovertemplate="here: %{y:.4g}")
    figure.update_layout(showlegend=True)
    return figure


def probabilities(learned: Learned) -> go.Figure:
    """What the network gave each class before the first step and after the last."""
    figure = _chart("class", "probability", yaxis={"range": [0, 1], "tickformat": ".0%"}, xaxis={"dtick": 1})
    for name, values, color in (("before", learned.before, INK["muted"]), ("after", learned.after, INK["accent"])):
        figure.add_bar(
            x=np.arange(10),
            y=values,
            name=name,
            marker={"color": color},
            hovertemplate="%{x}: %{y:.2%}<extra>" + name + "</extra>",
        )
    figure.update_layout(barmode="group", bargap=0.25, showlegend=True)
    return figure


def digit_panels(learned: Learned) -> tuple[Panel, ...]:
    """The digit, the gradient at its pixels, and the gradients of some units as images on one scale."""
    first = (
        Panel("x, the digit", learned.image, "grey", subtitle=f"a {learned.settings.label}"),
        _signed("∂L/∂x", learned.first.d_x.reshape(28, 28), "all × 1000"),
    )
    return (*first, *SHOWN[learned.settings.shown](learned))


def _signed(title: str, values: np.ndarray, subtitle: str = "", limit: float = 0.0, linked: bool = True) -> Panel:
    top = limit or _limit(values)
    return Panel(title, values, "signed", subtitle, (-top, top), SMALL, linked=linked)


def _limit(values: np.ndarray) -> float:
    return max(float(np.abs(values).max()), 1e-4)


def _hidden(learned: Learned) -> tuple[Panel, ...]:
    """∂L/∂W₁ of the units with the largest gradients: the digit times ∂L/∂a."""
    top = _limit(learned.hidden)
    return tuple(
        _signed(f"∂L/∂W₁[{unit}]", image, f"{learned.first.d_a[unit, 0]:+.3f} · x".replace("-", "−"), top)
        for unit, image in zip(learned.units, learned.hidden, strict=True)
    )


def _output(learned: Learned) -> tuple[Panel, ...]:
    """∂L/∂W₂ of each class, 512 numbers as 16 rows of 32: the hidden layer times p − y."""
    top = _limit(learned.output)
    return tuple(
        _signed(
            f"∂L/∂W₂[{name}]",
            row.reshape(16, 32),
            f"{learned.first.d_z[name, 0]:+.3f} · h".replace("-", "−"),
            top,
            linked=False,
        )
        for name, row in enumerate(learned.output)
    )


def _pixels(learned: Learned) -> tuple[Panel, ...]:
    """∂z/∂x of each class."""
    top = _limit(learned.pixels)
    return tuple(_signed(f"∂z[{name}]/∂x", image, "", top) for name, image in enumerate(learned.pixels))


SHOWN = {"hidden": _hidden, "output": _output, "pixels": _pixels}

"""The pictures of the own digit's lab: one map as a sum, probabilities while the digit turns, and how it is fooled."""

import numpy as np
import plotly.graph_objects as go

from engine.core.networks.inside import titles
from engine.figures import theme
from engine.figures.panels import Panel
from engine.insight.draw_digit import Looked, Summed, Weighed
from engine.insight.draw_digit_changes import Fooled, Swept

INK = theme.INK["light"]
SHOWN = 24


def sum_panels(looked: Looked, found: Summed) -> tuple[Panel, ...]:
    """What each map below adds, their sum with the bias, and what the ReLU leaves of it: one scale for all."""
    limit = float(max(np.abs(found.parts).max(), np.abs(found.raw).max())) or 1.0
    limits = (-limit, limit)
    below = "the digit" if looked.chosen[0] == 1 else "map {}"
    pieces = tuple(
        Panel(f"from {below.format(index)}", values, "signed", f"mean {values.mean():+.2f}".replace("-", "−"), limits)
        for index, values in enumerate(found.parts)
    )
    bias = f"{found.bias:+.3f}".replace("-", "−")
    return (
        *pieces,
        Panel("Sum, with the bias", found.raw, "signed", bias, limits),
        Panel("After the ReLU", found.made, "signed", "negative cells are 0", limits),
    )


def weighed_figure(looked: Looked, found: Weighed) -> go.Figure:
    """What the maps or units below add to one unit, the strongest first, and the bias."""
    order = np.argsort(-np.abs(found.shares), kind="stable")[:SHOWN]
    below = titles(looked.stages)[looked.chosen[0] - 1]
    rest = float(found.shares.sum() - found.shares[order].sum())
    names = [str(index) for index in order] + (["others"] if len(found.shares) > SHOWN else []) + ["bias"]
    values = [*found.shares[order].tolist(), *([rest] if len(found.shares) > SHOWN else []), found.bias]
    colours = [theme.DIVERGING["light"][7 if value >= 0 else 1] for value in values]
    figure = go.Figure(
        go.Bar(x=names, y=values, marker={"color": colours}, hovertemplate="%{x}: %{y:.3f}<extra></extra>")
    )
    figure.update_layout(
        xaxis={"title": {"text": f"{below}, number"}, "type": "category"},
        yaxis={"title": {"text": "adds"}},
        margin={"l": 56, "r": 12, "t": 12, "b": 44},
    )
    return figure


def sweep_figure(found: Swept, looked: Looked, by: str) -> go.Figure:
    """Probabilities of the classes while the digit is turned, or moved; a line where it stands."""
    across, table = (found.angles, found.by_angle) if by == "angle" else (found.moves, found.by_move)
    at = looked.settings.angle if by == "angle" else looked.settings.right
    axis = "turned by, degrees" if by == "angle" else "moved right, pixels"
    figure = go.Figure()
    for label in np.argsort(-table.max(axis=0), kind="stable")[:6]:
        _line(figure, across, table[:, label], looked.inside.classes[label], theme.CLASSES[label % 10])
    figure.add_vline(x=at, line={"color": INK["accent"], "width": 1.5, "dash": "dot"})
    return _finished(figure, axis, "probability")


def fool_panels(found: Fooled, strength: float) -> tuple[Panel, ...]:
    """The digit, where it has to change, the change that was made, and what came out."""
    at, names = found.at(strength), found.before.inside.classes
    changed, limit = found.path[at], max(0.01, strength)
    told = f"ε = {strength:.2f}"
    return (
        Panel("The digit", found.before.pixels, "grey", f"it sees a {names[found.before.best]}"),
        Panel("Where to change", -found.gradient, "signed", f"for a {names[found.wanted]}: blue up, orange down"),
        Panel("The change", changed - found.before.pixels, "signed", told, (-limit, limit)),
        Panel("Changed", changed, "grey", f"it sees a {names[found.curve[at].argmax()]}"),
    )


def fool_figure(found: Fooled, strength: float) -> go.Figure:
    """The wanted class over the size of the change: small steps, one step, and chance; and the class that it was."""
    figure = go.Figure()
    was, wanted, names = found.before.best, found.wanted, found.before.inside.classes
    _line(figure, found.strengths, found.curve[:, wanted], f"{names[wanted]}, small steps", INK["accent"])
    _line(figure, found.strengths, found.once, f"{names[wanted]}, one step", INK["accent"], "dash")
    _line(figure, found.strengths, found.noise, f"{names[wanted]}, random signs", INK["muted"], "dot")
    _line(figure, found.strengths, found.curve[:, was], f"{names[was]}, small steps", theme.ROLES["light"]["input"])
    figure.add_vline(x=strength, line={"color": INK["accent"], "width": 1.5, "dash": "dot"})
    return _finished(figure, "largest change of a pixel, ε", "probability")


def _line(figure: go.Figure, x: np.ndarray, y: np.ndarray, name: str, colour: str, dash: str = "solid") -> None:
    line = {"color": colour, "width": 2.25, "dash": dash}
    hover = "%{x}: %{y:.1%}<extra>" + name + "</extra>"
    figure.add_scatter(x=x, y=y, name=name, mode="lines", line=line, hovertemplate=hover)


def _finished(figure: go.Figure, across: str, up: str) -> go.Figure:
    figure.update_layout(
        xaxis={"title": {"text": across}},
        yaxis={"title": {"text": up}, "range": [0, 1.02], "tickformat": ".0%"},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        showlegend=True,
        margin={"l": 56, "r": 12, "t": 28, "b": 44},
    )
    return figure

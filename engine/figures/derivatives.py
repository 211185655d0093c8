"""The pictures of the derivatives lab: the U-curve, the secant, the growth of formulas, the cost of a Jacobian."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from engine.figures import theme
from engine.learning import derivatives_words as words
from engine.learning.derivatives_growth import Growth
from engine.learning.derivatives_passes import TITLES, Passes, summary, timed_words
from engine.learning.derivatives_steps import Curve, Steps

Named = tuple[go.Figure, str, str]
INK = theme.INK["light"]
ROLES = theme.ROLES["light"]
SCHEMES = {"forward": ROLES["input"], "centred": ROLES["kernel"]}
WAYS = {
    "difference": ROLES["input"],
    "symbolic": ROLES["other"],
    "forward": ROLES["kernel"],
    "reverse": ROLES["output"],
}
DASHES = {"float64": "solid", "float32": "dot"}
LOWEST, HIGHEST = -16.5, 4.0
POWERS = {"type": "log", "exponentformat": "power", "showexponent": "all"}


def step_row(run: Steps) -> tuple[Named, Named]:
    """The U-curve and the secant at the chosen ε, each with its name and its words."""
    return (u_curve(run), "curve", words.curve_words(run)), (secant(run), "secant", words.secant_words(run))


def cost_row(found: Passes, times: Mapping[str, Sequence[float | None]]) -> tuple[Named, Named]:
    """Counted operations and measured times, each with its name and its words."""
    return (counted(found), "counted", summary(found)), (timed(found, times), "timed", timed_words())


def u_curve(run: Steps) -> go.Figure:
    """The error of four quotients over ε, both axes logarithmic; theory as thin lines through the chosen one."""
    figure = go.Figure()
    for curve in run.curves:
        chosen = curve is run.chosen
        figure.add_scatter(
            x=run.epsilons,
            y=np.where(curve.errors > 0, curve.errors, np.nan),
            name=f"{curve.scheme}, {curve.precision}",
            mode="lines",
            line={"color": SCHEMES[curve.scheme], "dash": DASHES[curve.precision], "width": 2.75 if chosen else 1.25},
            hovertemplate="ε = %{x:.1e}: error %{y:.2e}<extra>" + f"{curve.scheme}, {curve.precision}</extra>",
        )
    _theory(figure, run)
    _marks(figure, run)
    positive = [curve.errors[curve.errors > 0] for curve in run.curves if (curve.errors > 0).any()]
    low = max(LOWEST, np.log10(min(part.min() for part in positive)) - 0.6) if positive else LOWEST
    high = min(12.0, np.log10(max(part.max() for part in positive)) + 0.4) if positive else HIGHEST
    axis = POWERS | {"title": {"text": "step ε"}, "range": [-17, 0.1], "dtick": 2}
    figure = _finished(figure, axis, POWERS | {"title": {"text": "error"}, "range": [low, high], "dtick": 2})
    figure.update_layout(legend={"y": 1.02, "traceorder": "normal"})
    return figure


def _theory(figure: go.Figure, run: Steps) -> None:
    """Truncation and rounding of every quotient, and for the chosen one the place where they are least together."""
    for curve in run.curves:
        chosen = curve is run.chosen
        for height in _lines(run, curve):
            figure.add_scatter(
                x=run.epsilons[[0, -1]],
                y=height,
                mode="lines",
                name="theory",
                showlegend=False,
                line={"color": INK["text"] if chosen else INK["line"], "width": 1.25 if chosen else 1, "dash": "dash"},
                hoverinfo="skip",
            )
    best = run.chosen.predicted
    if np.isfinite(best):
        total = run.chosen.truncation * best**run.chosen.order + run.chosen.rounding / best
        figure.add_scatter(
            x=np.array([best]),
            y=np.array([total]),
            mode="markers",
            name="best ε by theory",
            showlegend=False,
            marker={"symbol": "diamond-open", "size": 11, "color": INK["text"], "line": {"width": 2}},
            hovertemplate="theory: ε = %{x:.2e}, error %{y:.2e}<extra></extra>",
        )


def _lines(run: Steps, curve: Curve) -> list[np.ndarray]:
    """The heights of truncation and rounding at both ends of the axis, as far as there are any."""
    ends = run.epsilons[[0, -1]]
    lines = [curve.truncation * ends**curve.order] if curve.truncation > 0 else []
    return [*lines, curve.rounding / ends] if curve.rounding > 0 else lines


def _marks(figure: go.Figure, run: Steps) -> None:
    """The chosen ε: a line, and a dot where it meets its curve."""
    figure.add_vline(x=run.settings.epsilon, line={"color": INK["accent"], "width": 1.5})
    if run.error > 0:
        figure.add_scatter(
            x=np.array([run.settings.epsilon]),
            y=np.array([run.error]),
            mode="markers",
            showlegend=False,
            marker={"size": 10, "color": INK["accent"]},
            hovertemplate="chosen: ε = %{x:.2e}, error %{y:.2e}<extra></extra>",
        )


def secant(run: Steps) -> go.Figure:
    """The function near x as the precision computes it, with tangent and secant; the window is as wide as ε."""
    found, epsilon = run.secant, run.settings.epsilon
    wide = np.linspace(-1.6, 1.6, len(found.curve)) * epsilon
    figure = go.Figure()
    line = {"color": INK["muted"], "width": 5}
    figure.add_scatter(x=wide, y=found.curve, mode="lines", name="f", line=line | {"color": INK["line"]})
    stairs = {"color": SCHEMES[run.settings.scheme], "width": 1.5, "shape": "hvh"}
    label = f"f in {run.settings.precision}"
    figure.add_scatter(x=found.offsets, y=found.computed, mode="lines", name=label, line=stairs)
    figure.add_scatter(
        x=wide[[0, -1]],
        y=run.slope * wide[[0, -1]],
        mode="lines",
        name="tangent",
        line={"color": INK["text"], "dash": "dash"},
    )
    (left, low), (right, high) = found.points
    if np.isfinite(found.slope):
        ends = wide[[0, -1]]
        rise = low + found.slope * (ends - left)
        accent = {"color": INK["accent"], "width": 2}
        figure.add_scatter(x=ends, y=rise, mode="lines", name="secant", line=accent)
    figure.add_scatter(
        x=np.array([left, right]),
        y=np.array([low, high]),
        mode="markers",
        showlegend=False,
        marker={"size": 9, "color": INK["accent"]},
        hovertemplate="x + %{x:.3e}: f + %{y:.3e}<extra></extra>",
    )
    tick = {"exponentformat": "power", "showexponent": "all", "nticks": 5}
    return _finished(
        figure, tick | {"title": {"text": f"{run.name} − {run.x:g}"}}, tick | {"title": {"text": "f − f(x)"}}
    )


def growth(grown: Growth) -> go.Figure:
    """Nodes and operations over the rounds, on a logarithmic axis."""
    figure = go.Figure()
    rounds = np.array([one.rounds for one in grown.counts])
    drawn = (
        ("f′ as the rules leave it", "derivative", ROLES["kernel"], "solid", 3.0),
        ("f′ simplified", "simplified", ROLES["input"], "solid", 2.0),
        ("f itself", "function", INK["muted"], "dot", 1.75),
        ("f′, equal parts once", "distinct", ROLES["bias"], "solid", 2.0),
        ("reverse mode, operations", "reverse", INK["accent"], "dash", 2.25),
    )
    for name, field, colour, dash, width in drawn:
        figure.add_scatter(
            x=rounds,
            y=np.array([getattr(one, field) for one in grown.counts]),
            name=name,
            mode="lines+markers",
            marker={"size": 6},
            line={"color": colour, "dash": dash, "width": width},
            hovertemplate="round %{x}: %{y:,}<extra>" + name + "</extra>",
        )
    up = {"type": "log", "title": {"text": "nodes, operations"}, "tickvals": [1, 10, 100, 1000, 10_000]}
    up["ticktext"] = ["1", "10", "100", "1,000", "10,000"]
    return _finished(figure, {"title": {"text": "rounds"}, "dtick": 1}, up)


def counted(found: Passes) -> go.Figure:
    """Operations for the whole Jacobian over the number of inputs."""
    figure = _over_inputs(found, found.counts, "operations", "%{y:,}", POWERS)
    at = found.settings.inputs
    figure.add_scatter(
        x=np.full(len(found.here), at),
        y=np.array(list(found.here.values())),
        mode="markers",
        showlegend=False,
        marker={"size": 9, "color": [WAYS[way] for way in found.here]},
        hovertemplate="%{y:,} operations<extra></extra>",
    )
    return figure


def timed(found: Passes, times: Mapping[str, Sequence[float | None]]) -> go.Figure:
    """Milliseconds for the whole Jacobian over the number of inputs, measured."""
    curves = {way: np.array([np.nan if one is None else one for one in times[way]]) for way in times}
    figure = _over_inputs(found, curves, "milliseconds", "%{y:.3f} ms", {"type": "log", "tickformat": "~g", "dtick": 1})
    figure.update_layout(showlegend=False)
    return figure


def _over_inputs(found: Passes, curves: Mapping[str, np.ndarray], up: str, shown: str, axis: dict) -> go.Figure:
    figure = go.Figure()
    for way, values in curves.items():
        figure.add_scatter(
            x=found.sizes,
            y=values,
            name=TITLES[way],
            mode="lines+markers",
            marker={"size": 5},
            line={"color": WAYS[way], "width": 2.25, "dash": "dot" if way == "symbolic" else "solid"},
            hovertemplate="n = %{x}: " + shown + "<extra>" + TITLES[way] + "</extra>",
        )
    figure.add_vline(x=found.settings.inputs, line={"color": INK["accent"], "width": 1})
    ticks = {"type": "log", "tickvals": found.sizes.tolist(), "ticktext": [str(size) for size in found.sizes]}
    return _finished(figure, ticks | {"title": {"text": "inputs n"}}, axis | {"title": {"text": up}})


def _finished(figure: go.Figure, across: dict, up: dict) -> go.Figure:
    figure.update_layout(
        margin={"l": 8, "r": 12, "t": 12, "b": 8},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        xaxis=across,
        yaxis=up,
    )
    return figure

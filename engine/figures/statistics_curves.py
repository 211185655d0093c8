"""The curves of the statistics lab: correlation against distance, spectra and their lines, variances, responses."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.convolution.image_statistics import Statistics, copy_title, number
from engine.convolution.image_statistics_patches import RESPONSE_EDGES, Learned
from engine.convolution.image_statistics_views import Autocorrelation, Pairs, Spectra
from engine.figures import theme

BINS = 64
FREQUENCIES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
INK = theme.INK["light"]
ROLES = theme.ROLES["light"]


def curves(result: Statistics) -> go.Figure:
    """The curve that goes with the view."""
    found = result.found
    if isinstance(found, Pairs):
        return _decay(result, found)
    if isinstance(found, Autocorrelation):
        return _sections(result, found)
    if isinstance(found, Spectra):
        return _rings(result, found)
    return _scree(result, found) if result.settings.method == "pca" else _responses(result, found)


def histogram(result: Statistics) -> go.Figure:
    """How often each value occurs in the picture and in its copy."""
    low, high = (float(end) for end in (result.values.min(), result.values.max()))
    figure = _chart("pixel value", "share of the pixels, %")
    edges = np.linspace(low, high, BINS + 1)
    drawn = (
        (result.values, result.title or "Picture", {"color": INK["accent"]}),
        (result.other, copy_title(result.settings), {"color": INK["text"], "dash": "dot"}),
    )
    for values, name, line in drawn:
        counts, _ = np.histogram(np.clip(values, low, high), edges)
        _line(figure, (edges[:-1] + edges[1:]) / 2, 100 * counts / values.size, name, line["color"], line=line)
    return figure


def histogram_words(result: Statistics) -> str:
    """What the histograms say."""
    same = np.array_equal(np.sort(result.values, axis=None), np.sort(result.other, axis=None))
    told = f"mean {number(float(result.values.mean()))}, standard deviation {number(float(result.values.std()))}"
    if same:
        return f"Moving pixels changes no value: both histograms are the same to the last pixel, {told}."
    spread = number(float(result.other.std()))
    return f"The picture: {told}. The copy keeps mean and deviation ({spread}), and its values pile up into a bell."


def _chart(x: str, y: str, **more: Any) -> go.Figure:
    """An empty chart with named axes, its legend at the upper right."""
    legend = {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"}
    figure = go.Figure(layout={"margin": {"l": 56, "r": 12, "t": 28, "b": 44}, "legend": legend})
    figure.update_xaxes(title={"text": x}, **more.get("xaxis", {}))
    figure.update_yaxes(title={"text": y}, **more.get("yaxis", {}))
    return figure


def _line(figure: go.Figure, x: np.ndarray, y: np.ndarray, name: str, color: str, **more: Any) -> None:
    line = {"color": color, "width": theme.SIZES["line"]} | more.pop("line", {})
    settings = {"mode": "lines", "name": name, "line": line, "hovertemplate": "%{x:.3g}: %{y:.3g}"} | more
    figure.add_scatter(x=x.astype(np.float32), y=y.astype(np.float32), **settings)


def _decay(result: Statistics, found: Pairs) -> go.Figure:
    ticks = [step for step in (1, 2, 4, 8, 16, 32, 64, 128) if step <= found.distances[-1]]
    figure = _chart(
        "pixels apart, logarithmic",
        "correlation r",
        xaxis={"type": "log", "tickvals": ticks, "ticktext": list(map(str, ticks))},
        yaxis={"range": [min(-0.15, float(np.nanmin(found.across)), float(np.nanmin(found.down))) - 0.05, 1.05]},
    )
    points = {"mode": "lines+markers", "marker": {"size": 5}}
    _line(figure, found.distances, found.across, "across", INK["accent"], **points)
    _line(figure, found.distances, found.down, "down", ROLES["input"], **points)
    _line(figure, found.distances, found.other, copy_title(result.settings), INK["muted"], line={"dash": "dot"})
    return figure


def _sections(result: Statistics, found: Autocorrelation) -> go.Figure:
    reach, (own, other) = found.reach, found.maps
    shifts = np.arange(-reach, reach + 1)
    figure = _chart("moved by, pixels", "autocorrelation ρ")
    _line(figure, shifts, own[reach], "across", INK["accent"])
    _line(figure, shifts, own[:, reach], "down", ROLES["input"])
    _line(figure, shifts, other[reach], copy_title(result.settings), INK["muted"], line={"dash": "dot"})
    return figure


def _rings(result: Statistics, found: Spectra) -> go.Figure:
    ticks = {"tickvals": FREQUENCIES, "ticktext": [f"{frequency:g}" for frequency in FREQUENCIES]}
    power = {"type": "log", "tickformat": "~g", "dtick": 1}
    figure = _chart("frequency f, cycles a pixel", "mean power", xaxis={"type": "log"} | ticks, yaxis=power)
    names = (result.title or "Picture", copy_title(result.settings))
    for name, powers, slope, color in zip(
        names, found.powers, found.slopes, (INK["accent"], INK["muted"]), strict=True
    ):
        marker = {"size": 4, "color": color}
        _line(figure, found.frequencies, powers, name, color, mode="markers", marker=marker)
        used = found.frequencies[(found.frequencies >= slope.low) & (found.frequencies <= slope.high)]
        said = f"α = {number(slope.exponent)}"
        _line(figure, used, slope.power(used), said, color)
    return figure


def _scree(result: Statistics, found: tuple[Learned, Learned]) -> go.Figure:
    figure = _chart("component", "variance", yaxis={"type": "log", "tickformat": "~g", "dtick": 1})
    names = (result.title or "Picture", copy_title(result.settings))
    for name, learned, color in zip(names, found, (INK["accent"], INK["muted"]), strict=True):
        _line(figure, np.arange(1, len(learned.variances) + 1), learned.variances, name, color)
    return figure


def _responses(result: Statistics, found: tuple[Learned, Learned]) -> go.Figure:
    middles = (RESPONSE_EDGES[:-1] + RESPONSE_EDGES[1:]) / 2
    limits = {"type": "log", "range": [-5, 0.5], "dtick": 1, "tickformat": "~g"}
    figure = _chart("response, in standard deviations", "density", yaxis=limits)
    names = (result.title or "Picture", copy_title(result.settings))
    for name, learned, color in zip(names, found, (INK["accent"], INK["muted"]), strict=True):
        _line(figure, middles, np.where(learned.density > 0, learned.density, np.nan), name, color)
    gauss = np.exp(-(middles**2) / 2) / np.sqrt(2 * np.pi)
    seen = gauss > 1e-5
    _line(figure, middles[seen], gauss[seen], "Gaussian", ROLES["input"], line={"dash": "dot"})
    return figure


def curve_words(result: Statistics) -> str:
    """What the curve says."""
    found = result.found
    if isinstance(found, Pairs):
        last = int(found.distances[-1])
        ends = f"{number(found.across[-1])} across and {number(found.down[-1])} down"
        return f"The nearer, the more alike: from {number(found.across[0])} at 1 pixel to {ends} at {last} pixels."
    if isinstance(found, Autocorrelation):
        return "The rows and columns through the middle of the maps: 1 without a move, falling on both sides."
    if isinstance(found, Spectra):
        own = found.slopes[0]
        return (
            "Each point is the mean of a ring of frequencies; the lines run where they were fitted, "
            f"{number(own.low, 3)} to {number(own.high, 3)} cycles a pixel. Natural photographs fall about as 1/f² to "
            "1/f³, white noise is flat."
        )
    if result.settings.method == "pca":
        return "The variance of each principal component: steep where pixels go together, level where they do not."
    return "How often each response occurs, on a logarithmic axis: above the Gaussian in the tails means sparse."

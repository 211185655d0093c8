"""The pictures of the statistics lab: scatter plots, autocorrelation, spectra, mosaics of filters, and their curves."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.convolution.image_statistics import Statistics, copy_title, number
from engine.convolution.image_statistics_patches import RESPONSE_EDGES, Learned
from engine.convolution.image_statistics_views import Autocorrelation, Pairs, Spectra
from engine.core.correlations import DIRECTIONS
from engine.figures import theme
from engine.figures.panels import Marks, Panel

DRAWN_PAIRS = 12
INK = theme.INK["light"]
ROLES = theme.ROLES["light"]


def panels(result: Statistics) -> tuple[Panel, ...]:
    """The picture with what was found of it, then its copy with the same."""
    found = result.found
    if isinstance(found, Pairs):
        return _pairs(result, found)
    if isinstance(found, Autocorrelation):
        return _autocorrelation(result, found)
    if isinstance(found, Spectra):
        return _spectra(result, found)
    return _filters(result, found)


def images_of(result: Statistics, marks: tuple[Marks, ...] = ()) -> tuple[Panel, Panel]:
    """The picture and its copy, in grey."""
    size = " × ".join(map(str, result.values.shape))
    return (
        Panel(result.title or "Picture", result.values, "grey", subtitle=size, marks=marks),
        Panel(copy_title(result.settings), result.other, "grey"),
    )


def _pairs(result: Statistics, found: Pairs) -> tuple[Panel, ...]:
    """A row for the picture and a row for the copy: each with a scatter plot for every displacement."""
    pictures = images_of(result, (pair_marks(result),))
    rows = []
    for picture, counts, r in zip(pictures, found.counts, found.r, strict=True):
        rows.append(picture)
        for step, count, value in zip(found.steps, counts, r, strict=True):
            # Rounded, or the many levels of a logarithm would travel for nothing.
            shade = np.round(np.log2(1 + count), 1)
            rows.append(Panel(f"{step} apart", shade, "magnitude", subtitle=f"r = {number(value)}", linked=False))
    return tuple(rows)


def pair_marks(result: Statistics) -> Marks:
    """Some pairs at the wanted displacement, as lines from one pixel's middle to the other's."""
    settings, (height, width) = result.settings, result.values.shape
    down, across = (step * settings.displacement for step in DIRECTIONS[settings.direction])
    rng = np.random.default_rng(settings.seed)
    rows, columns = (
        rng.integers(0, max(1, side - step), DRAWN_PAIRS) for side, step in ((height, down), (width, across))
    )
    places = np.stack([rows, columns, rows + down, columns + across], axis=1) + 0.5
    return Marks("segments", places.astype(np.float32), size=2)


def _autocorrelation(result: Statistics, found: Autocorrelation) -> tuple[Panel, ...]:
    pictures = images_of(result)
    maps = [
        Panel(f"Moved by −{found.reach} … {found.reach}", np.round(values, 3), "signed", limits=(-1, 1), linked=False)
        for values in found.maps
    ]
    return pictures[0], maps[0], pictures[1], maps[1]


def _spectra(result: Statistics, found: Spectra) -> tuple[Panel, ...]:
    pictures = images_of(result)
    low, high = (float(value) for value in np.percentile(found.maps, (1, 99.9)))
    maps = [
        Panel(
            "log₁₀ power", np.round(values, 2), "magnitude", subtitle="middle: f = 0", limits=(low, high), linked=False
        )
        for values in found.maps
    ]
    return pictures[0], maps[0], pictures[1], maps[1]


def mosaic(rows: np.ndarray, own_scale: bool = True) -> np.ndarray:
    """Square tiles in a nearly square mosaic, one empty line between them: (K, s²) → (H, W), NaN where nothing is.

    Args:
        rows: one tile each.
        own_scale: divide each by its largest magnitude, so that faint tiles are seen as well.
    """
    count, side = len(rows), round(rows.shape[1] ** 0.5)
    if own_scale:
        rows = rows / np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-12)
    across = int(np.ceil(count**0.5))
    down = -(-count // across)
    out = np.full((down * (side + 1) - 1, across * (side + 1) - 1), np.nan)
    for index, row in enumerate(rows):
        top, left = (place * (side + 1) for place in divmod(index, across))
        out[top : top + side, left : left + side] = row.reshape(side, side)
    return np.round(out, 2)


def _filters(result: Statistics, found: tuple[Learned, Learned]) -> tuple[Panel, ...]:
    face = result.settings.face
    titles = (f"{face.capitalize()} of the picture's patches", f"of the copy's ({copy_title(result.settings).lower()})")
    return tuple(
        Panel(title, mosaic(getattr(learned, face)), "signed", limits=(-1, 1), linked=False)
        for title, learned in zip(titles, found, strict=True)
    )


def steps(result: Statistics) -> tuple[Panel, ...]:
    """Where the filters come from: the pictures, some patches, the same centred, and whitened; none in other views."""
    if not isinstance(result.found, tuple):
        return ()
    cut, centred, white = result.found[0].samples
    grey = np.nan_to_num(mosaic(cut, own_scale=False), nan=1.0)
    return (
        *images_of(result),
        Panel("Patches", np.clip(grey, 0, 1), "grey", linked=False),
        Panel("less their mean", mosaic(centred), "signed", limits=(-1, 1), linked=False),
        Panel("whitened", mosaic(white), "signed", limits=(-1, 1), linked=False),
    )


def step_words(result: Statistics) -> str:
    """The way from the picture to the points that are learned from."""
    return (
        f"From {result.title or 'the picture'} to the points that the method sees: patches at random places, without "
        "their mean brightness, and with the variance of all directions made alike."
    )


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
    power = {"type": "log", "exponentformat": "power"}
    figure = _chart(
        "frequency f, cycles a pixel", "mean power", xaxis={"type": "log", "dtick": "D2"}, yaxis=power | {"dtick": 1}
    )
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
    figure = _chart("component", "variance", yaxis={"type": "log", "exponentformat": "power", "dtick": 1})
    names = (result.title or "Picture", copy_title(result.settings))
    for name, learned, color in zip(names, found, (INK["accent"], INK["muted"]), strict=True):
        _line(figure, np.arange(1, len(learned.variances) + 1), learned.variances, name, color)
    return figure


def _responses(result: Statistics, found: tuple[Learned, Learned]) -> go.Figure:
    middles = (RESPONSE_EDGES[:-1] + RESPONSE_EDGES[1:]) / 2
    limits = {"type": "log", "range": [-5, 0.5], "dtick": 1, "exponentformat": "power"}
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

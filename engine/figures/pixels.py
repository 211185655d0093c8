"""The pictures of the pixels lab: the pixels, their channels apart, and the histogram of their numbers."""

import numpy as np
import plotly.graph_objects as go

from engine.convolution.pixels import CHANNEL_NAMES, Seen
from engine.core.normalising import LARGEST
from engine.figures import theme
from engine.figures.panels import Marks, Numbers, Panel

MOST_LIKE, FEW = 30, 32


def panels(seen: Seen) -> tuple[Panel, ...]:
    """The picture as stored, a frame about the crop, and each channel apart; read in the network's numbers."""
    channels, height, width = seen.values.shape
    rule = _numbers(seen.scale, seen.shift)
    title, subtitle = seen.title or "Picture", " × ".join(map(str, seen.tensor.shape))
    (top, left), (tall, wide) = seen.corner, seen.crop.shape[1:]
    frame = (Marks("boxes", np.array([[top, left, top + tall, left + wide]], dtype=np.float32)),)
    if channels == 1:
        return (Panel(title, seen.values, "grey", subtitle=subtitle, numbers=rule, marks=frame),)
    apart = tuple(
        Panel(
            name.capitalize(),
            seen.values[channel],
            name,  # type: ignore[arg-type]
            subtitle=f"{height} × {width}",
            numbers=_numbers(seen.scale[channel : channel + 1], seen.shift[channel : channel + 1]),
        )
        for channel, name in enumerate(CHANNEL_NAMES)
    )
    return (Panel(title, seen.values, "rgb", subtitle=subtitle, numbers=rule, marks=frame), *apart)


def _numbers(scale: np.ndarray, shift: np.ndarray) -> Numbers:
    """What the network gets for a byte x: (x/255 − shift)/scale, channel by channel."""
    decimals = 0 if np.allclose(scale, 1 / LARGEST) else 2
    return Numbers(tuple((1 / (LARGEST * scale)).tolist()), tuple((-shift / scale).tolist()), decimals)


def histogram(seen: Seen) -> go.Figure:
    """How many pixels have each number that the network gets; a dotted line at each channel's mean.

    Few different numbers stand as bars; where one has nearly all pixels, as in a digit, the axis is logarithmic.
    """
    figure = go.Figure()
    colours = theme.CHANNELS["light"] if len(seen.counts) == 3 else (theme.INK["light"]["muted"],)
    names = _names(seen)
    steep = bool(seen.counts.max() > MOST_LIKE * seen.counts[seen.counts > 0].mean())
    bars = steep or (seen.counts > 0).sum(axis=1).max() <= FEW
    for channel, (colour, name) in enumerate(zip(colours, names, strict=True)):
        numbers = (np.arange(LARGEST + 1) / LARGEST - seen.shift[channel]) / seen.scale[channel]
        words = {"name": name, "hovertemplate": "%{x:.4g}: %{y} pixels<extra>" + name + "</extra>"}
        if bars:
            used = np.flatnonzero(seen.counts[channel])
            wide = min(0.7 * float(np.diff(numbers[used], append=np.inf).min()), 0.04 * float(np.ptp(numbers)))
            style = {"marker": {"color": colour, "line": {"width": 0}}, "opacity": 0.75, "width": wide}
            figure.add_bar(x=numbers[used].astype(np.float32), y=seen.counts[channel][used], **style, **words)
        else:
            line = {"color": colour, "width": 1.5, "shape": "hvh"}
            figure.add_scatter(x=numbers.astype(np.float32), y=seen.counts[channel], mode="lines", line=line, **words)
        figure.add_vline(x=float(seen.mean[channel]), line={"color": colour, "width": 1.5, "dash": "dot"})
    return figure.update_layout(**_layout(len(names) > 1, "log" if steep else "linear"))


def _layout(legend: bool, scale: str) -> dict[str, object]:
    """Axes, fonts and legend of the histogram."""
    ink = theme.INK["light"]
    axis = {"gridcolor": ink["line"], "zerolinecolor": ink["line"], "linecolor": ink["line"], "automargin": True}
    return {
        "font": {"family": theme.FONT, "size": theme.SIZES["small"], "color": ink["text"]},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "barmode": "overlay",
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
        "xaxis": axis | {"title": {"text": "number for the network"}},
        "yaxis": axis | {"title": {"text": "pixels"}, "rangemode": "tozero", "type": scale},
    }


def _names(seen: Seen) -> tuple[str, ...]:
    return CHANNEL_NAMES if len(seen.counts) == 3 else ("grey",)


def histogram_words(seen: Seen) -> str:
    """The histogram in a sentence."""
    rows = zip(_names(seen), seen.mean.round(6) + 0, seen.std.round(6), strict=True)
    parts = [f"{name} {mean:.3g} ± {std:.3g}" for name, mean, std in rows]
    return f"Mean ± standard deviation of the numbers: {', '.join(parts)}.".replace("-", "−")

"""The pictures of the receptive-field lab: the field on a photo, its growth, and how much each cell matters."""

import numpy as np
import plotly.graph_objects as go

from engine.convolution.receptive_field import Cover, Growth, Stack, pooled_photo
from engine.convolution.receptive_field_effect import Effect
from engine.convolution.receptive_field_words import WAYS, effect_words
from engine.core import effective, film, receptive
from engine.core.networks.gallery import NETWORKS
from engine.figures import theme
from engine.figures.panels import Kind, Link, Marks, Panel, Window

INK = theme.INK["light"]
ROLES = theme.ROLES["light"]


def photo_panels(laid: Stack) -> tuple[Panel, ...]:
    """The input with the chosen cell's field on it, and the chosen layer: each cell the mean of what it sees."""
    photo, means = pooled_photo(laid)
    layer, row, column = laid.chosen
    field = laid.fields[layer]
    (top, bottom), (left, right) = field.of(row), field.of(column)
    kind: Kind = "rgb" if len(photo) == 3 else "grey"
    box = np.array([[top, left, bottom + 1, right + 1]], dtype=np.float32).clip(0, laid.settings.width)
    cell = np.array([[row, column, row + 1, column + 1]], dtype=np.float32)
    jump = float(field.jump)
    window = Window(0, field.size, field.size, step=(jump, jump), offset=(field.start, field.start))
    middle = float(field.centre) - (jump - 1) / 2
    count = laid.cells[layer]
    return (
        Panel("The photo", photo, kind, subtitle=_side(laid.settings.width), marks=(Marks("boxes", box),)),
        Panel(
            f"Layer {layer}",
            means,
            kind,
            subtitle=f"{_side(count)}, each cell the mean of its field",
            marks=(Marks("boxes", cell),),
            window=window,
            link=Link(scale=(jump, jump), offset=(middle, middle)),
        ),
    )


def _side(cells: int) -> str:
    return f"{cells} × {cells}"


def ways_figure(laid: Stack) -> go.Figure:
    """The field over the number of layers for several ways to grow, and for this chain, on a logarithmic axis."""
    figure = go.Figure()
    colours = (ROLES["input"], ROLES["kernel"], ROLES["bias"], theme.CHANNELS["light"][0], INK["muted"])
    dashes = ("solid", "dash", "dot", "dashdot", "longdash")
    for (name, chain), colour, dash in zip(WAYS.items(), colours, dashes, strict=True):
        _line(figure, [field.size for field in receptive.along(list(chain))], name, colour, dash)
    _line(figure, [field.size for field in laid.fields], "this chain", INK["accent"], "solid", 3)
    return _finished(figure, "layers", "receptive field r", log=True)


def _line(figure: go.Figure, sizes: list[int], name: str, colour: str, dash: str, width: float = 1.75) -> None:
    figure.add_scatter(
        x=np.arange(len(sizes)),
        y=np.array(sizes),
        name=name,
        mode="lines+markers",
        marker={"size": 5},
        line={"color": colour, "dash": dash, "width": width},
        hovertemplate="after %{x}: r = %{y}<extra>" + name + "</extra>",
    )


def cover_figure(found: Cover) -> go.Figure:
    """What a cell sees over the number of layers, a line for each kernel, to where it covers the image."""
    figure = go.Figure()
    size, chosen = found.settings.size, found.settings.kernel
    colours = iter((ROLES["input"], ROLES["kernel"], ROLES["bias"], theme.CHANNELS["light"][0]))
    for kernel, needed in zip(found.kernels, found.needed, strict=True):
        colour, width = (INK["accent"], 3) if kernel == chosen else (next(colours), 1.75)
        figure.add_scatter(
            x=np.array([0, needed]),
            y=np.array([1, 1 + needed * (kernel - 1)]),
            name=f"{kernel}×{kernel}",
            mode="lines+markers+text",
            text=["", f"{needed} layers of {kernel}×{kernel}"],
            textposition="top center",
            cliponaxis=False,
            line={"color": colour, "width": width},
            hovertemplate="%{x} layers see %{y}<extra>" + f"{kernel}×{kernel}</extra>",
        )
    figure.add_hline(y=size, line={"color": INK["muted"], "width": 1, "dash": "dot"})
    figure = _finished(figure, "layers", "receptive field r")
    figure.update_layout(showlegend=False, margin={"r": 70, "t": 36})
    return figure


def growth_figure(grown: Growth) -> go.Figure:
    """The field after every layer and meeting place of a real network, over its depth; one colour a stride."""
    figure = go.Figure()
    side = NETWORKS[grown.settings.network].side
    order = np.argsort(grown.depths, kind="stable")
    depths = np.unique(grown.depths)
    widest = np.array([grown.sizes[grown.depths <= depth].max() for depth in depths])
    figure.add_scatter(
        x=depths, y=widest, mode="lines", line={"color": INK["line"], "width": 2}, name="widest", hoverinfo="skip"
    )
    colours = (ROLES["input"], ROLES["kernel"], ROLES["bias"], theme.CHANNELS["light"][0], INK["accent"], INK["muted"])
    for place, jump in enumerate(np.unique(grown.jumps)):
        kept = order[grown.jumps[order] == jump]
        figure.add_scatter(
            x=grown.depths[kept],
            y=grown.sizes[kept],
            mode="markers",
            marker={"size": 6, "color": colours[place % len(colours)], "symbol": place},
            name=f"stride {jump:g}",
            text=[f"{grown.names[index]} ({grown.kinds[index]})" for index in kept],
            hovertemplate="%{text}<br>r = %{y}<extra></extra>",
        )
    figure.add_hline(
        y=side,
        line={"color": INK["muted"], "width": 1, "dash": "dot"},
        annotation={"text": f"image, {side}", "font": {"color": INK["muted"]}, "xanchor": "right", "yanchor": "bottom"},
    )
    return _finished(figure, "layers on the longest way", "receptive field r")


def effect_film(found: Effect) -> film.Film:
    """The maps of growing depth on the canvas of the deepest, the theoretical field as a box."""
    side = found.theory[-1]
    frames = np.zeros((len(found.depths), side, side))
    boxes = np.zeros((len(found.depths), 4))
    for place, (strength, size) in enumerate(zip(found.maps, found.theory, strict=True)):
        edge = (side - size) // 2
        frames[place, edge : edge + size, edge : edge + size] = strength
        boxes[place] = (edge, edge, edge + size, edge + size)
    labels = tuple(f"{depth} layer{'s' if depth > 1 else ''}" for depth in found.depths)
    subtitles = tuple(
        f"field {size} × {size}, σ {shape.sigma:.3g}" for size, shape in zip(found.theory, found.shapes, strict=True)
    )
    panel = film.panel("|∂ cell / ∂ input|", frames, "magnitude", (0.0, 1.0), subtitles, boxes=boxes)
    curves = (
        film.Curve("theoretical field r", np.array(found.theory, dtype=float)),
        film.Curve("over 4.55 % of the peak", np.array([shape.side for shape in found.shapes])),
    )
    return film.Film(
        (panel,),
        labels,
        effect_words(found),
        curves,
        np.array(found.depths, dtype=float),
        ("layers", "cells a side"),
        columns=1,
        start=len(labels) - 1,
    )


def width_figure(found: Effect) -> go.Figure:
    """σ over the depth: measured, and by the two laws."""
    figure = go.Figure()
    depths, laws = np.array(found.depths), np.array(found.laws)
    for factor, name, dash in ((1.0, "equal weights, √(2n/3)", "dash"), (np.sqrt(2), "random weights, √(4n/3)", "dot")):
        plain = np.allclose(laws, np.sqrt(2 * depths / 3))
        label = name if plain else name.split(",")[0] + ", formula"
        line = {"color": INK["muted"], "dash": dash, "width": 1.75}
        figure.add_scatter(x=depths, y=laws * factor, name=label, mode="lines", line=line)
    measured = np.array([shape.sigma for shape in found.shapes])
    figure.add_scatter(
        x=depths,
        y=measured,
        name="measured",
        mode="lines+markers",
        line={"color": INK["accent"], "width": 2.5},
        hovertemplate="%{x} layers: σ = %{y:.4g}<extra></extra>",
    )
    return _finished(figure, "layers n", "σ in cells")


def section_figure(found: Effect) -> go.Figure:
    """The deepest map summed along one axis, with the Gaussian fitted to it; the axis is the theoretical field."""
    figure = go.Figure()
    size, shape = found.theory[-1], found.shapes[-1]
    place = np.arange(size) - (size - 1) / 2
    strength = found.maps[-1].sum(axis=0)
    total = strength.sum() or 1.0
    bell = effective.bell(size, shape.sigma)
    figure.add_bar(x=place, y=strength / total, name="measured", marker={"color": INK["accent"], "opacity": 0.55})
    figure.add_scatter(
        x=place,
        y=bell / bell.sum(),
        name=f"Gaussian, σ = {shape.sigma:.3g}",
        mode="lines",
        line={"color": INK["text"], "width": 1.75},
    )
    return _finished(figure, f"cells from the middle of the field of {size}", "share of the gradient")


def _finished(figure: go.Figure, across: str, up: str, log: bool = False) -> go.Figure:
    figure.update_layout(
        margin={"l": 8, "r": 12, "t": 12, "b": 8},
        showlegend=True,
        bargap=0,
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": {"text": across}, "rangemode": "tozero"},
        yaxis={"title": {"text": up}, "type": "log"} if log else {"title": {"text": up}, "rangemode": "tozero"},
    )
    return figure

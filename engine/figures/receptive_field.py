"""The pictures of the receptive-field lab: the field on a photo, its growth, and how much each cell matters."""

import numpy as np
import plotly.graph_objects as go

from engine.convolution.receptive_field import WEIGHTS, Cover, Growth, Reach, Stack, pooled_photo
from engine.convolution.receptive_field_effect import Effect
from engine.convolution.receptive_field_words import WAYS, effect_words
from engine.core import effective, film, receptive
from engine.core.networks.gallery import NETWORKS
from engine.figures import theme
from engine.figures.panels import Kind, Link, Marks, Panel, Window

INK = theme.INK["light"]
ROLES = theme.ROLES["light"]
LABELLED = 0.15
COLOURS = {"uniform": ROLES["input"], "random": ROLES["kernel"], "relu": ROLES["bias"], "trained": INK["accent"]}


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


def reach_panel(found: Reach) -> Panel:
    """The photo on its canvas, and the fields at each stride around its middle, one in the other."""
    photo, edge = found.photo, (found.canvas - found.photo.shape[1]) // 2
    canvas = np.full((len(photo), found.canvas, found.canvas), 0.5, photo.dtype)  # neither paper nor ink: both themes
    canvas[:, edge : edge + photo.shape[1], edge : edge + photo.shape[2]] = photo
    boxes = found.boxes[:, [0, 0, 1, 1]].astype(np.float32)
    wide = found.sizes > LABELLED * found.sizes.max()  # a smaller box has no room for its number
    named = Marks("boxes", boxes[wide], labels=tuple(str(size) for size in found.sizes[wide]))
    title = f"{_side(found.side)} image, grey: outside it"
    marks = (named, Marks("boxes", boxes[~wide]))
    return Panel("Its fields on a photo", canvas, "rgb" if len(photo) == 3 else "grey", subtitle=title, marks=marks)


def _side(cells: int) -> str:
    return f"{cells} × {cells}"


def ways_figure(laid: Stack) -> go.Figure:
    """The field over the number of layers for several ways to grow, and for this chain, on a logarithmic axis."""
    figure = go.Figure()
    styles = (
        (ROLES["input"], "solid", 1.75),
        (ROLES["kernel"], "dash", 1.75),
        (theme.SEQUENTIAL["light"][2], "solid", 5),  # under dilation, which grows as fast
        (theme.CHANNELS["light"][0], "dot", 2),
        (INK["muted"], "longdash", 1.75),
    )
    for (name, chain), style in zip(WAYS.items(), styles, strict=True):
        _line(figure, [field.size for field in receptive.along(list(chain))], name, *style)
    _line(figure, [field.size for field in laid.fields], "this chain", INK["accent"], "solid", 3)
    figure = _finished(figure, "layers", "receptive field r")
    figure.update_yaxes(type="log", tickvals=[1, 3, 10, 30, 100, 300, 1000], rangemode="normal")
    return figure


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
            text=["", f"{kernel}×{kernel}: {needed}"],
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
            text=[_place(grown, int(index)) for index in kept],
            hovertemplate="%{text}<extra></extra>",
        )
    figure.add_hline(
        y=side,
        line={"color": INK["muted"], "width": 1, "dash": "dot"},
        annotation={"text": f"image, {side}", "font": {"color": INK["muted"]}, "xanchor": "right", "yanchor": "bottom"},
    )
    return _finished(figure, "layers on the longest way", "receptive field r")


def _place(grown: Growth, index: int) -> str:
    """One layer of a network in four short lines."""
    size, start = int(grown.sizes[index]), int(grown.starts[index])
    ends = f"first cell sees {start} … {start + size - 1}, centre {start + (size - 1) / 2:g}".replace("-", "−")
    title = f"{grown.names[index]} ({grown.kinds[index]})"
    return f"{title}<br>r = {size}<br>jump {grown.jumps[index]:g}<br>{ends}"


def effect_film(found: Effect) -> film.Film:
    """The maps of growing depth where they lie in the input, each with its theoretical field as a box."""
    start, end = int(found.fields.min()), int(found.fields.max()) + 1
    ends = found.fields - start + (0, 1)
    panels, curves = [], [film.Curve("theoretical field r", np.array(found.theory, dtype=float))]
    for one in found.measured:
        frames = np.zeros((len(found.depths), end - start, end - start))
        for frame, (low, high), strength in zip(frames, ends, one.maps, strict=True):
            frame[low:high, low:high] = strength
        widths = tuple(f"σ {shape.sigma:.3g}" for shape in one.shapes)
        title = WEIGHTS[one.weights]
        boxes = ends[:, [0, 0, 1, 1]]
        panels.append(film.panel(title, frames, "magnitude", (0.0, 1.0), widths, boxes=boxes))
        curves.append(film.Curve(title, np.array([shape.side for shape in one.shapes])))
    labels = tuple(f"{depth} layer{'s' if depth > 1 else ''}" for depth in found.depths)
    positions = np.array(found.depths, dtype=float)
    axes = ("layers", "cells a side over 4.55 % of the peak")
    words, last = effect_words(found), len(labels) - 1
    return film.Film(tuple(panels), labels, words, tuple(curves), positions, axes, columns=2, start=last)


def width_figure(found: Effect) -> go.Figure:
    """σ over the depth: measured, and by the laws; with transposed layers the exact width in place of the formula."""
    figure = go.Figure()
    depths, laws = np.array(found.depths), np.array(found.laws)
    plain = np.allclose(laws, np.sqrt(2 * depths / 3)) and not found.exact
    for factor, name, dash in ((1.0, "√(2n/3)", "dash"), (np.sqrt(2), "√(4n/3)", "dot")):
        said = "counted ways" if found.exact else "formula"
        label = name if plain else f"{said}{' · √2' if factor > 1 else ''}"
        line = {"color": INK["muted"], "dash": dash, "width": 1.75}
        figure.add_scatter(x=depths, y=laws * factor, name=label, mode="lines", line=line)
    for one in found.measured:
        figure.add_scatter(
            x=depths,
            y=np.array([shape.sigma for shape in one.shapes]),
            name=WEIGHTS[one.weights],
            mode="lines+markers",
            line={"color": COLOURS[one.weights], "width": 2},
            hovertemplate="%{x} layers: σ = %{y:.4g}<extra></extra>",
        )
    return _finished(figure, "layers n", "σ in cells")


def section_figure(found: Effect) -> go.Figure:
    """The deepest maps summed along one axis, each with its Gaussian; the axis is the theoretical field."""
    figure = go.Figure()
    size = found.theory[-1]
    place = np.arange(size) - (size - 1) / 2
    for one in found.measured:
        strength = one.maps[-1].sum(axis=0)
        bell = effective.bell(size, one.shapes[-1].sigma, one.shapes[-1].middle)
        line = {"color": COLOURS[one.weights], "width": 2}
        figure.add_scatter(
            x=place,
            y=strength / (strength.sum() or 1.0),
            name=WEIGHTS[one.weights],
            mode="lines+markers",
            marker={"size": 4},
            line=line,
        )
        dotted = line | {"dash": "dot", "width": 1.5}
        figure.add_scatter(x=place, y=bell / bell.sum(), mode="lines", line=dotted, showlegend=False, hoverinfo="skip")
    return _finished(figure, "cells from the middle of the field", "share of the gradient")


def _finished(figure: go.Figure, across: str, up: str) -> go.Figure:
    figure.update_layout(
        margin={"l": 8, "r": 12, "t": 12, "b": 8},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": {"text": across}, "rangemode": "tozero"},
        yaxis={"title": {"text": up}, "rangemode": "tozero"},
    )
    return figure

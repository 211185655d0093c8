"""The pictures of the heatmaps lab: maps over the photo, deletion and insertion, the sanity check as a film."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from engine.core import film
from engine.core.attribution import METHODS
from engine.figures import theme
from engine.figures.panels import Kind, Numbers, Panel
from engine.insight.heatmaps import Recognition, Settings
from engine.insight.heatmaps_maps import Heat
from engine.insight.heatmaps_network import layer, methods
from engine.insight.heatmaps_sanity import Sanity
from engine.insight.heatmaps_scores import RANDOM, Scored
from engine.insight.heatmaps_words import like, sanity_words

INK = theme.INK["light"]
# Steps from nothing to the strongest: as many as can be told apart over a photo, and few bytes for the browser.
STEPS = 63
# All but this share of the pixels lie within the scale: one bright pixel must not darken all others.
WITHIN = 99.5
COLOURS = dict(zip(METHODS, theme.CLASSES, strict=False))
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def panels(settings: Settings, seen: Recognition, rows: Sequence[Sequence[Heat]]) -> tuple[Panel, ...]:
    """The image, and beside it the maps of each class, a row for each.

    Args:
        settings: the experiment.
        seen: the image.
        rows: the maps of the class, and of its rival if there is one.
    """
    title = seen.title
    photo = Panel(title, seen.photo, colours(seen), subtitle=_short(seen.said(rows[0][0].label)))
    shown = [photo, *(panel(settings, seen, heat) for heat in rows[0])]
    if len(rows) > 1:
        shown.append(_difference(settings, seen, rows[0], rows[1]))
        shown += [panel(settings, seen, heat) for heat in rows[1]]
    return tuple(shown)


def colours(seen: Recognition) -> Kind:
    """How the image is drawn."""
    return "rgb" if len(seen.photo) == 3 else "grey"


def panel(settings: Settings, seen: Recognition, heat: Heat) -> Panel:
    """One map over the image, which is the first panel."""
    return _laid(
        METHODS[heat.method].title,
        subtitle(settings, seen, heat),
        heat.shown(settings.view),
        settings,
        "signed" if settings.view == "signed" else "positive",
        smooth=settings.smooth and not seen.inside.small,
    )


def subtitle(settings: Settings, seen: Recognition, heat: Heat) -> str:
    """The class where there are two, and of Grad-CAM the layer and its cells."""
    parts = [seen.inside.classes[heat.label]] if settings.rival != "none" else []
    if heat.method.startswith("grad_cam"):
        name = seen.inside.layers[layer(settings, seen.inside) - 1][0]
        parts.append(f"{name}, {heat.signed.shape[0]} × {heat.signed.shape[1]}")
    return ", ".join(parts) or METHODS[heat.method].note


def _laid(title: str, below: str, values: np.ndarray, settings: Settings, kind: Kind, smooth: bool) -> Panel:
    few = values.shape[0] < 64
    top = float(np.abs(values).max() if few else np.percentile(np.abs(values), WITHIN)) or 1.0
    unit = 1.0 if few else top / STEPS
    coded = values if few else np.rint(values.clip(-top, top) / unit)
    limits = (-top / unit if kind == "signed" else 0.0, top / unit)
    decimals = max(0, 1 - int(np.floor(np.log10(top))))
    return Panel(
        title,
        coded,
        kind,
        subtitle=below,
        limits=limits,
        numbers=Numbers((unit,), (0.0,), min(decimals, 7)),
        over=0,
        opacity=settings.opacity,
        smooth=few and smooth,
    )


def _difference(settings: Settings, seen: Recognition, first: Sequence[Heat], second: Sequence[Heat]) -> Panel:
    """What speaks for the first class rather than the second, by a map that is linear in the score."""
    at = next((i for i, heat in enumerate(first) if heat.method == "grad_cam"), 0)
    one, other = first[at], second[at]
    names = f"{seen.inside.classes[one.label]} − {seen.inside.classes[other.label]}"
    return _laid(
        "One minus the other",
        f"{METHODS[one.method].title}: {names}",
        one.signed - other.signed,
        settings,
        "signed",
        smooth=settings.smooth and not seen.inside.small,
    )


def _short(text: str) -> str:
    return text if len(text) < 34 else text[:32] + "…"


def curves(scored: Sequence[Scored]) -> go.Figure:
    """Deletion on the left, insertion on the right: the probability over the share of pixels."""
    figure = go.Figure()
    for side, axis in (("deletion", "x"), ("insertion", "x2")):
        for place, one in enumerate(scored):
            chance = one.method == RANDOM
            figure.add_scatter(
                x=one.curves.shares * 100,
                y=getattr(one.curves, side) * 100,
                name=one.title,
                legendgroup=one.method,
                showlegend=side == "deletion",
                mode="lines",
                line={
                    "color": INK["muted"] if chance else COLOURS[one.method],
                    "width": 1.5 if chance else 2.25,
                    "dash": "dot" if chance else DASHES[place // 5 % len(DASHES)],
                },
                xaxis=axis,
                yaxis="y" if axis == "x" else "y2",
                hovertemplate="%{x:.0f} % of the pixels: %{y:.1f} %<extra>" + one.title + "</extra>",
            )
    across: dict[str, object] = {"range": [0, 100], "ticksuffix": " %"}
    figure.update_layout(
        margin={"l": 8, "r": 12, "t": 12, "b": 8},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.04, "yanchor": "bottom"},
        xaxis=across | {"domain": [0, 0.46], "title": {"text": "pixels taken away"}},
        xaxis2=across | {"domain": [0.54, 1], "title": {"text": "pixels put back"}, "anchor": "y2"},
        yaxis={"title": {"text": "probability"}, "rangemode": "tozero", "ticksuffix": " %"},
        yaxis2={"anchor": "x2", "rangemode": "tozero", "matches": "y", "ticksuffix": " %"},
    )
    return figure


def sanity_film(found: Sanity) -> film.Film:
    """The maps while the network forgets, and how alike each still is."""
    panels = tuple(
        film.panel(METHODS[name].title, maps, "positive", (0.0, 1.0), tuple(map(_like, found.correlations[name])))
        for name, maps in found.maps.items()
    )
    curves = tuple(film.Curve(METHODS[name].title, rho) for name, rho in found.correlations.items())
    frames = ("trained", *(f"random down to: {stage}" for stage in found.stages[1:]))
    axes = ("layers made random, from the top", "rank correlation ρ")
    return film.Film(panels, frames, sanity_words(found), curves, axes=axes, columns=4)


def _like(rho: float) -> str:
    return like(rho) if np.isnan(rho) else f"ρ = {like(rho)}"


def columns(settings: Settings, seen: Recognition) -> int:
    """How many panels stand in a row: with two classes a row for each."""
    count = len(methods(settings, seen.inside)) + 1
    return count if settings.rival != "none" or count < 6 else 4 if count in (7, 8) else 5

"""The pictures of the kernel variants: what each does to a photo, and counted against measured cost."""

from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.convolution.kernel_variants_channels import Mixed, drawable, make
from engine.convolution.kernel_variants_dilated import Dilated
from engine.convolution.kernel_variants_separable import Separated
from engine.convolution.kernel_variants_settings import Settings
from engine.convolution.kernel_variants_stacked import Stacked
from engine.convolution.kernel_variants_transposed import Transposed
from engine.core.cost_sheet import Way, share_words
from engine.core.upsampling import MODES
from engine.figures import theme
from engine.figures.panels import Marks, Panel

INK = theme.INK["light"]
ROLES = theme.ROLES["light"]
MOST_LAYERS = 3


def limit_of(values: np.ndarray) -> float:
    """The magnitude that all but a few pixels stay under."""
    return max(float(np.percentile(np.abs(values), 99.8)), 1e-9)


def separated(made: Separated) -> tuple[Panel, ...]:
    """The photo, then through the kernel, through what is kept of it, and the difference; the kernels below."""
    size, keep = len(made.kernel), len(made.columns)
    top = limit_of(made.whole)
    rest = made.whole - made.kept
    kernel_top = theme.symmetric_limit(made.kernel)
    ends, small = (-top, top), (-kernel_top, kernel_top)
    left = f"{made.photo_errors[keep - 1]:.2%} of the output" if made.rank > keep else "nothing"
    return (
        Panel("Photo", made.photo, "grey", subtitle=made.title),
        Panel("Through the kernel", made.whole, "signed", limits=ends),
        Panel(f"Rank {keep} of it", made.kept, "signed", limits=ends),
        Panel("Left out", rest, "signed", limits=ends, subtitle=left),
        Panel("Kernel", made.kernel, "signed", limits=small, subtitle=f"{size} × {size}", linked=False),
        Panel(f"Rank {keep} of it", made.approximation, "signed", limits=small, linked=False),
        Panel("Left out", made.kernel - made.approximation, "signed", limits=small, linked=False),
    )


def singular_values(made: Separated) -> go.Figure:
    """How much each outer product weighs; those that are kept in colour."""
    keep = len(made.columns)
    values = np.where(np.arange(len(made.singular)) < made.rank, made.singular, 0.0)  # what is left of rounding is 0
    places = [str(place + 1) for place in range(len(values))]
    colors = [ROLES["kernel"] if place < keep else INK["line"] for place in range(len(values))]
    figure = go.Figure(
        go.Bar(
            x=places,
            y=values,
            width=0.5,
            marker={"color": colors, "line": {"color": INK["muted"], "width": 1}},
            text=[f"{value:.3g}" for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="σ%{x} = %{y:.4g}<extra></extra>",
        )
    )
    figure.update_layout(
        xaxis={"title": {"text": "outer product"}, "type": "category"},
        yaxis={"title": {"text": "singular value σ"}, "rangemode": "tozero"},
        margin={"l": 60, "r": 16, "t": 24, "b": 44},
    )
    return figure


def stacked(made: Stacked) -> tuple[Panel, ...]:
    """How each coefficient of the composed kernel moves with each parameter."""
    parts = [part.size for part in made.kernels]
    ends = np.cumsum([0, *parts])
    boxes = np.array([[0, left, made.coefficients, right] for left, right in pairwise(ends)])
    marks = Marks("boxes", boxes.astype(np.float32), labels=("first", "second", "third")[: len(parts)])
    words = f"{made.coefficients} coefficients × {made.parameters} parameters, rank {made.rank}"
    return (Panel("Jacobian", made.jacobian, "signed", subtitle=words, marks=(marks,)),)


def mixed(made: Mixed) -> tuple[Panel, ...]:
    """Which output channel (row) reads which input channel (column)."""
    rows, columns = made.connected.shape
    share = f"{made.connected.mean():.1%} of {rows * columns:,} pairs"
    return (Panel("Output reads input", made.connected.astype(np.float32), "magnitude", subtitle=share),)


def joined(groups: str) -> np.ndarray:
    """A weight, none near 0, for each pair of eight input and eight output channels that a kernel joins: (8, 8)."""
    random = np.random.default_rng(5)
    weights = random.uniform(0.35, 1, (8, 8)) * random.choice([-1, 1], (8, 8))
    return weights * make(Settings(inputs=8, outputs=8, groups=groups)).connected


def dilated(made: Dilated) -> tuple[Panel, ...]:
    """What one output reads after each layer; then the photo through the layers, with gaps and without."""
    field, reads = made.field, []
    for depth in range(max(0, len(made.paths) - MOST_LAYERS), len(made.paths)):
        counted = made.paths[depth]
        edge = (field - len(counted)) // 2
        sheet = np.full((field, field), np.nan)
        sheet[edge : edge + len(counted), edge : edge + len(counted)] = counted
        box = np.array([[edge, edge, edge + len(counted), edge + len(counted)]], dtype=np.float32)
        title = f"After {depth + 1} layer{'s' if depth else ''}"
        words = f"paths; sees {len(counted)} × {len(counted)}, reads {(counted > 0).mean():.0%}"
        reads.append(
            Panel(title, sheet, "magnitude", subtitle=words, marks=(Marks("boxes", box, size=1.5),), linked=False)
        )
    return (
        *reads,
        Panel("Image", made.photo, "grey", subtitle="each layer takes means"),
        Panel("Through it", np.clip(made.gapped, 0, 1), "grey", subtitle="as dilated"),
        Panel("Without the gaps", np.clip(made.dense, 0, 1), "grey", subtitle="windows as wide, but full"),
    )


def transposed(made: Transposed) -> tuple[Panel, ...]:
    """A photo enlarged four ways, and how the prints overlap."""
    factor = made.settings.stride
    names = {"transposed": "Transposed"} | {mode: f"{title}, then convolved" for mode, (_, _, title) in MODES.items()}
    enlarged = [
        Panel(names[name], np.clip(values, 0, 1), "grey", subtitle=f"ripple {ripple:.2f}")
        for (name, values), ripple in zip(made.enlarged, made.ripples, strict=True)
    ]
    side = len(made.small)
    return (
        Panel("Photo", made.small, "grey", subtitle=f"{side} × {side}, to be {factor}×"),
        *enlarged,
        Panel(
            "Prints that overlap",
            made.overlaps.astype(np.float64),
            "magnitude",
            subtitle="on each output cell",
            linked=False,
        ),
    )


def first(made: object) -> tuple[Panel, ...]:
    """The picture above the stepper, where the variant is seen best on a photo or as a map; none otherwise."""
    if isinstance(made, Separated):
        return separated(made)
    if isinstance(made, Dilated):
        return dilated(made)
    return mixed(made) if isinstance(made, Mixed) and not drawable(made.settings) else ()


def costs(sheet: tuple[Way, ...], spent: tuple[float | None, ...]) -> go.Figure:
    """Multiplications and measured time of each way, both as shares of the first way's."""
    titles = [way.title for way in sheet]
    counted = [way.multiplications / sheet[0].multiplications for way in sheet]
    base = spent[0]
    measured = [time / base if time is not None and base else None for time in spent]
    shown = ["too much to measure" if time is None else f"{time:.3g} ms" for time in spent]
    figure = go.Figure()
    for name, shares, words, role in (
        ("Multiplications", counted, [f"{way.multiplications:,}" for way in sheet], "input"),
        ("Measured time", measured, shown, "kernel"),
    ):
        figure.add_bar(
            x=shares,
            y=titles,
            orientation="h",
            name=name,
            marker={"color": ROLES[role]},
            text=[
                f"{text}  ({share_words(share)})" if share is not None else text
                for text, share in zip(words, shares, strict=True)
            ],
            textposition="auto",
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    axis: dict[str, Any] = {"tickformat": ".0%", "rangemode": "tozero"}
    figure.update_layout(
        barmode="group",
        uniformtext={"minsize": theme.SIZES["small"], "mode": "show"},
        bargap=0.3,
        xaxis=axis,
        yaxis={"autorange": "reversed"},
        legend={"orientation": "h", "y": 1.12, "x": 0, "traceorder": "normal"},
        margin={"l": 210, "r": 16, "t": 28, "b": 44},
    )
    return figure

"""Pictures of equivariance and of the Fourier product: panels, and the difference for every shift."""

import numpy as np
import plotly.graph_objects as go

from engine.convolution import as_matrix_ways as ways
from engine.convolution.as_matrix import Unrolled
from engine.convolution.as_matrix_shift import Moved
from engine.figures import theme
from engine.figures.panels import Panel


def panels(moved: Moved) -> tuple[Panel, ...]:
    """The shifted image, both orders, and their difference on the same scale."""
    limits = (-moved.reach, moved.reach)
    size = " × ".join(map(str, moved.then_layer.shape))
    return (
        Panel("Shifted image", moved.moved, "grey", "96 × 96"),
        Panel("Layer, then shift", moved.then_shifted, "signed", size, limits=limits),
        Panel("Shift, then layer", moved.then_layer, "signed", size, limits=limits),
        Panel("Difference", moved.then_layer - moved.then_shifted, "signed", limits=limits),
    )


def curve(moved: Moved) -> go.Figure:
    """The largest difference for shifts of 0 … 8 pixels to the right, inside and anywhere."""
    shifts = list(range(len(moved.curve)))
    figure = go.Figure()
    for column, title, role in ((1, "anywhere", "other"), (0, "inside", "output")):
        figure.add_bar(
            x=shifts,
            y=100 * moved.curve[:, column] / moved.reach,
            name=title,
            marker={"color": theme.ROLES["light"][role]},
            hovertemplate="shift %{x}: %{y:.3g} %<extra></extra>",
        )
    figure.update_layout(
        barmode="group",
        xaxis={"title": {"text": "shift to the right, pixels"}, "dtick": 1},
        yaxis={"title": {"text": "largest difference, %"}, "rangemode": "tozero"},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"l": 56, "r": 16, "t": 52, "b": 44},
    )
    return figure


def spectra(unrolled: Unrolled) -> tuple[Panel, ...]:
    """Padded image, the magnitudes of the three spectra with frequency zero in the middle, and the output."""
    image, kernel, product = (np.fft.fftshift(np.abs(part)) for part in ways.spectra(unrolled))
    size = " × ".join(map(str, unrolled.padded.shape))
    return (
        Panel("Input, padded", unrolled.padded, "signed", size),
        Panel("log(1 + |F input|)", np.log1p(image), "magnitude"),
        Panel("|F kernel|", kernel, "magnitude"),
        Panel("log(1 + |product|)", np.log1p(product), "magnitude"),
        Panel("Output", ways.fourier(unrolled), "signed", " × ".join(map(str, unrolled.output.shape)), linked=False),
    )

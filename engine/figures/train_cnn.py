"""Pictures of a training: live curves, the film of what the first layer learns, confusions, and runs side by side."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from engine.core.curves import thinned
from engine.core.examples import Examples
from engine.core.film import Curve, Film, mosaic, panel
from engine.core.film import Panel as FilmPanel
from engine.core.trained import Trained
from engine.figures import theme
from engine.figures.panels import Panel
from engine.training.train_cnn import Snapshot

INK, ROLES = theme.INK["light"], theme.ROLES["light"]
# Accuracy on an axis of logarithmic error: from 98 to 99 % is as far as from 80 to 90 %, and as hard.
ACCURACIES = (0, 60, 80, 90, 95, 98, 99, 99.5, 99.9)
LEGEND = {
    "showlegend": True,
    "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
    "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
}
BEST = 0.05  # errors below so many % are drawn there
LOWEST_TOP = 60  # the accuracy axis goes further than that, in %
GALLERY_COLUMNS, GALLERY_MOST, GALLERY_FEWEST = 15, 45, 8
SAMPLES, COLOURED = 20, 80  # images of a class that are shown; in colour, which is many more bytes, of all classes


def accuracies(snapshot: Snapshot, live: bool = False) -> go.Figure:
    """Accuracy over the epochs, as far as they go: of training batches, thinned, and on test images.

    Live the axis stays; else it ends above what was reached.
    """
    history = snapshot.history
    ends, shares = thinned(history.accuracies)
    right = np.array([test.accuracy for test in history.tests])
    figure = _over_epochs(snapshot, ends, _errors(shares), _errors(right), [_said(shares), _said(right)])
    figure.update_layout(yaxis=_accuracy_axis() if live else _accuracy_axis(max([*shares, *right], default=1.0)))
    return figure


def losses(snapshot: Snapshot) -> go.Figure:
    """Loss over the epochs, likewise."""
    history = snapshot.history
    tested = np.array([test.loss for test in history.tests], np.float32)
    ends, trained = thinned(history.losses)
    figure = _over_epochs(snapshot, ends, _short(trained), tested, [{}, {}])
    figure.update_layout(yaxis={"title": {"text": "loss"}, "rangemode": "tozero"})
    return figure


def _over_epochs(
    snapshot: Snapshot, ends: np.ndarray, trained: np.ndarray, tested: np.ndarray, said: list[dict[str, object]]
) -> go.Figure:
    history, figure = snapshot.history, go.Figure()
    each = history.epochs / history.steps
    faint = {"color": ROLES["other"], "width": 1.5}
    figure.add_scatter(x=_short(ends * each), y=trained, name="training batches", line=faint, **said[0])
    looks = _short(np.array([test.step for test in history.tests]) * each)
    strong = {"mode": "lines+markers", "line": {"color": INK["accent"], "width": 2.5}, "marker": {"size": 8}}
    figure.add_scatter(x=looks, y=tested, name="test images", cliponaxis=False, **strong, **said[1])
    figure.update_layout(xaxis={"range": [0, 1.02 * history.epochs], "title": {"text": "epochs"}}, **LEGEND)
    return figure


def _short(values: np.ndarray) -> np.ndarray:
    return np.asarray(values, np.float32)


def _errors(shares: np.ndarray) -> np.ndarray:
    """Accuracies as errors in %, where a logarithm has them."""
    return np.maximum(100 - 100 * np.asarray(shares, np.float32), np.float32(BEST))


def _said(shares: np.ndarray) -> dict[str, object]:
    return {"customdata": 100 * np.asarray(shares, np.float32), "hovertemplate": "%{customdata:.2f} %"}


def _accuracy_axis(best: float = 1.0) -> dict[str, object]:
    """From nothing to a mark well above the best; see ACCURACIES."""
    above = [share for share in ACCURACIES if share > max(100 * best, LOWEST_TOP)]
    top = 100.0 - above[1] if len(above) > 1 else BEST
    return {
        "type": "log",
        "range": [2.0, np.log10(top)],
        "tickvals": [100 - share for share in ACCURACIES],
        "ticktext": [f"{share:g} %" for share in ACCURACIES],
        "title": {"text": "accuracy", "standoff": 12},
    }


def film(snapshot: Snapshot, words: str, live: bool = False) -> Film:
    """The example, the first filters, their gradients, their maps, the last maps; live, the last frame alone."""
    frames = snapshot.frames[-1:] if live else snapshot.frames
    chance = np.array([frame.probabilities[snapshot.truth] for frame in frames])
    return Film(
        (
            _example(snapshot, len(frames)),
            _filters("First filters", [frame.filters for frame in frames]),
            _filters("Their gradients", [frame.gradients for frame in frames], alike=False),
            *_maps([frame.maps for frame in frames], "Their maps"),
            *_maps([frame.deep for frame in frames], "Last maps"),
        ),
        tuple(f"step {frame.step:,}" for frame in frames),
        words,
        () if live else (Curve("right class", 100 * chance, " %"),),
        axes=("frame", "%"),
        columns=5 if live else 3,
        start=len(frames) - 1,
    )


def _example(snapshot: Snapshot, count: int) -> FilmPanel:
    pixels = np.repeat(snapshot.example[None], count, axis=0)
    if pixels.shape[1] == 3:
        return panel("A test image", pixels, "rgb")
    return panel("A test image", pixels[:, 0] / 255.0, "grey", (0.0, 1.0))


def _filters(title: str, values: list[np.ndarray], alike: bool = True) -> FilmPanel:
    """A sheet of filters; colours where they have three channels, else signed, their first channel."""
    stack = np.stack(values)  # (T, K, C, h, w)
    largest = [float(np.nanmax(np.abs(one), initial=0.0)) if np.isfinite(one).any() else 0.0 for one in stack]
    said = tuple(f"up to {most:.2g}" if most else "none yet" for most in largest)
    scale = np.array([max(largest)] * len(stack) if alike else largest)
    stack = stack / np.where(scale > 0, scale, 1.0)[:, None, None, None, None]
    if stack.shape[2] == 3:
        planes = [mosaic(stack[:, :, channel] / 2 + 0.5) for channel in range(3)]
        return panel(title, np.nan_to_num(np.stack(planes, axis=1), nan=0.5), "rgb", subtitles=said)
    return panel(title, mosaic(stack[:, :, 0]), "signed", (-1.0, 1.0), said)


def _maps(maps: Sequence[np.ndarray], title: str) -> tuple[FilmPanel, ...]:
    stack = np.stack(maps)
    if not stack.size:
        return ()
    if stack.shape[-1] == 1:  # the outputs of a fully connected layer: one cell each, in rows of four
        cells = np.pad(stack[:, :, 0, 0], ((0, 0), (0, -stack.shape[1] % 4)), constant_values=np.nan)
        return (panel(title, cells.reshape(len(stack), -1, 4), "signed"),)  # (T, M) → (T, R, 4)
    return (panel(title, mosaic(stack), "signed"),)


def samples(examples: Examples) -> Panel:
    """Some images of each class, a class a row."""
    most = SAMPLES if examples.shape[0] == 1 else min(SAMPLES, COLOURED // len(examples.classes))
    places = [np.flatnonzero(examples.labels == label)[:most] for label in range(len(examples.classes))]
    rows = [[examples.images[place] for place in row] for row in places]
    return _sheet("Some of what it learns from", rows, max(map(len, rows)))


def _sheet(title: str, rows: Sequence[Sequence[np.ndarray]], columns: int) -> Panel:
    """Images uint8 (C, H, W) in rows with a line between them."""
    channels, height, width = next(image.shape for row in rows for image in row)
    sheet = np.zeros((channels, len(rows) * (height + 1) - 1, columns * (width + 1) - 1), np.uint8)
    for down, row in enumerate(rows):
        for right, image in enumerate(row):
            top, left = down * (height + 1), right * (width + 1)
            sheet[:, top : top + height, left : left + width] = image
    return Panel(title, sheet, "rgb" if channels == 3 else "grey")


def gallery(test: Examples, places: np.ndarray, title: str) -> Panel:
    """Test images in the order that they have; one dark image where there is none."""
    images = [test.images[place] for place in places[:GALLERY_MOST]] or [np.zeros_like(test.images[0])]
    rows = [images[first : first + GALLERY_COLUMNS] for first in range(0, len(images), GALLERY_COLUMNS)]
    return _sheet(title, rows, max(GALLERY_FEWEST, len(rows[0])))


def compared(runs: Sequence[Trained]) -> go.Figure:
    """The test accuracies of several runs over their epochs."""
    figure = go.Figure()
    for number, run in enumerate(runs):
        figure.add_scatter(
            x=run.looks, y=_errors(run.accuracies), name=run.title, **_line(number), **_said(run.accuracies)
        )
    best = max(share for run in runs for share in run.accuracies)
    figure.update_layout(
        yaxis=_accuracy_axis(best), xaxis={"title": {"text": "epochs"}, "rangemode": "tozero"}, **LEGEND
    )
    return figure


def moved(runs: Sequence[Trained]) -> go.Figure:
    """Accuracy on test images moved by so many pixels, for the networks that were tested so."""
    figure = go.Figure()
    for number, run in enumerate(runs):  # numbered as in `compared`, for the same colours
        if not len(run.moved):
            continue
        figure.add_scatter(x=run.shifts, y=100 * run.moved, name=run.title, **_line(number))
    figure.update_layout(
        yaxis={"title": {"text": "accuracy, %"}, "range": [0, 101]},
        xaxis={"title": {"text": "moved by, pixels"}, "dtick": 1},
        **LEGEND,
    )
    return figure


def _line(number: int) -> dict[str, object]:
    colour = theme.CLASSES[number % len(theme.CLASSES)]
    return {"mode": "lines+markers", "line": {"color": colour, "width": 2.25}, "marker": {"size": 7}}

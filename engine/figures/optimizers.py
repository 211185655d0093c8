"""More pictures of the optimisers' lab: momentum's plane, the run at a point of it, the network's slice, schedules."""

import numpy as np
import plotly.graph_objects as go

from engine.core.descent import TITLES
from engine.core.schedules import SCHEDULES, factors
from engine.figures import theme
from engine.figures.landscape import COLOURS, KEYS, Landscape, levels_of
from engine.figures.panels import Panel
from engine.learning.optimizers import Race, Settings
from engine.learning.optimizers_network import Training
from engine.learning.optimizers_plane import Plane, numbers, summary

BANDS = 14
BOARD = 28
INK = theme.INK["light"]


def plane_landscape(plane: Plane) -> Landscape:
    """The rate over step size and momentum; what does not converge has no colour."""
    best = float(plane.rates.min())
    (pace, beta), plain = plane.best, plane.plain
    return Landscape(
        values=plane.rates,
        levels=best + (1 - best) * np.linspace(0, 1, BANDS),
        box=(0.0, 4.0, 0.0, 1.0),
        axes=("α·λₙ", "β"),
        height="rate",
        summary=summary(plane),
        minima=np.array([[pace, beta], [plain, 0.0]]),
        notes=[
            {"x": pace, "y": beta, "text": "optimum"},
            {"x": plain, "y": 0.03, "text": "best without momentum"},
            {"x": 3.4, "y": 0.12, "text": "diverges"},
        ],
        start=(plane.settings.pace, plane.settings.carry),
        limit=1.0,
        square=False,
        hint="Click or drag: another α and β",
        keys="W, A, S and D move the chosen point.",
    )


def plane_run_landscape(plane: Plane, summary: str) -> Landscape:
    """Momentum at the chosen point, with the slope that theory predicts."""
    run, surface = plane.run, plane.surface
    _, _, values = surface.grid(65)
    alpha, _ = numbers(plane)
    return Landscape(
        values=values,
        levels=levels_of(values, 0.0),
        box=surface.box,
        axes=("x", "y"),
        height="f",
        summary=summary,
        measure="f",
        titles=["Momentum"],
        kinds=list(run.rules),
        colours=[COLOURS["momentum"]],
        points=run.points,
        gaps=run.losses,
        gradients=run.gradients,
        memories=run.memories,
        scales=run.scales,
        rates=np.array([alpha]),
        schedule=np.ones(1),
        minima=np.zeros((1, 2)),
        frame=6,
        predicted=plane.predicted,
        hint="Dotted: what theory predicts",
    )


def network_landscape(training: Training, summary: str) -> Landscape:
    """The paths of the weights on the slice of the loss."""
    rules = training.rules
    return Landscape(
        values=training.slice,
        levels=levels_of(training.slice, float("nan")),
        box=training.box,
        axes=("PC 1", "PC 2"),
        height="loss",
        summary=summary,
        measure="loss",
        titles=[TITLES[rule] for rule in rules],
        kinds=list(rules),
        colours=[COLOURS[rule] for rule in rules],
        points=training.paths,
        gaps=training.losses,
        rates=training.rates,
        frame=training.settings.rounds,
        explained=int(np.argmin(training.losses[-1])),
        relief=True,
        square=False,
        hint="All start from the same weights",
        keys=KEYS,
    )


def boards(training: Training) -> tuple[Panel, ...]:
    """What each network says over the plane at the end: the logit's sign and, squashed, its size."""
    from engine.core.stacked_networks import logits

    side = np.linspace(-1.25, 1.25, BOARD)
    across, up = np.meshgrid(side, side[::-1])
    places = np.stack([across.ravel(), up.ravel()], axis=1)  # (B, B) twice -> (B·B, 2)
    said = np.tanh(logits(training.weights[-1], places, training.settings.width) / 2)
    return tuple(
        Panel(
            TITLES[rule],
            np.round(values.reshape(BOARD, BOARD), 2),  # (B·B,) -> (B, B)
            "signed",
            f"loss {loss:.2g}",
            limits=(-1.0, 1.0),
        )
        for rule, values, loss, share in zip(training.rules, said, training.losses[-1], training.accuracy, strict=True)
    )


def schedule_figure(settings: Settings, steps: int) -> go.Figure:
    """All schedules, the chosen one in the accent colour."""
    figure = go.Figure(layout={"margin": {"l": 48, "r": 12, "t": 8, "b": 40}, "showlegend": False})
    for name, title in SCHEDULES.items():
        chosen = name == settings.schedule
        values = factors(name, steps, every=settings.every, decay=settings.decay, warmup=settings.warmup)
        line = {"color": INK["accent"] if chosen else INK["muted"], "width": 3 if chosen else 1.2}
        figure.add_scatter(
            x=np.arange(steps, dtype=np.float32), y=values.astype(np.float32), mode="lines", name=title, line=line
        )
        at = int(steps * 0.62)
        if chosen:
            figure.add_annotation(x=at, y=float(values[at]), text=title, showarrow=False, yshift=12, xanchor="left")
    figure.update_xaxes(title={"text": "step"})
    figure.update_yaxes(title={"text": "factor"}, range=[-0.03, 1.1])
    return figure


def schedule_words(race: Race) -> str:
    """The schedule in words."""
    first, last = race.schedule[0], race.schedule[-1]
    title = SCHEDULES[race.settings.schedule]
    most = int(np.argmax(race.schedule))
    words = f"{title}: the learning rates are multiplied by {first:.3g} at first and {last:.3g} at the end"
    return words + (f", at most at step {most}." if most else ".")

"""The job: fetches what is missing, trains, films, and says at the end how the network bears shifted images."""

import time
from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import torch

from engine.core.curves import thinned
from engine.core.device import computes_in_halves
from engine.core.downloads import File, fetch
from engine.core.examples import Examples
from engine.core.history import History
from engine.core.jobs import Control
from engine.core.networks.building import build
from engine.core.networks.grammar import write
from engine.core.resident import Resident, resident
from engine.core.samples import own
from engine.core.trained import Trained
from engine.core.training import TEST_BATCH, Run, evaluate, to_its_end, told_of, train
from engine.core.training_recipe import Recipe
from engine.core.weights import finite, pack
from engine.training.train_cnn import FEWEST_HALVES, Plan, Settings, Snapshot, plan
from engine.training.train_cnn_data import data_of, missing
from engine.training.train_cnn_frames import Camera
from engine.training.train_cnn_network import name_of
from engine.training.train_cnn_words import how

SHIFT_TESTS, SHIFT_BATCH = 500, 100
FURTHEST = 8
AROUND = ((0, 1), (1, 0), (0, -1), (-1, 0))
KEPT_POINTS = 300
STOP = 0.15  # seconds that the test of a stopped run may take


class Stopwatch:
    """Seconds of work; what passes while the job rests does not count."""

    def __init__(self) -> None:
        self.before = 0.0
        self.since: float | None = time.monotonic()

    @property
    def seconds(self) -> float:
        """So far."""
        return self.before + (0.0 if self.since is None else time.monotonic() - self.since)

    def rest(self) -> None:
        """Stop."""
        self.before, self.since = self.seconds, None

    def go(self) -> None:
        """On again."""
        self.since = time.monotonic()


@dataclass(frozen=True, eq=False)
class Course:
    """All that stays the same in a run: what was asked for and planned, who learns, and who looks on."""

    settings: Settings
    planned: Plan
    run: Run
    test: Examples
    camera: Camera
    control: Control


def learn(settings: Settings, control: Control) -> Generator[Snapshot | None, None, None]:
    """See `engine.training.train_cnn.run`."""
    watch = Stopwatch()
    planned = plan(settings)
    if files := missing(planned.data):
        yield from _bring(planned, files, control)
        watch = Stopwatch()
    training, test = planned.data.read()
    training = _first(training, planned.examples)
    yield None
    held = resident(test)
    camera = Camera(held.batch(slice(0, 1))[0])
    run = Run(build(planned.network, settings.seed, settings.initialisation), training, device_recipe(settings))
    course = Course(settings, planned, run, test, camera, control)
    yield None
    snapshot, spent = _begun(settings, planned, test), watch.seconds
    try:
        for history in train(run, test, control, camera.take):
            if history is not None:
                snapshot = _told(snapshot, history, camera, watch.seconds, watch.seconds - spent)
            watch.rest()
            yield snapshot if history is not None else None
            watch.go()
        if not (snapshot.history.finished and finite(run.module)):
            return
        shifts, moved = yield from shifted(run.module, held)
    except GeneratorExit:
        if control.seen and run.done and finite(run.module):
            control.leave(_stopped(course, snapshot))
        raise
    yield replace(snapshot, trained=_trained(course, snapshot, shifts, moved))


def _stopped(course: Course, snapshot: Snapshot) -> Snapshot:
    """What a run leaves that is stopped: tested once more, on as many images as that time allows."""
    run, camera = course.run, course.camera
    if not snapshot.history.finished:
        held, begun = resident(course.test), time.monotonic()
        to_its_end(evaluate(run.module, held, TEST_BATCH))
        batches = STOP / max(time.monotonic() - begun, 1e-6)
        last = replace(to_its_end(evaluate(run.module, held, TEST_BATCH * max(1, int(batches)))), step=run.done)
        earlier = tuple(one for one in snapshot.history.tests if one.step < run.done)
        if not camera.frames or camera.frames[-1].step < run.done:
            camera.take(run.done, run.module)
        kept = replace(snapshot, times=snapshot.times[: len(earlier)])
        history = told_of(run, replace(snapshot.history, tests=(*earlier, last)))
        snapshot = _told(kept, history, camera, snapshot.seconds, snapshot.training)
    none = np.zeros(0)
    return replace(snapshot, trained=_trained(course, snapshot, none, none))


def prepare(settings: Settings) -> None:
    """Bring data that are here to the device."""
    for examples in data_of(settings).read():
        resident(examples)


def _bring(planned: Plan, files: tuple[File, ...], control: Control) -> Generator[Snapshot | None, None, None]:
    """Fetch what is missing; the share that is there is the job's progress."""
    total = sum(file.size for file in files)
    for share in fetch(files):
        control.progress = share
        words = f"Fetching {planned.data.title}: {share * total / 1e6:.0f} of {total / 1e6:.0f} MB"
        yield Snapshot(words, History(planned.steps, 0.0, 1)) if control.due() else None
    control.progress = 0.0


def _begun(settings: Settings, planned: Plan, test: Examples) -> Snapshot:
    """Before the first update."""
    history, data = History(planned.steps, settings.epochs, settings.batch), planned.data
    film = {"example": test.images[0], "truth": int(test.labels[0])}
    return Snapshot("", history, noun=data.noun, classes=data.classes, **film)


def _first(examples: Examples, count: int) -> Examples:
    if count >= len(examples):
        return examples
    return Examples(examples.images[:count], examples.labels[:count], examples.classes, examples.statistics)


def device_recipe(settings: Settings) -> Recipe:
    """The settings' recipe, in bfloat16 only where the device multiplies in it and the batch is large."""
    recipe = settings.recipe
    if recipe.precision == "bfloat16" and not (computes_in_halves() and recipe.batch >= FEWEST_HALVES):
        return replace(recipe, precision="float32")
    return recipe


def _told(before: Snapshot, history: History, camera: Camera, now: float, spent: float) -> Snapshot:
    times = (*before.times, *[now] * (len(history.tests) - len(before.times)))
    return replace(before, history=history, times=times, seconds=now, training=spent, frames=camera.frames)


def shifted(
    module: torch.nn.Module, held: Resident, most: int = SHIFT_TESTS
) -> Generator[None, None, tuple[np.ndarray, np.ndarray]]:
    """Accuracies on images moved by 0, 1, … pixels, the mean of four directions; what comes in is black.

    Yields:
        None after each batch.
    """
    module.eval()
    count, side = min(most, len(held.labels)), held.images.shape[-1]
    distances = np.arange(min(FURTHEST, side // 3) + 1)
    shares = []
    for distance in distances.tolist():
        ways = {(down * distance, right * distance) for down, right in AROUND}
        right = 0.0
        for way in sorted(ways):
            for first in range(0, count, SHIFT_BATCH):
                with torch.inference_mode():
                    images, labels = held.batch(slice(first, min(first + SHIFT_BATCH, count)), way)
                    right += float((module(images).argmax(dim=1) == labels).sum())
                yield None
        shares.append(right / count / len(ways))
    return distances, np.array(shares)


def _trained(course: Course, snapshot: Snapshot, shifts: np.ndarray, moved: np.ndarray) -> Trained:
    settings, planned, run, test = course.settings, course.planned, course.run, course.test
    history = snapshot.history
    epochs = settings.epochs / history.steps
    ends, losses = thinned(history.losses, KEPT_POINTS)
    stopped = f", stopped at epoch {run.done * epochs:.3g}" if run.done < run.steps else ""
    return Trained(
        f"{name_of(settings.network)} ({planned.data.title}){stopped}",
        write(planned.network),
        pack(run.module),
        settings.dataset,
        test.shape,
        test.classes,
        test.statistics,
        planned.parameters,
        history.accuracy,
        len(history.tests[-1].predicted),
        snapshot.seconds,
        ends * epochs,
        losses,
        np.array([one.step for one in history.tests]) * epochs,
        np.array([one.accuracy for one in history.tests]),
        shifts,
        moved,
        own(test, settings.dataset),
        how(settings, course.control.values),
    )

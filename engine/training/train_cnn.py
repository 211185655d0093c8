"""Training a network while one watches: what is learned from, by which network, how, and what comes of it."""

import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from math import prod
from typing import Any

import numpy as np

from engine.core.fields import Experiment, choice, flag, real, seed, text, whole
from engine.core.history import History
from engine.core.jobs import Control
from engine.core.networks.grammar import Limits, parse
from engine.core.networks.initialisations import INITIALISATIONS
from engine.core.networks.presets import ARCHITECTURES
from engine.core.networks.sheet import sheet, totals
from engine.core.networks.specification import Network
from engine.core.schedules import SCHEDULES
from engine.core.shapes import LABELS, OTHERS, POSITIONS
from engine.core.trained import Trained
from engine.core.training_recipe import MOST_EPOCHS, OPTIMIZERS, PRECISIONS, Recipe
from engine.core.training_sets import TrainingSet
from engine.training import train_cnn_network as networks
from engine.training.train_cnn_data import TITLES, data_of

LIMITS = Limits(characters=2000, parameters=2_000_000, activations=1_000_000)
# Multiply-adds of a whole run, about what a processor core does in the ten minutes that a run may take.
MOST_WORK = 6e12
CORE = 1.1e10  # multiply-adds a second on one core, about
FEWEST_HALVES = 128  # batches from which products in bfloat16 are faster


@dataclass(frozen=True)
class Settings(Experiment):
    """The run."""

    dataset: str = choice("mnist", TITLES, "Data")
    network: str = text(ARCHITECTURES["fast_wide"].text, LIMITS.characters, "Network", parse=parse)
    epochs: float = real(1.2, 0.1, MOST_EPOCHS, "Epochs", "How often each training image is seen.", step=0.1)
    learning_rate: float = real(0.02, 1e-5, 10.0, "Learning rate", "At its highest.", step=0.001)
    optimizer: str = choice("adam", {name: rule.title for name, rule in OPTIMIZERS.items()}, "Optimiser")
    schedule: str = choice("one_cycle", SCHEDULES, "Schedule", "How the learning rate goes over the run.")
    batch: int = whole(128, 1, 2048, "Batch", "Images in one update.")
    momentum: float = real(0.9, 0.0, 0.999, "Momentum", "For the optimisers that have one.", step=0.01)
    weight_decay: float = real(0.0, 0.0, 0.5, "Weight decay", step=0.0005)
    label_smoothing: float = real(
        0.1, 0.0, 0.5, "Label smoothing", "Share of the target spread over all classes.", step=0.05
    )
    precision: str = choice("bfloat16", PRECISIONS, "Numbers")
    initialisation: str = choice("torch", {name: way.title for name, way in INITIALISATIONS.items()}, "Initial weights")
    normalisation: str = choice("written", networks.NORMS, "Normalisation")
    dropout: float = real(0.0, 0.0, 0.9, "Dropout", "Before the last layer; 0 leaves the network as written.", step=0.1)
    shift: int = whole(0, 0, 8, "Shift", "Augmentation: each batch is moved by up to that many pixels.")
    flip: bool = flag(False, "Flip", "Augmentation: every other batch is mirrored.")
    rotation: int = whole(0, 0, 45, "Rotation", "Augmentation: each image is turned by up to that many degrees.")
    examples: int = whole(60_000, 20, 60_000, "Training images", "At most that many are learned from.", step=20)
    label: str = choice("shape", LABELS, "The class is the")
    shape: str = choice("random", OTHERS, "Shape")
    colour: str = choice("random", OTHERS, "Colour")
    texture: str = choice("random", OTHERS, "Texture")
    position: str = choice("anywhere", POSITIONS, "Position")
    images: str = text("", 40, "Own images")
    seed: int = seed()

    @property
    def recipe(self) -> Recipe:
        """The part that the training loop needs."""
        names = ("optimizer", "learning_rate", "schedule", "epochs", "batch", "momentum", "weight_decay")
        more = ("label_smoothing", "precision", "shift", "flip", "rotation", "seed")
        return Recipe(**{name: getattr(self, name) for name in names + more})


@dataclass(frozen=True, eq=False)
class Plan:
    """What will be done, known before anything is.

    Args:
        data: what is learned from.
        network: with normalisation and dropout as asked for.
        parameters: numbers that are learned.
        multiply_adds: for one image, forwards.
        examples: training images.
        steps: updates.
        seconds: about, on one core.
    """

    data: TrainingSet
    network: Network
    parameters: int
    multiply_adds: int
    examples: int
    steps: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Frame:
    """The network at one moment.

    Args:
        step: after how many updates.
        filters, gradients: (K, C, h, w) of the first layer, and what the loss of the last batch said about them; NaN
            before the first update.
        maps: (M, H, W) what that layer makes of the example, after its activation.
        deep: (M, H, W) the last maps that the network makes of the example; none, (0, 0, 0), if these are the first.
        probabilities: (classes,) for the example.
    """

    step: int
    filters: np.ndarray
    gradients: np.ndarray
    maps: np.ndarray
    deep: np.ndarray
    probabilities: np.ndarray


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A run so far: what the page shows while it goes on.

    Args:
        words: what is done just now, if it is not training.
        history: losses and tests.
        times: (T,) seconds after which each test was done.
        seconds: that the run has taken.
        training: of these, after the data were there.
        frames: of the film.
        example: uint8 (C, H, W), the test image that the film looks at.
        truth: its class.
        noun, classes: what the images and their classes are called.
        trained: the network, when it is finished or stopped.
    """

    words: str
    history: History
    times: tuple[float, ...] = ()
    seconds: float = 0.0
    training: float = 0.0
    frames: tuple[Frame, ...] = ()
    example: np.ndarray = field(default_factory=lambda: np.zeros((1, 1, 1), np.uint8))
    truth: int = 0
    noun: str = "images"
    classes: tuple[str, ...] = ()
    trained: Trained | None = None

    @property
    def speed(self) -> float:
        """Training images a second."""
        return self.history.examples / self.training if self.training else 0.0


def suited(settings: Settings) -> Settings:
    """The same with a network for these data: its input and its outputs follow them."""
    try:
        data = data_of(settings)
    except ValueError:
        return settings
    text = networks.suited(settings.network, data.shape, len(data.classes))
    return settings if text == settings.network else settings.but(network=text)


def plan(settings: Settings) -> Plan:
    """What these settings ask for.

    Raises:
        ValueError: the network does not fit the data, or all is too much: a sentence.
    """
    data = data_of(settings)
    built = networks.refined(parse(settings.network, limits=LIMITS), settings.normalisation, settings.dropout)
    if built.input != data.shape:
        asked = "x".join(map(str, data.shape))
        raise ValueError(f"The images of {data.title} are {asked}: begin the network with INPUT {asked}.")
    if built.output != (len(data.classes),):
        raise ValueError(
            f"{data.title} has {len(data.classes)} classes, and the network makes {prod(built.output)} numbers: end "
            f"it with FC {len(data.classes)}."
        )
    LIMITS.check(built)
    costs = totals(sheet(built))
    examples = min(settings.examples, data.training)
    steps = settings.recipe.steps(examples)
    work = 3.0 * costs.multiply_adds * steps * min(settings.batch, examples)
    if work > MOST_WORK:
        raise ValueError(
            f"This run would take about {work / CORE / 60:.0f} minutes, and 10 are allowed: take fewer epochs, fewer "
            "training images or a smaller network."
        )
    return Plan(data, built, built.parameters, costs.multiply_adds, examples, steps, work / CORE)


@cache
def warm() -> None:
    """Fetch torch and the digits while the reader still reads, so that the first click need not wait for them."""
    threading.Thread(target=_fetch, name="warm-up", daemon=True).start()


def _fetch() -> None:
    import_module("engine.training.train_cnn_loop").prepare(Settings())


def run(settings: Settings, control: Control) -> Generator[Any, None, None]:
    """The job: train as the settings say. Torch is fetched here, when there is something to train.

    Yields:
        None, or a Snapshot if one is due; the last one holds the trained network.
    """
    from engine.training.train_cnn_loop import learn

    yield from learn(settings, control)

"""Training a network: what is planned, what comes of it, the same again from its seed, and its script."""

import itertools
import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import samples
from engine.core.jobs import Control
from engine.core.networks.building import build
from engine.core.networks.grammar import WRITTEN, parse
from engine.core.networks.presets import ARCHITECTURES
from engine.core.resident import resident
from engine.core.training import to_its_end
from engine.core.training_sets import optdigits
from engine.core.weights import unpack
from engine.figures import train_cnn as figures
from engine.training import train_cnn as lab
from engine.training import train_cnn_confusions as confusions
from engine.training import train_cnn_lesson as lesson
from engine.training import train_cnn_loop as loop
from engine.training import train_cnn_network as networks
from engine.training import train_cnn_words as words
from engine.training.train_cnn_data import data_of, packed
from engine.training.train_cnn_frames import Camera, last_of_first
from tests import scripts

PRESETS = {preset.name: preset for preset in lesson.PRESETS}
SMALL = PRESETS["small"].settings.but(epochs=6.0)


def snapshots(settings, control=None):
    return [told for told in lab.run(settings, control or Control()) if told is not None]


@pytest.fixture(scope="module")
def learned():
    """A small run to its end: the last snapshot."""
    return snapshots(SMALL)[-1]


@pytest.fixture(scope="module")
def short():
    """Settings of half an epoch, and what they come to."""
    settings = SMALL.but(epochs=0.5)
    return settings, snapshots(settings)[-1]


def watching():
    """A control that wants every snapshot."""
    now = itertools.count()
    control = Control(clock=lambda: next(now))
    control.watched = 1e18
    return control


def test_it_learns_the_small_digits_and_says_so(learned):
    assert learned.history.finished
    assert learned.history.accuracy > 0.95
    assert learned.trained.accuracy == learned.history.accuracy
    assert len(learned.times) == len(learned.history.tests) == 8
    assert list(learned.times) == sorted(learned.times)
    _, value, aside = words.answer(learned)
    assert value == f"{100 * learned.history.accuracy:.1f} %"
    assert "of 359 test digits" in aside


@pytest.mark.parametrize("preset", lesson.PRESETS, ids=lambda preset: preset.name)
def test_every_preset_is_a_plan_that_suits_its_data(preset):
    assert lab.suited(preset.settings) == preset.settings
    plan = lab.plan(preset.settings)
    assert plan.steps > 0
    assert plan.seconds < 120
    assert f"{plan.data.testing:,} for tests" in words.plan_words(plan)


def test_lenet_has_the_numbers_of_the_references():
    plan = lab.plan(PRESETS["lenet"].settings)
    assert plan.parameters == 61_706
    assert plan.steps == round(1.5 * 469)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"network": "INPUT 1x28x28 -> FC 7"}, "end it with FC 10"),
        ({"network": "INPUT 1x20x20 -> FC 10"}, "begin the network with INPUT 1x28x28"),
        ({"network": "INPUT 1x28x28 -> FC 4000 -> RELU -> FC 10"}, "at most 2,000,000"),
        ({"epochs": 100.0, "network": ARCHITECTURES["vgg"].text}, "10 are allowed"),
        ({"network": "INPUT 1x28x28 -> CONV 5x5 6 pad 2 -> CONV 40x40 6 -> FC 10"}, "Layer 2"),
        ({"dataset": "own"}, "zip file"),
        ({"dataset": "own", "images": "upload:0123456789abcdef"}, "another visit"),
        ({"dropout": 0.5, "network": ARCHITECTURES["all_convolutional"].text}, "has none"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_words(changes, says):
    with pytest.raises(ValueError, match=says):
        lab.plan(lab.Settings().but(**changes))


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(sorted(set(ARCHITECTURES) - {"convnetjs"})),
    st.sampled_from([(1, 28, 28), (3, 32, 32), (1, 8, 8), (3, 28, 28)]),
    st.integers(2, 20),
)
def test_a_network_follows_the_data_or_has_one_that_fits_in_its_place(name, shape, classes):
    made = parse(networks.suited(ARCHITECTURES[name].text, shape, classes))
    assert (made.input, made.output) == (shape, (classes,))


def test_a_text_that_cannot_be_read_stays_to_be_mended():
    assert networks.suited("INPUT 1x28x28 -> KONV", (3, 32, 32), 10) == "INPUT 1x28x28 -> KONV"


def test_a_network_written_for_these_images_that_does_not_fit_stays_to_be_mended():
    text = "INPUT 1x8x8 -> CONV 3x3 4 -> CONV 9x9 4 -> FC 10"
    assert networks.suited(text, (1, 8, 8), 10) == text
    assert networks.name_of(networks.suited(text, (1, 7, 7), 10)) == "Small CNN"


@pytest.mark.parametrize(
    ("text", "made", "fault"),
    [
        ("INPUT 1x8x8 -> CONV 3x3 4 -> CONV 9x9 4 -> FC 10", (4, 6, 6), ("CONV 9x9 4", "does not fit")),
        ("INPUT 1x8x8 -> CONV 3x3 4 -> KONV 9x9 -> FC 10", (4, 6, 6), ("KONV 9x9", "cannot be read")),
        ("INPUT 1x8x8 -> CONV 3x3 4 -> FC 10", (10,), ("", "")),
    ],
)
def test_of_a_network_that_cannot_be_what_stands_before_the_fault_is_known(text, made, fault):
    network, *said = networks.legible(text)
    assert network.output == made
    assert tuple(said) == fault


def test_a_text_without_an_input_is_no_picture():
    assert networks.legible("FC 10")[0] is None


def test_a_network_keeps_its_name_for_other_data():
    assert networks.name_of(networks.suited(ARCHITECTURES["fast"].text, (3, 32, 32), 7)) == "Fast"
    assert networks.name_of("INPUT 1x28x28 -> FC 11 -> FC 10") == "Own network"


@pytest.mark.parametrize("name", ["lenet", "resnet", "inception", "mlp", "all_convolutional"])
def test_a_norm_stands_after_every_layer_with_weights_but_the_last(name):
    network = parse(ARCHITECTURES[name].text)
    for kind, norm in (("batch", (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)), ("group", torch.nn.GroupNorm)):
        parts = list(build(networks.refined(network, kind, 0.0)).modules())
        weighted = [part for part in parts if isinstance(part, torch.nn.Conv2d | torch.nn.Linear)]
        head = isinstance(weighted[-1], torch.nn.Linear)
        assert sum(isinstance(part, norm) for part in parts) == len(weighted) - head
    bare = build(networks.refined(network, "none", 0.0)).modules()
    assert not any("Norm" in type(part).__name__ for part in bare)


def test_dropout_stands_before_the_last_layer_alone():
    made = build(networks.refined(parse(ARCHITECTURES["vgg"].text), "written", 0.3))
    assert [type(part).__name__ for part in made][-2:] == ["Dropout", "Linear"]
    assert sum(isinstance(part, torch.nn.Dropout) for part in made) == 1
    assert made[-2].p == 0.3


def test_the_same_seed_gives_the_same_weights_and_another_others(learned):
    again = snapshots(SMALL, watching())[-1]
    assert again.trained.weights == learned.trained.weights
    assert snapshots(SMALL.but(seed=5))[-1].trained.weights != learned.trained.weights


@pytest.mark.parametrize(
    "changes",
    [
        {"learning_rate": 0.005},
        {"optimizer": "rmsprop"},
        {"schedule": "cosine"},
        {"batch": 32},
        {"weight_decay": 0.01},
        {"label_smoothing": 0.3},
        {"initialisation": "he"},
        {"normalisation": "batch"},
        {"dropout": 0.5},
        {"shift": 1},
        {"flip": True},
        {"rotation": 15},
        {"examples": 200},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_every_setting_changes_what_is_learned(changes, short):
    made = snapshots(short[0].but(**changes))[-1]
    assert made.trained.weights != short[1].trained.weights


def test_the_weights_are_those_of_the_network_and_of_no_other(learned):
    run = learned.trained
    module = unpack(run.weights, parse(run.network, limits=WRITTEN))
    test = optdigits()[1]
    with torch.inference_mode():
        images, labels = resident(test).batch(slice(0, len(test)))
        found = module(images).argmax(dim=1)
    assert float((found == labels).double().mean()) == pytest.approx(run.accuracy)
    assert not module.training
    with pytest.raises(ValueError, match="not those of this network"):
        unpack(run.weights, parse(ARCHITECTURES["lenet"].text))
    with pytest.raises(ValueError, match="not those of this network"):
        unpack(b"nonsense", parse(run.network))


def test_the_film_begins_before_the_first_update_and_ends_with_the_last(learned):
    frames = learned.frames
    assert [frames[0].step, frames[1].step, frames[-1].step] == [0, 1, learned.history.steps]
    assert np.isnan(frames[0].gradients).all()
    assert all(np.isfinite(frame.gradients).all() for frame in frames[1:])
    assert frames[-1].filters.shape == (16, 1, 3, 3)
    assert frames[-1].maps.shape == (16, 8, 8)
    assert frames[-1].deep.shape == (16, 2, 2)
    assert frames[-1].probabilities.sum() == pytest.approx(1, abs=1e-5)
    film = figures.film(learned, "words")
    assert [panel.title for panel in film.panels][-1] == "Last maps"
    assert len(film) == len(frames)
    assert len(figures.film(learned, "words", live=True)) == 1


def test_a_look_changes_nothing_in_the_network():
    network = build(parse(ARCHITECTURES["fast_wide"].text)).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    camera = Camera(torch.rand(1, 1, 28, 28))
    camera.take(0, network)
    assert network.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


@pytest.mark.parametrize("name", sorted(set(ARCHITECTURES) - {"convnetjs"}))
def test_every_network_can_be_looked_at(name):
    network = build(parse(ARCHITECTURES[name].text))
    camera = Camera(torch.rand(1, 1, 28, 28))
    camera.take(0, network)
    image = camera.example
    whole = network.eval()(image).softmax(dim=1)[0].detach().numpy()
    np.testing.assert_allclose(camera.frames[0].probabilities, whole, rtol=1e-4, atol=1e-6)
    assert last_of_first(network) < len(network)
    if name in ("mlp", "softmax"):
        assert not camera.frames[0].deep.size
    else:
        assert camera.frames[0].deep.ndim == 3
        assert camera.frames[0].deep.shape[0] > 0


def test_a_network_is_tested_on_images_moved_in_four_directions():
    class Left(torch.nn.Module):
        """Names an image by the column of its bright pixel."""

        def forward(self, images):
            return images.amax(dim=(1, 2))

    images = np.zeros((1, 1, 12, 12), np.uint8)
    images[0, 0, 6, 6] = 255
    examples = type(optdigits()[0])(images, np.array([6], np.uint8), tuple("abcdefghijkl"), ((0.0,), (1.0,)))
    distances, shares = to_its_end(loop.shifted(Left(), resident(examples)))
    assert distances.tolist() == [0, 1, 2, 3, 4]
    assert shares.tolist() == [1.0, 0.5, 0.5, 0.5, 0.5]


def test_a_stopped_run_leaves_its_weights_tested_anew():
    control = watching()
    work = lab.run(SMALL.but(epochs=50.0), control)
    before = next(told for told in work if told is not None and len(told.history.tests) == 1)
    assert before.trained is None
    work.close()
    left, run = control.left, control.left.trained
    history = left.history
    assert before.history.done <= history.done < history.steps
    assert run.title == f"Small CNN (8×8 digits), stopped at epoch {50 * history.done / history.steps:.3g}"
    assert [one.step for one in history.tests] == sorted({one.step for one in history.tests})
    assert history.tests[-1].step == left.frames[-1].step == history.done
    test = optdigits()[1]
    assert 100 <= run.tested == len(history.tests[-1].predicted) <= len(test)
    module = unpack(run.weights, parse(run.network, limits=WRITTEN))
    with torch.inference_mode():
        images, _ = resident(test).batch(slice(0, run.tested))
        found = module(images).argmax(dim=1)
    assert (found.numpy() == history.tests[-1].predicted).mean() > 0.99
    assert len(run.shifts) == len(run.moved) == 0
    assert run.how.startswith("Adam 0.01, 50 epochs, batch 64")
    assert f"test accuracy,{run.looks[-1]:.6g}" in words.csv(run)


def test_a_table_of_runs_says_how_each_was_trained(learned):
    control = watching()
    control.change({"learning_rate": 0.5})
    other = snapshots(SMALL.but(epochs=0.5, flip=True, examples=200, normalisation="batch"), control)[-1].trained
    table = words.run_table([other, learned.trained])
    assert [row[1].text for row in table.rows] == [
        "Adam 0.01 → 0.5, 0.5 epochs, batch 64, normalisation batch norm everywhere, flip, training images 200",
        "Adam 0.01, 6 epochs, batch 64",
    ]


def test_nobody_waits_for_a_run_that_its_reader_left():
    control = Control()
    work = lab.run(SMALL, control)
    for _ in range(10):
        next(work)
    work.close()
    assert control.left is None


def test_a_run_stopped_while_it_is_looked_at_moved_has_its_full_test():
    control = watching()
    work = lab.run(SMALL.but(epochs=0.5), control)
    next(told for told in work if told is not None and told.history.finished)
    next(work)
    work.close()
    run = control.left.trained
    assert run.title == "Small CNN (8×8 digits)"
    assert run.tested == 359


def test_a_run_that_diverges_says_so_and_leaves_no_network():
    linear = "INPUT 1x8x8 -> FC 32 -> FC 32 -> FC 10"
    wild = SMALL.but(network=linear, optimizer="sgd", learning_rate=10.0, schedule="constant", batch=20)
    last = snapshots(wild)[-1]
    assert last.trained is None
    assert last.history.diverged
    assert words.answer(last)[1] == "is no number any more"


def test_time_that_a_job_rests_is_not_counted(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(loop.time, "monotonic", lambda: now[0])
    watch = loop.Stopwatch()
    now[0] = 2.0
    watch.rest()
    now[0] = 50.0
    watch.go()
    now[0] = 51.0
    assert watch.seconds == 3.0


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"rotation": 15, "shift": 1, "initialisation": "he"},
        {"shift": 1, "flip": True, "schedule": "warmup", "initialisation": "he", "optimizer": "nesterov"},
        {"normalisation": "batch", "schedule": "step", "batch": 128, "precision": "bfloat16"},
        {"initialisation": "xavier_uniform", "schedule": "exponential", "examples": 500, "weight_decay": 0.001},
        {"schedule": "cosine", "optimizer": "rmsprop", "learning_rate": 0.002, "initialisation": "small"},
    ],
)
def test_the_script_comes_to_the_same_numbers(changes, tmp_path):
    settings = SMALL.but(epochs=3.0, **changes)
    (tmp_path / "data.npz").write_bytes(packed(settings))
    said = scripts.alone(lesson.torch_code(settings), "data.npz", folder=tmp_path)
    loss, share = map(float, re.findall(r"[\d.]+", said)[:2])
    last = snapshots(settings)[-1]
    assert loss == pytest.approx(last.history.losses[-1], abs=0.02)
    assert share == pytest.approx(100 * last.history.accuracy, abs=0.6)


def test_a_network_takes_test_images_along_where_nobody_else_has_them(learned):
    assert learned.trained.samples is None, "everybody has these digits"
    settings = lab.suited(SMALL.but(dataset="shapes", examples=40, epochs=0.5))
    seen, test = snapshots(settings)[-1].trained.samples, data_of(settings).read()[1]
    assert 100 <= len(seen) <= samples.KEPT
    assert (seen.examples.classes, seen.examples.statistics) == (test.classes, test.statistics)
    assert np.array_equal(seen.examples.images[0], test.images[0])


def test_the_confusions_count_every_test_image_once(learned):
    test = optdigits()[1]
    predicted = learned.history.tests[-1].predicted
    counts = confusions.confusions(test.labels, predicted, 10)
    assert counts.sum() == len(test)
    assert np.trace(counts) == (test.labels == predicted).sum()
    row, column = 3, 3
    places = confusions.cell_places(test.labels, learned.history.tests[-1], (row, column))
    assert len(places) == counts[row, column]
    sure = learned.history.tests[-1].confidences[places]
    assert (np.diff(sure) <= 0).all()


def test_the_most_frequent_mistakes_are_named():
    counts = np.array([[5, 2, 0], [0, 7, 1], [0, 0, 9]])
    assert confusions.confusion_words(counts, ("a", "b", "c")) == (
        "3 of 24 test images were named wrongly, most often a taken for b (2), b taken for c (1)."
    )
    assert confusions.confusion_words(np.diag([3, 4]), ("a", "b")) == "All 7 test images were named rightly."


def test_the_curves_are_a_table(learned):
    lines = words.csv(learned.trained).splitlines()
    assert lines[0] == "curve,epoch,value"
    assert sum(line.startswith("test accuracy") for line in lines) == 8


def test_accuracy_is_drawn_on_an_axis_of_logarithmic_error(learned):
    figure = figures.accuracies(learned)
    assert figure.layout.yaxis.type == "log"
    drawn = next(trace for trace in figure.data if trace.name == "test images")
    np.testing.assert_allclose(drawn.y, [100 - 100 * test.accuracy for test in learned.history.tests], atol=1e-3)


@pytest.mark.parametrize(("best", "top"), [(0.1, 90), (0.57, 90), (0.7, 90), (0.85, 95), (0.983, 99.5), (0.995, 99.95)])
def test_the_axis_ends_above_the_best_accuracy(best, top):
    assert 10 ** figures._accuracy_axis(best)["range"][1] == pytest.approx(100 - top)


def test_a_live_picture_is_a_few_kilobytes(learned):
    for figure in (figures.accuracies(learned), figures.losses(learned)):
        assert sum(np.asarray(trace.x).nbytes + np.asarray(trace.y).nbytes for trace in figure.data) < 4000
    film = figures.film(learned, "words", live=True)
    assert film.size < 40_000


@pytest.mark.parametrize("number", range(1, 7))
def test_a_question_has_a_number_for_an_answer(number):
    question = lesson.question(number)
    assert question.judge(question.answer)
    assert not question.judge(question.answer + 1)

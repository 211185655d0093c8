"""The training loop: it is the plain loop of torch, step for step, and can be watched, changed and repeated."""

import itertools
import threading

import numpy as np
import pytest
import scipy.ndimage
import torch
from torch.nn.functional import cross_entropy

from engine.core import training as loop
from engine.core.examples import Examples, digits
from engine.core.jobs import Control
from engine.core.networks.building import build
from engine.core.networks.grammar import parse
from engine.core.resident import Resident, moved, resident, turned
from engine.core.schedules import factors
from engine.core.training_recipe import OPTIMIZERS, Recipe

NETWORK = parse("INPUT 1x8x8 -> CONV 3x3 4 no bias -> BN -> RELU -> POOL 2x2 -> FC 3")
DROPPING = parse("INPUT 1x8x8 -> FC 16 -> RELU -> DROPOUT 0.5 -> FC 3")


def stripes(count: int, seed: int) -> Examples:
    """Bars across, bars down and noise: three classes that a small network tells apart."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count).astype(np.uint8)
    waves = np.where(np.arange(8) % 4 < 2, 220, 30)
    images = rng.integers(0, 255, (count, 8, 8))
    images[labels == 0] = waves[:, None]
    images[labels == 1] = waves[None, :]
    images = np.clip(images + rng.normal(0, 20, images.shape), 0, 255)
    return Examples(images.astype(np.uint8)[:, None], labels, ("across", "down", "noise"), ((0.5,), (0.3,)))


LEARN, HELD = stripes(200, 0), stripes(250, 1)


def watching() -> Control:
    """A control that wants every snapshot."""
    now = itertools.count()
    control = Control(clock=lambda: next(now))
    control.watched = 1e18
    return control


def run(recipe: Recipe, network=NETWORK, seed=0, control=None, watch=None):
    module = build(network, seed)
    told = [h for h in loop.train(loop.Run(module, LEARN, recipe), HELD, control or Control(), watch) if h is not None]
    return module, told


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_it_is_the_plain_loop_of_torch(optimizer):
    rate = {"adadelta": 1.0, "adagrad": 0.05, "sgd": 0.1}.get(optimizer, 0.01)
    recipe = Recipe(optimizer, rate, "one_cycle", epochs=2, batch=32, weight_decay=1e-4, label_smoothing=0.1)
    module, told = run(recipe)
    history = told[-1]

    plain = build(NETWORK, 0).to(memory_format=torch.channels_last)
    rule = OPTIMIZERS[optimizer]
    optimiser = rule.make(list(plain.parameters()), recipe)
    generator = torch.Generator().manual_seed(0)
    images = ((torch.from_numpy(LEARN.images).float() / 255) - 0.5) / 0.3
    labels = torch.from_numpy(LEARN.labels.astype(np.int64))
    rates, losses = factors("one_cycle", 14, warmup=0.25) * rate, []
    for step in range(14):
        if step % 7 == 0:
            order = torch.randperm(200, generator=generator)
        index = order[32 * (step % 7) : 32 * (step % 7) + 32]
        optimiser.param_groups[0]["lr"] = rates[step]
        loss = cross_entropy(plain(images[index]), labels[index], label_smoothing=0.1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    np.testing.assert_allclose(history.losses, losses, rtol=1e-4)
    for mine, theirs in zip(module.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-3, atol=1e-5)


def test_it_learns_and_the_last_test_is_on_all_held_out_examples():
    _, told = run(Recipe(epochs=8, batch=20))
    assert told[-1].finished
    assert told[-1].accuracy > 0.95
    assert len(told[-1].tests[-1].predicted) == len(HELD)
    right = (told[-1].tests[-1].predicted == HELD.labels).mean()
    assert told[-1].accuracy == pytest.approx(right)
    assert [test.step for test in told[-1].tests] == [10, 20, 30, 40, 50, 60, 70, 80]
    assert told[-1].done == told[-1].steps == 80


@pytest.mark.parametrize("network", [NETWORK, DROPPING])
def test_the_same_seed_gives_the_same_bytes_whatever_else_draws_random_numbers(network):
    recipe = Recipe(epochs=3, batch=32, shift=2, seed=4)
    first, _ = run(recipe, network)
    torch.manual_seed(99)
    torch.rand(10)
    second, _ = run(recipe, network)
    for one, other in zip(first.state_dict().values(), second.state_dict().values(), strict=True):
        assert one.numpy().tobytes() == other.numpy().tobytes()
    third, _ = run(Recipe(epochs=3, batch=32, shift=2, seed=5), network)
    assert any(not torch.equal(a, b) for a, b in zip(first.parameters(), third.parameters(), strict=True))


def test_a_history_comes_after_each_test_even_if_nobody_looks():
    _, told = run(Recipe(epochs=8, batch=20))
    assert [(history.done, len(history.tests)) for history in told] == [(10 * n, n) for n in range(1, 9)]


def test_mirrored_batches_are_mirrored_and_as_many_as_not():
    images = torch.arange(64, dtype=torch.uint8).view(1, 1, 8, 8)
    data = Resident(images, torch.zeros(1, dtype=torch.int64), torch.zeros(1, 1, 1, 1), torch.ones(1, 1, 1, 1))
    assert data.batch(slice(0, 1), mirrored=True)[0][0, 0, 0].tolist() == [7, 6, 5, 4, 3, 2, 1, 0]
    learner = loop.Run(build(NETWORK, 0), LEARN, Recipe(flip=True))
    assert 60 < sum(learner._mirrored() for _ in range(200)) < 140
    assert not any(loop.Run(build(NETWORK, 0), LEARN, Recipe())._mirrored() for _ in range(20))


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (20, 32)])
def test_turned_images_are_those_of_scipy_each_by_its_own_angle(shape):
    images = np.random.default_rng(0).uniform(0, 255, (4, 2, *shape)).astype(np.float32)
    degrees = [0.0, 15.0, -15.0, 37.0]
    turned_ = turned(torch.from_numpy(images), torch.tensor(degrees)).numpy()
    centre = (np.array(shape) - 1) / 2
    for image, angle, found in zip(images, np.deg2rad(degrees), turned_, strict=True):
        matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        for channel, other in zip(image, found, strict=True):
            expected = scipy.ndimage.affine_transform(
                channel, matrix, centre - matrix @ centre, order=1, mode="grid-constant"
            )
            np.testing.assert_allclose(other, expected, atol=0.02)


def test_a_right_angle_turns_counter_clockwise():
    images = torch.arange(16.0).view(1, 1, 4, 4)
    torch.testing.assert_close(turned(images, torch.tensor([90.0])), images.rot90(1, (2, 3)), atol=1e-4, rtol=0)


def test_angles_lie_within_the_range_asked_for_and_none_are_drawn_without():
    learner = loop.Run(build(NETWORK, 0), LEARN, Recipe(rotation=15))
    drawn = torch.cat([learner._degrees(32) for _ in range(20)])
    assert -15 <= float(drawn.min()) < -12
    assert 12 < float(drawn.max()) <= 15
    assert loop.Run(build(NETWORK, 0), LEARN, Recipe())._degrees(32) is None


def test_torchs_own_random_numbers_are_left_alone():
    before = torch.get_rng_state()
    run(Recipe(epochs=1, shift=1), DROPPING)
    assert torch.equal(before, torch.get_rng_state())


def test_dropout_keeps_the_mean_and_does_nothing_in_a_test():
    layer = loop.SeededDropout(0.25, torch.Generator().manual_seed(0))
    given = torch.ones(40_000)
    made = layer.train()(given)
    assert made.unique().tolist() == pytest.approx([0, 4 / 3])
    assert float(made.mean()) == pytest.approx(1, abs=0.02)
    assert torch.equal(layer.eval()(given), given)


def test_a_snapshot_is_a_history_so_far_and_the_test_under_way_is_a_quick_one():
    _, told = run(Recipe(epochs=4, batch=50), control=watching())
    assert sorted({history.done for history in told}) == list(range(1, 17))
    fourth = next(history for history in told if history.done == 4)
    assert fourth.losses.tolist() == told[-1].losses[:4].tolist()
    assert not fourth.finished
    assert all(0 <= accuracy <= 1 for accuracy in told[-1].accuracies)


def test_the_learning_rate_can_be_changed_while_it_runs():
    control, recipe = watching(), Recipe("sgd", 0.1, "constant", epochs=1, batch=20)
    module = build(NETWORK, 0)
    for history in loop.train(loop.Run(module, LEARN, recipe), HELD, control):
        if history and history.done == 5 and not history.finished:
            control.change({"learning_rate": 0.0})
            frozen = [parameter.clone() for parameter in module.parameters()]
    for now, then in zip(module.parameters(), frozen, strict=True):
        torch.testing.assert_close(now, then, rtol=0, atol=0)


def test_a_loss_that_is_no_number_ends_the_run():
    _, told = run(Recipe("sgd", 1e30, "constant", epochs=60, batch=20), DROPPING)
    assert told[-1].diverged
    assert not told[-1].finished
    assert told[-1].done < told[-1].steps


def test_a_last_batch_of_one_example_is_no_trouble_for_batch_norm():
    few = Examples(LEARN.images[:9], LEARN.labels[:9], LEARN.classes, LEARN.statistics)
    network = parse("INPUT 1x8x8 -> FC 8 -> BN -> RELU -> FC 3")
    told = list(loop.train(loop.Run(build(network, 0), few, Recipe(epochs=2, batch=4)), HELD, Control()))
    assert told[-1].done == 6
    assert np.isfinite(told[-1].losses).all()


def test_a_film_is_taken_at_steps_on_a_logarithmic_scale():
    seen = []
    run(Recipe(epochs=4, batch=20), watch=lambda step, module: seen.append(step))
    assert seen[0] == 0
    assert seen[1:] == sorted(loop.frames(40))
    assert {1, 2, 3, 40} <= set(seen)


@pytest.mark.parametrize("shift", [(0, 0), (2, -3), (-1, 4), (8, 0)])
def test_a_shift_moves_all_pixels_and_lets_black_in(shift):
    images = torch.arange(1, 65, dtype=torch.uint8).view(1, 1, 8, 8)
    made = moved(images, shift)[0, 0].numpy()
    padded = np.pad(images[0, 0].numpy(), 8)
    down, right = shift
    np.testing.assert_array_equal(made, padded[8 - down : 16 - down, 8 - right : 16 - right])


def test_a_test_does_not_change_the_network():
    module = build(NETWORK, 0).train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    list(loop.evaluate(module, resident(HELD)))
    assert module.training
    for name, value in module.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_autocast_computes_products_in_bfloat16_and_keeps_the_weights():
    module, told = run(Recipe(epochs=6, batch=20, precision="bfloat16"))
    assert {parameter.dtype for parameter in module.parameters()} == {torch.float32}
    exact = run(Recipe(epochs=6, batch=20))[1][-1]
    assert told[-1].losses[0] == pytest.approx(exact.losses[0], rel=0.05)
    assert told[-1].losses.tolist() != exact.losses.tolist()
    assert told[-1].accuracy > 0.9


def test_a_worker_thread_has_one_torch_thread_too():
    loop.device()
    found = []
    thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert found == [1]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"optimizer": "magic"}, "no optimizer"),
        ({"epochs": 0.0}, "epochs"),
        ({"epochs": 1e9}, "epochs"),
        ({"batch": 0}, "batch"),
        ({"learning_rate": float("nan")}, "learning rate"),
        ({"schedule": "x"}, "no schedule"),
        ({"precision": "float8"}, "no precision"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused_in_words(wrong, says):
    with pytest.raises(ValueError, match=says):
        Recipe(**wrong)


def test_examples_that_do_not_fit_together_are_refused():
    images = np.zeros((2, 1, 4, 4), np.uint8)
    with pytest.raises(ValueError, match="a label of 2"):
        Examples(images, np.array([0, 2], np.uint8), ("a", "b"), ((0.0,), (1.0,)))
    with pytest.raises(ValueError, match="N labels"):
        Examples(images, np.array([0], np.uint8), ("a", "b"), ((0.0,), (1.0,)))
    with pytest.raises(ValueError, match="Every channel"):
        Examples(images, np.array([0, 1], np.uint8), ("a", "b"), ((0.0, 0.0), (1.0, 1.0)))


def test_mnist_is_held_once():
    assert digits("test") is digits("test")
    assert resident(digits("test")) is resident(digits("test"))
    assert digits("test").shape == (1, 28, 28)

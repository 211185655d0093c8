"""The own digit: what is shown is what torch computes, sums are sums, and the network stays as it is."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from engine.core import drawings
from engine.core.datasets import digit
from engine.core.memo import is_private
from engine.core.networks import inspected
from engine.core.networks.building import build
from engine.core.networks.grammar import parse
from engine.core.networks.inside import parts, stages, titles
from engine.core.networks.presets import ARCHITECTURES
from engine.core.networks.shipped import lenet
from engine.insight import draw_digit as lab
from engine.insight import draw_digit_changes as changes
from engine.insight import draw_digit_lesson as lesson
from engine.insight import draw_digit_words as words
from tests import scripts
from tests.engine.insight.visitors import trained

ROOT = Path(__file__).resolve().parents[3]
PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}


def test_the_shown_stages_are_lenets():
    looked = lab.look(lab.Settings())
    assert [stage.maps.shape for stage in looked.stages] == [
        (1, 28, 28), (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120, 1, 1), (84, 1, 1), (10, 1, 1),
    ]  # fmt: skip
    given = (torch.from_numpy(digit("test", 0)[0].astype(np.float32) / 255)[None, None] - 0.1307) / 0.3081
    with torch.no_grad():
        np.testing.assert_allclose(looked.logits, lenet()(given)[0].numpy(), atol=1e-5)
        np.testing.assert_allclose(looked.stages[3].maps, lenet()[:5](given)[0].numpy(), atol=1e-5)
    np.testing.assert_allclose(looked.probabilities.sum(), 1)
    assert looked.best == 7


@pytest.mark.parametrize("stage", [1, 3])
def test_a_map_is_the_sum_of_its_parts_and_its_bias(stage):
    for channel in (0, 5):
        looked = lab.look(lab.Settings(stage=stage, channel=channel))
        found = lab.summed(looked)
        np.testing.assert_allclose(found.parts.sum(axis=0) + found.bias, found.raw, atol=1e-4)
        np.testing.assert_allclose(np.maximum(found.raw, 0), found.made, atol=1e-6)
        shares = looked.stages[stage].shares[channel]
        np.testing.assert_allclose(found.parts.mean(axis=(1, 2)), shares, atol=1e-4)


@pytest.mark.parametrize("stage", [5, 6, 7])
def test_a_unit_is_the_sum_of_what_is_below(stage):
    looked = lab.look(lab.Settings(stage=stage, channel=7))
    found = lab.weighed(looked)
    assert len(found.shares) == len(looked.stages[stage - 1].maps)
    assert found.shares.sum() + found.bias == pytest.approx(found.raw, abs=1e-4)
    assert found.made == (found.raw if stage == 7 else max(0, found.raw))


@pytest.mark.parametrize("name", ["resnet", "inception", "vgg", "lenet_1998", "mlp"])
def test_other_networks_are_looked_into_too(name):
    network = parse(ARCHITECTURES[name].text)
    module = build(network, 3).eval()
    image = np.random.default_rng(0).normal(size=network.input).astype(np.float32)
    found = stages(network, module, image)
    with torch.no_grad():
        np.testing.assert_allclose(found[-1].maps.ravel(), module(torch.from_numpy(image)[None])[0].numpy(), atol=1e-5)
    for before, stage in itertools.pairwise(found):
        if stage.kind == "conv":
            total = parts(stage, before, 0).sum(axis=0) + stage.bias[0]
            np.testing.assert_allclose(total, stage.raw[0], atol=1e-4)


def test_a_stage_that_is_no_convolution_has_no_sum_over_channels():
    looked = lab.look(lab.Settings(stage=2))
    assert lab.summed(looked) is None
    assert lab.weighed(looked) is None
    with pytest.raises(ValueError, match="Only a convolution"):
        parts(looked.stages[2], looked.stages[1], 0)


@pytest.mark.parametrize(("stage", "steps"), [(1, 784), (2, 196), (3, 100), (4, 25)])
def test_one_map_is_played_cell_by_cell(stage, steps):
    looked = lab.look(lab.Settings(stage=stage, channel=2))
    trace = words.trace(looked)
    assert len(trace) == steps
    made = looked.stages[stage]
    np.testing.assert_allclose(trace.segments[0].results, (made.maps if stage in (2, 4) else made.raw)[2].ravel())
    assert words.trace(lab.look(lab.Settings(stage=6))) is None


def test_the_gradient_is_torchs_and_nobody_elses_network_gets_one():
    pixels = lab.pixels_of(lab.Settings())
    mine = changes.loss_gradient(pixels, 3, inspected.find("lenet"))
    given = torch.from_numpy(pixels.copy())[None, None].requires_grad_()
    cross_entropy(lenet()((given - 0.1307) / 0.3081), torch.tensor([3])).backward()
    np.testing.assert_allclose(mine, given.grad[0, 0].numpy(), rtol=1e-3, atol=1e-6)
    assert all(parameter.grad is None for parameter in lenet().parameters())


def test_small_steps_fool_where_chance_does_not_and_no_pixel_changes_by_more_than_said():
    settings = lab.Settings(digit="digit:test:338", wanted="3", strength=0.1)
    found = changes.fool(settings)
    assert found.before.best == 8
    assert found.needed is not None
    assert found.curve[-1].argmax() == 3
    assert found.noise.max() < 0.2
    assert found.needed == pytest.approx(0.06)
    at = found.at(0.1)
    assert at == 10
    changed = found.path[at]
    assert np.abs(changed - found.before.pixels).max() <= 0.1 + 1e-6
    assert 0 <= changed.min() <= changed.max() <= 1
    np.testing.assert_allclose(found.curve[at], changes.classify(changed[None], found.before.inside)[0], rtol=1e-4)
    np.testing.assert_allclose(found.curve[0], found.before.probabilities, atol=1e-5)


def test_a_six_upside_down_is_a_nine():
    looked = lab.look(PRESETS["upside-down"])
    assert digit("test", 11)[1] == 6
    assert looked.best == 9


def test_the_mistake_is_one():
    assert digit("test", 1901)[1] == 9
    assert lab.look(PRESETS["mistake"]).best == 4


def test_turning_keeps_a_quarter_turn_exact_and_moving_lets_black_in():
    pixels = np.random.default_rng(0).random((28, 28)).astype(np.float32)
    np.testing.assert_allclose(lab.turned(pixels, 90), np.rot90(pixels), atol=1e-5)
    np.testing.assert_allclose(lab.turned(pixels, 0, 3, -2)[:-2, 3:], pixels[2:, :-3], atol=1e-5)
    assert not lab.turned(pixels, 0, 3)[:, :3].any()


def test_the_sweep_says_the_same_as_the_digit_turned_by_hand():
    found = changes.sweep(lab.Settings(right=2))
    at = int(np.flatnonzero(found.angles == 40)[0])
    np.testing.assert_allclose(found.by_angle[at], lab.look(lab.Settings(right=2, angle=40)).probabilities, atol=1e-5)


def test_nothing_drawn_is_said_as_such():
    empty = lab.Settings(digit=drawings.pack(np.zeros((28, 28), np.uint8)))
    looked = lab.look(empty)
    assert looked.blank
    assert words.answer(looked)[1] == "nothing"
    assert lab.summed(looked) is not None
    assert changes.fool(empty).path.shape == (51, 28, 28)


@pytest.mark.parametrize("name", ["seven", "moved", "upside-down", "eight-to-three"])
def test_the_script_prints_the_labs_own_numbers(name):
    seen, changed = scripts.alone(lesson.torch_code(PRESETS[name])).splitlines()
    looked, fooled = lab.look(PRESETS[name]), changes.fool(PRESETS[name])
    assert seen.startswith(f"it sees {looked.best}: {looked.probabilities[looked.best]:.3f}"[:-1])
    wanted, share = changed.split()[1:]
    assert int(wanted) == fooled.wanted
    at = fooled.at(PRESETS[name].strength)
    assert float(share) == pytest.approx(fooled.curve[at, fooled.wanted], abs=0.02)


def test_a_network_that_was_trained_in_this_visit_is_looked_into():
    text = (
        "INPUT 1x28x28 -> CONV 5x5 16 /2 no bias -> BN -> RELU -> POOL AVG 2x2 -> GLOBAL AVG -> FC 12 -> RELU -> FC 4"
    )
    held = inspected.hold(trained(text))
    settings = lab.Settings(network=held.reference, wanted="3")
    looked = lab.look(settings)
    assert titles(looked.stages) == ("Input", "Conv 1", "Pool 1", "Block 1", "FC 12", "Classes")
    assert words.answer(looked)[1] in held.classes
    found = lab.summed(lab.look(settings.but(stage=1, channel=3)))
    np.testing.assert_allclose(found.parts.sum(axis=0) + found.bias, found.raw, atol=1e-4)
    assert len(words.trace(lab.look(settings.but(stage=1)))) == 144
    assert len(words.trace(lab.look(settings.but(stage=2)))) == 36
    assert changes.fool(settings).curve.shape == (51, 4)
    with pytest.raises(ValueError, match="knows 4 classes, and no 9"):
        changes.fool(settings.but(wanted="9"))
    assert is_private(settings)


def test_a_network_of_another_size_gets_its_digits_in_that_size():
    held = inspected.hold(trained("INPUT 1x8x8 -> FC 10", (1, 8, 8)))
    assert lab.look(lab.Settings(network=held.reference)).pixels.shape == (8, 8)


def test_a_network_that_nobody_holds_any_more_is_refused_in_words():
    held = inspected.hold(trained("INPUT 1x28x28 -> FC 10"))
    reference = held.reference
    assert inspected.find(reference) is held
    del held
    with pytest.raises(ValueError, match="in another visit"):
        lab.look(lab.Settings(network=reference))
    with pytest.raises(ValueError, match="There is no such network"):
        inspected.find("trained:../../etc")


def test_only_networks_on_images_of_one_channel_are_looked_into():
    coloured = inspected.hold(trained("INPUT 3x8x8 -> FC 10", (3, 8, 8)))
    for reference in (coloured.reference, "lite0"):
        with pytest.raises(ValueError, match="3 channels; this needs one"):
            lab.look(lab.Settings(network=reference))


def test_the_script_of_a_trained_network_reads_its_own_weights(tmp_path):
    own = trained("INPUT 1x8x8 -> CONV 3x3 4 -> BN -> RELU -> FC 5", (1, 8, 8))
    held = inspected.hold(own)
    settings = lab.Settings(network=held.reference, wanted="3", digit="sample:optdigits:3", angle=20)
    (tmp_path / "weights.safetensors").write_bytes(own.weights)
    said = scripts.alone(lesson.torch_code(settings), folder=tmp_path)
    looked = lab.look(settings)
    assert f"it sees {words.answer(looked)[1]}: {looked.probabilities[looked.best]:.3f}" in said
    assert "fooled d" in said

"""Hooks stay on twins: the network that all sessions share never carries one, not even while somebody listens."""

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from engine.core import hooks
from engine.core.attribution import by_rules, gradient
from engine.core.attribution_cam import Activations, grad_cam
from engine.core.rectifiers import Switch, ruled
from tests.threads import at_once


def small(seed: int = 0, act: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    torch.manual_seed(seed)
    body = nn.Sequential(nn.Conv2d(4, 5, 3, padding=1), act())
    layers = [nn.Conv2d(3, 4, 3, padding=1), act(), body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 6)]
    return nn.Sequential(*layers).eval().requires_grad_(False)


def image(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((3, 8, 8)).astype(np.float32)


def hooks_on(network: nn.Module) -> int:
    return sum(len(getattr(module, name, ())) for module in network.modules() for name in hooks.HOOKS)


def kinds(network: nn.Module) -> list[type]:
    return [type(module) for module in network.modules()]


def test_the_shared_network_carries_no_hook_even_while_one_listens():
    network = small()
    with hooks.recording(network, ["2", "2.1"]) as (own, outputs):
        assert hooks_on(own) == 2
        assert hooks_on(network) == 0
        network(torch.zeros(1, 3, 8, 8))
        assert not outputs, "only the twin's runs are noted"
        own(torch.zeros(1, 3, 8, 8))
        assert set(outputs) == {"2", "2.1"}
    assert hooks_on(own) == 0


def test_nothing_is_left_after_an_error():
    network = small()
    before = kinds(network)
    kept = []

    def fail() -> None:
        with hooks.recording(network, ["0"]) as (own, outputs):
            kept.append((own, outputs))
            own(torch.zeros(1, 5, 8, 8))  # five channels into three

    with pytest.raises(RuntimeError):
        fail()
    assert hooks_on(kept[0][0]) == hooks_on(network) == 0
    assert not kept[0][1]
    with pytest.raises(AttributeError):
        Activations(network, image(), "nowhere")
    with pytest.raises(RuntimeError):
        by_rules(network, image()[:2], 0)
    assert kinds(network) == before
    assert hooks_on(network) == 0


def test_a_twin_shares_every_weight_and_owns_only_what_is_named():
    network = small()
    own = hooks.twin(network, ["2.1"])
    assert {id(p) for p in own.parameters()} == {id(p) for p in network.parameters()}
    assert own is not network
    assert own[2] is not network[2]
    assert own[2][1] is not network[2][1]
    assert own[0] is network[0]


def test_one_module_in_two_places_stays_one():
    act = nn.ReLU()
    network = nn.Sequential(nn.Conv2d(3, 3, 1), act, nn.Conv2d(3, 3, 1), act)
    with hooks.recording(network, ["1"]) as (own, outputs):
        assert own[1] is not act
        own(torch.ones(1, 3, 2, 2))
        assert list(outputs) == ["1"]
    switched = ruled(network, Switch("guided"))
    assert not any(isinstance(module, nn.ReLU) for module in switched.modules())
    assert network[1] is network[3] is act


def test_the_layers_that_give_maps_are_found_in_their_order():
    found = hooks.map_layers(small(), torch.zeros(1, 3, 8, 8))
    assert list(found) == ["0", "1", "2.0", "2.1", "2", "3"]
    assert list(found.values()) == [(8, 8)] * 5 + [(1, 1)]


def test_leaves_cut_the_graph_below_the_layer():
    network = small()
    with hooks.recording(network, ["2"], leaves=True) as (own, outputs):
        score = own(torch.from_numpy(image())[None])[0, 3]
        assert outputs["2"].is_leaf
        assert torch.autograd.grad(score, outputs["2"])[0].shape == (1, 5, 8, 8)


def test_two_sessions_at_once_never_mix():
    """Each thread has its own image, class and rule; every answer equals the one computed alone."""
    network = small(act=nn.ReLU6)
    jobs = [(image(seed), seed % 6, rule) for seed in range(6) for rule in ("guided", "deconvnet", "gradient")]
    alone = [(by_rules(network, x, t, (rule,))[rule], grad_cam(network, x, t, "2")) for x, t, rule in jobs]
    wrong = []

    def work(place: int) -> None:
        x, t, rule = jobs[place]
        for _ in range(15):
            maps, cam = by_rules(network, x, t, (rule,))[rule], grad_cam(network, x, t, "2")
            if not (np.array_equal(maps, alone[place][0]) and np.array_equal(cam, alone[place][1])):
                wrong.append(place)

    at_once([partial(work, place) for place in range(len(jobs))])
    assert not wrong
    assert hooks_on(network) == 0


def test_inputs_and_weights_stay_as_they_were():
    network, x = small(), image()
    before, weights = x.copy(), {name: value.clone() for name, value in network.state_dict().items()}
    gradient(network, x, 2)
    by_rules(network, x, 2)
    grad_cam(network, x, 2, "2")
    assert np.array_equal(x, before)
    assert all(torch.equal(value, weights[name]) for name, value in network.state_dict().items())
    assert all(not p.requires_grad and p.grad is None for p in network.parameters())

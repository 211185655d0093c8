"""EfficientNet-Lite0: the size that the literature gives, what it says of the photos, and that nobody can change it."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.core import images
from engine.core.attribution import scores
from engine.core.hooks import map_layers
from engine.core.networks import efficientnet

EXPECTED = {
    "cat": {"tabby", "tiger cat", "Egyptian cat"},
    "coffee": {"espresso"},
    "cameraman": {"tripod"},
    "palace": {"palace"},
    "rocket": {"missile"},
}


def photo(name: str) -> np.ndarray:
    return efficientnet.prepared(images.load(f"photo:{name}", 224, channels=3).pixels)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_top_class_of_each_bundled_photo(name):
    for network in (efficientnet.lite0(), efficientnet.quick()):
        assert efficientnet.labels()[int(scores(network, photo(name)[None])[0].argmax())] in EXPECTED[name]


def test_parameters_and_multiplications_are_the_literatures():
    network = efficientnet.trained()
    assert sum(weight.numel() for weight in network.parameters()) == 4_652_008
    counted = []

    def count(module: nn.Module, given: tuple[torch.Tensor, ...], out: torch.Tensor) -> None:
        counted.append(module.weight[0].numel() * out[0].numel())

    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.register_forward_hook(count)
    network(torch.zeros(1, 3, 224, 224))
    assert sum(counted) == 385_187_552


def test_folding_batch_norm_changes_nothing_but_the_speed():
    image = photo("coffee")[None]
    expected = efficientnet.trained()(torch.from_numpy(image))[0].numpy()
    found = scores(efficientnet.lite0(), image)[0]
    assert np.abs(found - expected).max() < 1e-4 * np.abs(expected).max()
    assert not any(isinstance(module, nn.BatchNorm2d) for module in efficientnet.lite0().modules())


def test_the_shared_network_is_one_frozen_and_in_evaluation():
    network = efficientnet.lite0()
    assert network is efficientnet.lite0()
    assert not network.training
    assert not any(weight.requires_grad for weight in network.parameters())


def test_the_listed_layers_give_maps_in_this_order():
    found = map_layers(efficientnet.lite0(), torch.zeros(1, 3, 224, 224))
    paths = [path for _, path in efficientnet.LAYERS]
    assert [name for name in found if name in paths] == paths


def test_a_processor_without_bfloat16_gets_the_network_itself(monkeypatch):
    monkeypatch.setattr(efficientnet, "computes_in_halves", lambda: False)
    assert efficientnet.quick.__wrapped__() is efficientnet.lite0()


def test_every_class_has_a_name_of_its_own():
    names = efficientnet.labels()
    assert len(names) == len(set(names)) == 1000
    assert (names[285], names[967]) == ("Egyptian cat", "espresso")

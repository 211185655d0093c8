"""The classic networks: parameters and multiply-adds as published, seeds, shapes, no memory when only counted."""

import pytest
import torch

from engine.core.networks import gallery
from tests.engine.core.networks import counting

PARAMETERS = {
    "vgg_a": 132_863_336,
    "vgg_b": 133_047_848,
    "vgg_c": 133_638_952,
    "vgg_d": 138_357_544,
    "vgg_e": 143_667_240,
    "googlenet_port": 6_624_904,
    "inception_v3": 23_834_568,
    "resnet_18": 11_689_512,
    "resnet_34": 21_797_672,
    "resnet_50": 25_557_032,
    "resnet_50_paper": 25_557_032,
    "resnet_101": 44_549_160,
    "resnet_152": 60_192_808,
    "mobilenet_v1": 4_231_976,
}
MULTIPLY_ADDS = {
    "vgg_d": 15_470_264_320,
    "googlenet_port": 1_498_376_192,
    "inception_v3": 5_713_216_096,
    "resnet_50": 4_089_184_256,
    "mobilenet_v1": 568_740_352,
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters(name):
    network = gallery.build(name, None)
    assert counting.parameters(network) == PARAMETERS[name]
    layers = counting.layers(network, gallery.NETWORKS[name].side)
    assert sum(layer.parameters for layer in layers) == PARAMETERS[name]


@pytest.mark.parametrize("name", MULTIPLY_ADDS)
def test_multiply_adds(name):
    layers = counting.layers(gallery.build(name, None), gallery.NETWORKS[name].side)
    assert sum(layer.multiply_adds for layer in layers) == MULTIPLY_ADDS[name]


def test_the_papers_googlenet_differs_from_the_port_by_its_large_kernels_alone():
    paper, port = (counting.parameters(gallery.build(name, None)) for name in ("googlenet", "googlenet_port"))
    extra = sum(16 * reduce * five for _, _, _, _, reduce, five, _ in _modules())
    assert paper - port == extra


def _modules():
    from engine.core.networks.googlenet import MODULES

    return MODULES.values()


@pytest.mark.parametrize("name", gallery.NETWORKS)
def test_every_network_makes_a_thousand_logits_of_its_own_image_size(name):
    layers = counting.layers(gallery.build(name, None), gallery.NETWORKS[name].side)
    assert layers[-1].output == (1000,)
    maps = [layer.output for layer in layers if layer.name.startswith("features.")]
    assert maps[-1][1:] in {(7, 7), (8, 8)}


def test_a_network_for_counting_takes_no_memory():
    assert all(weight.is_meta for weight in gallery.build("vgg_e", None).parameters())


def test_the_same_seed_gives_the_same_weights_and_leaves_torchs_own_randomness_alone():
    before = torch.get_rng_state()
    one, same, other = (gallery.build("resnet_18", seed).state_dict() for seed in (3, 3, 4))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["features.conv1.conv.weight"], other["features.conv1.conv.weight"])


def test_a_built_network_computes_finite_logits_and_counting_leaves_it_as_it_was():
    network = gallery.build("mobilenet_v1", 0)
    image = torch.rand(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        first = network(image)
        counting.layers(network, 224)
        assert torch.equal(first, network(image))
    assert torch.isfinite(first).all()
    assert first.std() > 0


def test_an_image_that_does_not_fit_is_refused_in_words():
    with pytest.raises(ValueError, match="100 × 100 does not fit"):
        counting.layers(gallery.build("vgg_d", None), 100)
    with pytest.raises(ValueError, match="no network called lenet"):
        gallery.build("lenet")

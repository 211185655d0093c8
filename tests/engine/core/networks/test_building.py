"""Specifications as torch modules and as scripts: seeds, initialisations, names, the same numbers from both."""

from math import sqrt

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from torch import nn

from engine.core.networks.building import build, fans, initialise
from engine.core.networks.grammar import parse
from engine.core.networks.initialisations import INITIALISATIONS
from engine.core.networks.presets import ARCHITECTURES
from engine.core.networks.script import definition, torch_code
from engine.core.networks.sheet import sheet
from engine.core.networks.specification import Network
from tests.engine.core.networks.legal import networks

WIDE = "INPUT 8x12x12 -> CONV 5x5 64 groups 4 -> RELU -> FC 300 -> BN -> RELU -> FC 10"
every_preset = pytest.mark.parametrize("name", ARCHITECTURES)


def images(network: Network, count: int = 3) -> torch.Tensor:
    return torch.randn(count, *network.input, generator=torch.Generator().manual_seed(1))


def run(script: str) -> dict:
    scope: dict = {}
    exec(compile(script, "script.py", "exec"), scope)
    return scope


@every_preset
def test_presets_make_ten_logits(name):
    network = parse(ARCHITECTURES[name].text)
    assert network.output == (10,)
    logits = build(network, 0, "he")(images(network))
    assert logits.shape == (3, 10)
    assert torch.isfinite(logits).all()
    assert ARCHITECTURES[name].note


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("lenet", 61_706),
        ("lenet_1998", 61_706),
        ("mlp", 203_530),
        ("softmax", 7_850),
        ("convnetjs", 208 + 3_216 + 2_570),
        ("fast", 400 + 32 + 12_800 + 64 + 5_130),
        ("fast_wide", 400 + 32 + 12_800 + 64 + 65_664 + 1_290),
    ],
)
def test_presets_have_the_parameters_that_they_should(name, parameters):
    assert parse(ARCHITECTURES[name].text).parameters == parameters


def test_the_same_seed_gives_the_same_weights_and_leaves_torchs_own_randomness_alone():
    network = parse(ARCHITECTURES["resnet"].text)
    before = torch.get_rng_state()
    one, same, other = (build(network, seed, "he").state_dict() for seed in (3, 3, 4))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["0.weight"], other["0.weight"])


def test_torchs_default_is_torchs_default():
    with torch.random.fork_rng():
        torch.manual_seed(5)
        theirs = [nn.Conv2d(8, 64, 5, groups=4), nn.Linear(64 * 8 * 8, 300), nn.Linear(300, 10)]
    ours = [part for part in build(parse(WIDE), 5) if isinstance(part, nn.Conv2d | nn.Linear)]
    for mine, their in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine.weight, their.weight)
        torch.testing.assert_close(mine.bias, their.bias)


@pytest.mark.parametrize("name", INITIALISATIONS)
def test_weights_have_the_deviation_of_their_initialisation(name):
    module, way = build(parse(WIDE), 0, name), INITIALISATIONS[name]
    for part in (module[0], module[3]):
        deviation = way.deviation(*fans(part))
        assert float(part.weight.std()) == pytest.approx(deviation, rel=0.05)
        assert float(part.weight.mean()) == pytest.approx(0, abs=0.05 * deviation + 1e-9)
        largest = float(part.weight.abs().max())
        assert (largest <= way.bound(*fans(part))) if way.uniform else (largest > 2.5 * deviation or not deviation)
        assert bool(part.bias.any()) == way.biases
    assert torch.equal(module[4].weight, torch.ones(300))
    assert not module[4].bias.any()
    assert module[4].running_var.sum() == 300


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("xavier", nn.init.xavier_normal_),
        ("xavier_uniform", nn.init.xavier_uniform_),
        ("he", lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu")),
        ("he_uniform", lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="relu")),
    ],
)
def test_deviations_are_those_of_torch_init(name, theirs):
    # A plain convolution: torch counts the fan-out of a grouped one as if it had one group.
    part = nn.Conv2d(20, 60, 5)
    deviation = INITIALISATIONS[name].deviation(*fans(part))
    assert float(theirs(part.weight.data).std()) == pytest.approx(deviation, rel=0.03)


def test_a_network_begins_again_in_place():
    module = build(parse(WIDE), 0, "zero")
    assert not module[0].weight.any()
    again = initialise(module, 7, "he")
    assert again is module
    assert torch.equal(module[0].weight, build(parse(WIDE), 7, "he")[0].weight)


def test_a_network_keeps_its_variance_with_he_and_relu():
    layers = " -> ".join(["FC 400 -> RELU"] * 10)
    module = build(parse(f"INPUT 400x1x1 -> {layers}"), 0, "he")
    made = module(torch.randn(200, 400, 1, 1, generator=torch.Generator().manual_seed(0)))
    assert 0.4 < float((made**2).mean()) < 2.5  # it begins at 1, and a layer of 400 is off by a tenth
    small = build(parse(f"INPUT 400x1x1 -> {layers}"), 0, "small")
    assert float((small(torch.ones(1, 400, 1, 1)) ** 2).mean()) < sqrt(1e-9)


def test_activations_are_read_by_the_index_of_the_layer():
    network = parse(ARCHITECTURES["resnet"].text)
    module = build(network, 0).eval()
    maps = images(network)
    logits = module(maps)
    assert len(module) == len(network.layers)
    for layer, row in zip(module, (row for row in sheet(network) if not row.depth), strict=True):
        maps = layer(maps)
        assert tuple(maps.shape[1:]) == row.output
        assert module.get_submodule(row.name) is layer
    assert torch.equal(maps, logits)


def test_without_a_seed_there_are_no_numbers():
    assert all(weight.is_meta for weight in build(parse("INPUT 3x64x64 -> FC 4096"), None).parameters())


def test_an_unknown_initialisation_is_refused_in_words():
    with pytest.raises(ValueError, match="no initialisation 'orthogonal': choose one of torch, zero"):
        build(parse(WIDE), 0, "orthogonal")


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(networks())
def test_the_script_is_the_same_network(network: Network):
    theirs = run(definition(network))["network"].eval()
    ours = build(network, 0, "he").eval()
    theirs.load_state_dict(ours.state_dict())  # strict: the same names, the same shapes
    with torch.no_grad():
        torch.testing.assert_close(theirs(images(network)), ours(images(network)), rtol=0, atol=0, equal_nan=True)


@every_preset
def test_the_script_stands_alone_and_prints_shape_and_parameters(name, capsys):
    network = parse(ARCHITECTURES[name].text)
    run(torch_code(network))
    shape, parameters = capsys.readouterr().out.splitlines()
    assert shape == "(2, 10)"
    assert parameters == f"{network.parameters} parameters"


def test_the_script_says_only_what_is_not_torchs_default():
    script = definition(
        parse("INPUT 2x9x9 -> CONV 3x3 4 -> POOL 3x3 /2 pad 1 ceil -> LEAKY -> LEAKY 0.2 -> FC 3 no bias")
    )
    assert script == (
        "import torch\nfrom torch import nn\n\nnetwork = nn.Sequential(\n"
        "    nn.Conv2d(2, 4, 3),  # 4×7×7\n"
        "    nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True),  # 4×4×4\n"
        "    nn.LeakyReLU(),\n"
        "    nn.LeakyReLU(negative_slope=0.2),\n"
        "    nn.Flatten(),  # a vector of 64\n"
        "    nn.Linear(64, 3, bias=False),  # a vector of 3\n"
        ")\n"
    )

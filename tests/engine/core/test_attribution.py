"""The methods against captum, against their definitions, and where captum is wrong: ReLU6."""

import copy
import warnings

import numpy as np
import pytest
import torch
from captum import attr
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from engine.core import images
from engine.core.attribution import by_rules, gradient, in_one_pass, integrated_gradients, scores, smooth_grad
from engine.core.attribution_cam import Activations, grad_cam, grad_cam_plus_plus
from engine.core.attribution_occlusion import occlusion, places
from engine.core.attribution_scores import mixed, perturb, shares_of
from engine.core.networks import efficientnet, inspected
from engine.core.networks.building import build
from engine.core.networks.grammar import parse
from engine.core.randomising import cascade, rank_correlation
from engine.core.rectifier_rules import RULES
from engine.core.rectifiers import FAST_RULES, Switch, ruled

EGYPTIAN_CAT = 285


def photo(name: str = "cat") -> np.ndarray:
    return efficientnet.prepared(images.load(f"photo:{name}", 224, channels=3).pixels)


def tensor(image: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(image)[None].contiguous(memory_format=torch.channels_last).requires_grad_()


def with_relu(network: nn.Module) -> nn.Module:
    """A copy with ReLU in place of ReLU6: what captum can guide."""
    own = copy.deepcopy(network)
    for module in list(own.modules()):
        for name, child in module._modules.items():
            if isinstance(child, nn.ReLU6):
                setattr(module, name, nn.ReLU())
    return own


def agree(ours: np.ndarray, theirs: torch.Tensor) -> None:
    expected = theirs.detach().numpy()
    assert np.abs(ours - expected).max() <= 1e-4 * np.abs(expected).max()
    assert np.abs(expected).max() > 0


@pytest.fixture(scope="module")
def network() -> nn.Module:
    return efficientnet.lite0()


@pytest.fixture(scope="module")
def relu_network(network: nn.Module) -> nn.Module:
    return with_relu(network)


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # captum warns that it sets hooks
        yield


@pytest.mark.parametrize("target", [EGYPTIAN_CAT, 282])
def test_gradient_and_input_times_gradient_equal_captum(network, target):
    image = photo()
    agree(gradient(network, image, target), attr.Saliency(network).attribute(tensor(image), target, abs=False)[0])
    theirs = attr.InputXGradient(network).attribute(tensor(image), target)[0]
    agree(in_one_pass(network, image, target)["input_gradient"], theirs)


def test_guided_backprop_and_deconvnet_equal_captum_where_captum_knows_the_relu(relu_network):
    image = photo()
    found = in_one_pass(relu_network, image, EGYPTIAN_CAT)
    agree(found["guided"], attr.GuidedBackprop(relu_network).attribute(tensor(image), EGYPTIAN_CAT)[0])
    agree(found["deconvnet"], attr.Deconvolution(relu_network).attribute(tensor(image), EGYPTIAN_CAT)[0])


def test_on_relu6_captum_silently_gives_the_plain_gradient_and_we_do_not(network):
    image = photo()
    found = in_one_pass(network, image, EGYPTIAN_CAT)
    theirs = attr.GuidedBackprop(network).attribute(tensor(image), EGYPTIAN_CAT)[0].detach().numpy()
    assert np.allclose(theirs, found["gradient"], atol=1e-6)
    assert np.corrcoef(found["guided"].ravel(), found["gradient"].ravel())[0, 1] < 0.6


BLOCKS = (
    "INPUT 3x16x16 -> CONV 3x3 6 pad 1 -> BN -> RELU -> RES[ CONV 3x3 6 pad 1 -> RELU -> CONV 3x3 6 pad 1 ] -> RELU "
    "-> POOL 2x2 -> FC 12 -> RELU -> FC 10"
)


def chain(name: str) -> tuple[nn.Module, np.ndarray, tuple[str, ...]]:
    """A network of the grammar, an image for it, and its layers that give maps."""
    if name == "lenet":
        inside = inspected.find("lenet")
        return inside.module, inside.prepared(inside.picture("digit:test:0").pixels), ("1", "2", "4", "5")
    module = build(parse(BLOCKS), 3, "he").eval().requires_grad_(False)
    return module, np.random.default_rng(0).standard_normal((3, 16, 16)).astype(np.float32), ("2", "4", "5")


@pytest.mark.parametrize("name", ["lenet", "blocks"])
@pytest.mark.parametrize("target", [7, 1])
def test_on_networks_of_the_grammar_every_method_equals_captum(name, target):
    module, image, layers = chain(name)
    found = in_one_pass(module, image, target)
    agree(found["gradient"], attr.Saliency(module).attribute(tensor(image), target, abs=False)[0])
    agree(found["input_gradient"], attr.InputXGradient(module).attribute(tensor(image), target)[0])
    agree(found["guided"], attr.GuidedBackprop(module).attribute(tensor(image), target)[0])
    agree(found["deconvnet"], attr.Deconvolution(module).attribute(tensor(image), target)[0])
    theirs = attr.IntegratedGradients(module).attribute(tensor(image), 0.0, target, n_steps=16)[0]
    agree(integrated_gradients(module, image, target, steps=16), theirs)
    size = (len(image), 4, 4), (len(image), 2, 2)
    theirs = attr.Occlusion(module).attribute(tensor(image), *size, target=target)[0, 0]
    agree(occlusion(module, image, target, window=4, stride=2), theirs)
    for path in layers:
        theirs = attr.LayerGradCam(module, module[int(path)]).attribute(tensor(image), target)[0, 0]
        agree(Activations(module, image, path).grad_cam(target), theirs)


def test_without_a_relu_there_are_gradients_and_no_rules():
    module = tiny(nn.Tanh()).float()
    image = np.random.default_rng(0).standard_normal((2, 7, 7)).astype(np.float32)
    assert set(in_one_pass(module, image, 1)) == {"gradient", "input_gradient"}
    with pytest.raises(ValueError, match="no ReLU layers"):
        by_rules(module, image, 1)


@pytest.mark.parametrize("path", ["head_act", "blocks.15", "blocks.10", "blocks.4", "stem_act"])
def test_grad_cam_equals_captum_at_every_depth(network, path):
    image = photo("coffee")
    layer = network.get_submodule(path)
    theirs = attr.LayerGradCam(network, layer).attribute(tensor(image), 967, relu_attributions=True)[0, 0]
    agree(grad_cam(network, image, 967, path), theirs)
    signed = attr.LayerGradCam(network, layer).attribute(tensor(image), 967)[0, 0]
    agree(Activations(network, image, path).grad_cam(967), signed)


@pytest.mark.parametrize("baseline", [0.0, -127 / 128])
def test_integrated_gradients_equal_captum(network, baseline):
    image = photo()
    theirs = attr.IntegratedGradients(network).attribute(
        tensor(image), baseline, EGYPTIAN_CAT, n_steps=8, internal_batch_size=4
    )[0]
    agree(integrated_gradients(network, image, EGYPTIAN_CAT, steps=8, baseline=baseline), theirs)


@pytest.mark.parametrize(("window", "stride"), [(64, 40), (56, 56)])
def test_occlusion_equals_captum(network, window, stride):
    image = photo()
    theirs = attr.Occlusion(network).attribute(
        tensor(image), (3, window, window), (3, stride, stride), target=EGYPTIAN_CAT, perturbations_per_eval=4
    )[0, 0]
    agree(occlusion(network, image, EGYPTIAN_CAT, window=window, stride=stride), theirs)


def tiny(act: nn.Module, seed: int = 3) -> nn.Module:
    torch.manual_seed(seed)
    body = [nn.Conv2d(2, 6, 3, padding=1), act, nn.Conv2d(6, 5, 3, padding=1), copy.deepcopy(act)]
    layers = [*body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 4)]
    return nn.Sequential(*layers).double().eval().requires_grad_(False)


def by_hand(network: nn.Sequential, image: np.ndarray, target: int, rule: str, cap: float) -> np.ndarray:
    """The backward pass written out: only the two ReLUs follow the rule."""
    x = torch.from_numpy(image)[None].double()
    first = network[0](x)
    second = network[2](first.clamp(0, cap))
    inner = second.clamp(0, cap).requires_grad_()
    back = torch.autograd.grad(network[6](inner.mean((2, 3)))[0, target], inner)[0]
    for before, conv in ((second, network[2]), (first, network[0])):
        passed = (before > 0) & (before < cap)
        if rule != "deconvnet":
            back = back * passed
        if rule != "gradient":
            back = back.clamp(min=0)
        back = nn.functional.conv_transpose2d(back, conv.weight, padding=1)
    return back[0].numpy()


@pytest.mark.parametrize("rule", ["gradient", "deconvnet", "guided"])
@pytest.mark.parametrize(("act", "cap"), [(nn.ReLU(), np.inf), (nn.ReLU6(), 6.0), (nn.ReLU(inplace=True), np.inf)])
def test_each_rule_is_its_definition_for_relu_and_relu6(act, cap, rule):
    network = tiny(act)
    image = 20 * np.random.default_rng(1).standard_normal((2, 7, 7)).astype(np.float32)
    ours = by_rules(network, image, 2, (rule,))[rule]
    expected = by_hand(network, image, 2, rule, cap)
    assert np.abs(ours - expected).max() <= 1e-5 * np.abs(expected).max()
    if cap == 6:
        other = by_hand(network, image, 2, rule, np.inf)
        assert not np.allclose(expected, other) or rule == "deconvnet", "the image must reach above 6"


@pytest.mark.parametrize("cap", [6.0, np.inf])
@pytest.mark.parametrize("rule", list(RULES))
def test_the_fast_rules_are_the_readable_ones(rule, cap):
    into, arriving = torch.randn(2, 1000, generator=torch.Generator().manual_seed(0)) * 8
    expected = RULES[rule](arriving, (into > 0) & (into < cap))
    assert torch.equal(FAST_RULES[rule](arriving, into, cap), expected)


def test_a_network_without_relu_modules_is_refused():
    with pytest.raises(ValueError, match="no ReLU"):
        ruled(nn.Sequential(nn.Conv2d(3, 3, 1), nn.Tanh()), Switch())


def test_grad_cam_plus_plus_has_the_weights_of_the_paper():
    """The closed form against the derivatives of exp(score), which the paper starts from."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(2, 3, 1), nn.AvgPool2d(1), nn.Flatten(), nn.Linear(48, 4)).double().eval()
    image = np.random.default_rng(0).standard_normal((2, 4, 4)).astype(np.float32)
    maps = network[0](torch.from_numpy(image)[None].double()).detach()

    def powered(values: torch.Tensor) -> torch.Tensor:
        return torch.exp(network[3](values.flatten(1))[0, 1])

    values = maps.clone().requires_grad_()
    first = torch.autograd.grad(powered(values), values, create_graph=True)[0]
    second, third = torch.zeros_like(maps), torch.zeros_like(maps)
    for place in np.ndindex(*maps.shape):
        along = torch.autograd.grad(first[place], values, create_graph=True)[0][place]
        second[place] = along
        third[place] = torch.autograd.grad(along, values, retain_graph=True)[0][place]
    share = second / (2 * second + maps.sum((2, 3), keepdim=True) * third)
    weights = (share * first.clamp(min=0)).sum((2, 3))
    expected = torch.einsum("nk,nkhw->hw", weights, maps).detach().numpy()
    ours = Activations(network, image, "1").grad_cam_plus_plus(1)
    assert np.corrcoef(ours.ravel(), expected.ravel())[0, 1] > 0.999999
    assert (grad_cam_plus_plus(network, image, 1, "1") >= 0).all()


def test_another_class_from_the_same_activations_equals_a_fresh_run(network):
    image = photo()
    seen = Activations(network, image, "blocks.12")
    seen.grad_cam(1)
    for target in (EGYPTIAN_CAT, 5):
        assert np.array_equal(seen.grad_cam(target), Activations(network, image, "blocks.12").grad_cam(target))


def test_integrated_gradients_of_a_product_are_half_the_score_each():
    class Product(nn.Module):
        def __init__(self):
            super().__init__()
            self.factor = nn.Parameter(torch.tensor(3.0), requires_grad=False)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return (self.factor * x[:, 0, 0, 0] * x[:, 0, 0, 1])[:, None]

    found = integrated_gradients(Product(), np.array([[[2.0, 5.0]]], dtype=np.float32), 0, steps=4)
    assert np.allclose(found, 15.0)


def test_integrated_gradients_are_complete(network):
    image = photo()
    gained = np.subtract(*scores(network, np.stack([image, np.zeros_like(image)]))[:, EGYPTIAN_CAT])
    assert abs(integrated_gradients(network, image, EGYPTIAN_CAT, steps=48).sum() - gained) < 0.1 * gained


def test_smooth_grad_has_a_seed_and_without_noise_is_the_gradient(network):
    image = photo()
    one, again, other = (smooth_grad(network, image, 5, samples=4, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert np.allclose(smooth_grad(network, image, 5, samples=2, noise=0.0), gradient(network, image, 5), atol=1e-6)


def test_smooth_grad_does_not_depend_on_how_it_is_cut_into_batches(monkeypatch, network):
    image = photo()
    whole = smooth_grad(network, image, 5, samples=6)
    monkeypatch.setattr("engine.core.attribution.BATCH", 3)
    assert np.allclose(smooth_grad(network, image, 5, samples=6), whole, atol=1e-5 * np.abs(whole).max())


@pytest.mark.parametrize(
    ("slow", "count"),
    [
        (lambda *given, **more: smooth_grad(*given, samples=6, **more), 2),
        (lambda *given, **more: integrated_gradients(*given, steps=6, **more), 2),
        (lambda *given, **more: occlusion(*given, window=4, stride=4, **more), 1),
        (lambda *given, **more: perturb(*given, np.ones((7, 7)), steps=4, **more), 4),
    ],
)
def test_slow_methods_tell_how_far_they_are(slow, count):
    told = []
    image = np.random.default_rng(0).standard_normal((2, 7, 7)).astype(np.float32)
    slow(tiny(nn.ReLU()), image, 1, report=lambda share, words: told.append((share, words)))
    shares = [share for share, _ in told]
    assert len(told) == count
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert all(words for _, words in told)


@given(side=st.integers(1, 60), window=st.integers(1, 60), stride=st.integers(1, 60))
def test_patches_leave_no_pixel_out(side, window, stride):
    if stride > window:
        with pytest.raises(ValueError, match="leave gaps"):
            places(side, window, stride)
        return
    found = places(side, window, stride)
    assert {pixel for top, bottom in found for pixel in range(top, bottom)} == set(range(side))
    assert all(0 < bottom - top <= window for top, bottom in found)


def test_pixels_are_taken_in_the_order_of_the_map():
    front, back = np.ones((1, 2, 2), dtype=np.float32), np.zeros((1, 2, 2), dtype=np.float32)
    order = np.array([[0.1, 0.9], [0.5, 0.5]])
    seen = mixed(front, back, order, np.array([0, 0.25, 0.5, 1.0]))[:, 0]
    assert seen[0].sum() == 0
    assert seen[1].tolist() == [[0, 1], [0, 0]]
    assert seen[2].tolist() == [[0, 1], [1, 0]]
    assert seen[3].sum() == 4


def test_a_map_of_what_matters_scores_better_than_its_reverse():
    """A network that reads one corner: the map that names it wins both ways."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 2)).eval().requires_grad_(False)
    network[1].weight.zero_()
    network[1].bias.zero_()
    network[1].weight[0, :8] = 4.0
    image = np.random.default_rng(0).uniform(0.5, 1, (1, 8, 8)).astype(np.float32)
    truth = np.zeros((8, 8))
    truth[0] = 1
    good, bad = (perturb(network, image, 0, ranking) for ranking in (truth, -truth))
    assert good.deletion_score < bad.deletion_score - 0.1
    assert good.deletion[0] == pytest.approx(good.insertion[-1])
    assert good.shares.tolist() == shares_of(16).tolist()


def test_randomising_goes_from_the_top_and_leaves_the_network_alone(network):
    before = {name: value.clone() for name, value in network.state_dict().items()}
    for place, made in enumerate(cascade(network, ("fc", "conv_head", "blocks.15"), seed=1)):
        changed = {name.rsplit(".", 1)[0] for name, value in made.state_dict().items() if not value.equal(before[name])}
        assert ("fc" in changed, "conv_head" in changed) == (True, place > 0)
        assert any(name.startswith("blocks.15") for name in changed) == (place > 1)
        assert not any(name.startswith("blocks.14") for name in changed)
        same = made.fc.weight.flatten().sort().values.equal(before["fc.weight"].flatten().sort().values)
        assert same, "the same numbers in another order"
    assert all(value.equal(before[name]) for name, value in network.state_dict().items())


def test_rank_correlation_is_spearmans():
    from scipy.stats import spearmanr

    one, other = np.random.default_rng(0).integers(0, 9, (2, 6, 6)).astype(float)
    assert rank_correlation(one, other) == pytest.approx(spearmanr(one.ravel(), other.ravel()).statistic)
    assert np.isnan(rank_correlation(one, np.zeros((6, 6))))


def test_guided_backprop_survives_random_weights_and_the_gradient_does_not(network):
    """Adebayo's finding, on this network: everything above block 12 is random."""
    image = photo()
    stages = ["fc", "conv_head", *(f"blocks.{number}" for number in range(15, 10, -1))]
    before = by_rules(network, image, EGYPTIAN_CAT)
    *_, made = cascade(network, stages)
    after = by_rules(made, image, EGYPTIAN_CAT)
    alike = {name: rank_correlation(np.abs(before[name]).max(0), np.abs(after[name]).max(0)) for name in before}
    assert alike["guided"] > 0.85
    assert alike["gradient"] < 0.6

"""The table of activation functions against torch: values, slopes, kinks; saturation; what normal inputs become."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from engine.core import nonlinearities as table
from engine.core.gaussian_moments import maxout_moments, moments, saturated_share
from engine.core.networks.activations import ACTIVATIONS
from engine.core.nonlinearities import NONLINEARITIES, lines, prelu_gradient, saturation

NUMBERS = {"LeakyReLU": (0.0, 0.01, 0.3, 1.0), "PReLU": (-0.5, 0.25), "ELU": (0.1, 1.0, 2.0), "Maxout": (2.0, 3.0, 4.0)}
CASES = [(name, a) for name in NONLINEARITIES for a in NUMBERS.get(name, (0.0,))]
SMOOTH = np.linspace(-12, 12, 2001)
KINKS = np.array([-3.0, -1e-300, -0.0, 0.0, 1e-300, 3.0, 6.0])
FINITE = st.floats(-50, 50, allow_nan=False)


def in_torch(name: str, a: float, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Value and slope by torch, in double precision; the step has no slope in torch."""
    leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    if name == "Maxout":
        slopes, offsets = (torch.tensor(part) for part in lines(a))
        value = (leaf[:, None] * slopes + offsets).max(dim=1).values
    elif name == "Step":
        value = torch.heaviside(leaf.detach(), torch.zeros(1, dtype=torch.float64)) + 0 * leaf
    elif name == "Linear":
        value = torch.nn.Identity()(leaf)
    elif name == "PReLU":
        value = F.prelu(leaf, torch.tensor(a, dtype=torch.float64))
    elif name == "GELU_tanh":
        value = torch.nn.GELU(approximate="tanh")(leaf)
    else:
        argument = ACTIVATIONS[name].argument
        value = getattr(torch.nn, name)(**({argument: a} if argument else {}))(leaf)
    value.sum().backward()
    return value.detach().numpy(), leaf.grad.numpy()


@pytest.mark.parametrize(("name", "a"), CASES)
@pytest.mark.parametrize("x", [SMOOTH, KINKS], ids=["range", "kinks"])
def test_values_and_slopes_are_torchs(name, a, x):
    value, slope = in_torch(name, a, x)
    np.testing.assert_allclose(NONLINEARITIES[name].value(x, a), value, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(NONLINEARITIES[name].slope(x, a), slope, rtol=1e-11, atol=1e-13)


@trials(max_examples=60, deadline=None)
@given(st.sampled_from(CASES), st.lists(FINITE, min_size=1, max_size=12))
def test_they_agree_with_torch_anywhere(case, places):
    name, a = case
    x = np.array(places)
    value, slope = in_torch(name, a, x)
    # torch takes softplus for the identity from 20 on: 2e-9 too small there.
    np.testing.assert_allclose(NONLINEARITIES[name].value(x, a), value, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(NONLINEARITIES[name].slope(x, a), slope, rtol=1e-8, atol=3e-9)


def test_every_function_of_the_networks_is_here():
    assert set(ACTIVATIONS) <= set(NONLINEARITIES)
    for name, function in ACTIVATIONS.items():
        assert NONLINEARITIES[name].argument == function.argument
        assert NONLINEARITIES[name].default == (function.default or 0.0)


def test_the_slope_at_zero_is_torchs_not_the_slides():
    at = np.zeros(1)
    assert NONLINEARITIES["ReLU"].slope(at, 0)[0] == 0
    assert NONLINEARITIES["LeakyReLU"].slope(at, 0.1)[0] == 0.1
    assert NONLINEARITIES["LeakyReLU"].slope(at - 1, 0.1)[0] == +0.1  # a slide prints −a


@trials(max_examples=40, deadline=None)
@given(st.floats(-1, 1), st.lists(FINITE, min_size=1, max_size=8))
def test_prelus_slope_has_torchs_gradient(a, places):
    x = np.array(places)
    weight = torch.tensor(a, dtype=torch.float64, requires_grad=True)
    F.prelu(torch.tensor(x), weight).sum().backward()
    assert prelu_gradient(x).sum() == pytest.approx(weight.grad.item(), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", NONLINEARITIES)
def test_the_span_in_words_is_the_span_in_numbers(name):
    function = NONLINEARITIES[name]
    values = function.value(np.linspace(-60, 60, 200_001), function.default)
    words = function.span.replace("−", "-").replace("α", "1")
    if words == "all numbers":
        assert values.min() < -0.5
        assert values.max() > 50
    elif words not in ("0 or 1", "as learned"):
        low, high = words.strip("[]()").split(", ")
        assert values.min() == pytest.approx(float(low), abs=6e-4)
        assert values.max() == pytest.approx(
            63.042059 if name == "SELU" else 60.0 if high == "∞" else float(high), abs=1e-6
        )


@pytest.mark.parametrize("name", NONLINEARITIES)
def test_where_it_saturates_the_slope_is_small_from_there_on(name):
    function = NONLINEARITIES[name]
    low, high = saturation(name, function.default)
    x = np.linspace(-20, 20, 40_001)
    slope = np.abs(function.slope(x, function.default))
    flat = (x <= low) | (x >= high)
    assert slope[flat].max(initial=0) <= table.FLAT * slope.max() + 1e-3
    assert (low > -np.inf, high < np.inf) == function.ends
    if np.isfinite(low) and low < 0:  # just inside it is steeper
        assert slope[x > low + 2e-3][0] >= 0.9 * table.FLAT * slope.max()


def test_a_tanh_is_flat_twice_as_early_as_a_sigmoid():
    assert saturation("Tanh", 0)[1] == pytest.approx(saturation("Sigmoid", 0)[1] / 2, abs=2e-3)
    assert saturation("LeakyReLU", 0.01) == (-np.inf, np.inf)


def test_the_identities_of_the_decks():
    x = SMOOTH
    sigmoid, tanh = NONLINEARITIES["Sigmoid"].value, NONLINEARITIES["Tanh"].value
    np.testing.assert_allclose(tanh(x, 0), 2 * sigmoid(2 * x, 0) - 1, atol=1e-15)
    np.testing.assert_allclose(NONLINEARITIES["Softplus"].slope(x, 0), sigmoid(x, 0), rtol=1e-14)
    np.testing.assert_allclose(table.maxout(x, 2), np.abs(x))


@pytest.mark.parametrize("name", NONLINEARITIES)
@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 1.0), (-1.3, 0.4), (2.0, 3.0)])
def test_moments_are_those_of_a_large_sample(name, mean, deviation):
    function = NONLINEARITIES[name]
    x = mean + deviation * np.random.default_rng(0).standard_normal(400_000)
    found = moments(name, function.default, mean, deviation)
    value, slope = function.value(x, function.default), function.slope(x, function.default)
    for measured, theory in ((value, found.mean), (value**2, found.square), (slope**2, found.slope_square)):
        assert measured.mean() == pytest.approx(theory, abs=5 * measured.std() / 630 + 2e-4)
    low, high = saturation(name, function.default)
    share = ((x <= low) | (x >= high)).mean()
    assert saturated_share(name, function.default, mean, deviation) == pytest.approx(share, abs=4e-3)


def test_moments_known_in_closed_form():
    relu = moments("ReLU", 0, 0, 1)
    assert relu.square == pytest.approx(0.5, abs=1e-6)
    assert relu.slope_square == pytest.approx(0.5, abs=1e-12)
    assert relu.mean == pytest.approx(1 / np.sqrt(2 * np.pi), abs=1e-6)
    assert moments("LeakyReLU", 0.3, 0, 2).square == pytest.approx(4 * (1 + 0.09) / 2, abs=1e-5)
    selu = moments("SELU", 0, 0, 1)  # made so that mean 0 and variance 1 stay
    assert (selu.mean, selu.variance) == (pytest.approx(0, abs=1e-5), pytest.approx(1, abs=1e-5))
    assert moments("Tanh", 0, 0.7, 0.0).mean == pytest.approx(np.tanh(0.7))
    assert maxout_moments(2, 0, 1).square == pytest.approx(1)
    assert maxout_moments(2, 0, 1).mean == pytest.approx(1 / np.sqrt(np.pi))
    assert maxout_moments(4, 0, 1).mean == pytest.approx(1.0293753730)

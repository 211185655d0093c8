"""The effective receptive field: exact for equal weights, measured by gradients for others."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from engine.core import effective, effective_networks, receptive
from engine.core.receptive import Window

windows = st.builds(Window, kernel=st.integers(1, 5), stride=st.integers(1, 3), dilation=st.integers(1, 3))
THREE = Window(3)


@pytest.mark.parametrize("n", [1, 2, 5, 10, 20, 40])
def test_equal_weights_have_a_width_of_the_root_of_two_thirds_n(n):
    shape = effective.gaussian(effective.uniform([THREE] * n))
    assert shape.sigma == pytest.approx(np.sqrt(2 * n / 3), abs=1e-6)
    assert effective.law([THREE] * n) == pytest.approx(np.sqrt(2 * n / 3), abs=1e-12)


@given(chain=st.lists(windows, min_size=1, max_size=5))
def test_the_ways_are_torchs_gradient_and_their_width_is_the_law(chain):
    size = receptive.along(chain)[-1].size
    signal = torch.zeros(1, 1, size, dtype=torch.float64, requires_grad=True)
    made = signal
    for w in chain:
        weight = torch.full((1, 1, w.kernel), 1 / w.kernel, dtype=torch.float64)
        made = nn.functional.conv1d(made, weight, stride=w.stride, dilation=w.dilation)
    made[0, 0, 0].backward()
    ways = effective.ways(chain)
    np.testing.assert_allclose(ways, signal.grad[0, 0].numpy(), atol=1e-12)
    assert effective.gaussian(np.outer(ways, ways)).sigma == pytest.approx(effective.law(chain), abs=1e-9)


def test_a_bell_of_the_fitted_width_lies_on_the_ways_of_many_layers():
    ways = effective.ways([THREE] * 30)
    bell = effective.bell(61, effective.law([THREE] * 30))
    np.testing.assert_allclose(ways, bell / bell.sum(), atol=1.5e-3)


def test_an_empty_map_has_no_width():
    assert effective.gaussian(np.zeros((3, 3))).sigma == 0


@pytest.mark.parametrize("relu", [False, True])
def test_random_weights_are_wider_than_equal_ones_and_narrower_than_root_two_times(relu):
    chain = (THREE,) * 8
    made = effective_networks.measure(("c",) * 8, chain, (2, 8), relu=relu, seed=1)
    assert [m.shape for m in made.maps] == [(5, 5), (17, 17)]
    sigma, law = effective.gaussian(made.maps[1]).sigma, effective.law(list(chain))
    assert 1.2 * law < sigma < np.sqrt(2) * law


def test_the_root_mean_square_of_many_draws_spreads_as_the_ways_do():
    """With independent weights of mean zero, squares add up along the ways."""
    chain, kinds = (THREE,) * 3, ("c",) * 3
    generator = torch.Generator().manual_seed(0)
    squares = np.zeros((7, 7))
    for _ in range(400):
        stack = effective_networks.Stack(kinds, chain, False, False, generator)
        noise = torch.zeros((1, 1, 7, 7))
        squares += effective_networks.gradients(stack, chain, (3,), noise, generator)[0] ** 2
    assert effective.gaussian(squares).sigma == pytest.approx(effective.law(list(chain)), rel=0.05)


@pytest.mark.parametrize("relu", [False, True])
def test_nothing_outside_the_field_matters_and_poolings_strides_and_dilations_are_followed(relu):
    chain = (Window(3), Window(2, 2), Window(3, 2, dilation=2), Window(3))
    made = effective_networks.measure(("c", "p", "c", "c"), chain, (1, 2, 3, 4), relu=relu, seed=0)
    sizes = [field.size for field in receptive.along(list(chain))[1:]]
    assert [len(strength) for strength in made.maps] == sizes
    assert all(strength[0].max() > 0 and strength[-1].max() > 0 for strength in made.maps)


def test_training_learns_widens_the_field_and_is_the_same_again():
    chain, kinds = (THREE,) * 8, ("c",) * 8
    made = effective_networks.measure_trained(kinds, chain, (8,), seed=0)
    assert made.steps >= effective_networks.FEWEST_STEPS
    assert made.accuracy > 0.7
    effective_networks._taught.cache_clear()
    again = effective_networks.measure_trained(kinds, chain, (8,), seed=0)
    assert made.maps[0].tobytes() == again.maps[0].tobytes()
    random = effective_networks.measure(kinds, chain, (8,), relu=True, seed=0)
    assert effective.gaussian(made.maps[0]).sigma > effective.gaussian(random.maps[0]).sigma


def test_a_chain_that_is_too_large_to_train_is_refused_in_words():
    with pytest.raises(ValueError, match="would take too long"):
        effective_networks.measure_trained(("c",) * 24, (Window(5),) * 24, (24,), seed=0)


def test_torchs_own_randomness_is_left_alone():
    before = torch.get_rng_state()
    effective_networks.measure(("c", "c"), (THREE, THREE), (2,), relu=True, seed=5)
    assert torch.equal(before, torch.get_rng_state())

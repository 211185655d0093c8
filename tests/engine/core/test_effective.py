"""The effective receptive field: exact for equal weights, measured by gradients for others."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from engine.core import effective, effective_networks, effective_training, receptive
from engine.core.receptive import Window
from tests.engine.core.chains import windows

unpadded = st.builds(Window, kernel=st.integers(1, 5), stride=st.integers(1, 3), dilation=st.integers(1, 3))
THREE = Window(3)
DOWN_AND_UP = (Window(3, padding=1), Window(2, 2), THREE, Window(3, 2, transposed=True), Window(3, padding=1))


@pytest.mark.parametrize("n", [1, 2, 5, 10, 20, 40])
def test_equal_weights_have_a_width_of_the_root_of_two_thirds_n(n):
    shape = effective.gaussian(effective.uniform([THREE] * n))
    assert shape.sigma == pytest.approx(np.sqrt(2 * n / 3), abs=1e-6)
    assert effective.law([THREE] * n) == pytest.approx(np.sqrt(2 * n / 3), abs=1e-12)


@given(chain=st.lists(unpadded, min_size=1, max_size=5))
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


def seen_well_inside(chain, cells):
    """What a cell in the middle of a map sees, if that touches no end of any map."""
    counts = [cells]
    for window in chain:
        counts.append(window.size(counts[-1]))
        assume(1 <= counts[-1] <= 6000)
    assume(receptive.along(chain)[-1].size > 0)
    seen = effective.sight(chain, counts[-1] // 2)
    assume(all(first >= 0 and last < count for (first, last), count in zip(seen.spans, counts, strict=True)))
    return seen


@settings(deadline=None)
@given(chain=st.lists(windows, min_size=1, max_size=4))
def test_the_ways_are_torchs_gradient_through_transposed_layers_too(chain):
    seen = seen_well_inside(chain, 300)
    signal = torch.zeros(1, 1, 300, dtype=torch.float64, requires_grad=True)
    made = signal
    for w in chain:
        weight = torch.full((1, 1, w.kernel), 1 / w.kernel, dtype=torch.float64)
        layer = nn.functional.conv_transpose1d if w.transposed else nn.functional.conv1d
        made = layer(made, weight, stride=w.stride, padding=w.padding, dilation=w.dilation)
    made[0, 0, seen.cell].backward()
    gradient = signal.grad[0, 0].numpy()
    places = gradient.nonzero()[0]
    assert (places[0], places[-1]) == seen.field
    assert seen.field[1] - seen.field[0] + 1 == receptive.along(chain)[-1].size
    share = gradient / gradient.sum()
    np.testing.assert_allclose(effective.ways(chain), share[places[0] : places[-1] + 1], atol=1e-12)
    middle = (share * np.arange(300)).sum()
    width = np.sqrt((share * (np.arange(300) - middle) ** 2).sum())
    assert effective.law(chain) == pytest.approx(width, abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(chain=st.lists(windows, min_size=1, max_size=3), pools=st.integers(0, 7), relu=st.booleans())
def test_what_a_cell_sees_through_is_all_that_torchs_own_layers_need_for_it(chain, pools, relu):
    kinds = tuple("t" if w.transposed else "p" if pools >> at & 1 else "c" for at, w in enumerate(chain))
    assume(all(kind != "p" or 2 * w.padding <= w.kernel for kind, w in zip(kinds, chain, strict=True)))
    seen = seen_well_inside(chain, 60)
    assume(seen.largest < 100)
    stack = effective_networks.Stack(kinds, tuple(chain), relu, False, torch.Generator().manual_seed(1)).double()
    image = torch.randn((2, 1, 60, 60), generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    maps = image
    for kind, w, layer in zip(kinds, chain, stack.layers, strict=True):
        if kind == "p":
            pool = nn.functional.max_pool2d if relu else nn.functional.avg_pool2d
            assume(relu or w.dilation == 1)
            maps = pool(maps, w.kernel, w.stride, w.padding, *([w.dilation] if relu else []))
            continue
        apply = nn.functional.conv_transpose2d if kind == "t" else nn.functional.conv2d
        maps = apply(maps, layer[0].weight, stride=w.stride, padding=w.padding, dilation=w.dilation)
        maps = maps.relu() if relu else maps
    first, last = seen.spans[0]
    cell = stack(image[:, :, first : last + 1, first : last + 1], seen)
    assert cell.shape[2:] == (1, 1)
    torch.testing.assert_close(cell[:, :, 0, 0], maps[:, :, seen.cell, seen.cell])


@pytest.mark.parametrize("chain", [[THREE] * 4, [Window(3, 2), Window(2, 2), THREE], list(DOWN_AND_UP)])
def test_the_cells_of_all_depths_lie_where_the_deepest_one_looks(chain):
    depths = tuple(range(1, len(chain) + 1))
    seen = effective.sights(chain, depths)
    deepest = seen[-1]
    assert all(len(one.spans) == depth + 1 for depth, one in zip(depths, seen, strict=True))
    for depth, one in zip(depths, seen, strict=True):
        first, last = deepest.spans[depth]
        assert first <= one.cell <= last + 1
    assert all(deepest.field[0] <= one.field[0] and one.field[1] <= deepest.field[1] for one in seen)


def test_a_chain_that_reads_only_cells_that_nothing_writes_is_refused():
    with pytest.raises(ValueError, match="sees nothing"):
        effective.sight([Window(1, 2, transposed=True), Window(1, 2, padding=1)])


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
        (strength,) = effective_networks.gradients(stack, effective.sights(list(chain), (3,)), noise, generator)
        squares += strength**2
    assert effective.gaussian(squares).sigma == pytest.approx(effective.law(list(chain)), rel=0.05)


@pytest.mark.parametrize("relu", [False, True])
def test_nothing_outside_the_field_matters_and_poolings_strides_and_dilations_are_followed(relu):
    chain = (Window(3, padding=1), Window(2, 2), Window(3, 2, dilation=2), Window(3))
    made = effective_networks.measure(("c", "p", "c", "c"), chain, (1, 2, 3, 4), relu=relu, seed=0)
    sizes = [field.size for field in receptive.along(list(chain))[1:]]
    assert [len(strength) for strength in made.maps] == sizes
    assert all(strength[0].max() > 0 and strength[-1].max() > 0 for strength in made.maps)


@pytest.mark.parametrize("relu", [False, True])
def test_random_weights_are_measured_through_transposed_layers(relu):
    kinds = ("c", "p", "c", "t", "c")
    made = effective_networks.measure(kinds, DOWN_AND_UP, (1, 2, 3, 4, 5), relu=relu, seed=1)
    assert [len(strength) for strength in made.maps] == [f.size for f in receptive.along(list(DOWN_AND_UP))[1:]]
    law = effective.law(list(DOWN_AND_UP))
    assert 0.9 * law < effective.gaussian(made.maps[-1]).sigma < np.sqrt(2) * law


def test_a_network_with_a_transposed_layer_learns_digits():
    made = effective_training.measure_trained(("c", "p", "c", "t", "c"), DOWN_AND_UP, (5,), seed=0)
    assert made.accuracy > 0.5
    assert made.maps[0].shape == (receptive.along(list(DOWN_AND_UP))[-1].size,) * 2


def test_training_learns_widens_the_field_and_is_the_same_again():
    chain, kinds = (THREE,) * 8, ("c",) * 8
    heard = []
    made = effective_training.measure_trained(
        kinds, chain, (8,), seed=0, report=lambda share, words: heard.append((share, words))
    )
    assert made.steps >= effective_training.FEWEST_STEPS
    assert made.accuracy > 0.7
    assert [share for share, _ in heard] == [step / made.steps for step in range(made.steps)]
    assert heard[-1][1] == f"step {made.steps} of {made.steps}"
    again = effective_training.measure_trained(kinds, chain, (8,), seed=0)
    assert made.maps[0].tobytes() == again.maps[0].tobytes()
    random = effective_networks.measure(kinds, chain, (8,), relu=True, seed=0)
    assert effective.gaussian(made.maps[0]).sigma > effective.gaussian(random.maps[0]).sigma


def test_a_chain_that_is_too_large_to_train_is_refused_in_words():
    with pytest.raises(ValueError, match="would take too long"):
        effective_training.measure_trained(("c",) * 24, (Window(5),) * 24, (24,), seed=0)
    with pytest.raises(ValueError, match="would take too long"):
        effective_networks.measure(("c",) * 24, (Window(31),) * 24, (24,), relu=False, seed=0)


def test_torchs_own_randomness_is_left_alone():
    before = torch.get_rng_state()
    effective_networks.measure(("c", "c"), (THREE, THREE), (2,), relu=True, seed=5)
    assert torch.equal(before, torch.get_rng_state())

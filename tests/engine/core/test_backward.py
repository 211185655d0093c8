"""Backward rules of each kind of layer: equal to torch's autograd in float64, for any shapes and numbers."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from engine.core import backward

SIDES = st.integers(1, 4)
SEEDS = st.integers(0, 10_000)
EXACT = {"rtol": 1e-11, "atol": 1e-11}


def drawn(seed, *shapes):
    random = np.random.default_rng(seed)
    return [random.normal(size=shape) * 2 for shape in shapes]


def leaf(values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


@settings(max_examples=40, deadline=None)
@given(SEEDS, SIDES, SIDES, SIDES)
def test_linear_passes_back_what_torch_does(seed, inputs, outputs, examples):
    x, weight, bias, g = drawn(seed, (inputs, examples), (outputs, inputs), (outputs, 1), (outputs, examples))
    theirs = leaf(x.T), leaf(weight), leaf(bias[:, 0])
    made = functional.linear(*theirs)
    np.testing.assert_allclose(backward.linear(x, weight, bias).T, made.detach(), **EXACT)
    made.backward(torch.tensor(g.T))
    at_x, at_weight, at_bias = backward.linear_backward(x, weight, g)
    for own, other in zip((at_x.T, at_weight, at_bias[:, 0]), theirs, strict=True):
        np.testing.assert_allclose(own, other.grad, **EXACT)


@pytest.mark.parametrize("name", ["relu", "sigmoid"])
@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-700, 700), min_size=1, max_size=6))
def test_an_activation_has_torchs_value_and_slope(name, values):
    x = np.array([values])
    theirs = leaf(x)
    made = getattr(torch, name)(theirs)
    made.sum().backward()
    np.testing.assert_allclose(getattr(backward, name)(x), made.detach(), rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(getattr(backward, f"{name}_slope")(x), theirs.grad, rtol=1e-9, atol=1e-16)


def test_relu_at_zero_has_torchs_slope_and_not_the_slides():
    assert backward.relu_slope(np.array([-1.0, 0.0, 2.0])).tolist() == [0, 0, 1]


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 5), SIDES, st.booleans())
def test_softmax_with_cross_entropy_passes_back_what_torch_does(seed, classes, examples, soft):
    z, y = drawn(seed, (classes, examples), (classes, examples))
    y = np.abs(y) if soft else np.eye(classes)[:, np.arange(examples) % classes]
    theirs = leaf(z.T)
    loss = functional.cross_entropy(theirs, torch.tensor(y.T.copy()))
    loss.backward()
    assert backward.cross_entropy(z, y) == pytest.approx(loss.item(), rel=1e-12, abs=1e-14)
    np.testing.assert_allclose(backward.cross_entropy_backward(z, y).T, theirs.grad, **EXACT)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(1, 6))
def test_the_whole_jacobian_leads_to_p_minus_y_as_well(seed, classes):
    (z,) = drawn(seed, (classes, 1))
    y, p = np.eye(classes)[:, :1], backward.softmax(z)
    chained = backward.softmax_jacobian(p[:, 0]).T @ (-y / p)
    np.testing.assert_allclose(chained, p - y, **EXACT)
    np.testing.assert_allclose(chained, backward.cross_entropy_backward(z, y), **EXACT)


@settings(max_examples=50, deadline=None)
@given(SEEDS, st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2), SIDES)
def test_convolution_passes_back_what_torch_does(seed, channels, filters, kernel, stride, padding, more):
    side = kernel + more
    made_side = (side + 2 * padding - kernel) // stride + 1
    image, weight, g = drawn(
        seed, (channels, side, side), (filters, channels, kernel, kernel), (filters, made_side, made_side)
    )
    theirs = leaf(image[None]), leaf(weight), leaf(np.zeros(filters))
    functional.conv2d(*theirs, stride=stride, padding=padding).backward(torch.tensor(g[None]))
    own = backward.conv2d_backward(image, weight, g, stride, padding)
    for found, other in zip((own[0][None], own[1], own[2]), theirs, strict=True):
        np.testing.assert_allclose(found, other.grad, **EXACT)


def test_at_stride_one_the_inputs_gradient_is_the_full_correlation_with_the_turned_kernel():
    from scipy.signal import correlate2d

    image, weight, g = drawn(3, (1, 5, 5), (1, 1, 3, 3), (1, 3, 3))
    own = backward.conv2d_backward(image, weight, g)[0][0]
    np.testing.assert_allclose(own, correlate2d(g[0], weight[0, 0, ::-1, ::-1], mode="full"), **EXACT)


@settings(max_examples=40, deadline=None)
@given(SEEDS, SIDES, st.integers(2, 6))
def test_batch_norm_passes_back_what_torch_does(seed, features, examples):
    x, gamma, beta, g = drawn(seed, (features, examples), (features, 1), (features, 1), (features, examples))
    theirs = leaf(x.T), leaf(gamma[:, 0]), leaf(beta[:, 0])
    made = functional.batch_norm(theirs[0], None, None, theirs[1], theirs[2], training=True)
    made.backward(torch.tensor(g.T))
    own = backward.batch_norm(x, gamma, beta)
    back = backward.batch_norm_backward(own, gamma, g)
    np.testing.assert_allclose(own.output.T, made.detach(), rtol=1e-9, atol=1e-9)
    for found, other in zip((back.x.T, back.gamma[:, 0], back.beta[:, 0]), theirs, strict=True):
        np.testing.assert_allclose(found, other.grad, rtol=1e-7, atol=1e-8)


def test_a_batch_of_one_has_no_variance():
    with pytest.raises(ValueError, match="at least 2 examples"):
        backward.batch_norm(np.ones((2, 1)), np.ones((2, 1)), np.zeros((2, 1)))


def test_no_rule_changes_what_it_is_given():
    x, weight, g = drawn(1, (3, 2), (2, 3), (2, 2))
    before = [part.copy() for part in (x, weight, g)]
    backward.linear_backward(x, weight, g)
    backward.cross_entropy_backward(g, np.abs(g))
    for part, kept in zip((x, weight, g), before, strict=True):
        np.testing.assert_array_equal(part, kept)

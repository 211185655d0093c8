"""Finite differences as a judge: right gradients pass, wrong ones do not, kinks are named."""

import numpy as np
import pytest

from engine.core import gradient_check
from engine.core.tables import Cell


def curved(points):
    return np.sin(points[:, 0]) * points[:, 1] + points[:, 1] ** 2


POINT = np.array([0.4, -1.2])
RIGHT = np.array([np.cos(0.4) * -1.2, np.sin(0.4) - 2.4])


def checked(gradient, losses=curved, at=POINT):
    return gradient_check.check(losses, {"u": at}, {"u": gradient})


def test_a_right_gradient_agrees():
    (one,) = checked(RIGHT)
    assert one.agrees
    assert one.relative < 1e-9
    assert (one.count, one.kinks) == (2, 0)


@pytest.mark.parametrize("wrong", [RIGHT * 1.0001, -RIGHT, RIGHT + np.array([1e-4, 0]), np.zeros(2)])
def test_a_wrong_gradient_is_found(wrong):
    (one,) = checked(wrong)
    assert not one.agrees
    assert gradient_check.table((one,)).rows[0][-1] == Cell("differs", "bad")
    assert "differs by" in gradient_check.words((one,))


def test_a_kink_is_named_and_left_out():
    at = np.array([0.0, 2.0])
    (one,) = checked(np.array([0.0, 1.0]), lambda points: np.maximum(points, 0).sum(axis=1), at)
    assert one.kinks == 1
    assert one.agrees
    assert "1 stands at a kink" in gradient_check.words((one,))
    assert gradient_check.table((one,)).rows[0][-1] == Cell("1 at a kink", "even")


def test_strong_curvature_is_no_kink():
    (one,) = checked(np.array([0.0, 0.0]), lambda points: 1e4 * (points**2).sum(axis=1), np.zeros(2))
    assert one.kinks == 0
    assert one.agrees


def test_each_tensor_gets_its_own_part():
    losses = lambda points: points[:, 0] * points[:, 1] + points[:, 2]  # noqa: E731
    tensors = {"a": np.array([2.0]), "b": np.array([[3.0], [5.0]])}
    right = {"a": np.array([3.0]), "b": np.array([[2.0], [1.0]])}
    one, other = gradient_check.check(losses, tensors, right)
    assert (one.name, one.count, other.name, other.count) == ("a", 1, "b", 2)
    assert one.agrees
    assert other.agrees
    assert not gradient_check.check(losses, tensors, right | {"b": right["b"][::-1]})[1].agrees


def test_where_the_loss_bends_sharply_the_differences_own_error_is_allowed_and_no_more():
    width = 3e-3
    losses = lambda points: np.tanh(points[:, 0] / width)  # noqa: E731
    at, right = np.zeros(1), np.array([1 / width])
    assert abs(gradient_check.differences(losses, at)[0] - right)[0] > 1e-6 / width  # ε is no longer small here
    assert gradient_check.check(losses, {"u": at}, {"u": right})[0].agrees
    assert not gradient_check.check(losses, {"u": at}, {"u": right * 1.0001})[0].agrees

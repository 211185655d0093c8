"""The surfaces against sympy, their formulas and finite differences; typed functions on whole arrays."""

import math
from dataclasses import replace

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import graph_rules
from engine.core.expression_tokens import FUNCTIONS, ExpressionError
from engine.core.expressions import parse
from engine.core.graph import build
from engine.core.graph_arrays import SLOPES, VALUES, Formula, typed
from engine.core.graph_passes import flow
from engine.core.minibatches import least_squares
from engine.core.surfaces import quadratic
from tests.engine.core.landscapes import LANDSCAPES

SURFACES = {**LANDSCAPES, "line": least_squares(2)[0]}
surfaces = pytest.mark.parametrize("name", SURFACES)
POINTS = np.random.default_rng(0).uniform(-2, 2, (2, 40))


@surfaces
def test_values_gradients_and_hessians_are_those_that_sympy_derives(name):
    surface, (x, y) = SURFACES[name], sympy.symbols("x y")
    f = sympy.sympify(surface.formula)
    derived = [f, f.diff(x), f.diff(y), f.diff(x, 2), f.diff(x, y), f.diff(y, 2)]
    ours = [surface.value(*POINTS), *surface.gradient(*POINTS), *surface.hessian(*POINTS)]
    for wanted, found in zip(derived, ours, strict=True):
        numbers = sympy.lambdify((x, y), wanted, "numpy")(*POINTS) + 0 * POINTS[0]
        np.testing.assert_allclose(found, numbers, rtol=1e-11, atol=1e-11)


@surfaces
def test_one_point_is_computed_as_many_are(name):
    surface = SURFACES[name]
    x, y = (float(part[3]) for part in POINTS)
    assert surface.value(x, y) == pytest.approx(surface.value(*POINTS)[3], rel=1e-14)
    for one, many in zip(surface.hessian(x, y), surface.hessian(*POINTS), strict=True):
        assert one == pytest.approx(many[3], rel=1e-13)


@surfaces
def test_the_formula_read_by_the_parser_is_the_same_surface(name):
    surface = SURFACES[name]
    formula = Formula(surface.formula)
    np.testing.assert_allclose(formula.value(*POINTS), surface.value(*POINTS), rtol=1e-11, atol=1e-11)
    for one, other in zip(formula.gradient(*POINTS), surface.gradient(*POINTS), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10)
    for one, other in zip(formula.hessian(*POINTS), surface.hessian(*POINTS), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


@surfaces
def test_the_minima_are_minima_of_the_lowest_value(name):
    surface = SURFACES[name]
    _, _, values = surface.grid(81)
    assert values.min() >= surface.lowest - 1e-12
    for point in surface.minima:
        assert surface.at(np.array(point)) == pytest.approx(surface.lowest, abs=1e-12)
        np.testing.assert_allclose(surface.slope(np.array(point)), 0, atol=1e-7)
    left, right, low, high = surface.box
    assert left < surface.start[0] < right
    assert low < surface.start[1] < high


def test_the_condition_number_is_the_ratio_of_the_curvatures_however_the_bowl_is_turned():
    for angle in (0.0, 20.0, 75.0):
        xx, xy, yy = (float(part) for part in quadratic(50.0, angle).hessian(0.3, 0.1))
        np.testing.assert_allclose(np.linalg.eigvalsh([[xx, xy], [xy, yy]]), [1, 50])


def test_arrays_have_every_operation_of_the_language():
    missing = set(FUNCTIONS) - {"leaky_relu"} | {"leaky_relu"}
    assert missing <= set(VALUES)
    assert set(VALUES) == set(SLOPES) == set(graph_rules.RULES)


CALLS = ["exp(x)", "log(x*x + 1)", "sin(x*y)", "cos(x)/y", "tan(x/4)", "tanh(x)", "sigmoid(y)", "relu(x)*y"]
CALLS += ["leaky_relu(x)", "leaky_relu(x, y)", "abs(x)", "sqrt(x*x + 2)", "square(y)", "softplus(x)", "max(x, y)"]
CALLS += ["min(x, y, 0.3)", "x**3 - y**2", "(x*x + 1)**y", "-x", "a = 2; a*x + y", "7", "x"]


@pytest.mark.parametrize("text", CALLS)
def test_arrays_agree_with_the_graph_point_by_point(text):
    formula = Formula(text)
    values, slopes = formula.value(*POINTS), formula.gradient(*POINTS)
    for at in range(0, 40, 3):
        given_ = "; ".join(f"{name} = {float(part[at])!r}" for name, part in zip("xy", POINTS, strict=True))
        graph = build(parse(f"{given_}; {text}"))
        run = flow(graph)
        assert values[at] == pytest.approx(run.values[graph.output], rel=1e-12, abs=1e-12)
        for found, name in zip(slopes, "xy", strict=True):
            assert found[at] == pytest.approx(run.gradients[graph.index(name)], rel=1e-9, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(CALLS[:18]), min_size=1, max_size=3), st.sampled_from("+*-"))
def test_gradients_agree_with_finite_differences(parts, sign):
    formula = Formula(sign.join(f"({part})" for part in parts))
    x, y = np.array([0.61, -1.13]), np.array([0.47, 0.83])
    h = 1e-5
    gx, gy = formula.gradient(x, y)
    np.testing.assert_allclose(gx, (formula.value(x + h, y) - formula.value(x - h, y)) / (2 * h), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(gy, (formula.value(x, y + h) - formula.value(x, y - h)) / (2 * h), rtol=1e-4, atol=1e-5)


def test_where_there_is_no_value_there_is_nan_and_nothing_is_raised():
    values = Formula("log(x)").value(np.array([-1.0, 0.0, 1.0]), np.zeros(3))
    assert np.isnan(values[:2]).all()
    assert values[2] == 0
    assert np.isnan(Formula("exp(exp(x))").value(np.array([10.0]), np.zeros(1))).all()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("x + z", "z has no number"), ("x = 2; x*y", "x is a coordinate"), ("x +", "missing"), ("3x", "Write")],
)
def test_what_is_no_function_of_x_and_y_is_refused(text, sentence):
    with pytest.raises(ExpressionError, match=sentence):
        Formula(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="xyzab0123456789.+-*/()= ;^logsinexp,_'\"", max_size=40))
def test_any_text_is_a_function_or_a_clean_refusal(text):
    try:
        surface = typed(text)
    except ExpressionError:
        return
    _, _, values = surface.grid(9)
    assert values.shape == (7, 9)


def test_a_typed_surface_knows_its_box_and_not_its_minimum():
    surface = typed("x*x + y*y", 2.0)
    assert surface.box == (-2, 2, -1.5, 1.5)
    assert math.isnan(surface.lowest)


@pytest.mark.parametrize("name", SURFACES)
def test_every_gradient_is_its_own_centred_difference_and_a_wrong_one_is_found_out(name):
    surface = SURFACES[name]
    points = np.random.default_rng(0).uniform(-2, 2, (200, 2))
    assert surface.discrepancy(points) < 1e-6
    wrong = replace(surface, gradient=lambda x, y: tuple(1.01 * part for part in surface.gradient(x, y)))
    assert wrong.discrepancy(points) > 1e-3
    assert surface.discrepancy(points[:0]) == 0

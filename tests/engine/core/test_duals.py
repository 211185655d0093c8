"""Dual numbers, exact numbers and symbolic formulas: all of them say what torch and sympy say."""

import math

import mpmath
import numpy as np
import pytest
import sympy
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.core import exact, graph_passes, operation_counts, simplifying, symbolic
from engine.core.duals import SLOPES, Dual, call, tangent, through
from engine.core.expressions import parse
from engine.core.graph import build

UNARY = [
    "exp",
    "log",
    "sin",
    "cos",
    "tan",
    "tanh",
    "sigmoid",
    "relu",
    "leaky_relu",
    "abs",
    "sqrt",
    "square",
    "softplus",
]
formulas = st.recursive(
    st.sampled_from(["a", "b", "2", "0.5", "3"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
        st.tuples(st.sampled_from(UNARY), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(["max", "min", "leaky_relu"]), inner, inner).map(lambda p: f"{p[0]}({p[1]},{p[2]})"),
        st.tuples(inner, st.sampled_from(["2", "3", "-1", "0", "1", "b"])).map(lambda p: f"({p[0]})**{p[1]}"),
    ),
    max_leaves=6,
)
numbers = st.floats(0.2, 2.5).map(lambda value: round(value, 3))


def graph_of(text: str):
    return build(parse(text))


def dual(graph, at: int) -> float:
    inputs = [np.float64(graph.nodes[source].value) for source in graph.inputs]
    inputs[at] = Dual(inputs[at], 1.0)
    return float(tangent(through(graph, inputs)[graph.output]))


def smooth(graph, flow) -> bool:
    corners = [
        abs(flow.values[node.args[0]] - (flow.values[node.args[1]] if node.op in ("max", "min") else 0)) < 1e-9
        for node in graph.nodes
        if node.op in ("relu", "leaky_relu", "abs", "max", "min", "sqrt")
    ]
    return not any(corners)


@settings(max_examples=200, deadline=None)
@given(formulas, numbers, numbers)
def test_dual_exact_symbolic_and_reverse_agree_on_any_formula(text, a, b):
    assume(len(text) < 300 and "a" in text.replace("max", "").replace("tan", "").replace("relu", ""))
    graph = graph_of(f"a={a}; b={b}; f={text}")
    flow = graph_passes.flow(graph)
    assume(not flow.troubles and np.isfinite(flow.gradients).all() and np.abs(flow.gradients).max() < 1e6)
    assume(smooth(graph, flow))
    back = flow.gradients[0]
    close = {"rel": 1e-8, "abs": 1e-9 * max(1.0, abs(flow.values[graph.output]))}
    assert dual(graph, 0) == pytest.approx(back, **close)
    assert float(exact.derivatives(graph, [a, b], 0, 1)[1]) == pytest.approx(back, **close)
    symbols = symbolic.symbols(graph)
    slope = symbolic.derivative(symbolic.formula(graph, symbols), symbols[0])
    assert symbolic.value(slope, {symbols[0]: a, symbols[1]: b}) == pytest.approx(back, **close)


@pytest.mark.parametrize("name", [name for name in SLOPES if name not in ("step", "sign")])
def test_a_function_of_a_dual_number_has_torchs_value_and_slope(name):
    own = {"square": torch.square, "softplus": torch.nn.functional.softplus}
    for x in (0.3, 1.7):
        value, slope = torch.func.jvp(
            own.get(name) or getattr(torch, name),
            (torch.tensor(x, dtype=torch.float64),),
            (torch.ones((), dtype=torch.float64),),
        )
        found = call(name, Dual(np.float64(x), 2.0))
        assert found.value == pytest.approx(float(value), rel=1e-14)
        assert found.tangent == pytest.approx(2 * float(slope), rel=1e-14)


def test_the_product_rule_is_multiplying_out():
    found = Dual(4.0, 5.0) * Dual(6.0, 7.0)
    assert (found.value, found.tangent) == (24.0, 4 * 7 + 5 * 6)


@pytest.mark.parametrize(
    "text", ["3 - x", "3 / x", "x / 3", "2**x", "x**3", "x - 3", "-x", "3 * x + 1", "x**x", "x**0", "x**-2"]
)
def test_numbers_and_dual_numbers_mix_on_either_side(text):
    graph = graph_of(f"x = 1.3; y = {text}")
    x = sympy.Symbol("x", positive=True)
    wanted = [
        float(sympy.diff(sympy.sympify(text, locals={"x": x}), x, order).subs(x, sympy.Rational(13, 10)))
        for order in range(4)
    ]
    assert dual(graph, 0) == pytest.approx(wanted[1], rel=1e-13)
    assert [float(part) for part in exact.derivatives(graph, [1.3], 0)] == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "exp(x)*log(x)",
        "tanh(x)/sqrt(x)",
        "1/(1 + exp(-3*x))",
        "log(1 + exp(x))",
        "x**x + 2**x",
        "tan(x)**2",
        "cos(sin(x**2) + 3*x**2)",
    ],
)
def test_nested_dual_numbers_have_thirty_right_digits_of_three_derivatives(text):
    found = exact.derivatives(graph_of(f"x = 0.75; y = {text}"), [0.75], 0)
    x = sympy.Symbol("x", positive=True)
    for order, number in enumerate(found):
        right = sympy.diff(sympy.sympify(text, locals={"x": x}), x, order).subs(x, sympy.Rational(3, 4)).evalf(40)
        with mpmath.workdps(40):
            assert abs(mpmath.mpf(str(number)) - mpmath.mpf(str(right))) < mpmath.mpf(10) ** -30 * max(1, abs(right))


def test_a_computation_in_float32_never_leaves_it():
    every = (
        "x = 0.5; y = exp(x)*log(x) + tanh(x)/sqrt(x) + sigmoid(3*x) + softplus(x) + x**x + 2**x + square(x) - tan(x)"
    )
    every += " + max(x, 0.3)*relu(x) - min(x, 2) + leaky_relu(x) + leaky_relu(x, 0.1) + 0.1*abs(x) + 1 + cos(2)*sin(x)"
    every += " + exp(1 + 1)*x"
    points = np.linspace(0.1, 2, 7, dtype=np.float32)
    found = through(graph_of(every), [points], np.float32)
    assert {np.asarray(number).dtype for number in found} == {np.dtype(np.float32)}


def test_float32_rounds_after_every_operation():
    x = np.float32(1 / 3)
    found = through(graph_of("x = 1; y = (x*x + 0.1)*x"), [np.array([x])], np.float32)[-1][0]
    assert found == np.float32(np.float32(np.float32(x * x) + np.float32(0.1)) * x)
    assert found != np.float32((float(x) ** 2 + 0.1) * float(x)) or float(found) != (float(x) ** 2 + 0.1) * float(x)


def test_at_a_tie_each_operand_has_half():
    graph = graph_of("a = 2; b = 2; max(a, b)")
    assert dual(graph, 0) == dual(graph, 1) == 0.5


class Counted:
    """A number that counts what is done to it."""

    tally = 0

    def __init__(self, value: float) -> None:
        self.value = value

    def _made(self, value: float) -> "Counted":
        Counted.tally += 1
        return Counted(value)

    def _number(self, other) -> float:
        return other.value if isinstance(other, Counted) else other

    def __add__(self, other):
        return self._made(self.value + self._number(other))

    def __sub__(self, other):
        return self._made(self.value - self._number(other))

    def __neg__(self):
        return Counted(-self.value)

    __radd__ = __add__

    def __mul__(self, other):
        return self._made(self.value * self._number(other))

    __rmul__ = __mul__

    def __truediv__(self, other):
        return self._made(self.value / self._number(other))

    def __pow__(self, other):
        return self._made(self.value ** self._number(other))


@pytest.mark.parametrize(
    "text", ["x*y + x/y - y", "(x + y)*(x - y)*x**3", "x*x*x + 2*y", "u = x*y; u*u + u", "x - y - x*y"]
)
def test_the_operations_of_an_evaluation_are_those_that_are_done(text):
    graph = graph_of(f"x = 2; y = 3; {text}")
    Counted.tally = 0
    through(graph, [Counted(2.0), Counted(3.0)])
    assert operation_counts.evaluation(graph) == Counted.tally


def test_one_backward_pass_costs_a_small_multiple_of_the_value_however_many_inputs():
    for count in (2, 8, 20):
        text = "; ".join(f"x{k} = {k + 1}" for k in range(count)) + "; y = " + "*".join(f"x{k}" for k in range(count))
        graph = graph_of(text)
        assert operation_counts.evaluation(graph) == count - 1
        assert operation_counts.reverse(graph) <= 4 * (count - 1)
        forward = sum(operation_counts.forward(graph, at) for at in graph.inputs)
        assert forward >= count * (count - 1)
        assert operation_counts.forward_difference(graph, count) == (count + 1) * (count - 1) + 3 * count


@pytest.mark.parametrize(("text", "ways"), [("x*sin(x)", 3), ("x", 0), ("3", 0), ("x**2 + 1", 2), ("sin(x)/cos(x)", 3)])
def test_operations_of_a_formula_are_counted_as_written(text, ways):
    graph = graph_of(f"x = 2; y = {text}*1")
    found = symbolic.formula(graph, symbolic.symbols(graph))
    assert symbolic.operations(found) == ways - (text == "x*sin(x)") + (text == "sin(x)/cos(x)")


def test_baydins_table_of_the_logistic_map():
    x = sympy.Symbol("x", real=True)
    second, third = 4 * x * (1 - x), 16 * x * (1 - x) * (1 - 2 * x) ** 2
    fourth = 64 * x * (1 - x) * (1 - 2 * x) ** 2 * (1 - 8 * x + 8 * x**2) ** 2
    printed = [4 - 8 * x, 16 * (1 - 10 * x + 24 * x**2 - 16 * x**3)]
    printed += [64 * (1 - 42 * x + 504 * x**2 - 2640 * x**3 + 7040 * x**4 - 9984 * x**5 + 7168 * x**6 - 2048 * x**7)]
    for formula, wanted in zip((second, third, fourth), printed, strict=True):
        found = simplifying.simplified(symbolic.derivative(formula, x), x)
        assert sympy.expand(found - wanted) == 0
        assert symbolic.nodes(found) <= symbolic.nodes(symbolic.derivative(formula, x))


@settings(max_examples=60, deadline=None)
@given(formulas, numbers, numbers)
def test_simplifying_keeps_the_value_and_never_lengthens(text, a, b):
    graph = graph_of(f"a={a}; b={b}; f={text}+a")
    flow = graph_passes.flow(graph)
    assume(not flow.troubles and np.isfinite(flow.gradients).all() and np.abs(flow.gradients).max() < 1e4)
    symbols = symbolic.symbols(graph)
    slope = symbolic.derivative(symbolic.formula(graph, symbols), symbols[0])
    short = simplifying.simplified(slope, symbols[0])
    place = {symbols[0]: a, symbols[1]: b}
    before, after = symbolic.value(slope, place), symbolic.value(short, place)
    assert symbolic.nodes(short) <= symbolic.nodes(slope)
    assert math.isnan(before) or after == pytest.approx(before, rel=1e-6, abs=1e-6)


def test_a_formula_that_doubles_for_ever_is_refused_before_it_is_written():
    text = "; ".join(["x = 0.3", "y0 = sin(x)*x", *(f"y{k} = y{k - 1}*sin(y{k - 1})" for k in range(1, 25))])
    with pytest.raises(symbolic.LargeFormulaError, match="nodes; at most"):
        symbolic.formula(graph_of(text), symbolic.symbols(graph_of(text)))


def test_powers_of_powers_of_numbers_stay_numbers():
    graph = graph_of("x = 2; y = x + ((0.015625**64)**64)**64")
    assert symbolic.nodes(symbolic.formula(graph, symbolic.symbols(graph))) <= 3


def test_powers_of_squares_become_sympys_own_and_keep_their_value():
    graph = graph_of("a = 0.7; b = 1.3; y = square(a - b)**a")
    symbols = symbolic.symbols(graph)
    slope = symbolic.derivative(symbolic.formula(graph, symbols), symbols[0])
    assert symbolic.value(slope, {symbols[0]: 0.7, symbols[1]: 1.3}) == pytest.approx(
        graph_passes.flow(graph).gradients[0]
    )


def test_nodes_are_a_tree_and_distinct_ones_a_graph():
    x = sympy.Symbol("x")
    formula = sympy.sin(x) * sympy.exp(sympy.sin(x))
    assert symbolic.nodes(formula) == len(list(sympy.preorder_traversal(formula))) == 6
    assert symbolic.distinct(formula) == len(set(sympy.preorder_traversal(formula))) == 4


@settings(max_examples=60, deadline=None)
@given(formulas, numbers, numbers)
def test_the_rules_arrive_where_sympys_own_derivative_arrives(text, a, b):
    graph = graph_of(f"a={a}; b={b}; f={text}+a")
    assume(not graph_passes.flow(graph).troubles)
    symbols = symbolic.symbols(graph)
    formula = symbolic.formula(graph, symbols)
    own, theirs = symbolic.derivative(formula, symbols[0]), sympy.diff(formula, symbols[0])
    place = {symbols[0]: a, symbols[1]: b}
    assert symbolic.value(own, place) == pytest.approx(symbolic.value(theirs, place), rel=1e-8, abs=1e-8, nan_ok=True)
    assert symbolic.nodes(own) <= 1.3 * symbolic.nodes(theirs) + 6


@settings(max_examples=60, deadline=None)
@given(formulas, numbers, numbers)
def test_any_short_derivative_can_be_printed(text, a, b):
    graph = graph_of(f"a={a}; b={b}; f=({text} + a)**2")
    symbols = symbolic.symbols(graph)
    slope = symbolic.derivative(symbolic.formula(graph, symbols), symbols[0])
    said = symbolic.latex(slope)
    assert said
    assert said.count("{") == said.count("}")

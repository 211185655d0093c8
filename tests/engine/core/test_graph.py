"""The computation graph: the decks' numbers, four ways to every gradient, paths, costs, and where there is no value."""

import math

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.core import graph_costs, graph_passes
from engine.core.expressions import Tree, parse
from engine.core.graph import build
from engine.core.graph_passes import Cost
from engine.core.graph_rules import LEAK, sigmoid, softplus

NINE = "α=2; β=3; γ=5; δ=7; ε=11; ζ=13; X=1; Y = α*X + β*X + γ*X; Z = δ*Y + ε*Y + ζ*Y"


def run(text, **options):
    return graph_passes.flow(build(parse(text), **options))


def gradient(flow, name):
    return flow.gradients[flow.graph.index(name)]


def value(flow, name):
    return flow.values[flow.graph.index(name)]


def products(flow, start, most=5000):
    """The product of the local derivatives along each path from a node to the output, path by path."""
    readers = {}
    for source, at, place in flow.graph.edges:
        readers.setdefault(source, []).append((at, flow.slopes[at][place]))
    found, waiting = [], [(start, 1.0)]
    while waiting and len(found) < most:
        at, product = waiting.pop()
        if at == flow.graph.output:
            found.append(product)
            continue
        waiting += [(reader, product * slope) for reader, slope in readers.get(at, [])]
    return found


def test_the_first_example_of_the_deck():
    flow = run("a = 2; b = 1; c = a + b; d = b + 1; e = c*d")
    assert [value(flow, name) for name in "cde"] == [3, 2, 6]
    assert [gradient(flow, name) for name in "abcde"] == [2, 5, 2, 3, 1]


def test_the_nested_cosine_of_the_deck():
    flow = run("x = 1; J = cos(sin(x**2) + 3*x**2)")
    assert value(flow, "J") == pytest.approx(-0.7649205628, abs=5e-11)
    assert gradient(flow, "x") == pytest.approx(4.5607917907, abs=5e-11)


def test_the_graph_of_nine_paths_and_what_it_costs():
    flow = run(NINE, fused=True)
    graph = flow.graph
    x = graph.index("X")
    assert len(graph.nodes) == 9
    assert graph_passes.count_paths(graph, x) == 9
    assert sorted(products(flow, x)) == sorted(a * b for a in (2, 3, 5) for b in (7, 11, 13))
    assert gradient(flow, "X") == (2 + 3 + 5) * (7 + 11 + 13)
    assert graph_costs.path_cost(graph, x) == Cost(9, 8)
    assert graph_costs.shared_cost(graph, [x]) == Cost(1, 4)


@pytest.mark.parametrize(
    ("text", "name", "apart", "shared", "forward"),
    [
        ("a = 2; b = 1; e = (a + b)*(b + 1)", "b", Cost(0, 1), Cost(0, 1), Cost(0, 1)),
        ("a = 2; b = 1; e = (a + b)*(b + 1)", "a", Cost(0, 0), Cost(0, 0), Cost(0, 0)),
        ("x = 1; t = x**2; J = cos(sin(t) + 3*t)", "x", Cost(4, 1), Cost(3, 1), Cost(3, 1)),
        ("x = 1; y = -x; z = sin(y); w = z - y", "x", Cost(0, 1), Cost(0, 1), Cost(0, 1)),
    ],
)
def test_a_plain_sum_costs_no_product(text, name, apart, shared, forward):
    graph = build(parse(text))
    at = graph.index(name)
    assert graph_costs.path_cost(graph, at) == apart
    assert graph_costs.shared_cost(graph, [at]) == shared
    assert graph_costs.forward_cost(graph, at) == forward


def test_the_same_graph_with_its_products_apart_has_the_same_paths_and_gradients():
    apart, fused = run(NINE), run(NINE, fused=True)
    assert len(apart.graph.nodes) == 15
    for name in "αβγδεζX":
        assert gradient(apart, name) == gradient(fused, name)
        assert graph_passes.count_paths(apart.graph, apart.graph.index(name)) == graph_passes.count_paths(
            fused.graph, fused.graph.index(name)
        )


def test_equal_parts_are_one_node_only_when_they_are_shared():
    text = "x = 1; J = cos(sin(x**2) + 3*x**2)"
    shared, apart = run(text), run(text, share=False)
    assert sum(node.drawn for node in shared.graph.nodes) == 6
    assert sum(node.drawn for node in apart.graph.nodes) == 7
    assert gradient(shared, "x") == pytest.approx(gradient(apart, "x"))
    starts = [shared.graph.index("x")]
    assert (
        graph_costs.shared_cost(shared.graph, starts).multiplications
        < graph_costs.shared_cost(apart.graph, [apart.graph.index("x")]).multiplications
    )


def test_an_intermediate_may_have_two_names():
    flow = run("a = 3; b = a*a; c = b; d = c + b")
    assert value(flow, "d") == 18
    assert gradient(flow, "a") == 12


SYMBOLS = {
    "sum": lambda a, b: a + b,
    "difference": lambda a, b: a - b,
    "product": lambda a, b: a * b,
    "quotient": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "minus": lambda a: -a,
    "exp": sympy.exp,
    "log": sympy.log,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "tanh": sympy.tanh,
    "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)),
    "relu": lambda a: sympy.Piecewise((a, a > 0), (0, True)),
    "leaky_relu": lambda a, slope=LEAK: sympy.Piecewise((a, a > 0), (slope * a, True)),
    "max": lambda a, b: sympy.Piecewise((a, a > b), (b, True)),
    "min": lambda a, b: sympy.Piecewise((a, a < b), (b, True)),
    "abs": lambda a: sympy.Piecewise((a, a > 0), (-a, True)),
    "sqrt": sympy.sqrt,
    "square": lambda a: a**2,
    "softplus": lambda a: sympy.log(1 + sympy.exp(a)),
}


def symbolic(tree: Tree):
    if tree.op == "name":
        return sympy.Symbol(tree.name, real=True)
    if tree.is_number:
        return sympy.Float(tree.value)
    return SYMBOLS[tree.op](*map(symbolic, tree.parts))


UNARY = ["exp", "log", "sin", "cos", "tan", "tanh", "sigmoid", "relu", "leaky_relu"]
UNARY += ["abs", "sqrt", "square", "softplus"]
atoms = st.sampled_from(["a", "b", "c", "2", "0.5", "3"])
formulas = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
        st.tuples(st.sampled_from(UNARY), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(["max", "min", "leaky_relu"]), inner, inner).map(lambda p: f"{p[0]}({p[1]},{p[2]})"),
        st.tuples(inner, st.sampled_from(["2", "3", "-1", "a"])).map(lambda p: f"({p[0]})**{p[1]}"),
        inner.map(lambda p: f"(-{p})"),
    ),
    max_leaves=7,
)


@settings(max_examples=250, deadline=None)
@given(formulas, st.tuples(*[st.floats(0.2, 2.5)] * 3), st.booleans(), st.booleans())
def test_reverse_forward_symbolic_and_finite_difference_agree(text, numbers, share, fused):
    assume(len(text) < 300 and any(name in text for name in "abc"))
    a, b, c = (round(number, 3) for number in numbers)
    program = parse(f"a={a}; b={b}; c={c}; f={text}")
    flow = graph_passes.flow(build(program, share, fused))
    assume(not flow.troubles and np.isfinite(flow.gradients).all() and np.abs(flow.gradients).max() < 1e4)
    expression = symbolic(program.formulas[-1][1])
    place = {sympy.Symbol(name, real=True): number for name, number in zip("abc", (a, b, c), strict=True)}
    f = flow.values[flow.graph.output]
    for name in "abc":
        at = flow.graph.index(name)
        forward = graph_passes.tangents(flow, at)[flow.graph.output]
        assert forward == pytest.approx(flow.gradients[at], rel=1e-9, abs=1e-9)
        assert sum(products(flow, at)) == pytest.approx(flow.gradients[at], rel=1e-9, abs=1e-9)
        near = near_difference(flow.graph, at)
        exact = sympy.diff(expression, sympy.Symbol(name, real=True)).evalf(30, subs=place)
        if not kinked(flow):
            assert float(exact) == pytest.approx(flow.gradients[at], rel=1e-8, abs=1e-8 * max(1, abs(f)))
            assert near is None or near == pytest.approx(flow.gradients[at], rel=1e-4, abs=1e-5 * max(1, abs(f)))


def near_difference(graph, at):
    """The finite difference, or None where the function is too rough at this distance to be a witness."""
    found = graph_passes.difference(graph, at)
    here = graph.nodes[at].value
    ends = [graph_passes.evaluate(graph, {at: here + step})[0][graph.output] for step in (-2e-3, -1e-3, 0, 1e-3, 2e-3)]
    fourth = np.abs(np.diff(ends, 4)).max()
    return found if math.isfinite(found) and fourth < 1e-7 * max(1.0, np.abs(ends).max()) else None


def kinked(flow):
    """Whether a node stands so near its kink that the ways may differ."""
    for node in flow.graph.nodes:
        operands = [flow.values[source] for source in node.args]
        if node.op in ("relu", "leaky_relu", "abs", "sqrt") and abs(operands[0]) < 0.02:
            return True
        if node.op in ("max", "min") and abs(operands[0] - operands[1]) < 0.02:
            return True
    return False


@pytest.mark.parametrize(
    ("text", "node", "words"),
    [
        ("x=0; y=1/x; z=y+1", "y", "division by zero: 1 / 0"),
        ("x=0; y=1/x; z=y+1", "z", "waits for y"),
        ("x=-2; y=log(x)", "y", "no logarithm of −2"),
        ("x=0; y=log(x)", "y", "minus infinity"),
        ("x=-1; y=sqrt(x)", "y", "no square root of −1"),
        ("x=800; y=exp(x)", "y", "overflow"),
        ("x=100000; y=x**4", "y", "10¹⁵"),
        ("x=-2; y=x**0.5", "y", "no power 0.5 of −2"),
        ("x=0; y=x**-1", "y", "0 to the power −1"),
        ("x=1000000; y=x*x*x", "y", "10¹⁵"),
    ],
)
def test_a_node_without_a_value_says_why(text, node, words):
    flow = run(text)
    assert words in flow.troubles[flow.graph.index(node)]
    assert math.isnan(value(flow, node))


def test_a_value_without_a_slope_leaves_the_gradient_open():
    flow = run("x = 0; y = sqrt(x); z = y + 1")
    assert value(flow, "z") == 1
    assert gradient(flow, "y") == 1
    assert math.isnan(gradient(flow, "x"))


@pytest.mark.parametrize(("op", "slope"), [("relu", 0), ("abs", 0), ("leaky_relu", LEAK)])
def test_at_a_kink_the_slope_is_torchs(op, slope):
    assert gradient(run(f"x = 0; y = {op}(x)"), "x") == slope


def test_a_tie_gives_each_half_as_torch_has_it():
    flow = run("a = 2; b = 2; y = max(a, b)")
    assert gradient(flow, "a") == gradient(flow, "b") == 0.5


def test_a_learned_leak_has_a_gradient():
    flow = run("x = -2; s = 0.3; y = leaky_relu(x, s)")
    assert value(flow, "y") == pytest.approx(-0.6)
    assert gradient(flow, "s") == -2
    assert gradient(flow, "x") == 0.3


def test_a_node_that_the_output_does_not_read_has_no_path_and_no_gradient():
    flow = run("x = 1; u = x*5; y = x + 2")
    u = flow.graph.index("u")
    assert gradient(flow, "u") == 0
    assert graph_passes.count_paths(flow.graph, u) == 0
    assert graph_costs.path_cost(flow.graph, u) == Cost(0, 0)


def test_the_number_of_paths_doubles_with_each_layer():
    text = "x0 = 1; " + "; ".join(f"x{i + 1} = x{i}*x{i}" for i in range(20)) + "; y = x20"
    flow = run(text)
    assert graph_passes.count_paths(flow.graph, 0) == 2**20
    assert gradient(flow, "x0") == 2**20
    assert graph_costs.path_cost(flow.graph, 0).multiplications == 19 * 2**20
    assert graph_costs.shared_cost(flow.graph, [0]).multiplications == 19


def test_sigmoid_and_softplus_do_not_overflow():
    assert sigmoid(-800.0) == 0
    assert sigmoid(800.0) == 1
    assert softplus(900.0) == 900
    assert softplus(-900.0) == 0


def test_a_backward_pass_costs_once_what_forward_passes_cost_for_every_input():
    text = "; ".join(f"w{i} = 0.{i + 1}" for i in range(8))
    text += "; u = " + " + ".join(f"w{i}*{i + 2}" for i in range(8)) + "; v = sin(u); y = exp(v)*v"
    graph = build(parse(text))
    back, forth = graph_costs.shared_cost(graph, graph.inputs), graph_costs.forward_costs(graph)
    assert back.multiplications < forth.multiplications / 2

"""Four ways to differentiate: the decks' numbers, theory against measurement, counts against what is done."""

import math

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.expression_tokens import ExpressionError
from engine.core.fields import decode, encode, fields_of
from engine.learning import derivatives as lab
from engine.learning import derivatives_growth as growth
from engine.learning import derivatives_lesson as lesson
from engine.learning import derivatives_passes as passes
from engine.learning import derivatives_products as products
from engine.learning import derivatives_steps as steps
from engine.learning import derivatives_timing as timing
from engine.learning import derivatives_traces as traces
from engine.learning import derivatives_words as words
from engine.learning.derivatives_settings import FIRST
from tests import scripts

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}
VIEWS = {
    view: [name for name in PRESETS if PRESETS[name].view == view] for view in ("ways", "step", "growth", "passes")
}
SIN = "x = 1\ny = sin(x)"
VERBS = {"ways": lab.compare, "step": steps.study, "growth": growth.grow, "passes": passes.tally}


def ways(found):
    return {way.title: way for way in found.ways}


def curve(run, scheme, precision):
    return next(one for one in run.curves if (one.scheme, one.precision) == (scheme, precision))


def run_script(settings) -> str:
    return scripts.here(lesson.torch_code(settings))[1]


def test_the_decks_nested_cosine_has_its_slope_five_ways():
    found = lab.compare(lab.Settings())
    assert found.digits.startswith("4.5607917906787772259")
    assert ways(found)["Forward difference"].error == pytest.approx(abs(4.56081216138049 - found.exact), rel=1e-6)
    for title in ("Symbolic", "Forward mode", "Reverse mode"):
        assert ways(found)[title].value == pytest.approx(4.5607917907, abs=5e-11)
        assert ways(found)[title].error < 3e-15


def test_the_first_graph_has_slopes_two_and_five():
    for name, slope in (("a", 2), ("b", 5)):
        found = lab.compare(PRESETS["product"].but(variable=name))
        assert [round(way.value, 4) for way in found.ways] == [slope] * 5


def test_errors_are_against_more_digits_than_float64_has():
    found = lab.compare(lab.Settings(expression="x = 0.1; y = exp(x)*sin(x)"))
    x = sympy.Symbol("x")
    exact = sympy.diff(sympy.exp(x) * sympy.sin(x), x).subs(x, sympy.Rational(*(0.1).as_integer_ratio())).evalf(40)
    for way in found.ways:
        assert way.error == pytest.approx(float(abs(sympy.Rational(*way.value.as_integer_ratio()) - exact)), rel=1e-9)


def test_at_the_corner_of_relu_each_way_answers_as_it_must():
    found = lab.compare(PRESETS["relu"])
    assert [way.value for way in found.ways] == [1.0, 0.5, 0.0, 0.0, 0.0]
    assert found.kink == "y"
    assert math.isnan(found.exact)
    assert "no derivative" in words.ways_words(found)


def test_where_the_slope_is_infinite_it_is_none():
    found = lab.compare(lab.Settings(expression="x = 0; y = sqrt(x)"))
    assert math.isnan(ways(found)["Forward mode"].value)
    assert math.isnan(ways(found)["Symbolic"].value)
    assert words.ways_answer(found)[1] == "none"


def test_reverse_mode_counts_the_same_for_one_input_as_for_all():
    found = ways(lab.compare(PRESETS["logistic"]))
    assert found["Reverse mode"].one == found["Reverse mode"].all
    assert found["Forward mode"].all > 3 * found["Reverse mode"].all
    assert found["Forward difference"].runs == "7 evaluations"
    assert found["Forward mode"].runs == "6 forward passes"


def test_a_formula_that_is_too_long_to_write_out_leaves_the_other_ways():
    text = "; ".join(["x = 0.3", "y0 = x", *(f"y{k} = y{k - 1}*sin(y{k - 1} + x)" for k in range(1, 13))]).replace(
        "y0 = x; ", ""
    )
    found = lab.compare(lab.Settings(expression=text.replace("y0", "x")))
    assert math.isnan(ways(found)["Symbolic"].value)
    assert "at most" in found.formula
    assert words.derivative_formula(found) == ""
    assert ways(found)["Reverse mode"].error < 1e-12


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("3 + 4", "no input"),
        ("x = 0; log(x)", "logarithm of zero"),
        ("x = 1; y = 1/(x - 1)", "division by zero"),
        ("3x", r"Write \*"),
        ("", "nothing"),
    ],
)
def test_what_cannot_be_differentiated_is_said(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.compare(lab.Settings(expression=text))
    with pytest.raises(ValueError, match=sentence):
        steps.study(lab.Settings(expression=text))


def test_the_error_of_a_forward_difference_follows_its_theory_to_the_right_of_the_bottom():
    run = steps.study(lab.Settings(expression=SIN))
    for scheme, order, factor in (("forward", 1, math.sin(1) / 2), ("centred", 2, math.cos(1) / 6)):
        one = curve(run, scheme, "float64")
        assert one.truncation == pytest.approx(factor)
        right = (run.epsilons >= 1e-3) & (run.epsilons <= 1e-2)
        np.testing.assert_allclose(one.errors[right], factor * run.epsilons[right] ** order, rtol=0.02)


@pytest.mark.parametrize("text", [SIN, FIRST, "x = 3; y = x**2", "x = 20; y = exp(x)", "x = 0.7; y = tanh(x)*x"])
@pytest.mark.parametrize("taken", [False, True])
def test_rounding_and_truncation_bound_the_measured_error(text, taken):
    run = steps.study(lab.Settings(expression=text, taken=taken))
    for one in run.curves:
        kept = (run.epsilons <= 0.05) & np.isfinite(one.errors)
        limit = one.truncation * run.epsilons**one.order + one.rounding / run.epsilons
        # f itself is off by a few units where it is made of several operations.
        assert (one.errors[kept] <= 1.1 * abs(run.slope) + 8 * limit[kept]).all()
        middle = kept & (run.epsilons > 1e2 * steps.UNITS[one.precision])
        assert (one.errors[middle] <= 8 * limit[middle] + 1e-16).all()


def test_the_best_step_is_near_the_rules_of_thumb():
    run = steps.study(lab.Settings(expression=SIN))
    for one in run.curves:
        rule = steps.UNITS[one.precision] ** (1 / (one.order + 1))
        assert rule / 5 < one.predicted < rule * 5
        assert one.least < 3 * (one.truncation * one.predicted**one.order + one.rounding / one.predicted)
        assert steps.rule_of_thumb(one, 1.0) == pytest.approx(rule)
    assert steps.rule_of_thumb(run.curves[0], -1e6) == pytest.approx(1e6 * steps.rule_of_thumb(run.curves[0], 1.0))


def test_a_step_that_is_rounded_away_gives_a_quotient_of_zero():
    run = steps.study(lab.Settings(expression=SIN, exponent=-17.0))
    assert run.secant.slope == 0
    assert run.error == pytest.approx(math.cos(1))
    assert "rounded back to x" in words.secant_words(run)
    single = steps.study(lab.Settings(expression=SIN, exponent=-9.0, precision="float32"))
    assert single.secant.slope == 0


def test_the_quotient_is_float32_in_every_operation():
    run = steps.study(lab.Settings(expression="x = 1.1\ny = x*x*x", exponent=-3.0, precision="float32"))
    x, eps = np.float32(1.1), np.float32(1e-3)
    above = x + eps
    wanted = (above * above * above - x * x * x) / eps
    assert isinstance(wanted, np.float32)
    assert run.secant.slope == float(wanted)
    t = torch.tensor(1.1, dtype=torch.float32)
    f = ((t + float(eps)) ** 3 - t**3) / float(eps)
    assert f.item() == pytest.approx(run.secant.slope, rel=2e-3)


def test_dividing_by_the_step_taken_heals_a_large_x():
    plain, healed = (steps.study(PRESETS["large"].but(taken=taken)) for taken in (False, True))
    assert plain.chosen.rounding > 1.3 * healed.chosen.rounding
    line = steps.study(lab.Settings(expression="x = 1000000; y = 1*x", exponent=-6.0, taken=True))
    slanted = steps.study(lab.Settings(expression="x = 1000000; y = 1*x", exponent=-6.0))
    assert line.error == 0 < 1e-6 < slanted.error


def test_a_centred_step_over_a_corner_sees_both_slopes():
    run = steps.study(PRESETS["corner"])
    assert run.secant.slope == pytest.approx((0.011 - 0.009) / 0.02)
    assert steps.study(PRESETS["corner"].but(exponent=-4.0)).error < 1e-10


def test_at_a_corner_there_is_no_theory():
    run = steps.study(lab.Settings(expression="x = 0; y = abs(x)"))
    assert run.kink == "y"
    assert all(math.isnan(one.predicted) for one in run.curves)
    assert "corner" in words.step_answer(run)[2]


def test_no_slope_is_a_sentence():
    with pytest.raises(ValueError, match="no slope to approach"):
        steps.study(lab.Settings(expression="x = 0; y = sqrt(x)"))


def test_the_logistic_map_grows_as_in_the_survey():
    found = growth.grow(PRESETS["logistic-map"].but(rounds=3))
    x = sympy.Symbol("x", real=True)
    y = x
    for one in found.counts:
        y = 4 * y * (1 - y)
        assert one.derivative == len(list(sympy.preorder_traversal(sympy.diff(y, x))))
        assert one.simplified <= one.derivative
    assert [one.derivative for one in found.counts] == [5, 44, 166]


@pytest.mark.parametrize("name", VIEWS["growth"])
def test_shared_parts_and_reverse_mode_grow_by_steps_while_the_formula_explodes(name):
    counts = growth.grow(PRESETS[name].but(rounds=6)).counts
    shared = np.diff([one.distinct for one in counts])
    backward = np.diff([one.reverse for one in counts])
    assert backward.max() <= backward.min() + 6
    assert shared.max() <= 16
    assert counts[-1].derivative > 4 * counts[1].derivative - 30
    assert counts[-1].symbolic > counts[-1].reverse


def test_reverse_mode_of_the_unrolled_rule_has_the_derivatives_value():
    from engine.core import graph_passes, symbolic
    from engine.core.graph import build

    graph = build(growth.unrolled("y*sin(k*x) + y/k", 4))
    symbols = symbolic.symbols(graph)
    slope = symbolic.derivative(symbolic.formula(graph, symbols), symbols[0])
    assert symbolic.value(slope, {symbols[0]: growth.START}) == pytest.approx(graph_passes.flow(graph).gradients[0])


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("4*z", "not z"),
        ("x*x", "must use y"),
        ("a = 2; a*y", "one formula"),
        ("y*", "missing"),
        ("y; y", "may go without a name"),
    ],
)
def test_a_rule_that_cannot_be_used_is_said(rule, sentence):
    with pytest.raises(ExpressionError, match=sentence):
        growth.grow(lab.Settings(rule=rule))
    assert growth.mistake(rule) is not None
    assert growth.mistake("4*y*(1 - y)") is None


def test_rounds_that_cannot_be_written_out_are_left_out_with_a_reason():
    found = growth.grow(lab.Settings(rule="(1 + y + y*y)/(2 + y*y + sin(y))", rounds=7))
    assert found.stopped.startswith(f"Round {found.last.rounds + 1} is left out.")
    assert "Round" in growth.summary(found)


@pytest.mark.parametrize(
    "rule",
    [
        "((y - 0.5)**7)**2",
        "tanh(sqrt(y)*log(3))",
        "(leaky_relu(2)/tanh(y))*softplus(2*y)",
        "min(sqrt(y), abs(y))/abs(3 + y)",
    ],
)
def test_nested_formulas_that_took_sympy_minutes_are_done(rule):
    assert growth.grow(lab.Settings(rule=rule, rounds=7)).counts[-1].derivative > 50


@pytest.mark.parametrize(("n", "m"), [(1, 1), (3, 2), (2, 5)])
def test_all_four_ways_have_torchs_jacobian(n, m):
    net = passes.layers(n, m)
    first, second = torch.tensor(net.first), torch.tensor(net.second)
    right = torch.func.jacrev(lambda x: second @ torch.tanh(first @ x))(torch.tensor(net.x)).numpy()
    for way, found in passes.METHODS.items():
        tolerance = 1e-5 if way == "difference" else 1e-12
        np.testing.assert_allclose(found(net), right, rtol=tolerance, atol=tolerance)


class Tally:
    """A number that counts every + − × ÷ and tanh of all its kind."""

    done = 0

    def __init__(self, value):
        self.value = value

    def _do(self, other, how):
        Tally.done += 1
        return Tally(how(self.value, other.value if isinstance(other, Tally) else other))

    def __add__(self, other):
        return self._do(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self._do(other, lambda a, b: a - b)

    def __rsub__(self, other):
        return self._do(other, lambda a, b: b - a)

    def __mul__(self, other):
        return self._do(other, lambda a, b: a * b)

    def __truediv__(self, other):
        return self._do(other, lambda a, b: a / b)

    def __pow__(self, other):
        return self._do(other, lambda a, b: a**b)

    __radd__, __rmul__ = __add__, __mul__

    def tanh(self):
        Tally.done += 1
        return Tally(math.tanh(self.value))


def counted(array):
    return np.array([Tally(float(value)) for value in array.ravel()], dtype=object).reshape(array.shape)


@pytest.mark.parametrize("way", passes.METHODS)
@pytest.mark.parametrize(("n", "m"), [(1, 1), (4, 1), (1, 3), (3, 2)])
def test_the_counted_operations_are_those_that_are_done(way, n, m, monkeypatch):
    net = passes.layers(n, m)
    ones = {n: counted(np.eye(n)), m: counted(np.eye(m))}
    monkeypatch.setattr(passes.np, "eye", lambda size: ones[size])
    Tally.done = 0
    passes.METHODS[way](passes.Layers(counted(net.first), counted(net.second), counted(net.x)))
    assert Tally.done == passes.cost(way, n, m)


def test_one_output_is_reverse_modes_case_and_one_input_forward_modes():
    wide = passes.tally(PRESETS["loss"])
    assert min(wide.here, key=wide.here.get) == "reverse"
    assert wide.here["forward"] > 200 * wide.here["reverse"] / 4
    tall = passes.tally(PRESETS["field"])
    assert min(tall.here, key=tall.here.get) == "forward"
    assert "Reverse mode" in passes.answer(wide)[1]
    assert max(wide.errors[way] for way in ("symbolic", "forward", "reverse")) < 1e-14 < wide.errors["difference"]


@given(st.integers(1, 256), st.integers(1, 256))
@settings(max_examples=60, deadline=None)
def test_the_crossing_is_where_reverse_mode_begins_to_save(n, m):
    found = passes.Passes(lab.Settings(inputs=n, outputs=m), np.array([]), {}, {}, {})
    crossing = found.crossing
    saves = passes.cost("reverse", n, m) < passes.cost("forward", n, m)
    assert saves == (n >= crossing)
    assert crossing <= m + 2


def test_times_are_measured_for_every_way_that_is_short_enough():
    found = passes.tally(lab.Settings(inputs=4, outputs=2))
    assert all(time > 0 for time in timing.here(found).values())
    assert timing.milliseconds("symbolic", 256, 256) is None


@pytest.mark.parametrize("name", VIEWS["passes"])
def test_one_pass_is_torchs_jvp_and_vjp(name):
    settings = PRESETS[name].but(direction=(0.5, -1.0, 2.0), weights=(1.5, -2.0, 0.25))
    for product in ("jvp", "vjp"):
        found = products.multiply(settings.but(product=product))
        said = eval(run_script(settings.but(product=product)))
        np.testing.assert_allclose(said, found.jvp if product == "jvp" else found.vjp, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(found.jacobian @ found.direction, found.jvp, rtol=1e-12)
        np.testing.assert_allclose(found.weights @ found.jacobian, found.vjp, rtol=1e-12)


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3), st.lists(st.floats(-3, 3), min_size=2, max_size=2))
@settings(max_examples=40, deadline=None)
def test_u_j_v_is_the_same_from_either_side(v, u):
    found = products.multiply(lab.Settings(direction=tuple(v), weights=tuple(u)))
    assert found.vjp @ found.direction == pytest.approx(found.weights @ found.jvp, abs=1e-10)


def test_only_u_and_v_are_edited_by_hand():
    changed = lab.with_edit(lab.Settings(), "v", 2, -4.0)
    assert changed.direction == (1.0, 0.0, -4.0)
    assert lab.with_edit(lab.Settings(weights=()), "u", 1, 3.0).weights == (0.0, 3.0)
    with pytest.raises(ValueError, match="Only v and u"):
        lab.with_edit(lab.Settings(), "J", 0, 1.0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("3*4", "no input"),
        ("x = 1; y = x; z = x*x", "another name"),
        ("x = -1; y = sqrt(x); z = x", "no value|another"),
        ("x = 0; y = sqrt(x)", "slope is missing"),
    ],
)
def test_a_system_that_has_no_jacobian_is_said(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        products.multiply(lab.Settings(system=text))


@pytest.mark.parametrize("product", ["jvp", "vjp"])
def test_the_trace_ends_with_the_product(product):
    found = products.multiply(PRESETS["square"].but(product=product, direction=(1.0, -2.0, 0.5), weights=(3.0, -1.0)))
    trace = traces.product_trace(found)
    *moments, sweep = trace.segments
    wanted = found.jvp if product == "jvp" else found.vjp
    np.testing.assert_allclose(sweep.results, wanted)
    last = {}
    for moment in moments:
        for grid, cell, value in moment.writes:
            last[grid, cell] = value
    moves = next(grid for grid in trace.grids if grid.name == "moves")
    for cell, value in enumerate(moves.values.ravel()):
        assert last["moves", cell] == pytest.approx(value)


def test_the_walk_says_the_chain_rule_in_numbers():
    found = lab.compare(lab.Settings())
    last = traces.way_trace(found).segments[-1]
    assert "".join(span.text for span in last.spans) == "tangent  0.6441 · 7.081 = 4.561"
    back = traces.way_trace(lab.compare(lab.Settings(walk="reverse"))).segments[-1]
    assert "".join(span.text for span in back.spans) == "x += 2.28 · 2 = 4.561,  now 4.561"


@pytest.mark.parametrize("name", VIEWS["ways"])
def test_the_script_of_the_four_ways_prints_the_labs_numbers(name):
    settings = PRESETS[name]
    printed = dict(line.split() for line in run_script(settings).splitlines())
    found = ways(lab.compare(settings))
    for title in ("Forward difference", "Centred difference", "Forward mode", "Reverse mode"):
        value = float(printed[title.lower().replace(" ", "_")])
        assert value == pytest.approx(found[title].value, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", VIEWS["step"])
def test_the_script_of_the_step_prints_the_quotients(name):
    settings = PRESETS[name]
    lines = [line.split() for line in run_script(settings).splitlines()]
    assert [int(exponent) for exponent, _ in lines] == list(range(-16, 1))
    for exponent, value in lines:
        run = steps.study(settings.but(exponent=float(exponent)))
        # Another library may round a function's last digit another way; divided by ε that can be seen.
        slack = 4 * steps.UNITS[settings.precision] * abs(run.derivatives[0]) / run.settings.epsilon
        assert float(value) == pytest.approx(run.secant.slope, rel=1e-5, abs=slack + 1e-12)


@pytest.mark.parametrize("name", VIEWS["growth"])
def test_the_script_of_the_growth_prints_each_rounds_derivative(name):
    from engine.core import graph_passes
    from engine.core.graph import build

    settings = PRESETS[name]
    lines = [line.split() for line in run_script(settings).splitlines()]
    assert len(lines) == settings.rounds
    for step, value in lines:
        flow = graph_passes.flow(build(growth.unrolled(settings.rule, int(step))))
        assert float(value) == pytest.approx(flow.gradients[0], rel=1e-12)


@pytest.mark.parametrize("preset", lesson.PRESETS, ids=lambda preset: preset.name)
def test_every_preset_runs_and_stands_with_its_view(preset):
    VERBS[preset.settings.view](preset.settings)
    products.multiply(preset.settings)
    assert preset.part == ("" if preset.settings.view == "ways" else preset.settings.view)
    assert decode(lab.Settings, encode(preset.settings)) == (preset.settings, ())


def test_questions_come_in_four_kinds_with_answers_that_hold():
    prompts = {lesson.question(number).prompt[:20] for number in range(40)}
    assert len(prompts) >= 4
    for number in range(40):
        question = lesson.question(number)
        assert question.judge(question.answer)
    for number in range(0, 40, 4):
        question = lesson.question(number)
        x, eps = (
            float(part)
            for part in (
                question.prompt.split("x = ")[1].split("$")[0],
                question.prompt.split("varepsilon = ")[1].split("$")[0],
            )
        )
        assert question.answer == pytest.approx(((x + eps) ** 2 - x**2) / eps - 2 * x)


OTHER = {
    "view": "step", "expression": SIN, "variable": "x", "exponent": -2.0, "walk": "reverse", "precision": "float32",
    "scheme": "centred", "taken": True, "rule": "tanh(y)", "rounds": 2, "system": "x = 1; y = x*x", "product": "vjp",
    "direction": (2.0,), "weights": (2.0,), "inputs": 3, "outputs": 5,
}  # fmt: skip


@pytest.mark.parametrize("name", fields_of(lab.Settings))
def test_every_setting_survives_a_link(name):
    changed = lab.Settings().but(**{name: OTHER[name]})
    assert changed != lab.Settings()
    assert decode(lab.Settings, encode(changed)) == (changed, ())


@pytest.mark.parametrize("name", ["exponent", "precision", "scheme", "taken"])
def test_every_setting_of_the_step_changes_the_secant(name):
    base = lab.Settings(expression="x = 1.1; y = sin(x)", exponent=-3.0)
    one, other = steps.study(base), steps.study(base.but(**{name: OTHER[name]}))
    assert one.secant.slope != other.secant.slope


def test_nothing_is_changed_by_looking():
    run = [steps.study(lab.Settings()) for _ in range(2)]
    np.testing.assert_array_equal(run[0].curves[0].errors, run[1].curves[0].errors)
    net = passes.layers(5, 3)
    before = net.first.copy()
    for found in passes.METHODS.values():
        found(net)
    np.testing.assert_array_equal(net.first, before)

"""The curve, the deep stack against torch.autograd, theory against what is measured, the survey, the script."""

import contextlib
import io

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from engine.core.fields import fields_of
from engine.core.networks.initialisations import INITIALISATIONS
from engine.figures import activation_layers as rows
from engine.figures import activations as figures
from engine.neurons import activations as lab
from engine.neurons import activations_identities as known
from engine.neurons import activations_lesson as lesson
from engine.neurons import activations_words as words
from engine.neurons.activations_layers import backward, forward, inputs_of, upstream_of, weight_gradient
from engine.neurons.activations_settings import (
    FUNCTIONS,
    Network,
    Settings,
    Surroundings,
    compared,
    examples,
    number_of,
    ring,
    widths,
)
from engine.neurons.activations_stack import run, weight_gradients
from engine.neurons.activations_survey import COLUMNS, ROWS, survey

PRESETS = {preset.name: preset for preset in lesson.PRESETS}
SMALL = {"depth": 4, "width": 24}
NETWORKS = st.builds(
    Network,
    depth=st.integers(2, 5),
    width=st.sampled_from((16, 24, 40)),
    taper=st.sampled_from(("none", "narrower", "wider")),
    bias=st.sampled_from((0.0, -0.7, 0.4)),
    gain=st.sampled_from((1.0, 0.5, 2.0)),
    scale=st.sampled_from((1.0, 3.0)),
    seed=st.integers(0, 99),
    pieces=st.integers(2, 4),
    weight=st.sampled_from((0.25, -0.3)),
    activation=st.sampled_from(list(FUNCTIONS)),
    initialisation=st.sampled_from(list(INITIALISATIONS)),
)


def torch_function(settings, z):
    """The activation of torch.nn for sums (K, B, m)."""
    name, a = settings.activation, number_of(settings, settings.activation)
    if name == "Maxout":
        return z.max(dim=0).values, None
    if name == "PReLU":
        weight = torch.tensor(a, dtype=torch.float64, requires_grad=True)
        return torch.nn.functional.prelu(z[0], weight), weight
    if name == "Step":
        return (z[0] > 0).double() + 0 * z[0], None
    made = {
        "Linear": torch.nn.Identity(),
        "LeakyReLU": torch.nn.LeakyReLU(a),
        "ELU": torch.nn.ELU(a),
        "GELU_tanh": torch.nn.GELU(approximate="tanh"),
        "Softplus": torch.nn.Softplus(threshold=500),
    }
    return (made[name] if name in made else getattr(torch.nn, name)())(z[0]), None


def by_autograd(settings, flows):
    """The same stack in torch: sums with their gradients, weights' gradients, slopes' gradients."""
    x, kept = torch.tensor(inputs_of(settings, examples(settings))), []
    for flow in flows:
        weights = torch.tensor(flow.layer.weights, requires_grad=True)
        sums = (x @ weights + torch.tensor(flow.layer.biases)[:, None]).requires_grad_()
        sums.retain_grad()
        x, slope = torch_function(settings, sums)
        kept.append((sums, weights, slope))
    x.backward(torch.tensor(upstream_of(settings, examples(settings))))
    return x, kept


@trials(max_examples=60, deadline=None)
@given(NETWORKS)
def test_the_stack_forward_and_backward_is_torchs(settings):
    flows = forward(settings)
    backs = backward(flows, upstream_of(settings, examples(settings)))
    last, kept = by_autograd(settings, flows)
    np.testing.assert_allclose(flows[-1].outputs, last.detach().numpy(), rtol=1e-9, atol=1e-12)
    stack, found = run(settings), weight_gradients(settings)
    for at, (flow, back, numbers, (sums, weights, slope)) in enumerate(
        zip(flows, backs, stack.layers, kept, strict=True)
    ):
        scale = float(sums.grad.abs().max()) + 1e-300
        np.testing.assert_allclose(back.gradient / scale, sums.grad.numpy() / scale, atol=1e-10)
        gradient = weights.grad.numpy()
        scale = np.abs(gradient).max() + 1e-300
        np.testing.assert_allclose(weight_gradient(flow, back) / scale, gradient / scale, atol=1e-10)
        assert found[at] == pytest.approx(float(np.sqrt((gradient**2).mean())), rel=1e-7)
        if slope is not None:
            assert numbers.slope_gradient == pytest.approx(slope.grad.item(), rel=1e-7, abs=1e-9)


def test_the_numbers_of_a_layer_are_those_of_its_arrays():
    settings = Network(activation="ReLU", initialisation="he", bias=-0.3, **SMALL)
    flows = forward(settings)
    backs = backward(flows, upstream_of(settings, examples(settings)))
    for flow, back, layer in zip(flows, backs, run(settings).layers, strict=True):
        assert layer.dead == sum(not unit.any() for unit in flow.outputs.T)
        assert layer.saturated == pytest.approx((flow.sums <= 0).mean())
        assert layer.zeros == pytest.approx((back.gradient == 0).mean())
        assert (layer.mean, layer.deviation) == pytest.approx((flow.outputs.mean(), flow.outputs.std()))
        assert layer.gradient == pytest.approx(np.sqrt((back.gradient**2).mean()))


def test_sigmoid_ten_times_vanishes_and_relu_with_he_does_not():
    sigmoid = run(ring(PRESETS["vanishing"].settings, Network))
    assert sigmoid.settings.depth == 10
    assert words.verdict(sigmoid.ratio) == "vanishes"
    assert 10**sigmoid.ratio < 1e-5
    relu = run(ring(PRESETS["relu-he"].settings, Network))
    assert words.verdict(relu.ratio) == "holds"
    assert 0.5 < 10**relu.ratio < 2


@pytest.mark.parametrize("seed", range(4))
def test_both_worked_examples_hold_for_other_seeds(seed):
    assert run(Network(seed=seed)).ratio < -4.5
    assert abs(run(Network(seed=seed, activation="ReLU", initialisation="he")).ratio) < 0.5


def test_the_other_examples_do_what_their_notes_say():
    found = {name: run(ring(preset.settings, Network)) for name, preset in PRESETS.items() if preset.part == "stack"}
    said = {name: words.verdict(stack.ratio) for name, stack in found.items()}
    assert said["relu-small"] == "vanishes"
    assert said["relu-unit"] == "explodes"
    assert {said[name] for name in ("tanh-xavier", "linear", "selu")} == {"holds"}
    dead = [layer.dead for layer in found["dead"].layers]
    assert dead[0] == 0
    assert dead[-1] == 128
    assert 0 < dead[4] < 128
    assert said["dead"] == "never arrives"
    assert sum(layer.dead for layer in found["leaky-bias"].layers) == 0
    assert [layer.gradient > 0 for layer in found["zero"].layers] == [False] * 9 + [True]
    narrow = found["narrowing"].layers
    assert narrow[-1].square > 1.5  # forward too large
    assert narrow[0].gradient < 0.9  # backward too small
    ten = [layer.gradient for layer in found["relu-unit"].layers]
    assert ten[0] / ten[-1] == pytest.approx(8**9, rel=0.7)
    assert found["selu"].layers[-1].deviation == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("activation", ["Linear", "Sigmoid", "Tanh", "ReLU", "PReLU", "ELU", "Maxout", "GELU", "SiLU"])
@pytest.mark.parametrize("initialisation", ["xavier", "he", "xavier_uniform", "torch"])
def test_measured_variances_lie_within_standard_errors_of_theory(activation, initialisation):
    apart = []
    for seed in range(3):
        settings = Network(activation=activation, initialisation=initialisation, depth=5, width=96, seed=seed)
        for found in words.checks(run(settings)).values():
            apart += [check.apart for _, check in found]
    # A linear function keeps all of the variance: nothing to estimate there.
    assert len(apart) == 3 * (5 + (0 if activation == "Linear" else 5) + 4)
    assert np.mean(np.abs(apart) < 2) > 0.8
    assert np.abs(apart).max() < 6
    assert abs(np.mean(apart)) < 0.6


def test_he_says_a_half_and_xavier_keeps_the_variance():
    layer = run(Network(activation="ReLU", initialisation="he", width=256, depth=3)).layers[0]
    assert layer.half.expected == pytest.approx(0.5, abs=1e-5)
    assert layer.half.measured == pytest.approx(0.5, abs=0.02)
    linear = run(Network(activation="Linear", initialisation="xavier", width=256, depth=3))
    assert [layer.forward.expected for layer in linear.layers] == pytest.approx([1, 1, 1], abs=0.1)
    assert linear.layers[0].back.expected == pytest.approx(1, abs=0.05)


def test_a_wrong_argument_would_be_far_from_what_is_measured():
    """Xavier's variances taken for He's: tens of standard errors."""
    layer = run(Network(activation="ReLU", initialisation="he", width=256, depth=2)).layers[0]
    wrong = layer.forward._replace(expected=layer.forward.expected / 2)
    assert abs(layer.forward.apart) < 4
    assert abs(wrong.apart) > 20


def test_theorys_chain_is_near_what_is_measured_in_wide_layers():
    for activation, initialisation in (("Sigmoid", "xavier"), ("ReLU", "he"), ("Tanh", "he"), ("GELU", "torch")):
        stack = run(Network(activation=activation, initialisation=initialisation, width=256, depth=6))
        measured = [(np.sqrt(layer.square), layer.gradient) for layer in stack.layers]
        np.testing.assert_allclose(np.log10(measured), np.log10(stack.chain[:, 1:]), atol=0.12)


@pytest.mark.parametrize("activation", ["Linear", "ReLU", "Tanh"])
def test_the_standard_error_is_the_one_that_normal_weights_have(activation):
    """Given X, a unit's mean square is w'Cw with C = X'X/B: variance 2·Var(w)²·tr(C²) for normal weights."""
    settings = Network(activation=activation, initialisation="he", depth=4, width=256)
    for flow, layer in zip(forward(settings), run(settings).layers, strict=True):
        gram = flow.inputs.T @ flow.inputs / len(flow.inputs)
        exact = flow.layer.variance * np.sqrt(2 * (gram**2).sum() / layer.units)
        assert layer.forward.error == pytest.approx(exact, rel=0.3)


@pytest.mark.parametrize("name", [name for name in fields_of(Network) if name not in ("seed",)])
def test_each_setting_of_the_stack_changes_something(name):
    needs = {"negative_slope": "LeakyReLU", "weight": "PReLU", "alpha": "ELU", "pieces": "Maxout"}
    base = Network(activation=needs.get(name, "Tanh"), initialisation="he", **SMALL)
    other = {"depth": 5, "width": 32, "taper": "narrower", "pieces": 3, "activation": "ReLU", "initialisation": "unit"}
    changed = base.but(**{name: other[name] if name in other else getattr(base, name) + 0.4})
    assert run(base).layers[0].gradient != run(changed).layers[0].gradient


def test_histograms_count_what_there_is():
    stack = run(Network(activation="ReLU", initialisation="he"))
    np.testing.assert_allclose(stack.outputs.sum(axis=1), 1, atol=0.02)
    np.testing.assert_allclose(stack.gradients.sum(axis=1), [1 - layer.zeros for layer in stack.layers], atol=0.02)
    flows = forward(stack.settings)
    counts, _ = np.histogram(flows[3].outputs, stack.output_edges)
    np.testing.assert_allclose(stack.outputs[3], counts / flows[3].outputs.size, atol=1e-3)


def test_the_survey_is_the_single_stacks():
    around = Surroundings(depth=6, width=64, seed=3)
    table = survey(around)
    assert table.ratios.shape == (len(ROWS), len(COLUMNS))
    for row, activation in enumerate(ROWS):
        for column, initialisation in enumerate(COLUMNS):
            one = run(Network(depth=6, width=64, seed=3, activation=activation, initialisation=initialisation)).ratio
            if np.isfinite(one):
                assert table.ratios[row, column] == pytest.approx(one, abs=0.35), (activation, initialisation)
            else:
                assert table.ratios[row, column] == one


def test_the_survey_answers_at_a_glance():
    ratios = survey(Surroundings()).ratios
    at = {(row, column): ratios[ROWS.index(row), COLUMNS.index(column)] for row in ROWS for column in COLUMNS}
    assert at["Sigmoid", "xavier"] < -5
    assert abs(at["ReLU", "he"]) < 0.5
    assert at["ReLU", "small"] < -9
    assert at["Linear", "unit"] > 9
    assert all(at[row, "zero"] == -np.inf for row in ROWS)
    assert all(at["Step", column] == -np.inf for column in COLUMNS)


@pytest.mark.parametrize("gain", [0.1, 3.0])
def test_the_largest_networks_stay_finite(gain):
    with np.errstate(all="raise", under="ignore", divide="ignore", invalid="ignore"):
        table = survey(Surroundings(depth=30, width=256, gain=gain))
        assert not np.isnan(table.ratios).any()
        stack = run(Network(depth=30, width=256, gain=gain, activation="Maxout", initialisation="unit", pieces=4))
    assert np.isfinite(stack.ratio)
    assert examples(stack.settings) == 8


def test_the_same_settings_give_the_same_bytes():
    first, second = run(Network(seed=5, **SMALL)), run(Network(seed=5, **SMALL))
    assert first.layers == second.layers
    assert first.outputs.tobytes() == second.outputs.tobytes()
    assert run(Network(seed=6, **SMALL)).layers != first.layers


def test_widths_narrow_to_a_quarter_and_back():
    assert widths(Surroundings(depth=2, width=256, taper="narrower")) == (256, 128, 64)
    assert widths(Surroundings(depth=2, width=256, taper="wider")) == (64, 128, 256)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"others": "Tanh Magic"}, "There is no activation function Magic"),
        ({"others": "Tanh ReLU ELU GELU"}, "At most 3 functions"),
        ({"activation": "Magic"}, "must be one of"),
        ({"depth": 31}, "between 2 and 30"),
        ({"width": 257}, "between 16 and 256"),
        ({"x": float("nan")}, "x"),
    ],
)
def test_what_cannot_be_is_refused_in_words(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab.draw(Settings(**values))


def test_a_function_is_set_beside_and_taken_away():
    settings = lab.with_other(lab.with_other(Settings(), "Tanh"), "ReLU")
    assert compared(settings.others) == ("Tanh", "ReLU")
    assert lab.with_other(settings, "Tanh").others == "ReLU"
    with pytest.raises(ValueError, match="At most 3"):
        lab.with_other(lab.with_other(settings, "ELU"), "GELU")


def test_the_curve_reads_off_value_and_slope():
    curve = lab.draw(Settings(x=0.0, others="Tanh"))
    sigmoid, tanh = curve.readings
    assert (sigmoid.value, sigmoid.slope, tanh.value, tanh.slope) == (0.5, 0.25, 0.0, 1.0)
    assert lab.answer(curve)[1] == known.number(sigmoid.found.slope_square)
    said = lab.summary(curve)
    assert "sigmoid 0.5, slope 0.25; tanh 0, slope 1" in said
    assert "tanh(x) = 2σ(2x) − 1: at most" in said


def test_the_slope_of_prelu_is_read_off_too():
    assert "∂g/∂a = −2" in lab.summary(lab.draw(Settings(activation="PReLU", x=-2.0)))
    assert "∂g/∂a = 0" in lab.summary(lab.draw(Settings(activation="PReLU", x=2.0)))


@pytest.mark.parametrize("identity", known.IDENTITIES, ids=lambda identity: identity.words)
def test_identities_hold_and_approximations_nearly(identity):
    most, at = known.apart(identity)
    assert most < (1e-14 if identity.exact else 0.03)
    assert identity.exact or (most > 1e-4 and abs(at) > 1)
    assert not identity.exact or ", at x =" not in known.said(identity)


def test_gelus_tanh_form_is_as_far_off_as_torchs():
    x = torch.linspace(-6, 6, known.POINTS, dtype=torch.float64)
    gap = (torch.nn.GELU()(x) - torch.nn.GELU(approximate="tanh")(x)).abs().max().item()
    found = next(identity for identity in known.IDENTITIES if "tanh form" in identity.words)
    assert known.apart(found)[0] == pytest.approx(gap, rel=1e-9)


def test_the_table_has_a_row_for_every_function_and_follows_the_inputs():
    table = lab.table(Settings(activation="Tanh"))
    assert [row[0] for row in table.rows] == list(FUNCTIONS.values())
    assert table.rows[table.chosen][0] == "tanh"
    by_name = {row[0]: row for row in table.rows}
    assert by_name["sigmoid"][2] == "0.25"
    assert by_name["tanh"][4] == "0"  # zero-centred
    assert by_name["ReLU"][6] == "0.5"
    assert lab.table(Settings(mean=2.0)).rows != table.rows
    assert len(known.identities().rows) == len(known.IDENTITIES)


def printed(script: str) -> list[list[str]]:
    with contextlib.redirect_stdout(io.StringIO()) as heard:
        try:
            exec(compile(script, "script", "exec"), {})
        finally:
            torch.set_default_dtype(torch.float32)
    return [line.split() for line in heard.getvalue().splitlines()]


SCRIPTS = {f"with {name}": Settings(activation=name, x=-0.4, others="Maxout", **SMALL) for name in FUNCTIONS}
SCRIPTS |= {f"begun {name}": Settings(initialisation=name, bias=-0.2, gain=1.5, **SMALL) for name in INITIALISATIONS}
SCRIPTS |= {name: preset.settings for name, preset in PRESETS.items() if name in ("dead", "narrowing", "gelu", "prelu")}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_torch_script_prints_the_labs_numbers(name):
    settings = SCRIPTS[name]
    lines = printed(lesson.torch_code(settings))
    curve, stack = lab.draw(settings), run(ring(settings, Network))
    assert len(lines) == len(curve.readings) + settings.depth
    for reading, line in zip(curve.readings, lines, strict=False):
        assert line[0] == reading.name
        assert [float(part) for part in line[1:]] == pytest.approx([reading.value, reading.slope], rel=1e-9, abs=1e-12)
    for layer, line in zip(stack.layers, lines[len(curve.readings) :], strict=True):
        deviation, gradient, dead = (float(part) for part in line[2:])
        assert (deviation, gradient) == pytest.approx(
            (layer.deviation, layer.gradient), rel=1e-8, abs=1e-14 * layer.square
        )
        assert dead == layer.dead


@pytest.mark.parametrize("number", range(21))
def test_questions_have_their_own_answers(number):
    asked = lesson.question(number)
    assert asked.judge(asked.answer)
    assert not asked.judge(asked.answer + 3 * asked.tolerance + 1e-9)
    assert asked.prompt == lesson.question(number).prompt


def test_the_words_say_what_is_measured():
    stack = run(Network())
    label, value, aside = words.answer(stack)
    assert (label, value) == ("sigmoid + Xavier, normal: the gradient", "vanishes")
    assert f"layer 1 gets {known.number(10**stack.ratio, 2)} of layer 10’s; none of 1,280 units dead" in aside
    relu = run(Network(activation="ReLU", initialisation="he"))
    assert "He says a half" in words.check_words(relu)
    assert "Dead units by layer" in words.output_words(relu)
    zero = run(Network(initialisation="zero"))
    assert words.check_words(zero).startswith("All weights are 0")
    assert "exactly 0 in the 9 below" in words.gradient_words(zero)
    step = run(Network(activation="Step", initialisation="he"))
    assert words.gradient_words(step).startswith("No gradient at all")
    assert sum(layer.dead for layer in step.layers) == 1280
    table = words.layer_table(stack, weight_gradients(stack.settings))
    assert len(table.rows) == 10


@trials(max_examples=25, deadline=None)
@given(NETWORKS)
def test_every_network_can_be_drawn_and_said(settings):
    stack = run(settings)
    for figure in (rows.outputs(stack), rows.gradients(stack), rows.sizes(stack), rows.check(stack)):
        assert figure.data
        assert "NaN" not in figure.to_json().replace("null", "")
    said = [*words.answer(stack), words.output_words(stack), words.gradient_words(stack), words.size_words(stack)]
    assert not any("nan" in text or "inf" in text for text in [*said, words.check_words(stack)])


def test_the_curves_figure_shows_zones_tangent_inputs_and_outputs():
    curve = lab.draw(Settings(others="ReLU", x=1.0))
    figure = figures.curve(curve)
    names = [trace.name for trace in figure.data if trace.name]
    assert names == ["sigmoid", "sigmoid, slope", "ReLU", "ReLU, slope"]
    zones = [(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"]
    assert zones == [(-6.0, curve.readings[0].flat[0]), (curve.readings[0].flat[1], 6.0)]
    tangent = figure.data[4]
    rise = (tangent.y[1] - tangent.y[0]) / (tangent.x[1] - tangent.x[0])
    assert rise == pytest.approx(curve.readings[0].slope)


def test_the_layers_figures_have_a_row_for_each_layer():
    stack = run(Network(depth=7))
    for figure in (rows.outputs(stack), rows.gradients(stack)):
        outline, numbers = figure.data
        assert np.isnan(outline.y).sum() == 7
        assert len(numbers.text) == 7
    sizes = rows.sizes(stack)
    measured = next(trace for trace in sizes.data if trace.name == "gradients" and trace.mode == "markers")
    np.testing.assert_allclose(10 ** np.array(measured.x), [layer.gradient for layer in stack.layers])


def test_what_holds_looks_as_if_it_held():
    """Sizes that change little are not blown up to the width of the chart."""
    for settings in (Network(activation="ReLU", initialisation="he"), Network()):
        stack = run(settings)
        low, high = rows.sizes(stack).layout.xaxis.range
        logs = np.log10([(np.sqrt(layer.square), layer.gradient) for layer in stack.layers])
        assert high - low >= 3
        assert low < logs.min() < logs.max() < high
        assert (np.ptp(logs[:, 1]) > 0.5 * (high - low)) == (settings.activation == "Sigmoid")


def test_the_slope_of_prelu_has_its_gradient_in_the_words():
    assert "The slope a of layer 1 has ∂L/∂a = " in words.gradient_words(run(Network(activation="PReLU", **SMALL)))

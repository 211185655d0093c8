"""The computation graph: the lectures' numbers, the script's, the sentences, inputs that are dragged."""

import math

import numpy as np
import pytest

from engine.core import graph_costs, graph_passes
from engine.core.expression_tokens import ExpressionError
from engine.core.fields import decode, encode, fields_of
from engine.core.graph_passes import Cost
from engine.learning import computation_graph as lab
from engine.learning import computation_graph_lesson as lesson
from tests import scripts
from tests.questions import assert_only_its_answer

PRESETS = {preset.name: preset.settings for preset in lesson.PRESETS}
SOUND = [name for name in PRESETS if name != "broken"]


def numbers(study, kind="values"):
    found = getattr(study.flow, kind)
    return {node.name: float(found[at]) for at, node in enumerate(study.graph.nodes) if node.drawn}


def test_the_first_example_has_the_decks_numbers():
    study = lab.differentiate(PRESETS["product"])
    assert numbers(study) == {"a": 2, "b": 1, "c": 3, "d": 2, "e": 6}
    assert numbers(study, "gradients") == {"a": 2, "b": 5, "c": 2, "d": 3, "e": 1}
    assert lab.gradient_words(study) == "∂e/∂a = 2,  ∂e/∂b = 5"


def test_the_nine_paths_are_one_product_when_they_are_factored():
    graph = lab.differentiate(PRESETS["nine"]).graph
    x = graph.index("X")
    assert graph_passes.count_paths(graph, x) == 9
    assert graph_costs.path_cost(graph, x) == Cost(9, 8)
    assert graph_costs.shared_cost(graph, [x]) == Cost(1, 4)
    assert "9 paths to Z: one by one 9 multiplications and 8 additions, shared 1 multiplication and 4 additions" in (
        lab.summary(lab.differentiate(PRESETS["nine"]))
    )


@pytest.mark.parametrize("name", ["cosine", "twice"])
def test_the_nested_cosine_has_the_decks_numbers(name):
    study = lab.differentiate(PRESETS[name])
    assert numbers(study)["J"] == pytest.approx(-0.7649205628, abs=5e-11)
    assert study.gradients[0] == pytest.approx(4.5607917907, abs=5e-11)


def test_the_loss_of_logistic_regression_is_minus_the_slides_j_and_its_slope_is_y_minus_t():
    study = lab.differentiate(PRESETS["logistic"])
    value, gradient = numbers(study), numbers(study, "gradients")
    assert value["L"] == -value["J"] > 0
    assert gradient["a"] == pytest.approx(value["y"] - value["t"])
    assert gradient["θ1"] == pytest.approx(gradient["a"] * value["x1"])
    assert gradient["J"] == -1


def test_the_networks_inputs_have_the_corrected_gradient_and_not_the_slides():
    study = lab.differentiate(PRESETS["network"])
    value, gradient = numbers(study), numbers(study, "gradients")
    for i in "12":
        right = sum(gradient[f"a{j}"] * value[f"α{j}{i}"] for j in "12")
        printed = [gradient[f"a{j}"] * sum(value[f"α{k}{i}"] for k in "12") for j in "12"]
        assert gradient[f"x{i}"] == pytest.approx(right)
        assert all(abs(gradient[f"x{i}"] - wrong) > 1e-3 for wrong in printed)
    assert gradient["b"] == pytest.approx(value["y"] - value["t"])


def test_squaring_eight_times_makes_256_paths():
    study = lab.differentiate(PRESETS["doubling"])
    assert graph_passes.count_paths(study.graph, 0) == 256
    assert study.gradients[0] == pytest.approx(256 * 1.01**255)


@pytest.mark.parametrize("name", SOUND)
def test_three_ways_to_every_gradient_agree(name):
    study = lab.differentiate(PRESETS[name])
    np.testing.assert_allclose(study.forward, study.gradients, rtol=1e-12)
    np.testing.assert_allclose(study.checks, study.gradients, rtol=1e-7, atol=1e-9)


def test_a_broken_value_is_named_with_its_reason():
    study = lab.differentiate(PRESETS["broken"])
    assert "v = 1 / u has no value: division by zero: 1 / 0." in lab.summary(study)
    assert math.isnan(study.gradients[0])
    assert "none" in lab.gradient_words(study)


@pytest.mark.parametrize("name", [*SOUND, "every"])
def test_the_torch_script_prints_the_labs_numbers(name):
    every = "x = 0.7; w = -1.3; s = 0.2\n" + "u = exp(x) + log(x)*sin(x) - cos(w)/tan(x) + tanh(w) + sigmoid(w*2)\n"
    every += "v = relu(w) + leaky_relu(w) + leaky_relu(w, s) + max(x, w, 0.5) - min(x, w) + abs(w)**1.5\n"
    every += "print = sqrt(x) + square(w) + softplus(w) + x**w + 2**-1 + exp(1)\nresult = u*v - print"
    settings = lab.Settings(every) if name == "every" else PRESETS[name]
    study = lab.differentiate(settings)
    script = lesson.torch_code(settings)
    # One alone is enough: each process would load torch again.
    said = scripts.alone(script) if name == "network" else scripts.here(script)[1]
    printed = dict(line.split() for line in said.splitlines())
    assert float(printed[study.program.output]) == pytest.approx(study.flow.values[study.graph.output], rel=1e-12)
    for name, gradient in zip(study.program.inputs, study.gradients, strict=True):
        assert float(printed[name]) == pytest.approx(gradient, rel=1e-10, abs=1e-12)


def test_a_dragged_input_changes_its_number_in_the_text_and_nothing_else():
    changed = lab.with_inputs(lab.Settings(), {"b": -2.5, "a": 2.0})
    assert changed.expression == lab.FIRST.replace("b = 1", "b = -2.5")
    assert numbers(lab.differentiate(changed))["e"] == (2 - 2.5) * (-2.5 + 1)


def test_an_input_without_a_number_gets_one_in_front():
    assert lab.with_inputs(lab.Settings("x*y"), {"y": 3.0}).expression == "y = 3; x*y"


def test_what_is_no_input_cannot_be_dragged():
    with pytest.raises(ValueError, match="not an input"):
        lab.with_inputs(lab.Settings(), {"c": 1.0})


def test_a_slip_is_kept_for_mending_but_a_link_must_be_readable():
    settings = lab.Settings("e = 3a")
    assert lab.mistake(settings).place == 5
    assert lab.inputs(settings) == []
    with pytest.raises(ExpressionError, match=r"Write \*"):
        lab.differentiate(settings)
    back, sentences = decode(lab.Settings, {"expression": "e = 3a"})
    assert back == lab.Settings()
    assert "Write *" in sentences[0]


OTHER = {"expression": "x = 3; y = x*x", "mode": "both", "seed_input": "b", "share": False, "fused": True}


@pytest.mark.parametrize("name", fields_of(lab.Settings))
def test_every_setting_changes_something_and_survives_a_link(name):
    base = lab.Settings("a = 1; b = 2; e = a*b + a*b", mode="forward")
    changed = base.but(**{name: OTHER[name]})
    assert decode(lab.Settings, encode(changed)) == (changed, ())
    one, other = lab.differentiate(base), lab.differentiate(changed)
    assert (one.graph, one.seed, one.settings.mode) != (other.graph, other.seed, other.settings.mode)


def test_the_seed_that_forward_mode_starts_from_is_the_named_input_or_the_first():
    base = lab.Settings(mode="forward")
    assert lab.differentiate(base.but(seed_input="b")).seed == 1
    assert lab.differentiate(base.but(seed_input="nobody")).seed == 0
    assert lab.differentiate(base.but(expression="e = 2*3 + 1")).seed == -1


@pytest.mark.parametrize("number", range(1, 31))
def test_every_question_has_the_answer_that_its_own_numbers_give(number):
    assert_only_its_answer(lesson.question(number), "g")


def test_the_same_settings_give_the_same_bytes():
    one, other = (lab.differentiate(PRESETS["network"]) for _ in range(2))
    assert one.flow.gradients.tobytes() == other.flow.gradients.tobytes()

"""Heatmaps of networks that come with the app or were trained in the visit: chosen, shown an image, asked."""

from urllib.parse import urlencode

import pytest

from engine.core import samples
from engine.core.fields import encode
from engine.core.shapes import Order, shapes
from engine.insight import draw_digit
from engine.insight import heatmaps as lab
from pages.shared import trained
from pages.shared.catalogue import BY_SLUG
from tests.engine.insight.visitors import trained as network

HEATMAPS = BY_SLUG["heatmaps"]
COLOUR = "INPUT 3x28x28 -> CONV 3x3 8 pad 1 -> BN -> RELU -> POOL 2x2 -> FC 5"
NAMES = ("circle", "square", "triangle", "cross", "ring")


@pytest.fixture
def runs():
    """What a visitor trained: on coloured shapes, and an MLP on small digits."""
    own = samples.own(shapes(Order())[1], "shapes")
    coloured = network(COLOUR, (3, 28, 28), title="Fast (Shapes)", classes=NAMES, data="shapes", samples=own)
    digits = samples.of_set("optdigits")
    text = "INPUT 1x8x8 -> FC 16 -> TANH -> FC 3"
    return coloured, network(text, (1, 8, 8), title="MLP (8×8 digits)", data="optdigits", samples=digits)


@pytest.fixture
def visit(open_lab, runs):
    """Opens the page in the session of that visitor."""

    def go(**values):
        app = open_lab(HEATMAPS, urlencode(encode(lab.Settings(**values))))
        app.session_state[trained.KEY] = runs
        return app.run()

    return go


def settings_of(app) -> lab.Settings:
    return app.session_state["settings of heatmaps"]


def choose(app, title: str):
    box = app.selectbox(key="heatmaps.network.of")
    reference = next(value for value, words in zip(values_of(app), box.options, strict=True) if words == title)
    return box.set_value(reference).run()


def values_of(app) -> list[str]:
    held = [one.reference for one in app.session_state["networks to look into"]]
    return ["lite0", "lenet", *held]


def test_all_networks_are_offered_and_another_brings_its_own_image_and_classes(visit, words, runs):
    app = visit(target="c5", layer=3)
    assert app.selectbox(key="heatmaps.network.of").options == [
        "EfficientNet-Lite0", "LeNet-5, as it comes", "Fast (Shapes)", "MLP (8×8 digits)",
    ]  # fmt: skip
    app = choose(app, "LeNet-5, as it comes")
    assert settings_of(app) == lab.Settings(network="lenet", image="digit:test:0", opacity=0.8)
    assert "LeNet-5 says 7 95 %" in words(app)
    app = choose(app, "Fast (Shapes)")
    assert settings_of(app).image == runs[0].samples.reference(0)
    assert "Fast (Shapes) says" in words(app)
    assert 'class="refusal"' not in words(app)
    app = choose(app, "EfficientNet-Lite0")
    assert settings_of(app) == lab.Settings()


def test_its_test_images_are_taken_by_number_and_by_class(visit, words, runs):
    app = choose(visit(), "Fast (Shapes)")
    app.number_input(key="heatmaps.image.number").set_value(7).run()
    assert settings_of(app).image == runs[0].samples.reference(7)
    before = settings_of(app).image
    app.button_group(key="heatmaps.image.class").set_value(4).run()
    number = runs[0].samples.number(settings_of(app).image)
    assert settings_of(app).image != before
    assert runs[0].samples.examples.labels[number] == 4
    assert app.number_input(key="heatmaps.image.number").value == number
    app.session_state["settings of heatmaps"] = settings_of(app).but(image="photo:coffee")
    app.run()
    assert app.number_input(key="heatmaps.image.number").value is None
    assert "Espresso" not in words(app)
    assert "Coffee. Fast (Shapes) says" in words(app)


def test_a_number_that_arrives_after_the_network_has_changed_is_not_taken(visit):
    app = choose(visit(), "LeNet-5, as it comes")
    app.session_state["settings of heatmaps"] = lab.Settings()
    app.number_input(key="heatmaps.image.number").set_value(7).run()
    assert settings_of(app) == lab.Settings()


def test_what_cannot_be_drawn_is_said_and_the_rest_is_there(visit, words):
    app = choose(visit(), "MLP (8×8 digits)")
    said = words(app)
    assert "MLP (8×8 digits) has no layer that gives maps" in said
    assert "half the strength of Gradient" in said
    app.session_state["settings of heatmaps"] = settings_of(app).but(methods=("grad_cam", "guided"))
    app.run()
    assert 'class="refusal"' in words(app)
    assert app.get("button_group"), "the methods can still be chosen"


def test_a_class_that_the_network_has_not_is_refused_with_a_sentence(open_lab, words):
    asked = lab.Settings(network="lenet", image="digit:test:0", target="c281", rival="c1", window=40)
    app = open_lab(HEATMAPS, urlencode(encode(asked)))
    said = words(app)
    assert "it has no class 281. The top class is explained." in said
    assert "2 to 14 pixels a side, not 40" in said
    assert settings_of(app) == lab.Settings(network="lenet", image="digit:test:0", rival="c1")


def test_any_class_of_the_network_can_be_asked_for(visit):
    app = visit(network="lenet", image="digit:test:0", methods=("occlusion",))
    app.session_state["heatmaps.more.Any class, patch, noise, steps"] = True
    app.run()
    assert app.selectbox(key="heatmaps.target").options[-1] == "9"
    assert len(app.selectbox(key="heatmaps.target").options) == 15


def test_checks_work_on_a_trained_network(visit, words):
    app = choose(visit(), "Fast (Shapes)")
    app.session_state["settings of heatmaps"] = settings_of(app).but(scored=True, sanity=True)
    app.run()
    assert not app.exception
    assert "bring the class back soonest" in words(app)
    assert "everything from the top down to" in words(app)


def test_a_network_of_another_visit_is_refused_and_another_can_be_chosen(visit, open_lab, words):
    theirs = settings_of(choose(visit(), "Fast (Shapes)"))
    app = open_lab(HEATMAPS, urlencode(encode(lab.Settings(network="trained:0123456789abcdef"))))
    assert "trained in another visit" in words(app)
    assert app.selectbox(key="heatmaps.network.of").options[-1] == "of another visit"
    app = choose(app, "LeNet-5, as it comes")
    assert "LeNet-5 says" in words(app)
    assert theirs.network not in values_of(app), "nobody is offered what another visitor trained"


def test_where_the_network_is_lost_a_digit_and_another_network_can_still_be_chosen(open_lab, words):
    lost = draw_digit.Settings(network="trained:0123456789abcdef")
    app = open_lab(BY_SLUG["draw_digit"], urlencode(encode(lost)))
    assert "trained in another visit" in words(app)
    app.button_group(key="draw_digit.digit.class").set_value(3).run()
    assert app.session_state["settings of draw_digit"].digit == "digit:test:18"
    app.selectbox(key="draw_digit.network.of").set_value("lenet").run()
    assert "It sees a" in words(app)

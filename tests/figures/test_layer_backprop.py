"""The pictures of the layer's backward pass hold the engine's own numbers."""

import numpy as np
import pytest

from engine.figures import layer_backprop as figures
from engine.learning import layer_backprop as lab
from engine.learning import layer_backprop_landscape as landscape


@pytest.fixture(scope="module")
def learned():
    return lab.differentiate(lab.Settings(view="digit", steps=3))


def test_the_step_that_is_shown_stands_out_of_the_curve_of_losses():
    trained = lab.differentiate(lab.Settings(view="network", update=7))
    whole, part = figures.network_losses(trained).data
    np.testing.assert_allclose(whole.y, trained.losses)
    assert list(part.x) == [6, 7]
    np.testing.assert_allclose(part.y, trained.losses[6:8])


def test_the_cuts_go_through_the_loss_of_the_place():
    trained = lab.differentiate(lab.Settings(view="network"))
    found = landscape.survey(trained)
    figure = figures.cuts(found)
    *curves, here = figure.data
    assert [curve.name for curve in curves] == list(found.titles)
    assert here.y[0] == pytest.approx(trained.shown.loss)
    for curve in curves:
        assert curve.y[len(curve.y) // 2] == pytest.approx(trained.shown.loss, rel=1e-6)


def test_the_bars_are_the_probabilities_before_and_after(learned):
    before, after = figures.probabilities(learned).data
    np.testing.assert_allclose(before.y, learned.before)
    np.testing.assert_allclose(after.y, learned.after)


@pytest.mark.parametrize(("shown", "count"), [("hidden", 8), ("output", 12), ("pixels", 12)])
def test_the_panels_are_the_digit_the_pixels_gradient_and_the_units(shown, count):
    learned = lab.differentiate(lab.Settings(view="digit", shown=shown))
    panels = figures.digit_panels(learned)
    assert len(panels) == count
    np.testing.assert_array_equal(panels[0].values, learned.image)
    np.testing.assert_array_equal(panels[1].values.ravel(), learned.first.d_x.ravel())
    assert len({panel.limits for panel in panels[2:]}) == 1


def test_a_gradient_that_is_nothing_is_drawn_as_nothing():
    learned = lab.differentiate(lab.Settings(view="digit", start="zeros"))
    for panel in figures.digit_panels(learned)[1:]:
        assert not panel.values.any()
        assert panel.limits[1] > 0

"""The derivatives lab's pictures: curves where the numbers are, theory through them, every way over the inputs."""

import numpy as np
import pytest

from engine.figures import derivatives as figures
from engine.learning import derivatives_growth as growth
from engine.learning import derivatives_passes as passes
from engine.learning import derivatives_steps as steps
from engine.learning.derivatives_settings import Settings

SIN = Settings(expression="x = 1; y = sin(x)", exponent=-5.0)


def named(figure, name: str) -> list:
    return [trace for trace in figure.data if trace.name == name]


def test_the_u_curve_draws_four_errors_and_marks_the_chosen_one():
    run = steps.study(SIN)
    figure = figures.u_curve(run)
    for curve in run.curves:
        (drawn,) = named(figure, f"{curve.scheme}, {curve.precision}")
        kept = curve.errors > 0
        np.testing.assert_array_equal(np.asarray(drawn.y)[kept], curve.errors[kept])
    widths = {trace.name: trace.line.width for trace in figure.data if trace.name and "float" in trace.name}
    assert max(widths, key=widths.get) == "forward, float64"
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    assert figure.layout.shapes[0].x0 == pytest.approx(1e-5)


def test_the_theory_has_slopes_one_two_and_minus_one():
    figure = figures.u_curve(steps.study(SIN))
    slopes = set()
    for trace in named(figure, "theory"):
        slopes.add(round(float(np.diff(np.log10(trace.y))[0] / np.diff(np.log10(trace.x))[0])))
    assert slopes == {1, 2, -1}
    assert len(named(figure, "theory")) == 8


def test_the_diamond_stands_where_the_theory_is_least():
    run = steps.study(SIN)
    (best,) = named(figures.u_curve(run), "best ε by theory")
    one = run.chosen

    def total(epsilon):
        return one.truncation * epsilon**one.order + one.rounding / epsilon

    assert best.y[0] == pytest.approx(total(best.x[0]))
    assert total(best.x[0]) < min(total(best.x[0] * 1.1), total(best.x[0] / 1.1))


def test_the_secant_passes_through_its_two_points():
    run = steps.study(SIN.but(scheme="centred", exponent=-1.0))
    figure = figures.secant(run)
    (line,) = named(figure, "secant")
    for x, y in run.secant.points:
        assert np.interp(x, line.x, line.y) == pytest.approx(y, abs=1e-12)
    (tangent,) = named(figure, "tangent")
    assert float(np.diff(tangent.y)[0] / np.diff(tangent.x)[0]) == pytest.approx(run.slope)


def test_in_float32_the_curve_is_a_staircase():
    run = steps.study(SIN.but(precision="float32", exponent=-6.5))
    (drawn,) = named(figures.secant(run), "f in float32")
    assert len(set(drawn.x)) < len(drawn.x) / 3


def test_the_growth_draws_every_count():
    grown = growth.grow(Settings(rounds=4))
    figure = figures.growth(grown)
    assert list(figure.data[0].y) == [one.derivative for one in grown.counts]
    assert len(figure.data) == 5


def test_every_way_has_a_curve_counted_and_timed():
    found = passes.tally(Settings(inputs=8, outputs=2))
    counted, timed = figures.counted(found), figures.timed(found, {way: [1.0] * 9 for way in passes.METHODS})
    for way, title in passes.TITLES.items():
        np.testing.assert_array_equal(named(counted, title)[0].y, found.counts[way])
        assert len(named(timed, title)[0].y) == len(passes.SIZES)
    np.testing.assert_array_equal(counted.data[-1].y, list(found.here.values()))

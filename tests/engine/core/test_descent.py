"""The rules of descent against torch.optim, step for step; Newton, random search, schedules, mini-batches."""

import itertools

import numpy as np
import pytest
import torch

from engine.core import heavy_ball, minibatches, schedules
from engine.core.descent import NEWTON, RANDOM, TITLES, race
from engine.core.rules import RULES, Knobs, Memory
from engine.core.surfaces import beale, himmelblau, quadratic, rastrigin, saddle
from tests.engine.core.landscapes import LANDSCAPES

SURFACES = {**LANDSCAPES, "line": minibatches.least_squares(3)[0]}
RATES = {
    "sgd": 1e-3,
    "momentum": 2e-4,
    "nesterov": 2e-4,
    "adagrad": 0.5,
    "adadelta": 1.0,
    "rmsprop": 0.02,
    "adam": 0.1,
    "adamw": 0.1,
}
FREE, LED = 60, 300


def theirs(rule: str, x: torch.Tensor, knobs: Knobs, rate: float) -> torch.optim.Optimizer:
    decay = {"lr": rate, "weight_decay": knobs.weight_decay}
    small = {} if knobs.epsilon is None else {"eps": knobs.epsilon}
    betas = {"betas": (knobs.beta1, knobs.beta2)}
    return {
        "sgd": lambda: torch.optim.SGD([x], **decay),
        "momentum": lambda: torch.optim.SGD([x], momentum=knobs.momentum, **decay),
        "nesterov": lambda: torch.optim.SGD([x], momentum=knobs.momentum, nesterov=True, **decay),
        "adagrad": lambda: torch.optim.Adagrad([x], **decay, **small),
        "adadelta": lambda: torch.optim.Adadelta([x], rho=knobs.rho, **decay, **small),
        "rmsprop": lambda: torch.optim.RMSprop([x], alpha=knobs.smoothing, **decay, **small),
        "adam": lambda: torch.optim.Adam([x], **betas, **decay, **small),
        "adamw": lambda: torch.optim.AdamW([x], **betas, **decay, **small),
    }[rule]()


def torch_path(surface, rule, knobs, factors) -> np.ndarray:
    x = torch.tensor(surface.start, dtype=torch.float64, requires_grad=True)
    optimizer = theirs(rule, x, knobs, RATES[rule])
    path = [x.detach().numpy().copy()]
    for factor in factors:
        optimizer.param_groups[0]["lr"] = RATES[rule] * float(factor)
        x.grad = torch.tensor(surface.slope(x.detach().numpy()), dtype=torch.float64)
        optimizer.step()
        path.append(x.detach().numpy().copy())
    return np.array(path)


KNOBS = {
    "plain": Knobs(),
    "decay": Knobs(weight_decay=0.02),
    "other": Knobs(momentum=0.7, beta1=0.8, beta2=0.95, smoothing=0.9, rho=0.8, epsilon=1e-3),
}


everywhere = pytest.mark.parametrize("name", SURFACES)
every_way = pytest.mark.parametrize("knobs", KNOBS.values(), ids=KNOBS)


@everywhere
@every_way
@pytest.mark.parametrize("schedule", ["constant", "one_cycle"])
def test_every_rule_walks_as_torch_does(name, knobs, schedule):
    surface, factors = SURFACES[name], schedules.factors(schedule, FREE)
    rates = np.array([[RATES[rule]] for rule in RULES]) * factors
    run = race(surface, surface.start, tuple(RULES), rates, knobs, FREE)
    for at, rule in enumerate(RULES):
        path = torch_path(surface, rule, knobs, factors)
        np.testing.assert_allclose(run.points[:, at], path, rtol=1e-12, atol=1e-12, err_msg=rule)
        assert np.abs(path[-1] - path[0]).max() > 1e-6, rule


@everywhere
@every_way
def test_every_step_from_where_torch_is_ends_where_torch_goes(name, knobs):
    """Long runs of rules that swing amplify the last bit of a rounding; from the same point each step is the same."""
    surface, factors = SURFACES[name], schedules.factors("cosine", LED)
    for rule in RULES:
        path, memory = torch_path(surface, rule, knobs, factors), Memory((1, 2))
        if not np.isfinite(path).all():
            continue
        for here, there, factor in zip(path[:-1], path[1:], factors, strict=True):
            move = RULES[rule].move(memory, here[None], surface.slope(here)[None], RATES[rule] * factor, knobs)
            np.testing.assert_allclose(here + move.step[0], there, rtol=1e-12, atol=1e-12, err_msg=rule)


@pytest.mark.parametrize("rule", RULES)
def test_one_step_of_a_thousand_weights_and_many_runs_is_torchs(rule):
    random = np.random.default_rng(1)
    x, knobs, memory = random.standard_normal((3, 1000)), KNOBS["decay"], Memory((3, 1000))
    theirs_x = torch.tensor(x.copy(), requires_grad=True)
    optimizer = theirs(rule, theirs_x, knobs, RATES[rule])
    for _ in range(5):
        g = random.standard_normal((3, 1000))
        x = x + RULES[rule].move(memory, x, g, RATES[rule], knobs).step
        theirs_x.grad = torch.tensor(g)
        optimizer.step()
    np.testing.assert_allclose(x, theirs_x.detach().numpy(), rtol=1e-12, atol=1e-12)


def test_rules_in_one_race_are_the_rules_each_alone():
    surface, names = himmelblau(), tuple(TITLES)
    together = race(surface, surface.start, names, np.full((10, 1), 0.01), Knobs(), 60, seed=5)
    for at, name in enumerate(names):
        alone = race(surface, surface.start, (name,), np.full((1, 1), 0.01), Knobs(), 60, seed=5)
        np.testing.assert_array_equal(together.points[:, at], alone.points[:, 0])


@pytest.mark.parametrize("rule", ["momentum", "nesterov", "adam", "adamw"])
def test_what_comes_from_before_and_from_today_make_the_step(rule):
    """Without memory, the same rule makes the rest of the step."""
    surface, knobs = quadratic(5.0), Knobs(weight_decay=0.1)
    run = race(surface, surface.start, (rule,), np.full((1, 1), 0.05), knobs, 12)
    steps = np.diff(run.points[:, 0], axis=0)
    assert np.allclose(run.memories[0, 0], 0)
    t = 7
    x, g = run.points[t, 0], run.gradients[t, 0]
    np.testing.assert_allclose(g, surface.slope(x))
    fresh = steps[t] - run.memories[t, 0]
    if rule == "momentum":
        np.testing.assert_allclose(fresh, -0.05 * (g + 0.1 * x))
    elif rule == "nesterov":
        np.testing.assert_allclose(fresh, -0.05 * 1.9 * (g + 0.1 * x))
    else:
        pulled = g if rule == "adamw" else g + 0.1 * x
        share = -0.05 * 0.1 * pulled / (1 - 0.9 ** (t + 1)) / (run.scales[t, 0] + 1e-8)
        np.testing.assert_allclose(fresh, share - (0.05 * 0.1 * x if rule == "adamw" else 0))


@pytest.mark.parametrize("kind", ["saddle_free", "damped", "plain"])
@pytest.mark.parametrize("angle", [0.0, 35.0])
def test_newton_is_at_the_bottom_of_a_bowl_after_one_step(kind, angle):
    knobs = Knobs(newton=kind, damping=0.0 if kind == "damped" else 1e-3)
    run = race(quadratic(100.0, angle), (-4.0, 2.0), (NEWTON,), np.ones((1, 1)), knobs, 1)
    np.testing.assert_allclose(run.points[1, 0], 0, atol=1e-12)
    np.testing.assert_allclose(run.scales[0, 0], [1, 100])


def test_plain_newton_walks_to_the_saddle_and_saddle_free_newton_away_from_it():
    ends = {}
    for kind in ("plain", "saddle_free"):
        run = race(saddle(), (1.8, 0.001), (NEWTON,), np.ones((1, 1)), Knobs(newton=kind), 60)
        ends[kind] = run.points[-1, 0]
    np.testing.assert_allclose(ends["plain"], 0, atol=1e-9)
    np.testing.assert_allclose(ends["saddle_free"], [0, 1], atol=1e-9)


def test_newton_solves_with_the_hessian():
    surface, point = beale(), np.array([2.6, 0.3])
    run = race(surface, tuple(point), (NEWTON,), np.ones((1, 1)), Knobs(newton="damped", damping=0.2), 1)
    xx, xy, yy = (float(part) for part in surface.hessian(*point))
    wanted = point - np.linalg.solve(np.array([[xx + 0.2, xy], [xy, yy + 0.2]]), surface.slope(point))
    np.testing.assert_allclose(run.points[1, 0], wanted, rtol=1e-12)


def test_random_search_only_ever_falls_and_its_seed_decides():
    rates = np.full((1, 1), 0.5)
    runs = [race(rastrigin(), (-1.7, 1.3), (RANDOM,), rates, Knobs(), 200, seed=seed) for seed in (1, 1, 2)]
    assert (np.diff(runs[0].losses[:, 0]) <= 0).all()
    assert runs[0].losses[-1, 0] < runs[0].losses[0, 0]
    assert runs[0].points.tobytes() == runs[1].points.tobytes() != runs[2].points.tobytes()
    assert np.isnan(runs[0].gradients).all()


def test_a_run_that_leaves_for_infinity_is_nothing_from_there_on():
    run = race(quadratic(10.0), (-4.0, 2.0), ("sgd", "adam"), np.array([[5.0], [0.1]]), Knobs(), 50)
    gone = np.isnan(run.points[:, 0, 0])
    assert gone[-1]
    assert not np.isnan(run.points[:, 1]).any()
    assert (np.diff(gone.astype(int)) >= 0).all()
    assert run.first_below(1e-3)[0] is None


def test_the_start_is_not_changed():
    start = (1.0, 2.0)
    race(beale(), start, ("sgd",), np.full((1, 1), 0.001), Knobs(), 5)
    assert start == (1.0, 2.0)


MAKERS = {
    "step": lambda o, n: torch.optim.lr_scheduler.StepLR(o, 30, 0.5),
    "exponential": lambda o, n: torch.optim.lr_scheduler.ExponentialLR(o, 0.5 ** (1 / n)),
    "cosine": lambda o, n: torch.optim.lr_scheduler.CosineAnnealingLR(o, n),
    "warmup": lambda o, n: torch.optim.lr_scheduler.SequentialLR(
        o,
        [
            torch.optim.lr_scheduler.LinearLR(o, 0.1, 1.0, schedules.warm_steps(n, 0.3)),
            torch.optim.lr_scheduler.CosineAnnealingLR(o, n - schedules.warm_steps(n, 0.3)),
        ],
        [schedules.warm_steps(n, 0.3)],
    ),
    "one_cycle": lambda o, n: torch.optim.lr_scheduler.OneCycleLR(o, 1.0, total_steps=n, cycle_momentum=False),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "steps"), itertools.product(MAKERS, (10, 37, 150)))
def test_schedules_are_torchs(name, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule, rates = MAKERS[name](optimizer, steps), []
    for t in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if t < steps - 1:
            schedule.step()
    np.testing.assert_allclose(schedules.factors(name, steps), rates, rtol=1e-12, atol=1e-12)


def test_a_schedule_that_is_not_is_refused():
    with pytest.raises(ValueError, match="no schedule"):
        schedules.factors("sometimes", 10)


def test_the_examples_losses_have_the_surface_for_their_mean():
    surface, examples = minibatches.least_squares(4)
    t, target = minibatches.line_data(4)
    w = np.array([0.3, -1.2])
    residual = w[0] + w[1] * t - target
    assert surface.at(w) == pytest.approx(np.mean(residual**2) / 2)
    each = surface.slope(w) + examples.bends @ w + examples.tilts
    np.testing.assert_allclose(each, residual[:, None] * np.stack([np.ones_like(t), t], axis=1))
    np.testing.assert_allclose(each.mean(axis=0), surface.slope(w))
    np.testing.assert_allclose(surface.minima[0], np.polyfit(t, target, 1)[::-1])
    assert surface.at(np.array(surface.minima[0])) == pytest.approx(surface.lowest)


def test_every_epoch_sees_every_example_once():
    chosen = minibatches.batches(24, 4, seed=1).reshape(3, minibatches.EXAMPLES)
    assert (np.sort(chosen, axis=1) == np.arange(minibatches.EXAMPLES)).all()
    assert (chosen[0] != chosen[1]).any()


def test_larger_batches_are_less_noisy():
    examples = minibatches.tilted(1.0, 0)
    spread = [minibatches.noise(examples, minibatches.batches(400, batch, 0))[1].std() for batch in (1, 4, 16, 32)]
    assert spread[0] > 1.5 * spread[1] > 2 * spread[2] > spread[3]
    assert spread[3] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("condition", [1.0, 4.0, 25.0, 100.0])
def test_the_best_step_and_momentum_are_the_lowest_point_of_the_plane(condition):
    alpha, beta = heavy_ball.optimum(1.0, condition)
    best = (condition**0.5 - 1) / (condition**0.5 + 1)
    assert heavy_ball.rate(alpha * condition, beta, condition) == pytest.approx(best, abs=1e-6)
    paces, betas = np.meshgrid(np.linspace(0, 4, 401), np.linspace(0, 1, 201))
    assert heavy_ball.rate(paces, betas, condition).min() >= best - 1e-9


@pytest.mark.parametrize(("pace", "beta"), [(1.0, 0.0), (2.5, 0.3), (0.3, 0.9), (3.9, 0.97), (3.0, 0.4)])
def test_the_rate_is_the_spectral_radius_of_the_iteration(pace, beta):
    def radius(curvature: float) -> float:
        matrix = np.array([[1 + beta - pace * curvature, -beta], [1, 0]])
        return np.abs(np.linalg.eigvals(matrix)).max()

    assert heavy_ball.axis_rate(pace, beta) == pytest.approx(radius(1.0))
    # All curvatures between the ends are no slower than the ends.
    between = max(radius(curvature) for curvature in np.linspace(1 / 30, 1, 200))
    assert heavy_ball.rate(pace, beta, 30.0) == pytest.approx(between)
    assert (heavy_ball.rate(pace, beta, 30.0) < 1) == (pace < 2 + 2 * beta)

"""The race as a stand-alone PyTorch script that prints the same last points."""

from engine.core.descent import NEWTON, RANDOM
from engine.core.expressions import Tree, parse
from engine.core.graph_rules import LEAK
from engine.core.minibatches import EXAMPLES
from engine.core.rules import RULES
from engine.learning.optimizers import Settings, knobs_of, racing, rate_of, schedule_of, start_of
from engine.learning.optimizers_surfaces import examples_of, surface_of

INFIX = {"sum": "+", "difference": "-", "product": "*", "quotient": "/", "power": "**"}
CALLS = {"square": "({0})**2", "max": "torch.maximum({0}, {1})", "min": "torch.minimum({0}, {1})"}
CALLS |= {"softplus": "torch.nn.functional.softplus({0}, threshold=500.0)"}
STEPPING = """

def run(rule):
    p = torch.tensor(START, requires_grad=True)
    optimizer = RULES[rule]([p])
    for t in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = RATES[rule] * FACTORS[t]
        optimizer.zero_grad()
        loss(p, t).backward()
        optimizer.step()
    return p.detach()


for rule in RULES:
    p = run(rule)
    print(rule, p[0].item(), p[1].item(), f(p).item())
"""


def torch_code(settings: Settings) -> str:
    """The script for these settings. Newton and random search, which torch.optim has not, are written out."""
    surface, names = surface_of(settings), racing(settings.rules)
    lines = ["import torch", "", "torch.set_default_dtype(torch.float64)"]
    lines += [f"START = {list(start_of(settings, surface))}", f"STEPS = {settings.steps}"]
    lines += _schedule(settings)
    lines += [f"RATES = {{{', '.join(f'{name!r}: {rate_of(settings, name):.12g}' for name in names)}}}"]
    lines += ["", "", "def f(p):", "    x, y = p"]
    lines += _formula(surface.formula)
    lines += _noise(settings)
    lines += ["", "", "RULES = {"]
    lines += [f'    "{name}": lambda p: {_optimizer(settings, name)},' for name in names if name in RULES]
    text = "\n".join([*lines, "}"]) + STEPPING
    if NEWTON in names:
        text += _newton(settings)
    if RANDOM in names:
        text += _random(settings)
    return text


def _schedule(settings: Settings) -> list[str]:
    if settings.schedule == "constant":
        return ["FACTORS = [1.0] * STEPS"]
    values = ", ".join(f"{value:.12g}" for value in schedule_of(settings, settings.steps))
    return [f"FACTORS = [{values}]  # {settings.schedule}"]


def _formula(text: str) -> list[str]:
    """The body of f: one line a formula."""
    program = parse(text)
    given = [f"    {name} = torch.tensor({value!r})" for name, value in program.inputs.items() if name in program.spans]
    rest = [f"    {name} = {_torch(tree)}" for name, tree in program.formulas]
    return [*given, *rest, f"    return {program.output} + 0 * x + 0 * y"]


def _torch(tree: Tree) -> str:
    if tree.op == "name":
        return tree.name
    if tree.is_number:
        return f"{tree.value!r}"
    parts = [_torch(part) for part in tree.parts]
    if tree.op in INFIX:
        return f"({f' {INFIX[tree.op]} '.join(parts)})"
    if tree.op == "minus":
        return f"(-{parts[0]})"
    # A function of numbers alone would get a plain number: every argument is made a tensor.
    parts = [
        part if any(piece.op == "name" for piece in sub.walk()) else f"torch.tensor({part})"
        for part, sub in zip(parts, tree.parts, strict=True)
    ]
    if tree.op == "leaky_relu":
        slope = parts[1] if len(parts) > 1 else str(LEAK)
        return f"torch.where({parts[0]} > 0, {parts[0]}, {slope} * {parts[0]})"
    return CALLS.get(tree.op, f"torch.{tree.op}({{0}})").format(*parts)


def _noise(settings: Settings) -> list[str]:
    """The loss of a step: f, or f with the bends and tilts of the batch."""
    if settings.batch == EXAMPLES:
        return ["", "", "def loss(p, t):", "    return f(p)"]
    examples = examples_of(settings, surface_of(settings))
    return [
        "",
        "",
        f"# Example i has the loss f(p) + p·BENDS[i]·p/2 + TILTS[i]·p; the mean over all {EXAMPLES} is f.",
        f"BENDS = torch.tensor({examples.bends.tolist()})",
        f"TILTS = torch.tensor({examples.tilts.tolist()})",
        f"random = __import__('numpy').random.default_rng([{settings.seed}, 1])",
        f"EPOCHS = -(-STEPS * {settings.batch} // {EXAMPLES})",
        f"ORDER = torch.tensor([i for _ in range(EPOCHS) for i in random.permutation({EXAMPLES})])",
        "",
        "",
        "def loss(p, t):",
        f"    batch = ORDER[t * {settings.batch} : (t + 1) * {settings.batch}]",
        "    return f(p) + p @ BENDS[batch].mean(0) @ p / 2 + TILTS[batch].mean(0) @ p",
    ]


def _optimizer(settings: Settings, name: str) -> str:
    knobs = knobs_of(settings)
    epsilon = RULES[name].epsilon if knobs.epsilon is None else knobs.epsilon
    betas = f"betas=({knobs.beta1:g}, {knobs.beta2:g}), eps={epsilon:g}"
    inside = {
        "sgd": "SGD(p, lr=1.0",
        "momentum": f"SGD(p, lr=1.0, momentum={knobs.momentum:g}",
        "nesterov": f"SGD(p, lr=1.0, momentum={knobs.momentum:g}, nesterov={knobs.momentum > 0}",
        "adagrad": f"Adagrad(p, lr=1.0, eps={epsilon:g}",
        "adadelta": f"Adadelta(p, lr=1.0, rho={knobs.rho:g}, eps={epsilon:g}",
        "rmsprop": f"RMSprop(p, lr=1.0, alpha={knobs.smoothing:g}, eps={epsilon:g}",
        "adam": f"Adam(p, lr=1.0, {betas}",
        "adamw": f"AdamW(p, lr=1.0, {betas}",
    }
    return f"torch.optim.{inside[name]}, weight_decay={knobs.weight_decay:g})"


def _newton(settings: Settings) -> str:
    believed = {
        "saddle_free": f"curvature.abs().clamp(min={settings.damping:g})",
        "damped": f"curvature + {settings.damping:g}",
        "plain": "curvature",
    }
    return f'''
p = torch.tensor(START)
for t in range(STEPS):
    gradient = torch.autograd.functional.jacobian(lambda q: loss(q, t), p)
    hessian = torch.autograd.functional.hessian(lambda q: loss(q, t), p)
    curvature, axes = torch.linalg.eigh(hessian)
    p = p - RATES["{NEWTON}"] * FACTORS[t] * axes @ ((axes.T @ gradient) / ({believed[settings.newton]}))
print("{NEWTON}", p[0].item(), p[1].item(), f(p).item())
'''


def _random(settings: Settings) -> str:
    return f'''
tries = __import__("numpy").random.default_rng([{settings.seed}, 2]).standard_normal((STEPS, 2))
p = torch.tensor(START)
for t in range(STEPS):
    q = p + RATES["{RANDOM}"] * FACTORS[t] * torch.tensor(tries[t])
    p = q if f(q) < f(p) else p
print("{RANDOM}", p[0].item(), p[1].item(), f(p).item())
'''

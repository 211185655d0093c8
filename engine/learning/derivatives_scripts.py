"""The numbers of every view in stand-alone PyTorch."""

from engine.core.expression_scripts import torch_lines, word
from engine.core.expressions import Program, parse
from engine.learning import derivatives_growth as growth
from engine.learning import derivatives_products as products
from engine.learning.derivatives_settings import Settings

HEAD = ["import torch", "import torch.nn.functional as F", ""]


def torch_code(settings: Settings) -> str:
    """A stand-alone script that prints the numbers of the view."""
    return {"ways": _ways, "step": _step, "growth": _growth, "passes": _passes}[settings.view](settings)


def _function(program: Program, kind: str, returned: str) -> list[str]:
    """`number`, and f of the inputs in order."""
    names = [word(name) for name in program.inputs]
    body = [f"    {line}" for line in torch_lines(program)]
    return [
        "",
        "def number(value):",
        f"    return torch.tensor(float(value), dtype={kind})",
        "",
        "",
        f"def f({', '.join(names)}):",
        *body,
        f"    return {returned}",
        "",
        "",
        f"point = [{', '.join(f'number({value!r})' for value in program.inputs.values())}]",
    ]


def _place(settings: Settings, program: Program) -> int:
    names = list(program.inputs)
    return names.index(settings.variable) if settings.variable in names else 0


def _ways(settings: Settings) -> str:
    program = parse(settings.expression)
    lines = [*HEAD, *_function(program, "torch.float64", word(program.output))]
    lines += [
        f"at = {_place(settings, program)}",
        "",
        "",
        "def moved(step):",
        "    return f(*[value + step * (place == at) for place, value in enumerate(point)])",
        "",
        "",
        f"eps = {settings.epsilon!r}",
        'print("forward_difference", ((moved(eps) - moved(0.0)) / eps).item())',
        'print("centred_difference", ((moved(eps) - moved(-eps)) / (2 * eps)).item())',
        "directions = [torch.ones_like(value) * (place == at) for place, value in enumerate(point)]",
        'print("forward_mode", torch.func.jvp(f, tuple(point), tuple(directions))[1].item())',
        "value, pull = torch.func.vjp(f, *point)",
        'print("reverse_mode", pull(torch.ones_like(value))[at].item())',
    ]
    return "\n".join(lines) + "\n"


def _step(settings: Settings) -> str:
    program = parse(settings.expression)
    at = _place(settings, program)
    width = "above - below" if settings.taken else ("eps" if settings.scheme == "forward" else "2 * eps")
    below = "point[at]" if settings.scheme == "forward" else "point[at] - eps"
    lines = [*HEAD, *_function(program, f"torch.{settings.precision}", word(program.output))]
    lines += [
        f"at = {at}",
        "",
        "",
        "def along(x):",
        "    return f(*[x if place == at else value for place, value in enumerate(point)])",
        "",
        "",
        "for exponent in range(-16, 1):",
        "    eps = number(10.0**exponent)",
        f"    above, below = point[at] + eps, {below}",
        f"    print(exponent, ((along(above) - along(below)) / ({width})).item())",
    ]
    return "\n".join(lines) + "\n"


def _growth(settings: Settings) -> str:
    program = growth.unrolled(settings.rule, settings.rounds)
    last = growth.grow(settings).last.rounds
    lines = [*HEAD]
    lines += [
        "# The derivative as a formula grows; as a backward pass it is one more step a round.",
        "",
        "",
        "def number(value):",
        "    return torch.tensor(float(value), dtype=torch.float64)",
        "",
        "",
        f"{growth.VARIABLE} = torch.tensor({growth.START}, dtype=torch.float64, requires_grad=True)",
    ]
    for step, line in enumerate(torch_lines(program)[:last], 1):
        lines += [line, f"print({step}, torch.autograd.grad(y{step}, x, retain_graph=True)[0].item())"]
    return "\n".join(lines) + "\n"


def _passes(settings: Settings) -> str:
    found = products.multiply(settings)
    program = parse(settings.system)
    names = [found.flow.graph.nodes[at].name for at in found.outputs]
    returned = f"torch.stack([{', '.join(map(word, names))}])"
    given = found.direction if settings.product == "jvp" else found.weights
    listed = ", ".join(f"{float(value)!r}" for value in given)
    lines = [*HEAD, *_function(program, "torch.float64", returned)]
    lines += [f"vector = torch.tensor([{listed}], dtype=torch.float64)"]
    if settings.product == "jvp":
        lines += ["print(torch.func.jvp(f, tuple(point), tuple(vector))[1].tolist())"]
    else:
        lines += ["_, pull = torch.func.vjp(f, *point)", "print([part.item() for part in pull(vector)])"]
    return "\n".join(lines) + "\n"

"""Formulas as lines of PyTorch, for the scripts that labs export."""

import keyword

from engine.core.expressions import Program, Tree
from engine.core.graph_rules import LEAK

INFIX = {"sum": "+", "difference": "-", "product": "*", "quotient": "/", "power": "**"}
CALLS = {
    "sigmoid": "torch.sigmoid({})",
    "relu": "torch.relu({})",
    "max": "torch.maximum({}, {})",
    "min": "torch.minimum({}, {})",
    "softplus": "F.softplus({}, threshold=500.0)",
}
TAKEN = {"torch", "F", "number", "print", "name", "leaf", "f", "point", "values"}


def torch_lines(program: Program) -> list[str]:
    """An assignment for each formula; `number` must be there to make a constant."""
    return [f"{word(name)} = {expression(tree, outer=True)}" for name, tree in program.formulas]


def word(name: str) -> str:
    """A formula's name as a Python name that means nothing else."""
    return f"{name}_" if name in TAKEN or keyword.issoftkeyword(name) else name


def expression(tree: Tree, outer: bool = False) -> str:
    """A tree in torch's words."""
    if tree.op == "name":
        return word(tree.name)
    if tree.is_number:
        return f"number({tree.value!r})"
    parts = [expression(part) for part in tree.parts]
    if tree.op in INFIX:
        inside = f" {INFIX[tree.op]} ".join(parts)
        return inside if outer else f"({inside})"
    if tree.op == "minus":
        return f"(-{parts[0]})"
    if tree.op == "leaky_relu":
        x, slope = parts[0], parts[1] if len(parts) > 1 else f"number({LEAK})"
        return f"torch.where({x} > 0, {x}, {slope} * {x})"
    return CALLS.get(tree.op, f"torch.{tree.op}({{}})").format(*parts)

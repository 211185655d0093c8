"""The only place that registers hooks on modules, and it never does so on a module that somebody else can see.

A network is shared by all sessions. Whoever wants to listen to it gets a **twin**: modules of their own in the same
tree, around the very same weights. It costs a fraction of a millisecond, no memory to speak of, and no lock: hooks on a
twin cannot mix with those of another session, and the shared network never carries one, whatever happens meanwhile.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

HOOKS = tuple(name for name in vars(nn.Module()) if name.endswith(("_hooks", "_hooks_with_kwargs", "_always_called")))


def twin(network: nn.Module, names: Iterable[str]) -> nn.Module:
    """A network of one's own that shares every weight: the named modules may be hooked or replaced there.

    Only these modules and those that hold them are copied, the rest is the network's own. What a module keeps outside
    its registered children (a list of modules, a closure) is not copied.

    Args:
        network: any; it is not touched.
        names: paths of modules, such as blocks.3.
    """
    wanted = {""} | {".".join(parts[:end]) for parts in (name.split(".") for name in names) for end in range(1, 99)}
    made: dict[int, nn.Module] = {}

    def copied(module: nn.Module, path: str) -> nn.Module:
        if path not in wanted:
            return module
        if id(module) not in made:  # one module in two places stays one
            own = made[id(module)] = module.__class__.__new__(module.__class__)
            own.__dict__.update(module.__dict__)
            own.__dict__.update({name: OrderedDict() for name in HOOKS})
            start = f"{path}." if path else ""
            children = {name: child and copied(child, start + name) for name, child in module._modules.items()}
            own.__dict__["_modules"] = children
        return made[id(module)]

    return copied(network, "")


@contextmanager
def recording(
    network: nn.Module, names: Sequence[str], *, leaves: bool = False
) -> Iterator[tuple[nn.Module, dict[str, Tensor]]]:
    """A twin of the network that notes what some of its modules give.

    Args:
        network: any.
        names: the modules' paths, such as blocks.3.
        leaves: whether each output becomes the start of a graph of its own: gradients reach back to it, no further.

    Yields:
        The twin, and a dictionary that each run of it fills: name to output.
    """
    own, outputs = twin(network, names), dict[str, Tensor]()
    handles = []

    def note(name: str, output: Tensor) -> Tensor | None:
        if leaves:
            output = output.detach().requires_grad_()
        outputs[name] = output
        return output if leaves else None

    try:
        for name in names:
            module = own.get_submodule(name)
            handles.append(module.register_forward_hook(lambda _module, _given, out, name=name: note(name, out)))
        yield own, outputs
    finally:
        for handle in handles:
            handle.remove()
        outputs.clear()


def map_layers(network: nn.Module, image: Tensor) -> dict[str, tuple[int, int]]:
    """All modules that give maps for an image: path to height and width, in the order in which they are run.

    Args:
        network: any.
        image: (1, C, H, W) as the network wants it.
    """
    names = [name for name, _ in network.named_modules() if name]
    with torch.no_grad(), recording(network, names) as (own, outputs):
        own(image)
        maps = {name: out for name, out in outputs.items() if isinstance(out, Tensor) and out.ndim == 4}
        return {name: (out.shape[2], out.shape[3]) for name, out in maps.items()}

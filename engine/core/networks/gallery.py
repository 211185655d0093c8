"""The classic networks by name. Reading this table costs nothing; torch comes with the first network that is built."""

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch.nn import Module


@dataclass(frozen=True)
class Network:
    """One network: what it is called, and how it is made.

    Args:
        title: the field's name.
        side: of the images that its paper trains on.
        module, make: the function that builds it.
        options: for that function.
        note: what a reader should know of this variant.
    """

    title: str
    module: str
    make: str
    options: dict[str, Any] = field(default_factory=dict)
    side: int = 224
    note: str = ""


PORT = "As in the widely used port to PyTorch: 3×3 kernels where the paper has 5×5, and one 2×2 pooling."
NETWORKS: dict[str, Network] = {
    **{
        f"vgg_{letter.lower()}": Network(f"VGG {letter}{name}", "vgg", "vgg", {"configuration": letter})
        for letter, name in {"A": " (VGG-11)", "B": " (VGG-13)", "C": "", "D": " (VGG-16)", "E": " (VGG-19)"}.items()
    },
    "googlenet": Network("GoogLeNet", "googlenet", "googlenet", note="With the paper's 5×5 kernels."),
    "googlenet_port": Network("GoogLeNet, PyTorch port", "googlenet", "googlenet", {"ported": True}, note=PORT),
    "inception_v3": Network("Inception v3", "inception", "inception_v3", side=299),
    "resnet_18": Network("ResNet-18", "resnet", "resnet", {"depth": 18}),
    "resnet_34": Network("ResNet-34", "resnet", "resnet", {"depth": 34}),
    **{
        f"resnet_{depth}{name}": Network(
            f"ResNet-{depth}, stride in the {where.replace('x', '×')}",
            "resnet",
            "resnet",
            {"depth": depth, "halving": where},
            note=note,
        )
        for depth in (50, 101, 152)
        for where, name, note in (
            ("3x3", "", "The form in use today, often called v1.5."),
            ("1x1", "_paper", "As in the paper: the 1×1 with stride 2 skips three quarters of the cells."),
        )
    },
    "mobilenet_v1": Network("MobileNet v1", "mobilenet", "mobilenet_v1"),
}


def build(name: str, seed: int | None = 0) -> "Module":
    """A network by name, in evaluation mode, on the CPU with random weights from the seed.

    Args:
        name: a key of NETWORKS.
        seed: None leaves it without numbers, on the meta device: for counting and tracing, in no memory at all.

    Raises:
        ValueError: there is no such network.
    """
    if name not in NETWORKS:
        raise ValueError(f"There is no network called {name[:40]}; choose one of {', '.join(NETWORKS)}.")
    import torch

    entry = NETWORKS[name]
    home = import_module(f"engine.core.networks.{entry.module}")
    with torch.device("meta"):
        network: Module = getattr(home, entry.make)(**entry.options).eval()
    if seed is None:
        return network
    from engine.core.networks.blocks import initialise

    return initialise(network.to_empty(device="cpu"), seed)

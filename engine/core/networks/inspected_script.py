"""The lines of a stand-alone script that make a network that labs look into, with its weights: `network`, at rest.

After them `prepared(x)` turns pixels (N, C, H, W) in [0, 1] into what the network was taught to see.
"""

from engine.core.networks.efficientnet import STAGES
from engine.core.networks.inspected import LENET, Inspected
from engine.core.networks.script import definition

FILES = {LENET: "assets/networks/lenet/weights.safetensors"}
NOTES = {LENET: "in the project's folder"}
LITE0 = """from safetensors.torch import load_file
from torch import nn

weights = load_file("assets/networks/efficientnet_lite0/weights.safetensors")  # in the project's folder
names = [line.strip().split("\\t")[1] for line in open("assets/networks/efficientnet_lite0/imagenet_labels.tsv")]


def conv_norm(inputs, outputs, kernel, stride=1, groups=1):
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(outputs, eps=1e-3)]


class Block(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        wide, self.adds = inputs * expansion, stride == 1 and inputs == outputs
        layers = [*conv_norm(inputs, wide, 1), nn.ReLU6()] if expansion > 1 else []
        layers += [*conv_norm(wide, wide, kernel, stride, wide), nn.ReLU6(), *conv_norm(wide, outputs, 1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.layers(x) if self.adds else self.layers(x)


stages = {stages}  # kernel, stride, expansion, channels, number
blocks, channels = [], 32
for kernel, stride, expansion, outputs, count in stages:
    for place in range(count):
        blocks.append(Block(channels, outputs, kernel, stride if place == 0 else 1, expansion))
        channels = outputs
stem = nn.Sequential(*conv_norm(3, 32, 3, 2), nn.ReLU6())
head = nn.Sequential(*conv_norm(320, 1280, 1), nn.ReLU6())
network = nn.Sequential(stem, *blocks, head, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 1000))

# The file's names, in the order of our layers.
order = ["_conv_stem", "_bn0"]
for number in range(16):
    order += [f"_blocks.{number}.{name}" for name in
              (["_expand_conv", "_bn0"] if number else []) + ["_depthwise_conv", "_bn1", "_project_conv", "_bn2"]]
order += ["_conv_head", "_bn1", "_fc"]
owners = [m for m in network.modules() if isinstance(m, (nn.Conv2d, nn.BatchNorm2d, nn.Linear))]
for owner, name in zip(owners, order, strict=True):
    part = {key: weights[f"{name}.{key}"].float() for key in owner.state_dict() if f"{name}.{key}" in weights}
    owner.load_state_dict(part, strict=False)
network.eval().requires_grad_(False)


def prepared(x):
    return ((x * 255 - 127) / 128).contiguous()
"""
CHAIN = """from safetensors.torch import load_file
from torch import nn

{network}
network.load_state_dict(load_file("{file}"))  # {note}
network.eval().requires_grad_(False)
names = {names}


def prepared(x):
    return (x - torch.tensor({mean}).view(-1, 1, 1)) / torch.tensor({deviation}).view(-1, 1, 1)
"""


def loading(inside: Inspected) -> str:
    """The lines for this network; before them stand the imports of `engine.core.picture_scripts`.

    A network that somebody trained reads weights.safetensors, as it is saved where it was trained.
    """
    if inside.network is None:
        return LITE0.replace("{stages}", repr(STAGES))
    return CHAIN.format(
        network=definition(inside.network).replace("import torch\nfrom torch import nn\n", "").strip("\n"),
        file=FILES.get(inside.reference, "weights.safetensors"),
        note=NOTES.get(inside.reference, "saved where you trained it"),
        names=list(inside.classes),
        mean=list(inside.mean),
        deviation=list(inside.deviation),
    )


def place(inside: Inspected, path: str) -> int:
    """Where a layer that gives maps stands in the script's `network`."""
    return int(path) if inside.network else [layer for _, layer in inside.layers].index(path)

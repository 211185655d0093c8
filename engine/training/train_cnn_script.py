"""Writes a run as a stand-alone PyTorch script: the same network, the same first weights, the same order of images."""

from engine.core.datasets import MNIST_MEAN, MNIST_STD
from engine.core.networks.initialisations import INITIALISATIONS
from engine.core.networks.script import definition
from engine.core.training_recipe import OPTIMIZERS
from engine.training import train_cnn as lab
from engine.training.train_cnn import FEWEST_HALVES, Settings

HEAD = '''"""{title}.

python train_cnn.py data.npz    with the arrays train_images (N, H, W) or (N, C, H, W) uint8, train_labels, test_images
                                and test_labels, as in assets/datasets/mnist.npz
"""
import math
import sys

import numpy as np
'''
DATA = """

with np.load(sys.argv[1]) as stored:
    images, labels, test_images, test_labels = (
        torch.from_numpy(stored[name]) for name in ("train_images", "train_labels", "test_images", "test_labels")
    )
images, test_images = (part.view(len(part), {shape}) for part in (images, test_images))
{statistics}
images, labels = images[:{most}], labels[:{most}].long()
"""
KNOWN = f"MEAN, STD = torch.tensor([{MNIST_MEAN}]).view(1, 1, 1, 1), torch.tensor([{MNIST_STD}]).view(1, 1, 1, 1)"
MEASURED = """part = images[:: max(1, len(images) // 10_000)].float() / 255
MEAN = part.mean(dim=(0, 2, 3)).view(1, -1, 1, 1)
STD = part.std(dim=(0, 2, 3), correction=0).clamp(min=1e-3).view(1, -1, 1, 1)"""
WEIGHTS = """
# The first weights: {title}.
generator = torch.Generator().manual_seed({seed})
for layer in network.modules():
    if isinstance(layer, (nn.Conv2d, nn.Linear)):
        area = layer.weight[0, 0].numel()
        fan_in, fan_out = layer.weight.shape[1] * area, layer.weight.shape[0] * area
        with torch.no_grad():
            layer.weight.{draw}
            if layer.bias is not None:
                layer.bias.{bias}
"""
LOOP = '''
network = network.to(memory_format=torch.channels_last)
generator = torch.Generator().manual_seed({seed})
batch, epochs = {batch}, {epochs}
batches = -(-len(images) // batch)
steps = max(1, round(epochs * batches))
optimizer = torch.optim.{optimizer}(network.parameters(), {options})
{schedule}

def given(pixels):
    """What the network sees, (N, C, H, W)."""
    pixels = pixels.to(torch.float32, memory_format=torch.channels_last)
    return pixels.sub_(MEAN * 255).mul_(1 / (STD * 255))

{moved}
for step in range(steps):
    if step % batches == 0:
        order = torch.randperm(len(images), generator=generator)
    place = step % batches
    index = order[place * batch : (place + 1) * batch]
    index = index if len(index) > 1 else order[-2:]
    pixels = images[index]{augment}
    for group in optimizer.param_groups:
        group["lr"] = {rate} * factor(step)
    with torch.autocast("cpu", torch.bfloat16, enabled={halves}):
        loss = nn.functional.cross_entropy(network(given(pixels)), labels[index], label_smoothing={smoothing})
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

network.eval()
with torch.inference_mode():
    parts = zip(test_images.split(100), test_labels.split(100))
    right = sum(int((network(given(part)).argmax(dim=1) == truth).sum()) for part, truth in parts)
print(f"loss {{float(loss):.4f}}, {{100 * right / len(test_labels):.2f}} % of {{len(test_labels)}} test images right")
'''
MOVED = '''
def moved(pixels, down, right):
    """All images (N, C, H, W) moved by so many pixels, black coming in."""
    height, width = pixels.shape[2:]
    out = torch.zeros_like(pixels)
    out[:, :, max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)] = pixels[
        :, :, max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)
    ]
    return out

'''
TURNED = '''
def turned(images, degrees):
    """All images (N, C, H, W), each turned about its centre by its angle, counter-clockwise; black comes in."""
    cos, sin = degrees.deg2rad().cos(), degrees.deg2rad().sin()
    aspect, none = images.shape[2] / images.shape[3], torch.zeros_like(cos)
    places = torch.stack([cos, -sin * aspect, none, sin / aspect, cos, none], dim=1).view(-1, 2, 3)
    grid = nn.functional.affine_grid(places, list(images.shape), align_corners=False)
    return nn.functional.grid_sample(images, grid, align_corners=False)

'''
FACTORS = {
    "constant": "return 1.0",
    "step": "return 0.1 ** (step // -(-steps // 3))",
    "exponential": "return 0.1 ** (step / steps)",
    "cosine": "return (1 + math.cos(math.pi * step / steps)) / 2",
    "warmup": "rise = min(max(1, round(0.25 * steps)), max(1, steps - 1))\n"
    "    if step < rise:\n"
    "        return 0.1 + 0.9 * step / rise\n"
    "    return (1 + math.cos(math.pi * (step - rise) / (steps - rise))) / 2",
    "one_cycle": "top = max(0.25 * steps - 1, 1e-9)\n"
    "    if step <= top:\n"
    "        return 1 + (1 / 25 - 1) * (1 + math.cos(math.pi * step / top)) / 2\n"
    "    fall = (step - top) / max(steps - 1 - top, 1e-9)\n"
    "    return 4e-6 + (1 - 4e-6) * (1 + math.cos(math.pi * fall)) / 2",
}


def torch_code(settings: Settings) -> str:
    """The script; without dropout it comes to the same numbers, since dropout's random numbers are its own."""
    plan = lab.plan(settings)
    title = f"{plan.data.title}: {plan.steps:,} updates"
    statistics = KNOWN if settings.dataset == "mnist" else MEASURED
    parts = (
        HEAD.format(title=title),
        definition(plan.network),
        DATA.format(shape=", ".join(map(str, plan.data.shape)), most=plan.examples, statistics=statistics),
        _weights(settings),
        _loop(settings),
    )
    return "".join(parts)


def _weights(settings: Settings) -> str:
    way = INITIALISATIONS[settings.initialisation]
    deviation = DEVIATIONS[settings.initialisation]
    bound = f"(3 ** 0.5 * {deviation})"
    draw = (
        f"uniform_(-{bound}, {bound}, generator=generator)"
        if way.uniform
        else (f"normal_(0.0, {deviation}, generator=generator)")
    )
    bias = "uniform_(-(fan_in**-0.5), fan_in**-0.5, generator=generator)" if way.biases else "zero_()"
    return WEIGHTS.format(title=way.title, seed=settings.seed, draw=draw, bias=bias)


DEVIATIONS = {
    "torch": "(1 / (3 * fan_in) ** 0.5)",
    "zero": "0.0",
    "small": "0.01",
    "unit": "1.0",
    "xavier": "(2 / (fan_in + fan_out)) ** 0.5",
    "xavier_uniform": "(2 / (fan_in + fan_out)) ** 0.5",
    "he": "(2 / fan_in) ** 0.5",
    "he_uniform": "(2 / fan_in) ** 0.5",
}


def _loop(settings: Settings) -> str:
    recipe, rule = settings.recipe, OPTIMIZERS[settings.optimizer]
    options = {"lr": recipe.learning_rate, "weight_decay": recipe.weight_decay} | rule.options(recipe)
    most = settings.shift
    shift = (
        f"\n    down, right = torch.randint(-{most}, {most} + 1, (2,), generator=generator).tolist()"
        "\n    pixels = moved(pixels, down, right)"
    )
    drawn = f"{settings.rotation} * (2 * torch.rand(len(index), generator=generator) - 1)"
    turn = f"\n    pixels = turned(pixels.float(), {drawn})"
    flip = "\n    pixels = pixels.flip(3) if torch.randint(2, (1,), generator=generator) else pixels"
    return LOOP.format(
        seed=settings.seed,
        batch=settings.batch,
        epochs=settings.epochs,
        optimizer=rule.name,
        options=", ".join(f"{name}={value!r}" for name, value in options.items()),
        schedule=f"\n\ndef factor(step):\n    {FACTORS[settings.schedule]}\n",
        moved=(MOVED if most else "") + (TURNED if settings.rotation else ""),
        augment=(shift if most else "") + (flip if settings.flip else "") + (turn if settings.rotation else ""),
        rate=settings.learning_rate,
        halves=settings.precision == "bfloat16" and settings.batch >= FEWEST_HALVES,
        smoothing=settings.label_smoothing,
    )

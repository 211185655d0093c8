"""The network that comes with the app: LeNet-5, taught on MNIST by `python -m engine.core.networks.shipped`.

`make weights` calls that and writes assets/networks/lenet/weights.safetensors anew: twelve passes over the 60,000
training digits, each batch moved by up to two pixels, in about a minute. The same processor gives the same bytes again,
another one the same accuracy to a few hundredths of a per cent.
"""

import hashlib
import re
import sys
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import nn

from engine.core.device import device
from engine.core.examples import digits
from engine.core.history import History
from engine.core.jobs import Control
from engine.core.networks.building import build
from engine.core.networks.grammar import parse
from engine.core.networks.presets import ARCHITECTURES
from engine.core.networks.specification import Network
from engine.core.training import Run, train
from engine.core.training_recipe import Recipe

ASSETS = Path(__file__).parents[3] / "assets"
NAME = "networks/lenet/weights.safetensors"
FILE = ASSETS / NAME
RECIPE = Recipe("adam", 0.006, "one_cycle", epochs=12, batch=128, label_smoothing=0.05, shift=2, seed=1)


@cache
def specification() -> Network:
    """LeNet-5 as it is written today."""
    return parse(ARCHITECTURES["lenet"].text)


@cache
def lenet() -> nn.Sequential:
    """LeNet-5 as shipped, on the device, at rest. Everyone looks into this one: nobody may change it."""
    network = build(specification(), None).to_empty(device=device())
    network.load_state_dict(load_file(FILE))
    return network.eval().requires_grad_(False)


def teach() -> tuple[nn.Sequential, History]:
    """Train it from its seed: the network and the history of the run."""
    network = build(specification(), RECIPE.seed, "he")
    run = Run(network, digits("train"), RECIPE)
    told = [history for history in train(run, digits("test"), Control()) if history is not None]
    return network.eval(), told[-1]


def write() -> None:
    """Train it, write its weights, and their checksum into the manifest of the assets."""
    network, history = teach()
    weights = save({name: value.contiguous().cpu() for name, value in network.state_dict().items()})
    FILE.write_bytes(weights)
    manifest, entry = ASSETS / "MANIFEST.toml", re.compile(rf'(path = "{NAME}"\n(?:\w+ = .*\n)*?sha256 = ")\w+')
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(entry.sub(rf"\g<1>{hashlib.sha256(weights).hexdigest()}", text), encoding="utf-8")
    sys.stdout.write(f"{history.accuracy:.2%} of the test digits, {len(weights):,} bytes\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write()

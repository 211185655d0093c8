"""The same work on each device, in processes of their own: a training, a test of it, and maps of where it looked."""

import json

import numpy as np
import pytest
import torch

from tests import scripts

WORK = """
import json

import numpy as np

from engine.core import attribution, datasets
from engine.core.attribution_cam import Activations
from engine.core.attribution_occlusion import occlusion
from engine.core.device import device
from engine.core.jobs import Control
from engine.core.networks import inspected
from engine.core.networks.building import build
from engine.core.networks.grammar import parse
from engine.core.training import Run, train
from engine.core.training_recipe import Recipe
from engine.core.training_sets import optdigits

text = "INPUT 1x8x8 -> CONV 3x3 8 pad 1 -> BN -> RELU -> POOL 2x2 -> FC 32 -> RELU -> FC 10"
training, test = optdigits()
recipe = Recipe(epochs=2.0, batch=64, learning_rate=0.01, shift=1, flip=True, rotation=10.0)
run = Run(build(parse(text), 0, "he"), training, recipe)
history = [told for told in train(run, test, Control()) if told is not None][-1]
lenet = inspected.find("lenet")
image = lenet.prepared(lenet.picture("digit:test:0").pixels)
found = attribution.in_one_pass(lenet.module, image, 7)
found["grad_cam"] = Activations(lenet.module, image, "3").grad_cam(7)
found["integrated"] = attribution.integrated_gradients(lenet.module, image, 7, steps=8, baseline=0 * image)
found["smooth_grad"] = attribution.smooth_grad(lenet.module, image, 7, noise=0.1, samples=4, seed=1)
found["occlusion"] = occlusion(lenet.module, image, 7, window=7, stride=3, fill=0 * image)
print(json.dumps({
    "device": device().type,
    "losses": history.losses.tolist(),
    "accuracy": history.accuracy,
    "logits": attribution.scores(lenet.module, image[None]).tolist(),
    "maps": {name: np.asarray(values).tolist() for name, values in found.items()},
}))
"""


def answers(monkeypatch: pytest.MonkeyPatch, name: str) -> dict[str, object]:
    monkeypatch.setenv("PERCEPTORIUM_DEVICE", name)
    found: dict[str, object] = json.loads(scripts.alone(WORK))
    assert found["device"] == name
    return found


@pytest.mark.parametrize(
    ("other", "gap"),
    [
        ("cpu", 1e-9),
        pytest.param("cuda", 1e-3, marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")),
    ],
)
def test_each_device_comes_to_the_same_numbers(monkeypatch, other, gap):
    one, two = answers(monkeypatch, "cpu"), answers(monkeypatch, other)
    np.testing.assert_allclose(two["logits"], one["logits"], rtol=gap, atol=gap)
    for name, values in one["maps"].items():
        values = np.array(values)
        np.testing.assert_allclose(two["maps"][name], values, rtol=0, atol=gap * np.abs(values).max(), err_msg=name)
    # Differences of rounding grow along a training: its beginning is compared number by number, its end as a whole.
    np.testing.assert_allclose(two["losses"][:10], one["losses"][:10], rtol=max(gap, 1e-9))
    assert two["accuracy"] == pytest.approx(one["accuracy"], abs=0.0 if other == "cpu" else 0.03)

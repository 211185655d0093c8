"""The LeNet that comes with the app knows the digits, and nobody can change it."""

import re
import tomllib

import pytest
import torch

from engine.core import training
from engine.core.examples import digits
from engine.core.networks import shipped
from engine.core.resident import resident


def test_the_shipped_lenet_misses_fewer_than_one_digit_in_a_hundred():
    found = training.to_its_end(training.evaluate(shipped.lenet(), resident(digits("test"))))
    assert found.accuracy > 0.993
    assert (found.predicted == digits("test").labels).mean() == pytest.approx(found.accuracy)


def test_it_is_one_for_all_at_rest_and_asks_for_no_gradients():
    network = shipped.lenet()
    assert network is shipped.lenet()
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())
    assert network(torch.zeros(1, 1, 28, 28)).shape == (1, 10)
    assert sum(parameter.numel() for parameter in network.parameters()) == 61_706


def test_writing_it_again_renews_the_checksum(tmp_path, monkeypatch):
    network = shipped.build(shipped.specification(), 0)
    history = training.History(1, 1.0, 1)
    monkeypatch.setattr(shipped, "teach", lambda: (network, history))
    text = (shipped.ASSETS / "MANIFEST.toml").read_text(encoding="utf-8")
    (tmp_path / "networks" / "lenet").mkdir(parents=True)
    (tmp_path / "MANIFEST.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(shipped, "ASSETS", tmp_path)
    monkeypatch.setattr(shipped, "FILE", tmp_path / shipped.NAME)
    shipped.write()
    again = (tmp_path / "MANIFEST.toml").read_text(encoding="utf-8")
    assert len(re.findall("sha256", again)) == len(re.findall("sha256", text))
    changed = [
        new["path"]
        for new, old in zip(tomllib.loads(again)["file"], tomllib.loads(text)["file"], strict=True)
        if new != old
    ]
    assert changed == [shipped.NAME]

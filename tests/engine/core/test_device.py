"""The one place that chooses a device and the number of threads."""

import os

import pytest
import torch

from engine.core import device


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """No choice from the environment, and none remembered; torch gets its threads back."""
    monkeypatch.delenv("PERCEPTORIUM_DEVICE", raising=False)
    monkeypatch.delenv("PERCEPTORIUM_THREADS", raising=False)
    device.device.cache_clear()
    before = torch.get_num_threads()
    yield
    device.device.cache_clear()
    torch.set_num_threads(before)


def test_the_gpu_is_taken_if_there_is_one_and_one_thread_is_the_default():
    assert device.device().type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert torch.get_num_threads() == 1
    assert torch.backends.cudnn.conv.fp32_precision == "ieee"


def test_the_environment_may_ask_for_the_cpu_and_for_threads(monkeypatch):
    most = os.cpu_count() or 1
    monkeypatch.setenv("PERCEPTORIUM_DEVICE", "cpu")
    monkeypatch.setenv("PERCEPTORIUM_THREADS", str(most))
    assert device.device() == torch.device("cpu")
    assert torch.get_num_threads() == most


@pytest.mark.parametrize("text", ["0", "many", "-1", "1.5", "100000", ""])
def test_a_number_of_threads_that_cannot_be_is_refused(monkeypatch, text):
    monkeypatch.setenv("PERCEPTORIUM_THREADS", text)
    with pytest.raises(ValueError, match="PERCEPTORIUM_THREADS must be a whole number"):
        device.threads()


@pytest.mark.parametrize("name", ["cuda:99", "toaster"])
def test_a_device_that_is_not_there_is_refused(monkeypatch, name):
    monkeypatch.setenv("PERCEPTORIUM_DEVICE", name)
    with pytest.raises(ValueError, match=f"PERCEPTORIUM_DEVICE is {name}"):
        device.device()

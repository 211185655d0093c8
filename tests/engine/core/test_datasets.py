import numpy as np
import pytest

from engine.core import datasets


def test_mnist_has_its_official_split():
    for split, count in datasets.MNIST_SIZES.items():
        data = datasets.mnist(split)
        assert len(data) == count
        assert data.images.shape == (count, 28, 28)
        assert data.images.dtype == np.uint8
        assert set(np.unique(data.labels)) == set(range(10))


def test_mnist_has_the_mean_and_deviation_that_networks_use():
    pixels = datasets.mnist("train").images / np.float32(255)
    assert pixels.mean() == pytest.approx(datasets.MNIST_MEAN, abs=5e-5)
    assert pixels.std() == pytest.approx(datasets.MNIST_STD, abs=5e-5)


def test_mnist_is_read_once_and_cannot_be_written_to():
    assert datasets.mnist("test") is datasets.mnist("test")
    with pytest.raises(ValueError, match="read-only"):
        datasets.mnist("test").images[0, 0, 0] = 1


def test_the_first_test_digit_is_a_seven():
    pixels, label = datasets.digit("test", 0)
    assert label == 7
    assert pixels.shape == (28, 28)


@pytest.mark.parametrize("label", range(10))
def test_examples_of_a_class_are_of_that_class_and_go_round(label: int):
    data = datasets.mnist("test")
    count = int((data.labels == label).sum())
    index = datasets.index_of_class("test", label)
    seen = [index]
    for nth in range(1, count):
        index = datasets.next_of_class("test", index)
        assert data.labels[index] == label
        if nth < 3:
            assert index == datasets.index_of_class("test", label, nth)
        seen.append(index)
    assert len(set(seen)) == count
    assert datasets.next_of_class("test", index) == seen[0]


def test_what_mnist_does_not_have_is_refused():
    for split, index in (("dev", 0), ("test", 10_000), ("test", -1), ("train", 60_000)):
        with pytest.raises(ValueError, match="MNIST"):
            datasets.check_digit(split, index)
    with pytest.raises(ValueError, match="0 to 9"):
        datasets.index_of_class("test", 10)

"""Shapes made to order: the label is what was asked for, and nothing else gives it away unless it should."""

import numpy as np
import pytest

from engine.core import shapes
from engine.core.shapes import COLOURS, NAMES, Order


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """A tenth of the pictures is enough to look at."""
    monkeypatch.setattr(shapes, "TRAINING", 600)
    monkeypatch.setattr(shapes, "TESTING", 300)
    shapes.shapes.cache_clear()
    yield
    shapes.shapes.cache_clear()


def colours(examples):
    """The index of the colour that each picture's bright pixels are nearest to."""
    pixels = examples.images.astype(float)
    bright = (
        pixels.max(axis=1, keepdims=True) >= np.quantile(pixels.max(axis=1), 0.97, axis=(1, 2))[:, None, None, None]
    )
    mean = (pixels * bright).sum(axis=(2, 3)) / bright.sum(axis=(2, 3))
    table = np.array(list(COLOURS.values()), float)
    return np.linalg.norm(mean[:, None] - table, axis=2).argmin(axis=1)


def middles(examples):
    """How far right the middle of each shape is, in pixels."""
    ink = np.clip(examples.images.astype(float).max(axis=1) - 80, 0, None)
    return (ink.sum(axis=1) * (np.arange(shapes.SIDE) + 0.5)).sum(axis=1) / ink.sum(axis=(1, 2))


@pytest.mark.parametrize("label", NAMES)
def test_pictures_are_bytes_of_five_classes_alike_in_number(label):
    training, test = shapes.shapes(Order(label=label))
    assert (len(training), len(test)) == (600, 300)
    assert training.shape == (3, 28, 28)
    assert training.classes == NAMES[label]
    assert np.bincount(training.labels).min() > 80
    assert training.statistics == test.statistics


def test_a_colour_that_is_the_class_is_seen():
    training, _ = shapes.shapes(Order(label="colour", texture="same"))
    assert (colours(training) == training.labels).mean() > 0.97


def test_a_tied_colour_is_tied_in_training_alone():
    training, test = shapes.shapes(Order(colour="tied", texture="same"))
    assert (colours(training) == training.labels).mean() > 0.97
    assert (colours(test) == test.labels).mean() < 0.35


def test_one_colour_for_all():
    training, _ = shapes.shapes(Order(colour="same", texture="same"))
    assert (colours(training) == 0).mean() > 0.97


def test_positions_are_as_ordered():
    training, test = shapes.shapes(Order(position="middle", texture="same"))
    assert np.abs(middles(training) - 14).max() < 1
    training, test = shapes.shapes(Order(position="sides", texture="same"))
    assert (middles(training) < 14).mean() > 0.99
    assert (middles(test) > 14).mean() > 0.99
    training, _ = shapes.shapes(Order(texture="same"))
    assert 0.4 < (middles(training) < 14).mean() < 0.6


def test_the_same_order_gives_the_same_bytes_and_tests_are_not_training():
    first = [examples.images.tobytes() for examples in shapes.shapes(Order())]
    shapes.shapes.cache_clear()
    assert [examples.images.tobytes() for examples in shapes.shapes(Order())] == first
    assert shapes.shapes(Order(seed=1))[0].images.tobytes() != first[0]
    assert first[0][: len(first[1])] != first[1]


def test_a_few_are_made_at_once_and_look_like_the_rest():
    few = shapes.some(Order(colour="tied", texture="same"))
    assert len(few) == 160
    assert (colours(few) == few.labels).mean() > 0.97

"""The histogram of the pixels lab."""

import numpy as np
import pytest

from engine.convolution import pixels as lab
from engine.figures import pixels, theme

COLOUR = lab.see(lab.Settings(image="photo:astronaut", size=64, scaling="imagenet"))


def test_each_channel_has_its_curve_and_colour_and_every_pixel_is_counted():
    figure = pixels.histogram(COLOUR)
    assert [trace.name for trace in figure.data] == ["red", "green", "blue"]
    assert [trace.line.color for trace in figure.data] == list(theme.CHANNELS["light"])
    assert [int(trace.y.sum()) for trace in figure.data] == [64 * 64] * 3


def test_the_curve_stands_over_the_networks_numbers():
    figure = pixels.histogram(COLOUR)
    for trace, mean, line in zip(figure.data, COLOUR.mean, figure.layout.shapes, strict=True):
        assert (trace.x * trace.y).sum() / trace.y.sum() == pytest.approx(mean, abs=1e-4)
        assert line.x0 == line.x1 == pytest.approx(mean)


def test_few_levels_are_bars_and_a_digits_zeros_do_not_hide_the_rest():
    figure = pixels.histogram(lab.see(lab.Settings(image="photo:cameraman", size=64, bits=1)))
    assert (figure.data[0].type, figure.layout.yaxis.type) == ("bar", "linear")
    digit = pixels.histogram(lab.see(lab.Settings(image="digit:test:0", size=28)))
    assert (digit.data[0].type, digit.layout.yaxis.type) == ("bar", "log")
    colour = pixels.histogram(COLOUR)
    assert (colour.data[0].type, colour.layout.yaxis.type) == ("scatter", "linear")
    assert np.allclose(figure.data[0].x, [0, 1])


def test_the_words_name_mean_and_deviation():
    words = pixels.histogram_words(lab.see(lab.Settings(image="pattern:checker", size=8, scaling="centred")))
    assert words == "Mean ± standard deviation of the numbers: grey 0 ± 0.5."


def test_panels_are_read_in_the_networks_numbers():
    whole, *apart = pixels.panels(COLOUR)
    assert [panel.kind for panel in apart] == ["red", "green", "blue"]
    for channel, panel in enumerate(apart):
        read = panel.numbers.scale[0] * panel.values + panel.numbers.shift[0]
        assert np.allclose(read, COLOUR.tensor[channel], atol=1e-5)
        assert whole.numbers.scale[channel] == panel.numbers.scale[0]


def test_a_grey_picture_is_one_panel():
    (panel,) = pixels.panels(lab.see(lab.Settings(image="digit:test:0", size=28, scaling="bytes")))
    assert (panel.kind, panel.subtitle, panel.numbers.decimals) == ("grey", "1 × 28 × 28", 0)
    assert panel.numbers.scale[0] == pytest.approx(1)


def test_the_frame_lies_about_the_crop():
    whole = pixels.panels(COLOUR)[0]
    (frame,) = whole.marks
    top, left, bottom, right = frame.places[0].astype(int)
    assert np.allclose(COLOUR.tensor[:, top:bottom, left:right], COLOUR.crop)

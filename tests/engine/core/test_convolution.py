"""The convolution of the engine is torch's, for every legal setting, and refuses what torch refuses."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.core import convolution

TORCH_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}
sides = st.integers(1, 9)
pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def cases(draw):
    groups = draw(st.integers(1, 3))
    inputs, outputs = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    image = (inputs, draw(sides), draw(sides))
    kernel = (outputs, inputs // groups, draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    return {
        "image": image,
        "kernel": kernel,
        "stride": draw(pairs),
        "padding": draw(st.tuples(st.integers(0, 4), st.integers(0, 4))),
        "dilation": draw(pairs),
        "groups": groups,
        "padding_mode": draw(st.sampled_from(list(TORCH_MODES))),
        "flip": draw(st.booleans()),
        "bias": draw(st.booleans()),
        "seed": draw(st.integers(0, 2**31)),
    }


def by_torch(image, kernel, bias, case):
    """The same by torch, in float64; raises RuntimeError where torch refuses."""
    vertical, horizontal = case["padding"]
    weight = torch.tensor(kernel).flip((2, 3)) if case["flip"] else torch.tensor(kernel)
    around = (horizontal, horizontal, vertical, vertical)
    padded = F.pad(torch.tensor(image)[None], around, mode=TORCH_MODES[case["padding_mode"]])
    offset = None if bias is None else torch.tensor(bias)
    output = F.conv2d(padded, weight, offset, case["stride"], 0, case["dilation"], case["groups"])
    return output[0].numpy()


@given(cases())
@settings(max_examples=300, deadline=None)
def test_both_convolutions_are_torchs_and_refuse_what_torch_refuses(case):
    random = np.random.default_rng(case["seed"])
    image, kernel = random.normal(size=case["image"]), random.normal(size=case["kernel"])
    bias = random.normal(size=case["kernel"][0]) if case["bias"] else None
    options = {name: case[name] for name in ("stride", "padding", "dilation", "groups", "padding_mode", "flip")}
    before = image.copy(), kernel.copy()
    try:
        expected = by_torch(image, kernel, bias, case)
    except RuntimeError:
        for ours in (convolution.conv2d, convolution.conv2d_readable):
            with pytest.raises(ValueError, match=r"(kernel does not fit|pads|wraps)"):
                ours(image, kernel, bias, **options)
        return
    fast = convolution.conv2d(image, kernel, bias, **options)
    readable = convolution.conv2d_readable(image, kernel, bias, **options)
    np.testing.assert_allclose(fast, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(readable, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(before[0], image)
    np.testing.assert_array_equal(before[1], kernel)


@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 4), st.integers(0, 4), st.integers(1, 3))
@settings(max_examples=200, deadline=None)
def test_the_output_size_counts_the_places_of_the_window(size, kernel, stride, padding, dilation):
    assume(dilation * (kernel - 1) + 1 <= size + 2 * padding)
    places = [
        start for start in range(0, size + 2 * padding, stride) if start + dilation * (kernel - 1) < size + 2 * padding
    ]
    assert convolution.output_size(size, kernel, stride, padding, dilation) == len(places)
    read = {start + dilation * step for start in places for step in range(kernel)}
    mask = convolution.cells_read(size, kernel, stride, padding, dilation)
    assert set(np.flatnonzero(mask).tolist()) == read


def test_a_kernel_that_does_not_fit_says_so_with_its_numbers():
    with pytest.raises(ValueError, match=r"a side of 9, but the input has 4 \+ 2·1 = 6"):
        convolution.output_size(4, 9, padding=1)
    with pytest.raises(ValueError, match="spread by a dilation of 3 covers 7 cells"):
        convolution.output_size(6, 3, dilation=3)

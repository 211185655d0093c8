"""The transport to the browser: whatever a page sends arrives, or is refused here and not there."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pages.shared.components import pack, unpack

KINDS = st.sampled_from([np.uint8, np.int16, np.int32, np.float32, np.float64])


@given(KINDS.flatmap(lambda kind: arrays.arrays(kind, arrays.array_shapes(max_dims=4, max_side=5, min_side=0))))
def test_an_array_of_any_shape_arrives(array):
    np.testing.assert_array_equal(unpack(pack({"deep": [{"array": array}]}))["deep"][0]["array"], array)


def test_types_that_the_browser_lacks_become_ones_that_it_has():
    sent = {"long": np.arange(3), "truth": np.array([True]), "half": np.array([0.5], np.float16), "one": np.float32(2)}
    came = unpack(pack(sent))
    assert [came[name].dtype.name for name in ("long", "truth", "half")] == ["int32", "uint8", "float32"]
    assert came["one"] == 2.0


def test_a_number_that_json_cannot_say_is_null():
    assert unpack(pack({"a": math.nan, "b": [math.inf], "c": np.float64("nan")})) == {"a": None, "b": [None], "c": None}


@pytest.mark.parametrize("thing", [object(), {1, 2}, np.array(["text"]), np.array([1 + 2j]), b"raw"])
def test_what_cannot_be_sent_is_refused_here(thing):
    with pytest.raises(TypeError, match="cannot go to the browser"):
        pack({"thing": thing})

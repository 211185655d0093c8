"""Fields: what they refuse, what they say, and that a link restores what it was made from."""

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core import fields
from engine.core.fields import Experiment, choice, edits, flag, real, reals, text, whole


@dataclass(frozen=True)
class Sample(Experiment):
    count: int = whole(3, 1, 9, "Count", step=2)
    rate: float = real(0.5, 0.0, 1.0, "Rate")
    mode: str = choice("a", {"a": "First", "b": "Second"}, "Mode")
    on: bool = flag(False, "Switch")
    words: str = text("", 5, "Words")
    cells: tuple = edits(10, "Cells")
    numbers: tuple = reals((1.0,), 3, 5, "Numbers")


samples = st.builds(
    Sample,
    count=st.sampled_from([1, 3, 5, 7, 9]),
    rate=st.floats(0, 1).map(lambda value: float(f"{value:.10g}")),
    mode=st.sampled_from("ab"),
    on=st.booleans(),
    words=st.text(max_size=5),
    cells=st.lists(st.tuples(*[st.integers(0, 9)] * 3, st.integers(-10, 10)), max_size=4).map(tuple),
    numbers=st.lists(st.integers(-5, 5), max_size=3).map(tuple),
)


@given(samples)
def test_a_link_restores_the_experiment(sample):
    restored, sentences = fields.decode(Sample, fields.encode(sample))
    assert restored == sample
    assert sentences == ()


@given(st.dictionaries(st.sampled_from(list(fields.fields_of(Sample))), st.text(max_size=30)))
def test_nonsense_in_a_link_never_raises_and_leaves_a_legal_experiment(texts):
    restored, sentences = fields.decode(Sample, texts)
    Sample(**{name: getattr(restored, name) for name in fields.fields_of(Sample)})
    for sentence in sentences:
        assert "in the link was not usable and has its default" in sentence


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("count", 4, "must be 1, 3, 5"),
        ("count", 11, "between 1 and 9, not 11"),
        ("count", 2.5, "whole number"),
        ("count", True, "whole number"),
        ("count", math.inf, "whole number"),
        ("rate", 1.5, "between 0 and 1"),
        ("rate", math.nan, "must be a number"),
        ("mode", "c", "must be one of a, b"),
        ("on", 1, "on or off"),
        ("words", "too long", "at most 5"),
        ("cells", ((0, 0, 0, 11),), "between -10 and 10"),
        ("cells", ((0, -1, 0, 1),), "cannot be"),
        ("cells", ((0, 0, 1),), "cannot be"),
        ("cells", ((0, 0, 0, math.nan),), "between"),
        ("numbers", (1, 2, 3, 4), "at most 3"),
        ("numbers", (9,), "not a number between"),
    ],
)
def test_a_bad_value_is_refused_in_words(name, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        Sample(**{name: value})


def test_a_link_names_only_what_differs_from_the_defaults():
    assert fields.encode(Sample()) == {}
    assert fields.encode(Sample(count=5)) == {"count": "5"}


def test_the_last_change_of_a_cell_wins():
    assert Sample(cells=((0, 1, 2, 3), (0, 1, 2, 4))).cells == ((0, 1, 2, 4.0),)

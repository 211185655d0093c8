"""The memo: computes once, stays within its bytes, keeps nothing of an upload, keeps no failure."""

from dataclasses import dataclass

import numpy as np
import pytest

from engine.core.fields import Experiment, text, whole
from engine.core.memo import Memo, bytes_of


@dataclass(frozen=True)
class Sample(Experiment):
    size: int = whole(1, 1, 1000, "Size")
    source: str = text("", 40, "Source")


@dataclass(frozen=True)
class Made:
    values: np.ndarray


class Counter:
    """A verb that counts its calls."""

    def __init__(self):
        self.calls = 0
        self.__qualname__ = "count"

    def __call__(self, settings):
        self.calls += 1
        if settings.size == 13:
            raise ValueError("Thirteen is refused.")
        return Made(np.zeros(settings.size))


def test_the_same_experiment_is_computed_once():
    memo, verb = Memo(), Counter()
    assert memo(verb, Sample(5)) is memo(verb, Sample(5))
    assert verb.calls == 1
    memo(verb, Sample(6))
    assert verb.calls == 2


def test_what_is_kept_stays_within_its_bytes_and_the_oldest_goes_first():
    memo, verb = Memo(most_bytes=40_000), Counter()
    for size in range(100, 200):
        memo(verb, Sample(size))
        assert memo.size <= 40_000
    calls = verb.calls
    memo(verb, Sample(199))
    assert verb.calls == calls
    memo(verb, Sample(100))
    assert verb.calls == calls + 1


def test_an_upload_is_never_kept():
    memo, verb = Memo(), Counter()
    for _ in range(2):
        memo(verb, Sample(5, "upload:0123456789abcdef"))
    assert verb.calls == 2
    assert memo.size == 0


def test_a_sessions_own_memo_keeps_what_was_computed_from_its_uploads():
    memo, verb = Memo(40_000, private=True), Counter()
    for _ in range(2):
        memo(verb, Sample(5, "upload:0123456789abcdef"))
    assert verb.calls == 1
    memo(verb, Sample(5, "upload:fedcba9876543210"))
    assert verb.calls == 2


def test_a_refusal_is_raised_each_time():
    memo, verb = Memo(), Counter()
    for _ in range(2):
        with pytest.raises(ValueError, match="Thirteen"):
            memo(verb, Sample(13))
    assert verb.calls == 2


def test_bytes_count_the_arrays():
    assert bytes_of(Made(np.zeros(1000))) >= 8000

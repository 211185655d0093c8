"""Passes take turns: never more at once than there are cores, and an error gives the turn back."""

import os
import threading

import pytest

from engine.core.turns import turn
from tests.threads import at_once


def test_no_more_than_the_cores_at_once():
    cores, inside, most = os.cpu_count() or 1, [], []
    lock, full = threading.Lock(), threading.Event()

    def work() -> None:
        with turn():
            with lock:
                inside.append(1)
                most.append(len(inside))
                if len(inside) == cores:
                    full.set()
            full.wait(5)
            with lock:
                inside.pop()

    at_once([work] * (cores + 4))
    assert max(most) == cores


def test_an_error_gives_the_turn_back():
    for _ in range(3 * (os.cpu_count() or 1)):
        with pytest.raises(RuntimeError), turn():
            raise RuntimeError

"""Remembers results by their Settings, up to a number of bytes: the same experiment is computed once for everyone.

The key is the experiment, never an array. Experiments on an uploaded image, on a network that somebody trained or on
its data are not kept: these belong to one session, and so does whatever was computed from them.
"""

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from engine.core.fields import Experiment

R = TypeVar("R")
MOST_BYTES = 96 * 2**20
PRIVATE = ("upload:", "trained:", "sample:")


class Memo:
    """A least-recently-used store of results, bounded by the bytes of the arrays in them."""

    def __init__(self, most_bytes: int = MOST_BYTES, *, private: bool = False) -> None:
        self.most_bytes = most_bytes
        self.private = private  # for one session alone: it may keep what was computed from uploads
        self.size = 0
        self._kept: OrderedDict[tuple[str, Experiment], tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, verb: Callable[..., R], settings: Experiment, *helpers: Callable[..., Any]) -> R:
        """`verb(settings)`, computed now or earlier; what it raises is raised and not kept.

        Args:
            verb: what is computed.
            settings: of what.
            helpers: given to the verb too, and change nothing in the result: who is told how far it is, or who
                remembers a part of it.
        """
        key = (f"{verb.__module__}.{verb.__qualname__}", settings)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        result = verb(settings, *helpers)
        weight = bytes_of(result)
        if (self.private or not is_private(settings)) and weight <= self.most_bytes // 4:
            with self._lock:
                self._keep(key, result, weight)
        return result

    def _keep(self, key: tuple[str, Experiment], result: Any, weight: int) -> None:
        if key in self._kept:  # another thread was faster
            return
        self._kept[key] = (result, weight)
        self.size += weight
        while self.size > self.most_bytes:
            _, (_, lost) = self._kept.popitem(last=False)
            self.size -= lost


def is_private(settings: Experiment) -> bool:
    """Whether the experiment looks at something that only its own session may see."""
    values = (getattr(settings, item.name) for item in dataclasses.fields(settings))
    return any(isinstance(value, str) and value.startswith(PRIVATE) for value in values)


def bytes_of(thing: Any) -> int:
    """The bytes of all arrays in a result, plus a little for the rest."""
    if isinstance(thing, np.ndarray):
        return thing.nbytes + 128
    if dataclasses.is_dataclass(thing):
        return 256 + sum(bytes_of(getattr(thing, item.name)) for item in dataclasses.fields(thing))
    if isinstance(thing, (tuple, list)):
        return 64 + sum(bytes_of(item) for item in thing)
    if isinstance(thing, (str, bytes)):
        return 64 + len(thing)
    return 64


compute = Memo()

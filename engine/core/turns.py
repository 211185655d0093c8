"""Whose turn it is on the processor: passes through a large network take turns, so that memory stays bounded.

A backward pass holds all maps of the network, some 60 MB for EfficientNet-Lite0. Ten readers at once would hold ten
times that and not be served a second earlier: there are only so many cores.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_free = threading.BoundedSemaphore(max(1, os.cpu_count() or 1))


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a free core; hold it for one pass or a few, well below a second, so that all are served in turn."""
    with _free:
        yield

"""How far long work has come: the work calls a `Report` as it goes, and whoever waits decides what to show."""

from collections.abc import Callable

# Called with the share that is done, 0 to 1, and with words about what is being done.
Report = Callable[[float, str], None]


def silent(share: float, words: str) -> None:
    """For work that nobody watches."""


def part(report: Report, start: float, end: float, title: str) -> Report:
    """What a part of the work calls, which takes the whole from one share to another.

    >>> part(lambda share, words: print(share, words), 0.5, 1.0, "Baking")(0.5, "loaf 2 of 4")
    0.75 Baking: loaf 2 of 4
    """
    return lambda share, words: report(start + (end - start) * share, f"{title}: {words}")

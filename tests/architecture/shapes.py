"""The type checker that the tests put behind every annotated function of the engine."""

from collections.abc import Callable

from beartype import BeartypeConf, beartype

# An int may stand where a float is written, as everywhere in Python.
checked: Callable = beartype(conf=BeartypeConf(is_pep484_tower=True))

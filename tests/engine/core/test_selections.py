"""Fields for long tables: several names in the table's order, one name of many, and short refusals."""

from dataclasses import dataclass

import pytest

from engine.core import fields
from engine.core.fields import Experiment
from engine.core.selections import one_of, several

TABLE = {f"n{number}": f"name {number}" for number in range(2000)}


@dataclass(frozen=True)
class Settings(Experiment):
    some: tuple[str, ...] = several(("b", "a"), {"a": "A", "b": "B", "c": "C"}, "Some", most=2)
    one: str = one_of("n7", TABLE, "One")


def test_several_names_keep_the_tables_order_and_go_through_a_link():
    assert Settings().some == ("a", "b")
    chosen = Settings(some=["c", "a"], one="n1999")
    assert fields.encode(chosen) == {"some": "a.c", "one": "n1999"}
    assert fields.decode(Settings, {"some": "c.a", "one": "n1999"}) == (chosen, ())


@pytest.mark.parametrize("some", [(), ("a", "b", "c"), ("d",), "ab", None, (["a"],)])
def test_too_few_too_many_and_unknown_names_are_refused(some):
    with pytest.raises(ValueError, match="Some"):
        Settings(some=some)


@pytest.mark.parametrize("one", ["n2000", "", None, ["n7"], "x" * 500])
def test_a_refusal_does_not_list_the_table(one):
    with pytest.raises(ValueError, match="One has no entry called") as refused:
        Settings(one=one)
    assert len(str(refused.value)) < 90

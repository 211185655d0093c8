"""A table's rows are as long as its head."""

import pytest

from engine.core.tables import Cell, Table


def test_a_row_of_another_length_is_refused():
    assert Table(("Way", "Cost"), [("one", "2"), ("two", Cell("3", "bad"))]).chosen is None
    with pytest.raises(ValueError, match="A row has 1 cells under 2 titles"):
        Table(("Way", "Cost"), [("one", "2"), ("two",)])

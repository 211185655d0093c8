"""A network's sheet as a table for the reader."""

from engine.core.arithmetic import readable_bytes
from engine.core.networks.layer_checks import shape_words
from engine.core.networks.sheet import Held, Row, sheet, totals
from engine.core.networks.specification import Network
from engine.core.tables import Table

HEAD = ("Layer", "makes", "parameters", "multiply-adds", "memory", "sees")


def sheet_table(network: Network) -> Table:
    """A row for each layer, and the sums; memory is that of what a layer makes of one image, in float32.

    >>> from engine.core.networks.grammar import parse
    >>> sheet_table(parse("INPUT 1x8x8 -> CONV 3x3 2 -> FC 4")).rows[0]
    ('1 CONV 3x3 2', '2×6×6', '20', '648', '288 B', '3×3')
    """
    rows = sheet(network)
    sums = totals(rows)
    last = ("All layers", "", f"{sums.parameters:,}", f"{sums.multiply_adds:,}", _memory(sums), "")
    return Table(HEAD, [*map(_row, rows), last], chosen=len(rows))


def _row(row: Row) -> tuple[str, ...]:
    seen = "all" if row.field is None else "×".join(map(str, row.field))
    counts = (f"{count:,}" if count else "" for count in (row.parameters, row.multiply_adds))
    made = shape_words(row.output) if len(row.output) == 3 else f"{row.output[0]:,}"
    return (f"{row.number} {row.text}", made, *counts, _memory(row), seen)


def _memory(counted: Held) -> str:
    count = counted.activation_bytes
    return readable_bytes(count) or (f"{count} B" if count else "")

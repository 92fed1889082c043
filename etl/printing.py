"""Small texts for people: counts lined up, sizes, ages, a table that fits the terminal.

Promises: what people read can neither move their cursor nor colour their terminal, whatever a card says.

What must not move in: the formats that programs read (`warehouse.formats`), which rows (`etl.summary`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from warehouse.formats import as_record, as_table
from warehouse.plain_text import printable

GAP = "  "
UPRIGHT_FROM = 8
"""Columns from which a single row is easier to read as one line a column."""


def table_text(columns: Sequence[str], rows: Sequence[Sequence[Any]], width: int | None = None) -> str:
    """A table whose cells are whole. A single row of many columns, or rows wider than `width`, stand upright."""
    text = as_table(columns, rows, widest=None)
    is_summary = len(rows) == 1 and len(columns) > UPRIGHT_FROM
    if not is_summary and (width is None or max(map(len, text.splitlines())) <= width):
        return text
    return "\n".join(as_record(columns, row) for row in rows)


def counts_text(title: str, counts: Iterable[tuple[str, int]]) -> str:
    """A titled list of counts, indented; `(none)` where there are none."""
    pairs = [(printable(name), f"{number:,}") for name, number in counts]
    if not pairs:
        return f"{title}\n  (none)\n"
    name_width, number_width = (max(map(len, column)) for column in zip(*pairs, strict=True))
    return f"{title}\n" + "".join(f"  {n:<{name_width}}{GAP}{c:>{number_width}}\n" for n, c in pairs)


def size_text(size: int) -> str:
    """Bytes for people: 812 B, 4.3 MB."""
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def age_text(age: timedelta) -> str:
    """A time gone by, in its largest unit: 3 days, 1 hour, less than a minute."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if (number := int(age.total_seconds() // length)) >= 1:
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return "less than a minute"

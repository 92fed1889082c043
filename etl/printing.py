"""Rows as text: the formats of `--format`, and the plain tables that people read.

Promises: csv and json say what the rows say (JSON has no NaN and no infinity, so these are written as text); what
people read can neither move their cursor nor colour their terminal, whatever a card says.

What must not move in: which rows (`etl.cli`, `etl.summary`), Parquet (`warehouse.lake`).
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

TEXT_FORMATS = ("table", "csv", "json")
FORMATS = (*TEXT_FORMATS, "parquet")

GAP = "  "
EXACT_UP_TO = 10
"""A number of more characters is shown with six digits: 0.30000000000000004 tells nobody more than 0.3."""

Rows = Sequence[Sequence[Any]]


def rows_text(columns: Sequence[str], rows: Rows, form: str, width: int | None = None) -> str:
    """The rows in one of TEXT_FORMATS. `width` bounds a table's lines; None: as wide as it takes."""
    match form:
        case "csv":
            return csv_text(columns, rows)
        case "json":
            return json_text(dict(zip(columns, row, strict=True)) for row in rows)
        case _:
            return table_text(columns, rows, width)


def csv_text(columns: Sequence[str], rows: Rows) -> str:
    """Comma-separated values with a header. NULL is an empty field, a list or a struct is JSON."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return out.getvalue()


def json_text(records: Iterable[Mapping[str, Any]]) -> str:
    """A JSON array with one record a line."""
    lines = ",\n".join(json.dumps(jsonable(record), ensure_ascii=False) for record in records)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def jsonable(value: Any) -> Any:
    """`value` in JSON's own types: times in ISO 8601; NaN and infinities, which JSON lacks, as text; bytes as hex."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return jsonable(float(value))
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Mapping():
            return {str(k): jsonable(v) for k, v in value.items()}
        case list() | tuple():
            return [jsonable(v) for v in value]
        case _:
            return str(value)


def table_text(columns: Sequence[str], rows: Rows, width: int | None = None) -> str:
    """An aligned table; where that is wider than `width`, one block of lines a row."""
    cells = [[shown(value) for value in row] for row in rows]
    heads = [printable(name) for name in columns]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    if width is not None and sum(widths) + len(GAP) * (len(widths) - 1) > width:
        return blocks_text(heads, cells)
    right = [any(_is_number(row[i]) for row in rows) for i in range(len(heads))]
    lines = [_line(heads, widths, right), GAP.join("-" * w for w in widths)]
    return "".join(f"{line}\n" for line in [*lines, *(_line(row, widths, right) for row in cells)])


def blocks_text(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Each row as a block of `name  value` lines."""
    wide = max(map(len, heads), default=0)
    blocks = ["".join(f"{h:<{wide}}{GAP}{c}\n" for h, c in zip(heads, row, strict=True)) for row in cells]
    return "\n".join(blocks)


def counts_text(title: str, counts: Iterable[tuple[Any, int]]) -> str:
    """A titled list of counts, indented; `(none)` where there are none."""
    pairs = [(shown(name), f"{number:,}") for name, number in counts]
    if not pairs:
        return f"{title}\n  (none)\n"
    name_width, number_width = (max(map(len, column)) for column in zip(*pairs, strict=True))
    return f"{title}\n" + "".join(f"  {n:<{name_width}}{GAP}{c:>{number_width}}\n" for n, c in pairs)


def shown(value: Any) -> str:
    """A value for people: NULL said, long fractions cut to six digits, control characters spelled out."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).lower()
        case float():
            return text if len(text := repr(value)) <= EXACT_UP_TO else f"{value:.6g}"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case list() | tuple() | dict():
            return printable(json.dumps(jsonable(value), ensure_ascii=False))
        case _:
            return printable(str(value))


def printable(text: str) -> str:
    """The text with every character that does not print (escapes, line ends, direction marks) spelled out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


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


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [f"{c:>{w}}" if r else f"{c:<{w}}" for c, w, r in zip(cells, widths, right, strict=True)]
    return GAP.join(padded).rstrip()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    """A value for a CSV field."""
    match value:
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat(sep=" ")
        case list() | tuple() | dict():
            return json.dumps(jsonable(value), ensure_ascii=False)
        case bytes():
            return value.hex()
        case _:
            return value

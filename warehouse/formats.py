"""Rows as text: a table for people, CSV, JSON and Markdown for programs and pages.

Promises: a NULL is an empty cell in CSV and null in JSON; NaN and the infinities, for which JSON has no word, are the
texts "NaN", "Infinity" and "-Infinity"; a cell of a table or of Markdown holds no line breaks, and characters that
do not print (escapes, direction marks) are spelled out.

What must not move in: a connection, a file.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from warehouse.plain_text import printable

WIDEST = 60
"""Characters a table's cell may take before it is cut."""

_SPACE = re.compile(r"\s")
_MARKUP = re.compile(r"([\\|<>&*~`\[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_NULL = ""


def as_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], widest: int | None = WIDEST) -> str:
    """A table for people: names, a rule, aligned cells; columns of numbers to the right."""
    shown = [[_cell(value, widest) for value in row] for row in rows]
    values = [list(column) for column in zip(*shown, strict=True)] or [[] for _ in columns]
    widths = [max(map(len, (name, *cells))) for name, cells in zip(columns, values, strict=True)]
    to_right = [all(_is_number(c) or c == _NULL for c in cells) and any(cells) for cells in values]
    lines = [_line(columns, widths, to_right), "  ".join("-" * w for w in widths)]
    return "\n".join([*lines, *(_line(row, widths, to_right) for row in shown)]) + "\n"


def as_record(columns: Sequence[str], row: Sequence[Any]) -> str:
    """One row standing upright: a name and its value in each line."""
    widest = max(map(len, columns), default=0)
    return "".join(f"{name:<{widest}}  {_cell(v, None)}".rstrip() + "\n" for name, v in zip(columns, row, strict=True))


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """CSV with a header, as RFC 4180 has it but for line ends, which are newlines."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([plain(v) for v in row] for row in rows)
    return out.getvalue()


def as_json(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A JSON array of objects, one line each."""
    names = distinct_names(columns)
    objects = [
        json.dumps({name: jsonable(v) for name, v in zip(names, row, strict=True)}, ensure_ascii=False, allow_nan=False)
        for row in rows
    ]
    return "[" + ",\n ".join(objects) + "]\n"


def as_markdown(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table. What could be read as markup in a cell is escaped."""
    lines = ["| " + " | ".join(markdown_text(_cell(c, None)) for c in columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(markdown_text(_cell(v, None)) for v in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def distinct_names(columns: Sequence[str]) -> list[str]:
    """The columns' names, those that stood before with a number behind, as DuckDB has it: a, a_1, a_2."""
    names: list[str] = []
    for column in columns:
        numbered = (f"{column}_{n}" for n in itertools.count(1))
        names.append(column if column not in names else next(n for n in numbered if n not in (*names, *columns)))
    return names


def jsonable(value: Any) -> Any:
    """`value` in JSON's own types: times as ISO 8601 says, NaN and the infinities as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return _number(value)
    if isinstance(value, list | tuple):
        return [jsonable(v) for v in value]
    if isinstance(value, dict):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


FORMATS: Mapping[str, Callable[[Sequence[str], Iterable[Sequence[Any]]], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
    "md": as_markdown,
}
"""Text formats by the word the command line has for them."""


def _line(cells: Sequence[str], widths: Sequence[int], to_right: Sequence[bool]) -> str:
    parts = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, to_right, strict=True)]
    return "  ".join(parts).rstrip()


def _cell(value: Any, widest: int | None) -> str:
    text = printable(_SPACE.sub(" ", str(plain(value))))
    return text if widest is None or len(text) <= widest else text[: widest - 1] + "…"


def plain(value: Any) -> Any:
    """A value as cells show it: texts and whole numbers as they are, the rest as text."""
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, list | dict | tuple):
        return json.dumps(jsonable(value), ensure_ascii=False)
    return value


def _number(value: float) -> str:
    """The shortest text that gives the number back; whole numbers without a fraction."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def markdown_text(text: str) -> str:
    """The text with what Markdown would read as markup escaped."""
    return _MARKUP.sub(r"\\\1", text)

"""What each row of a table with one column of this model's results is of: its metric, and its data set.

Which column that is, is decided in `table_layouts`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from etl.reading.results.result_cells import is_number, is_said, is_value
from etl.reading.results.result_tables import ResultTable
from etl.reading.words.table_words import DATASET_HEADER, METRIC_HEADER, OF_DATA, VALUE_HEADER

_BOUNDS = "≤≥<>~≈ "
"""How a target begins, which is no part of a name."""
_KINDS = re.compile(r"(?:categor(?:y|ies)|capabilit(?:y|ies)|areas?|domains?|groups?|suites?|kinds?|types?)", re.I)
"""What heads the kinds of what was measured, beside the benchmarks themselves."""


def labels_of(table: ResultTable, column: int) -> list[tuple[str, str | None]]:
    """What each row's value is of: its metric, and its data set where a column of its own tells it."""
    heads = table.header[:column]
    metric_at = next((i for i, head in enumerate(heads) if METRIC_HEADER.match(head)), None)
    named = [i for i, head in enumerate(heads) if DATASET_HEADER.match(head)]
    dataset_at = next(
        (i for i in named if OF_DATA.match(heads[i])), named[0] if named else None
    )  # rather than its task
    if dataset_at is None and (behind := _dataset_behind(table, column)) is not None:
        return [(_row_name(row, column), row[behind] or None if behind < len(row) else None) for row in table.rows]
    if metric_at is None or dataset_at is None:
        if (metric_at == 1 or dataset_at == 1) and _KINDS.fullmatch(heads[0]):
            return _by_benchmark(table, column)
        return [(_row_name(row, column), None) for row in table.rows]
    short = _by_metric(table, column, metric_at, [dataset_at])
    if len(set(short)) == len(short):
        return short
    return _by_metric(table, column, metric_at, [i for i in range(column) if i != metric_at])


def _by_benchmark(table: ResultTable, column: int) -> list[tuple[str, str | None]]:
    """Each row's benchmark beside its kind, which tells apart only those of one name: two averages."""
    found = _by_metric(table, column, 1, [i for i in range(column) if i != 1])
    counts = Counter(name for name, _ in found)
    return [(name, kind if counts[name] > 1 else None) for name, kind in found]


def _dataset_behind(table: ResultTable, column: int) -> int | None:
    """The column of data sets behind the values', where the rows' first cells are metrics: `| | Score | Dataset |`."""
    if not VALUE_HEADER.match(table.header[column]) or (table.header[0] and not METRIC_HEADER.match(table.header[0])):
        return None
    return next((i for i, head in enumerate(table.header) if i > column and OF_DATA.match(head)), None)


def _by_metric(
    table: ResultTable, column: int, metric_at: int, dataset_at: Sequence[int]
) -> list[tuple[str, str | None]]:
    """Each row's metric and data set, the latter from one or several cells; a blank one continues the one above."""
    found: list[tuple[str, str | None]] = []
    dataset = ""
    for row in table.rows:
        if len(row) <= column or not is_said(row[metric_at]):
            found.append((_row_name(row, column), None))
            continue
        dataset = " ".join(row[i] for i in dataset_at if row[i] and not is_number(row[i])) or dataset
        found.append((row[metric_at], dataset or None))
    return found


def _row_name(row: tuple[str, ...], column: int) -> str:
    """What a row says before its value: its label, of several the ones that differ."""
    labels = dict.fromkeys(c for c in row[: min(column, 2)] if is_said(c) and not is_value(c.lstrip(_BOUNDS)))
    return " ".join(labels) or (row[0] if row and column else "")

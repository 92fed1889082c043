"""What the labels of rows are: the metric and data set of a value, parts of what was measured, or models.

Which column holds the values, is decided in `table_layouts`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from etl.reading.results.result_cells import is_number, is_said, is_value
from etl.reading.results.result_tables import ResultTable
from etl.reading.words.table_words import (
    CLASS_LABEL,
    DATASET_HEADER,
    FAMILY,
    LANGUAGES,
    METRIC,
    METRIC_HEADER,
    OF_DATA,
    PART_HEADER,
    SIZED,
    VALUE_HEADER,
)

_BOUNDS = "≤≥<>~≈ "
"""How a target begins, which is no part of a name."""
_KINDS = re.compile(
    r"(?:categor(?:y|ies)|capabilit(?:y|ies)(?: dimensions?)?|能力维度|areas?|domains?|groups?|suites?|kinds?|types?)",
    re.I,
)
"""What heads the kinds of what was measured, beside the benchmarks themselves."""


@dataclass(frozen=True, slots=True)
class Label:
    """The metric of a row's value, its data set where a column of its own tells it, and its language."""

    name: str
    dataset: str | None = None
    language: str | None = None


def labels_of(table: ResultTable, column: int) -> list[Label]:
    """What each row's value is of."""
    at = next((i for i, head in enumerate(table.header[:column]) if i and LANGUAGES.fullmatch(head)), None)
    if at is None:
        return [Label(name, dataset) for name, dataset in _labels(table, column, list(range(column)))]
    found = _labels(table, column, [i for i in range(column) if i != at])
    said = (row[at] if at < len(row) else "" for row in table.rows)
    return [Label(name, dataset, language or None) for (name, dataset), language in zip(found, said, strict=True)]


def _labels(table: ResultTable, column: int, columns: Sequence[int]) -> list[tuple[str, str | None]]:
    """What each row's value is of, by those of the columns before it that tell no language."""
    heads = table.header
    metric_at = next((i for i in columns if METRIC_HEADER.match(heads[i])), None)
    named = [i for i in columns if DATASET_HEADER.match(heads[i])]
    dataset_at = next(
        (i for i in named if OF_DATA.match(heads[i])), named[0] if named else None
    )  # rather than its task
    if dataset_at is None and (behind := _dataset_behind(table, column)) is not None:
        return [(_row_name(row, columns), row[behind] or None if behind < len(row) else None) for row in table.rows]
    if metric_at is None or dataset_at is None:
        if (metric_at == 1 or dataset_at == 1) and _KINDS.fullmatch(heads[0]):
            return _by_benchmark(table, column, columns)
        return [(_row_name(row, columns), None) for row in table.rows]
    names = columns[1:] if dataset_at == 1 and _KINDS.fullmatch(heads[0]) else columns
    short = _by_metric(table, column, metric_at, [dataset_at], names)
    if len(set(short)) == len(short):
        return short
    return _by_metric(table, column, metric_at, [i for i in columns if i != metric_at], names)


def _by_benchmark(table: ResultTable, column: int, columns: Sequence[int]) -> list[tuple[str, str | None]]:
    """Each row's benchmark beside its kind, which tells apart only those of one name: two averages."""
    found = _by_metric(table, column, 1, [i for i in columns if i != 1], columns)
    kinds: dict[str, set[str | None]] = {}
    for name, kind in found:
        kinds.setdefault(name, set()).add(kind)
    return [(name, kind if len(kinds[name]) > 1 else None) for name, kind in found]


def _dataset_behind(table: ResultTable, column: int) -> int | None:
    """The column of data sets behind the values', where the rows' first cells are metrics: `| | Score | Dataset |`."""
    if not VALUE_HEADER.match(table.header[column]) or (table.header[0] and not METRIC_HEADER.match(table.header[0])):
        return None
    return next((i for i, head in enumerate(table.header) if i > column and OF_DATA.match(head)), None)


def _by_metric(
    table: ResultTable, column: int, metric_at: int, dataset_at: Sequence[int], columns: Sequence[int]
) -> list[tuple[str, str | None]]:
    """Each row's metric and data set, the latter from one or several cells; a blank one continues the one above."""
    found: list[tuple[str, str | None]] = []
    dataset = ""
    for row in table.rows:
        if len(row) <= column or not is_said(row[metric_at]):
            found.append((_row_name(row, columns), None))
            continue
        dataset = " ".join(row[i] for i in dataset_at if row[i] and not is_number(row[i])) or dataset
        found.append((row[metric_at], dataset or None))
    return found


def _row_name(row: tuple[str, ...], columns: Sequence[int]) -> str:
    """What a row says before its value: its label, of several the ones that differ."""
    cells = [row[i] for i in columns if i < min(2, len(row))]
    labels = dict.fromkeys(c for c in cells if is_said(c) and not is_value(c.lstrip(_BOUNDS)))
    return " ".join(labels) or (row[0] if row and columns else "")


def are_models(labels: Sequence[str]) -> bool:
    """Whether several labels, and a third of all, begin with a known family's name or state a size."""
    known = sum(bool(FAMILY.match(label) or SIZED.search(label)) for label in labels)
    return known > 1 and known * 3 >= len(labels)


def is_part(label: str) -> bool:
    """Whether a row's label is a class, a split, or a measure or data set that everybody knows."""
    return bool(CLASS_LABEL.match(label) or PART_HEADER.match(label) or METRIC.match(label.lower()))

"""Tables of one model in which what it was measured on heads columns or rows: splits, classes, languages, ways of decoding.

Asked of tables whose columns are no models. How tables are laid out otherwise is said in `table_layouts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from etl.reading.context import Context
from etl.reading.models.this_model import ThisModel
from etl.reading.results.result_cells import results_in
from etl.reading.results.result_columns import has_fractions
from etl.reading.results.result_tables import ResultTable
from etl.reading.vocabularies import key
from etl.reading.words.table_words import (
    CROSSED,
    DECODING,
    FAMILY,
    LANGUAGE_HEADER,
    MEASURE,
    OVER_PARTS,
    PART_HEADER,
    SIZED,
    SYSTEM_LABEL,
    is_metric,
)
from warehouse.schema import EvalMetric

_BY_CLASS = re.compile(
    r"\b(?:each|individual|per|every|by|of the)[ -](?:class(?:es)?|label|categor(?:y|ies))\b|\bclass-?wise\b", re.I
)
"""What is said over a table whose columns are classes."""


def measured_parts(context: Context, table: ResultTable, numeric: Sequence[int]) -> Iterator[EvalMetric]:
    """The rows of metrics, each column what it was measured on; of data sets, no benchmark is a metric."""
    is_measure = MEASURE.match if OVER_PARTS.match(table.header[0]) else is_metric
    for at, row in enumerate(table.rows):
        for i in numeric if row and is_measure(row[0]) else ():
            yield from results_in(context, table, at, i, row[0], table.header[i])


def is_over_parts(table: ResultTable, heads: Sequence[str]) -> bool:
    """Whether data sets or classes stand beside their header, above rows of metrics."""
    if not OVER_PARTS.match(table.header[0]) or any(map(MEASURE.match, heads)):
        return False
    return any(row and MEASURE.match(row[0]) for row in table.rows)


def measures_parts(table: ResultTable, heads: Sequence[str]) -> bool:
    """Whether the rows are metrics and the columns what they are measured on: splits, classes, data sets, averages."""
    metrics = sum(bool(row and is_metric(row[0])) for row in table.rows)
    if metrics * 2 <= len(table.rows):
        return False
    parts = sum(bool(PART_HEADER.match(head) or LANGUAGE_HEADER.match(head)) for head in heads)
    if parts * 2 >= len(heads) or _are_entities(table, heads):
        return True
    return bool(_BY_CLASS.search(table.place)) and not any(map(_is_of_a_model, heads))


def _are_entities(table: ResultTable, heads: Sequence[str]) -> bool:
    """Whether the headers are kinds of entities in capitals, above their precision and recall."""
    rows = {key(row[0]) for row in table.rows if row}
    return {"precision", "recall"} <= rows and all(h.isupper() and not FAMILY.match(h) for h in heads)


def is_of_parts(this: ThisModel, table: ResultTable, heads: Sequence[str], labelled: bool) -> bool:
    """Whether this model's classes, data sets or ways of decoding stand against languages or splits."""
    firsts = [row[0] if row else "" for row in table.rows]
    of_parts = labelled and all(PART_HEADER.match(head) or LANGUAGE_HEADER.match(head) for head in heads)
    of_parts = of_parts and has_fractions(table)  # sizes of the splits are whole numbers
    of_parts = of_parts or (bool(CROSSED.match(table.header[0])) and not any(map(_is_of_a_model, (*heads, *firsts))))
    if not of_parts and (any("model" in head.lower() for head in heads) or not all(map(DECODING.search, firsts))):
        return False
    return this.index_named(firsts) is None


def _is_of_a_model(label: str) -> bool:
    return bool(FAMILY.match(label) or SIZED.search(label) or SYSTEM_LABEL.match(label) or "model" in label.lower())

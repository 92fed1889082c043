"""Evaluation results in tables, and only those that are about this model.

A table is about this model alone (metric and value columns), or it compares: then the row or the column that is
headed by this model's name (or "this model", "ours") is taken, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

from etl.reading.context import Context
from warehouse.schema import EvalMetric


def read_eval_tables(context: Context) -> Iterator[EvalMetric]:
    """The results of this model in the card's tables."""
    yield from ()

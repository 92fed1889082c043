"""The rows of headline results: of one that is written out, and of those that a dictionary holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from etl.cards import Item
from etl.reading import values
from etl.reading.context import Context
from etl.reading.results.result_lines import METRIC_NAME
from etl.reading.settings import python_settings, settings_text
from etl.reading.words.metric_names import metric_and_data
from etl.reading.words.table_words import is_metric
from warehouse.schema import EvalMetric, Source

MAX_DICTIONARY = 2_000
"""A longer line is no handful of results."""


def summary_row(context: Context, name: str, text: str, line: int) -> EvalMetric:
    """The row of a headline result on a line, as its author names and writes it."""
    subject = context.subject_at(line)
    name = name.replace("**", "")  # `🎯 **F1**`
    metric, data = metric_and_data(name)
    return EvalMetric(
        about=subject.about, about_model=subject.model, run=context.runs.at(line), source=Source.SUMMARY, line=line,
        metric=metric, raw_name=name, value=values.number(text), value_text=text, unit=values.unit(text),
        dataset_name=data,
    )  # fmt: skip


def dictionary(context: Context, lines: Sequence[Item]) -> Iterator[EvalMetric]:
    """The results of lines that are a dictionary of them, as a script prints it: `{'exact_match': 62.0, 'f1': 79.5}`."""
    text = "\n".join(line.text.split("\n")[0].strip().strip("`") for line in lines)
    if not text.endswith(("}", "]")) or len(text) > MAX_DICTIONARY:
        return
    leaves = python_settings.dict_items(text)
    metrics = sum(bool(METRIC_NAME.search(leaf.name)) and leaf.name != "score" for leaf in leaves)
    if metrics * 2 > len(leaves) and all(values.number(leaf.value) is not None for leaf in leaves):
        for leaf in leaves:
            yield summary_row(context, leaf.name, leaf.value, lines[leaf.offset].line)


def of_class(context: Context, pair: settings_text.Setting, line: int) -> Iterator[EvalMetric]:
    """The results that a dictionary states, of one class if its name is no metric's: `Answer: {'precision': 0.7, 'f1': 0.75}`.

    The class is their data, as in tables.
    """
    data = None if is_metric(pair.name) else pair.name
    for leaf in python_settings.dict_items(pair.value):
        if values.number(leaf.value) is not None and is_metric(leaf.name):
            yield dataclasses.replace(summary_row(context, leaf.name, leaf.value, line), dataset_name=data)

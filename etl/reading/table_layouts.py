"""One table of results -> the results of this model, by how the table is laid out.

Metrics as columns and models as rows, or the other way round; metric and value; classes or data sets against metrics;
lm-evaluation-harness. Which tables hold results is decided in `eval_tables`, which row is this model in `this_model`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from etl.reading import values
from etl.reading.context import Context
from etl.reading.result_tables import ResultTable
from etl.reading.table_words import (
    BASE_MODELS,
    CLASS_LABEL,
    DATASET_HEADER,
    ERROR_RATE,
    LABEL_HEADER,
    LM_EVAL_TASK,
    METRIC,
    METRIC_HEADER,
    MODEL_HEADER,
    MODEL_SIZE_HEADER,
    PAIR,
    REPORT,
    SCLITE,
    SETTINGS_HEADER,
    SKIP_ROW,
    STATED_ABSENT,
    VALUE_HEADER,
    is_metric,
    is_skipped,
    speaks_of_results,
)
from etl.reading.this_model import ThisModel
from etl.reading.training_steps import metric_name
from etl.reading.vocabularies import key
from warehouse.schema import About, EvalMetric


def read_results(context: Context, this: ThisModel, table: ResultTable) -> Iterator[EvalMetric]:
    """The results of this model in a table of results, each cell once."""
    header = table.header
    if (
        {key(h) for h in header} & LM_EVAL_TASK
        and "metric" in {key(h) for h in header}
        and "value" in {key(h) for h in header}
    ):
        yield from _lm_eval(context, table)
        return
    if is_sclite(table):
        yield from _sclite(context, table)
        return
    first = int(bool(LABEL_HEADER.match(header[0])) or _is_report(table))
    numeric = [i for i in range(first, len(header)) if _is_value_column(table, i) and _is_numeric(table, i)]
    if not numeric or _is_base_table(this, table):
        return
    if (MODEL_HEADER.match(header[0]) or SETTINGS_HEADER.match(header[0])) and 0 not in numeric:
        yield from _model_rows(context, this, table, numeric)
    elif 0 in numeric:
        yield from _single_row(context, table, numeric)
    else:
        yield from _labelled(context, this, table, numeric)


def _is_report(table: ResultTable) -> bool:
    return not MODEL_HEADER.match(table.header[0]) and REPORT.issubset(map(key, table.header[1:]))


def _is_base_table(this: ThisModel, table: ResultTable) -> bool:
    """A table of base models says nothing of a model whose name says it was instructed."""
    return bool(BASE_MODELS.search(table.place)) and this.is_tuned


def _model_rows(context: Context, this: ThisModel, table: ResultTable, numeric: Sequence[int]) -> Iterator[EvalMetric]:
    """Models as rows: the row of this model; of a single row, that one."""
    names = _models(table, numeric[0])
    found = _own_row(this, table, names)
    if found is None and not (len(names) == 1 and this.may_be(names[0])):
        return
    rows = [i for i, name in enumerate(names) if name == names[found or 0]]
    datasets = [_dataset(table, at, numeric[0]) for at in rows]
    if len(set(datasets)) < len(rows):
        return
    cells = (
        cell
        for at, dataset in zip(rows, datasets, strict=True)
        for i in numeric
        for cell in _cell(context, table, at, i, table.header[i], dataset)
    )
    yield from _of(this, names[found or 0], cells)


def _of(this: ThisModel, label: str, cells: Iterable[EvalMetric]) -> Iterator[EvalMetric]:
    """The results under a label: the copy's own where it names the copy, which was evaluated beside its original."""
    is_copy = this.is_copy(label)
    for cell in cells:
        yield dataclasses.replace(cell, about=About.OWN, about_model=None) if is_copy else cell


def _own_row(this: ThisModel, table: ResultTable, names: Sequence[str]) -> int | None:
    """The row with its id in any cell; the row of its name and size; the row of its name alone, if that stands once."""
    found = this.row_with_id(table.written_rows)
    if found is None:
        found = this.index_in(names)
    if found is None:
        firsts = [row[0] if row else "" for row in table.written_rows]
        found = this.index_in(firsts)
        if found is not None and (firsts.count(firsts[found]) > 1 or not this.may_be(names[found])):
            return None
    return found


def _models(table: ResultTable, first: int) -> list[str]:
    """The name of each row's model, with its marks: its first cell, and its size where another cell tells it.

    An empty first cell continues the model above, if sizes or data sets tell the rows apart.
    """
    sized = [i for i in range(1, first) if MODEL_SIZE_HEADER.match(table.header[i])]
    continued = sized or any(DATASET_HEADER.match(table.header[i]) for i in range(1, first))
    names, model = [], ""
    for row in table.written_rows:
        model = (row[0] if row else "") or (model if continued else "")
        names.append(" ".join([model, *(row[i] for i in sized if i < len(row))]).strip())
    return names


def _dataset(table: ResultTable, at: int, first: int) -> str | None:
    """The data set that a row names beside its model."""
    row = table.rows[at]
    named = [row[i] for i in range(1, min(first, len(row))) if DATASET_HEADER.match(table.header[i])]
    return " ".join(filter(None, named)) or None


def _single_row(context: Context, table: ResultTable, numeric: Sequence[int]) -> Iterator[EvalMetric]:
    """Metrics in the header and values below, no labels: results if every column is a known metric."""
    known = all(is_metric(table.header[i]) for i in numeric)
    fractions = sum("." in table.rows[0][i] for i in numeric if i < len(table.rows[0])) * 2 >= len(numeric)
    if not (known and len(table.rows) <= 3) and not (
        len(table.rows) == 1 and fractions and speaks_of_results(table.place)
    ):
        return
    for at in range(len(table.rows)):
        for i in numeric:
            yield from _cell(context, table, at, i, table.header[i], None)


def _labelled(context: Context, this: ThisModel, table: ResultTable, numeric: Sequence[int]) -> Iterator[EvalMetric]:
    """Rows with labels: metric and value, classes or data sets against metrics, or models as columns or rows."""
    header = table.header
    heads = [header[i] for i in numeric]
    metrics = [bool(is_metric(h)) for h in heads]
    if len(numeric) == 1 and (VALUE_HEADER.match(heads[0]) or not metrics[0] or LABEL_HEADER.match(header[0])):
        yield from _one_column(context, this, table, numeric[0])
        return
    labelled = bool(LABEL_HEADER.match(header[0])) or _is_report(table)
    if all(metrics) or ((labelled or table.has_levels) and sum(metrics) * 2 >= len(metrics)):
        yield from _against_metrics(context, this, table, numeric, labelled)
        return
    mine = this.index_in([table.written_header[i] for i in numeric])
    if mine is not None:
        column = numeric[mine]
        labels = enumerate(_labels(table, column))
        cells = (c for at, (name, dataset) in labels for c in _cell(context, table, at, column, name, dataset))
        yield from _of(this, table.written_header[column], cells)
    elif table.datasets and table.datasets.issuperset(filter(None, heads)):
        for i in numeric:
            for at in range(len(table.rows)):
                yield from _cell(context, table, at, i, table.rows[at][0], header[i])


def _against_metrics(
    context: Context, this: ThisModel, table: ResultTable, numeric: Sequence[int], labelled: bool
) -> Iterator[EvalMetric]:
    """Metrics as columns. Rows headed as data sets or classes are all this model's; else the row with its name."""
    labels = [row[: numeric[0]] for row in table.rows]
    names = [" ".join(cell for cell in cells if not _is_number(cell)) or " ".join(cells) for cells in labels]
    parts = not table.has_levels and all(map(_is_part, names))
    if labelled or (parts and this.index_in(_models(table, numeric[0])) is None):
        for at in range(len(names)):
            for i in numeric:
                yield from _cell(context, table, at, i, table.header[i], names[at] or None)
    else:
        yield from _model_rows(context, this, table, numeric)


def _is_part(label: str) -> bool:
    """Whether a row's label is a class, a split, or a measure or data set that everybody knows."""
    return bool(CLASS_LABEL.match(label) or METRIC.match(label.lower()))


def _one_column(context: Context, this: ThisModel, table: ResultTable, column: int) -> Iterator[EvalMetric]:
    """One column of numbers: the label is the metric, or the header is and the label names the data set."""
    head = table.header[column]
    own = bool(VALUE_HEADER.match(head)) and not is_metric(head.casefold().replace("score", "").replace("value", ""))
    named = not own and bool(is_metric(head))
    if not (
        own
        or named
        or this.index_in([table.written_header[column]]) is not None
        or any(r and is_metric(r[0]) for r in table.rows)
    ):
        return
    names = [row[0] if row else "" for row in table.rows]
    if named and not LABEL_HEADER.match(table.header[0]):
        found = _own_row(this, table, _models(table, column))
        if found is not None:
            yield from _cell(context, table, found, column, head, None)
            return
        if len(names) > 1:
            return
    only = next(iter(table.datasets)) if len(table.datasets) == 1 else None
    for at, (name, dataset) in enumerate(_labels(table, column)):
        if named:
            yield from _cell(context, table, at, column, head, f"{dataset} {name}" if dataset else name)
        else:
            yield from _cell(context, table, at, column, name, dataset or only)


def _labels(table: ResultTable, column: int) -> list[tuple[str, str | None]]:
    """What each row's value is of: its metric, and its data set where a column of its own tells it."""
    heads = table.header[:column]
    metric_at = next((i for i, head in enumerate(heads) if METRIC_HEADER.match(head)), None)
    dataset_at = next((i for i, head in enumerate(heads) if DATASET_HEADER.match(head)), None)
    if metric_at is None or dataset_at is None:
        return [(_row_name(row, column), None) for row in table.rows]
    short = _by_metric(table, column, metric_at, [dataset_at])
    if len(set(short)) == len(short):
        return short
    return _by_metric(table, column, metric_at, [i for i in range(column) if i != metric_at])


def _by_metric(
    table: ResultTable, column: int, metric_at: int, dataset_at: Sequence[int]
) -> list[tuple[str, str | None]]:
    """Each row's metric and data set, the latter from one or several cells; a blank one continues the one above."""
    found: list[tuple[str, str | None]] = []
    dataset = ""
    for row in table.rows:
        if len(row) <= column or not _is_said(row[metric_at]):
            found.append((_row_name(row, column), None))
            continue
        dataset = " ".join(row[i] for i in dataset_at if row[i] and not _is_number(row[i])) or dataset
        found.append((row[metric_at], dataset or None))
    return found


def _is_said(text: str) -> bool:
    """Whether a cell says anything: it is neither blank nor dashes."""
    return bool(text.strip(" -–—_"))


def _lm_eval(context: Context, table: ResultTable) -> Iterator[EvalMetric]:
    """lm-evaluation-harness: task and version stand once and hold for the rows below until the next."""
    keys = [key(h) for h in table.header]
    task_at = next(i for i, k in enumerate(keys) if k in LM_EVAL_TASK)
    metric_at, value_at = keys.index("metric"), keys.index("value")
    task = ""
    for at, row in enumerate(table.rows):
        if len(row) <= max(task_at, metric_at, value_at):
            continue
        task = row[task_at].strip(" -") or task
        if _is_said(row[metric_at]):
            yield from _cell(context, table, at, value_at, row[metric_at], task or None)
        else:
            yield from _cell(context, table, at, value_at, task, None)


def is_sclite(table: ResultTable) -> bool:
    """Whether these are sclite's columns, as ESPnet prints them."""
    return _sclite_keys(table)[1:] == SCLITE


def _sclite_keys(table: ResultTable) -> tuple[str, ...]:
    return tuple(key(h.replace(".", "_")) for h in table.header)


def _sclite(context: Context, table: ResultTable) -> Iterator[EvalMetric]:
    """ESPnet's error rates. The heading says of what (words, characters, tokens): `Err` below it is the rate itself.

    The canonical names are `wer`, and `wer_corr`, `wer_sub`, ... for its parts, that a card's WER, CER and TER stay
    apart; the raw names are the headers.
    """
    rates: list[str] = ERROR_RATE.findall(table.place.lower())
    for at, row in enumerate(table.rows):
        for i, head in enumerate(table.header[3:], 3):
            rate = rates[-1] if rates else ""
            metric = rate if rate and key(head) == "err" else f"{rate} {key(head.replace('.', '_'))}"
            yield from _cell(context, table, at, i, head, row[0], metric)


def _row_name(row: tuple[str, ...], column: int) -> str:
    """What a row says before its value: its label, of several the ones that differ."""
    labels = dict.fromkeys(c for c in row[: min(column, 2)] if c and not _is_number(c))
    return " ".join(labels) or (row[0] if row and column else "")


def _cell(
    context: Context, table: ResultTable, at: int, column: int, name: str, dataset: str | None, metric: str = ""
) -> Iterator[EvalMetric]:
    """The row of one cell, if it states a value. `metric`: what its name stands for, if that is more than it says."""
    row = table.rows[at]
    if column >= len(row):
        return
    text = row[column]
    dataset = dataset or table.column_groups[column] or table.row_groups[at] or None
    pair = _pair(name, text)
    if pair:
        for part, number in zip(pair[1:], text.split("/"), strict=True):
            yield from _value(context, table, at, (part, part), number.strip(), dataset or pair[0] or None)
    else:
        yield from _value(context, table, at, (name, metric or name), text, dataset)


def _value(
    context: Context, table: ResultTable, at: int, names: tuple[str, str], text: str, dataset: str | None
) -> Iterator[EvalMetric]:
    """The row of one value under its raw name and the name that it stands for."""
    name, metric = names
    value = values.number(text)
    absent = value is None and text.casefold() not in STATED_ABSENT
    if absent or not metric_name(name) or SKIP_ROW.search(name.lower()):
        return
    line = table.lines[at]
    subject = context.subject_at(line)
    yield EvalMetric(
        about=subject.about, about_model=subject.model, source=table.source, line=line, metric=metric_name(metric),
        raw_name=name, value=value, value_text=text, unit=values.unit(text), dataset_name=dataset,
    )  # fmt: skip


def _pair(name: str, text: str) -> tuple[str, str, str] | None:
    """(what stands before, one name, other name) where a cell holds two values and its name two metrics: `EM/F1`."""
    if text.count("/") != 1 or not all(map(_is_number, text.split("/"))):
        return None
    match = PAIR.match(name)
    return (match[1] or "", match[2], match[3]) if match and (is_metric(match[2]) or is_metric(match[3])) else None


def _is_value_column(table: ResultTable, column: int) -> bool:
    if column and table.datasets and key(table.header[0]) == "metric":
        return True
    return not is_skipped(table.header[column])


def _is_number(text: str) -> bool:
    return values.number(text) is not None


def _is_numeric(table: ResultTable, column: int) -> bool:
    """Whether most filled cells of a column are numbers; under metric and value, one is enough."""
    filled = [
        row[column] for row in table.rows if column < len(row) and row[column] not in ("", "-", "–", "N/A", "n/a", "—")
    ]
    numbers = sum(_is_number(text) or _pair(table.header[column], text) is not None for text in filled)
    if column == 1 and len(table.header) == 2 and key(table.header[0]) == "metric" and key(table.header[1]) == "value":
        return numbers > 0
    return bool(filled) and numbers * 3 >= 2 * len(filled)

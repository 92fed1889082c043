"""One table of results -> the results of this model, by how the table is laid out.

Metrics as columns and models as rows, or the other way round; metric and value; classes or data sets against metrics;
lm-evaluation-harness. Which tables hold results is decided in `eval_tables`, which row is this model in `this_model`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from etl.reading.context import Context
from etl.reading.models.this_model import ThisModel
from etl.reading.results.measured_parts import is_of_parts, is_over_parts, measured_parts, measures_parts
from etl.reading.results.model_rows import dataset_of, models_of, own_row, own_rows
from etl.reading.results.result_cells import is_number, is_said, is_value, results_in
from etl.reading.results.result_columns import (
    has_metric_rows,
    is_counted,
    is_labelled,
    is_of_data,
    model_across,
    model_column,
    models_are_rows,
    own_column,
    result_columns,
)
from etl.reading.results.result_tables import ResultTable
from etl.reading.results.row_labels import are_models, is_part, labels_of
from etl.reading.results.row_remarks import remarks
from etl.reading.results.tool_tables import is_lm_eval, is_sclite, lm_eval, sclite
from etl.reading.settings.places import trains
from etl.reading.vocabularies import key
from etl.reading.words.table_words import (
    ACCURACY,
    AVERAGES,
    BASE_MODELS,
    DECODING,
    ENTITY,
    LABEL_HEADER,
    LANGUAGES,
    METRIC_HEADER,
    MODEL_HEADER,
    NOT_RESULTS,
    PART_HEADER,
    REPORT,
    SETTINGS_HEADER,
    SYSTEM_LABEL,
    TUNED_MODELS,
    VALUE_HEADER,
    VALUE_LABELS,
    is_metric,
    is_skipped,
    measure_told,
    speaks_of_results,
)
from warehouse.schema import EvalMetric


def read_results(context: Context, this: ThisModel, table: ResultTable) -> Iterator[EvalMetric]:
    """The results of this model in a table of results, each cell once."""
    header = table.header
    if is_lm_eval(table):
        yield from lm_eval(context, table)
        return
    if is_sclite(table):
        yield from sclite(context, table)
        return
    if pointed := _pointed_cells(table):
        for at, i in pointed:
            yield from results_in(context, table, at, i, header[i], None)
        return
    labelled = is_labelled(table) or _is_report(table) or is_counted(this, table)
    numeric = result_columns(this, table, int(labelled))
    if not numeric or _is_of_other_tuning(context, this, table):
        return
    if (mine := own_column(this, table, numeric)) is not None:
        yield from _column(context, this, table, mine)
    elif 0 not in numeric and models_are_rows(this, table):
        across = None if context.subject.model else model_across(this, table, numeric)
        if across is not None:
            yield from _column(context, this, table, across)
        else:
            yield from _model_rows(context, this, table, numeric)
    elif (model_at := model_column(table, numeric)) and not _is_of_entities(table):
        yield from _models_beside(context, this, table, numeric, model_at)
    elif 0 in numeric:
        yield from _single_row(context, this, table, numeric)
    else:
        yield from _labelled(context, this, table, numeric, labelled)


def _pointed_cells(table: ResultTable) -> list[tuple[int, int]]:
    """Where numbers say themselves that they are this model's, in a table of other models': `92.4 (this one)`."""
    pointed = [
        (at, i)
        for at, row in enumerate(table.rows)
        for i, cell in enumerate(row[: len(table.header)])
        if "(this " in cell and is_number(cell)
    ]
    at = next((at for at, i in pointed if i == 0), None)  # a run's number: its row is this model's
    if at is None:
        return pointed
    return [(at, i) for i in range(1, len(table.header)) if i < len(table.rows[at]) and is_metric(table.header[i])]


def _is_report(table: ResultTable) -> bool:
    """Classes against precision and recall: with their support, down to the averages, or kinds of entities."""
    heads = set(map(key, table.header[1:]))
    if MODEL_HEADER.match(table.header[0]) or not {"precision", "recall"} <= heads:
        return False
    return heads >= REPORT or any(row and AVERAGES.match(row[0]) for row in table.rows) or _is_of_entities(table)


def _is_of_entities(table: ResultTable) -> bool:
    """Whether kinds of entities head the rows, each once: models beside them would repeat them."""
    labels = [row[0] for row in table.rows if row]
    return sum(map(bool, map(ENTITY.match, labels))) > 1 and len(set(labels)) == len(labels)


def _is_of_other_tuning(context: Context, this: ThisModel, table: ResultTable) -> bool:
    """A table of base models says nothing of a model whose name says it was instructed; nor one of these of a base model."""
    if BASE_MODELS.search(table.place):
        return this.own.is_tuned
    if this.own.is_tuned or not TUNED_MODELS.search(table.place):
        return False
    return any(BASE_MODELS.search(section.title) for section in context.card.sections)


def _column(context: Context, this: ThisModel, table: ResultTable, column: int) -> Iterator[EvalMetric]:
    """This model's column: the rows are metrics or data sets."""
    yield from _of(this, table.written_header[column], _measured(context, table, column))


def _measured(context: Context, table: ResultTable, column: int, only: str | None = None) -> Iterator[EvalMetric]:
    """The results of a column. Where the words over the table tell the metric, each row tells what was measured."""
    labels = labels_of(table, column)
    told = "" if any(is_metric(label.name) for label in labels) else measure_told(table.place)
    among_features = SETTINGS_HEADER.match(table.header[0])
    for at, label in enumerate(labels):
        name = label.name
        if name == "epoch" or not (trains((name,)) or (among_features and _is_size(name, table.rows[at][column:]))):
            dataset = label.dataset or only or (name if told else None)
            yield from results_in(context, table, at, column, name, dataset, told, label.language)


def _is_size(name: str, cells: Sequence[str]) -> bool:
    """Whether a row of features tells how large or fast something is, and no share of anything: `Context length`."""
    return is_skipped(name) and not (cells and {"/", "%"}.intersection(cells[0]))


def _model_rows(context: Context, this: ThisModel, table: ResultTable, numeric: Sequence[int]) -> Iterator[EvalMetric]:
    """Models as rows: the row of this model, or several of its name; of a single row, that one."""
    names = models_of(table, numeric[0])
    rows = own_rows(this, table, names, numeric)
    if rows and this.holds(table.row_groups[rows[0]]):  # a version that heads the rows is no data set
        table = dataclasses.replace(table, row_groups=("",) * len(table.rows))
    told = remarks(table, names, rows, numeric[0])
    cells = (
        cell
        for at in rows
        for i in numeric
        for cell in results_in(
            context, table, at, i, table.header[i], dataset_of(table, at, numeric[0]), config=told.get(at)
        )
    )
    yield from _of(this, names[rows[0]] if rows else "", cells)


def _of(this: ThisModel, label: str, cells: Iterable[EvalMetric]) -> Iterator[EvalMetric]:
    """The results under a label: the copy's own where it names the copy, which was evaluated beside its original."""
    whose = this.subject_of(label)
    for cell in cells:
        yield dataclasses.replace(cell, about=whose.about, about_model=whose.model) if whose else cell


def _single_row(context: Context, this: ThisModel, table: ResultTable, numeric: Sequence[int]) -> Iterator[EvalMetric]:
    """Metrics in the header and values below, no labels: results if every column is a known metric."""
    known = all(is_metric(table.header[i]) for i in numeric)
    fractions = sum("." in table.rows[0][i] for i in numeric if i < len(table.rows[0])) * 2 >= len(numeric)
    if not (known and len(table.rows) <= 3) and not (
        len(table.rows) == 1 and fractions and speaks_of_results(table.place)
    ):
        return
    if (mine := this.index_named([table.written_header[i] for i in numeric])) is not None:  # models side by side
        numeric = [numeric[mine]]
    for at in range(len(table.rows)):
        for i in numeric:
            yield from results_in(context, table, at, i, table.header[i], None)


def _labelled(
    context: Context, this: ThisModel, table: ResultTable, numeric: Sequence[int], labelled: bool
) -> Iterator[EvalMetric]:
    """Rows with labels: metric and value, classes or data sets against metrics, or models as columns or rows."""
    header = table.header
    heads = [header[i] for i in numeric]
    columns = [table.written_header[i] for i in numeric]
    if len(numeric) == 1 and (VALUE_HEADER.match(heads[0]) or not is_metric(heads[0]) or LABEL_HEADER.match(header[0])):
        yield from _of(this, columns[0], _one_column(context, this, table, numeric[0]))
    elif is_over_parts(table, heads) and this.index_named(columns) is None:
        yield from measured_parts(context, table, numeric)
    elif _has_metric_columns(table, heads, labelled):
        yield from _against_metrics(context, this, table, numeric, labelled)
    elif (mine := this.index_in(columns, by_family=bool(header[0].strip()))) is not None and (
        table.has_levels or columns.count(columns[mine]) == 1
    ):
        for i, head in zip(numeric, columns, strict=True):
            if head == columns[mine]:  # several below one heading are told apart by the next
                yield from _column(context, this, table, i)
    elif table.datasets and table.datasets.issuperset(filter(None, heads)):
        for i in numeric:
            for at in range(len(table.rows)):
                yield from results_in(context, table, at, i, table.rows[at][0], header[i])
    elif mine is None:
        yield from _without_models_above(context, this, table, numeric, labelled)


def _has_metric_columns(table: ResultTable, heads: Sequence[str], labelled: bool) -> bool:
    """Whether metrics head the columns, or most of them below labelled rows, unless these are the metrics."""
    metrics = [bool(is_metric(head)) for head in heads]
    if all(metrics):
        return True
    if not (labelled or table.has_levels) or sum(metrics) * 2 < len(metrics):
        return False
    return not (METRIC_HEADER.match(table.header[0]) and len(table.rows) > 1 and has_metric_rows(table))


def _without_models_above(
    context: Context, this: ThisModel, table: ResultTable, numeric: Sequence[int], labelled: bool
) -> Iterator[EvalMetric]:
    """Columns of which none is this model's: parts of a data set, or data sets beside models that head the rows."""
    heads = [table.header[i] for i in numeric]
    if measures_parts(table, heads):
        yield from measured_parts(context, table, numeric)
    elif is_of_parts(this, table, heads, labelled):
        for at, row in enumerate(table.rows):
            for i in numeric:
                names = (row[0] if row else "", table.header[i])  # a measure names the result, wherever it stands
                is_measure = is_metric(names[0]) and not (is_metric(names[1]) or PART_HEADER.match(names[0]))
                name, part = names if is_measure else names[::-1]
                is_way = DECODING.search(part) is not None
                on = (None, "", part) if is_way else (part or None, "", None)
                yield from results_in(context, table, at, i, name, *on)
    elif not labelled:
        yield from _unheaded_rows(context, this, table, numeric)
    elif this.index_certain(models_of(table, numeric[0])) is not None:
        yield from _model_rows(context, this, table, numeric)  # models, though headed as tasks


def _unheaded_rows(
    context: Context, this: ThisModel, table: ResultTable, numeric: Sequence[int]
) -> Iterator[EvalMetric]:
    """Data sets as columns, and rows that no header calls models: the row with its name, or one without a label."""
    if NOT_RESULTS.search(table.header[0].lower()):
        return
    names = models_of(table, numeric[0])
    measures = sum(is_metric(table.header[i]) for i in numeric) * 2 >= len(numeric) or is_metric(names[0])
    if len(names) > 1 or not names[0].strip() or measures or own_row(this, table, names) is not None:
        yield from _model_rows(context, this, table, numeric)


def _against_metrics(
    context: Context, this: ThisModel, table: ResultTable, numeric: Sequence[int], labelled: bool
) -> Iterator[EvalMetric]:
    """Metrics as columns. Rows headed as data sets or classes are all this model's; else the row with its name."""
    labels = [row[: numeric[0]] for row in table.rows]
    names = [" ".join(cell for cell in cells if is_said(cell) and not is_value(cell)) for cells in labels]
    groups = [table.column_groups[i] for i in numeric]
    if all(groups) and (mine := this.index_named(groups)) is not None:  # models beside one another, metrics below each
        table = dataclasses.replace(table, column_groups=("",) * len(table.header))
        for at, label in enumerate(names):
            for i in (i for i, group in zip(numeric, groups, strict=True) if group == groups[mine]):
                yield from results_in(context, table, at, i, table.header[i], label or None)
        return
    only = 1 if len(table.rows) > 1 else None
    names = [
        name or " ".join([c for c in cells if is_number(c)][:only]) for name, cells in zip(names, labels, strict=True)
    ]
    models = models_of(table, numeric[0])
    if labelled and (this.index_named(models) is not None or are_models(names)):  # models, though headed as data sets
        yield from _model_rows(context, this, table, numeric)
        return
    parts = not table.has_levels and any(names) and all(is_part(name) for name in names if name)
    parts = parts and not any(map(SYSTEM_LABEL.match, names))
    if labelled or (parts and this.index_in(models_of(table, numeric[0])) is None):
        for at, label in enumerate(names):
            if (only := _accuracy_at(table.rows[at], label, numeric)) is not None:
                yield from results_in(context, table, at, only, label, None)
                continue
            dataset = None if label.casefold() in VALUE_LABELS else label
            for i in numeric:
                yield from results_in(context, table, at, i, table.header[i], dataset or None)
    else:
        yield from _model_rows(context, this, table, numeric)


def _accuracy_at(row: Sequence[str], label: str, numeric: Sequence[int]) -> int | None:
    """Where the row of a report states its accuracy: one number, below whatever header, or the same below all."""
    if not ACCURACY.fullmatch(label):
        return None
    filled = [i for i in numeric if i < len(row) and is_said(row[i])]
    return filled[0] if filled and len({row[i] for i in filled}) == 1 else None


def _models_beside(
    context: Context, this: ThisModel, table: ResultTable, numeric: Sequence[int], model_at: int
) -> Iterator[EvalMetric]:
    """Data sets as rows, and beside each the models that were tried on it: the rows of this model."""
    models = [row[model_at] if model_at < len(row) else "" for row in table.written_rows]
    mine = this.index_in(models)
    if mine is None and table.header[0].strip() and len(set(models)) == 1 and this.may_be(models[0]):
        mine = 0
    unheaded = not table.header[0].strip() and not MODEL_HEADER.match(table.header[model_at])
    of_data, dataset = unheaded or bool(LABEL_HEADER.match(table.header[0])), ""
    in_language = LANGUAGES.fullmatch(table.header[0]) is not None and any(table.column_groups)
    for at, row in enumerate(table.rows):
        dataset = (row[0] if row and of_data else "") or dataset
        if mine is not None and models[at] == models[mine]:
            for i in numeric:
                on = (None, "", dataset) if in_language else (dataset or None, "", None)
                yield from results_in(context, table, at, i, table.header[i], *on)


def _one_column(context: Context, this: ThisModel, table: ResultTable, column: int) -> Iterator[EvalMetric]:
    """One column of numbers: the label is the metric, or the header is and the label names the data set."""
    head = table.header[column]
    own = bool(VALUE_HEADER.match(head)) and not is_metric(head.casefold().replace("score", "").replace("value", ""))
    named = not own and (bool(is_metric(head)) or is_of_data(this, table, column))
    names = [row[0] if row else "" for row in table.rows]
    if not (own or named or this.index_in([table.written_header[column]]) is not None or any(map(is_metric, names))):
        if (mine := this.index_named([row[0] if row else "" for row in table.written_rows])) is not None:
            yield from results_in(context, table, mine, column, head, None)
        return
    if own and not METRIC_HEADER.match(table.header[0]) and (mine := this.index_named(names)) is not None:
        yield from results_in(context, table, mine, column, head, None)
        return
    if named and (not is_labelled(table) or are_models(names) or this.is_pointed_at(names)):
        found = own_row(this, table, models_of(table, column))
        if found is not None:
            yield from results_in(context, table, found, column, head, None)
            return
        if len(names) > 1:
            return
    only = next(iter(table.datasets)) if len(table.datasets) == 1 else None
    if not named:
        yield from _measured(context, table, column, only)
        return
    for at, label in enumerate(labels_of(table, column)):
        dataset = f"{label.dataset} {label.name}" if label.dataset else label.name
        yield from results_in(context, table, at, column, head, dataset, config=label.language)

"""Evaluation results in tables, and only those that are about this model.

A table speaks of one model (metric and value columns, classes or data sets against metrics), or it compares models:
then the row or the column that is headed by this model's name, "ours" or "this model" is taken and nothing else.
Where neither can be told, nothing is taken.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from etl.cards import Block, Fence, ListBlock, Section, TableBlock
from etl.cards.blocks import read_blocks
from etl.reading import settings_text, training_steps, values
from etl.reading.context import Context, written
from etl.reading.this_model import ThisModel
from etl.reading.training_steps import metric_name
from etl.reading.vocabularies import SETTINGS, key
from warehouse.schema import EvalMetric, Source

# What is searched for in lower-case texts has no re.I: the search then skips to letters that may begin a match.
_PLACE = re.compile(
    r"eval|result|benchmark|performance|metric|score|accurac|test|leaderboard|comparison|mt-?bench|perplexity|quality|"
    r"評価|评估|性能|测评|评测|分数|得分|ベンチマーク|성능|evalua|résultat|resultad|risultat|ergebnis|validation",
)
_METRIC = re.compile(
    r"acc(?:uracy)?\b|acc_|\bf1\b|f1[_ -]|f-?(?:score|measure)|precision|recall|\bwer\b|\bcer\b|\bter\b|\bwil\b|\bmer\b|bleu|chrf|rouge|meteor|perplexity|\bppl\b|auc|\bmcc\b|"
    r"matthews|pearson|spearman|kappa|\bm?ap(?:@|\b)|\bmrr\b|ndcg|\bem\b|exact.?match|\bscores?\b|\bloss\b|_loss|error|\biou\b|dice|psnr|ssim|\bfid\b|"
    r"\bmae\b|\bmse\b|\brmse\b|\br2\b|r²|hits?@|top-?[15]\b|mmlu|\barc\b|arc[-_ ]|hellaswag|truthful|winogrande|gsm-?8k|human-?eval|mbpp|bbh|drop\b|agieval|"
    r"c-?eval|cmmlu|boolq|piqa|openbookqa|lambada|mt-?bench|alpaca-?eval|ifeval|gpqa|musr|\bmath\b|ceval|squad|glue|mnli|sst-?2|qnli|qqp|\brte\b|cola|sts-?b|"
    r"average|\bavg\b|\bmean\b|win ?rate|pass@|toxi|brier|rank ?ic|eer\b|dcf\b|\bvalue\b|_[pfr]$|\buas\b|\blas\b|_uas|_las|gen len|success|reward|r@\d|elo\b",
)
_LABEL_HEADER = re.compile(
    r"^(?:m[eé]tri(?:cs?|ques?|cas?|k)|benchmarks?|tasks?|datasets?|data sets?|test sets?|tests?|eval\w*|types?|names?|categor\w+|class(?:es)?|labels?|languages?|lang|splits?|subsets?|"
    r"entity|entities|domains?|groups?|measures?|corpus|subjects?|benchmark \(metric\)|ner|pos|intent|tag|levels?)$",
    re.I,
)
_MODEL_HEADER = re.compile(
    r"^(?:models?|methods?|systems?|approach(?:es)?|names?|checkpoints?|model[ _]names?|models? ?/.*|version|algorithms?|llms?|モデル.*|模型.*|modelo|variants?)$",
    re.I,
)
_VALUE_HEADER = re.compile(
    r"^(?:values?|valeurs?|valore|scores?|results?|performance|%|number|metric value|score \(%\)|percentage|accuracy.*|wert|valor|f1.*)$",
    re.I,
)
_SKIP_COLUMN = re.compile(
    r"std|stderr|±|support|^count|^number|^num\b|^#|version|n-?shot|^filter|^shots?$|confidence|param|size|^rank$|date|link|url|license|speed|latency|throughput|"
    r"time|memory|vram|tokens?(?:/s|\b)|samples?$|examples?$|gpu|context|length|hours|cost|download|training data|epoch|step|notes?$|comment|description|↑|↓|^\s*$",
)
_NOT_RESULTS = re.compile(
    r"hyper|dataset statistic|data ?set (?:size|stat|split|struct)|training data|sample|usage|architecture|model detail|quantiz|provided files|speed|latency|throughput|"
    r"hardware|inference|label scheme|environment|training set metrics|requirement|contamination|memory|prompt|corpora|composition|training procedure|training results",
)
_SAMPLES = re.compile(r"^\W*(?:samples|examples)\W*$", re.I)
_LM_EVAL_TASK = frozenset(("task", "tasks", "groups", "group"))
_NUMBER_LIKE = re.compile(r"\d")
_CLASS_LABEL = re.compile(
    r"^(?:[A-Z]{1,6}(?:-[A-Z]{1,6})?|[BI]-\w+|\w+ avg|(?:micro|macro|weighted|samples)[ _-]?(?:avg|average|f1)?|overall|all|total|test|dev|valid(?:ation)?|train|"
    r"accuracy|average|[a-z_]+|\d+|positive|negative|neutral|label_\d+|[a-z]{2}|.* set)$",
    re.I,
)
"""Labels of classes, splits and averages, which no model bears."""
_BASE_MODELS = re.compile(r"\bbase (?:pre-?trained )?models?\b|\bpre-?trained models?\b", re.I)
_SETTINGS_HEADER = re.compile(
    r"^(?:hyper-?\s?param|param|config|setting|argument|option|feature|attribute|property)", re.I
)
_SKIP_ROW = re.compile(
    r"samples? ?/ ?s|tokens? ?/ ?s|per[_ ]second|latency|throughput|[_ ]runtime|inference time|model size"
)
_PARAMETERS = re.compile(r"param(?:eter)?s|arguments|config", re.I)
_STATED_ABSENT = frozenset(("n/a", "na", "tbd", "no log"))
_CODE = re.compile(r"`([^`]{0,200})`")
MAX_CELLS = 20_000


@dataclass(frozen=True, slots=True)
class _Table:
    """A table with its words: header and rows, cells plain; the raw rows for their lines."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    source: Source
    place: str
    is_sample: bool = False
    """Whether the words before it announce examples of the data."""
    datasets: frozenset[str] = frozenset()
    """Data sets that the list above the table names (sentence-transformers: one column for each)."""


def read_eval_tables(context: Context, this: ThisModel) -> Iterator[EvalMetric]:
    """The results of this model in the card's tables, in the card's order, each cell once."""
    place: Section | None = None
    datasets: frozenset[str] = frozenset()
    for section, block in context.card.blocks():
        if section is not place:
            place, datasets = section, frozenset()
        if isinstance(block, ListBlock):
            datasets = _datasets_named(block, datasets)
        if isinstance(block, Fence) and _is_results_code(section, block):
            yield from _code_results(context, block)
        for table_block in _tables(block):
            if training_steps.is_log(section, table_block):
                continue
            table = _table(section, block, table_block, datasets)
            if table is None or not _is_results(section, table):
                continue
            yield from _read(context, this, table)


def _is_results_code(section: Section, block: Fence) -> bool:
    """Code under a heading of results, unless it lists the evaluator's parameters."""
    return _speaks_of_results(f"{section.title} {block.lead[-160:]}") and not _PARAMETERS.search(block.lead[-80:])


def _code_results(context: Context, block: Fence) -> Iterator[EvalMetric]:
    """Results in a code block: the leaves of a JSON object, or `name: value` lines that all name metrics."""
    text = "\n".join(block.lines)
    if len(block.lines) > 400 or "|" in text:
        return
    if text.lstrip().startswith("{"):
        settings = settings_text.dict_items(text)
    else:
        settings = [s for s in settings_text.assignments(block.lines) if _is_metric(s.name) and len(s.name) < 60]
    if not settings or sum(SETTINGS.knows(s.name.rsplit(".", 1)[-1]) for s in settings) * 3 > len(settings):
        return
    for s in settings:
        value = values.number(s.value)
        if value is not None and not _SKIP_COLUMN.search(s.name.lower()):
            line = block.line + s.offset
            subject = context.subject_at(line)
            yield EvalMetric(
                about=subject.about, about_model=subject.model, source=Source.TABLE, line=line,
                metric=metric_name(s.name), raw_name=s.name, value=value, value_text=s.value, unit=values.unit(s.value),
            )  # fmt: skip


def _tables(block: Block) -> list[TableBlock]:
    """The block itself, or the tables pasted into a code block."""
    if isinstance(block, TableBlock):
        return [block]
    if isinstance(block, Fence) and sum(line.count("|") > 1 for line in block.lines[:60]) > 2:
        numbers = range(block.line, block.line + len(block.lines))
        inner = read_blocks(block.lines, numbers, 0)
        return [b for s in inner.sections for b in s.blocks if isinstance(b, TableBlock)]
    return []


def _table(section: Section, block: Block, table: TableBlock, datasets: frozenset[str]) -> _Table | None:
    if table.header is None or not table.rows or len(table.rows) * len(table.header.cells) > MAX_CELLS:
        return None
    header, rows = table.header, table.rows
    if not any(c.strip() for c in header.cells[1:]) and len(rows) > 1:  # an empty header over the real one
        header, rows = rows[0], rows[1:]
    place = " ".join((*section.path[-1:], section.title, block.lead[-160:]))
    return _Table(
        tuple(written(c) for c in header.cells),
        tuple([row.words for row in rows]),
        tuple(row.line for row in rows),
        Source.HTML if table.html else Source.TABLE,
        place,
        bool(_SAMPLES.match(block.lead)),
        datasets,
    )


def _datasets_named(block: ListBlock, before: frozenset[str]) -> frozenset[str]:
    """The names in code marks of the list's `Dataset: ` item; those named before it where it has none."""
    texts = (item.text for item in block.items if item.text.startswith("Dataset"))
    text = next(texts, None)
    return before if text is None else frozenset(_CODE.findall(text))


def _is_results(section: Section, table: _Table) -> bool:
    title = section.title.lower()
    if table.is_sample:
        return False
    if _NOT_RESULTS.search(title) and not _PLACE.search(title):
        return False
    keys = {key(h) for h in table.header}
    if _SETTINGS_HEADER.match(table.header[0]):
        return False
    if {"branch", "quant_method", "quant_type", "filename"} & keys or sum(SETTINGS.knows(h) for h in table.header) >= 2:
        return False
    settings = sum(1 for row in table.rows if row and SETTINGS.knows(row[0]))
    if settings * 2 > len(table.rows):
        return False
    named = any(_is_metric(h) for h in table.header) or any(row and _is_metric(row[0]) for row in table.rows)
    return named or _speaks_of_results(table.place)


def _read(context: Context, this: ThisModel, table: _Table) -> Iterator[EvalMetric]:
    header = table.header
    if (
        {key(h) for h in header} & _LM_EVAL_TASK
        and "metric" in {key(h) for h in header}
        and "value" in {key(h) for h in header}
    ):
        yield from _lm_eval(context, table)
        return
    numeric = [i for i in range(len(header)) if _is_value_column(table, i) and _is_numeric(table, i)]
    if not numeric or _is_base_table(this, table):
        return
    if _MODEL_HEADER.match(header[0]) and 0 not in numeric:
        yield from _model_rows(context, this, table, numeric)
    elif 0 in numeric:
        yield from _single_row(context, table, numeric)
    else:
        yield from _labelled(context, this, table, numeric)


def _is_base_table(this: ThisModel, table: _Table) -> bool:
    """A table of base models says nothing of a model whose name says it was instructed."""
    return bool(_BASE_MODELS.search(table.place)) and this.is_tuned


def _model_rows(context: Context, this: ThisModel, table: _Table, numeric: Sequence[int]) -> Iterator[EvalMetric]:
    """Models as rows: the row of this model; of a single row, that one."""
    names = [row[0] if row else "" for row in table.rows]
    found = 0 if len(names) == 1 else this.index_in(names)
    if found is None:
        return
    rows = [i for i, name in enumerate(names) if name == names[found]]
    for at in rows:
        for i in numeric:
            yield from _cell(context, table, at, i, table.header[i], None)


def _single_row(context: Context, table: _Table, numeric: Sequence[int]) -> Iterator[EvalMetric]:
    """Metrics in the header and values below, no labels: results if every column is a known metric."""
    known = all(_is_metric(table.header[i]) for i in numeric)
    fractions = sum("." in table.rows[0][i] for i in numeric if i < len(table.rows[0])) * 2 >= len(numeric)
    if not (known and len(table.rows) <= 3) and not (
        len(table.rows) == 1 and fractions and _speaks_of_results(table.place)
    ):
        return
    for at in range(len(table.rows)):
        for i in numeric:
            yield from _cell(context, table, at, i, table.header[i], None)


def _labelled(context: Context, this: ThisModel, table: _Table, numeric: Sequence[int]) -> Iterator[EvalMetric]:
    """Rows with labels: metric and value, classes or data sets against metrics, or models as columns or rows."""
    header = table.header
    heads = [header[i] for i in numeric]
    metrics = [bool(_is_metric(h)) for h in heads]
    if len(numeric) == 1 and (_VALUE_HEADER.match(heads[0]) or not metrics[0] or _LABEL_HEADER.match(header[0])):
        yield from _one_column(context, this, table, numeric[0])
        return
    labelled = bool(_LABEL_HEADER.match(header[0]))
    if all(metrics) or (labelled and sum(metrics) * 2 >= len(metrics)):
        yield from _against_metrics(context, this, table, numeric, labelled)
        return
    mine = this.index_in(heads)
    if mine is not None:
        column = numeric[mine]
        for at in range(len(table.rows)):
            yield from _cell(context, table, at, column, _row_name(table.rows[at], column), None)
    elif table.datasets and table.datasets.issuperset(filter(None, heads)):
        for i in numeric:
            for at in range(len(table.rows)):
                yield from _cell(context, table, at, i, table.rows[at][0], header[i])


def _against_metrics(
    context: Context, this: ThisModel, table: _Table, numeric: Sequence[int], labelled: bool
) -> Iterator[EvalMetric]:
    """Metrics as columns. Rows headed as data sets or classes are all this model's; else the row with its name."""
    names = [" ".join(cell for cell in row[: numeric[0]] if not _is_number(cell)) for row in table.rows]
    rows: Sequence[int] = range(len(names))
    if not labelled and len(names) > 1:
        found = this.index_in(names)
        rows = [] if found is None else [found]
        if found is None and all(_CLASS_LABEL.match(name) for name in names):
            rows = range(len(names))
    for at in rows:
        for i in numeric:
            yield from _cell(context, table, at, i, table.header[i], names[at] or None)


def _one_column(context: Context, this: ThisModel, table: _Table, column: int) -> Iterator[EvalMetric]:
    """One column of numbers: the label is the metric, or the header is and the label names the data set."""
    head = table.header[column]
    own = bool(_VALUE_HEADER.match(head)) and not _is_metric(head.casefold().replace("score", "").replace("value", ""))
    named = not own and bool(_is_metric(head))
    if not (own or named or this.index_in([head]) is not None or any(r and _is_metric(r[0]) for r in table.rows)):
        return
    names = [row[0] if row else "" for row in table.rows]
    if named and not _LABEL_HEADER.match(table.header[0]):
        found = this.index_in(names)
        if found is not None:
            yield from _cell(context, table, found, column, head, None)
            return
        if len(names) > 1:
            return
    for at, row in enumerate(table.rows):
        name = _row_name(row, column)
        dataset = name if named else next(iter(table.datasets), None) if len(table.datasets) == 1 else None
        yield from _cell(context, table, at, column, head if named else name, dataset)


def _lm_eval(context: Context, table: _Table) -> Iterator[EvalMetric]:
    """lm-evaluation-harness: task and version stand once and hold for the rows below until the next."""
    keys = [key(h) for h in table.header]
    task_at = next(i for i, k in enumerate(keys) if k in _LM_EVAL_TASK)
    metric_at, value_at = keys.index("metric"), keys.index("value")
    task = ""
    for at, row in enumerate(table.rows):
        if len(row) <= max(task_at, metric_at, value_at):
            continue
        task = row[task_at].strip(" -") or task
        yield from _cell(context, table, at, value_at, row[metric_at], task or None)


def _row_name(row: tuple[str, ...], column: int) -> str:
    """What a row says before its value: its label, of several the ones that differ."""
    labels = dict.fromkeys(c for c in row[: min(column, 2)] if c and not _is_number(c))
    return " ".join(labels) or (row[0] if row and column else "")


def _cell(
    context: Context, table: _Table, at: int, column: int, name: str, dataset: str | None
) -> Iterator[EvalMetric]:
    row = table.rows[at]
    if column >= len(row):
        return
    text = row[column]
    value = values.number(text)
    if not name or _SKIP_ROW.search(name.lower()) or (value is None and text.casefold() not in _STATED_ABSENT):
        return
    line = table.lines[at]
    subject = context.subject_at(line)
    yield EvalMetric(
        about=subject.about, about_model=subject.model, source=table.source, line=line, metric=metric_name(name),
        raw_name=name, value=value, value_text=text, unit=values.unit(text), dataset_name=dataset,
    )  # fmt: skip


def _is_value_column(table: _Table, column: int) -> bool:
    if column and table.datasets and key(table.header[0]) == "metric":
        return True
    return not _is_skipped(table.header[column])


@functools.lru_cache(maxsize=32768)
def _is_metric(text: str) -> bool:
    return bool(_METRIC.search(text.lower()))


@functools.lru_cache(maxsize=8192)
def _speaks_of_results(text: str) -> bool:
    return bool(_PLACE.search(text.lower()))


@functools.lru_cache(maxsize=8192)
def _is_skipped(header: str) -> bool:
    return bool(_SKIP_COLUMN.search(header.lower()))


def _is_number(text: str) -> bool:
    return values.number(text) is not None


def _is_numeric(table: _Table, column: int) -> bool:
    """Whether most filled cells of a column are numbers; under metric and value, one is enough."""
    filled = [
        row[column] for row in table.rows if column < len(row) and row[column] not in ("", "-", "–", "N/A", "n/a", "—")
    ]
    numbers = sum(map(_is_number, filled))
    if column == 1 and len(table.header) == 2 and key(table.header[0]) == "metric" and key(table.header[1]) == "value":
        return numbers > 0
    return bool(filled) and numbers * 3 >= 2 * len(filled)

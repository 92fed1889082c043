"""One cell of a table of results -> its result, or several where it holds the values of several metrics (`EM/F1`).

Which cells are this model's is decided in `table_layouts` and `tool_tables`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from etl.reading import values
from etl.reading.context import OWN, Context
from etl.reading.results.cell_parts import LONGEST_ROUGE, parts_in, parts_of_data, rouge_or_not, values_in
from etl.reading.results.result_tables import ResultTable
from etl.reading.words.metric_names import metric_and_data
from etl.reading.words.table_words import MEASURE, STATED_ABSENT, is_metric, is_skipped_row
from warehouse.schema import About, EvalMetric

_NO_NAME = frozenset(("", "-", "–", "—", "_"))
"""What stands where a row has no name. skops prints a metric under whatever name it was given, `--` among them."""


_SHARE = re.compile(r"(\d{1,6})/(\d{1,6})")
_ONE = r"(?:\d{1,4}(?:\.\d{1,6})? ?%?|-)"
_SEVERAL = re.compile(
    rf"(?=[^.%]*+[.%]){_ONE}(?:\s?/\s?{_ONE}){{1,7}}|\d{{1,3}}\.\d{{1,6}}(?: - \d{{1,3}}\.\d{{1,6}}){{2}}"
)
"""`49.3 / 51.8`, `38/0.9607`, `86.6/-`, `59% / 100%` or `90.04 - 88.92 - 91.18` below one name."""
_DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{2,4}")
"""When a model was released: no data set."""
_MARKS = "✅❌⚠⭐✔✓★"
_MARKED = re.compile(r"(\d[\d.,]{0,12}(?: ?(?:%|[A-Za-z°/]{1,8}))?)[^\w%()/*†‡+-]{1,12}")
_COUNT = re.compile(
    r"\W{0,4}(?:(?:total|unique|distinct|number of|no\. of|evaluated|test|eval) (?:\w+ ){0,2}?)?(?:positives|negatives|samples|images|species|individuals|classes|subjects|patients|participants|queries|questions|cases|prompts|pairs|frames|clips|utterances|speakers|rows|records|examples|items|pages|files|documents|sentences|videos|recordings)"
    r"(?: (?:above|below|timed|tested|evaluated|in|with|used|seen|\().{0,60})?",
    re.I,
)
"""`Unique species`, `Images above threshold`: on how much was measured, where a whole number stands behind it."""
_SHARE_OF = re.compile(
    r"([~≈]?\d{1,3}(?:\.\d{1,6})?\s?%) of (?!.*(?:param|data|weight|total|train|memor|model|size))[a-z][a-z ]{1,40}"
)
"""`0.04% of steps`"""
_WITH_METRIC = re.compile(
    r"(\d{1,3}(?:\.\d{1,4})?(?: ?%)?) (?:acc(?:uracy)?|f1|em|bleu|wer|cer|auc|rouge-?[12l]|exact match|pass@\d{1,3})",
    re.I,
)
"""`78.5% F1`, as a row has it whose neighbours were measured otherwise."""
_FROM_ORIGINAL = re.compile(r"\bkld\b|\bkl[ -]div|\bmean kl\b|(?:argmax|top-?1) agreement", re.I)
"""How far a copy is from its original, which only the copy can be."""
_INTERVAL = re.compile(r"(\d{1,4}\.\d{1,6}(?: ?%)?),? ?\[\d[\d., %–-]{2,30}\]")
"""`57.49, [57.01, 58.00]`: a result and the interval that it lies in."""


@dataclass(frozen=True, slots=True)
class _Of:
    """What a result was measured on."""

    dataset: str | None
    config: str | None = None
    split: str | None = None
    id: str | None = None


def results_in(
    context: Context,
    table: ResultTable,
    at: int,
    column: int,
    name: str,
    dataset: str | None,
    metric: str = "",
    config: str | None = None,
) -> Iterator[EvalMetric]:
    """The row of one cell, if it states a value.

    `metric`: what its name stands for, if that is more than it says. `config`: how else it was measured, or in which
    language.
    """
    row = table.rows[at]
    if column >= len(row):
        return
    text = row[column]
    of = _measured_on(table, at, column, name, dataset, config)
    if (parts := parts_in(name, text)) is not None:
        for part, stands_for, number in parts.values:
            on = of if of.dataset or not parts.of else replace(of, dataset=parts.of)
            yield from _result(context, table, at, (part, stands_for), number, on)
    elif table.told.measures and (found := _told_of(table, name, of, text)):
        for part, number, on in found:
            yield from _result(context, table, at, (part, part), number, on)
    elif of.dataset and (of_data := parts_of_data(of.dataset, text)):
        for part, number in of_data:
            yield from _result(context, table, at, (name, metric or name), number, replace(of, dataset=part))
    else:
        yield from _result(context, table, at, (name, metric or _stands_for(table, name)), text, of)


def _measured_on(table: ResultTable, at: int, column: int, name: str, dataset: str | None, config: str | None) -> _Of:
    """The data set that is given, or what stands over the column or the row; over columns of one name it tells more."""
    group = table.column_groups[column]
    if dataset and group and not config and table.header.count(name) > 1:
        config = group
    dataset = dataset or group or table.row_groups[at] or None
    if dataset is not None and (_DATE.fullmatch(dataset) or (is_metric(table.header[0]) and is_number(dataset))):
        dataset = None
    return _Of(dataset, config)


def _told_of(table: ResultTable, name: str, of: _Of, text: str) -> list[tuple[str, str, _Of]]:
    """Each metric that is told of all cells with its value, and what it was measured on: the name, or a part of that."""
    told = table.told
    texts = values_in(text) if len(told.measures) > 1 else [text]
    if len(texts) != len(told.measures) or MEASURE.match(name):
        return []
    on = _Of(told.dataset, name) if told.dataset else _Of(name, of.config or of.dataset, told.split, told.ids.get(name))
    return [(measure, number, on) for measure, number in zip(told.measures, texts, strict=True)]


def _stands_for(table: ResultTable, name: str) -> str:
    """The name of ROUGE that a short header is beside the others, or the name itself."""
    if len(name) > LONGEST_ROUGE or name[:1] not in ("R", "r") or name not in table.header:
        return name
    return rouge_or_not(table.header)[table.header.index(name)]


def _result(
    context: Context, table: ResultTable, at: int, names: tuple[str, str], text: str, of: _Of
) -> Iterator[EvalMetric]:
    """The row of one value under its raw name and the name that it stands for."""
    name, metric = names
    metric, data = metric_and_data(metric)
    value = values.number(text)
    if value is None:
        text = _unmarked(text)
        value = values.number(text)
    absent = value is None and text.casefold() not in STATED_ABSENT and not is_result_without_number(text)
    if absent or name.strip() in _NO_NAME or is_skipped_row(name) or _is_count(name, text):
        return
    line = table.lines[at]
    subject = context.subject_at(line)
    if subject.about is About.REPRINTED and any(map(_FROM_ORIGINAL.search, table.header)):
        subject = OWN
    yield EvalMetric(
        about=subject.about, about_model=subject.model, source=table.source, line=line, metric=metric,
        raw_name=name, value=value, value_text=text, unit=values.unit(text) or values.unit(name),
        dataset_name=of.dataset or data, dataset_id=of.id, dataset_config=of.config, dataset_split=of.split,
    )  # fmt: skip


def _is_count(name: str, text: str) -> bool:
    return text.replace(",", "").isdecimal() and _COUNT.fullmatch(name) is not None


def is_number(text: str) -> bool:
    """Whether a cell states a number."""
    return values.number(text) is not None or values.number(_unmarked(text)) is not None


def is_result_without_number(text: str) -> bool:
    """Whether a cell states a result that is no number: how many of how many (`11/40`), or fractions (`49.3 / 51.8`)."""
    if "/" not in text and " - " not in text:
        return False
    share = _SHARE.fullmatch(text)
    return int(share[1]) <= int(share[2]) if share else _SEVERAL.fullmatch(text) is not None


def _unmarked(text: str) -> str:
    """The number of a cell with a medal or another mark before or behind it, without the mark."""
    if text and (ord(text[0]) > LAST_LETTER or text[0] in _MARKS) and " " in text:
        return text[1:].lstrip("\ufe0f ")
    if "% of " in text and (share := _SHARE_OF.fullmatch(text)):
        return share[1]
    if not text or text[-1] in "%)." or not text[0].isdigit():
        return text
    if text[-1].isalnum():
        match = _WITH_METRIC.fullmatch(text) if " " in text else None
        return match[1] if match else text
    match = _MARKED.fullmatch(text) or (_INTERVAL.fullmatch(text) if text[-1] == "]" else None)
    return match[1] if match else text


def is_value(text: str) -> bool:
    """Whether a cell states a number, or two of them of which one may be missing: `84.6/83.4`, `-/83.4`."""
    if is_number(text):
        return True
    parts = text.split("/") if text.count("/") == 1 else []
    return any(map(is_number, parts)) and all(is_number(part) or not is_said(part) for part in parts)


LAST_LETTER = 0x1F000
"""What comes behind is pictures."""


def is_said(text: str) -> bool:
    """Whether a cell says anything: it is neither blank nor dashes, nor marks of a bold text that is missing."""
    return bool(text.strip(" -–—_*/"))

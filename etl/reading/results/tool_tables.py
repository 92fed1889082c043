"""Tables that a tool printed, known by their headers: lm-evaluation-harness, and sclite as ESPnet prints it.

Every row is this model's, unless the line that lm-evaluation-harness prints above says which other model it loaded.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from etl.reading.context import Context
from etl.reading.models.this_model import ThisModel
from etl.reading.results.result_cells import is_said, results_in
from etl.reading.results.result_tables import ResultTable
from etl.reading.vocabularies import key
from etl.reading.words.table_words import ERROR_RATE, LM_EVAL_TASK, SCLITE
from warehouse.schema import About, EvalMetric

_LOADED = re.compile(
    r"\(\{?[^()\n]{0,80}?\bpretrained['\"]?\s?[=:]\s?['\"]?(?P<repo>[\w-][\w.-]{0,95}/[\w.-]{1,96})(?P<more>[^\n]{0,400})"
)
"""`vllm (pretrained=owner/name,dtype=auto), limit: None, num_fewshot: 5`"""
_ADAPTED = ("peft=", "'peft'", "lora", "delta=")
"""What else it loads, where it measures an adapter."""


def is_lm_eval(table: ResultTable) -> bool:
    """Whether these are lm-evaluation-harness's columns."""
    keys = {key(h) for h in table.header}
    return bool(keys & LM_EVAL_TASK) and {"metric", "value"} <= keys


def lm_eval(context: Context, table: ResultTable) -> Iterator[EvalMetric]:
    """lm-evaluation-harness: task and version stand once and hold for the rows below until the next."""
    keys = [key(h) for h in table.header]
    task_at = next(i for i, k in enumerate(keys) if k in LM_EVAL_TASK)
    metric_at, value_at = keys.index("metric"), keys.index("value")
    task = ""
    for at, row in enumerate(table.rows):
        if len(row) <= max(task_at, metric_at, value_at):
            continue
        task = row[task_at].strip(" -") or task
        if is_said(row[metric_at]):
            yield from results_in(context, table, at, value_at, row[metric_at], task or None)
        else:
            yield from results_in(context, table, at, value_at, task, None)


def of_loaded(this: ThisModel, lead: str, results: list[EvalMetric]) -> list[EvalMetric]:
    """The results as of the model that was loaded: a copy's own, if it was the copy; none, if it was a parent."""
    found = list(_LOADED.finditer(lead))
    repo = found[-1]["repo"].casefold() if found else ""
    if repo in this.own.ids:
        return [dataclasses.replace(row, about=About.OWN, about_model=None) for row in results]
    is_parent = repo in this.own.parent_ids and not this.own.is_copy
    return [] if is_parent and not any(word in found[-1]["more"] for word in _ADAPTED) else results


def is_sclite(table: ResultTable) -> bool:
    """Whether these are sclite's columns, as ESPnet prints them, or what it prints of synthesized speech."""
    keys = _sclite_keys(table)
    return keys[1:] == SCLITE or keys == SCLITE[:-1]


def _sclite_keys(table: ResultTable) -> tuple[str, ...]:
    return tuple(key(h.replace(".", "_")) for h in table.header)


def sclite(context: Context, table: ResultTable) -> Iterator[EvalMetric]:
    """ESPnet's error rates. The heading says of what (words, characters, tokens): `Err` below it is the rate itself.

    The canonical names are `wer`, and `wer_corr`, `wer_sub`, ... for its parts, that a card's WER, CER and TER stay
    apart; the raw names are the headers. Of synthesized speech it prints no data set, and the parts are counts.
    """
    rates: list[str] = ERROR_RATE.findall(table.place.lower())
    rate = rates[-1] if rates else ""
    if len(table.header) < len(SCLITE):
        for at in range(len(table.rows)):
            yield from results_in(context, table, at, len(table.header) - 1, table.header[-1], None, rate)
        return
    for at, row in enumerate(table.rows):
        for i, head in enumerate(table.header[3:], 3):
            metric = rate if rate and key(head) == "err" else f"{rate} {key(head.replace('.', '_'))}"
            yield from results_in(context, table, at, i, head, row[0] if row else None, metric)

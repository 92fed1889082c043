"""What a metric is called: the many spellings of one metric under one name, by `vocabulary/metrics.csv`.

Promises: two names that may mean two metrics are never merged (macro and micro F1, F1 and the F-score of entities); how
the author wrote a name stands in `raw_name`. What must not move in: whether two results may be compared (SQL).
"""

from __future__ import annotations

import re

from etl.cards.remembered import remembered
from etl.reading.vocabularies import in_english, rows, rows_abroad, unspaced

_UNIT_OR_ARROW = re.compile(r"[(\[]\s?[%↑↓]\s?[)\]]|[↑↓⬆⬇]\ufe0f?")
_PICTURES = re.compile(r"^[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff\s]+|[\u2600-\u2bff\ufe0f\U0001f000-\U0001faff\s]+$")
"""Pictures before or behind a name: `🎯 Accuracy`."""
_FOOTNOTES = re.compile(r"(?<=[^\W_])(\)?)[\s_]?(?:[*†‡]{1,3}|(?<=[^\W\d_]{4})[¹²³])$|^\*(?=\w)")
"""Marks of footnotes behind a name, or before it: `ARC Challenge*`."""
_MARKS = frozenset("*†‡¹²³")
_ESCAPES = re.compile(r"\\(?=[*_#\[\]()|`~-])")
_BLANKS = re.compile(r"[\s\-_]+")
_AT_K = re.compile(r"(ndcg|mrr|map|precision|recall)@(\d+)")
_PREFIX = re.compile(r"eval(?:uation)?[_/]")
"""What the Trainer and its kin put before every name of an evaluation; it is printed where nobody took it away."""


def _written_alike(raw: str) -> str:
    """Lower case, blanks and dashes to underscores, slashes kept; without unit, arrow and footnote; `NDCG@10` is `ndcg_at_10`."""
    raw = _ESCAPES.sub("", raw) if "\\" in raw else raw
    name = _UNIT_OR_ARROW.sub("", raw).rstrip("% ") if "%" in raw or not raw.isascii() else raw
    name = name if raw.isascii() else _PICTURES.sub("", name) or name
    name = _FOOTNOTES.sub(r"\1", name) if name[-1:] in _MARKS or name[:1] == "*" else name
    name = _BLANKS.sub("_", name.casefold()).strip("_:")
    return f"{match[1]}_at_{match[2]}" if "@" in name and (match := _AT_K.fullmatch(name)) else name


_CANONICAL: dict[str, str] = {}
_KINDS: dict[str, frozenset[str]] = {}
"""Of a metric that is one of several of a kind: the names under which all of them go, `f1` for `macro_f1`."""
for _row in rows("metrics"):
    for _spelling in (_row["canonical"], *filter(None, _row["synonyms"].split("|"))):
        _CANONICAL.setdefault(unspaced(_written_alike(_spelling)), _row["canonical"])
    _KINDS[_row["canonical"]] = frozenset(filter(None, _row["kinds"].split("|")))
for _row in rows_abroad("metrics"):
    for _spelling in _row["synonyms"].split("|"):
        _CANONICAL.setdefault(unspaced(_written_alike(_spelling)), _row["canonical"])


@remembered(longest=200, texts=65_536)
def metric_name(raw: str) -> str:
    """The canonical name of a metric; an unknown one's own, in lower case, with underscores for blanks and dashes.

    Its unit and which way is better are no part of it: `Macro F1 (%) ↑` is `macro_f1`. A name of nothing but dashes
    stays as it is: no metric is without a name.
    """
    name = _written_alike(raw)
    if found := _CANONICAL.get(unspaced(name)):
        return found
    if match := _PREFIX.match(name):
        rest = name[match.end() :]
        return _CANONICAL.get(rest) or (rest if match[0] == "eval/" else name)
    return (_written_alike(in_english(raw) or "") or name) or raw.strip()


def metric_and_data(raw: str) -> tuple[str, str | None]:
    """A well-known metric's canonical name and the data behind it: `Accuracy on SAT (full)`; of another name, its own.

    What was measured on the data of the training keeps its long name: it is no result among the others.
    """
    name, on, data = raw.partition(" on ")
    if on and "train" not in data.lower() and (found := _CANONICAL.get(unspaced(_written_alike(name)))):
        return found, _UNIT_OR_ARROW.sub("", data).rstrip("*†‡ ").removeprefix("the ") or None
    return metric_name(raw), None


def metric_of_kind(kind: str | None, name: str) -> str:
    """The canonical name of a metric that has a kind and a name: its kind's, unless the name tells which of the kind.

    `type: f1, name: F1 Macro` is macro_f1, and the `Accuracy` of `dialog_acts_accuracy` is that.
    """
    if not kind:
        return metric_name(name)
    general, particular = metric_name(kind), metric_name(name)
    return particular if general in _KINDS.get(particular, ()) else general

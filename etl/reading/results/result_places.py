"""Where headline results stand: the headings over them and the words above them, and which of these speak of another model.

Whether a line there is a result is said in `result_lines`; what is taken, in `eval_metrics`.
"""

from __future__ import annotations

import re

from etl.cards.remembered import remembered
from etl.reading.words.result_languages import HEADINGS
from etl.reading.words.table_words import is_metric, measure_told, speaks_of_results

_LEAD = re.compile(
    r"achiev\w* (?:the )?(?:following|these|a |an )|\bbreakdown of (?:the )?(?:\w{1,20} )?(?:f1|f-?score|accuracy|precision|recall|scores?|results?)\b|following (?:result|metric|score|performance)|results? (?:on|of) the (?:evaluation|test|dev|validation)|"
    r"evaluation results?|validation metrics|test results?|final (?:result|metric|score)s?|performance on|\bresults? (?:is|are)\b|"
    r"erzielt|resultados|résultats|risultati|评估|结果|結果|결과|성능|результат|ergebnis|wyniki|sonuçlar|kết quả"
)  # searched for in lower-case texts
_HEADS_RESULTS = re.compile(r"\W{0,8}results?\W{0,8}")
"""A line of nothing but the word."""
_SECTION = re.compile(
    r"^(?:(?:key|main|headline|overall|our|model|benchmark|quantitative|experimental|final) ){0,2}(?:validation|evaluation|eval|test|training)?(?: set)? ?(?:performance )?"
    r"(?:metrics|results?|scores?|performance)(?: (?:with|without|on|for) .{1,40}| \w+)?$|"
    r"^(?:summary|overview) of (?:the )?(?:evaluation )?results?$|^(?:held|hold)-?out (?:validation|evaluation|test)(?: set)?$|^(?:model )?evaluation(?: data)?$|validation metrics|eval(?:uation)? results?|test results?|^performance\b|^accuracy$|^model quality$|^benchmarks?$|"
    rf"^(?:{HEADINGS})$",
    re.I,
)
_MARKED = re.compile(r"[\W_]*(?:\d{1,2}(?:\.\d{1,2})?[.):]?\s)?[\W_]*")
"""Pictures and numbers before a heading: `📊 Results`, `3. Results`."""
VALIDATION_METRICS = re.compile(r"validation metrics", re.I)
_OTHERS_LEAD = re.compile(
    r"\b(?:baseline|teacher|original|previous|reference|base)(?: \w+)? (?:model|system|checkpoint|version)s? (?:\w+ )?(?:achiev|obtain|reach|scor|ha[ds]\b)\w*[^.]*$|"
    r"(?:^|\n)\W{0,4}(?:by|in|for) comparison\b(?!.{0,80}\b(?:our|this)\b).{1,120}?\b(?:was|were|ha[ds]|gave|gives|giving|achiev\w+|scor\w+|reach\w+|obtain\w+)\b[^\n]*$",
    re.I,
)
"""The sentence that announces the results of another model."""
_PARTS_OF_IT = re.compile(
    r"\bbreakdown of\b|\b(?:per|by|for each)[ -](?:class|entity|label|category|language|tag)\b", re.I
)
OTHERS = re.compile(
    r"baseline|compar|previous|other|original|teacher|before|zero-?shot|goal|target|limitation|expect", re.I
)
"""Headings under which the numbers are somebody else's."""


@remembered(longest=240, texts=16_384)
def announces(lead: str) -> bool:
    """Whether the words above a list say that results follow."""
    lead = lead.lower()
    return bool(_LEAD.search(lead) or _HEADS_RESULTS.fullmatch(lead))


@remembered(longest=160, texts=8_192)
def broken_down(lead: str) -> str:
    """The measure that the words above a list break down: `the F1 score by entity`; blank where they do not."""
    return measure_told(lead) if _PARTS_OF_IT.search(lead) else ""


@remembered(longest=240, texts=16_384)
def is_of_others(lead: str) -> bool:
    """Whether the words above a list say that another model's results follow."""
    return bool(_OTHERS_LEAD.search(lead))


def is_of_results(title: str) -> bool:
    """Whether a heading speaks of results or names a metric."""
    return speaks_of_results(title) or is_metric(title)


@remembered(longest=200, texts=16_384)
def is_results_heading(title: str) -> bool:
    """Whether a heading is one of headline results."""
    begin = _MARKED.match(title)
    return bool(_SECTION.search(title[begin.end() :] if begin else title))

"""One written result -> its name and value: `F1: 0.84`, `Accuracy of 91%`, a line that JSON or a script printed.

What must not move in: where results stand and whose they are (`eval_metrics`, `result_places`); the shapes of well-known
metrics without a list are in `result_lines`.
"""

from __future__ import annotations

import re

from etl.cards import Section
from etl.cards.inline import plain
from etl.reading import values
from etl.reading.context import written
from etl.reading.results.result_lines import (
    FRACTION,
    WELL_KNOWN,
    average,
    benchmark,
    number_first,
    number_said,
    performance,
    qualified,
    unsigned,
)
from etl.reading.results.result_places import OTHERS, is_of_results, is_results_heading
from etl.reading.settings import settings_text

_BEST = re.compile(
    r"^\W*(?:best |final )?(?:results?|scores?) (?:of|for|in) [`*]*(?P<name>[\w -]{2,30}?)[`*]* ?(?:[-–:=]|is|was) ?[`*]*(?P<value>\d{1,3}(?:\.\d{1,6} ?%?| ?%))\W*$",
    re.I,
)
_LOSS = re.compile(r"^(?!final|best).*loss", re.I)
"""Lines of losses are what a training run printed, unless they say that it ended with them."""
_RATE_ON = re.compile(
    r"^(?P<name>(?!train|base|orig|prev|human|other|old|best)[a-z]\w{1,14} (?:wer|cer)|(?:wer|cer) with(?:out)? [a-z]\w{1,14}) ?: ?(?P<value>[01]\.\d{3,20}|\d{1,2}\.\d{1,6} ?%?)$",
    re.I,
)
"""`TEDx WER: 0.3171`, as a script prints it for each data set."""
_EVALUATED = re.compile(r"^\W*(?:eval(?:uation)?|test|validation) (?:results?|metrics|scores?)\W*$", re.I)
_QUOTED = re.compile(r"(['\"])([\w @/-]{1,60})\1")
_BEGINS = re.compile(
    r"[\s*`_\"']*(?:ac|au|av|be|bl|br|ce|ch|cr|cv|de|di|ee|em|er|ev|ex|f[1i-]|h[eo]|io|lo|ma|mc|me|mi|mr|ms|nd|oo|ou|ov|p[emrs]|r[2²emo]|se|sp|ss|su|te|va|we)",
    re.I,
)
"""How a line must begin to hold a well-known metric: most lines are not looked at further."""
_ABROAD = re.compile(
    r"[\W_]{0,6}(?:最终|最終|最佳|最好)?(?:的)?(?:训练|验证|测试|評価|訓練|驗證|測試|検証|テスト)?(?:集)?(?:损失|損失|准确率|準確率|正解率|精确率|召回率|困惑度)[*_]{0,3}[:：]\s?[*_`]{0,3}\d"
)
"""`最终训练损失：0.99`"""
_HOLDS_A_RESULT = re.compile(r"[:=] ?[*`]{0,2}\d[\d.]{0,12} ?%?[*`]{0,2} [/|] ")
"""`BLEU: 31.2 / COMET`: no name."""
_NUMERIC = "~≈0123456789"


def is_well_known(text: str) -> bool:
    """Whether a line is a well-known metric and a value such as it has, wherever it stands."""
    if not FRACTION.search(text):
        return False
    if not _BEGINS.match(text):
        return not text.isascii() and bool(_ABROAD.match(text))
    if unsigned(text) is not None:
        return True
    pair = pair_of(text)
    return (
        pair is not None
        and bool(FRACTION.search(pair.value))
        and bool(WELL_KNOWN.match(pair.name))
        and values.number(pair.value) is not None
    )


def pair_of(text: str) -> settings_text.Setting | None:
    """`Name: value`; the name may hold colons itself where the last piece is a number."""
    first = text.split("\n")[0]
    if ":" not in first and (bare_one := unsigned(first)) is not None:
        return bare_one
    name, colon, value = first.partition(": {") if first.endswith("}") else first.rpartition(": ")
    if value.endswith("}") and colon and written(name):
        return settings_text.Setting(written(name), "{" + value)
    if colon and (" / " in name or " | " in name) and _HOLDS_A_RESULT.search(name):
        return None
    value = plain(value)
    if (quoted := _QUOTED.fullmatch(name)) is not None:  # a line of JSON: `"eval_f1": 57.4,`
        name, value = quoted[2], value.removesuffix(",")
    if colon and values.number(value) is not None and not value.startswith("{"):
        name = written(name)
        return settings_text.Setting(name, value) if name else None
    found = settings_text.pair(first)
    if found is not None and found.value.startswith("** "):  # `**Epoch = ** 5.0`: no Markdown opens or ends so
        return settings_text.Setting(found.name, found.value[3:])
    if found is not None and " " in found.value and values.number(found.value) is None:
        if (measured := performance(found.name, found.value)) is not None:
            return measured
        return settings_text.Setting(found.name, number_said(found.name, found.value))
    return found


def line_result(section: Section, text: str, below_table: bool) -> settings_text.Setting | None:
    """The well-known metric and value that a line is; a loss only where results of an evaluation are headed."""
    if match := _RATE_ON.match(text):
        return settings_text.Setting(match["name"], match["value"])
    if is_well_known(text):
        pair = pair_of(text)
        is_run = pair is not None and _LOSS.search(pair.name) and not _EVALUATED.search(section.title)
        is_run = is_run and not text.startswith(("eval_", "test_"))
        return None if is_run else pair
    if (found := qualified(text)) is not None:
        return found
    if text[0] in _NUMERIC and is_of_results(section.title) and (found := number_first(text)):
        return found
    if (found := average(text)) and (below_table or any(map(is_of_results, (section.title, *section.path)))):
        return found
    if (found := benchmark(text)) and is_of_results(section.title) and not OTHERS.search(found.name):
        return found
    match = _BEST.match(text)
    if match and is_results_heading(section.title) and WELL_KNOWN.match(match["name"]):
        return settings_text.Setting(match["name"], match["value"])
    return None

"""Lines that are well-known metrics and their values, in the ways in which people write them without a list.

What must not move in: whether a line stands where results stand (`eval_metrics`).
"""

from __future__ import annotations

import re

from etl.cards.inline import bare
from etl.cards.remembered import remembered
from etl.reading import values
from etl.reading.settings.settings_text import Setting
from etl.reading.words.result_languages import MEASURES
from etl.reading.words.table_words import FAMILY, SIZED, is_metric, is_skipped, is_skipped_row

MEASURE = (
    r"(?:(?:macro|micro|weighted)[ _-])?(?:accurac?y|acc|f1(?:[ _-]score)?|f-(?:score|measure)|precision|recall|loss|wer|cer|error rate|m?iou|mrr(?: ?@ ?\d{1,3})?|bleu(?:[ _-]?[1-4])?|rouge-?[12l](?:sum)?|"
    r"(?:spearman|pearson)(?:['’]s)?(?: rank)?(?: correlation)?|success rate|mean[ _]reward|chr-?f[\d+]{0,3}(?:[ _-]score)?|brevity[ _]penalty|(?:(?:pr|roc)[ _-])?auc(?: score)?|"
    r"map ?@? ?(?:50|0?\.5)(?:(?: ?[-:–] ?|:)(?:95|0?\.95))?|(?:r|p?m)?mse|mae|s?mape|r2|r²|dice(?: (?:score|coefficient))?|au(?:ro|pr)c|eer|specificity|sensitivity|ndcg(?: ?@ ?\d{1,3})?|psnr|ssim|"
    r"mcc(?: score)?|exact(?:[ _]match)?|em|perplexity|rewards/[a-z]{6,10})(?: \((?:macro|micro|weighted|em|wer|cer|mcc|auc|eer|mae|r?mse|m?iou|\d{1,4} (?:evaluation )?episodes)\))?"
)
METRIC_NAME = re.compile(
    r"loss|acc|f1|f-?score|precis|recall|(?<![a-z])[wc]er\b|bleu|rouge|meteor|perplex|ppl|auc|auroc|auprc|mcc|matthews|pearson|spearman|kappa|map\b|mrr|ndcg|"
    r"exact|\bem\b|score|error|reward|logps|logits|kl\b|iou|dice|psnr|ssim|fid\b|runtime|samples|steps_per|epoch|gen len|mae\b|mse\b|rmse|r2\b|\bhits?(?![a-z])|"
    r"sensitivity|specificity|\bs?mape\b|\bmase\b|\bwql\b|\bcrps\b|\bhd ?95\b|\buar\b|\bmota\b|\bhota\b|\bidf1\b|\brmsd\b|\bcider\b|\bqwk\b|\blpips\b|\babs ?rel\b|\bece\b|mos\b|success rate|similarity|entropy|win[ -]?rate",
    re.I,
)
"""How a name of a list of results tells that it is a metric's."""
_BENCHMARKS = re.compile(
    r"(?<![a-z])(?:mmlu|arc\b|hellaswag|truthful ?qa|winogrande|gsm-?8k|human-?eval|mbpp|bbh|agieval|c-?eval|cmmlu|boolq|piqa|openbookqa|lambada|mt-?bench|alpaca-?eval|ifeval|gpqa|musr|math\b|bfcl|swe-?bench|live ?code ?bench|arena-?hard|mmmu|beir\b|mteb\b)",
    re.I,
)
WELL_KNOWN = re.compile(
    rf"^(?:(?:(?:final|best|overall|average|mean|champion|median|cv|cross-?validat(?:ed|ion)|held-?out|hold-?out|out-of-fold|oof) ){{1,2}}(?:(?:train(?:ing)?|sft|dpo) )?|train(?:ing)? (?=loss))?(?:(?:eval|test|val|validation|dev)(?: set)?[ _-])?{MEASURE}(?: reached| achieved| after(?: (?:fine-?tuning|training))?| \((?:test|val(?:idation)?|dev|eval|held-?out)(?: set)?\))?$",
    re.I,
)
_QUALIFIED = re.compile(
    rf"^(?:(?!(?:train|base|orig|prev|human|other|old|best|random|majority|target|teacher|prior|sota|zero|lowest|state)|max)[A-Za-z][\w-]{{1,20}} ){{1,3}}{MEASURE}$|"
    rf"^{MEASURE}(?: \([a-z][a-z ]{{2,24}}\))? on (?:the )?[\w .-]{{2,40}}$",
    re.I,
)
"""A well-known metric and of what it is: `JSON mode accuracy`, `WER (word error rate) on the test set`."""
_PICTURE = re.compile(r"^[^\w\s]{1,4} ")
_OF_RESULTS = re.compile(
    rf"^\w[\w .-]{{1,30}} results? (?:for|on) [\w .-]{{2,30}} \((?P<name>{MEASURE}(?: score)?)\) ?: ?(?P<value>\d{{1,3}}\.\d{{1,20}} ?%?)$",
    re.I,
)
"""`MuST-C test results for en-de (BLEU score): 22.7`"""
_UNSIGNED = re.compile(rf"^(?P<name>{MEASURE}) (?:[–—-] |\.{{3,60}}+ ?)?(?P<value>\d{{1,3}}\.\d{{1,20}} ?%?)\.?$", re.I)
"""`F-score (micro) 0.8605`: no sign stands between, a dash or a line of dots."""
_SERIES = re.compile(r"(?P<name>[a-z][a-z0-9_]{1,30}) {2,30}(?P<value>-?\d{1,9}\.\d{1,8})")
"""`recall_macro         0.883333`, as pandas prints a series."""
_MEASURED_ON = re.compile(
    r"(?P<on>(?!base|prev|other|human|random)[A-Za-z][\w+.-]{1,30}) (?P<pairs>(?:ppl|acc(?:_norm)?|accuracy|loss|f1|em|bleu|wer|cer|perplexity) \d{1,3}\.\d{1,6} ?%?"
    r"(?:, (?:ppl|acc(?:_norm)?|accuracy|f1|em) \d{1,3}\.\d{1,6} ?%?){0,2})",
    re.I,
)
"""`LAMBADA ppl 15.34, acc 42.42%`: what was measured, on what, without a sign."""
_SEVERAL = re.compile(
    rf"^(?:(?:achieved|current|(?:current )?achievement|results?):? )?(?P<pair>(?:(?:eval|evaluation|test|val|validation|dev)[ _-])?{MEASURE} ?[:=]? ?\d{{1,3}}(?:\.\d{{1,20}})? ?%?)$",
    re.I,
)
"""One of several on a line: `Achieved EM: 76.7, F1: 85.4`."""
_METRICS_LABEL = re.compile(
    r"\W{0,6}(?:(?:final|best|test|eval(?:uation)?|validation|training|held-out|key|overall|reported) ){0,2}(?:metrics?|results?|scores?|performance)\W{0,3}[:：]\W{0,3}",
    re.I,
)
"""What says that results follow on its line."""
_NAMED = re.compile(
    rf"(?P<name>(?:(?:held-out|token|sequence|eval|test|val|validation|dev|train|training)[ _-]){{0,2}}{MEASURE}) ?[:=]? ?(?P<value>\d{{1,3}}(?:\.\d{{1,20}})? ?%?)\.?",
    re.I,
)
_BY_SPLIT = re.compile(
    rf"\W{{0,3}}(?P<name>{MEASURE})\W{{0,3}}[:：]\W{{0,3}}(?P<pairs>(?:train|val|test)(?:ing|idation)? \d{{1,3}}\.\d{{1,20}} ?%?(?:(?:, | / |; )(?:val|test|eval)(?:idation)? \d{{1,3}}\.\d{{1,20}} ?%?){{1,2}})",
    re.I,
)
"""`Loss: train 0.41, val 0.44`"""
_REMARK = re.compile(r"\(([^()]{1,120})\)\W*$")
_AVERAGE = re.compile(
    r"(?P<name>(?!base|human|old|other|prev|random|teacher|train)(?:[a-z][\w-]{1,20} ){0,3}?average(?: score)?) ?[:=] ?(?P<value>\d{1,2}\.\d{1,4} ?%?)",
    re.I,
)
_BENCHMARK = re.compile(r"(?P<name>[A-Za-z][^:,*=]{1,40}): (?P<value>\d{1,3}\.\d{1,20} ?%?)")
_BEHIND = r"(?: \([^()]{1,120}\))?(?: (?:on|over|across|for|at|after) [^:=|]{2,80})?"
_SAID_OF = re.compile(rf"([~≈]?\d{{1,4}}(?:[.,]\d{{1,20}})? ?%?(?: ?(?:±|\+/-) ?[\d.]{{1,12}} ?%?)?){_BEHIND}")
"""A number, and what it was measured on behind it: `45.4% (teacher-forced) on all sums`."""
_RATE = re.compile(r"([~≈]?\d{1,3}(?:\.\d{1,6})? ?%)((?: (?=[a-z(])[^:=|]{3,120})?)", re.I)
_RATES = re.compile(
    r"(?<!dropout )(?<!mask )(?<!learning )(?<!hit )rate$|(?:agreement|consistency|coherence|adherence|compliance|alignment|correctness|faithfulness|transfer|success)(?: \([^()]{1,40}\))?$",
    re.I,
)
"""How the name of a share ends that nothing behind it tells to be a result."""
_NO_RATE = re.compile(
    r"\b(?:production|baseline|teacher|previous|original|reduction|improve\w*|increase|decrease|less|lower|higher|more|fewer|faster|slower|smaller|cheaper|better|of (?:the )?(?:data|param|train|token|layer|memory))",
    re.I,
)
"""What a share says that is none of this model's results: a gain, another model's, a part of something."""
_ANOTHERS = re.compile(
    r"^(?!.*\(this \w{1,12}\)).*(?:baseline|production|teacher|previous|original|human|random|target|goal|expect)",
    re.I,
)
"""What the name of another model's result says, unless it says that it is this one's."""
_FIRST = re.compile(rf"(?P<value>[~≈]?\d{{1,3}}(?:\.\d{{1,6}})? ?%?) (?P<name>{MEASURE})(?: on .{{2,80}})?\.?", re.I)
"""`64.6 BLEU on the test set`"""
_PERFORMANCE = re.compile(r"(?:(?:overall|test|validation) )?(?:performance|results?)", re.I)
_MEASURED_FIRST = re.compile(
    rf"(?P<value>[~≈]?\d{{1,3}}(?:\.\d{{1,6}} ?%?| ?%)) (?P<name>{MEASURE})(?=[,;(.]| on |$)", re.I
)
"""`Performance: 91.4% mAP@0.5, 40 ms on a phone`, among facts about a model."""
_PART_OF_DATA = re.compile(
    r"(?!.*\b(?:train|baseline|before|base|teacher|previous)).*\b(?:test|val|valid|validation|dev|eval|evaluation|held-?out|hold-?out|cv|cross-?validat\w+|in-domain|out-of-domain)\b",
    re.I,
)
_PARTS = re.compile(r"[,;] | [·•|/] ")
_NUMBERED = r"(?P<value>[~≈]?\d{1,4}(?:\.\d{1,20})? ?%?(?: ?(?:±|\+/-) ?[\d.]{1,12} ?%?)?)"
_NAMED_PART = re.compile(rf"(?P<name>{MEASURE}) ?[:=]? ?{_NUMBERED}(?: ?\([^()]{{1,60}}\))?\.?", re.I)
_COUNTED_PART = re.compile(rf"{_NUMBERED} (?P<name>{MEASURE})\.?", re.I)
_BETWEEN = (" | ", " · ", " • ", "; ", ",")
"""What stands between the results of a line."""
_OF_SIZE = re.compile(r"(?:model |file )?(?:size|param(?:eter)?s|latency|speed): ", re.I)
"""What stands beside results on a line between bars: how large the model is, and how fast."""
_PAIRED = re.compile(r"(?P<name>[A-Za-z][^:=/|]{0,40}?) ?[:=] ?(?P<value>\d{1,4}(?:\.\d{1,20})? ?%?)")
_PAIR = re.compile(r"(.+?) ?[:=]? ?(\d[\d.]*+ ?%?)")
MAX_LINE, LONGEST_ON_PART = 90, 300
FRACTION = re.compile(r"[%.,](?:(?<=%)|(?<=\d\.)\d|(?<=\d,)(?:\d{1,2}|\d{4,})(?!\d))")
"""What a well-known metric's value has; `98,10` is how some languages write it, of `13,186` nobody knows."""


def is_measure(name: str) -> bool:
    """Whether a name is a metric's, in whatever language, or a well-known benchmark's."""
    return bool(METRIC_NAME.search(name)) or bool(MEASURES.search(name.lower())) or bool(_BENCHMARKS.search(name))


def is_known_measure(name: str) -> bool:
    """Whether a name is a well-known metric's, with its picture and what it is measured on: `🎯 Mask mAP50-95`."""
    name = _PICTURE.sub("", name)
    return bool(WELL_KNOWN.match(name)) or bool(_QUALIFIED.match(name))


def heads_benchmark(title: str) -> bool:
    """Whether a heading begins with the name of a well-known benchmark: `MT-Bench (GPT-4 judge)`."""
    return bool(_BENCHMARKS.match(title))


def measured_on(text: str) -> list[Setting]:
    """The results of a line that says on what each was measured and no sign: `PIQA acc 67.03%`."""
    match = _MEASURED_ON.fullmatch(text) if len(text) <= MAX_LINE else None
    if match is None:
        return []
    pairs = (part.rsplit(" ", 1) for part in match["pairs"].replace(" %", "%").split(", "))
    return [Setting(f"{match['on']} {name}", value) for name, value in pairs]


def unsigned(text: str) -> Setting | None:
    """A well-known metric and its value without a sign between them, or with blanks as pandas sets them."""
    if len(text) > MAX_LINE:
        return None
    if "  " in text and (series := _SERIES.fullmatch(text)) and is_measure(series["name"]):
        return Setting(series["name"], series["value"])
    match = _UNSIGNED.match(bare(text).replace("**", "").replace("`", "").strip())
    return Setting(match["name"], match["value"]) if match else None


def qualified(text: str) -> Setting | None:
    """A well-known metric of something, and its value behind a colon: `JSON mode accuracy: 84%`."""
    if ")" in text and (match := _OF_RESULTS.match(text.replace("**", ""))):
        return Setting(match["name"], match["value"])
    name, colon, value = text.rpartition(":")
    if not colon or text[-1] not in "0123456789%" or values.number(value.strip()) is None:
        return None
    return Setting(name.strip(), value.strip()) if _QUALIFIED.match(name.strip()) else None


def number_said(name: str, value: str) -> str:
    """The number of a metric's value that says behind it what it was measured on; else the value."""
    match = _SAID_OF.fullmatch(value) if is_measure(name) else None
    return match[1] if match else value


def rate(pair: Setting) -> Setting | None:
    """A share that an item of results tells in words: `Coherence: 98% grammatical answers`."""
    match = _RATE.fullmatch(pair.value)
    if match is None or (match[2][:2] in ("", " (") and not _RATES.search(pair.name)):
        return None
    if _NO_RATE.search(match[2]) or FAMILY.match(pair.name) or SIZED.search(pair.name):
        return None
    if _ANOTHERS.search(pair.name) or is_skipped_row(pair.name) or is_skipped(pair.name):
        return None
    return Setting(pair.name, match[1])


def number_first(text: str) -> Setting | None:
    """A result whose metric stands behind the number: `64.6 BLEU on the test set`."""
    match = _FIRST.fullmatch(text)
    return Setting(match["name"], match["value"]) if match else None


def performance(name: str, value: str) -> Setting | None:
    """The result that stands behind `Performance:`, its metric behind the number."""
    match = _MEASURED_FIRST.match(value) if _PERFORMANCE.fullmatch(name) else None
    return Setting(match["name"], match["value"]) if match else None


def average(text: str) -> Setting | None:
    """The line below each table of lm-evaluation-harness, as some print them: `Average: 73.12`."""
    match = _AVERAGE.fullmatch(text)
    return Setting(match["name"], match["value"]) if match else None


def benchmark(text: str) -> Setting | None:
    """What is known to be measured, and its value: `ARC (25 shot): 60.32`."""
    match = _BENCHMARK.fullmatch(text)
    return Setting(match["name"], match["value"]) if match and is_metric(match["name"]) else None


def joined(text: str) -> list[Setting]:
    """The results of a line that are told behind one label, or in brackets behind one: `Final metrics: loss=1.2, accuracy=77%`."""
    if (" / " in text or " | " in text or " · " in text) and (beside := _side_by_side(text)):
        return beside
    if not (", " in text or "; " in text or " / " in text) or not FRACTION.search(text):
        return []
    if by_split := _BY_SPLIT.match(text):
        pairs = (part.rsplit(" ", 1) for part in re.split(r", | / |; ", by_split["pairs"].replace(" %", "%").strip()))
        return [Setting(f"{split} {by_split['name']}", value) for split, value in pairs]
    remark = _REMARK.search(text)
    if label := _METRICS_LABEL.match(text):
        found = _named(text[label.end() : remark.start() if remark else None].replace("**", "").replace("`", ""))
        return [Setting(m["name"], m["value"]) for m in found if m] if all(found) else []
    if remark is None or not is_measure(text.partition(":")[0]):
        return []
    return [Setting(m["name"], m["value"]) for m in _named(remark[1]) if m and FRACTION.search(m["value"])]


def labelled(text: str) -> list[Setting]:
    """The results that a line tells behind a label of such: `Final metrics: loss = 1.87, rewards/margins = 0.44`."""
    return joined(text) if _METRICS_LABEL.match(text) else []


def _side_by_side(text: str) -> list[Setting]:
    """The results of a line of nothing but names and numbers, one of them a measure's: `BLEU: 31.2 / COMET: 0.84`."""
    parts = [_PAIRED.fullmatch(part.strip()) for part in _PARTS.split(text.replace("**", "").replace("`", ""))]
    found = [Setting(m["name"], m["value"]) for m in parts if m]
    are_results = 1 < len(found) == len(parts) and any(is_measure(each.name) for each in found)
    if not are_results or not any(FRACTION.search(each.value) for each in found):
        return []
    return [each for each in found if not (is_skipped(each.name.lower()) or is_skipped_row(each.name))]


def _named(text: str) -> list[re.Match[str] | None]:
    """Of each part of an enumeration its name and value, if it is a result."""
    return [_NAMED.fullmatch(part.strip()) for part in re.split(r"[,;] ", text)]


def on_part(text: str) -> tuple[str, list[Setting]]:
    """What a line was measured on, and its results: `Test set (held out): accuracy 91.2%, F1 0.89`; else none."""
    label, colon, rest = text.replace("**", "").replace("`", "").partition(": ")
    if not colon or len(text) > LONGEST_ON_PART or not _names_part(label) or is_measure(label):
        return "", []
    parts = [part.strip() for part in _PARTS.split(rest.split("\n")[0])]
    found = [match for part in parts if (match := _NAMED_PART.fullmatch(part) or _COUNTED_PART.fullmatch(part))]
    is_told = 2 * len(found) >= len(parts) and (
        len(found) > 1 or any("." in m["value"] or "%" in m["value"] for m in found)
    )
    return label.strip(" -*_"), [Setting(m["name"], m["value"].rstrip()) for m in found] if is_told else []


def may_be_on_part(text: str) -> bool:
    """Whether what stands before a line's first colon names a part of the data."""
    label, colon, _ = text.partition(":")
    return bool(colon) and _names_part(label)


@remembered(longest=90, texts=8_192)
def _names_part(label: str) -> bool:
    """Kept, because tools print the same labels into thousands of cards."""
    return bool(_PART_OF_DATA.match(label))


def several(text: str) -> list[Setting]:
    """The results of a line of nothing but results: `Achieved EM: 76.7, F1: 85.4`."""
    sign = next((sign for sign in _BETWEEN if sign in text), None)
    written = [part.strip() for part in text.replace("**", "").split(sign)] if sign else []
    parts = [_SEVERAL.match(part) for part in written if sign != " | " or not _OF_SIZE.match(part)]
    if len(parts) < 2 or not all(parts):
        return []
    pairs = (_PAIR.fullmatch(part["pair"]) for part in parts if part)
    return [Setting(pair[1], pair[2]) for pair in pairs if pair]

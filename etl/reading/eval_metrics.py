"""Headline results: the bullet list after "achieves the following results", and its like.

The YAML's results are in `model_index`, tables' in `eval_tables`, sentences' in `told_results`; what a result is, in `result_pairs`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from etl.cards import Block, Fence, Item, ListBlock, Paragraph, Section, TableBlock
from etl.cards.inline import bare, plain
from etl.cards.remembered import remembered
from etl.reading import values
from etl.reading.context import Context
from etl.reading.results.cell_parts import parts_in
from etl.reading.results.result_lines import (
    FRACTION,
    METRIC_NAME,
    average,
    heads_benchmark,
    is_measure,
    joined,
    labelled,
    may_be_on_part,
    measured_on,
    number_first,
    on_part,
    rate,
    several,
)
from etl.reading.results.result_pairs import is_well_known, line_result, pair_of
from etl.reading.results.result_places import (
    OTHERS,
    VALIDATION_METRICS,
    announces,
    broken_down,
    is_of_others,
    is_results_heading,
)
from etl.reading.results.summary_rows import dictionary, of_class, summary_row
from etl.reading.settings import settings_text
from etl.reading.vocabularies import SETTINGS
from etl.reading.words.metric_names import metric_name
from etl.reading.words.table_words import FAMILY, NOT_RESULTS, SIZED, is_metric, is_skipped_row, measure_told
from warehouse.schema import EvalMetric

_TEST_RESULT = re.compile(
    r"^\**\s*(?P<name>(?:test|eval|evaluation|validation|dev)\s+(?:results?|wer|cer|accuracy|scores?|f1(?:[- ]score)?|precision|recall|bleu|loss|mcc)(?:\s?\((?:wer|cer)\))?(?: on [\w .%-]{2,40})?|(?<=\*\*)result(?=\*\*:[\s\d.,]{1,9}%))\s*\**\s*[:：]\s*\**\s*(?P<value>[\d.,]+\s*%?\**(?:\s*\([^()]{1,60}\))?)\s*\**(?: on [\w .-]{2,40})?$",
    re.I,
)
_RATE_OF_TEST = re.compile(
    r"^\**\s*test results?\s*\**\s*[:：]\s*\**\s*(?P<name>[wc]er)(?: on [^:\n]{1,30}?)? ?[:：]\s*\**\s*(?P<value>[\d.,]+\s*%?)\s*\**$",
    re.I,
)
"""`**Test Result**: WER: 12.77 %`"""
_ALL_BOLD = re.compile(
    r"\*\*(?P<name>[A-Za-z][\w @/.-]{1,50}): ?(?P<value>\d{1,3}(?:\.\d{1,6} ?%?| ?%))\*\*(?: ?\([^()]{1,80}\))?"
)
_MEASURES = re.compile(r"\b(?:rate|score|accuracy|f1|precision|recall)$", re.I)
"""`**Removal rate: 93.0%** (on 200 samples)`: how the name of a measure ends."""
_NO_RESULT = re.compile(
    r"^(?:https?|(?:dataset|model|license|language|author|date|note|task|base|hardware|gpu|source|paper)s?(?: name| model| size| type)?$|(?:number|no\.?|#) of |num examples|(?:baseline|teacher|previous|random|majority) |train(?:ing)? (?:time|data)|carbon|co2|(?:[\w.+-]{2,20} ){1,2}version$)",
    re.I,
)


_OUT_OF = re.compile(r"\d{1,3}(?:\.\d{1,3})? ?/ ?(?:5|10|100)(?:\.0)?")
_TAKES = re.compile(r"\b(?:time|latency|duration|memory|size|costs?|speed|uptime)$", re.I)
"""How the name of what an answer takes ends."""
_SIGN = re.compile(r"[:=：]")
_DIGIT_AND_COLON = re.compile(r"[^:\n]{2,90}:[*_ ]{1,4}[^\n]*\d")
LONGEST_ITEM = 300
MAX_RESULT_LINE = 60
MAX_ITEM = 160
MIN_METRICS, MIN_MEASURED = 4, 3
LONGEST_LABEL = 80
MAX_NAMED = 12
"""Words of the name of a number that is announced: a question's text may be a metric's name."""
MAX_TEXT = 400
MAX_COLLECTION = 4_000
"""A longer list or dictionary is no result; the values of each of 150 classes have 3,000 characters."""


def read_summary(context: Context) -> Iterator[EvalMetric]:
    """The headline results, in the card's order."""
    for section in context.card.sections:
        if ":" in section.title:
            yield from _heading(context, section)
        if section.blocks:
            yield from _below_heading(context, section)


def _below_heading(context: Context, section: Section) -> Iterator[EvalMetric]:
    """The headline results in the blocks of a section."""
    tabled = False
    for block in section.blocks:
        if isinstance(block, ListBlock):
            tabled = False
            strength = _strength(section, block.lead)
            yield from (on_parts := list(_on_parts(context, section, block)))
            read = {row.line for row in on_parts}
            items = [item for item in block.items if item.line not in read] if read else block.items
            told = broken_down(block.lead[-160:]) if strength else ""
            measured = [] if strength > 1 or "without" in block.lead[-80:] else _measures(section, items)
            if measured:
                strength = 2
                told = told or measure_told(section.title)
            told = "" if told and any(is_metric(item.text) for item in items) else told
            found = measured or (items if strength else _unmistakable(section, items))
            if found and not is_of_others(block.lead[-240:]) and not (strength and _is_settings(block.items)):
                strength = 2 if strength == 1 and _are_metrics(block.items) else strength or 2
                for row in _items(context, found, strength):
                    yield dataclasses.replace(row, metric=metric_name(told), dataset_name=row.raw_name) if told else row
            elif not found:
                yield from _measured(context, section, items)
        elif isinstance(block, Paragraph):
            if VALIDATION_METRICS.search(section.title):
                yield from _items(context, block.lines, 2)
            elif rows := _block_dictionary(context, section, block):
                yield from rows
            else:
                announced = _announced(block)
                lines: Sequence[Item] = block.lines
                if announced:
                    yield from _items(context, announced, 2)
                    read_lines = set(map(id, announced))
                    lines = [line for line in lines if id(line) not in read_lines]
                yield from _bold_lines(context, section, lines)
                yield from _plain_lines(context, section, lines, tabled)
            tabled = False
        else:
            tabled = _is_table(block)
            if tabled and isinstance(block, Fence):
                yield from _averages(context, block)


def _is_others(section: Section) -> bool:
    """Whether a heading says that what stands below is another model's; a sentence in its place says more than that."""
    return len(section.title) <= LONGEST_LABEL and _names_others(section.title)


@remembered(longest=LONGEST_LABEL, texts=8_192)
def _names_others(title: str) -> bool:
    return bool(OTHERS.search(title))


def _is_table(block: Block) -> bool:
    """Whether a block is a table, in a code block or not."""
    return isinstance(block, TableBlock) or (isinstance(block, Fence) and any("|" in line for line in block.lines[:2]))


def _averages(context: Context, block: Fence) -> Iterator[EvalMetric]:
    """The line below each table that lm-evaluation-harness printed into a code block."""
    for offset, line in enumerate(block.lines):
        if found := average(line.strip()):
            yield summary_row(context, found.name, found.value, block.line + offset)


def _announced(block: Paragraph) -> list[Item]:
    """The lines right below the words that announce results, as long as each is one result."""
    texts = [block.lead, *[line.text for line in block.lines]]
    for at, text in enumerate(texts):
        if text[-1:] == ":" and announces(text[-240:]) and not is_of_others(text[-240:]):
            return list(takewhile(_number_pair, block.lines[at:]))
    return []


def _is_result_line(line: Item) -> bool:
    pair = _number_pair(line)
    return pair is not None and is_measure(pair.name)


def _number_pair(line: Item) -> settings_text.Setting | None:
    """The name and the number that a short line is, with a sign between them."""
    if len(line.text) >= MAX_RESULT_LINE or not (":" in line.text or " = " in line.text):
        return None
    pair = pair_of(line.text)
    return pair if pair is not None and values.number(pair.value) is not None else None


def _heading(context: Context, section: Section) -> Iterator[EvalMetric]:
    """The result that a heading is: `### F1: 83.7`."""
    title = section.title
    if title[-1] in "0123456789%" and len(title) < 60 and not _is_others(section):
        pair = line_result(section, title, False)
        if pair is not None and pair.name.casefold() != "value":  # of front matter that is commented out
            yield summary_row(context, pair.name, pair.value, section.line)


def _strength(section: Section, lead: str) -> int:
    """2 where headline results are announced, 1 where only the heading speaks of results, else 0."""
    if (lead and announces(lead[-240:])) or VALIDATION_METRICS.search(section.title):
        return 2
    of_benchmark = heads_benchmark(section.title) and any(map(is_results_heading, section.path[-1:]))
    return int(of_benchmark or is_results_heading(section.title))


def _unmistakable(section: Section, items: Sequence[Item]) -> list[Item]:
    """The items that are results among others: OPUS-MT puts its scores into a list of facts about the model."""
    found = [i for i in items if len(i.text) < MAX_ITEM and (is_well_known(i.text) or joined(i.text))]
    return found if found and not _is_others(section) else []


def _are_metrics(items: Sequence[Item]) -> bool:
    """Whether so many items are metrics that the others are, too: `qwk: 0.75` below accuracy, F1 and recall."""
    return len(items) >= MIN_METRICS and sum(map(_is_result_line, items)) * 4 >= len(items) * 3


def _measures(section: Section, items: Sequence[Item]) -> list[Item]:
    """The fractions under some name that nearly all items are, below a heading of results or right inside its section."""
    if len(items) < MIN_MEASURED or not any(map(is_results_heading, (section.title, *section.path[-1:]))):
        return []
    if _is_others(section) or NOT_RESULTS.search(section.title.lower()):
        return []
    pairs = [pair_of(item.text) if len(item.text) < MAX_ITEM and ":" in item.text else None for item in items]
    found = [
        (item, pair.name)
        for item, pair in zip(items, pairs, strict=True)
        if pair is not None and _is_measured(pair.value)
    ]
    if len(found) < MIN_MEASURED or len(found) * 4 < len(items) * 3:
        return []
    if any(FAMILY.match(name) or SIZED.search(name) or OTHERS.search(name) for _, name in found):
        return []
    of_costs = {item.line for item, name in found if is_skipped_row(name) or _TAKES.search(name)}
    stated = {item.line for item, _ in found} | {item.line for item in items if is_measure(item.text[:LONGEST_LABEL])}
    stated -= of_costs
    return [item for item in items if item.line in stated]


def _is_measured(value: str) -> bool:
    """Whether a value is a fraction, or how many of how many: `0.94`, `4.2/5.0`, `83% accuracy`."""
    if not FRACTION.search(value):
        return False
    return values.number(value) is not None or bool(_OUT_OF.fullmatch(value) or number_first(value))


def _is_settings(items: Iterable[Item]) -> bool:
    """A list of known settings under a heading of results is a list of settings."""
    parts = [_SIGN.split(item.text, 1) for item in items]
    names = [part[0] for part in parts if len(part) > 1]
    return 2 * sum(SETTINGS.knows(name) and not METRIC_NAME.search(name) for name in names) > len(names)


def _measured(context: Context, section: Section, items: Sequence[Item]) -> Iterator[EvalMetric]:
    """The results of a list of such, but for one item at most, wherever it stands: `LAMBADA ppl 15.34, acc 42.42%`."""
    if len(items) < MIN_MEASURED or items[0].text[-1:] not in "0123456789%" or _is_others(section):
        return
    if ":" in items[0].text and ":" in items[1].text:  # such a result has none
        return
    read = [measured_on(plain(item.text)) for item in items]
    if sum(map(bool, read)) >= max(MIN_MEASURED, len(items) - 1):
        for item, results in zip(items, read, strict=True):
            for found in results:
                yield summary_row(context, found.name, found.value, item.line)


def _on_parts(context: Context, section: Section, block: ListBlock) -> Iterator[EvalMetric]:
    """The results of items that say on which part of the data they were measured."""
    told = [item for item in block.items if may_be_on_part(item.text)]
    if not told:
        return
    found = [(item, on_part(item.text)) for item in told if _DIGIT_AND_COLON.match(item.text[:LONGEST_ITEM])]
    if not any(results for _, (_, results) in found) or _is_others(section) or is_of_others(block.lead[-240:]):
        return
    for item, (part, results) in found:
        for each in results:
            row = summary_row(context, each.name, each.value, item.line)
            yield dataclasses.replace(row, dataset_name=part)


def _items(context: Context, items: Iterable[Item], strength: int) -> Iterator[EvalMetric]:
    for item in items:
        if item.text.startswith("{"):
            yield from dictionary(context, [item])
            continue
        several_on_it = joined(item.text)
        for found in several_on_it:
            yield summary_row(context, found.name, found.value, item.line)
        pair = pair_of(item.text)
        if pair is None:
            continue
        value = values.number(pair.value)
        if value is None and several_on_it:
            continue
        if value is None and (parts := parts_in(pair.name, pair.value)) is not None:
            rows = [summary_row(context, n, text, item.line) for n, _, text in parts.values]
            yield from (dataclasses.replace(row, dataset_name=parts.of or None) for row in rows)
            continue
        if value is None and strength == 2 and (behind := number_first(pair.value)):
            row = summary_row(context, behind.name, behind.value, item.line)
            yield dataclasses.replace(row, dataset_name=pair.name)
            continue
        if value is None and (share := rate(pair)) is not None:
            yield summary_row(context, share.name, share.value, item.line)
            continue
        if len(pair.name.split()) > (MAX_NAMED if strength == 2 and value is not None else 8):
            continue
        if _NO_RESULT.match(pair.name) and not (value is not None and 0 < value < 1):  # `date: 0.87` is a class's F1
            continue
        if value is None and not (strength == 2 and (_stated(pair) or _OUT_OF.fullmatch(pair.value))):
            continue
        if strength < 2 and not is_measure(pair.name) and rate(pair) is None:
            continue
        yield summary_row(context, pair.name, pair.value, item.line)
        if value is None and pair.value.startswith("{"):
            yield from of_class(context, pair, item.line)


def _block_dictionary(context: Context, section: Section, block: Paragraph) -> list[EvalMetric]:
    """The results of a paragraph of several lines that is one dictionary."""
    lines = block.lines
    begins = len(lines) > 1 and (lines[0].text.startswith("{") or lines[0].text == "[")
    return list(dictionary(context, lines)) if begins and not _is_others(section) else []


def _stated(pair: settings_text.Setting) -> bool:
    """A result that is no number, but stated as one: a dictionary, `No log`, or any text under a metric's name."""
    if pair.value.startswith(("{", "[")):
        return len(pair.value) < MAX_COLLECTION
    return len(pair.value) < MAX_TEXT and bool(METRIC_NAME.search(pair.name))


def _bold_lines(context: Context, section: Section, lines: Iterable[Item]) -> Iterator[EvalMetric]:
    """`**Test Result**: 31.38 %`, the line that the speech recognition sprint's template ends with."""
    for item in lines:
        if len(item.text) < 80 and (match := _TEST_RESULT.match(item.text) or _RATE_OF_TEST.match(item.text)):
            value = match["value"].replace("*", "")
            yield summary_row(context, match["name"], value, item.line)
        elif item.text.startswith("**") and (match := _ALL_BOLD.fullmatch(item.text)) and len(item.text) < 160:
            named = _MEASURES.search(match["name"]) or is_results_heading(section.title)
            if (
                named
                and not line_result(section, bare(item.text), False)
                and not (OTHERS.search(match["name"]) or _is_others(section))
            ):
                yield summary_row(context, match["name"], match["value"], item.line)


def _plain_lines(context: Context, section: Section, lines: Iterable[Item], below_table: bool) -> Iterator[EvalMetric]:
    """Lines that are one result each: `F1 score: 85.1` anywhere, `Best result of Macro F1 - 49.3%` among results."""
    if _is_others(section) and section.title != context.card.title:  # `Baseline model trained on ...`
        return
    for item in lines:
        if item.text.startswith(("{", "`{", "```{")):
            yield from dictionary(context, [item])
        if (
            len(item.text) >= MAX_ITEM or not FRACTION.search(item.text) or _TEST_RESULT.match(item.text)
        ):  # read among bold lines
            continue
        text = bare(item.text.rstrip(". \\")).rstrip().rstrip(",")
        pair = line_result(section, text, below_table)
        if pair is None and ". " in text and is_well_known(first := text.split(". ", 1)[0]):
            pair = line_result(section, first, below_table)
        for found in (pair,) if pair is not None else several(text) or labelled(text):
            yield summary_row(context, found.name, found.value, item.line)

"""Evaluation results in tables, and only those that are about this model.

A table speaks of one model (metric and value columns, classes or data sets against metrics), or it compares models:
then the row or the column that is headed by this model's name, "ours" or "this model" is taken and nothing else.
Where neither can be told, nothing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from etl.cards import Block, Fence, ListBlock, Row, Section, TableBlock
from etl.cards.blocks import read_blocks
from etl.cards.sieve import Words
from etl.reading import values
from etl.reading.context import Context
from etl.reading.logs.log_columns import is_log
from etl.reading.models.this_model import ThisModel
from etl.reading.results.model_rows import models_of, own_row
from etl.reading.results.printed_reports import printed_reports
from etl.reading.results.result_cells import is_number, is_result_without_number, is_said, results_in
from etl.reading.results.result_columns import has_metric_rows
from etl.reading.results.result_lines import FRACTION, is_known_measure, unsigned
from etl.reading.results.result_places import OTHERS
from etl.reading.results.result_tables import ResultTable, result_table
from etl.reading.results.table_layouts import read_results
from etl.reading.results.tool_tables import is_lm_eval, is_sclite, of_loaded
from etl.reading.settings import python_settings, settings_text
from etl.reading.vocabularies import SETTINGS, key
from etl.reading.words.metric_names import metric_name
from etl.reading.words.table_words import (
    ABOUT_MODEL,
    CODE,
    EVALUATOR_KEYS,
    EXAMPLE_KEYS,
    HARDWARE,
    MODEL_HEADER,
    NOT_RESULTS,
    OTHERS_PLACE,
    PARAMETERS,
    PLACE,
    RATE,
    SETTINGS_HEADER,
    SKIP_COLUMN,
    SPEED,
    is_metric,
    is_skipped,
    is_skipped_row,
    speaks_of_results,
)
from warehouse.schema import EvalMetric, Source

MAX_NAME = 60
_PREFIXED = re.compile(
    r"\s*((?:eval|test|valid(?:ation)?|dev)[/_][\w@/-]{1,40}) +(\d{1,6}\.\d{1,20}(?: \([^()]{1,40}\))?)\s*"
)
_SHOWN = re.compile(
    r"\b(?:outputs?|returns?|emits?|responds? with|example|response|request|payload|schema)\b(?:(?!result|metric|score)[^.:]){0,80}:\W*$",
    re.I,
)
"""What announces the text that a model writes, or takes, and none of its results: `the model outputs a JSON action:`."""
_BASE = re.compile(r"\W*(?:the )?(?:base|parent) model\W*", re.I)
"""A heading below which all is about what an instructed model was made from."""
_PRINTED = re.compile(r"\s{0,8}\*{3,5} (?:eval|test|predict)\w{0,7} (?:results|metrics) \*{3,5}\s*$", re.I)
"""What BERT's own scripts and those made of them print over what they measured: `***** Eval results *****`."""
_PRINTED_NAMES = Words("eval_", "test_", "predict_", "HasAns_", "NoAns_", "best_")
_MEASURED = re.compile(
    r"\W{0,12}((?:eval|test|predict)_[\w@/-]{1,40}|(?:HasAns|NoAns|best)_(?:exact|f1)\w{0,7})['\"]? *[=:] *\d"
)
"""`eval_exact_match = 80.4`, `"eval_wer": 0.1351`, and what SQuAD's script prints"""
_LABELLED = re.compile(
    r"\W{0,3}(?:eval(?:uation)?|test|validation) (?:results?|metrics|scores?)[^:{}]{0,40}: ?(?=\{)", re.I
)
"""`Eval metrics (10% valid set): {'accuracy': 0.91}`"""
_COUNTER = re.compile(r"(?:(?:global|training) )?(?:steps?|epochs?|iter(?:ation)?s?)", re.I)
_DIFFERENCE = re.compile(r"\W{0,2}(?:[Δ∆]|delta|difference)s? (?:vs\b|versus\b|to\b|from\b|over\b|against\b|\()", re.I)
_PROPERTY = re.compile(
    r"\W*(?:(?:items?|fields?|details?|info(?:rmation)?|keys?|specs?|specifications?|components?|aspects?|propert(?:y|ies)|attributes?|features?|parameters?|alan|özellik|campo|propi?edade?|champ|feld|merkmal|eigenschaft|поле|параметр|характеристика|项目|字段|属性|항목|項目|필드|속성)\W*)?",
    re.I,
)
"""What heads the names of what is told of a model, or nothing."""
_RELEASE = re.compile(r"\W{0,6}(v\d{1,2})\b(?!\.\d)", re.I)
"""What a heading begins with below which one release is spoken of: `V2 decision`."""
MIN_METRIC_ROWS = 2
MIN_MEASURED = 3
"""So many columns of fractions beside this model's name are results, whatever the heading says."""
_LISTED = re.compile(r"'([^'\n]{1,80})'")


def read_eval_tables(context: Context, this: ThisModel) -> Iterator[EvalMetric]:
    """The results of this model in the card's tables, in the card's order, each cell once."""
    place: Section | None = None
    datasets: frozenset[str] = frozenset()
    printed = context.card.says(_PRINTED_NAMES)
    for section, block in context.card.blocks():
        if section is not place:
            place, datasets = section, frozenset()
        if isinstance(block, ListBlock):
            datasets = _datasets_named(block, datasets)
        if isinstance(block, Fence) and (_is_results_code(section, block) or (printed and _is_measured(block))):
            yield from _code_results(context, block)
        for table_block in _tables(block):
            if is_log(section, table_block):
                continue
            table = result_table(section, block, table_block, datasets)
            if table is None:
                continue
            if not _is_results(this, section, block, table) or _tells_properties(table):
                among = list(_among_properties(context, section, table, table_block))
                if among and not (_is_of_another(this, section, block, table) or this.is_beside(section)):
                    yield from among
                continue
            if this.is_beside(section):
                continue
            taken = [] if _holds_no_scores(table) else list(read_results(context, this, table))
            taken = taken or list(_among_properties(context, section, table, table_block))
            yield from of_loaded(this, f"{block.lead}\n{table_block.lead}", taken) if is_lm_eval(table) else taken
            if not taken and _has_results(table) and not NOT_RESULTS.search(section.title.lower()):
                heads = " | ".join(filter(None, table.header))
                context.note("results_not_taken", Source.TABLE, table_block.line, section.title, heads)
    yield from _report_results(context, this)


def _report_results(context: Context, this: ThisModel) -> Iterator[EvalMetric]:
    """The results of classification reports that are printed and no tables of Markdown."""
    for section, report in printed_reports(context.card):
        table = result_table(section, report, report, frozenset())
        if table is not None and _is_results(this, section, report, table) and not this.is_beside(section):
            yield from read_results(context, this, table)


def _has_results(table: ResultTable) -> bool:
    """Whether there are numbers beside the names of a table of results, and not only counts and sizes."""
    columns = [i for i, head in enumerate(table.header) if i and not is_skipped(head)]
    cells = [row[i] for row in table.rows for i in columns if i < len(row)]
    return any(is_number(cell) or is_result_without_number(cell) for cell in cells)


def _holds_no_scores(table: ResultTable) -> bool:
    """Whether the numbers are how much two models differ, or losses after so and so many steps, which stand across."""
    if len(table.header) < 2:
        return False
    steps = bool(_COUNTER.fullmatch(table.header[0])) and all(map(is_number, filter(None, table.header[1:])))
    return steps or bool(_DIFFERENCE.match(table.header[1]))


def _among_properties(
    context: Context, section: Section, table: ResultTable, block: TableBlock
) -> Iterator[EvalMetric]:
    """The well-known metrics among what a table of two columns tells of the model: `Final val loss | 3.64`."""
    unheaded = block.header is None or not any(block.header.words)
    if len(table.header) != 2 or OTHERS.search(section.title):
        return
    if not (unheaded or _PROPERTY.fullmatch(table.header[0])):
        return
    for at, row in enumerate(table.rows):
        if len(row) > 1 and FRACTION.search(row[1]) and row[1][0] not in "+-−" and is_known_measure(row[0]):
            yield from results_in(context, table, at, 1, row[0], None)


def _tells_properties(table: ResultTable) -> bool:
    """Whether two columns tell of a model, where nothing says that it is of results: `Item | Value`, few of them metrics."""
    return (
        len(table.header) == 2
        and bool(table.header[0].strip() and _PROPERTY.fullmatch(table.header[0]))
        and not (speaks_of_results(table.place) or has_metric_rows(table))
    )


def _is_results_code(section: Section, block: Fence) -> bool:
    """Code under a heading of results, unless it lists the evaluator's parameters, or shows the data or a prompt."""
    title, lead = section.title, block.lead[-160:]
    first = block.lines[0] if block.lines else ""
    if _PRINTED.match(first) or _LABELLED.match(first):
        return True
    if not speaks_of_results(f"{title} {lead}") or PARAMETERS.search(lead[-80:]):
        return False
    if _SHOWN.search(lead) and not speaks_of_results(title):
        return False
    return speaks_of_results(title) or not NOT_RESULTS.search(title.lower())


def _is_measured(block: Fence) -> bool:
    """Whether most lines are metrics that were measured on a set that their names tell."""
    lines = [line for line in block.lines[:80] if line.strip(" {}")]
    names = [match[1] for line in lines if len(line) < 120 and (match := _MEASURED.match(line))]
    return len(names) * 2 >= len(lines) and sum(map(is_metric, names)) > 1


def _code_results(context: Context, block: Fence) -> Iterator[EvalMetric]:
    """Results in a code block: the leaves of a JSON object, or `name: value` lines that all name metrics."""
    text = _LABELLED.sub("", "\n".join(block.lines), count=1)
    if len(block.lines) > 400 or "|" in text:
        return
    if text.lstrip().startswith("{"):
        settings = [s for s in python_settings.dict_items(text) if not EVALUATOR_KEYS.match(s.name)]
        if _is_example(settings):
            return
    else:
        found = [s for s in settings_text.assignments(block.lines) if len(s.name) < MAX_NAME] or _without_signs(
            block.lines
        )
        if text.lstrip().startswith("[") and any(s.name in EXAMPLE_KEYS for s in found):
            return
        spaces = {s.name.partition("/")[0] for s in found if "/" in s.name and is_metric(s.name)}
        settings = [s for s in found if is_metric(s.name) or s.name.partition("/")[0] in spaces]
    if not settings or sum(SETTINGS.knows(s.name.rsplit(".", 1)[-1]) for s in settings) * 3 > len(settings):
        return
    for s in settings:
        value = values.number(s.value)
        name = s.name.lower()
        if value is not None and not SKIP_COLUMN.search(name) and not is_skipped_row(name):
            line = block.line + s.offset
            subject = context.subject_at(line)
            yield EvalMetric(
                about=subject.about, about_model=subject.model, source=Source.TABLE, line=line,
                metric=metric_name(s.name), raw_name=s.name, value=value, value_text=s.value, unit=values.unit(s.value),
            )  # fmt: skip


def _without_signs(lines: Sequence[str]) -> list[settings_text.Setting]:
    """The lines of a name, blanks and its value: `eval/accuracy  0.86 (stdev 0.02)`, `- F-score (micro) 0.952`."""
    found = ((n, _PREFIXED.fullmatch(line)) for n, line in enumerate(lines) if len(line) < 120)
    prefixed = [settings_text.Setting(match[1], match[2], n) for n, match in found if match]
    listed = ((n, unsigned(line[2:])) for n, line in enumerate(lines) if line.startswith("- "))
    return prefixed or [settings_text.Setting(pair.name, pair.value, n) for n, pair in listed if pair]


def _is_example(settings: Sequence[settings_text.Setting]) -> bool:
    """Whether an object is one of the data, or what the model returns: texts, or a label and its score."""
    texts = sum(values.number(s.value) is None for s in settings)
    return texts * 2 > len(settings) or any(s.name.rpartition(".")[2] in EXAMPLE_KEYS for s in settings)


def _tables(block: Block) -> list[TableBlock]:
    """The block itself, or the tables pasted into a code block."""
    if isinstance(block, TableBlock):
        return [_with_first_row(block)]
    if isinstance(block, Fence) and sum(line.count("|") > 1 for line in block.lines[:60]) > 2:
        lines, line = block.lines, block.line
        if "|" in block.info:  # the header on the line that opens the block
            lines, line = [block.info, *lines], line - 1
        inner = read_blocks(lines, range(line, line + len(lines)), 0)
        return [b for s in inner.sections for b in s.blocks if isinstance(b, TableBlock)]
    return []


def _with_first_row(block: TableBlock) -> TableBlock:
    """The table with a header where its first row stood in its place, or none: metrics and their values."""
    rows = [block.header, *block.rows] if block.header else block.rows
    if not rows or (block.header and not _is_result(rows[0])) or not all(map(_is_result, rows)):
        return block
    return TableBlock(block.line, block.lead, header=Row(("Metric", "Value"), block.line), rows=rows)


def _is_result(row: Row) -> bool:
    """Whether a row is a metric and its value."""
    return len(row.words) == 2 and is_metric(row.words[0]) and is_number(row.words[1])


def _datasets_named(block: ListBlock, before: frozenset[str]) -> frozenset[str]:
    """The names in code marks of the list's `Dataset: ` item; those named before it where it has none.

    Where there are several, PyLate prints Python's list of them into one pair of marks.
    """
    texts = (item.text for item in block.items if item.text.startswith("Dataset"))
    text = next(texts, None)
    if text is None:
        return before
    return frozenset(name for code in CODE.findall(text) for name in (_LISTED.findall(code) or (code,)))


def _is_results(this: ThisModel, section: Section, block: Block, table: ResultTable) -> bool:
    title = section.title.lower()
    if table.is_sample or "contamination" in title:
        return False
    if (found := NOT_RESULTS.search(title)) and not (PLACE.search(title) or _is_announced(found[0], block, table)):
        below_results = found[0] == "environment" and any(map(speaks_of_results, section.path[-1:]))
        may = below_results or bool(SPEED.search(found[0]))
        return is_lm_eval(table) or (may and sum(map(is_metric, table.header)) > 1)
    if _is_of_another(this, section, block, table) or _is_of_machines(table) or _is_confusion(table):
        return False
    keys = {key(h) for h in table.header}
    if SETTINGS_HEADER.match(table.header[0]) and not (_compares_configurations(table) or has_metric_rows(table)):
        return False
    if {"branch", "quant_method", "quant_type", "filename"} & keys:
        return False
    metrics = sum(map(is_metric, table.header))
    of_a_run = metrics == 1 and len(table.rows) == 1 and speaks_of_results(title)  # its settings, and what came of it
    if metrics < 2 and not of_a_run and sum(map(SETTINGS.knows, table.header)) >= 2:
        return False
    settings = sum(1 for row in table.rows if row and SETTINGS.knows(row[0]))
    if settings * 2 > len(table.rows):
        return False
    named = (
        is_sclite(table)
        or any(is_metric(h) for h in table.header)
        or any(row and is_metric(row[0]) for row in table.rows)
    )
    return named or speaks_of_results(table.place) or is_metric(section.title) or _compares_this_model(this, table)


def _is_announced(heading: str, block: Block, table: ResultTable) -> bool:
    """Whether the sentence above a table tells its metric, or a column of models does, below a heading about the model."""
    models = bool(MODEL_HEADER.match(table.header[0]))
    return bool(ABOUT_MODEL.search(heading)) and (
        is_metric(block.lead[-160:]) or (models and any(map(is_metric, table.header[1:])))
    )


def _is_of_another(this: ThisModel, section: Section, block: Block, table: ResultTable) -> bool:
    """Whether the heading or the line above says that one other model is measured: `Baseline`, `Previous version`."""
    above = block.lead.rpartition("\n")[2]
    if any(map(_BASE.fullmatch, section.path)) and this.own.is_tuned:
        return True
    if (found := _RELEASE.match(section.title)) and (own := this.own.releases) and found[1].casefold() not in own:
        return not any(release in section.title.casefold() for release in own)
    if not (OTHERS_PLACE.match(above) or (OTHERS_PLACE.match(section.title) and not above)):
        return False
    return this.index_certain([row[0] for row in table.written_rows if row]) is None


def _is_of_machines(table: ResultTable) -> bool:
    """Whether the rows are machines, on which models ran so and so fast."""
    return bool(HARDWARE.match(table.header[0])) and not any(map(is_metric, table.header))


def _is_confusion(table: ResultTable) -> bool:
    """Whether classes are counted against the same classes."""
    return len(table.rows) > 1 and table.header[1:] == tuple(row[0] if row else "" for row in table.rows)


def _compares_this_model(this: ThisModel, table: ResultTable) -> bool:
    """Whether a column or a row of several is headed by the model's name, with fractions below each or behind it."""
    if _compares_rows(this, table):
        return True
    if len(table.header) < 3 or len(table.rows) < 2 or not all(any("." in c for c in row[1:]) for row in table.rows):
        return False
    fractions = sum("." in cell and is_number(cell) for row in table.rows for cell in row[1:])
    cells = sum(len(row) - 1 for row in table.rows)
    return fractions * 4 >= cells * 3 and this.index_named(table.written_header[1:]) is not None


def _compares_rows(this: ThisModel, table: ResultTable) -> bool:
    """Whether a row of models is this one's, and fractions stand in all columns that measure anything."""
    if len(table.rows) < 2 or not MODEL_HEADER.match(table.header[0]):
        return False
    measured = [i for i, head in enumerate(table.header) if i and not is_skipped(head) and not SETTINGS.knows(head)]
    cells = [row[i] for i in measured for row in table.rows if i < len(row) and is_said(row[i])]
    fractions = sum(is_number(cell) and ("." in cell or "%" in cell) for cell in cells)
    if len(measured) < MIN_MEASURED or fractions * 10 < len(cells) * 9:
        return False
    return own_row(this, table, models_of(table, measured[0])) is not None


def _compares_configurations(table: ResultTable) -> bool:
    """Whether the rows are systems rather than settings: one says "this model", and a column is a metric or a rate.

    Or the systems are columns, one says "this model", and several rows are metrics.
    """
    if ThisModel.is_pointed_at([row[0] for row in table.rows if row]):
        return any(is_metric(head) or RATE.search(head.lower()) for head in table.header[1:])
    metrics = sum(bool(row and is_metric(row[0])) for row in table.rows)
    return metrics >= MIN_METRIC_ROWS and ThisModel.is_pointed_at(table.header[1:])

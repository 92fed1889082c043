"""Settings in tables: name and value columns, a column for each run or model, or names in the header."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from etl.cards import Row, Section, TableBlock
from etl.reading import settings_text, training_steps, values
from etl.reading.context import words
from etl.reading.model_names import name as name_of
from etl.reading.places import (
    EVIDENT_SETTINGS,
    NAMED,
    NEVER_NAMES,
    NOT_NAMES,
    Place,
    Statement,
    describes_no_training,
    is_score,
    measures_network,
    place_of,
    trains,
)
from etl.reading.settings_text import Setting
from etl.reading.table_words import MODEL_HEADER, MODEL_SIZE_HEADER
from etl.reading.this_model import ThisModel
from etl.reading.vocabularies import SETTINGS
from warehouse.schema import Source

_HEADER_NAME = re.compile(r"hyper|param|setting|argument|config|option|^name$|^key$|field|^$|setup|item", re.I)
_REMARKS = re.compile(
    r"(?:comment|note|remark|description|explanation|meaning|detail|reason|rationale|purpose|unit|type|justification|why)s?\??$",
    re.I,
)
"""A column that speaks of the settings beside it, and is no run of its own."""
_NOT_USED = re.compile(r"\b(?:range|search|searched|space|candidates?|tried|grid|teacher)\b", re.I)
"""A column of what was tried, or of a teacher's settings, beside those of this training."""
_RESULT = re.compile(
    r"loss|perplexity|\bppl\b|accuracy|\bacc\b|precision|recall|rouge|bleu|\bf1\b|\bwer\b|\bcer\b|score|duration|\btime\b|hours|\bgpus?\b"
)
"""What stands beside the settings of a run: how it went."""
_NAMES_A_RUN = re.compile(r"(?:models?|model name|.*hyper-? ?param.*)$", re.I)
_OF_MODELS = re.compile(r"[a-z][a-z0-9.]{0,30}-[a-z0-9.]{1,30}-[\w.-]{1,60}|\d{1,4}(?:\.\d{1,2})? ?[mb]", re.I)
"""So long a name is of one model, and so is a size: a table of such, none of them this one, is of others."""
_SIZED_NAME = re.compile(r"[a-z][\w.-]{1,30}[ -]\d{1,4}(?:\.\d{1,2})?[mb]\b")
_TRAINED = frozenset(("learning_rate", "training_steps", "num_epochs", "optimizer"))
"""What a table of models tells of their training, and none of how fast they are."""
REMARK_WORDS = 4
MIN_NAME = 4
"""Letters of a word that names a model, and not its size or kind."""
_HEADER_VALUE = re.compile(r"value|setting|valeur|^$|config|default|used", re.I)


def read_table(this: ThisModel, section: Section, block: TableBlock, number: int) -> Iterator[Statement]:
    """The settings of a table; nothing where it is a log, or speaks of other things."""
    if block.header is None or training_steps.is_log(section, block):
        return
    head = block.header
    if block.rows and sum(1 for cell in block.rows[0].words if SETTINGS.knows(cell)) >= EVIDENT_SETTINGS:
        head = block.rows[0]
        block = dataclasses.replace(block, rows=block.rows[1:])
    if len(head.cells) > 3 and not head.cells[1].strip():
        head, block = Row(head.cells[1:], head.line), _ungrouped(block)
    place = place_of(section, block)
    header = [words(cell) for cell in head.cells]
    named = bool(_HEADER_NAME.search(header[0]))
    said = bool(NAMED.search(header[0].lower()))
    known_columns = sum(1 for cell in header if SETTINGS.knows(cell))
    if not (place or named or said or known_columns):
        return
    source = Source.HTML if block.html else Source.TABLE
    names = [row.words[0] for row in block.rows if row.words and SETTINGS.knows(row.words[0])]
    some = (place >= Place.SETTINGS and named) or (place and len(set(names)) > 1) or _tell_of_training(names)
    compared = len(header) > 2 and some
    if compared and (mine := this.index_in(header[1:])) is not None:
        yield from _columns(header, block, number, source, every=place >= Place.SETTINGS, only=mine)
        return
    if compared and sum(1 for cell in header[1:] if _SIZED_NAME.search(cell.lower())) > 1:
        return
    is_list = named and (len(header) == 2 or names)
    if place is Place.NAMED and not any(SETTINGS.knows(cell) for cell in header[1:]) and is_list:
        yield from _columns(header, block, number, source, every=True, empty=len(header) == 2)
        return
    many = len(names) * 2 >= len(block.rows)
    if len(names) >= 2 and ((many and (place or named)) or said):
        every = place >= Place.SETTINGS or said or len(names) >= 3
        yield from _columns(header, block, number, source, every=every, network=False)
    elif len(header) == 2 and place >= Place.SETTINGS and named and _HEADER_VALUE.search(header[1]):
        yield from _columns(header, block, number, source, every=True)
    elif place and named and header[0] and len(header) == 2 and sum(trains([name]) for name in set(names)) >= 2:
        yield from _columns(header, block, number, source, every=True, network=False)
    elif place and _tell_of_training(names):
        yield from _columns(header, block, number, source, every=False)
    elif (said and known_columns > 1) or (
        place and known_columns >= (1 if place is Place.NAMED and len(block.rows) == 1 else 3)
    ):
        yield from _wide(this, header, block, number, source, every=True)
    elif _lists_trainings(header, known_columns):
        yield from _row_of_size(this, header, block, number, source)
    elif known_columns >= 3 and _tell_of_training(header) and sum(map(_is_result, header)) < known_columns:
        yield from _wide(this, header, block, number, source, every=False)


def _ungrouped(block: TableBlock) -> TableBlock:
    """The table without its first column, which says of what kind the names in the second are, unless it names one."""
    rows = []
    for row in block.rows:
        kept = 1 if row.words and SETTINGS.knows(row.words[0]) else 0
        rows.append(Row((*row.cells[:kept], *row.cells[1 + kept :]), row.line))
    return dataclasses.replace(block, rows=rows)


def _tell_of_training(names: list[str]) -> bool:
    """Whether so many are settings, among them how fast or how long a training was, that a table is one of settings."""
    known = {SETTINGS.canonical(name) for name in names if SETTINGS.knows(name)}
    return len(known) >= EVIDENT_SETTINGS and bool(known & {"learning_rate", "num_epochs"})


def _lists_trainings(header: list[str], known: int) -> bool:
    """Whether a header has a learning rate, or below models two settings of which one tells how long they were trained."""
    names = {SETTINGS.canonical(name) for name in header[1:] if SETTINGS.knows(name)}
    if known < 2 or not MODEL_HEADER.match(header[0]):
        return "learning_rate" in names
    return bool(names & _TRAINED) and sum(map(_is_result, header)) < known


def _is_result(name: str) -> bool:
    return bool(_RESULT.search(name.lower()))


def _row_of_size(
    this: ThisModel, header: list[str], block: TableBlock, number: int, source: str
) -> Iterator[Statement]:
    """The known settings of this model, where a table lists those of a family by size."""
    sized = [0, *(i for i in range(1, len(header)) if header[i] and MODEL_SIZE_HEADER.match(header[i]))]
    labels = [" ".join(row.words[i] for i in sized if i < len(row.words)) for row in block.rows]
    found = this.index_of_size(labels)
    if found is not None and _is_of_another_family(this, labels[found]):
        return
    if found is None:
        found = this.index_in([row.words[0] if row.words else "" for row in block.rows])
    row = block.rows[found] if found is not None else None
    for name, cell in zip(header[1:], row.words[1:], strict=False) if row else ():
        value = settings_text.clean(cell)
        if row and value.strip("xX-") and SETTINGS.knows(name) and not NOT_NAMES.match(name):
            yield Statement(name, value, row.line, source, number)


def _is_of_another_family(this: ThisModel, label: str) -> bool:
    """Whether a label with this model's size names another model: what it was tuned from is of its size, too."""
    named = [word for word in name_of(label).words if word.isalpha() and len(word) >= MIN_NAME]
    return bool(named) and not any(head in word or word in head for word in named for head in this.own.heads)


def _columns(
    header: list[str],
    block: TableBlock,
    number: int,
    source: str,
    every: bool,
    empty: bool = False,
    only: int | None = None,
    network: bool = True,
) -> Iterator[Statement]:
    """One setting a row; each further column is a run of its own, or `only` one is this model's.

    `empty`: a cell left blank is a statement, too. `network`: so are a network's measures beside a training's settings.
    """
    if describes_no_training([Setting(row.words[0], row.words[1] or "-") for row in block.rows if len(row.words) > 1]):
        return
    for row in block.rows:
        name = row.words[0] if row.words else ""
        if (
            not name
            or len(name) > 90
            or NEVER_NAMES.match(name)
            or not (every or (SETTINGS.knows(name) and not NOT_NAMES.match(name)))
            or (not network and measures_network(name) and not SETTINGS.knows(name))
        ):
            continue
        for column, cell in enumerate(row.words[1 : len(header)]):
            if _REMARKS.match(header[column + 1]) and (column or len(cell.split()) > REMARK_WORDS):
                continue
            value = settings_text.clean(cell)
            if (only is not None and column != only) or (len(header) > 2 and _NOT_USED.search(header[column + 1])):
                continue
            if (value.strip("-–—") and not values.is_filler(value)) or (empty and not value):
                yield Statement(name, value, row.line, source, number, column)


def _wide(
    this: ThisModel, header: list[str], block: TableBlock, number: int, source: str, every: bool
) -> Iterator[Statement]:
    """Settings in the header, a run (a stage) in each row; a first column that names the run is no setting.

    Where the rows are a family's models, only this one's is read.
    """
    named = not SETTINGS.knows(header[0]) and (len(block.rows) > 1 or bool(_NAMES_A_RUN.match(header[0])))
    rows = list(block.rows)
    labels = [row.words[0] if row.words else "" for row in rows] if len(rows) > 1 and named else []
    if labels and (MODEL_HEADER.match(header[0]) or MODEL_SIZE_HEADER.match(header[0])):
        mine = this.index_in(labels)
        mine = this.index_of_size(labels) if mine is None else mine
        others = mine is None and (bool(MODEL_HEADER.match(header[0])) or all(map(_OF_MODELS.fullmatch, labels)))
        rows = [] if others else rows if mine is None else [rows[mine]]
    elif labels and (mine := this.index_named(labels)) is not None:
        rows = [rows[mine]]
    for run, row in enumerate(rows):
        for name, cell in list(zip(header, row.words, strict=False))[1 if named else 0 :]:
            value = settings_text.clean(cell)
            if (
                value
                and name
                and (
                    SETTINGS.knows(name)
                    or (every and not (_is_result(name) or measures_network(name) or name.casefold() == "model"))
                )
                and not is_score(name, value)
            ):
                yield Statement(name, value, row.line, source, number, run)

"""Settings in tables: name and value columns, a column for each run or model, or names in the header."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from etl.cards import Row, Section, TableBlock
from etl.reading import values
from etl.reading.logs.log_columns import is_log
from etl.reading.models.model_names import name as name_of
from etl.reading.models.this_model import ThisModel
from etl.reading.settings import settings_text
from etl.reading.settings.joined_settings import joined_names
from etl.reading.settings.places import (
    EVIDENT_SETTINGS,
    NAMED,
    Place,
    Statement,
    describes_no_training,
    is_listed_beside,
    is_no_setting,
    is_score,
    measures_network,
    place_of,
    trains,
)
from etl.reading.settings.settings_text import Setting
from etl.reading.vocabularies import SETTINGS
from etl.reading.words.result_languages import VALUES
from etl.reading.words.table_words import MODEL_HEADER, MODEL_SIZE_HEADER
from warehouse.schema import Source

_HEADER_NAME = re.compile(
    r"hyper|param|parám|parâm|параметр|setting|argument|config|option|^name$|^key$|field|^$|setup|item|"
    r"参数|參數|项目|項目|配置项|パラメータ|ハイパーパラ|設定|설정|항목|파라미터|매개변수|tham số|المعامل|المعلمة|iperpar|einstellung|настройк|налаштуванн|ayar",
    re.I,
)
_REMARKS = re.compile(
    r"(?:comment|note|remark|description|explanation|meaning|detail|reason|rationale|purpose|unit|type|justification|why)s?\??$",
    re.I,
)
"""A column that speaks of the settings beside it, and is no run of its own."""
_NOT_USED = re.compile(r"\b(?:range|search|searched|space|candidates?|tried|grid|teacher)\b", re.I)
"""A column of what was tried, or of a teacher's settings, beside those of this training."""
_RESULT = re.compile(
    r"loss|perplexity|\bppl\b|accuracy|\bacc\b|precision|recall|rouge|bleu|\bf1\b|\bwer\b|\bcer\b|score|gen len|duration|\btime\b|hours|\bgpus?\b"
)
"""What stands beside the settings of a run: how it went."""
_PARAMETERS = re.compile(
    r"(?:hyper-?)?param(?:eter)?s?|(?:hyper-?parameter )?names?|settings?|arguments?|options?|keys?", re.I
)
"""What heads the names that stand behind a column of their kinds: `Category | Parameter | Value`."""
_VALUE = re.compile(rf"values?|value used|used|{VALUES}", re.I)
_NO_VALUE = re.compile(r"|defaults?(?: values?)?", re.I)
"""A column beside `Value` that has none of this training."""
_NAMES_A_RUN = re.compile(r"(?:models?|model name|.*hyper-? ?param.*)$", re.I)
_OF_MODELS = re.compile(r"[a-z][a-z0-9.]{0,30}-[a-z0-9.]{1,30}-[\w.-]{1,60}|\d{1,4}(?:\.\d{1,2})? ?[mb]", re.I)
"""So long a name is of one model, and so is a size: a table of such, none of them this one, is of others."""
_REPO = re.compile(r"[\w-][\w.-]{0,95}/[\w.-]{1,95}")
_TASKS = re.compile(r"(?:downstream )?tasks?", re.I)
"""What heads several rows of which each is another model, tuned for that task from this one."""
_OF_A_ROW = frozenset(("model", "data", "examples", "samples"))
"""What heads columns that say which run a row is, and on how much it was trained."""
_STAGES = re.compile(r"(?:training )?(?:phase|stage|step|round)s?", re.I)
_SIZED_NAME = re.compile(r"[a-z][\w.-]{1,30}[ -]\d{1,4}(?:\.\d{1,2})?[mb]\b")
_TRAINED = frozenset(("learning_rate", "training_steps", "num_epochs", "optimizer"))
"""What a table of models tells of their training, and none of how fast they are."""
_OF_ADAPTER = frozenset(("lora_r", "lora_alpha"))
"""What nobody tells of but a LoRA's training: beside a third setting, they are settings."""
REMARK_WORDS = 4
_REMARKED = re.compile(r"[\d.,]{1,12}(?:[eE][-+]?\d{1,3})? \([^()]{1,80}\)")
"""A number and a remark in brackets: `1e-4 (Adafactor, constant after a warmup)`."""
MIN_NAME = 4
"""Letters of a word that names a model, and not its size or kind."""
_HEADER_VALUE = re.compile(
    rf"value|setting|valeur|^$|config|default|used|^(?:取?值|設定|设置|設定値|内容|內容|설정|내용|{VALUES})$", re.I
)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as the rules that find its settings see it."""

    header: list[str]
    block: TableBlock
    number: int
    place: Place
    is_headed: bool
    """Whether the first column is headed as names are: `Parameter`."""
    is_named: bool
    """Whether that heading says that they are a training's: `Hyperparameter`."""
    names: list[str]
    """Of the first column, those that are known settings."""
    n_known_columns: int

    @property
    def source(self) -> Source:
        return Source.HTML if self.block.html else Source.TABLE

    @property
    def has_two(self) -> bool:
        """Whether it has two columns: a name and a value."""
        return len(self.header) == 2

    @property
    def is_compared(self) -> bool:
        """Whether several columns stand beside names of settings: runs, stages, or models."""
        if len(self.header) < 3:
            return False
        if self.place and len(set(self.names)) > 1:
            return True
        return (self.place >= Place.SETTINGS and self.is_headed) or _tell_of_training(self.names)


class _Names(NamedTuple):
    """How a first column of names is read: `every` name or known ones; `network`: its measures, too; `empty` values, too."""

    every: bool
    network: bool = True
    empty: bool = False


def read_table(this: ThisModel, section: Section, block: TableBlock, number: int) -> Iterator[Statement]:
    """The settings of a table; nothing where it is a log, or speaks of other things."""
    if block.header is None or is_log(section, block):
        return
    table = _table(section, block, block.header, number)
    if not (
        table.place
        or table.is_headed
        or table.is_named
        or table.n_known_columns
        or len(table.names) >= EVIDENT_SETTINGS
    ):
        return
    if table.is_compared:
        if (mine := this.index_in(table.header[1:])) is not None:
            yield from _columns(table, _Names(table.place >= Place.SETTINGS), only=mine)
            return
        if sum(1 for cell in table.header[1:] if _SIZED_NAME.search(cell.lower())) > 1:
            return
    if (names := _names_in(table)) is not None:
        yield from _columns(table, names)
    elif _is_wide(table):
        yield from _wide(this, table, every=True)
    elif _lists_stages(table):
        yield from _wide(this, table, every=False)
    elif _lists_trainings(table.header, table.n_known_columns):
        yield from _row_of_size(this, table)
    elif table.n_known_columns >= EVIDENT_SETTINGS and _tell_of_training(table.header) and not _is_of_results(table):
        yield from _wide(this, table, every=False)


def _table(section: Section, block: TableBlock, head: Row, number: int) -> _Table:
    """The table below its real header, without a column of groups."""
    if block.rows and sum(1 for cell in block.rows[0].words if SETTINGS.knows(cell)) >= EVIDENT_SETTINGS:
        head = block.rows[0]
        block = dataclasses.replace(block, rows=block.rows[1:])
    if _is_grouped(head.words):
        head = Row(head.cells[1:], head.line)
        block = dataclasses.replace(block, rows=[Row(row.cells[1:], row.line) for row in block.rows])
    elif len(head.cells) > 3 and not head.cells[1].strip():
        head, block = Row(head.cells[1:], head.line), _ungrouped(block)
    header = list(head.words)
    return _Table(
        header,
        block,
        number,
        place=place_of(section, block),
        is_headed=bool(_HEADER_NAME.search(header[0])),
        is_named=bool(NAMED.search(header[0].lower())),
        names=[n for row in block.rows if row.words and (SETTINGS.knows(n := row.words[0]) or joined_names(n))],
        n_known_columns=sum(1 for cell in header if SETTINGS.knows(cell)),
    )


def _names_in(table: _Table) -> _Names | None:
    """How the first column is read where it has the names; None where it has none, or they are no training's."""
    place, names, header = table.place, table.names, table.header
    is_list = table.is_headed and (table.has_two or bool(names))
    if place is Place.NAMED and is_list and not any(SETTINGS.knows(cell) for cell in header[1:]):
        return _Names(every=True, empty=table.has_two)
    are_most = len(names) * 2 >= len(table.block.rows) and (place or table.is_headed)
    if len(names) >= 2 and (are_most or table.is_named):
        return _Names(place >= Place.SETTINGS or table.is_named or len(names) >= EVIDENT_SETTINGS, network=False)
    if table.has_two and table.is_headed:
        if place >= Place.SETTINGS and _HEADER_VALUE.search(header[1]):
            return _Names(every=True)
        if place and header[0] and sum(trains([name]) for name in set(names)) >= 2:
            return _Names(every=True, network=False)
    return _Names(every=False) if (place and _tell_of_training(names)) or _is_of_facts(table) else None


def _is_of_facts(table: _Table) -> bool:
    """Whether a table of two columns has a training's settings among other facts, and their values: no advice on them."""
    if not table.has_two or len(table.names) < EVIDENT_SETTINGS:
        return False
    rows = [row.words for row in table.block.rows if len(row.words) > 1 and SETTINGS.knows(row.words[0])]
    return _tell_of_training([name for name, value, *_ in rows if not _is_remark(value)])


def _lists_stages(table: _Table) -> bool:
    """Whether a table has a row for each stage of a training, with its learning rate."""
    known = {SETTINGS.canonical(name) for name in table.header if SETTINGS.knows(name)}
    return bool(_STAGES.fullmatch(table.header[0])) and "learning_rate" in known and len(known) > 1


def _is_wide(table: _Table) -> bool:
    """Whether the header has the names, in a place or below a heading that says so."""
    if table.is_named and table.n_known_columns > 1:
        return True
    enough = 1 if table.place is Place.NAMED and len(table.block.rows) == 1 else EVIDENT_SETTINGS
    return bool(table.place) and table.n_known_columns >= enough


def _is_of_results(table: _Table) -> bool:
    """Whether as many columns say how a run went as say how it was set."""
    return sum(map(_is_result, table.header)) >= table.n_known_columns


def _is_grouped(header: Sequence[str]) -> bool:
    """Whether the first column says of what kind the settings are that the second names: `Category | Parameter | Value`."""
    if len(header) < 3 or not (_PARAMETERS.fullmatch(header[1]) and _VALUE.fullmatch(header[2])):
        return False
    return not _HEADER_NAME.search(header[0]) or not header[0].strip()


def _value_at(header: Sequence[str]) -> int | None:
    """The only column of values where beside it, before remarks, stand none but empty headers and defaults."""
    found = [i for i, head in enumerate(header[1:]) if _VALUE.fullmatch(head)]
    if len(header) < 3 or len(found) != 1:
        return None
    return found[0] if all(_NO_VALUE.fullmatch(head) for head in header[1 : found[0] + 1]) else None


def _ungrouped(block: TableBlock) -> TableBlock:
    """The table without its first column, which says of what kind the names in the second are, unless it names one."""
    rows = []
    for row in block.rows:
        kept = 1 if row.words and SETTINGS.knows(row.words[0]) else 0
        rows.append(Row((*row.cells[:kept], *row.cells[1 + kept :]), row.line))
    return dataclasses.replace(block, rows=rows)


def _tell_of_training(names: list[str]) -> bool:
    """Whether so many are settings, among them how fast or how long a training was, or a LoRA's, that a table is one of settings."""
    known = {SETTINGS.canonical(name) for name in names if SETTINGS.knows(name)}
    return len(known) >= EVIDENT_SETTINGS and (bool(known & {"learning_rate", "num_epochs"}) or known >= _OF_ADAPTER)


def _lists_trainings(header: list[str], known: int) -> bool:
    """Whether a header has a learning rate, or below models two settings of which one tells how long they were trained."""
    names = {SETTINGS.canonical(name) for name in header[1:] if SETTINGS.knows(name)}
    if known < 2 or not MODEL_HEADER.match(header[0]):
        return "learning_rate" in names
    return bool(names & _TRAINED) and sum(map(_is_result, header)) < known


def _is_result(name: str) -> bool:
    return bool(_RESULT.search(name.lower()))


def _row_of_size(this: ThisModel, table: _Table) -> Iterator[Statement]:
    """The known settings of this model, where a table lists those of a family by size."""
    header, rows = table.header, table.block.rows
    sized = [0, *(i for i in range(1, len(header)) if header[i] and MODEL_SIZE_HEADER.match(header[i]))]
    labels = [" ".join(row.words[i] for i in sized if i < len(row.words)) for row in rows]
    found = this.index_of_size(labels)
    if found is not None and _is_of_another_family(this, labels[found]):
        return
    if found is None:
        found = this.index_in([row.words[0] if row.words else "" for row in rows])
    row = rows[found] if found is not None else None
    for name, cell in zip(header[1:], row.words[1:], strict=False) if row else ():
        value = settings_text.clean(cell)
        if row and value.strip("xX-") and SETTINGS.knows(name) and not is_listed_beside(name):
            yield Statement(name, value, row.line, table.source, table.number)


def _is_of_another_family(this: ThisModel, label: str) -> bool:
    """Whether a label with this model's size names another model: what it was tuned from is of its size, too."""
    named = [word for word in name_of(label).words if word.isalpha() and len(word) >= MIN_NAME]
    return bool(named) and not any(head in word or word in head for word in named for head in this.own.heads)


def _columns(table: _Table, names: _Names, only: int | None = None) -> Iterator[Statement]:
    """One setting a row; each further column is a run of its own, or `only` one is this model's."""
    header, block, source = table.header, table.block, table.source
    if describes_no_training([Setting(row.words[0], row.words[1] or "-") for row in block.rows if len(row.words) > 1]):
        return
    only = _value_at(header) if only is None else only
    for row in block.rows:
        name = row.words[0] if row.words else ""
        if (
            not name
            or len(name) > 90
            or is_no_setting(name)
            or not (names.every or joined_names(name) or (SETTINGS.knows(name) and not is_listed_beside(name)))
            or (not names.network and measures_network(name) and not SETTINGS.knows(name))
        ):
            continue
        for column, cell in enumerate(row.words[1 : len(header)]):
            if _REMARKS.match(header[column + 1]) and (column or _is_remark(cell)):
                continue
            value = settings_text.clean(cell)
            if (only is not None and column != only) or (len(header) > 2 and _NOT_USED.search(header[column + 1])):
                continue
            if is_score(name, value):
                continue
            if (value.strip("-–—") and not values.is_filler(value)) or (names.empty and not value):
                yield Statement(name, value, row.line, source, table.number, column)


def _is_remark(cell: str) -> bool:
    return len(cell.split()) > REMARK_WORDS and not _REMARKED.fullmatch(cell)


def _is_of_a_run(name: str) -> bool:
    """Whether a column says which run it was, or on what it ran: no setting."""
    return name.casefold() in _OF_A_ROW or is_no_setting(name)


def _wide(this: ThisModel, table: _Table, every: bool) -> Iterator[Statement]:
    """Settings in the header, a run (a stage) in each row; a first column that names the run is no setting.

    Where the rows are a family's models, only this one's is read.
    """
    header, block = table.header, table.block
    named = not SETTINGS.knows(header[0]) and (len(block.rows) > 1 or bool(_NAMES_A_RUN.match(header[0])))
    rows = list(block.rows)
    labels = [row.words[0] if row.words else "" for row in rows] if len(rows) > 1 and named else []
    if labels and all(map(_REPO.fullmatch, labels)):
        mine = this.index_named(labels)
        rows = [] if mine is None else [rows[mine]]
    elif labels and (MODEL_HEADER.match(header[0]) or MODEL_SIZE_HEADER.match(header[0])):
        mine = this.index_in(labels)
        mine = this.index_of_size(labels) if mine is None else mine
        others = mine is None and (bool(MODEL_HEADER.match(header[0])) or all(map(_OF_MODELS.fullmatch, labels)))
        rows = [] if others else rows if mine is None else [rows[mine]]
    elif labels and (mine := this.index_named(labels)) is not None:
        rows = [rows[mine]]
    elif labels and _TASKS.fullmatch(header[0]):
        rows = []
    for run, row in enumerate(rows):
        for name, cell in list(zip(header, row.words, strict=False))[1 if named else 0 :]:
            value = settings_text.clean(cell)
            if (
                value
                and name
                and (
                    SETTINGS.knows(name)
                    or (every and not (_is_result(name) or measures_network(name) or _is_of_a_run(name)))
                )
                and not is_score(name, value)
            ):
                yield Statement(name, value, row.line, table.source, table.number, run)

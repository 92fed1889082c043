"""Which columns of a table hold results, and whose they are: this model's, another's, or of models that stand beside.

How the cells are read is said in `table_layouts`, how a name is known in `this_model`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.reading.models.model_labels import BRACKETS
from etl.reading.models.other_labels import ADAPTED, index_beside_parent
from etl.reading.models.this_model import ThisModel
from etl.reading.results.cell_parts import parts_in
from etl.reading.results.model_rows import models_of, own_row
from etl.reading.results.result_cells import is_number, is_result_without_number, is_said
from etl.reading.results.result_tables import ResultTable
from etl.reading.vocabularies import SETTINGS, key
from etl.reading.words.table_words import (
    CONDITION,
    COUNTED,
    FAMILY,
    LABEL_HEADER,
    MEASURED,
    METRIC_HEADER,
    MODEL_HEADER,
    NO_CONDITION,
    OF_DATA,
    OF_PARTS,
    OTHERS,
    OTHERS_HINTS,
    PACKING_HEADER,
    SETTINGS_HEADER,
    SHAPES,
    SIZED,
    SYSTEM_LABEL,
    VALUE_HEADER,
    is_metric,
    is_skipped,
    is_skipped_row,
)

_MODEL = re.compile(r"(?:the |our )?model", re.I)
"""What stands beside `Paper` is this one."""
_HERE = "transformers"
_PORTED_FROM = frozenset(
    ("fairseq", "s3prl", "espnet", "tensorflow", "jax", "flax", "mesh tensorflow", "paddle", "original")
)
"""Libraries whose models people port to the Hub's, and measure with both."""
_PACKING = re.compile(r"(?:bf|(?:nv|mx)?fp|nf|u?int)-?\d{1,2}\b|w\d{1,2}a\d{1,2}\b|awq|gptq", re.I)
_COUNT = re.compile(r"support|counts?|n|#|suporte|soporte|supporto|anzahl|nombre|cantidad|数量|样本数|件数|개수", re.I)
"""What heads how many there are of each class."""
_ABSENT = frozenset(("N/A", "n/a"))


def result_columns(this: ThisModel, table: ResultTable, first: int) -> list[int]:
    """The columns from `first` on that hold results, without those that say that they are another model's."""
    numeric = [i for i in range(first, len(table.header)) if _is_value_column(table, i) and _is_numeric(table, i)]
    if len(numeric) > 1 and any(is_metric(table.header[i]) for i in numeric):
        numeric = [i for i in numeric if not COUNTED.fullmatch(table.header[i])]
    return _made_for(this, table, _owned(this, table, numeric))


def _made_for(this: ThisModel, table: ResultTable, numeric: list[int]) -> list[int]:
    """Of the columns of `Language / Model` the one that the repo's name names: the others are its siblings'."""
    if not OF_PARTS.match(table.header[0]):
        return numeric
    own = set(this.own.names[0].words)
    mine = [i for i in numeric if table.header[i].casefold().replace("#", "sharp") in own]
    return mine if len(mine) == 1 else numeric


def models_are_rows(this: ThisModel, table: ResultTable) -> bool:
    """Whether the first column names models: by its header, or by this model's name under a blank one."""
    if SETTINGS_HEADER.match(table.header[0]) and has_metric_rows(table):
        return False
    return _heads_models(table.header) or _is_named_first(this, table) or _are_packings(table)


def _are_packings(table: ResultTable) -> bool:
    """Whether the rows are one model in several kinds of numbers: `FP8` below `BF16` and `Precision`."""
    if len(table.rows) < 2 or not (PACKING_HEADER.match(table.header[0]) and any(map(is_metric, table.header[1:]))):
        return False
    return all(row and _PACKING.match(row[0]) for row in table.rows if any(row))


def is_labelled(table: ResultTable) -> bool:
    """Whether the rows are data sets, classes or the like, by their header, or conditions: `Noise (dB)` over numbers."""
    head = table.header[0]
    if LABEL_HEADER.match(head):
        return True
    if MODEL_HEADER.match(head) or is_metric(head) or NO_CONDITION.search(head) or len(table.rows) < 2:
        return False
    return all(row and CONDITION.fullmatch(row[0]) for row in table.rows)


def is_counted(this: ThisModel, table: ResultTable) -> bool:
    """Whether metrics stand beside a count of what each row was measured on: parts of the data have one, models have none."""
    head = table.header[0]
    at = next((i for i, each in enumerate(table.header) if i and _COUNT.fullmatch(each)), None)
    if at is None or not head.strip() or MODEL_HEADER.match(head) or SETTINGS_HEADER.match(head):
        return False
    beside = [each for i, each in enumerate(table.header) if i not in (0, at)]
    counts = [row[at].replace(",", "").replace(".", "") for row in table.rows if at < len(row) and is_said(row[at])]
    if not beside or not all(map(is_metric, beside)) or len(set(counts)) < 2 or not all(map(str.isdecimal, counts)):
        return False
    return this.index_named([row[0] if row else "" for row in table.written_rows]) is None


def has_metric_rows(table: ResultTable) -> bool:
    """Whether most rows are metrics, whatever heads them."""
    return sum(bool(row and is_metric(row[0])) for row in table.rows) * 2 > len(table.rows)


def own_column(this: ThisModel, table: ResultTable, numeric: Sequence[int]) -> int | None:
    """The only column headed "this model" among several: what stands above the others are models, too.

    And the one of `transformers`, beside the library from which the model was ported.
    """
    if len(numeric) < 2:
        return None
    heads = [table.header[i].casefold() for i in numeric]
    if heads.count(_HERE) == 1 and all(head == _HERE or head in _PORTED_FROM for head in heads):
        return numeric[heads.index(_HERE)]
    if not this.is_pointed_at(heads):
        return None
    pointed = [i for i in numeric if this.is_pointed_at([table.header[i]]) and not is_metric(table.header[i])]
    return pointed[0] if len(pointed) == 1 else None


def model_column(table: ResultTable, numeric: Sequence[int]) -> int:
    """The column of models where it is not the first: before the results, or behind all of them; 0 where there is none."""
    ends = range(1, numeric[0]) if numeric[0] else range(numeric[-1] + 1, len(table.header))
    several = numeric[0] > 0 or len(table.rows) > 1
    found = next((i for i in ends if several and MODEL_HEADER.match(table.header[i])), 0)
    return found or next((i for i in ends if several and _says_this(table, i)), 0)


def _says_this(table: ResultTable, column: int) -> bool:
    """Whether a cell of a column of words says "this model": what the column is headed by, tells nothing."""
    cells = [row[column] for row in table.rows if column < len(row) and row[column]]
    return ThisModel.is_pointed_at(cells) and len(set(cells)) > 1


def model_across(this: ThisModel, table: ResultTable, numeric: Sequence[int]) -> int | None:
    """This model's column where models stand beside `Model`, which heads them and not the rows below."""
    heads = [table.written_header[i] for i in numeric]
    if len(heads) < 2 or any(map(is_metric, heads)):
        return None
    if sum(bool(FAMILY.match(head) or SIZED.search(head)) for head in heads) * 2 < len(heads):
        return None
    found = this.index_in(heads)
    return None if found is None or own_row(this, table, models_of(table, numeric[0])) is not None else numeric[found]


def has_fractions(table: ResultTable) -> bool:
    """Whether half of the numbers have a point or a percent sign: counts are whole numbers."""
    cells = [cell for row in table.rows for cell in row[1:] if is_number(cell)]
    return sum("." in cell or "%" in cell for cell in cells) * 2 >= len(cells)


def is_of_data(this: ThisModel, table: ResultTable, column: int) -> bool:
    """Whether the only column's header is what was measured on the data sets below `Dataset`, and no model."""
    if not OF_DATA.match(table.header[0]) or this.index_in([table.written_header[column]]) is not None:
        return False
    if any(word in table.header[column].lower() for word in ("result", "value", "score", "metric")):
        return False
    return has_fractions(table)  # counts are whole numbers


def _heads_models(header: Sequence[str]) -> bool:
    """Whether models stand below the first header; versions may, unless models have a column of their own."""
    if header[0].casefold() == "version" and "model" in map(str.casefold, header[1:]):
        return False
    return bool(MODEL_HEADER.match(header[0]) or SETTINGS_HEADER.match(header[0]) or OF_PARTS.match(header[0]))


def _is_named_first(this: ThisModel, table: ResultTable) -> bool:
    """Whether the rows bear the models' names under a blank header, before a column of what kinds of models they are."""
    if table.header[0].strip() or not any(map(MODEL_HEADER.match, table.header[1:])):
        return False
    return this.index_named([row[0] if row else "" for row in table.written_rows]) is not None


def _owned(this: ThisModel, table: ResultTable, numeric: list[int]) -> list[int]:
    """The columns without those that say that they are another's: `Baseline F1` beside `F1`, `BERT F1` beside `Heron F1`."""
    heads = [table.header[i] for i in numeric]
    said = " ".join(heads).lower()
    if len(numeric) < 2 or not (any(hint in said for hint in OTHERS_HINTS) or sum(map(is_metric, heads)) == len(heads)):
        return numeric
    whose = [_whose(head) for head in heads]
    left = [i for i, head in enumerate(heads) if not OTHERS.fullmatch(_whose(BRACKETS.sub(" ", head)))]
    if METRIC_HEADER.match(table.header[0]) and len(left) == 1 < len(numeric) and not _is_known(heads[left[0]]):
        return [numeric[left[0]]]  # beside a baseline, above rows of metrics
    if any(is_metric(heads[i]) or VALUE_HEADER.match(heads[i]) or _MODEL.fullmatch(heads[i]) for i in left):
        numeric, whose = [numeric[i] for i in left], [whose[i] for i in left]
    if len(set(whose)) < 2 or not all(whose):
        return numeric
    systems = sum(bool(FAMILY.match(who) or SYSTEM_LABEL.match(who)) for who in whose)
    mine = this.index_in(whose) if systems else this.index_owned(whose)
    if mine is None:
        mine = index_beside_parent(this.own, whose)
    if mine is None:
        return [] if systems == len(whose) and sum(map(is_metric, heads)) == len(heads) else numeric
    return [i for i, who in zip(numeric, whose, strict=True) if who == whose[mine]]


def _whose(head: str) -> str:
    """What a header says beside its metric."""
    return " ".join(MEASURED.sub(" ", head).split())


def _is_known(head: str) -> bool:
    """Whether a header is a family's or another's name: no word that only this card has."""
    return bool(FAMILY.match(head) or SYSTEM_LABEL.match(head) or is_metric(head))


def _is_value_column(table: ResultTable, column: int) -> bool:
    if column and table.datasets and key(table.header[0]) == "metric":
        return True
    head = table.header[column]
    if is_skipped(head) or (head in SHAPES and len(SHAPES.intersection(table.header)) > 1):
        return False
    # R is a recall, too, and `Adapter` heads a model's column
    return is_metric(head) or len(head) == 1 or not SETTINGS.knows(head) or bool(ADAPTED.fullmatch(head))


def _is_numeric(table: ResultTable, column: int) -> bool:
    """Whether most filled cells of a column are numbers; under metric and value, one is enough."""
    rows = [row for row in table.rows if column < len(row) and not (column and is_skipped_row(row[0]))]
    filled = [row[column] for row in rows if is_said(row[column]) and row[column] not in _ABSENT]
    numbers = sum(
        is_number(text) or is_result_without_number(text) or parts_in(table.header[column], text) is not None
        for text in filled
    )
    is_alone = len(table.header) == 2 or all(map(is_skipped, table.header[2:]))
    if column == 1 and is_alone and key(table.header[0]) == "metric" and key(table.header[1]) == "value":
        return numbers > 0
    return bool(filled) and numbers * 3 >= 2 * len(filled)

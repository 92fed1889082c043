"""Which rows of a table are this model's: the models that its rows name, and which of them this one is.

How a name is known is said in `this_model`; what is read from the rows in `table_layouts`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.reading.models.abbreviated import index_abbreviated
from etl.reading.models.model_labels import BRACKETS, read_label
from etl.reading.models.spoken_of import index_told
from etl.reading.models.this_model import ThisModel
from etl.reading.results.result_tables import ResultTable
from etl.reading.words.table_words import (
    DATASET_HEADER,
    MODEL_HEADER,
    MODEL_SIZE_HEADER,
    PACKING_HEADER,
    TUNED_HEADER,
    is_skipped,
    is_skipped_row,
)

_TUNED_ROWS = {"yes": "Fine-tuned", "✅": "Fine-tuned", "no": "Base", "❌": "Base"}
"""What rows answer that are headed `Fine-tuning`."""
_THIS_MODEL = re.compile(r"\W*(?:this|our) (?:fine-?tuned )?model\b", re.I)
_RELEASE = re.compile(r"v?\d{1,3}(?:\.\d{1,3}){1,3}[a-z]{0,4}\d{0,2}", re.I)
"""Of this model, where the only row is headed so."""
_WEIGHTS = re.compile(r"[\w./-]{1,120}\.(?:pth?|safetensors|ckpt|onnx|tflite|h5|keras|pkl|joblib)", re.I)
"""A file of the repo, which is no address."""
_LIKE_NAME = re.compile(r"\w[-_/.:]\w|\d")
MIN_COMPARED = 3
_BOLD = re.compile(r"\s*(?:\*\*|__|<(?:b|strong)>)")
_DECODED = re.compile(r"\s\+ (?:an? )?(?:(?:\d|n)-?gram|LM|language model|beam search|transf(?:ormer)?)s?\b\.?", re.I)
"""What a speech model was decoded with."""


def own_rows(this: ThisModel, table: ResultTable, names: Sequence[str], numeric: Sequence[int]) -> list[int]:
    """This model's rows: the one of its id; all of its name if something tells them apart."""
    if (files := _with_files(table)) and this.index_named(names) is None:
        return files
    names = _in_own_group(this, table, _without_headings(table, names))
    if all(is_skipped_row(read_label(label).words) for label in names):  # how fast each model is
        return []
    by_id = this.row_with_id(table.written_rows)
    rows = this.named_alike(names) or _pointed_at(names) if by_id is None else []
    if rows and _are_told_apart(table, names, rows, numeric):
        return rows
    models = _undecoded(names)
    found = own_row(this, table, models)
    if found is None and (found := _set_off(this, table, names)) is not None:
        return [found]
    if found is None and models is not names and len(set(models)) == 1 < len(names) and this.may_be(models[0]):
        return list(range(len(names)))  # one model, however it was decoded
    if found is None:
        is_release = len(names) == 1 and table.header[0].casefold() == "version" and _RELEASE.fullmatch(names[0])
        return [0] if is_release or (len(names) == 1 and this.may_be(names[0])) else []
    rows = [i for i, model in enumerate(models) if model == models[found]]
    if len(rows) == 1 or by_id is not None:
        return [found]
    return rows if _are_told_apart(table, names, rows, numeric) else []


def _without_headings(table: ResultTable, names: Sequence[str]) -> Sequence[str]:
    """The names, those blank that head the rows below them: `Ours` alone over `Ours (online)`."""
    return [name if any(row[1:]) else "" for name, row in zip(names, table.written_rows, strict=True)]


def _set_off(this: ThisModel, table: ResultTable, names: Sequence[str]) -> int | None:
    """The only row of several that is in bold from its label to its last number.

    A label like a model's name may be another model's, unless another row is headed by a variant of it.
    """
    rows = table.written_rows
    bold = [i for i, row in enumerate(rows) if len(row) > 2 and all(map(_BOLD.match, filter(None, row)))]
    if len(bold) != 1 or len(rows) < MIN_COMPARED:
        return None
    label = names[bold[0]].strip("*_ ")
    is_varied = any(other.startswith(label) for other in names)
    return bold[0] if is_varied or (not _LIKE_NAME.search(label) and this.may_be(label)) else None


def _with_files(table: ResultTable) -> list[int]:
    """The rows of a release of several checkpoints: those with a file of weights in a cell, if several have one."""
    found = [i for i, row in enumerate(table.rows) if any(_WEIGHTS.fullmatch(cell) for cell in row)]
    return found if len(found) > 1 else []


def _pointed_at(names: Sequence[str]) -> list[int]:
    """The rows that all begin with "this model", in whatever way it was evaluated: `This model + LM`."""
    found = [i for i, label in enumerate(names) if _THIS_MODEL.match(read_label(label).words)]
    return found if len(found) > 1 else []


def _undecoded(names: Sequence[str]) -> Sequence[str]:
    """The names without what brackets say and what the models were decoded with, where that tells rows apart: `Reef + 4-gram`."""
    if not any(map(_DECODED.search, names)):
        return names
    return [BRACKETS.sub("", _DECODED.sub("", read_label(name).words)).strip() for name in names]


def _in_own_group(this: ThisModel, table: ResultTable, names: Sequence[str]) -> Sequence[str]:
    """The names, those blank that stand below another's heading: `V2` where this is `albert-base-v1`."""
    groups = list(dict.fromkeys(filter(None, table.row_groups)))
    mine = [group for group in groups if this.holds(group)] if len(groups) > 1 else []
    if len(mine) != 1:
        return names
    return [name if group in ("", mine[0]) else "" for name, group in zip(names, table.row_groups, strict=True)]


def _are_told_apart(table: ResultTable, names: Sequence[str], rows: Sequence[int], numeric: Sequence[int]) -> bool:
    """Whether rows of one model differ in their label, in their data set or in what else they say but results."""
    others = [i for i, head in enumerate(table.header) if i < numeric[0] or (is_skipped(head) and head.strip())]
    said = [
        (names[at], dataset_of(table, at, numeric[0]), *(c for i, c in enumerate(table.rows[at]) if i in others))
        for at in rows
    ]
    return len(set(said)) == len(rows)


def own_row(this: ThisModel, table: ResultTable, names: Sequence[str]) -> int | None:
    """The row with its id in any cell; the row of its name and size; the row of its name alone, if that stands once."""
    found = this.row_with_id(table.written_rows)
    if found is None:
        found = this.index_in(names)
    if found is None:
        found = index_abbreviated(this.own.names[0], names)
    if found is None:
        firsts = [row[0] if row else "" for row in table.written_rows]
        found = this.index_in(firsts)
        if found is not None and (firsts.count(firsts[found]) > 1 or not this.may_be(names[found])):
            return None
    if found is None and not table.header[0].strip():
        return this.index_inside(names)
    if found is None and MODEL_HEADER.match(table.header[0]):
        found = index_told(this, names)
        return this.index_inside(names) if found is None else found
    return found


def models_of(table: ResultTable, first: int) -> list[str]:
    """The name of each row's model, with its marks: its first cell, and its size or packing where another cell tells it.

    An empty first cell continues the model above, if sizes or data sets tell the rows apart.
    """
    heads = enumerate(table.header[1:first], 1)
    sized = [i for i, head in heads if MODEL_SIZE_HEADER.match(head) or PACKING_HEADER.match(head)]
    continued = sized or any(DATASET_HEADER.match(table.header[i]) for i in range(1, first))
    names, model = [], ""
    is_tuned = bool(TUNED_HEADER.match(table.header[0]))
    for row in table.written_rows:
        model = (row[0] if row else "") or (model if continued else "")
        model = _TUNED_ROWS.get(model.casefold(), model) if is_tuned else model
        sizes = (row[i] for i in sized if i < len(row))
        names.append(" ".join([model, *(size for size in sizes if size.casefold() not in model.casefold())]).strip())
    return names


def dataset_of(table: ResultTable, at: int, first: int) -> str | None:
    """The data set that a row names beside its model."""
    row = table.rows[at]
    named = [row[i] for i in range(1, min(first, len(row))) if DATASET_HEADER.match(table.header[i])]
    return " ".join(filter(None, named)) or None

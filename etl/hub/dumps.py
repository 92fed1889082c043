"""Saved cards in a bulk dump: Parquet, streamed.

A **dump** has a row per repo: `modelId` or `model_id`, `card` as text or bytes (NULL: no card), and any of `author`,
`last_modified`, `createdAt`, `downloads`, `likes`, `library_name`, `pipeline_tag`, `tags`. Text need not be UTF-8,
whatever its column promises: a card is taken as its bytes.

Several rows with one id: the last one wins.

What must not move in: the network, other kinds of sources, reading cards.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.hub.fetching import CARD_LIMIT
from etl.hub.rows import one_line, read_time, refuse_id
from etl.hub.saved_card import Note, SavedCard, SourceError, last_written
from warehouse.schema import CardStatus

ROWS_PER_BATCH = 500

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("modelId", "model_id"),
    "card": ("card",),
    "author": ("author",),
    "lastModified": ("last_modified", "lastModified"),
    "createdAt": ("createdAt", "created_at"),
    "downloads": ("downloads",),
    "likes": ("likes",),
    "library_name": ("library_name",),
    "pipeline_tag": ("pipeline_tag",),
    "tags": ("tags",),
}
"""The API's key for each column of a dump, and the names under which dumps carry it, the first before the others."""
YEARS = (datetime.min, datetime.max)
"""What Python can hold of Arrow's times."""


@dataclass(frozen=True, slots=True)
class Dump:
    """An open dump: which of its columns serve as what, and when it was written."""

    path: Path
    file: pq.ParquetFile
    columns: Mapping[str, str]
    written_at: datetime


def open_dump(path: Path) -> Dump:
    """A dump ready to be read. Raises SourceError where the file is none."""
    try:
        file = pq.ParquetFile(path)
    except FileNotFoundError:
        raise SourceError(f"{path} does not exist") from None
    except (pa.ArrowException, OSError) as err:
        raise SourceError(f"{path} is no Parquet file: {one_line(str(err))}") from None
    names = file.schema_arrow.names
    columns = {key: name for key, given in COLUMNS.items() for name in reversed(given) if name in names}
    if twice := [name for name in columns.values() if names.count(name) > 1]:
        raise SourceError(f"{path} has the column {twice[0]} {names.count(twice[0])} times")
    for key in ("id", "card"):
        if key not in columns:
            raise SourceError(f"{path} has no column {' or '.join(COLUMNS[key])}; it has {one_line(', '.join(names))}")
        if not _is_text_or_bytes(file.schema_arrow.field(columns[key]).type):
            raise SourceError(
                f"{path}: column {columns[key]} is {file.schema_arrow.field(columns[key]).type}, neither text nor bytes"
            )
    return Dump(path, file, columns, last_written(path))


def _is_text_or_bytes(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return any(
        is_kind(kind)
        for is_kind in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
            pa.types.is_fixed_size_binary,
            pa.types.is_null,
        )
    )


def _batches(dump: Dump, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    try:
        yield from dump.file.iter_batches(ROWS_PER_BATCH, columns=list(columns))
    except (pa.ArrowException, OSError) as err:
        raise SourceError(f"{dump.path} cannot be read to its end: {one_line(str(err))}") from None


def last_places(dumps: Sequence[Dump], limit: int | None, note: Note) -> dict[str, int]:
    """Where each repo's last row stands, counted through all files. Ids that name no repo are refused."""
    places: dict[str, int] = {}
    row = -1
    for dump in dumps:
        for batch in _batches(dump, [dump.columns["id"]]):
            for given in _values(batch.column(0)):
                row += 1
                model_id = _as_text(given)
                if reason := refuse_id(model_id):
                    note("ids_refused", reason)
                elif model_id in places:
                    note("listed_twice", str(model_id))
                    places[sys.intern(str(model_id))] = row
                elif limit is None or len(places) < limit:
                    places[sys.intern(str(model_id))] = row
    return places


def _as_text(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value


def read_dump(dump: Dump, first_row: int, places: Mapping[str, int], note: Note) -> Iterator[SavedCard]:
    """The dump's repos: of each the row that `places` names, batch by batch. Values of another kind are left out.

    `first_row`: how many rows the files before have.
    """
    keys = list(dump.columns)
    row = first_row - 1
    for batch in _batches(dump, [dump.columns[k] for k in keys]):
        columns = [_values(batch.column(dump.columns[k])) for k in keys]
        for values in zip(*columns, strict=True):
            row += 1
            given = dict(zip(keys, values, strict=True))
            model_id = _as_text(given.pop("id"))
            if isinstance(model_id, str) and places.get(model_id) == row:
                yield _saved_card(sys.intern(model_id), given, dump.written_at, note)


def _values(column: pa.Array) -> list[Any]:
    """A column as Python values: texts as their bytes, times as naive UTC, those that Python cannot hold as None."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return list(_times(column).to_pylist())
    return list(column.cast(_as_bytes(column.type)).to_pylist())


def _as_bytes(kind: pa.DataType) -> pa.DataType:
    """The type that holds the same without saying that it is UTF-8."""
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(_as_bytes(kind.value_type))
    if pa.types.is_string_view(kind):
        return pa.binary_view()
    return {pa.string(): pa.binary(), pa.large_string(): pa.large_binary()}.get(kind, kind)


def _times(column: pa.Array) -> pa.Array:
    """Times or dates to the microsecond, without a zone: Arrow keeps them in UTC."""
    unit = column.type.unit if pa.types.is_timestamp(column.type) else "s"
    column = column.cast(pa.timestamp(unit))
    if unit != "ns":  # nanoseconds reach from 1677 to 2262
        least, most = (pa.scalar(moment.replace(microsecond=0), pa.timestamp(unit)) for moment in YEARS)
        is_held = pc.and_(pc.greater_equal(column, least), pc.less_equal(column, most))
        column = pc.if_else(is_held, column, pa.scalar(None, column.type))
    return column.cast(pa.timestamp("us"), safe=False)


def _saved_card(model_id: str, given: dict[str, Any], written_at: datetime, note: Note) -> SavedCard:
    content = given.pop("card")
    row: dict[str, Any] = {"id": model_id}
    for key, value in given.items():
        taken = _api_value(key, value)
        if taken is not None:
            row[key] = taken
        elif _says_something(value):
            note("values_left_out", f"{model_id}: {key} that is {type(_as_text(value)).__name__}")
    at = read_time(row.get("lastModified")) or written_at
    text = json.dumps(row, ensure_ascii=False)
    if content is None:
        return SavedCard(model_id, text, at, CardStatus.NO_CARD)
    if len(content) > CARD_LIMIT:
        return SavedCard(model_id, text, at, CardStatus.TOO_LARGE, card_bytes=len(content))
    return SavedCard(model_id, text, at, CardStatus.OK, content)


def _says_something(value: Any) -> bool:
    """Whether a value is more than an empty cell, for which pandas writes NaN among numbers."""
    return value not in (None, b"") and not (isinstance(value, float) and math.isnan(value))


def _api_value(key: str, given: Any) -> Any:
    """A dump's value in the API's shape; None where it cannot be."""
    value = _as_text(given)
    if key in ("lastModified", "createdAt"):
        moment = value if isinstance(value, datetime) else read_time(value)
        return moment.isoformat(timespec="milliseconds") + "Z" if moment else None
    if key in ("downloads", "likes"):
        return int(value) if isinstance(value, int | float) and value == value and abs(value) < 1 << 63 else None
    if key == "tags":
        return [t for t in map(_as_text, value) if isinstance(t, str)] if isinstance(value, list) else None
    return value if isinstance(value, str) else None

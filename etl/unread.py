"""Which cards no reading covers yet, and their bytes, in the order of raw.

Promises: a card is one printing of one blob (`model_id`, `card_blob`); each blob's bytes are read from disk once;
memory holds the names of cards as Arrow has them (80 bytes a card), and the bytes of one row group.

What must not move in: how a card is read, what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from etl.workers import Card
from warehouse.lake import Lake, Manifest
from warehouse.parquet_files import read_file, row_groups
from warehouse.schema import CARD_READINGS, OBSERVATIONS

_PAIR = ("model_id", "card_blob")
_DIGITS = "0123456789abcdef"
SPAN_BYTES = 64 << 20
"""Raw files that are searched together for the bytes of what is wanted."""


def unread_cards(lake: Lake, manifest: Manifest) -> tuple[pa.Table, int]:
    """The cards observed that no reading covers, and how many are covered.

    Compared in sixteen parts, by the blob's first digit: a join needs four times the memory of what it joins.
    """
    observed = lake.observations(_PAIR)
    read = [read_file(path, _PAIR).select(_PAIR) for path in lake.table_paths(CARD_READINGS, manifest)]
    covered = pa.concat_tables([observed.slice(0, 0).cast(_plain(observed)), *(t.cast(_plain(observed)) for t in read)])
    parts, known = [], 0
    for digit in _DIGITS:
        seen = _beginning(observed, digit).group_by(_PAIR, use_threads=False).aggregate([])
        left = seen.join(_beginning(covered, digit), keys=list(_PAIR), join_type="left anti")
        known += seen.num_rows - left.num_rows
        parts.append(left)
    return pa.concat_tables(parts), known


def _plain(rows: pa.Table) -> pa.Schema:
    return pa.schema([pa.field(name, pa.string()) for name in rows.column_names])


def _beginning(rows: pa.Table, digit: str) -> pa.Table:
    return rows.filter(pc.starts_with(rows["card_blob"], digit)).cast(_plain(rows))


def with_bytes(lake: Lake, wanted: pa.Table) -> Iterator[Card]:
    """The wanted cards with their bytes, in the order of raw, and of the printings of one blob in the models' order."""
    for span in _spans(lake.raw_files(OBSERVATIONS)):
        if not wanted.num_rows:
            return
        blobs = pa.concat_tables([read_file(path, ["card_blob"]) for path in span])["card_blob"]
        models: dict[str, list[str]] = {}
        for row in wanted.filter(pc.is_in(wanted["card_blob"], value_set=blobs)).sort_by("model_id").to_pylist():
            models.setdefault(row["card_blob"], []).append(row["model_id"])
        asked = len(models)
        yield from _cards_of(span, models)
        if asked > len(models):
            found = pc.is_in(wanted["card_blob"], value_set=blobs)
            absent = pc.is_in(wanted["card_blob"], value_set=pa.array(list(models), pa.string()))
            wanted = wanted.filter(pc.or_(pc.invert(found), absent))


def _spans(paths: Iterable[Path]) -> Iterator[list[Path]]:
    """Neighbouring files, together so large that to look for what is wanted costs little beside reading them."""
    span: list[Path] = []
    size = 0
    for path in paths:
        span.append(path)
        size += path.stat().st_size
        if size >= SPAN_BYTES:
            yield span
            span, size = [], 0
    if span:
        yield span


def _cards_of(span: Iterable[Path], models: dict[str, list[str]]) -> Iterator[Card]:
    """The cards whose bytes stand in some files; what is found leaves `models`."""
    for path in span:
        for rows in row_groups(path, ["card_blob", "content"]):
            held = rows.filter(pc.is_valid(rows["content"]))
            for batch in held.to_batches(max_chunksize=256):
                for blob, content in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    for model_id in models.pop(blob, ()):
                        yield model_id, blob, content

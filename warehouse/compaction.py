"""Compaction: many small files of raw and of the tables become few, and no row changes.

Promises: at no moment is a row there twice or not at all (one rename puts a merged raw file in the place of its parts,
one manifest swap does it for tables); raw rows keep their order and their schema, a table's file stays sorted by its
key; the same files give the same bytes; memory holds one row group of raw, or one table of one batch.

What must not move in: what a row means, how a file is written or read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.lake import Lake, Manifest
from warehouse.manifest import batch_of
from warehouse.parquet_files import damage_is_named, read_file
from warehouse.schema import (
    CARD_READINGS,
    CRAWL_RUNS,
    LAKE_TABLES,
    LISTED_MODELS,
    LISTINGS,
    RAW_TABLES,
    RUNNING,
    Table,
)

SMALL_FILES = 64
"""So many small files, or batches, are merged: each hour's batch (13 files of tables, 3 of raw) adds 5.5 ms to a build
that takes 1.2 s without any, 64 add 0.35 s and take 0.6 s to merge; a year's 8,760 would add 50 s (2026-11-21)."""
SMALL_BYTES = 32 << 20
"""A file below this is worth merging: no shard of a crawl is much larger."""
MERGED_BYTES = 64 << 20
"""A merged file is closed when it reaches this: some fifty hold the cards of 3 million repos, 1.1 KiB each."""
MERGED_ROWS = 1_000_000
"""So many rows of one table are merged at most: they are sorted in memory, a few hundred bytes each, twice."""

Batch: TypeAlias = int
"""The number that the files of one batch bear."""


@dataclass
class BatchFacts:
    """What batches hold: bytes of files, rows by table."""

    bytes: int = 0
    rows: Counter[str] = field(default_factory=Counter)

    def add(self, size: int, rows: Mapping[str, int]) -> None:
        """Some more."""
        self.bytes += size
        self.rows.update(rows)


@dataclass(frozen=True)
class Compaction:
    """What was merged: how many files became how many, of raw and of tables."""

    raw: tuple[int, int] = (0, 0)
    tables: tuple[int, int] = (0, 0)


def compact(lake: Lake, reader_version: str, *, from_files: int = SMALL_FILES) -> Compaction:
    """Merge the small files of each raw table, and the small batches of tables, where there are `from_files` or more.

    The caller holds the lake's writer lock. Raises DamagedFile.
    """
    groups = [(table, group) for table in RAW_TABLES.values() for group in _raw_groups(lake, table, from_files)]
    for table, group in groups:
        lake.merge_raw(table, group)
    if any(table is LISTINGS for table, _ in groups):
        _drop_stale_coverage(lake)
    before = lake.manifest(reader_version)
    after = _merge_tables(lake, before, from_files)
    gone, new = set(before.names) - set(after.names), set(after.names) - set(before.names)
    return Compaction((sum(len(group) for _, group in groups), len(groups)), (len(gone), len(new)))


# -- raw ------------------------------------------------------------------------------------------------------


def _raw_groups(lake: Lake, table: Table, from_files: int) -> list[list[Path]]:
    """Runs of neighbours that one file can take the place of."""
    paths = lake.raw_files(table)
    sizes = {path: path.stat().st_size for path in paths}
    if sum(size < SMALL_BYTES for size in sizes.values()) < from_files:
        return []
    is_alike = _alike(lake, table)
    groups: list[list[Path]] = [[]]
    for path in paths:
        group = groups[-1]
        if sizes[path] >= SMALL_BYTES or (table is CRAWL_RUNS and _is_under_way(path)):
            groups.append([])
        elif group and sum(sizes[p] for p in group) < MERGED_BYTES and is_alike(group[-1], path):
            group.append(path)
        else:
            groups.append([path])
    return [group for group in groups if len(group) > 1]


def _alike(lake: Lake, table: Table) -> Callable[[Path, Path], bool]:
    """Whether two files have one schema (a merge casts nothing), and are covered by the same manifests, if listings."""
    covers = [set(manifest.listing_files) for manifest in lake.manifests()] if table is LISTINGS else []
    seen: dict[Path, tuple[pa.Schema, tuple[bool, ...]]] = {}

    def kind(path: Path) -> tuple[pa.Schema, tuple[bool, ...]]:
        if path not in seen:
            with damage_is_named(path):
                seen[path] = (pq.read_schema(path), tuple(lake.raw_name(path) in names for names in covers))
        return seen[path]

    return lambda a, b: kind(a)[1] == kind(b)[1] and kind(a)[0].equals(kind(b)[0], check_metadata=False)


def _is_under_way(ledger: Path) -> bool:
    """Whether the row will be replaced: a run under way, or a killed one that nobody has called killed yet."""
    return RUNNING in read_file(ledger, ["ended_because"])["ended_because"].to_pylist()


def _drop_stale_coverage(lake: Lake) -> None:
    """Let no manifest name listing files that are no longer current: each list stays as short as raw's."""
    current = set(lake.listing_files())
    for manifest in lake.manifests():
        kept = [name for name in manifest.listing_files if name in current]
        if len(kept) < len(manifest.listing_files):
            lake.write_manifest(manifest.covering(kept))


# -- tables ---------------------------------------------------------------------------------------------------


def _merge_tables(lake: Lake, manifest: Manifest, from_files: int) -> Manifest:
    for kind in (LISTED_MODELS, CARD_READINGS):
        numbers = {batch_of(name) for name in manifest.files.get(kind.name, ())}
        for group in _batch_groups(_facts_of_batches(manifest, numbers), from_files):
            manifest = _merge_batches(lake, manifest, group)
    return manifest


def _facts_of_batches(manifest: Manifest, numbers: Container[Batch]) -> dict[Batch, BatchFacts]:
    """What each of the named batches holds, in their order."""
    found: dict[Batch, BatchFacts] = {}
    for table, names in manifest.files.items():
        for name in names:
            if (number := batch_of(name)) in numbers and name in manifest.facts:
                facts = manifest.facts[name]
                found.setdefault(number, BatchFacts()).add(facts.bytes, {table: facts.rows})
    return dict(sorted(found.items()))


def _batch_groups(batches: Mapping[Batch, BatchFacts], from_files: int) -> Iterator[list[Batch]]:
    """Small batches, each group of them such that one batch can take its place."""
    small = {number: facts for number, facts in batches.items() if facts.bytes < SMALL_BYTES}
    if len(small) < from_files:
        return
    group: list[Batch] = []
    held = BatchFacts()
    for number, facts in small.items():
        if held.bytes >= MERGED_BYTES or max((held.rows + facts.rows).values(), default=0) > MERGED_ROWS:
            yield group
            group, held = [], BatchFacts()
        group.append(number)
        held.add(facts.bytes, facts.rows)
    yield group


def _merge_batches(lake: Lake, manifest: Manifest, numbers: Collection[Batch]) -> Manifest:
    """One batch in the place of several: all their tables together, so that they still stand and fall together."""
    if len(numbers) < 2:
        return manifest
    files: dict[str, list[str]] = {}
    for name, named in manifest.files.items():
        if merged := [n for n in named if batch_of(n) in numbers]:
            rows = pa.concat_tables([read_file(lake.tables / n) for n in merged])
            kept = [n for n in named if batch_of(n) not in numbers]
            files[name] = [*kept, lake.write_table(LAKE_TABLES[name], rows, manifest)]
    return lake.write_manifest(manifest.replacing(files))

"""From raw to tables: the loop over what no reading covers yet.

Promises: tables are a function of raw and `READER_VERSION` alone; what is read is durable batch by batch (files
first, then one manifest swap), so that a killed run loses a batch and nothing else.

What must not move in: how a card is read (`etl.reading`), and by which process (`etl.workers`), paths and Parquet
(`warehouse.lake`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import metadata, resources
from importlib.resources.abc import Traversable

import pyarrow as pa

from etl.reading.listing import read_listing
from etl.reading.vocabularies import generator_fields
from etl.unread import unread_cards, with_bytes
from etl.watch import SILENT, Watch
from etl.workers import Tables, Task, read_tasks, tasks_of
from warehouse.damage import mend
from warehouse.lake import Lake, Manifest
from warehouse.parquet_files import row_groups
from warehouse.schema import (
    CARD_READINGS,
    FACT_TABLES,
    FINDINGS,
    GENERATOR_FIELDS,
    LISTED_MODELS,
    LISTINGS,
    SCHEMA_VERSION,
    Listing,
)

CARDS_PER_SWAP = 4_000
BYTES_PER_SWAP = 64_000_000
LISTINGS_PER_SWAP = 100_000
POOL_FROM_CARDS = 400
"""Fewer cards are read in this process: starting workers costs about as much as reading 400 cards."""

TABLES_FORM = 2
"""Raised when table files are named or grouped otherwise: what stands in the older form is then read again."""
_CODE = ("etl.cards", "etl.reading")
_LIBRARIES = ("PyYAML", "markdown-it-py", "ftfy")


def _reader_version() -> str:
    """sha1 over the reader's code, its vocabularies, the tables' declaration and the parser libraries' versions."""
    digest = hashlib.sha1(f"{SCHEMA_VERSION} {TABLES_FORM}".encode(), usedforsecurity=False)
    for package in _CODE:
        for name, content in _files_below(resources.files(package)):
            digest.update(f"{package}/{name}\0".encode() + content)
    digest.update(resources.files("warehouse").joinpath("schema.py").read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library}=={metadata.version(library)}\0".encode())
    return digest.hexdigest()


def _files_below(folder: Traversable, above: str = "") -> Iterator[tuple[str, bytes]]:
    """(path, content) of each module and vocabulary in a folder and the folders in it, by path."""
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.is_dir():
            yield from _files_below(file, f"{above}{file.name}/")
        elif file.name.endswith((".py", ".csv")):
            yield f"{above}{file.name}", file.read_bytes()


READER_VERSION = _reader_version()


@dataclass(slots=True)
class ReadReport:
    """What a run of the reader did: cards read now and known before, listing rows typed, rows and findings by name."""

    cards_read: int = 0
    cards_known: int = 0
    listings_read: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)


def read_raw(lake: Lake, *, watch: Watch = SILENT, processes: int | None = None) -> ReadReport:
    """Read every card and listing row that this reader version has not read; write tables, swap the manifest.

    What is damaged in the lake is set aside first, and read again where raw still has it.

    The caller holds the lake's writer lock. `processes` defaults to the machine's cores.
    """
    mend(lake, READER_VERSION)
    manifest = lake.manifest(READER_VERSION)
    report = ReadReport()
    manifest = _read_listings(lake, manifest, report)
    if GENERATOR_FIELDS.name not in manifest.files:
        rows = GENERATOR_FIELDS.arrow(generator_fields())
        files = {GENERATOR_FIELDS.name: lake.write_table(GENERATOR_FIELDS, rows, manifest)}
        manifest = lake.write_manifest(manifest.plus(files))
    wanted, report.cards_known = unread_cards(lake, manifest)
    if wanted.num_rows < POOL_FROM_CARDS:
        processes = 1
    watch.start("reading cards", wanted.num_rows)
    try:
        read = read_tasks(tasks_of(with_bytes(lake, wanted)), processes or os.cpu_count() or 1)
        with contextlib.closing(read):
            for n in _write_cards(lake, manifest, read, report):
                watch.advance(n)
    finally:
        watch.end()
    return report


# -- listings -------------------------------------------------------------------------------------------------


def _read_listings(lake: Lake, manifest: Manifest, report: ReadReport) -> Manifest:
    covered = set(manifest.listing_files)
    typed: list[pa.Table] = []
    names: list[str] = []
    for path in lake.raw_files(LISTINGS):
        if (name := lake.raw_name(path)) in covered:
            continue
        typed += [_typed(rows) for rows in row_groups(path)]
        names.append(name)
        if sum(rows.num_rows for rows in typed) >= LISTINGS_PER_SWAP:
            manifest = _write_listed(lake, manifest, typed, names, report)
            typed, names = [], []
    return _write_listed(lake, manifest, typed, names, report) if names else manifest


def _typed(rows: pa.Table) -> pa.Table:
    names = [c.name for c in LISTINGS.columns if c.name in rows.column_names]
    return LISTED_MODELS.arrow(read_listing(Listing(**row)) for row in rows.select(names).to_pylist())


def _write_listed(
    lake: Lake, manifest: Manifest, typed: Sequence[pa.Table], names: Sequence[str], report: ReadReport
) -> Manifest:
    rows = pa.concat_tables(typed)
    report.listings_read += rows.num_rows
    return lake.write_manifest(
        manifest.plus({LISTED_MODELS.name: lake.write_table(LISTED_MODELS, rows, manifest)}, names)
    )


# -- cards ----------------------------------------------------------------------------------------------------


def _write_cards(
    lake: Lake, manifest: Manifest, read: Iterable[tuple[Task, Tables]], report: ReadReport
) -> Iterator[int]:
    """Write what is read in batches that become durable together; after each, how many cards it had."""
    parts: list[Tables] = []
    cards = size = 0
    for task, tables in read:
        parts.append(tables)
        cards, size = cards + len(task), size + sum(len(content) for _, _, content in task)
        if cards >= CARDS_PER_SWAP or size >= BYTES_PER_SWAP:
            manifest = _write_batch(lake, manifest, parts, report)
            yield cards
            parts, cards, size = [], 0, 0
    if parts:
        _write_batch(lake, manifest, parts, report)
        yield cards


def _write_batch(lake: Lake, manifest: Manifest, parts: Sequence[Tables], report: ReadReport) -> Manifest:
    files: dict[str, str] = {}
    for name, table in [(CARD_READINGS.name, CARD_READINGS), *FACT_TABLES.items()]:
        rows = pa.concat_tables([part[name] for part in parts])
        if rows.num_rows:
            files[name] = lake.write_table(table, rows, manifest)
            report.rows[name] += rows.num_rows
        if name == FINDINGS.name:
            report.findings.update(rows["code"].to_pylist())
    report.cards_read += sum(part[CARD_READINGS.name].num_rows for part in parts)
    return lake.write_manifest(manifest.plus(files))
